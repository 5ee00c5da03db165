"""SECURITY.md names a test for each line; every one of them exists, and the lock for CI carries
hashes."""

from __future__ import annotations

import ast
import re

from docs.tools import ROOT

_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_the_threat_model_names_exists() -> None:
    """A line whose test was renamed or removed would be held by nobody."""
    named = _NAMED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    missing = [f"{path}::{name}" for path, name in named if name not in _functions(path)]
    assert missing == []


def _functions(path: str) -> set[str]:
    file = ROOT / path
    if not file.is_file():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_line_of_the_threat_model_names_a_test() -> None:
    """A row of the table without one is a wish."""
    rows = [
        line
        for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ][2:]
    assert [row for row in rows if not _NAMED.search(row)] == []


def test_the_lock_for_ci_pins_every_package_with_hashes() -> None:
    """And holds every dependency of the package itself."""
    text = (ROOT / "requirements" / "ci.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([\w.-]+)==\S+.*?\\\n((?:    .*\n)+)", text, re.MULTILINE)
    assert len(blocks) == len(re.findall(r"^[\w.-]+", text, re.MULTILINE))
    assert all("--hash=sha256:" in rest for _, rest in blocks)
    assert {"click", "huggingface-hub", "packaging", "pyyaml", "requests", "tabulate"} <= {
        name for name, _ in blocks
    }
