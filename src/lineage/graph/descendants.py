"""What is built on a model: its descendants, and the paths to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass


@dataclass(frozen=True)
class Below:
    """One edge seen from above: which child was made of which parent, and how."""

    child: str
    parent: str
    relation: Relation
    grade: Grade
    component: str | None = None

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """The order in every report."""
        return (self.parent, self.child, self.component or "")


@dataclass(frozen=True)
class Descendant:
    """One model that is built on the target."""

    model: str
    depth: int
    """Fewest edges up to the target."""
    parent: str
    """The next model on a shortest path up."""
    relation: Relation
    """To that parent."""
    grade: Grade
    downloads: int | None = None
    created: str = ""
    """ISO 8601 day; empty where it is not known."""

    @property
    def publisher(self) -> str:
        """The namespace that hosts it."""
        return self.model.rpartition("/")[0]


@dataclass(frozen=True)
class Descent:
    """Everything known below one model."""

    target: str
    descendants: tuple[Descendant, ...]
    """Nearest first, then by downloads, then by name."""
    edges: tuple[Below, ...]
    source: str
    """`hub` or `index`."""
    note: str
    """One sentence: who answered, and of when."""
    bounds_hit: tuple[str, ...] = ()
    calls: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether no bound cut the search short."""
        return not self.bounds_hit

    @cached_property
    def _by_model(self) -> Mapping[str, Descendant]:
        return {one.model: one for one in self.descendants}

    def path(self, model: str) -> tuple[Descendant, ...]:
        """From a descendant up to the one that is built directly on the target."""
        chain: list[Descendant] = []
        step = self._by_model.get(model)
        while step is not None:
            chain.append(step)
            step = self._by_model.get(step.parent)
        return tuple(chain)

    def hosted_by(self, publishers: Iterable[str]) -> tuple[Descendant, ...]:
        """Only what these publishers host."""
        wanted = {name.casefold() for name in publishers}
        return tuple(one for one in self.descendants if one.publisher.casefold() in wanted)

    def edges_to(self, shown: Iterable[Descendant]) -> tuple[Below, ...]:
        """The edges on the shortest paths from the target to these."""
        steps = {step.model: step for one in shown for step in self.path(one.model)}
        return tuple(
            e for e in self.edges if (step := steps.get(e.child)) and step.parent == e.parent
        )


def assembled(
    target: str,
    edges: Iterable[Below],
    facts: Mapping[str, tuple[int | None, str]],
    *,
    source: str,
    note: str,
    bounds_hit: Iterable[str] = (),
    calls: int = 0,
) -> Descent:
    """A descent of its edges, breadth first. `facts` are downloads and day of creation, by model.

    Where several parents are equally near, the edge of the stronger grade
    is the path shown, then the first by name.
    """
    # An edge that leads back to the target closes a cycle; it is not a path down.
    own_edges = sorted(
        {edge for edge in edges if edge.child != target}, key=lambda edge: edge.sort_key
    )
    above: dict[str, list[Below]] = {}
    for edge in own_edges:
        above.setdefault(edge.parent, []).append(edge)
    found: dict[str, Descendant] = {}
    level, depth = [target], 0
    while level:
        depth += 1
        reached: dict[str, Below] = {}
        for edge in (edge for parent in level for edge in above.get(parent, ())):
            best = reached.get(edge.child)
            if edge.child not in found and (best is None or _way(edge) < _way(best)):
                reached[edge.child] = edge
        for child, edge in reached.items():
            found[child] = Descendant(
                child, depth, edge.parent, edge.relation, edge.grade, *facts.get(child, (None, ""))
            )
        level = list(reached)
    ordered = sorted(found.values(), key=lambda one: (one.depth, -(one.downloads or 0), one.model))
    inside = {target, *found}
    return Descent(
        target,
        tuple(ordered),
        tuple(e for e in own_edges if e.child in inside and e.parent in inside),
        source,
        note,
        tuple(bounds_hit),
        calls,
    )


def _way(edge: Below) -> tuple[bool, bool, int, str]:
    return (
        not edge.relation.carries_weights,
        edge.component is not None,
        edge.grade.rank,
        edge.parent,
    )
