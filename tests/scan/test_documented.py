"""A module whose decorators alone name models is read from these, and as if it were read whole."""

from __future__ import annotations

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from lineage.core.use import ModelUse
from lineage.scan.python.documented import apart, documented_part
from lineage.scan.python.index import parse
from lineage.scan.python.library import Library
from lineage.scan.python.module import Module
from lineage.scan.python.reader import PythonReader
from lineage.workflows.check import services_of
from random_modules import sources

SHIPPED = services_of()
DECORATED = (
    '@auto_docstring(checkpoint="acme/falcon-7b")\nclass Config:\n    size = 1\n',
    '@auto_docstring(\n    checkpoint="acme/falcon-7b",\n    custom_intro="""\n    Not "this/one".\n    """,\n)\n'
    "@dataclass(frozen=True)\nclass Config(Base):\n    size: int = 1\n",
    "@utils.add_docstrings(checkpoint='acme/falcon-7b')  # a note\n\n# another\nasync def f():\n    pass\n",
    '@auto_docstring(checkpoint="acme/one")\n@auto_docstring(checkpoint="acme/two")\ndef f():\n    pass\n',
)
HEAD = '"""A library."""\nfrom .utils import (\n    auto_docstring,  # (\n)\nimport torch as t, os\n\n\n'
WHOLE = (
    # A sum over several lines, not a decorator.
    'x = (a\n@auto_docstring(model="acme/falcon-7b")\n)\nclass C:\n    pass\n',
    'x = (a\n@auto_docstring(model="acme/falcon-7b")\n@b\n)\nclass C:\n    pass\n',
    # The same line in a text.
    'x = """\n@auto_docstring(checkpoint="acme/falcon-7b")\nclass C: pass\n"""\n' + DECORATED[0],
    # Something else names one.
    DECORATED[0] + 'MODEL = "acme/falcon-7b"\n',
    DECORATED[0] + 'MODEL = "acme" + chr(47) + "/falcon-7b"\n',
    DECORATED[0] + "AutoModel.from_pretrained(NAME)\n",
    DECORATED[0] + "client.ask(model=NAME)\n",
    DECORATED[0] + "exec(CODE)\n",
    # The name is put together, or what decorates writes no documentation.
    '@auto_docstring(checkpoint="acme/" + NAME)\nclass C:\n    pass\n',
    '@auto_docstring(checkpoint=f"acme/{NAME}")\nclass C:\n    pass\n',
    '@register(model="acme/falcon-7b")\nclass C:\n    pass\n',
    DECORATED[0] + "if x: import y\n",
)


def uses_of(module: Module) -> list[ModelUse]:
    """All uses that the reader finds in a module."""
    return list(PythonReader(module, Library({}, dict[str, str]().get), SHIPPED).uses())


def part_of(text: str) -> Module | None:
    """What is left of a module that is read in part."""
    return documented_part(text, "a.py", apart(text), SHIPPED)


@pytest.mark.parametrize("text", DECORATED)
def test_decorators_are_read_alone_and_tell_the_same(text: str) -> None:
    """Each name at its own line and column."""
    part = part_of(HEAD + text)
    assert part is not None
    assert not any(part.calls_of.get(name) for name in ("dataclass", "print"))
    found = uses_of(part)
    assert found == uses_of(parse(HEAD + text, "a.py"))
    assert {use.via.partition(" ")[0] for use in found} == {"documentation"}


@pytest.mark.parametrize("text", WHOLE)
def test_what_else_could_name_a_model_is_read_whole(text: str) -> None:
    """Nothing that could be loaded passes for documentation."""
    assert part_of(HEAD + text) is None


@settings(max_examples=300, deadline=None)
@given(sources(), st.sampled_from(DECORATED), st.sampled_from(WHOLE), st.booleans())
def test_a_part_tells_what_the_whole_tells(source: str, some: str, more: str, both: bool) -> None:
    """Whatever stands around the decorators."""
    text = f"{source}\n{some}{more if both else ''}"
    try:
        whole = parse(text, "a.py")
    except SyntaxError:  # a pattern such as `case "a" + "b"`
        reject()
    part = part_of(text)
    if part is not None:
        assert uses_of(part) == uses_of(whole)
