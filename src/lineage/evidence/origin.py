"""Tells whose weights a model is made of, who trained them on the way, and who taught."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.evidence.evidence import Attribution, Foundation, Origin
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph
from lineage.graph.paths import Routes, sinks

WEIGHTLESS = frozenset({"tokenizer", "chat_template"})
"""Components that hold no weights: whose they are is no origin of weights."""


def find_origin(graph: LineageGraph, attributions: Mapping[str, Attribution]) -> Origin:
    """The first three axes. A model that was itself made from another is no foundation, whatever
    its fame."""
    whole = graph.routes(lambda edge: edge.is_whole)
    parts, components = _parts(graph)
    foundations = [Foundation(root, attributions[root], whole.ids(root)) for root in graph.roots()]
    foundations += _component_roots(
        graph, attributions, parts, components, {one.model for one in foundations}
    )
    trained = _trainers(graph, attributions, whole, foundations)
    teachers = _teachers(graph, attributions)
    everyone = (*foundations, *trained, *teachers)
    return Origin(
        foundations=tuple(foundations),
        trained_by=tuple(trained),
        teachers=tuple(teachers),
        jurisdictions=tuple(
            sorted({code for one in everyone if (code := one.attribution.jurisdiction)})
        ),
        unknown=tuple(
            sorted({one.model for one in everyone if one.attribution.jurisdiction is None})
        ),
    )


def _holds_weights(edge: Edge) -> bool:
    return edge.carries_weights and edge.component not in WEIGHTLESS


def _parts(graph: LineageGraph) -> tuple[Routes, dict[str, str]]:
    """Ways over weights of any kind, and for each model that only a component leads to the
    component's name."""
    routes = graph.routes(_holds_weights)
    whole = graph.weight_ancestors(graph.target) | {graph.target}
    names: dict[str, str] = {}
    for model in routes:
        for edge in graph.parents(model):
            name = edge.component or names.get(model)
            if _holds_weights(edge) and name and edge.parent not in whole:
                names.setdefault(edge.parent, name)
    return routes, names


def _component_roots(
    graph: LineageGraph,
    attributions: Mapping[str, Attribution],
    routes: Routes,
    names: Mapping[str, str],
    taken: set[str],
) -> Iterable[Foundation]:
    """Models without a base that gave only a part. One that gave its whole weights too is told
    once, as a whole."""
    heads = {
        model: [e.parent for e in graph.parents(model) if _holds_weights(e) and e.parent != model]
        for model in routes
    }
    for root in sorted(min(group) for group in sinks(graph.target, heads)):
        if root in names and root not in taken:
            yield Foundation(root, attributions[root], routes.ids(root), names[root])


def _trainers(
    graph: LineageGraph,
    attributions: Mapping[str, Attribution],
    whole: Routes,
    foundations: Iterable[Foundation],
) -> list[Foundation]:
    """Whoever trained between the foundations and the audited model, each developer once, with the
    nearest model.

    A copy trained nothing. The audited model's own publisher, where nobody registered it, is told
    by the report's publisher axis.
    """
    made = {one.attribution.developer for one in foundations if one.component is None}
    roots = {one.model for one in foundations}
    found: list[Foundation] = []
    for model in whole:
        own = attributions[model]
        if (
            model in roots
            or own.basis == "parent"
            or own.developer in made
            or (model == graph.target and own.developer is None)
        ):
            continue
        if own.developer is None or all(
            own.developer != one.attribution.developer for one in found
        ):
            found.append(Foundation(model, own, whole.ids(model)))
    return found


def _teachers(graph: LineageGraph, attributions: Mapping[str, Attribution]) -> list[Foundation]:
    """Direct teachers of the audited model and of everything whose weights are in it; not what the
    teachers were made from."""
    routes = graph.routes(lambda edge: edge.is_whole or not edge.carries_weights)
    line = graph.weight_ancestors(graph.target) | {graph.target}
    taught = sorted(
        {edge.parent for model in line for edge in graph.parents(model) if not edge.carries_weights}
    )
    return [
        Foundation(model, attributions[model], routes.ids(model))
        for model in taught
        if model != graph.target
    ]
