"""Tells which published results reach a model, over which path, and what they add up to in each language.

The way goes from the audited model to its ancestors. On each line the nearest result decides; it hides farther ones that are no
stronger. Lines never hide each other, and the worst of all is shown: another ancestor can make a state worse, never better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lineage.core.claim import Noticed
from lineage.core.record import Status
from lineage.core.relation import Relation
from lineage.evidence.evidence import (
    Applicability,
    Attribution,
    Exposure,
    ExposureState,
    ResultHit,
    TestResult,
)
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.evidence.weighing import (
    WEAKEST,
    is_pooled,
    language_of,
    passes_clean,
    severity,
    strength,
    why_not,
)
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph
from lineage.graph.paths import Routes

STATES = {
    (True, 2): ExposureState.TESTED_CENSORS,
    (True, 1): ExposureState.TESTED_MIXED,
    (True, 0): ExposureState.TESTED_CLEAR,
    (False, 2): ExposureState.INHERITED_CENSORS,
    (False, 1): ExposureState.INHERITED_MIXED,
    (False, 0): ExposureState.INHERITED_CLEAR,
}
"""By whether one of the model's own results decides, and the severity found."""
_NEARER = "A nearer result, or a stronger one as near, decides."
_WORSE = "Another result on the way found more; the worst is shown."
_PART = "Only a part of the tested model is in this one."
_RELATIVE = "It is about another model of the same family, not an ancestor."


def assess_exposure(
    graph: LineageGraph,
    results: Results,
    attributions: Mapping[str, Attribution],
    registry: Registry,
) -> Exposure:
    """All results that reach the audited model, the state of each language that any of them decides, and the worst of those."""
    tested = _tested(graph, results)
    decisions = {
        language: _Decision(graph, tested, language)
        for language in sorted(_languages(graph, tested))
    }
    by_language = {
        language: state for language, decision in decisions.items() if (state := decision.state)
    }
    undecided = ExposureState.UNTESTED if graph.is_complete else ExposureState.UNKNOWN
    removal = _removal(graph, registry)
    return Exposure(
        state=min(by_language.values(), key=badness, default=undecided),
        by_language=by_language,
        hits=tuple(sorted(_hits(graph, tested, decisions, results, attributions), key=_place)),
        removal_claimed=bool(removal),
        removal_evidence=removal,
    )


def badness(state: ExposureState) -> int:
    """0 for the worst state that a result can decide."""
    order = (
        "tested-censors",
        "inherited-censors",
        "tested-mixed",
        "inherited-mixed",
        "tested-clear",
        "inherited-clear",
    )
    return order.index(str(state))


def _tested(graph: LineageGraph, results: Results) -> dict[str, list[TestResult]]:
    """Results about each node, under any of the names that the graph knows for it; a local path is no model's name."""
    found: dict[str, list[TestResult]] = {}
    for node in graph.nodes.values():
        if node.status is Status.LOCAL:
            continue
        hits = {one.id: one for name in (node.id, *node.aliases) for one in results.for_model(name)}
        if hits:
            found[node.id] = list(hits.values())
    return found


def _carries_behaviour(edge: Edge) -> bool:
    """Weights as a whole, or a teacher's outputs; a component alone does not answer questions."""
    return edge.component is None


def _languages(graph: LineageGraph, tested: Mapping[str, list[TestResult]]) -> set[str]:
    return {
        language_of(result)
        for model in graph.routes(_carries_behaviour)
        for result in tested.get(model, ())
    }


# --- what decides in one language


@dataclass(frozen=True)
class _Step:
    """One way of having come to a model: what its results may still do from here."""

    model: str
    clean_line: bool
    below: int
    """Only results stronger than this one (a smaller number) still count."""


class _Decision:
    """The results in one language that decide for the audited model."""

    def __init__(
        self, graph: LineageGraph, tested: Mapping[str, list[TestResult]], language: str
    ) -> None:
        self._graph = graph
        self._tested = tested
        self._language = language
        self._reached: dict[str, int] = {}
        """Id of each result that came to bear: how much it found."""
        self._direct: set[str] = set()
        self._walk()

    @property
    def state(self) -> ExposureState | None:
        """None where nothing decides."""
        if not self._reached:
            return None
        deciding = self.deciding()
        return STATES[bool(deciding & self._direct), self._worst]

    def deciding(self) -> set[str]:
        """Ids of the results that found the worst."""
        return {id for id, found in self._reached.items() if found == self._worst}

    def considered(self, result: TestResult) -> bool:
        """Whether it came to bear at all."""
        return result.id in self._reached

    @property
    def _worst(self) -> int:
        return max(self._reached.values())

    def _walk(self) -> None:
        """Every model at most once for each way of coming to it that makes a difference, so linear in the graph."""
        start = _Step(self._graph.target, True, WEAKEST)
        seen = {start}
        todo = [start]
        while todo:
            step = todo.pop()
            for ahead in self._from(step):
                if ahead not in seen:
                    seen.add(ahead)
                    todo.append(ahead)

    def _from(self, step: _Step) -> Iterator[_Step]:
        below = self._take(step)
        edges = self._graph.parents(step.model)
        for edge in edges:
            if below and _carries_behaviour(edge) and edge.parent != step.model:
                yield _Step(edge.parent, step.clean_line and passes_clean(edges, edge), below)

    def _take(self, step: _Step) -> int:
        """Count what this model's results say; how strong a farther one must be to count beside them (0: none can)."""
        is_direct = step.model == self._graph.target
        usable = [
            result
            for result in self._tested.get(step.model, ())
            if strength(result) < step.below
            and not why_not(result, is_direct=is_direct, clean_line=step.clean_line)
        ]
        spoken = [result for result in usable if language_of(result) == self._language]
        best = min((strength(result) for result in spoken), default=step.below)
        heard = [result for result in spoken if strength(result) == best]
        for result in heard:
            self._reached[result.id] = max(severity(result, heard), self._reached.get(result.id, 0))
            if is_direct:
                self._direct.add(result.id)
        return min(best, _in_two_languages(usable)) if is_pooled(self._language) else best


def _in_two_languages(results: Iterable[TestResult]) -> int:
    """How strongly a model is tested in two languages kept apart, which tells more than a farther result that pools them."""
    best: dict[str, int] = {}
    for result in results:
        language = language_of(result)
        if not is_pooled(language):
            best[language] = min(best.get(language, WEAKEST), strength(result))
    return sorted(best.values())[1] if len(best) > 1 else WEAKEST


# --- every result that reaches the model, deciding or not


def _hits(
    graph: LineageGraph,
    tested: Mapping[str, list[TestResult]],
    decisions: Mapping[str, _Decision],
    results: Results,
    attributions: Mapping[str, Attribution],
) -> Iterator[ResultHit]:
    nearness = _Nearness(graph)
    told: set[str] = set()
    for model in (one for one in graph.paths() if one in tested):
        how, path = nearness.of(model)
        for result in tested[model]:
            if result.id not in told:
                told.add(result.id)
                yield _judged(
                    ResultHit(result, how, path, False),
                    decisions,
                    nearness.is_clean(model),
                    graph.target == model,
                )
    families = {one.family for model in nearness.line if (one := attributions[model]).family}
    for family in sorted(f for f in families if f):
        for result in results.for_family(family):
            if result.id not in told:
                told.add(result.id)
                path = (graph.target, result.model or result.model_as_named)
                yield ResultHit(result, Applicability.FAMILY, path, False, _RELATIVE)


def _judged(
    hit: ResultHit, decisions: Mapping[str, _Decision], clean_line: bool, is_direct: bool
) -> ResultHit:
    decision = decisions.get(language_of(hit.result))
    if hit.applicability is Applicability.FAMILY or decision is None:
        return replace(hit, reason=_PART)
    if hit.result.id in decision.deciding() if decision.state else False:
        return replace(hit, counts=True)
    if decision.considered(hit.result):
        return replace(hit, reason=_WORSE)
    reason = why_not(hit.result, is_direct=is_direct, clean_line=clean_line)
    service = hit.result.layer == "vendor service" and not is_direct
    return replace(
        hit,
        applicability=Applicability.FAMILY if service else hit.applicability,
        reason=reason or _NEARER,
    )


class _Nearness:
    """How the audited model comes to each ancestor, over the best kind of way there is."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph
        self._ways = (
            (
                Applicability.SAME_WEIGHTS,
                graph.routes(lambda e: e.is_whole and e.relation is Relation.CONVERSION),
            ),
            (Applicability.INHERITED, graph.routes(lambda e: e.is_whole)),
            (Applicability.TEACHER, graph.routes(_carries_behaviour)),
            (Applicability.FAMILY, graph.paths()),
        )

    @property
    def line(self) -> Iterable[str]:
        """The audited model and all whose whole weights are in it."""
        return self._ways[1][1]

    def of(self, model: str) -> tuple[Applicability, tuple[str, ...]]:
        """The kind of way, and its ids from the audited model on."""
        if model == self._graph.target:
            return Applicability.DIRECT, (model,)
        how, routes = self._way(model)
        return how, routes.ids(model)

    def is_clean(self, model: str) -> bool:
        """Whether the way shown may carry a clean result."""
        return all(
            passes_clean(self._graph.parents(edge.child), edge)
            for edge in self._way(model)[1][model]
        )

    def _way(self, model: str) -> tuple[Applicability, Routes]:
        return next((how, routes) for how, routes in self._ways if model in routes)


def _place(hit: ResultHit) -> tuple[int, int, str, str, str]:
    """Nearest kind first, then the shortest path; a fixed order within."""
    nearest = list(Applicability).index(hit.applicability)
    return (nearest, len(hit.path), hit.path[-1], hit.result.suite, hit.result.id)


# --- claims of removal


def _removal(graph: LineageGraph, registry: Registry) -> str:
    """Where the audited model, or the nearest one whose weights it holds, is said to have had refusals removed; else empty."""
    for model in graph.routes(lambda edge: edge.is_whole):
        node = graph.nodes[model]
        names = () if node.status is Status.LOCAL else (node.id, *node.aliases)
        claim = next((found for name in names if (found := registry.removal_claim(name))), None)
        if claim:
            return f"{model}: {claim.text} {claim.citations[0].url}"
        for seen in sorted(node.observations):
            if seen.kind is Noticed.REMOVAL_CLAIM:
                return f"{model}: {seen.text} ({seen.file}, {seen.location})"
    return ""
