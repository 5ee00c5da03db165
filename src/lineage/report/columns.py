"""Lays out tables and lines of text so that they fit a terminal; addresses stay whole, so that they
can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from lineage.report.cells import cells, from_left, padded, wrapped

WIDTH = 100
_GAP = "  "
_LEAST = 12
"""Cells below which a column is not narrowed, unless its words are shorter."""
_NO_MORE: Mapping[int, int] = {}


def table(
    rows: Iterable[Sequence[str]],
    headers: Sequence[str],
    width: int = WIDTH,
    names: Iterable[int] = (),
    least: Mapping[int, int] = _NO_MORE,
    *,
    rule: bool = True,
) -> str:
    """A table in which the widest columns are wrapped, and the columns of `names` shortened from
    the left, until it fits; where even that does not do, each row as lines of its own.

    `least` says below which width a column is not narrowed, words longer than that aside.
    """
    body = [[str(cell) for cell in row] for row in rows]
    named = frozenset(names)
    columns = [[head, *(row[n] for row in body)] for n, head in enumerate(headers)]
    widths = [max(map(cells, column)) for column in columns]
    words = [0 if n in named else _longest(column) for n, column in enumerate(columns)]
    low = [
        min(natural, max(least.get(n, _LEAST), min(words[n], 2 * _LEAST)))
        for n, natural in enumerate(widths)
    ]
    room = width - len(_GAP) * (len(widths) - 1)
    if sum(low) > room:
        return "\n".join(_stacked(row, headers, width) for row in body)
    while sum(widths) > room:
        wide = (n for n in range(len(widths)) if widths[n] > low[n])
        widths[max(wide, key=widths.__getitem__)] -= 1
    for n in named:
        short = from_left((row[n] for row in body), widths[n])
        for row in body:
            row[n] = short[row[n]]
    lines = [_across(headers, widths)]
    lines += [[_GAP.join("-" * n for n in widths)]] if rule else []
    lines += [_across(row, widths) for row in body]
    return "\n".join(line for block in lines for line in block)


def _across(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    pieces = [wrapped(cell, widths[n]) for n, cell in enumerate(row)]
    return [
        _GAP.join(padded(cell, widths[n]) for n, cell in enumerate(line)).rstrip()
        for line in zip_longest(*pieces, fillvalue="")
    ]


def _stacked(row: Sequence[str], headers: Sequence[str], width: int) -> str:
    first, *rest = zip(headers, row, strict=True)
    text = " · ".join(f"{head}: {cell}" if head else cell for head, cell in rest if cell)
    return "\n".join([*wrapped(first[1], width), *wrapped(text, width, "  ")])


def _longest(column: Sequence[str]) -> int:
    return max((cells(word) for cell in column for word in cell.split()), default=0)


def fitted(lines: Iterable[str], width: int = WIDTH) -> str:
    """The lines, each wrapped between words; what is carried over is set in deeper than its
    line."""
    return "\n".join(piece for line in lines for piece in _line(line, width))


def _line(line: str, width: int) -> list[str]:
    if cells(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    return wrapped(line.strip(), width, indent, f"{indent}  ")
