"""Shortest ways through a lineage graph, kept as one link per model: a chain is put together only when somebody asks for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.graph.graph import Edge


class Routes(Mapping[str, "tuple[Edge, ...]"]):
    """For every model reached, the shortest chain of edges from the start to it; the start's own is empty."""

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


def sinks(start: str, heads: Mapping[str, Iterable[str]]) -> list[frozenset[str]]:
    """The groups with no way out that can be reached from `start`: single models, or cycles. Linear in models and links.

    Tarjan's algorithm with its stack kept by hand, as real chains may be longer than Python recurses.
    """
    order: dict[str, int] = {start: 0}
    low: dict[str, int] = {start: 0}
    group_of: dict[str, int] = {}
    groups: list[set[str]] = []
    open_: list[str] = [start]
    work: list[tuple[str, Iterator[str]]] = [(start, iter(heads.get(start, ())))]
    while work:
        model, rest = work[-1]
        step = next(rest, None)
        if step is None:
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[model])
            if low[model] == order[model]:
                groups.append(_close(model, open_, group_of, len(groups)))
        elif step not in order:
            order[step] = low[step] = len(order)
            open_.append(step)
            work.append((step, iter(heads.get(step, ()))))
        elif step not in group_of:
            low[model] = min(low[model], order[step])
    leaving = {group_of[model] for model in order for head in heads.get(model, ()) if group_of[head] != group_of[model]}
    return [frozenset(group) for number, group in enumerate(groups) if number not in leaving]


def _close(model: str, open_: list[str], group_of: dict[str, int], number: int) -> set[str]:
    group: set[str] = set()
    while model not in group:
        member = open_.pop()
        group_of[member] = number
        group.add(member)
    return group
