"""Models in a page of Markdown: its bullets, its tables, and the links and quoted names of its
sentences."""

from __future__ import annotations

import re

from lineage.core.errors import UsageError
from lineage.workflows.portfolio import tables
from lineage.workflows.portfolio.naming import BARE, CLEAR, addresses_in, clearness, names_in
from lineage.workflows.portfolio.row import InputRow, Listing, clipped

_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s*)?(.*)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*\Z")
_MOST_OTHERS = 3
"""Items without a model for each one with, up to which a page is a list of models."""
_CELL = re.compile(r"(?<!\\)\|")


def is_markdown(text: str) -> bool:
    """Whether some line is a bullet, a numbered item, or the rule below a table's header."""
    return any(
        _ITEM.match(line) or ("|" in line and _RULE.match(line)) for line in text.splitlines()
    )


def from_markdown(text: str, listing: Listing) -> list[InputRow]:
    """A row for each model that an item or table names, and for each address in a sentence; a note
    on the lines that name none.

    Raises UsageError where hardly an item names one: the page is about something else.
    """
    rows: list[InputRow] = []
    left: list[int] = []
    items = 0
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        item = _ITEM.match(line)
        if number < len(lines) and "|" in line and _RULE.match(lines[number]):
            end = _end_of_table(lines, number)
            found = _table(lines, number - 1, end, listing)
            left += [] if found else range(number, end + 1)
            items += 0 if found else end - number
            number = end
        elif line.strip() and not line.lstrip().startswith(("#", "<!--", "```", "---")):
            named = names_in(item[1]) if item else addresses_in(line)
            least = BARE if item and item[1].lstrip().startswith("`") else CLEAR
            found = [
                InputRow(listing.name, f"line {number}", clipped(one))
                for one in named
                if clearness(one) >= least
            ]
            left += [] if found else [number]
            items += 1 if item and not found else 0
        else:
            continue
        rows += found
    if items > _MOST_OTHERS * len(rows):
        raise UsageError(
            f"{listing.name} is not a list of models: {items} of its items name none.",
            "Write one model per item, as org/name or as an address.",
        )
    if rows and left:
        shown = ", ".join(map(str, left[:5])) + (", …" if len(left) > 5 else "")
        listing.note(f"{listing.name}: {len(left)} lines name no model (line {shown}).")
    return rows


def _end_of_table(lines: list[str], start: int) -> int:
    return next((n for n in range(start, len(lines)) if "|" not in lines[n]), len(lines))


def _table(lines: list[str], start: int, end: int, listing: Listing) -> list[InputRow]:
    """The rows of a table with a column of models; none of a table of something else."""
    table = [
        (f"line {n + 1}", [cell.strip() for cell in _CELL.split(lines[n].strip().strip("|"))])
        for n in (start, *range(start + 2, end))
    ]
    if not listing.column and not tables.columns_of(table[0][1]):
        return []
    try:
        return tables.from_table(table, listing)
    except UsageError:
        return []
