"""Picks single keys out of a text that cannot be parsed as the JSON or YAML it should be: cut,
malformed, or made so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from lineage.core.pattern import late

_MOST = 400
_JSON_PAIR = late(
    r"""["']([A-Za-z_][\w.-]{0,60})["']\s{0,20}:\s{0,20}(?:\[\s{0,20})?"""
    r"""(?:"((?:[^"\\\n]|\\.){1,400})"|'([^'\n]{1,400})'|(-?\d{1,15})(?![\d.]))"""
)
_YAML_PAIR = late(
    r"^[ \t]{0,40}(?:-[ \t]{1,8})?[\"']?([A-Za-z_][\w.-]{0,60})[\"']?[ \t]{0,8}:[ \t]{1,8}"
    r"[\"']?([^\s\"'#{\[][^\n\"'#]{0,300})",
    re.MULTILINE,
)
_TOML_PAIR = late(
    r"^[ \t]{0,40}[\"']?([A-Za-z_][\w.-]{0,60})[\"']?[ \t]{0,8}=[ \t]{0,8}[\"']([^\n\"']{1,300})",
    re.MULTILINE,
)
_TELLING = late(
    r"name|path|model|base|teacher|llm|encoder|backbone|tower|architectures|_type|vocab_size"
    r"|hidden_size|num_hidden_layers|merge_method|lora|adapter|source|repo|verifier",
    re.IGNORECASE,
)
_LISTS = frozenset({"architectures"})

Keys = tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]


def json_keys(text: str) -> Keys:
    """The telling keys of a broken JSON text, whatever they are in; a key's further values
    apart."""
    return _gathered(
        (match[1], _unescaped(match[2]) if match[2] else match[3] or int(match[4]))
        for match in _JSON_PAIR.finditer(text)
    )


def yaml_keys(text: str) -> Keys:
    """The telling keys of a YAML text that is refused, line by line; a key's further values
    apart."""
    return _gathered((match[1], match[2].strip()) for match in _YAML_PAIR.finditer(text))


def toml_keys(text: str) -> Keys:
    """The telling keys of a TOML text, whatever table they are in; a key's further values
    apart."""
    return _gathered((match[1], match[2].strip()) for match in _TOML_PAIR.finditer(text))


def _gathered(pairs: Iterable[tuple[str, Any]]) -> Keys:
    first: dict[str, Any] = {}
    more: list[Mapping[str, Any]] = []
    seen: set[tuple[str, Any]] = set()
    for key, value in pairs:
        if (key, value) in seen or not _TELLING.search(key):
            continue
        if len(seen) >= _MOST:
            break
        seen.add((key, value))
        if key in first:
            more.append({key: value})
        else:
            first[key] = [value] if key in _LISTS else value
    if method := first.get("merge_method"):
        return first, tuple({**item, "merge_method": method} for item in more)
    return first, tuple(more)


def _unescaped(text: str) -> str:
    try:
        value = json.loads(f'"{text}"')
    except ValueError:
        return text
    return value if isinstance(value, str) else text
