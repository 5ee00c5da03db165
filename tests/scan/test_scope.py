"""Tests, documentation and examples are told apart, counted where they are left out, and never hide what the rest imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.report.uses import left_out_message
from lineage.scan.scope import Scope, is_beside
from lineage.workflows.check import scanned

LOAD = 'from transformers import AutoModel\nAutoModel.from_pretrained("{}")\n'


def _tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    "file",
    [
        "tests/a.py",
        "src/app/Tests/a.py",
        "app/test_a.py",
        "a_test.go",
        "web/a.spec.tsx",
        "conftest.py",
        "docs/a.yaml",
    ],
)
def test_what_stands_beside(file: str) -> None:
    assert is_beside(file)


@pytest.mark.parametrize(
    "file", ["app/testing_utils.py", "latest.py", "contest/a.py", "app/attest.ts", "tests.py"]
)
def test_what_does_not(file: str) -> None:
    assert not is_beside(file)


def test_left_out_is_counted_and_named(tmp_path: Path) -> None:
    folder = _tree(
        tmp_path,
        {"app.py": LOAD.format("acme/runs"), "tests/test_app.py": LOAD.format("acme/tested")},
    )
    assert {use.model for use in scanned(folder).uses} == {"acme/runs", "acme/tested"}
    found = scanned(folder, scope=Scope.RUNTIME)
    assert [use.model for use in found.uses] == ["acme/runs"]
    assert [(use.file, use.line, use.model) for use in found.left_out] == [
        ("tests/test_app.py", 2, "acme/tested")
    ]
    assert left_out_message(found) == (
        "1 use of 1 model in tests, documentation and examples left out by --scope runtime: acme/tested."
    )


@pytest.mark.parametrize(
    "statement",
    [
        "from tests.hidden import model",
        "from tests import (\n    hidden,\n)",
        "import tests.hidden as clean",
        "from .tests import \\\n    hidden",
        "    import os, tests.hidden",
    ],
)
def test_what_the_rest_imports_is_the_rest(tmp_path: Path, statement: str) -> None:
    statement = f"if True:\n{statement}" if statement.startswith(" ") else statement
    folder = _tree(tmp_path, {"app.py": statement, "tests/hidden.py": LOAD.format("acme/hidden")})
    assert [use.model for use in scanned(folder, scope=Scope.RUNTIME).uses] == ["acme/hidden"]


def test_imported_through_another_of_them(tmp_path: Path) -> None:
    folder = _tree(
        tmp_path,
        {
            "app.py": "import tests",
            "tests/__init__.py": "from .deep import x",
            "tests/deep.py": LOAD.format("a/b-1"),
        },
    )
    found = scanned(folder, scope=Scope.RUNTIME)
    assert [use.model for use in found.uses] == ["a/b-1"]
    assert not found.left_out


@pytest.mark.parametrize(
    ("name", "text", "hidden", "loads"),
    [
        (
            "app.ts",
            "import { m } from '../examples/models';\n",
            "examples/models.ts",
            "pipeline('t', 'acme/a-1')\n",
        ),
        ("Dockerfile", "RUN bash tests/serve.sh\n", "tests/serve.sh", "vllm serve acme/a-1\n"),
        ("run.sh", "python docs/tool.py\n", "docs/tool.py", LOAD.format("acme/a-1")),
    ],
)
def test_what_the_rest_runs_is_the_rest(
    tmp_path: Path, name: str, text: str, hidden: str, loads: str
) -> None:
    """In other languages than Python, and by commands."""
    folder = _tree(tmp_path, {name: text, hidden: loads})
    assert [use.model for use in scanned(folder, scope=Scope.RUNTIME).uses] == ["acme/a-1"]
