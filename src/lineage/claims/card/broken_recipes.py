"""Merge recipes that are no valid YAML: text before them, indents that do not fit. Read line by
line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(
    r"[ \t]{0,40}(?:-[ \t]+){0,3}(?:\"|')?(?P<key>base_model|model|source_model|"
    r"lora_path|path)(?:\"|')?[ \t]*:[ \t]*"
    r"(?P<value>[^\s#\"'{}\[\]][^#\n]{0,200}|\"[^\"\n]{1,200}\"|'[^'\n]{1,200}')"
)
_ITEM = re.compile(r"[ \t]{0,40}-[ \t]+(?P<value>[\w.-]{1,96}/[\w.-]{1,96})[ \t]*(?:#.*)?\Z")
_METHOD = re.compile(
    r"^[ \t]{0,12}(?:merge_method|gate_mode)[ \t]*:[ \t]*([\w-]{1,40})", re.MULTILINE
)
_SIGN = re.compile(r"^[ \t]{0,12}(?:merge_method|gate_mode|slices|experts)[ \t]*:", re.MULTILINE)
_MOST_LINES = 5_000


def is_broken_recipe(text: str) -> bool:
    """Whether a text has the keys of a merge recipe, readable as YAML or not."""
    return bool(_SIGN.search(text))


def recipe_lines(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Line (from 0), key, value and merge method of each line that names a model."""
    method = _METHOD.search(text)
    name = method[1] if method else ""
    under_models = False
    for number, line in enumerate(text.split("\n")[:_MOST_LINES]):
        if found := _LINE.match(line):
            for value in found["value"].strip().strip("\"'").split("+"):
                if value.strip():
                    yield number, found["key"], value.strip(), name
        elif under_models and (item := _ITEM.match(line)):
            yield number, "models", item["value"], name
        if line.strip().endswith(":"):
            under_models = line.strip().rstrip(":").lstrip("- ") in (
                "models",
                "experts",
                "source_models",
            )
