"""Everything behind one model's lineage: each edge with its claims, each attribution with its
citations."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Claim
from lineage.core.country import country_and_code
from lineage.evidence.evidence import Attribution
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.document import TargetReport
from lineage.report.lookups import cited
from lineage.report.printable import printable

_BASIS = {
    "namespace": "the repo is in a namespace of this developer",
    "family": "the repo is a known member of this family",
    "parent": (
        "a re-upload, quantization or conversion keeps the developer of what it was made from"
    ),
    "names": "a cited table of names outside the Hub tells it",
    "unknown": "the registry knows neither the namespace nor the repo",
}


def explain(target: TargetReport) -> Iterator[str]:
    """Lines of text: models nearest first, each with its developer, the claims about its bases, and
    what was noticed."""
    for node in target.graph.nodes.values():
        yield from _model(node, target)
        for edge in target.graph.parents(node.id):
            yield from _edge(edge)
        for claim in target.graph.unlinked:
            if claim.child == node.id:
                yield (
                    f"  names {printable(claim.value, 200)!r}, which is no base model to "
                    f"follow: {claim.problem}"
                )
                yield f"      {_place(claim)}"
        yield from (
            f"  noticed: {o.kind} · {o.file} {o.location} · {printable(o.text, 200)}".rstrip()
            for o in node.observations
        )
        yield ""


def _model(node: Node, target: TargetReport) -> Iterator[str]:
    revision = f" @ {node.revision}" if node.revision else ""
    yield (
        f"{printable(node.id)}{revision} · "
        f"{node.status}{f' ({printable(node.reason)})' if node.reason else ''}"
    )
    if node.aliases:
        yield f"  also named: {', '.join(printable(alias, 120) for alias in node.aliases)}"
    yield from _attribution(target.attributions[node.id])


def _attribution(who: Attribution) -> Iterator[str]:
    if who.family_name:
        yield f"  family: {who.family_name} ({who.family})"
    if who.developer is None:
        yield f"  developer: unknown, because {_BASIS.get(who.basis, who.basis)}"
        return
    yield f"  developer: {who.developer.name}, because {_BASIS.get(who.basis, who.basis)}"
    yield f"  jurisdiction: {country_and_code(who.jurisdiction)}"
    yield from (f"      {cited(citation)}" for citation in who.developer.citations)
    for entry in who.developer.lists:
        yield (
            f"  official list: {entry.name}: "
            f"{entry.status}{f' since {entry.date}' if entry.date else ''}. {entry.detail}"
        ).rstrip()
        yield from (f"      {cited(citation)}" for citation in entry.citations)


def _edge(edge: Edge) -> Iterator[str]:
    component = f" of its {printable(edge.component, 40)}" if edge.component else ""
    yield f"  descends from {printable(edge.parent)}: {edge.relation}{component}, {edge.grade}"
    for claim in edge.claims:
        sure = f", confidence {claim.confidence:.2f}" if claim.confidence is not None else ""
        yield (
            f"    {claim.grade} by {claim.source} ({claim.relation}{sure}): "
            f"{printable(claim.value, 200)}"
        )
        yield f"      {_place(claim)}"


def _place(claim: Claim) -> str:
    excerpt = (
        f": {printable(claim.excerpt, 200)}"
        if claim.excerpt and claim.excerpt != claim.value
        else ""
    )
    return (
        ", ".join(
            part for part in (printable(claim.file, 200), printable(claim.location, 120)) if part
        )
        + excerpt
    )
