"""What the documents show is what the tool prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.tools import ROOT, load

examples = load("doc_examples")


@pytest.mark.parametrize("document", examples.documents(), ids=lambda path: path.name)
def test_every_example_prints_what_its_document_shows(document: Path):
    """Run each `console` block of the document and compare."""
    assert examples.stale(document) == []


def test_a_stale_output_is_seen():
    """The comparison itself can fail, and an elision stands for any lines."""
    assert examples.matches("a\n...\nd\n", "a\nb\nc\nd\n")
    assert not examples.matches("a\n...\nd\n", "a\nb\nc\n")
    assert not examples.matches("a\n", "a\nb\n")


@pytest.mark.parametrize("name", ["how-to.md", "policy.md", "python.md"])
def test_python_examples_run(name: str, capsys: pytest.CaptureFixture[str]):
    """Each `python` block runs as it stands, and prints something; what a comment behind `print`
    shows is what it prints."""
    found = re.findall(
        r"^```python\n(.*?)^```$",
        (ROOT / "docs" / name).read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found
    for block in found:
        exec(compile(block, name, "exec"), {})
        printed = capsys.readouterr().out
        assert printed
        for shown in re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE):
            assert shown in printed
