"""The lineage graph as an indented tree: the audited model on top, what is underneath below it."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph.edge import Edge
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences import developer


def lines(target: TargetReport, limit: int | None = None) -> list[str]:
    """One line per model and edge, depth first; a model drawn before is only named again. At most
    `limit` lines."""
    drawn: list[str] = []
    for line in _draw(target):
        if limit is not None and len(drawn) >= limit:
            rest = len(target.graph.edges) + 1 - len(drawn)
            drawn.append(f"… {rest} more; lineage tree {printable(target.model, 120)} shows all")
            break
        drawn.append(line)
    return drawn


def _draw(target: TargetReport) -> Iterator[str]:
    """Written with a stack of its own: real chains are 75 deep, and a hostile one may be deeper."""
    graph = target.graph
    yield _label(target, graph.target)
    seen = {graph.target}
    stack = [(edge, "", i == 0) for i, edge in enumerate(reversed(_parents(target, graph.target)))]
    while stack:
        edge, indent, is_last = stack.pop()
        again = edge.parent in seen
        fork = "└─ " if is_last else "├─ "
        tail = " (drawn above)" if again and graph.parents(edge.parent) else ""
        yield f"{indent}{fork}{_relation(edge)} {_label(target, edge.parent)}{tail}"
        if not again:
            seen.add(edge.parent)
            below = indent + ("   " if is_last else "│  ")
            stack.extend(
                (further, below, i == 0)
                for i, further in enumerate(reversed(_parents(target, edge.parent)))
            )


def _parents(target: TargetReport, model: str) -> list[Edge]:
    return sorted(
        target.graph.parents(model),
        key=lambda e: (not e.carries_weights, e.component is not None, *e.sort_key),
    )


def _relation(edge: Edge) -> str:
    component = f" {printable(edge.component, 30)}" if edge.component else ""
    return f"[{edge.relation}{component}, {edge.grade}]"


def _label(target: TargetReport, model: str) -> str:
    node = target.graph.nodes[model]
    status = (
        ""
        if node.status.is_known and str(node.status) in ("resolved", "local")
        else f" · {node.status}"
    )
    return f"{printable(model, 200)} · {developer(target.attributions[model])}{status}"
