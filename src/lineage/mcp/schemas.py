"""The published JSON Schemas, and parts of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from lineage.core.packaged import DATA


def published(name: str) -> dict[str, Any]:
    """A schema that `lineage schema NAME` prints."""
    return deepcopy(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    text = (DATA / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def part_of_target(keys: Iterable[str]) -> dict[str, Any]:
    """The schema of some of the names that the report has of one model."""
    report = published("report")
    target = report["$defs"]["target"]
    wanted = list(keys)
    properties = {key: target["properties"][key] for key in wanted}
    defs: dict[str, Any] = {}
    _collect(properties, report["$defs"], defs)
    required = [key for key in wanted if key in target["required"]]
    return {"type": "object", "required": required, "properties": properties, "$defs": defs}


def _collect(part: Any, known: Mapping[str, Any], found: dict[str, Any]) -> None:
    """Everything that a part refers to."""
    if isinstance(part, list):
        for one in part:
            _collect(one, known, found)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref")
    name = reference.rpartition("/")[2] if isinstance(reference, str) else ""
    if name and name not in found:
        found[name] = known[name]
        _collect(known[name], known, found)
    for below in part.values():
        _collect(below, known, found)
