"""What the documents show is what the tool prints."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


examples = _load("doc_examples")


@pytest.mark.parametrize("document", examples.documents(), ids=lambda path: path.name)
def test_every_example_prints_what_its_document_shows(document: Path):
    """Run each `console` block of the document and compare."""
    assert examples.stale(document) == []


def test_a_stale_output_is_seen():
    """The comparison itself can fail, and an elision stands for any lines."""
    assert examples.matches("a\n...\nd\n", "a\nb\nc\nd\n")
    assert not examples.matches("a\n...\nd\n", "a\nb\nc\n")
    assert not examples.matches("a\n", "a\nb\n")
