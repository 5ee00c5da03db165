"""Tell by its text alone whether a class of a module could give a field a value in its body."""

from __future__ import annotations

import re

from lineage.scan.place import occurrences

_GOES_ON = re.compile(
    r"(?!class\b)(?:.*[(\[{]"
    r"|(?:if|elif|else|for|while|try|except|finally|with|match|case|async\s+(?:for|with))\b.*:)\Z"
)
"""The first line of what stands in a function or a class: of a block or of brackets."""
_MOST = 200
_FARTHEST = 2_000
"""So many times a name, and so many lines above it, are looked at: past that it may be set."""
_CLASS = re.compile(r"\bclass\b")
_FUNCTION = re.compile(r"(?:async\s+)?def\b")


def may_set(field: str, code: str) -> bool:
    """Whether the name stands anywhere but within functions, or after a dot."""
    return any(
        number == _MOST or (code[start - 1 : start] != "." and not _is_in_function(code, start))
        for number, (start, _) in enumerate(occurrences(field, code))
    )


def _is_in_function(code: str, place: int) -> bool:
    """Whether the line there is surely of a function and of no class in it; code whose lines are
    set out oddly is not."""
    end = code.rfind("\n", 0, place) + 1
    before = code[end:place].lstrip()
    if _FUNCTION.fullmatch(before.rstrip()):
        before = ""  # the name of a method, or of a function within another
    if _FUNCTION.match(before):
        return True  # a parameter
    if _CLASS.search(before) or code[:end].endswith("\\\n"):
        return False  # on the line of its class, or on one that begins further up
    bound, most = place - end - len(before), 0
    for _ in range(_FARTHEST):
        if not bound or not end:
            return False
        start = code.rfind("\n", 0, end - 1) + 1
        line, end = code[start:end].rstrip(), start
        inner = line.lstrip()
        indent = len(line) - len(inner)
        if not inner or indent >= bound + most:
            continue
        if _FUNCTION.match(inner):
            return not line[:indent].count("\t")
        if inner[0] in ")]}":  # the statement that it ends begins no further right
            bound, most = indent, 1
        elif _GOES_ON.match(inner):
            bound, most = indent, 0
        else:
            return False
    return False
