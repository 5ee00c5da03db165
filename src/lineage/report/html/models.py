"""Each model's facts, claims and results in words: what the drawing shows, for those who read or
listen."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.record import ModelRecord
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import claim_words, edge_words
from lineage.report.facts import architecture, count, datasets
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.licences import licences
from lineage.report.printable import counted
from lineage.report.purl import page_of
from lineage.report.sentences import developer, result_words

_CLAIMS = 12
_EDGES = 60


def models(subject: Subject, level: int) -> Markup:
    """One entry per model, the audited one first, under headings of `level`; folded, as the graph
    shows an entry when its box is chosen."""
    nodes = subject.target.graph.nodes.values()
    ordered = sorted(nodes, key=lambda n: (n.depth, n.id))
    made: dict[str, list[Edge]] = {}
    for edge in subject.target.graph.edges:
        made.setdefault(edge.parent, []).append(edge)
    what = "facts, what each was made from, and who says so"
    return tag(
        "details",
        tag("summary", f"{counted(len(ordered), 'model')}: {what}"),
        tag(
            "div",
            (_entry(subject, node, made.get(node.id, []), level) for node in ordered),
            class_="models",
        ),
        class_="more",
    )


def _entry(subject: Subject, node: Node, children: list[Edge], level: int) -> Markup:
    address, role = subject.anchor(node.id), subject.role(node)
    facts = [join(tag("dt", name), tag("dd", value)) for name, value in _facts(subject, node)]
    parents = subject.target.graph.parents(node.id)
    results = [h.result for h in subject.target.exposure.hits if h.result.model == node.id]
    tested = [join(result_words(r), " · ", link(r.url, r.publisher)) for r in results]
    return tag(
        "article",
        tag(
            f"h{level}",
            shown(node.id, 200),
            tag("span", role, class_="pill") if role else None,
            id=f"{address}-h",
        ),
        tag("dl", facts),
        _edges(subject, level + 1, "Made from", [(e, e.parent) for e in parents], claims=True),
        _edges(subject, level + 1, "Made into", [(e, e.child) for e in children], claims=False),
        _list(level + 1, "Published tests of exactly this model", tested),
        id=address,
        class_="model",
        tabindex="-1",
        aria_labelledby=f"{address}-h",
    )


def _facts(subject: Subject, node: Node) -> Iterator[tuple[str, str | Markup]]:
    who = subject.target.attributions[node.id]
    page = page_of(node.id) if str(node.status) != "local" else None
    yield "Status", shown(f"{node.status}: {node.reason}" if node.reason else node.status, 400)
    yield "Developer", developer(who) + (f" (known by {who.basis})" if who.developer else "")
    if who.developer and who.developer.citations:
        first = who.developer.citations[0]
        yield "Source for the developer", link(first.url, first.title or first.url)
    if node.publisher:
        yield "Published by", shown(node.publisher)
    if who.family_name or who.family:
        yield "Family", shown(who.family_name or who.family)
    if node.revision:
        yield "Revision", tag("code", shown(node.revision, 60))
    if node.record:
        yield from _recorded(node, node.record)
    if node.aliases:
        yield "Also called", shown(", ".join(node.aliases), 300)
    if page:
        yield "Page", link(page)


def _recorded(node: Node, record: ModelRecord) -> Iterator[tuple[str, str | Markup]]:
    yield "Licence", shown(", ".join(one.name for one in licences(node)) or "not stated", 200)
    facts = {
        "Architecture": shown(architecture(node) or "", 120),
        "Parameters": count(record.parameters),
        "Created": shown((record.created_at or "")[:10], 20),
        "Data sets named": shown(", ".join(datasets(node)), 300),
        "Looked at": shown(record.retrieved_at or "", 40),
    }
    yield from ((name, value) for name, value in facts.items() if value)


def _edges(
    subject: Subject, level: int, title: str, edges: list[tuple[Edge, str]], *, claims: bool
) -> Markup | None:
    items = [
        join(
            tag("a", shown(other, 90), href=f"#{subject.anchor(other)}"),
            f" ({edge_words(edge)}{', names itself' if edge.child == edge.parent else ''})",
            tag("ul", (tag("li", claim_words(claim)) for claim in edge.claims[:_CLAIMS]))
            if claims
            else None,
        )
        for edge, other in edges[:_EDGES]
    ]
    rest = len(edges) - _EDGES
    return _list(level, title, [*items, *([join(f"and {rest} more")] if rest > 0 else [])])


def _list(level: int, title: str, items: list[Markup]) -> Markup | None:
    if not items:
        return None
    head = tag(f"h{level}", title)
    return tag("div", head, tag("ul", (tag("li", one) for one in items)), class_="list")
