"""Which channel of one model is which of another: the
assignment with the greatest total likeness."""

from __future__ import annotations

from typing import Any

EXACT_UP_TO = 768
"""Beyond this many undecided channels each takes its best free partner
instead; the exact answer would take minutes."""


def assign(likeness: Any) -> Any:
    """For each row of a numpy matrix (rows <= columns) its column.

    Channels that are each other's best are paired at once, which in true pairs is nearly all
    of them; the rest is solved exactly where it is small.
    """
    import numpy as np

    rows, columns = likeness.shape
    best_column, best_row = likeness.argmax(axis=1), likeness.argmax(axis=0)
    chosen = np.full(rows, -1)
    mutual = best_row[best_column] == np.arange(rows)
    chosen[mutual] = best_column[mutual]
    open_rows = np.flatnonzero(~mutual)
    open_columns = np.setdiff1d(np.arange(columns), chosen[mutual])
    if len(open_rows):
        rest = likeness[np.ix_(open_rows, open_columns)]
        picked = hungarian(-rest) if len(open_columns) <= EXACT_UP_TO else _greedy(rest)
        chosen[open_rows] = open_columns[picked]
    return chosen


def _greedy(likeness: Any) -> Any:
    import numpy as np

    left = likeness.copy()
    picked = np.full(left.shape[0], -1)
    for row in np.argsort(-left.max(axis=1)):
        picked[row] = left[row].argmax()
        left[:, picked[row]] = -np.inf
    return picked


def hungarian(cost: Any) -> Any:
    """The assignment of least total cost (rows <= columns):
    shortest augmenting paths with potentials."""
    import numpy as np

    rows, columns = cost.shape
    row_potential, column_potential = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=int)
    for row in range(1, rows + 1):
        owner[0] = row
        column = 0
        least = np.full(columns + 1, np.inf)
        came_from = np.zeros(columns + 1, dtype=int)
        used = np.zeros(columns + 1, dtype=bool)
        while owner[column]:
            used[column] = True
            now = owner[column]
            free = ~used[1:]
            reduced = cost[now - 1] - row_potential[now] - column_potential[1:]
            better = free & (reduced < least[1:])
            least[1:][better], came_from[1:][better] = reduced[better], column
            target = int(np.where(free, least[1:], np.inf).argmin()) + 1
            step = least[target]
            row_potential[owner[used]] += step
            column_potential[used] -= step
            least[~used] -= step
            column = target
        while column:
            owner[column] = owner[came_from[column]]
            column = came_from[column]
    picked = np.zeros(rows, dtype=int)
    taken = np.flatnonzero(owner[1:])
    picked[owner[1:][taken] - 1] = taken
    return picked
