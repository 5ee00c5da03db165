"""Models in a page of Markdown: its bullets, its tables, and the links and quoted names of its
sentences."""

from __future__ import annotations

import re

from lineage.core.errors import UsageError
from lineage.workflows.portfolio import tables
from lineage.workflows.portfolio.naming import names_in
from lineage.workflows.portfolio.row import InputRow, Listing, clipped

_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s*)?(.*)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*\Z")
_CELL = re.compile(r"(?<!\\)\|")


def is_markdown(text: str) -> bool:
    """Whether some line is a bullet, a numbered item, or the rule below a table's header."""
    return any(
        _ITEM.match(line) or ("|" in line and _RULE.match(line)) for line in text.splitlines()
    )


def from_markdown(text: str, listing: Listing) -> list[InputRow]:
    """A row for each model that an item, a table or a sentence names; a note on the items and
    sentences that name none."""
    rows: list[InputRow] = []
    left: list[int] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if number < len(lines) and "|" in line and _RULE.match(lines[number]):
            end = next(
                (n for n in range(number + 1, len(lines)) if "|" not in lines[n]), len(lines)
            )
            rows += _table(lines, number - 1, end, listing, left)
            number = end
        elif line.strip() and not line.lstrip().startswith(("#", "<!--", "```", "---")):
            found = _line(line, number, listing)
            rows += found
            left += [] if found else [number]
    if rows and left:
        shown = ", ".join(map(str, left[:5])) + (", …" if len(left) > 5 else "")
        listing.note(f"{listing.name}: {len(left)} lines name no model (line {shown}).")
    return rows


def _line(line: str, number: int, listing: Listing) -> list[InputRow]:
    item = _ITEM.match(line)
    named = names_in(item[1] if item else line)
    if not item and len(line.split()) == 1 and not any("/" in one for one in named):
        return []  # one word outside a list is a word of the text
    return [InputRow(listing.name, f"line {number}", clipped(one), hub_only=False) for one in named]


def _table(
    lines: list[str], start: int, end: int, listing: Listing, left: list[int]
) -> list[InputRow]:
    table = [
        (f"line {n + 1}", [cell.strip() for cell in _CELL.split(lines[n].strip().strip("|"))])
        for n in (start, *range(start + 2, end))
    ]
    try:
        return tables.from_table(table, listing)
    except UsageError:
        left += range(start + 1, end + 1)  # a table of something else
        return []
