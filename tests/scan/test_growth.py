"""Twice as much code costs twice the work, whatever its shape: counted steps, never seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from effort import ends, steps
from lineage.scan.python.lexed import lexed
from lineage.scan.scan import ScanBounds, scan
from lineage.workflows.check import services_of

SHIPPED = services_of()
LOADS = "from transformers import AutoModel as A\n"
CLIENT = "def get{0}():\n  return OpenAI(base_url='https://api.deepseek.com')\nc{0} = get{0}()\n"

SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "list of texts": ("a.py", lambda n: _list(n)),
    "functions that hand a name on": (
        "a.py",
        lambda n: (
            LOADS
            + "".join(
                f"def f{i}(m): return A.from_pretrained(m)\nf{i}('o/n{i}')\n" for i in range(n)
            )
        ),
    ),
    "classes with fields": (
        "a.py",
        lambda n: (
            LOADS
            + "".join(
                f"class C{i}:\n  m = 'o/n{i}'\n  def f(self, o): return A.from_pretrained(o.m{i})\n"
                for i in range(n)
            )
        ),
    ),
    "functions that return a name": (
        "a.py",
        lambda n: "".join(f"def f{i}(): return 'o/n{i}'\nmodel{i} = f{i}()\n" for i in range(n)),
    ),
    "clients of a service": (
        "a.py",
        lambda n: (
            "from openai import OpenAI\n"
            + "".join(
                CLIENT.format(i) + f"c{i}.chat.completions.create(model='m{i}-x')\n"
                for i in range(n)
            )
        ),
    ),
    "calls of nobody's client": (
        "a.py",
        lambda n: (
            "from openai import OpenAI\n"
            + "".join(f"x{i}.chat.completions.create(model='m{i}-x')\n" for i in range(n))
        ),
    ),
    "templates": (
        "a.py",
        lambda n: "".join(f"x = f'{{a{i}}}/{{b}}' f\"{{c['k']}}\"\n" for i in range(n)),
    ),
    "a bundle in one line": (
        "a.js",
        lambda n: "var t={" + ",".join(f'a{i}:[1,"b/{i}"],model:"o/n{i}"' for i in range(n)) + "};",
    ),
    "a command in many lines": (
        "a.sh",
        lambda n: (
            "vllm serve o/n \\\n" + "".join(f"  --o{i} --model o/n{i} \\\n" for i in range(n))
        ),
    ),
    "records": ("a.json", lambda n: json.dumps({"models": [{"id": f"o/n{i}"} for i in range(n)]})),
    "settings": (
        "a.yaml",
        lambda n: "models:\n" + "".join(f"  - model: o/n{i}\n" for i in range(n)),
    ),
}


def _list(n: int) -> str:
    return "MODELS = [" + ", ".join(f"'o{i}/n{i}'" for i in range(n)) + "]\n"


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_file(tmp_path: Path, shape: str) -> None:
    """Four times the code takes at most five times the lines that Python executes."""
    name, text = SHAPES[shape]
    bounds = ScanBounds(uses_per_file=100_000)

    def work(size: int) -> int:
        (tmp_path / name).write_text(text(size))
        return steps(lambda: scan(tmp_path, bounds=bounds, services=lambda: SHIPPED))

    work(10)  # what is looked up once
    base, small, large = work(1), work(60), work(240)
    assert large - base < 5 * (small - base)


@pytest.mark.parametrize(
    "text",
    [
        "x = '" + "\\'" * 500_000,
        "x = " + '"""\\"' * 200_000,
        "'" * 999_999,
        "f'" + "{" * 500_000 + "'",
        "x = (" + "'a' " * 300_000 + ")",
        "x = 1 \\\n" * 200_000,
        "#'\n" * 300_000,
    ],
    ids=["escaped", "escaped triple", "quotes", "braces", "side by side", "continued", "comments"],
)
def test_texts_that_never_end_are_seen_in_one_pass(text: str) -> None:
    """A megabyte of quotes, escapes or braces is read once, by patterns that never go back."""
    with ends(usual=1.0):
        lexed(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yaml", "{" * 300_000), ("b.yaml", "{{ " * 100_000), ("a.bat", " " * 300_000)],
)
def test_marks_that_never_close_are_read_once(tmp_path: Path, name: str, text: str) -> None:
    """No pattern goes back over what it has seen."""
    (tmp_path / name).write_text(text)
    with ends(usual=0.2):
        scan(tmp_path, services=lambda: SHIPPED)


def test_a_list_of_100_000_texts_and_a_bundle_of_5_mb(tmp_path: Path) -> None:
    """Big data in code is read, and what a bundle names is bounded and told."""
    (tmp_path / "list.py").write_text(_list(100_000))
    entry = 'model:"o/name",'
    (tmp_path / "bundle.js").write_text("var t={" + entry * (5_000_000 // len(entry)) + "};")
    with ends(usual=10.0):
        result = scan(tmp_path, services=lambda: SHIPPED)
    assert {use.file for use in result.uses} == {"list.py", "bundle.js"}
    assert [use.certainty for use in result.uses if use.file == "bundle.js"] == ["possible"]
    assert any(told.startswith("bundle.js") for told in result.bounds_hit)


def test_many_cases_and_tables_of_another_language(tmp_path: Path) -> None:
    """Two megabytes of cases, blocks and variables that name no model are read once."""
    line = 'a=>"text/html";let m={id:"u/vw",k:{n:"x/yz"}};f("SOME_NAME","a/bc");\n'
    (tmp_path / "cases.js").write_text(line * (2_000_000 // len(line)))
    with ends(usual=8.0):
        assert not scan(tmp_path, services=lambda: SHIPPED).uses
