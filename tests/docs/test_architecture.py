"""Every package of the source is described in docs/architecture.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_every_package_is_in_the_table():
    """A new folder of `src/lineage/` gets its line."""
    source = ROOT / "src/lineage"
    if not source.is_dir():
        pytest.skip("the sources are not beside the tests")
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z]+)/` ", page, re.MULTILINE))
    here = {folder.name for folder in source.iterdir() if folder.is_dir()} - {"__pycache__"}
    assert named == here
