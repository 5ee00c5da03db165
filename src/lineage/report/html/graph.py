"""The lineage graph as SVG, drawn here so that it needs no script, prints, and is the same every
time."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.core.country import country
from lineage.core.relation import Grade, Relation
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import edge_words
from lineage.report.html.bundles import DONE, Bundle, bundles
from lineage.report.html.labels import NAME_UNIT, SMALL_UNIT, clipped, two_lines, units
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.subject import MARK, Subject
from lineage.report.layout import BOX_HEIGHT, GAP, ROW, Layout, Point, place
from lineage.report.sentences import developer
from lineage.report.sentences.people import known_as, listed

_NARROWEST, _PADDING = 150.0, 24.0
_SMALL_UNITS = 44
_CORNER = 11.0
PAPER = 40
"""Models up to which the drawing can be read on a sheet of paper."""
_MEANS = {
    Relation.FINETUNE: "trained further",
    Relation.ADAPTER: "small weights on top",
    Relation.QUANTIZED: "lower precision",
    Relation.MERGE: "weights combined",
    Relation.DISTILLED: "learned from its outputs",
    Relation.CONVERSION: "other file format",
    Relation.SAME_WEIGHTS: "the same files",
    Relation.UNKNOWN: "relation not known",
}
GRADES = {
    Grade.DECLARED: "the publisher's metadata says so",
    Grade.EMBEDDED: "a file written by a tool says so",
    Grade.STATED: "prose or a cited source says so",
    Grade.INFERRED: "a lead from names or fingerprints",
}


def graph(subject: Subject) -> Markup:
    """The drawing with its legend; each box is a link to the model's entry."""
    lineage = subject.target.graph
    boxes = {id_: _Box(subject, node) for id_, node in lineage.nodes.items()}
    plan = place(
        lineage.target,
        list(lineage.nodes),
        [(e.child, e.parent) for e in lineage.edges],
        {id_: box.width for id_, box in boxes.items()},
    )
    tip = f"{subject.anchor(lineage.target)}-tip"
    # Those on paths that decide are drawn last, above the others.
    found = sorted(bundles(lineage.edges, plan), key=lambda one: _is_lit(subject, one))
    order = sorted(lineage.nodes, key=lambda id_: (-plan.boxes[id_][1], plan.boxes[id_][0]))
    svg = tag(
        "svg",
        _arrowhead(tip),
        tag(
            "g",
            (_lines(subject, one) for one in found),
            class_="edges",
            marker_end=f"url(#{tip})",
            aria_hidden="true",
        ),
        tag("g", (_label(subject, one, plan) for one in found), aria_hidden="true"),
        (boxes[id_].drawn(plan.boxes[id_], plan.rows[id_]) for id_ in order),
        class_="graph",
        viewBox=f"0 0 {plan.width:g} {plan.height:g}",
        width=f"{plan.width:g}",
        height=f"{plan.height:g}",
        data_half=f"{BOX_HEIGHT / 2:g}",
        data_row=f"{ROW:g}",
        data_gap=f"{GAP:g}",
        role="group",
        aria_label=f"Lineage graph of {shown(lineage.target)}: {len(order)} models, "
        f"{len(lineage.edges)} steps. The list of models below says the same.",
    )
    frame = tag(
        "div",
        svg,
        class_="frame",
        tabindex="0",
        role="region",
        aria_label=subject.called("Drawing of the lineage graph"),
    )
    return join(tag("div", frame, class_="drawing"), _legend(subject))


def _arrowhead(address: str) -> Markup:
    path = tag("path", d="M0 0 L8 4 L0 8 Z", class_="tip")
    units_ = {"markerUnits": "userSpaceOnUse"}
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
        **units_,
    )
    return tag("defs", marker)


def _is_lit(subject: Subject, bundle: Bundle) -> bool:
    return any((edge.child, edge.parent) in subject.lit_steps for edge, _ in bundle.drawn)


def _lines(subject: Subject, bundle: Bundle) -> Markup:
    """Edges that share an end and a relation."""
    paths = [_line(subject, edge, route) for edge, route in bundle.drawn]
    return tag("g", paths, class_=f"bundle r-{bundle.relation}")


def _label(subject: Subject, bundle: Bundle, plan: Layout) -> Markup:
    """The one label for all of them, and where it is from their hub."""
    (x, y), hub = bundle.at, plan.boxes[bundle.hub]
    lit = " lit" if _is_lit(subject, bundle) else ""
    return tag(
        "text",
        bundle.label,
        x=f"{x:g}",
        y=f"{y:g}",
        class_=f"what r-{bundle.relation}{lit}",
        data_at=subject.anchor(bundle.hub),
        data_x=f"{x - hub[0]:g}",
        data_y=f"{y - hub[1]:g}",
    )


def _line(subject: Subject, edge: Edge, route: Sequence[Point]) -> Markup:
    text = f"{shown(edge.child)} from {shown(edge.parent)}: {edge_words(edge)}"
    lit = (edge.child, edge.parent) in subject.lit_steps
    return tag(
        "path",
        tag("title", text),
        d=_curve(route),
        class_=f"edge g-{edge.grade}" + (" lit" if lit else ""),
        data_from=subject.anchor(edge.parent),
        data_to=subject.anchor(edge.child),
    )


def _curve(route: Sequence[Point]) -> str:
    """Vertical at both ends of every piece, so that bends flow into each other. Whole pixels: a
    thousand models have many bends."""
    (x, y), *rest = ((round(x), round(y)) for x, y in route)
    parts = [f"M{x} {y}"]
    for i, (to_x, to_y) in enumerate(rest):
        middle = (y + to_y) // 2
        parts.append(f"{'S' if i else f'C{x} {middle} '}{to_x} {middle} {to_x} {to_y}")
        x, y = to_x, to_y
    return "".join(parts)


class _Box:
    """One model: its whole name on two lines, then who made it and where; as wide as they need."""

    def __init__(self, subject: Subject, node: Node) -> None:
        self.subject, self.node = subject, node
        self.who = subject.target.attributions[node.id]
        self.name = two_lines(node.id)
        self.small = clipped(self._small(), _SMALL_UNITS)
        self.word = subject.role(node)
        widest = max(
            *(units(line) * NAME_UNIT for line in self.name),
            units(self.small) * SMALL_UNIT,
            units(self.word) * SMALL_UNIT + 28,
        )
        self.width = float(round(max(_NARROWEST, widest + _PADDING)))

    def _small(self) -> str:
        if self.who.developer is not None:
            return f"{self.subject.home(self.who)} · {known_as(self.who.developer)}"
        return "developer unknown" if self.node.status.is_known else "could not be read"

    def drawn(self, at: Point, row: int) -> Markup:
        """The box around its middle, as a link."""
        left, top = at[0] - self.width / 2, at[1] - BOX_HEIGHT / 2
        first, second = self.name
        lines = [(first, 27.0 if not second else 24.0, "name"), (second, 39.0, "name")]
        lines.append((self.small, 47.0 if not second else 55.0, "who"))
        said = (shown(self.node.id), self.word, developer(self.who), self._policy())
        inside = [
            tag("title", ", ".join(part for part in said if part)),
            tag("path", d=self._outline(left, top), class_="box"),
            *(_text(at[0], top + y, text, kind) for text, y, kind in lines if text),
            *(self._mark(left, top) if self.word else ()),
        ]
        return tag(
            "a",
            inside,
            href=f"#{self.subject.anchor(self.node.id)}",
            class_=" ".join(self._kinds()),
            data_x=f"{at[0]:g}",
            data_y=f"{at[1]:g}",
            data_w=f"{self.width:g}",
            data_row=row,
            data_level=self.node.depth,
        )

    def _policy(self) -> str:
        return "its country is one that the policy names" if self._is_named else ""

    @property
    def _is_named(self) -> bool:
        return self.subject.is_named(self.who)

    def _kinds(self) -> list[str]:
        target = self.subject.target
        kinds = {
            "target": self.node.id == target.model,
            "unread": not self.node.status.is_known,
            "root": any(
                f.model == self.node.id and not f.component for f in target.origin.foundations
            ),
            "named": self._is_named,
            "lit": self.node.id in self.subject.lit,
        }
        return ["node", *(kind for kind, holds in kinds.items() if holds)]

    def _outline(self, x: float, y: float) -> str:
        """Corners are cut where the policy names the country, and round elsewhere: a shape, not
        only a colour."""
        w, h = self.width, BOX_HEIGHT
        cut, turn = (_CORNER, "l") if self._is_named else (8.0, "q")

        def corner(dx: float, dy: float, *, across: bool) -> str:
            middle = f"{dx:g} 0 " if across else f"0 {dy:g} "
            return f"{turn}{middle if turn == 'q' else ''}{dx:g} {dy:g}"

        return (
            f"M{x + cut:g} {y:g}h{w - 2 * cut:g}{corner(cut, cut, across=True)}v{h - 2 * cut:g}"
            f"{corner(-cut, cut, across=False)}h{2 * cut - w:g}{corner(-cut, -cut, across=True)}"
            f"v{2 * cut - h:g}{corner(cut, -cut, across=False)}z"
        )

    def _mark(self, left: float, top: float) -> tuple[Markup, Markup]:
        width = units(self.word) * SMALL_UNIT * 1.1 + 14
        # Below the audited model, whose upper edge is where its bases arrive.
        y = top + (BOX_HEIGHT + 5 if self.node.id == self.subject.target.model else 0)
        pill = tag(
            "rect",
            x=f"{left + 10:g}",
            y=f"{y - 8.5:g}",
            width=f"{width:g}",
            height="17",
            rx="8.5",
            class_="mark",
        )
        return pill, _text(left + 10 + width / 2, y + 4, self.word, "mark-word")


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return tag("text", text, x=f"{x:g}", y=f"{y:g}", class_=kind, aria_hidden="true")


def _legend(subject: Subject) -> Markup:
    edges = subject.target.graph.edges
    if not edges:
        return join()
    relations, grades = {e.relation for e in edges}, {e.grade for e in edges}
    rows = [
        _sample(f"r-{one}", "g-declared", DONE[one], _MEANS[one])
        for one in Relation
        if one in relations
    ]
    lines = [
        _sample("r-unknown", f"g-{one}", str(one), GRADES[one]) for one in Grade if one in grades
    ]
    here = {
        who.jurisdiction for who in subject.target.attributions.values() if subject.is_named(who)
    }
    named = listed(sorted(country(code) for code in here), 6)
    marks = [
        tag("li", tag("b", f"{MARK}, cut corners"), f" from {named}, which the policy names")
        if named
        else None,
        tag("li", tag("b", "thick"), " what the verdict rests on") if subject.paths else None,
    ]
    return tag(
        "div",
        tag("p", "Arrows lead from a base model down to what was made of it."),
        tag("ul", marks, aria_label="Marks") if any(marks) else None,
        tag("ul", rows, aria_label="Relations, by colour and label"),
        tag("ul", lines, aria_label="How strong the statement is, by line pattern"),
        class_="legend",
    )


def _sample(relation: str, grade: str, word: str, meaning: str) -> Markup:
    stroke = tag("path", d="M2 8 H42", class_=f"edge {grade}")
    return tag(
        "li",
        tag(
            "svg",
            tag("g", stroke, class_=relation),
            width="44",
            height="16",
            aria_hidden="true",
            focusable="false",
        ),
        tag("b", word),
        f" {meaning}",
    )
