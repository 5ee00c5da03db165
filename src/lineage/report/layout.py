"""Places a lineage graph in rows: the audited model below, its ancestors above, crossings few, no
box over another.

The usual four steps of layered drawing: break cycles, choose rows by the longest path, order each
row by the mean place of its neighbours, then give coordinates. Everything is deterministic: the
same graph is always drawn the same.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from lineage.core.value import dataclass

BOX_WIDTH, BOX_HEIGHT = 196.0, 64.0
"""The height of every box, and the width of one that is not told another."""
GAP, ROW = 24.0, 134.0
"""Between boxes of a row, and from row to row."""
_BEND = 4.0
"""Room for an edge that passes through a row; bundles of them stand close."""
_SWEEPS = 10
_MARGIN = 24.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Where everything is found, in pixels from the top left."""

    width: float
    height: float
    boxes: dict[str, Point]
    """Centre of each model's box."""
    rows: dict[str, int]
    """Row of each model, counted from the audited one, which has 0."""
    routes: tuple[tuple[Point, ...], ...]
    """For each edge as given the points from parent to child; empty for a self-reference."""


@dataclass
class _Step:
    """One stop in a row: a model, or a bend of an edge that passes through."""

    row: int
    width: float
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    x: float = 0.0


def place(
    target: str,
    models: Sequence[str],
    edges: Sequence[tuple[str, str]],
    widths: Mapping[str, float] | None = None,
) -> Layout:
    """Lay out `edges` of (child, parent). Models that no edge reaches are in the first row."""
    backward = _backward(target, models, edges)
    upward = [(p, c) if i in backward else (c, p) for i, (c, p) in enumerate(edges)]
    rows = _split(_rows(models, upward), _depth_first(target, models, upward))
    steps, chains = _steps(models, rows, upward, widths or {})
    order = _ordered(steps, max(rows.values(), default=0) + 1)
    _coordinates(steps, order)
    return _measured(models, rows, steps, chains, backward)


def _backward(target: str, models: Sequence[str], edges: Sequence[tuple[str, str]]) -> set[int]:
    """Edges that close a cycle when walked depth first from the target; they are drawn against the
    flow."""
    out: dict[str, list[tuple[int, str]]] = {}
    for i, (child, parent) in enumerate(edges):
        out.setdefault(child, []).append((i, parent))
    found: set[int] = set()
    state: dict[str, int] = {}
    for start in (target, *models):
        stack = [] if start in state else [(start, iter(out.get(start, ())))]
        state.setdefault(start, 1)
        while stack:
            model, todo = stack[-1]
            for i, parent in todo:
                if state.get(parent) == 1:
                    found.add(i)
                elif parent not in state:
                    state[parent] = 1
                    stack.append((parent, iter(out.get(parent, ()))))
                    break
            else:
                state[model] = 2
                stack.pop()
    return found


def _rows(models: Sequence[str], upward: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest way from any model without a child: every edge then leads at least one row up."""
    waiting = dict.fromkeys(models, 0)
    out: dict[str, list[str]] = {}
    for low, high in upward:
        if low != high:
            out.setdefault(low, []).append(high)
            waiting[high] += 1
    rows = {model: 0 for model in models if not waiting[model]}
    todo = list(rows)
    for low in todo:
        for high in out.get(low, ()):
            rows[high] = max(rows.get(high, 0), rows[low] + 1)
            waiting[high] -= 1
            if not waiting[high]:
                todo.append(high)
    return rows


def _depth_first(
    target: str, models: Sequence[str], upward: Sequence[tuple[str, str]]
) -> list[str]:
    """Models in the order of a walk from the target: those with a common child stand together."""
    out: dict[str, list[str]] = {}
    for low, high in upward:
        out.setdefault(low, []).append(high)
    seen: dict[str, None] = {}
    stack = [*reversed(models), target]
    while stack:
        model = stack.pop()
        if model not in seen:
            seen[model] = None
            stack.extend(reversed(out.get(model, ())))
    return list(seen)


def _split(rows: dict[str, int], order: Sequence[str]) -> dict[str, int]:
    """Rows wider than the drawing should be become several: models of one row never point at each
    other.

    Neighbours go to different rows in turn, so that the base models of one model stack up above it.
    """
    most = max(5, round(math.sqrt(len(rows))))
    members: dict[int, list[str]] = {}
    for model in order:
        members.setdefault(rows[model], []).append(model)
    placed: dict[str, int] = {}
    base = 0
    for row in sorted(members):
        height = math.ceil(len(members[row]) / most)
        placed |= {model: base + i % height for i, model in enumerate(members[row])}
        base += height
    return placed


def _steps(
    models: Sequence[str],
    rows: dict[str, int],
    upward: Sequence[tuple[str, str]],
    widths: Mapping[str, float],
) -> tuple[list[_Step], list[tuple[int, ...]]]:
    """A step for every model, and one for every row that an edge passes; each edge as a chain of
    steps from low to high."""
    index = {model: i for i, model in enumerate(models)}
    steps = [_Step(rows[model], widths.get(model, BOX_WIDTH)) for model in models]
    chains: list[tuple[int, ...]] = []
    for low, high in upward:
        if low == high:
            chains.append(())
            continue
        chain = [index[low]]
        for row in range(rows[low] + 1, rows[high]):
            steps.append(_Step(row, _BEND))
            chain.append(len(steps) - 1)
        chain.append(index[high])
        for below, above in itertools.pairwise(chain):
            steps[below].up.append(above)
            steps[above].down.append(below)
        chains.append(tuple(chain))
    return steps, chains


def _ordered(steps: Sequence[_Step], count: int) -> list[list[int]]:
    """Each row's steps from left to right; the order with the fewest crossings of all sweeps
    wins."""
    order: list[list[int]] = [[] for _ in range(count)]
    for i, step in enumerate(steps):
        order[step.row].append(i)
    best, fewest = [list(row) for row in order], _crossings(steps, order)
    for sweep in range(_SWEEPS):
        going_up = sweep % 2 == 0
        for row in order if going_up else reversed(order):
            _sort_row(steps, order, row, going_up)
        now = _crossings(steps, order)
        if now < fewest:
            best, fewest = [list(row) for row in order], now
    return best


def _sort_row(
    steps: Sequence[_Step], order: Sequence[Sequence[int]], row: list[int], going_up: bool
) -> None:
    if not row:
        return
    beside = steps[row[0]].row + (-1 if going_up else 1)
    if not 0 <= beside < len(order):
        return
    place_of = {step: i for i, step in enumerate(order[beside])}
    here = {step: i for i, step in enumerate(row)}
    stretch = len(order[beside]) / len(row)

    def middle(step: int) -> float:
        near = [place_of[n] for n in (steps[step].down if going_up else steps[step].up)]
        return sum(near) / len(near) if near else here[step] * stretch

    row.sort(key=lambda step: (middle(step), here[step]))


def _crossings(steps: Sequence[_Step], order: Sequence[Sequence[int]]) -> int:
    """Number of edge crossings between neighbouring rows."""
    total = 0
    for low, high in itertools.pairwise(order):
        place_of = {step: i for i, step in enumerate(high)}
        seen: list[int] = []
        for step in low:
            ends = sorted(place_of[n] for n in steps[step].up)
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _coordinates(steps: Sequence[_Step], order: Sequence[Sequence[int]]) -> None:
    """Each step goes to the mean of its neighbours as near as order and gaps allow."""
    for row in order:
        _settle(steps, row, [0.0] * len(row))
    for sweep in range(_SWEEPS):
        for row in order if sweep % 2 == 0 else reversed(order):
            _settle(
                steps,
                row,
                [
                    _wish(steps, step, both=sweep >= _SWEEPS - 2, down=sweep % 2 == 0)
                    for step in row
                ],
            )


def _wish(steps: Sequence[_Step], step: int, *, both: bool, down: bool) -> float:
    one = steps[step]
    near = one.down if down else one.up
    if both:
        near = one.up + one.down
    return sum(steps[n].x for n in near) / len(near) if near else one.x


def _settle(steps: Sequence[_Step], row: Sequence[int], wishes: Sequence[float]) -> None:
    """The least total displacement with every gap kept: isotonic regression by pooling neighbours
    that would overlap."""
    offsets: list[float] = []
    at = 0.0
    for i, step in enumerate(row):
        if i:
            left, right = steps[row[i - 1]].width, steps[step].width
            at += (left + right) / 2 + (GAP if max(left, right) > _BEND else _BEND)
        offsets.append(at)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        total, size = wish - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            before, many = pools.pop()
            total, size = total + before, size + many
        pools.append((total, size))
    shifts = [total / size for total, size in pools for _ in range(size)]
    for step, shift, offset in zip(row, shifts, offsets, strict=True):
        steps[step].x = shift + offset


def _measured(
    models: Sequence[str],
    rows: dict[str, int],
    steps: Sequence[_Step],
    chains: Sequence[tuple[int, ...]],
    backward: set[int],
) -> Layout:
    """Pixels: the first row at the bottom, everything inside the margins."""
    left = min((s.x - s.width / 2 for s in steps), default=0.0) - _MARGIN
    right = max((s.x + s.width / 2 for s in steps), default=0.0) + _MARGIN
    top = max(rows.values(), default=0)
    height = top * ROW + BOX_HEIGHT + 2 * _MARGIN

    def centre(i: int) -> Point:
        return (
            round(steps[i].x - left, 1),
            round((top - steps[i].row) * ROW + BOX_HEIGHT / 2 + _MARGIN, 1),
        )

    ports = _ports(steps, chains)
    routes = []
    for number, chain in enumerate(chains):
        points = [centre(i) for i in chain]
        if points:
            (x0, y0), (x1, y1) = points[0], points[-1]
            points[0] = (round(x0 + ports[number, 0], 1), y0 - BOX_HEIGHT / 2)
            points[-1] = (round(x1 + ports[number, 1], 1), y1 + BOX_HEIGHT / 2)
        routes.append(tuple(points) if number in backward else tuple(reversed(points)))
    return Layout(
        round(right - left, 1),
        round(height, 1),
        {m: centre(i) for i, m in enumerate(models)},
        rows,
        tuple(routes),
    )


def _ports(
    steps: Sequence[_Step], chains: Sequence[tuple[int, ...]]
) -> dict[tuple[int, int], float]:
    """How far from the box's middle each edge leaves it: spread over its width, in the order of
    where it goes."""
    ends: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for number, chain in enumerate(chains):
        if chain:
            ends.setdefault((chain[0], 0), []).append((steps[chain[1]].x, number))
            ends.setdefault((chain[-1], 1), []).append((steps[chain[-2]].x, number))
    found: dict[tuple[int, int], float] = {}
    for (step, side), going in ends.items():
        offsets = _spread(len(going), steps[step].width)
        found |= {
            (number, side): offset
            for (_, number), offset in zip(sorted(going), offsets, strict=True)
        }
    return found


def _spread(count: int, width: float) -> Iterable[float]:
    room = min(width - 48, 40.0 * (count - 1))
    return [(i / (count - 1) - 0.5) * room if count > 1 else 0.0 for i in range(count)]
