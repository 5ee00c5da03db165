"""Shortest paths through a lineage graph, kept as one link per model: a chain
is put together only when somebody asks for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from lineage.graph.edge import Edge


class Routes(Mapping[str, tuple[Edge, ...]]):
    """For every model reached, the shortest chain of edges from the
    start to it; the start's own is empty."""

    def __init__(self, start: str, edges_of: Callable[[str], Iterable[Edge]]) -> None:
        """Walk breadth first over `edges_of` each model, in its order, which settles ties."""
        self._start = start
        self._last: dict[str, Edge | None] = {start: None}
        queue = deque([start])
        while queue:
            for edge in edges_of(queue.popleft()):
                if edge.parent not in self._last:
                    self._last[edge.parent] = edge
                    queue.append(edge.parent)

    def __getitem__(self, model: str) -> tuple[Edge, ...]:
        chain: list[Edge] = []
        edge = self._last[model]
        while edge is not None:
            chain.append(edge)
            edge = self._last[edge.child]
        return tuple(reversed(chain))

    def __iter__(self) -> Iterator[str]:
        """Nearest first."""
        return iter(self._last)

    def __len__(self) -> int:
        return len(self._last)

    def __contains__(self, model: object) -> bool:
        return model in self._last

    def ids(self, model: str) -> tuple[str, ...]:
        """The chain as ids, from the start to `model`, both included."""
        return (self._start, *(edge.parent for edge in self[model]))


Name = TypeVar("Name", bound=Hashable)


def sinks(start: Name, heads: Mapping[Name, Iterable[Name]]) -> list[frozenset[Name]]:
    """The groups with no edge out that can be reached from `start`: single models, or cycles.

    Linear in models and links.
    """
    found = groups([start], heads)
    group_of = {model: number for number, group in enumerate(found) for model in group}
    leaving = {
        group_of[model]
        for model in group_of
        for head in heads.get(model, ())
        if group_of[head] != group_of[model]
    }
    return [group for number, group in enumerate(found) if number not in leaving]


def groups(starts: Iterable[Name], heads: Mapping[Name, Iterable[Name]]) -> list[frozenset[Name]]:
    """All groups of models that can reach each other, among those reached from
    `starts`: a group comes after all that it leads to.

    Tarjan's algorithm with its explicit stack, as real
    chains may be longer than Python recurses.
    """
    order: dict[Name, int] = {}
    low: dict[Name, int] = {}
    closed: set[Name] = set()
    found: list[frozenset[Name]] = []
    open_: list[Name] = []
    for start in starts:
        if start in order:
            continue
        order[start] = low[start] = len(order)
        open_.append(start)
        work: list[tuple[Name, Iterator[Name]]] = [(start, iter(heads.get(start, ())))]
        while work:
            model, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[model])
                if low[model] == order[model]:
                    found.append(_close(model, open_))
                    closed |= found[-1]
            elif step not in order:
                order[step] = low[step] = len(order)
                open_.append(step)
                work.append((step, iter(heads.get(step, ()))))
            elif step not in closed:
                low[model] = min(low[model], order[step])
    return found


def _close(model: Name, open_: list[Name]) -> frozenset[Name]:
    group: set[Name] = set()
    while model not in group:
        group.add(open_.pop())
    return frozenset(group)
