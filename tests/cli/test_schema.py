"""`lineage schema` through the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable

from conftest import Ran


def test_every_schema_is_listed_and_printed(lineage: Callable[..., Ran]):
    """The list names the report first; each is a JSON Schema of its own."""
    listed = [line.split()[0] for line in lineage("schema").out.splitlines()]
    assert listed[:2] == ["report", "policy"]
    printed = json.loads(lineage("schema", "report").out)
    assert printed["properties"]["schema"] == {"const": "lineage-report/1"}


def test_a_misspelt_schema_is_told_the_near_one(lineage: Callable[..., Ran]):
    """Exit 2 with the name that was probably meant."""
    ran = lineage("schema", "reprot")
    assert ran.code == 2
    assert "report" in ran.err.splitlines()[1]
