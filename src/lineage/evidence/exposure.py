"""Tells which published results reach a model, over which path, and what they add up to by the rule
of evidence.

The model's own standing comes from tests of itself, of its copies and of what it was quantized
from. Tested ancestors and declared teachers keep a standing of their own, as far as nothing nearer
was measured in that language: they are never the model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lineage.core.claim import ObservationKind
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.beside import beside
from lineage.evidence.evidence import (
    AncestorStanding,
    Applicability,
    Attribution,
    Exposure,
    ExposureState,
    ResultHit,
    Standing,
    State,
    TestResult,
)
from lineage.evidence.reach import (
    ITSELF,
    Reached,
    considered,
    is_base,
    measured,
    needed,
    of_ancestor,
    of_itself,
)
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph
from lineage.graph.paths import Routes

_OWN = {
    State.CENSORS: ExposureState.TESTED_CENSORS,
    State.PARTLY: ExposureState.TESTED_MIXED,
    State.MIXED: ExposureState.TESTED_MIXED,
    State.CLEAR: ExposureState.TESTED_CLEAR,
}
_ANCESTOR = {State.CENSORS: ExposureState.INHERITED_CENSORS}
_FORMER = (*_OWN.values(), ExposureState.INHERITED_CENSORS, ExposureState.INHERITED_MIXED)
_NEARER = "Not used for the verdict: a more direct test exists."
_PART = "Only a part of the tested model is in this one."
_RELATIVE = "It is about another model of the same family, not an ancestor."
_BASE = "It tested a base checkpoint, before the training that shapes answers."
_UNCLEAR = "An open result is not carried over training, merging, quantizing or a teacher."
_NOT_DECLARED = "Nobody declares that the model was distilled from the tested one."


def assess_exposure(
    graph: LineageGraph,
    results: Results,
    attributions: Mapping[str, Attribution],
    registry: Registry,
) -> Exposure:
    """All results that reach the audited model, its own standing, and that of each ancestor whose
    finding reaches it."""
    tested = _tested(graph, results)
    reached = _reached(graph, tested, results)
    own = _own(reached, tested, results)
    is_complete = _is_lineage_known(graph, attributions)
    if own.state is State.UNTESTED and not is_complete:
        own = replace(own, state=State.UNKNOWN)
    nearness = _Nearness(graph)
    ancestors = tuple(_ancestors(reached, tested, results, nearness))
    by_language = former_by_language(own, [one.standing for one in ancestors])
    removal = _removal(graph, registry)
    return Exposure(
        state=former_state(by_language, is_complete=is_complete),
        by_language=by_language,
        hits=tuple(
            sorted(
                _hits(graph, tested, reached, ancestors, results, attributions, nearness),
                key=_place,
            )
        ),
        own=own,
        ancestors=ancestors,
        removal_claimed=bool(removal),
        removal_evidence=removal,
    )


def former_by_language(own: Standing, ancestors: Iterable[Standing]) -> dict[str, ExposureState]:
    """The former words: a model's own finding in each language, else the worst of its
    ancestors'."""
    found = {
        language: _OWN[state] for language, state in own.by_language.items() if state.is_measured
    }
    inherited: dict[str, ExposureState] = {}
    for one in ancestors:
        for language, state in one.by_language.items():
            if language not in found and state in (State.CENSORS, State.PARTLY, State.MIXED):
                word = _ANCESTOR.get(state, ExposureState.INHERITED_MIXED)
                inherited[language] = min(word, inherited.get(language, word), key=badness)
    return dict(sorted((inherited | found).items()))


def _is_lineage_known(graph: LineageGraph, attributions: Mapping[str, Attribution]) -> bool:
    """Whether everything whose whole weights are in the model is read, or shown by citation: tests
    of it would be found."""
    whole = graph.weight_ancestors(graph.target) | {graph.target}
    return not graph.bounds_hit and all(
        graph.nodes[model].status.is_known or attributions[model].is_origin_cited for model in whole
    )


def former_state(by_language: Mapping[str, ExposureState], *, is_complete: bool) -> ExposureState:
    """The former word for the whole: the worst language."""
    undecided = ExposureState.UNTESTED if is_complete else ExposureState.UNKNOWN
    return min(by_language.values(), key=badness, default=undecided)


def badness(state: ExposureState) -> int:
    """0 for the worst of the former words that a result can decide."""
    order = (
        "tested-censors",
        "inherited-censors",
        "tested-mixed",
        "inherited-mixed",
        "tested-clear",
    )
    return order.index(str(state))


def _tested(graph: LineageGraph, results: Results) -> dict[str, list[TestResult]]:
    """Results about each node, under any of the names that the graph knows for it; a local path is
    no model's name."""
    found: dict[str, list[TestResult]] = {}
    for node in graph.nodes.values():
        if node.status is Status.LOCAL:
            continue
        hits = {one.id: one for name in (node.id, *node.aliases) for one in results.for_model(name)}
        if hits:
            found[node.id] = list(hits.values())
    return found


def carries_behaviour(edge: Edge) -> bool:
    """Weights as a whole, or the outputs of a teacher that somebody declares; a component alone
    does not answer questions."""
    is_guess = edge.relation is Relation.DISTILLED and edge.grade is Grade.INFERRED
    return edge.component is None and not is_guess


# --- which tested models are reached, and how


def _reached(
    graph: LineageGraph, tested: Mapping[str, list[TestResult]], results: Results
) -> dict[str, set[Reached[str]]]:
    """Every way to a tested model that makes a difference; each model is looked at once for
    each."""
    start = Reached(graph.target, Applicability.DIRECT)
    found: dict[str, set[Reached[str]]] = {}
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        own = [results.appraise(one) for one in tested.get(here.model, ())]
        if own and (here.nearness in ITSELF or not is_base(here.model)):
            found.setdefault(here.model, set()).add(here)
        below = here.below(measured(own))
        for edge in graph.parents(here.model):
            ahead = replace(below.step(edge.relation), model=edge.parent)
            if carries_behaviour(edge) and edge.parent != here.model and ahead not in seen:
                seen.add(ahead)
                todo.append(ahead)
    return {model: set(needed(ways)) for model, ways in found.items()}


def _own(
    reached: Mapping[str, set[Reached[str]]],
    tested: Mapping[str, list[TestResult]],
    results: Results,
) -> Standing:
    return of_itself(
        ([results.appraise(result) for result in tested[model]], way)
        for model, ways in sorted(reached.items())
        for way in ways
        if way.nearness in ITSELF
    )


def _ancestors(
    reached: Mapping[str, set[Reached[str]]],
    tested: Mapping[str, list[TestResult]],
    results: Results,
    nearness: _Nearness,
) -> Iterator[AncestorStanding]:
    found = []
    for model, ways in reached.items():
        farther = [way for way in ways if way.nearness not in ITSELF]
        if farther and len(farther) == len(ways):
            standing = of_ancestor([results.appraise(result) for result in tested[model]], farther)
            how, path = nearness.of(model)
            if standing:
                found.append(AncestorStanding(model, how, path, standing))
    states, kinds = list(State), list(Applicability)
    yield from sorted(
        found,
        key=lambda one: (
            states.index(one.standing.state),
            kinds.index(one.applicability),
            len(one.path),
            one.model,
        ),
    )


class _Nearness:
    """How the audited model comes to each ancestor, over the best kind of way there is."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph
        same = (Relation.CONVERSION, Relation.SAME_WEIGHTS)
        lossy = (*same, Relation.QUANTIZED)
        self._ways = (
            (Applicability.SAME_WEIGHTS, graph.routes(lambda e: e.is_whole and e.relation in same)),
            (Applicability.QUANTIZED, graph.routes(lambda e: e.is_whole and e.relation in lossy)),
            (Applicability.INHERITED, graph.routes(lambda e: e.is_whole)),
            (Applicability.TEACHER, graph.routes(carries_behaviour)),
            (Applicability.FAMILY, graph.paths()),
        )

    @property
    def line(self) -> Iterable[str]:
        """The audited model and all whose whole weights are in it."""
        return self._ways[2][1]

    def of(self, model: str) -> tuple[Applicability, tuple[str, ...]]:
        """The kind of way, and its ids from the audited model on."""
        if model == self._graph.target:
            return Applicability.DIRECT, (model,)
        how, routes = self._way(model)
        return how, routes.ids(model)

    def _way(self, model: str) -> tuple[Applicability, Routes]:
        return next((how, routes) for how, routes in self._ways if model in routes)


# --- every result that reaches the model, deciding or not


def _hits(
    graph: LineageGraph,
    tested: Mapping[str, list[TestResult]],
    reached: Mapping[str, set[Reached[str]]],
    ancestors: Iterable[AncestorStanding],
    results: Results,
    attributions: Mapping[str, Attribution],
    nearness: _Nearness,
) -> Iterator[ResultHit]:
    bearing = {one.model: one.standing for one in ancestors}
    known: set[str] = set()
    for model in (one for one in graph.paths() if one in tested):
        how, path = nearness.of(model)
        for result in tested[model]:
            if result.id not in known:
                known.add(result.id)
                hit = _appraised(ResultHit(result, how, path, False), results)
                yield _judged(hit, reached.get(model, set()), results, bearing.get(model), model)
    families = {one.family for model in nearness.line if (one := attributions[model]).family}
    for family in sorted(f for f in families if f):
        for result in results.for_family(family):
            if result.id not in known:
                known.add(result.id)
                path = (graph.target, result.model or result.model_as_named)
                yield _appraised(
                    ResultHit(result, Applicability.FAMILY, path, False, _RELATIVE), results
                )


def _appraised(hit: ResultHit, results: Results) -> ResultHit:
    known = results.appraise(hit.result)
    return replace(
        hit,
        kind=str(known.kind),
        grade=str(known.grade) if known.grade else None,
        beside=beside(known),
    )


def _judged(
    hit: ResultHit, ways: set[Reached[str]], results: Results, standing: Standing | None, model: str
) -> ResultHit:
    """Whether it decides, or the reason why it only informs."""
    known = results.appraise(hit.result)
    if not ways:
        is_far_base = hit.applicability in (
            Applicability.INHERITED,
            Applicability.TEACHER,
        ) and is_base(model)
        reason = _BASE if is_far_base else _not_reached(hit.applicability)
        return replace(hit, applicability=Applicability.FAMILY, reason=reason)
    if known.why:
        is_service = hit.applicability is not Applicability.DIRECT and known.kind == "service"
        how = Applicability.FAMILY if is_service else hit.applicability
        return replace(hit, applicability=how, reason=known.why)
    if not any(considered([known], way) for way in ways):
        return replace(hit, reason=_NEARER)
    if any(one.passes_clear for way in ways for one in considered([known], way)):
        return replace(hit, counts=True)
    is_open = known.grade is not None and str(known.grade) == "like controls"
    if is_open or (hit.applicability not in ITSELF and standing is None):
        return replace(hit, reason=_UNCLEAR)
    return replace(hit, counts=True)


def _not_reached(how: Applicability) -> str:
    return _NOT_DECLARED if how is Applicability.TEACHER else _PART


def _place(hit: ResultHit) -> tuple[int, int, str, str, str]:
    """Nearest kind first, then the shortest path; a fixed order within."""
    nearest = list(Applicability).index(hit.applicability)
    return (nearest, len(hit.path), hit.path[-1], hit.result.suite, hit.result.id)


# --- claims of removal


def _removal(graph: LineageGraph, registry: Registry) -> str:
    """Where the audited model, or the nearest one whose weights it holds, is said to have had
    refusals removed; else empty."""
    for model in graph.routes(lambda edge: edge.is_whole):
        node = graph.nodes[model]
        names = () if node.status is Status.LOCAL else (node.id, *node.aliases)
        claim = next((found for name in names if (found := registry.removal_claim(name))), None)
        if claim:
            return f"{model}: {claim.text} {claim.citations[0].url}"
        for seen in sorted(node.observations):
            if seen.kind is ObservationKind.REMOVAL_CLAIM:
                return f"{model}: {seen.text} ({seen.file}, {seen.location})"
    return ""
