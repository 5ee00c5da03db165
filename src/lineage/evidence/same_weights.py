"""Which models of a run hold the same weights, as the digests of their files show.

A digest tells that two files are the same, never which of them was first. So a model is led to
another one only where a further fact tells the way: its own statements, the registry, or that
nothing else is known of it while the other one says where its weights come from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator

from lineage.claims.interface import Reading
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.elsewhere import is_elsewhere
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade, Relation
from lineage.evidence.registry import Registry
from lineage.evidence.weights_files import Shared, WeightsFiles
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph

SOURCE = "weights digest"
_MOST = 20_000
"""Models whose files are kept in mind; those seen first go first."""
_MOST_TWINS = 20
"""Of one model: a famous file may lie in a thousand repositories."""


class SameWeights:
    """One run's table of digests: what it read anyway, and what its offline data hold. Threads may
    share it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._lock = threading.Lock()
        self._files: OrderedDict[str, WeightsFiles] = OrderedDict()
        self._graphs: dict[str, LineageGraph] = {}
        self._holders: defaultdict[str, set[str]] = defaultdict(set)

    def learn(self, graph: LineageGraph) -> None:
        """Every model of a graph whose list of files was read."""
        for node in graph.nodes.values():
            if node.record is not None and node.is_read:
                self._learn(node.record, graph)

    def learn_records(self, records: Iterable[ModelRecord]) -> None:
        """Stored records, of which nothing was walked yet."""
        for record in records:
            self._learn(record, None)

    def _learn(self, record: ModelRecord, graph: LineageGraph | None) -> None:
        files = WeightsFiles.of(record)
        if not files.known:
            return
        with self._lock:
            if graph is not None:
                self._graphs.setdefault(record.id, graph)
            if record.id in self._files:
                return
            self._files[record.id] = files
            for one in files.known:
                self._holders[one.sha256].add(record.id)
            if len(self._files) > _MOST:
                self._forget(*self._files.popitem(last=False))

    def _forget(self, model: str, files: WeightsFiles) -> None:
        self._graphs.pop(model, None)
        for one in files.known:
            self._holders[one.sha256].discard(model)

    def graph_of(self, model: str) -> LineageGraph | None:
        """A graph in which the model was read; None for one that only a stored record shows."""
        with self._lock:
            return self._graphs.get(model)

    def unwalked(self, graph: LineageGraph) -> list[str]:
        """Models that share a file with one of the graph, and that only stored records show."""
        twins = {twin for model in graph.nodes for twin in self._twins_of(model)}
        return sorted(twin for twin in twins - graph.nodes.keys() if self.graph_of(twin) is None)

    def reading(self, graph: LineageGraph) -> Reading:
        """What the digests add to a graph: embedded claims, and an observation of each twin that
        nothing leads to."""
        found = [
            one
            for model in sorted(graph.nodes)
            for twin in self._twins_of(model)
            for one in self._found(graph, model, twin)
        ]
        return Reading(
            tuple(one for one in found if isinstance(one, Claim)),
            tuple(one for one in found if isinstance(one, Observation)),
        )

    def _twins_of(self, model: str) -> list[str]:
        with self._lock:
            files = self._files.get(model)
            known = files.known if files is not None else ()
            found = {twin for one in known for twin in self._holders[one.sha256]}
        return sorted(found - {model})[:_MOST_TWINS]

    def _found(self, graph: LineageGraph, model: str, twin: str) -> Iterator[Claim | Observation]:
        with self._lock:
            own, other = self._files[model], self._files.get(twin)
            theirs = self._graphs.get(twin, graph)
        if other is None or model in graph.weight_ancestors(twin) or model in _above(theirs, twin):
            return  # the other one is made from this
        is_linked = twin in graph.weight_ancestors(model)
        for shared in own.shared_with(other):
            if is_linked or self._is_led(graph, model, theirs, twin, shared):
                yield _claim(model, twin, shared, len(own.known))
            elif shared.component is None and self._is_disputed(graph, model, theirs, twin):
                yield _claim(model, twin, shared, len(own.known), bases=_bases(theirs, twin))
            else:
                yield _observation(model, twin, shared, len(own.known))

    def _is_led(
        self, graph: LineageGraph, model: str, theirs: LineageGraph, twin: str, shared: Shared
    ) -> bool:
        """Whether a further fact leads from one to the other."""
        own, other = self._rank(graph, model), self._rank(theirs, twin)
        if own != other:
            return other > own
        if shared.component is not None or not self._speaks(theirs, twin):
            return False
        bases = _bases(theirs, twin)
        # Of two that agree neither is first; the way is shown from the one that was asked for.
        is_agreed = bool(bases) and set(bases) <= _above(graph, model) and model == graph.target
        return is_agreed or not self._speaks(graph, model)

    def _rank(self, graph: LineageGraph, model: str) -> int:
        """What the registry has on a model: its very repository, or its developer, who names a
        base; else nothing."""
        if self._is_listed(model):
            return 2
        return 1 if self._is_known(model) and _bases(graph, model) else 0

    def _is_disputed(
        self, graph: LineageGraph, model: str, theirs: LineageGraph, twin: str
    ) -> bool:
        """Whether both name bases, and not the same. What a stranger says of a copy counts
        nothing against a model that the registry knows."""
        own, bases = _bases(graph, model), _bases(theirs, twin)
        if self._is_known(model) or not bases:
            return False
        agrees = set(bases) & _above(graph, model) or set(own) & _above(theirs, twin)
        return not agrees and self._speaks(graph, model)

    def _speaks(self, graph: LineageGraph, model: str) -> bool:
        """Whether anything is known of where its weights come from."""
        node = graph.nodes.get(model)
        noticed = node.observations if node is not None else ()
        return (
            self._is_known(model)
            or bool(_bases(graph, model))
            or any(one.kind is ObservationKind.FROM_SCRATCH for one in noticed)
            or any(
                claim.child == model and claim.grade is not Grade.INFERRED and not claim.problem
                for claim in graph.unlinked
            )
        )

    def _is_listed(self, model: str) -> bool:
        return self._is_named(model) and (
            self._registry.is_listed(model) or self._registry.root_evidence(model) is not None
        )

    def _is_known(self, model: str) -> bool:
        if not self._is_named(model):
            return False
        owner = self._registry.developer_of_namespace(ModelRef(model).namespace)
        return self._is_listed(model) or (owner is not None and owner.develops)

    def _is_named(self, model: str) -> bool:
        """Whether it is a repository of the Hub: the registry knows no others."""
        graph = self._graphs.get(model)
        node = graph.nodes.get(model) if graph is not None else None
        return not is_elsewhere(model) and (node is None or node.status is not Status.LOCAL)


def _own(edge: Edge) -> bool:
    """Whether the edge rests on more than digests and guesses."""
    return edge.is_whole and any(
        claim.source != SOURCE and claim.grade is not Grade.INFERRED for claim in edge.claims
    )


def _bases(graph: LineageGraph, model: str) -> list[str]:
    """What a model is said to be made from, whole."""
    return [e.parent for e in graph.parents(model) if _own(e) and e.parent != model]


def _above(graph: LineageGraph, model: str) -> set[str]:
    """All that its own weights' line leads to by other traces than digests."""
    seen: set[str] = set()
    todo = [model]
    while todo:
        for base in _bases(graph, todo.pop()):
            if base not in seen:
                seen.add(base)
                todo.append(base)
    return seen - {model}


def _claim(
    model: str, twin: str, shared: Shared, files: int, *, bases: Iterable[str] = ()
) -> Claim:
    """An edge; with `bases`, that the twin names others."""
    mine, _ = shared.pairs[0]
    text = f", which names {', '.join(bases)} as its base" if bases else ""
    return Claim(
        child=model,
        value=", ".join(bases)[:300] or twin,
        parent=None if bases else twin,
        relation=Relation.SAME_WEIGHTS,
        grade=Grade.INFERRED if bases else Grade.EMBEDDED,
        source=SOURCE,
        file=mine.path,
        location=f"sha256 {mine.sha256}",
        excerpt=f"{_sides(twin, shared, files)}{text}"[:200],
        component=shared.component,
        problem="disputed" if bases else "",
    )


def _observation(model: str, twin: str, shared: Shared, files: int) -> Observation:
    mine, _ = shared.pairs[0]
    return Observation(
        ObservationKind.SAME_WEIGHTS,
        model,
        mine.path,
        f"sha256 {mine.sha256}",
        f"{_sides(twin, shared, files)}; which was first is not known"[:200],
    )


def _sides(twin: str, shared: Shared, files: int) -> str:
    mine, theirs = shared.pairs[0]
    count = f"{len(shared.pairs)} of {files} weights files" if files > 1 else "its weights file"
    return f"{count}: {mine.path} is {theirs.path} of {twin}"
