"""The lineage graph as SVG, drawn here so that it needs no script, prints, and is the same every
time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lineage.core.relation import Grade, Relation
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import edge_words
from lineage.report.document import TargetReport
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.layout import BOX_HEIGHT, BOX_WIDTH, Point, place
from lineage.report.sentences import developer

_NAME_UNITS, _SMALL_UNITS = 20, 28
_CROWD = 10
"""Edges at one end of a line up to which each gets its own label; the table below the graph names
all of them."""
RELATIONS = {
    Relation.FINETUNE: "trained further",
    Relation.ADAPTER: "small weights on top",
    Relation.QUANTIZED: "lower precision",
    Relation.MERGE: "weights combined",
    Relation.DISTILLED: "learned from its outputs",
    Relation.CONVERSION: "other file format",
    Relation.UNKNOWN: "relation not known",
}
GRADES = {
    Grade.DECLARED: "the publisher's metadata says so",
    Grade.EMBEDDED: "a file written by a tool says so",
    Grade.STATED: "prose or a cited source says so",
    Grade.INFERRED: "a lead from names or fingerprints",
}


def graph(target: TargetReport, anchor: Callable[[str], str]) -> Markup:
    """The drawing with its legend; each box is a link to the model's entry, `anchor` gives its
    address on the page."""
    held = target.graph
    plan = place(held.target, list(held.nodes), [(e.child, e.parent) for e in held.edges])
    below, above = Counter(e.parent for e in held.edges), Counter(e.child for e in held.edges)
    drawn = [(edge, route) for edge, route in zip(held.edges, plan.routes, strict=True) if route]
    tip = f"{anchor(target.model)}-tip"
    lines = [_line(edge, route, tip, _ends(edge, anchor)) for edge, route in drawn]
    labels = [
        _label(edge, route, below[edge.parent], above[edge.child], _ends(edge, anchor))
        for edge, route in drawn
    ]
    order = sorted(held.nodes, key=lambda id_: (-plan.boxes[id_][1], plan.boxes[id_][0]))
    boxes = [_box(target, held.nodes[id_], plan.boxes[id_], anchor(id_)) for id_ in order]
    svg = tag(
        "svg",
        _arrowhead(tip),
        tag("g", tag("g", lines, labels, class_="edges", aria_hidden="true"), boxes, class_="view"),
        class_="graph",
        viewBox=f"0 0 {plan.width:g} {plan.height:g}",
        width=f"{plan.width:g}",
        height=f"{plan.height:g}",
        role="group",
        aria_label=f"Lineage graph of {shown(target.model)}: {len(order)} models, "
        f"{len(held.edges)} steps. The table below says the same.",
    )
    frame = tag(
        "div",
        svg,
        class_="frame",
        tabindex="0",
        role="region",
        aria_label="Drawing of the lineage graph",
    )
    return join(
        tag("div", frame, class_="drawing"),
        _legend({e.relation for e in held.edges}, {e.grade for e in held.edges}),
    )


def _arrowhead(address: str) -> Markup:
    path = tag("path", d="M0 0 L8 4 L0 8 Z", class_="tip")
    units = {"markerUnits": "userSpaceOnUse"}
    marker = tag(
        "marker",
        path,
        id=address,
        viewBox="0 0 8 8",
        refX="7",
        refY="4",
        markerWidth="11",
        markerHeight="11",
        orient="auto",
        **units,
    )
    return tag("defs", marker)


def _ends(edge: Edge, anchor: Callable[[str], str]) -> dict[str, str]:
    """What the script needs to follow an edge."""
    return {"data_from": anchor(edge.parent), "data_to": anchor(edge.child)}


def _line(edge: Edge, route: Sequence[Point], tip: str, ends: dict[str, str]) -> Markup:
    said = f"{shown(edge.child)} from {shown(edge.parent)}: {edge_words(edge)}"
    kind = f"edge r-{edge.relation} g-{edge.grade}" + (" part" if edge.component else "")
    return tag(
        "path", tag("title", said), d=_curve(route), class_=kind, marker_end=f"url(#{tip})", **ends
    )


def _curve(route: Sequence[Point]) -> str:
    """Vertical at both ends of every piece, so that bends flow into each other."""
    (x, y), *rest = route
    parts = [f"M{x:g} {y:g}"]
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        parts.append(f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}")
        x, y = to_x, to_y
    return " ".join(parts)


def _label(
    edge: Edge, route: Sequence[Point], below: int, above: int, ends: dict[str, str]
) -> Markup | None:
    """Stands at the less crowded end; none where both ends are."""
    if min(below, above) > _CROWD:
        return None
    (x, y), side = (route[0], 1) if below <= above else (route[-1], -1)
    crowd = min(below, above)
    step = 17 if crowd < 3 else 12 + 11 * (sorted((route[0][0], route[-1][0]))[0] % 3)
    word = (
        str(edge.relation)
        if not edge.component
        else f"{edge.relation} · {_clipped(edge.component, 16)}"
    )
    return tag(
        "text",
        word,
        x=f"{x:g}",
        y=f"{y + side * step + (4 if side > 0 else 0):g}",
        class_=f"what r-{edge.relation}",
        **ends,
    )


def _box(target: TargetReport, node: Node, at: Point, address: str) -> Markup:
    left, top = at[0] - BOX_WIDTH / 2, at[1] - BOX_HEIGHT / 2
    who = target.attributions[node.id]
    namespace, _, name = node.id.rpartition("/")
    mark = mark_of(target, node)
    kinds = [
        "node",
        *(["target"] if node.id == target.model else []),
        *(["unread"] if not node.status.is_known else []),
    ]
    kinds += (
        ["root"]
        if any(f.model == node.id and not f.component for f in target.origin.foundations)
        else []
    )
    below = developer(who) if node.status.is_known or who.developer else "could not be read"
    seen = [
        _clipped(namespace or "(no namespace)", _SMALL_UNITS),
        _clipped(name or node.id, _NAME_UNITS),
        _clipped(below, _SMALL_UNITS),
    ]
    inside = [
        tag("title", ", ".join(part for part in (shown(node.id), mark, developer(who)) if part)),
        tag(
            "rect",
            x=f"{left:g}",
            y=f"{top:g}",
            width=f"{BOX_WIDTH:g}",
            height=f"{BOX_HEIGHT:g}",
            rx="8",
            class_="box",
        ),
        *(
            _text(at[0], top + y, text, kind)
            for y, text, kind in zip((23, 41, 58), seen, ("space", "name", "who"), strict=True)
        ),
        *(
            _mark(left, top + (BOX_HEIGHT + 4 if node.id == target.model else 0), mark)
            if mark
            else []
        ),
    ]
    return tag("a", inside, href=f"#{address}", class_=" ".join(kinds), data_model=address)


def mark_of(target: TargetReport, node: Node) -> str:
    """The one word on a box: what the model is in this graph, or why it could not be read."""
    if node.id == target.model:
        return "audited model"
    if str(node.status) not in ("resolved", "local"):
        return str(node.status).replace("-", " ")
    if any(f.model == node.id for f in target.origin.teachers):
        return "teacher"
    return (
        "foundation"
        if any(f.model == node.id and not f.component for f in target.origin.foundations)
        else ""
    )


def _mark(left: float, top: float, word: str) -> Iterator[Markup]:
    width = 7.0 * len(word) + 14
    yield tag(
        "rect",
        x=f"{left + 10:g}",
        y=f"{top - 9:g}",
        width=f"{width:g}",
        height="17",
        rx="8.5",
        class_="mark",
    )
    yield _text(left + 10 + width / 2, top + 3.5, word, "mark-word")


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return tag("text", text, x=f"{x:g}", y=f"{y:g}", class_=kind, aria_hidden="true")


def _clipped(text: str, units: int) -> str:
    """Keeps beginning and end, where names differ; wide characters count twice."""
    line = shown(text, 400)
    if _units(line) <= units:
        return line
    head, tail = line, line
    while _units(head) > units * 3 // 5:
        head = head[:-1]
    while _units(tail) > units - units * 3 // 5 - 1:
        tail = tail[1:]
    return f"{head}…{tail}"


def _units(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _legend(relations: set[Relation], grades: set[Grade]) -> Markup:
    def sample(kind: str, word: str, meaning: str) -> Markup:
        stroke = tag("path", d="M2 8 H42", class_=f"edge {kind}")
        return tag(
            "li",
            tag("svg", stroke, width="44", height="16", aria_hidden="true", focusable="false"),
            tag("b", word),
            f" {meaning}",
        )

    rows = [
        sample(f"r-{one} g-declared", str(one), RELATIONS[one])
        for one in Relation
        if one in relations
    ]
    lines = [sample(f"r-unknown g-{one}", str(one), GRADES[one]) for one in Grade if one in grades]
    if not rows:
        return join()
    return tag(
        "div",
        tag("p", "Arrows lead from a base model down to what was made of it."),
        tag("ul", rows, aria_label="Relations, by colour and label"),
        tag("ul", lines, aria_label="How strong the statement is, by line pattern"),
        class_="legend",
    )
