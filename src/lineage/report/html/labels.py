"""Text that has to fit into the drawing: names whole on two lines, and how wide a line becomes."""

from __future__ import annotations

import re

from lineage.report.html.markup import shown

_LONGEST = 100
"""Letters of a name beyond which it is clipped; the Hub allows 96 after the namespace."""
_ONE_LINE = 22
NAME_UNIT, SMALL_UNIT = 8.6, 6.6
"""Pixels of a usual letter at 13 pixels bold and at 11, in the widest of the usual fonts."""
_WIDE, _THIN = 1.45, 0.62


def two_lines(name: str) -> tuple[str, str]:
    """The whole name on one line where it is short, else parted where it may be: after the
    namespace, or at the mark nearest the middle."""
    line = shown(name, _LONGEST)
    if units(line) <= _ONE_LINE:
        return line, ""
    marks = [m.end() for m in re.finditer(r"[/\-_. ]", line) if 0 < m.end() < len(line)]
    at = min(marks, key=lambda end: _cost(line, end), default=len(line) // 2)
    return line[:at], line[at:]


def _cost(line: str, at: int) -> tuple[float, int]:
    """The longer half; the place after the namespace is worth some letters."""
    longer = max(units(line[:at]), units(line[at:]))
    return longer - (5 if line[at - 1] == "/" else 0), at


def clipped(text: str, most: float) -> str:
    """The beginning of a line of small print."""
    line = shown(text, 400)
    if units(line) <= most:
        return line
    while line and units(line) > most - 1:
        line = line[:-1]
    return f"{line}…"


def units(text: str) -> float:
    """Width in usual letters, reckoned on the wide side."""
    return sum(_unit(char) for char in text)


def _unit(char: str) -> float:
    if ord(char) > 0x2E80:
        return 2.0
    if char in "MW@%mw…—":
        return _WIDE
    if char.isupper():
        return 1.12
    return _THIN if char in "iljtfrI1.,:;/|()[]'! " else 1.0
