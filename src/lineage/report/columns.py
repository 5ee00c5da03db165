"""Lays out tables and lines of text so that they fit a terminal; addresses and ids stay whole, so
that they can be copied."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from tabulate import tabulate

WIDTH = 100
_GAP = 2


def table(rows: Iterable[Sequence[str]], headers: Sequence[str], width: int = WIDTH) -> str:
    """A table in which the widest columns are wrapped between words until it fits, as far as its
    longest words allow."""
    body = [[str(cell) for cell in row] for row in rows]
    columns = list(zip(*body, strict=True)) or [() for _ in headers]
    # tabulate sets a header in a column two wider than itself.
    heads = [len(head) + 2 for head in headers]
    widths = [max([heads[n], *map(len, column)]) for n, column in enumerate(columns)]
    least = [max([heads[n], *map(_longest_word, column)]) for n, column in enumerate(columns)]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        at = max(
            (n for n in range(len(widths)) if widths[n] > least[n]),
            key=lambda n: widths[n],
            default=None,
        )
        if at is None:
            break
        widths[at] -= 1
    wrapped = [["\n".join(_pieces(cell, widths[n])) for n, cell in enumerate(row)] for row in body]
    return tabulate(wrapped, list(headers), disable_numparse=True)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _pieces(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def fitted(lines: Iterable[str], width: int = WIDTH) -> str:
    """The lines, each wrapped between words; what is carried over is set in deeper than its
    line."""
    return "\n".join(_line(line, width) for line in lines)


def _line(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
