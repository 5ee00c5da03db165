"""The lineage graph: models, the edges between them, and the questions asked of both."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation


@dataclass(frozen=True)
class Node:
    """One model in the graph, looked at or only named."""

    id: str
    status: Status
    depth: int
    """Fewest edges from the audited model, which has 0."""
    reason: str = ""
    revision: str | None = None
    aliases: tuple[str, ...] = ()
    """Other names under which cards refer to it: redirects, other letter case, legacy names."""
    record: ModelRecord | None = field(default=None, hash=False, compare=False)
    """None where nothing was read."""
    observations: tuple[Observation, ...] = ()

    @property
    def publisher(self) -> str:
        """The namespace that hosts the repo; empty for a legacy bare name or a local model."""
        return "" if self.status is Status.LOCAL else self.id.rpartition("/")[0]


@dataclass(frozen=True)
class Edge:
    """Child to parent, with every claim that says so."""

    child: str
    parent: str
    relation: Relation
    component: str | None
    claims: tuple[Claim, ...]
    """Never empty; strongest grade first."""

    @property
    def grade(self) -> Grade:
        """That of the strongest claim."""
        return self.claims[0].grade

    @property
    def carries_weights(self) -> bool:
        """False for a teacher: its outputs, not its weights, went into the child."""
        return self.relation.carries_weights

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order in which edges stand in every report."""
        return (self.child, self.parent, self.component or "", str(self.relation))


@dataclass(frozen=True)
class LineageGraph:
    """What is underneath one model. Real ones have cycles, diamonds, self-references and many parents."""

    target: str
    nodes: dict[str, Node]
    edges: tuple[Edge, ...]
    unlinked: tuple[Claim, ...] = ()
    """Claims whose value names no hub model: local paths, prose, data sets, placeholders."""
    bounds_hit: tuple[str, ...] = ()
    """One sentence for each bound (depth, number of models, requests) that cut the walk short."""
    requests: int = 0
    """File reads made by the walk, beside one record per model."""

    @cached_property
    def _parents(self) -> dict[str, list[Edge]]:
        index: dict[str, list[Edge]] = {}
        for edge in self.edges:
            index.setdefault(edge.child, []).append(edge)
        return index

    def parents(self, model: str) -> list[Edge]:
        """Edges from `model` to its base models, in report order."""
        return self._parents.get(model, [])

    def roots(self) -> list[str]:
        """Models without a parent whose weights they carry, sorted; a whole cycle with no way out counts as one, under its first id."""
        return sorted(self._sinks())

    def _sinks(self) -> Iterator[str]:
        heads = {m: [e.parent for e in self.parents(m) if e.carries_weights and e.component is None and e.parent != m] for m in self.nodes}
        reach: dict[str, frozenset[str]] = {}
        for model in self.weight_ancestors(self.target) | {self.target}:
            if not heads[model]:
                yield model
            else:
                reach[model] = frozenset(self._reach(model, heads))
        loops = {min(seen) for model, seen in reach.items() if model in seen and all(model in reach.get(other, ()) for other in seen)}
        yield from loops

    @staticmethod
    def _reach(start: str, heads: dict[str, list[str]]) -> set[str]:
        seen: set[str] = set()
        todo = list(heads[start])
        while todo:
            model = todo.pop()
            if model not in seen:
                seen.add(model)
                todo.extend(heads[model])
        return seen

    def weight_ancestors(self, model: str) -> set[str]:
        """All models whose weights reach `model` whole (no teachers, no components), itself left out unless in a cycle."""
        heads = {m: [e.parent for e in self.parents(m) if e.carries_weights and e.component is None and e.parent != m] for m in self.nodes}
        return self._reach(model, heads)

    def paths(self) -> dict[str, tuple[Edge, ...]]:
        """For every node the shortest chain of edges from the target to it, found breadth first in report order.

        Weight-carrying edges are preferred to components and teachers at equal length. The target has an empty chain.
        """
        found: dict[str, tuple[Edge, ...]] = {self.target: ()}
        queue = deque([self.target])
        while queue:
            model = queue.popleft()
            for edge in sorted(self.parents(model), key=lambda e: (not e.carries_weights, e.component is not None, *e.sort_key)):
                if edge.parent not in found:
                    found[edge.parent] = (*found[model], edge)
                    queue.append(edge.parent)
        return found

    @property
    def is_complete(self) -> bool:
        """Whether every model that is named was read and no bound cut the walk short."""
        return not self.bounds_hit and all(node.status.is_known for node in self.nodes.values())

    def unresolved(self) -> list[Node]:
        """Nodes that could not be read, sorted by id."""
        return sorted((n for n in self.nodes.values() if not n.status.is_known), key=lambda n: n.id)
