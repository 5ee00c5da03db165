"""Each model's facts, claims and results in words: what the drawing shows, for those who read or
listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import claim_words, edge_words
from lineage.report.document import TargetReport
from lineage.report.facts import count, datasets
from lineage.report.html.graph import mark_of
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.json import architecture
from lineage.report.licences import licences
from lineage.report.purl import page_of
from lineage.report.sentences import developer, result_words

_FEW = 6
"""Models up to which every entry stands open."""
_STEP_HEADS = ("Model", "Made from", "How", "Grade", "Who says so")


def steps(target: TargetReport, anchor: Callable[[str], str]) -> Markup:
    """Every edge as a row, with every claim behind it."""
    edges = target.graph.edges
    if not edges:
        return tag("p", "No base model was found in what was read.")
    head = tag("thead", tag("tr", (tag("th", name, scope="col") for name in _STEP_HEADS)))
    rows = [_step(edge, anchor) for edge in edges]
    caption = tag("caption", "Every step of the graph, and who says so")
    table = tag("table", caption, head, tag("tbody", rows), class_="steps stack")
    return tag(
        "div",
        table,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="Steps of the lineage graph",
    )


def _step(edge: Edge, anchor: Callable[[str], str]) -> Markup:
    part = (
        tag("span", f"{shown(edge.component, 60)} only", class_="fine block")
        if edge.component
        else None
    )
    loop = tag("span", "names itself", class_="fine block") if edge.child == edge.parent else None
    said = tag("ul", (tag("li", claim_words(claim)) for claim in edge.claims[:12]), class_="plain")
    return tag(
        "tr",
        tag(
            "th",
            tag("a", shown(edge.child, 90), href=f"#{anchor(edge.child)}"),
            scope="row",
            data_label=_STEP_HEADS[0],
        ),
        tag(
            "td",
            tag("a", shown(edge.parent, 90), href=f"#{anchor(edge.parent)}"),
            loop,
            data_label=_STEP_HEADS[1],
        ),
        tag("td", str(edge.relation), part, data_label=_STEP_HEADS[2]),
        tag("td", str(edge.grade), data_label=_STEP_HEADS[3]),
        tag("td", said, data_label=_STEP_HEADS[4]),
    )


def models(
    target: TargetReport, anchor: Callable[[str], str], level: int, *, brief: bool
) -> Markup:
    """One entry per model, the audited one first, under headings of `level`; a brief one leaves the
    claims to the table of steps."""
    ordered = sorted(target.graph.nodes.values(), key=lambda n: (n.depth, n.id))
    made: dict[str, list[Edge]] = {}
    for edge in target.graph.edges:
        made.setdefault(edge.parent, []).append(edge)
    return tag(
        "div",
        (_entry(target, node, made.get(node.id, []), anchor, level, brief) for node in ordered),
        class_="models",
    )


def _entry(
    target: TargetReport,
    node: Node,
    children: list[Edge],
    anchor: Callable[[str], str],
    level: int,
    brief: bool,
) -> Markup:
    mark = mark_of(target, node)
    address = anchor(node.id)
    facts = [join(tag("dt", name), tag("dd", value)) for name, value in _facts(target, node)]
    parents = target.graph.parents(node.id)
    results = [hit for hit in target.exposure.hits if hit.result.model == node.id]
    return tag(
        "article",
        tag(
            f"h{level}",
            shown(node.id, 200),
            tag("span", mark, class_="pill") if mark else None,
            id=f"{address}-h",
        ),
        tag(
            "details",
            tag("summary", f"{developer(target.attributions[node.id])} · {node.status}"),
            tag("dl", facts),
            _edges(
                level + 1, "Made from", [(e, e.parent) for e in parents], anchor, claims=not brief
            ),
            _edges(level + 1, "Made into", [(e, e.child) for e in children], anchor, claims=False),
            _results(
                level + 1,
                [
                    join(result_words(h.result), " · ", link(h.result.url, h.result.publisher))
                    for h in results
                ],
            ),
            open=len(target.graph.nodes) <= _FEW,
        ),
        id=address,
        class_="model",
        tabindex="-1",
        aria_labelledby=f"{address}-h",
    )


def _facts(target: TargetReport, node: Node) -> Iterator[tuple[str, str | Markup]]:
    who = target.attributions[node.id]
    page = page_of(node.id) if str(node.status) != "local" else None
    yield "Status", shown(f"{node.status}: {node.reason}" if node.reason else node.status, 400)
    yield "Developer", developer(who) + (f" (known by {who.basis})" if who.developer else "")
    if who.developer and who.developer.citations:
        first = who.developer.citations[0]
        yield "Source for the developer", link(first.url, first.title or first.url)
    yield "Published by", shown(node.publisher or "no namespace")
    if who.family_name or who.family:
        yield "Family", shown(who.family_name or who.family)
    if node.revision:
        yield "Revision", tag("code", shown(node.revision, 60))
    if node.record:
        yield "Licence", shown(", ".join(one.name for one in licences(node)) or "not stated", 200)
        yield "Architecture", shown(architecture(node) or "not known", 120)
        yield "Parameters", count(node.record.parameters) or "not known"
        yield "Created", shown((node.record.created_at or "not known")[:10], 20)
        if datasets(node):
            yield "Data sets named", shown(", ".join(datasets(node)), 300)
        yield "Looked at", shown(node.record.retrieved_at or "not recorded", 40)
    if node.aliases:
        yield "Also called", shown(", ".join(node.aliases), 300)
    if page:
        yield "Page", link(page)


def _edges(
    level: int,
    title: str,
    edges: list[tuple[Edge, str]],
    anchor: Callable[[str], str],
    *,
    claims: bool,
) -> Markup | None:
    if not edges:
        return None
    items = [
        tag(
            "li",
            tag("a", shown(other, 90), href=f"#{anchor(other)}"),
            f" ({edge_words(edge)})",
            tag("ul", (tag("li", claim_words(claim)) for claim in edge.claims[:12]))
            if claims
            else None,
        )
        for edge, other in edges[:60]
    ]
    return tag("div", tag(f"h{level}", title), tag("ul", items), class_="list")


def _results(level: int, items: list[Markup]) -> Markup | None:
    return (
        tag(
            "div",
            tag(f"h{level}", "Published tests of exactly this model"),
            tag("ul", (tag("li", one) for one in items)),
            class_="list",
        )
        if items
        else None
    )
