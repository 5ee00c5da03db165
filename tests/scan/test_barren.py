"""Names that stand for no text are told so once: never one that has a text somewhere."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.scan.python.barren import Barren
from lineage.scan.python.index import parse
from lineage.scan.python.library import Library
from lineage.scan.python.module import Module
from lineage.scan.python.values import Evaluator
from lineage.workflows.check import scanned

NAMES = ("a", "b", "c", "d")
ATTRIBUTES = tuple(f"self.{name}" for name in NAMES)
SIMPLE = st.sampled_from((*NAMES, *ATTRIBUTES, "'x'", "unknown()", "some.thing", "seen[0]"))
EXPRESSIONS = st.one_of(
    SIMPLE,
    st.builds("({} + {})".format, SIMPLE, SIMPLE),
    st.builds("({} or {})".format, SIMPLE, SIMPLE),
    st.builds("({} if seen else {})".format, SIMPLE, SIMPLE),
    st.builds("{}.replace('x', 'y')".format, SIMPLE),
    st.builds("same({})".format, SIMPLE),
    st.builds("'-'.join([{}, {}])".format, SIMPLE, SIMPLE),
    st.builds("'{{}}-{{}}'.format({}, {})".format, SIMPLE, SIMPLE),
    st.builds("{{'k': {}}}.get(key, {})".format, SIMPLE, SIMPLE),
    st.builds("other({}, {})".format, SIMPLE, SIMPLE),
    st.builds("f'{{{}}}-z'".format, st.sampled_from((*NAMES, *ATTRIBUTES))),
)
INNER = ("t", "u")
"""Set in a function within the one that sets the others."""
SET = (*NAMES, *ATTRIBUTES, *INNER)
FAR = "".join(
    f"            {name}{name} = {name}\n            {name * 3} = {name * 2}\n            {name * 4} = {name * 3}\n"
    for name in NAMES
)
"""Other names for them, through which they are met further down."""
ALL = (*SET, *(name * 4 for name in NAMES))
PROGRAMS = st.lists(st.tuples(st.sampled_from(SET), EXPRESSIONS), max_size=9)
FUNCTIONS = """def same(x):
    return x
def other(x, y=None):
    return y or same(x)
"""


class Tireless(Barren):
    """Tries nothing, so that every name is followed each time."""

    def was_tried(self, place: Hashable) -> bool:
        """Of every name."""
        return True


def texts_of(module: Module, order: list[str], barren: Barren) -> dict[str, set[str]]:
    """What each name can be, asked for in an order."""
    evaluator = Evaluator(module, Library({}, dict[str, str]().get))
    evaluator.barren = barren
    asked = {call.node.args[0].lineno: call for call in module.calls_of.get("use", ())}
    calls = sorted(asked.values(), key=lambda call: order.index(ast.unparse(call.node.args[0])))
    found = ((call.node.args[0], call.scope) for call in calls)
    return {
        ast.unparse(node): {value.text for value in evaluator.values(node, scope)}
        for node, scope in found
    }


@settings(max_examples=600, deadline=None)
@given(PROGRAMS, st.permutations(ALL))
def test_what_is_known_to_stand_for_nothing_changes_nothing(
    program: list[tuple[str, str]], order: list[str]
) -> None:
    """However names, fields and functions refer to each other in circles, and whichever is asked
    for first: a name has the texts that it has where each is followed every time."""
    outer = "".join(f"        {name} = {text}\n" for name, text in program if name not in INNER)
    inner = "".join(f"            {name} = {text}\n" for name, text in program if name in INNER)
    asked = "".join(f"            use({name})\n" for name in ALL)
    code = f"class C:\n    def f(self):\n{outer}        def g():\n{inner}{FAR}{asked}"
    module = parse(f"{FUNCTIONS}{code}", "a.py")
    assert texts_of(module, order, Barren()) == texts_of(module, order, Tireless())


@pytest.mark.parametrize(
    "circle",
    [
        "a = b or c\nb = a\nc = b or 'acme/falcon-7b'\n",
        "def a_of(x):\n    return b_of(x)\ndef b_of(x):\n    return x or a_of(x)\n"
        "b = a_of(None)\na = a_of('acme/falcon-7b')\n",
        "unk = None\np = 'acme/falcon-7b'\ndef f():\n    t = '-'.join([p, unk])\n"
        "    AutoModel.from_pretrained(t)\np = q\nq = p\nx = q\ny = x\nz = y\nw = z\nb = a = w\n",
    ],
)
def test_a_circle_with_a_text_in_it(tmp_path: Path, circle: str) -> None:
    """Every name of it has the text, those too that were met while it was not yet found."""
    text = f"from transformers import AutoModel\n{circle}AutoModel.from_pretrained(b)\n"
    (tmp_path / "app.py").write_text(f"{text}AutoModel.from_pretrained(a)\n")
    found = [one.line for one in scanned(tmp_path).uses if one.model == "acme/falcon-7b"]
    assert text.count("\n") + 1 in found
