"""Writes data/schemas/probe.schema.json, the form of a result of `lineage probe`, from the
classes that it is made of.

python tools/generate_probe_schema.py          # write
python tools/generate_probe_schema.py --check  # exit 1 where the stored one is another
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from lineage.probe.record import SCHEMA, Run

OUT = (
    Path(__file__).resolve().parent.parent
    / "src"
    / "lineage"
    / "data"
    / "schemas"
    / "probe.schema.json"
)
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The whole document."""
    found = _of(Run)
    found["properties"] = {"schema": {"const": SCHEMA}, **found["properties"]}
    found["required"] = ["schema", *found["required"]]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of lineage probe",
    }
    return head | found


def _of(kind: Any) -> dict[str, Any]:
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if kind is Any:
        return {}
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _of(next(one for one in inner if one is not type(None)))  # None is left out
    if origin is tuple and inner[-1] is Ellipsis:
        return {"type": "array", "items": _of(inner[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_of(one) for one in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(inner[1])}
    if issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    hints, fields = get_type_hints(kind), dataclasses.fields(kind)
    missing = dataclasses.MISSING
    return {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0],
        "properties": {one.name: _of(hints[one.name]) for one in fields},
        "required": [
            one.name for one in fields if one.default is missing and one.default_factory is missing
        ],
        "additionalProperties": False,
    }


def text() -> str:
    """As it is stored."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(OUT.read_text(encoding="utf-8") != text())
    OUT.write_text(text(), encoding="utf-8")
    print(f"wrote {OUT}")
