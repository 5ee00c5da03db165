"""Writes the small part of TOML that our curated records use: tables, arrays of tables, strings, numbers, booleans, arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def dump(record: Mapping[str, Any]) -> str:
    """One record as TOML text: plain keys first, then tables, then arrays of tables. Empty values are left out."""
    return "\n".join(_table(record, ())).strip() + "\n"


def _table(record: Mapping[str, Any], path: tuple[str, ...], *, in_rows: bool = False) -> list[str]:
    """In a row of an array of tables, a mapping stays on its line."""
    kept = {key: value for key, value in record.items() if value not in (None, "", [], {})}
    tables = {key for key, value in kept.items() if isinstance(value, Mapping) and not in_rows}
    plain = {key: value for key, value in kept.items() if key not in tables and not _is_tables(value)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in kept.items():
        if key in tables:
            lines += ["", f"[{_header((*path, key))}]", *_table(value, (*path, key))]
    for key, value in kept.items():
        if _is_tables(value):
            for row in value:
                lines += ["", f"[[{_header((*path, key))}]]", *_table(row, (*path, key), in_rows=True)]
    return lines


def _is_tables(value: Any) -> bool:
    """Arrays of records become `[[tables]]`; a list of citations stays inline, one to a line."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and "url" not in value[0]


def _header(path: tuple[str, ...]) -> str:
    return ".".join(_key(step) for step in path)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v not in (None, "")) + " }"
    return _array(value)


def _array(values: Sequence[Any]) -> str:
    inline = "[" + ", ".join(_value(value) for value in values) + "]"
    if len(inline) <= 100 and not any(isinstance(value, Mapping) for value in values):
        return inline
    return "[\n" + "".join(f"  {_value(value)},\n" for value in values) + "]"
