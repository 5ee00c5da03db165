"""Which layer of one model is which of another, where layers were dropped or duplicated."""

from __future__ import annotations

import math
from collections.abc import Sequence


def align(likeness: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """For each row (layer of the shallower model) its column (layer of the
    deeper), increasing, with the greatest total likeness.

    Dropped layers are columns that nothing maps to; of a duplicated layer
    one copy is chosen. Needs rows <= columns.
    """
    rows, columns = len(likeness), len(likeness[0]) if likeness else 0
    best = [[0.0] * (columns + 1)] + [[-math.inf] * (columns + 1) for _ in range(rows)]
    for i in range(1, rows + 1):
        for j in range(i, columns - (rows - i) + 1):
            best[i][j] = max(best[i][j - 1], best[i - 1][j - 1] + likeness[i - 1][j - 1])
    chosen: list[int] = []
    j = columns
    for i in range(rows, 0, -1):
        while j > i and best[i][j] == best[i][j - 1]:
            j -= 1
        chosen.append(j - 1)
        j -= 1
    return tuple(reversed(chosen))


def log10_alignments(shallow: int, deep: int) -> float:
    """log10 of how many increasing maps there are: the price of having chosen the best."""
    return (
        math.lgamma(deep + 1) - math.lgamma(shallow + 1) - math.lgamma(deep - shallow + 1)
    ) / math.log(10)
