"""Edges that arrive at one model together, or leave one together, are one bundle with one label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lineage.core.relation import Relation
from lineage.core.value import dataclass
from lineage.graph.edge import Edge
from lineage.report.html.markup import shown
from lineage.report.layout import BOX_HEIGHT, Layout, Point

DONE = {
    Relation.FINETUNE: "fine-tuned",
    Relation.ADAPTER: "adapter",
    Relation.QUANTIZED: "quantized",
    Relation.MERGE: "merged",
    Relation.DISTILLED: "taught",
    Relation.CONVERSION: "converted",
    Relation.SAME_WEIGHTS: "same weights",
    Relation.UNKNOWN: "relation unknown",
}
"""What was done with the base model."""
_FROM_ONE = 3
"""Edges that leave one model from which they are labelled there instead of at each end."""
_FIRST, _NEXT = 12.0, 12.0


@dataclass(frozen=True)
class Bundle:
    """Edges with one label."""

    hub: str
    """The model at which they meet."""
    relation: Relation
    label: str
    at: Point
    """The middle of the label."""
    drawn: tuple[tuple[Edge, tuple[Point, ...]], ...]


def bundles(edges: Sequence[Edge], plan: Layout) -> list[Bundle]:
    """Every edge that has a route is in exactly one."""
    pairs = [(e, route) for e, route in zip(edges, plan.routes, strict=True) if route]
    arriving = Counter(_kind(e.child, e) for e, _ in pairs)
    leaving = Counter(_kind(e.parent, e) for e, _ in pairs if arriving[_kind(e.child, e)] == 1)
    grouped: dict[tuple[str, bool, Relation, str], list[tuple[Edge, tuple[Point, ...]]]] = {}
    for edge, route in pairs:
        many = leaving[_kind(edge.parent, edge)] >= _FROM_ONE
        at_child = arriving[_kind(edge.child, edge)] > 1 or not many
        hub = edge.child if at_child else edge.parent
        key = (hub, at_child, edge.relation, edge.component or "")
        grouped.setdefault(key, []).append((edge, route))
    stacked: Counter[tuple[str, bool]] = Counter()
    found = []
    for (hub, at_child, relation, component), drawn in sorted(
        grouped.items(), key=lambda item: (item[0][:2], _left(item[1], at_child=item[0][1]))
    ):
        at = _place(drawn, plan.boxes[hub], stacked[hub, at_child], at_child=at_child)
        stacked[hub, at_child] += 1
        label = _label(relation, component, len(drawn))
        found.append(Bundle(hub, relation, label, at, tuple(drawn)))
    return found


def _kind(model: str, edge: Edge) -> tuple[str, Relation, str]:
    return model, edge.relation, edge.component or ""


def _left(drawn: Iterable[tuple[Edge, tuple[Point, ...]]], *, at_child: bool) -> float:
    return min(route[-1 if at_child else 0][0] for _, route in drawn)


def _label(relation: Relation, component: str, count: int) -> str:
    word = DONE[relation]
    if count > 1:
        word = f"{word} × {count}"
    return f"{word} · {shown(component, 24)} only" if component else word


def _place(
    drawn: Sequence[tuple[Edge, tuple[Point, ...]]], box: Point, before: int, *, at_child: bool
) -> Point:
    """Between the edges where they reach the hub, one line further away for each label that stands
    there already."""
    ends = [route[-1 if at_child else 0] for _, route in drawn]
    x = sum(end[0] for end in ends) / len(ends)
    away = BOX_HEIGHT / 2 + _FIRST + before * _NEXT
    above = ends[0][1] < box[1]  # an edge that closes a cycle arrives from below
    return (round(x, 1), round(box[1] - away if above else box[1] + away + 6, 1))
