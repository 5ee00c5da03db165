"""The lineage graph: models, the edges between them, and the questions asked of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cached_property

from lineage.core.claim import NOTHING_READ, Claim, Lead, Observation, ObservationKind
from lineage.core.elsewhere import is_elsewhere
from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.value import dataclass
from lineage.graph.edge import Edge
from lineage.graph.paths import Routes, sinks

CARDS = frozenset({"readme.md", "modelcard.md", "model_card.md"})
"""Names under which a repository keeps its model card, case-folded."""


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
    leads: tuple[Lead, ...] = ()
    files: tuple[str, ...] = ()
    """Paths of its files that were fetched, whole or in part."""
    cause: Cause | None = None
    """Why it could not be read, where that is one of the known causes."""

    @property
    def publisher(self) -> str:
        """The namespace that hosts the repo; empty for a legacy bare name, a local model and a name
        outside the Hub."""
        is_outside = self.status is Status.LOCAL or is_elsewhere(self.id)
        return "" if is_outside else self.id.rpartition("/")[0]

    @property
    def is_read(self) -> bool:
        """Whether more than the model's name is known."""
        return self.status.is_known and not (self.record is not None and self.record.partial)

    @property
    def is_withheld(self) -> bool:
        """Whether its metadata is public and its files are not, for whoever asked: an account with
        access to a gated repository reads them like any other's."""
        if self.status is Status.GATED and self.files:
            failed = (o for o in self.observations if o.kind is ObservationKind.UNREADABLE)
            return any(one.file not in self.files for one in failed)
        return self.status in (Status.GATED, Status.DISABLED)

    @property
    def card(self) -> str:
        """How much of its model card was read: `read`, `metadata`, `none`
        (the repository has none) or `not-read`."""
        record = self.record
        if record is None or not self.is_read:
            return "not-read"
        failed = {seen.file for seen in self.observations if seen.kind in NOTHING_READ}
        if any(path.lower() in CARDS and path not in failed for path in self.files):
            return "read"
        if record.card:
            return "metadata"
        listed = {entry.path.lower() for entry in record.files or ()}
        if record.files is not None and not listed & CARDS:
            return "none"
        return "not-read" if record.files is not None else "metadata"

    @property
    def is_card_read(self) -> bool:
        """Whether it is known what the card declares."""
        return self.card in ("read", "metadata", "none")


@dataclass(frozen=True)
class LineageGraph:
    """What is underneath one model.

    Real ones have cycles, diamonds, self-references and many parents.
    """

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

    @cached_property
    def _heads(self) -> dict[str, list[str]]:
        """Models whose weights went whole into each child; a
        model that names itself says nothing."""
        return {
            child: [e.parent for e in edges if e.is_whole and e.parent != child]
            for child, edges in self._parents.items()
        }

    def roots(self) -> list[str]:
        """Models without a parent whose weights they carry, sorted; a whole cycle with
        no edge out counts as one, under its first id."""
        return self.roots_of(self.target)

    def roots_of(self, model: str) -> list[str]:
        """The same, of the weights of any model of the graph;
        itself where it has no such parent."""
        return sorted(min(group) for group in sinks(model, self._heads))

    def weight_ancestors(self, model: str) -> set[str]:
        """All models whose weights reach `model` whole (no teachers, no
        components), itself left out unless in a cycle."""
        seen: set[str] = set()
        todo = list(self._heads.get(model, ()))
        while todo:
            ancestor = todo.pop()
            if ancestor not in seen:
                seen.add(ancestor)
                todo.extend(self._heads.get(ancestor, ()))
        return seen

    def paths(self) -> Routes:
        """For every node the shortest chain of edges from the target to
        it, found breadth first in report order.

        Weight-carrying edges are preferred to components and teachers at
        equal length. The target has an empty chain.
        """
        return self._paths

    @cached_property
    def _paths(self) -> Routes:
        return self.routes(lambda edge: True)

    def routes(self, allows: Callable[[Edge], bool]) -> Routes:
        """The same over edges of one's choice; models that only
        other edges lead to are left out."""

        def edges_of(model: str) -> list[Edge]:
            allowed = [edge for edge in self.parents(model) if allows(edge)]
            return sorted(
                allowed, key=lambda e: (not e.carries_weights, e.component is not None, *e.sort_key)
            )

        return Routes(self.target, edges_of)

    @property
    def is_complete(self) -> bool:
        """Whether every model that is named was read and no bound cut the walk short."""
        return not self.bounds_hit and all(node.status.is_known for node in self.nodes.values())

    def unresolved(self) -> list[Node]:
        """Nodes that could not be read, sorted by id."""
        return sorted((n for n in self.nodes.values() if not n.status.is_known), key=lambda n: n.id)
