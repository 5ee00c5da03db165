"""The lineage graph as a Mermaid flowchart, for documents that draw it; every name is a quoted,
entity-escaped label."""

from __future__ import annotations

from lineage.core.relation import Grade
from lineage.evidence.evidence import Attribution
from lineage.graph.edge import Edge
from lineage.graph.graph import Node
from lineage.report.claim_words import edge_words
from lineage.report.document import Report
from lineage.report.formats import View
from lineage.report.gather import gather
from lineage.report.printable import printable
from lineage.report.sentences import developer

_ARROWS = {
    Grade.DECLARED: "-->",
    Grade.EMBEDDED: "-->",
    Grade.STATED: "-.->",
    Grade.INFERRED: "-.->",
}
# Mermaid reads Markdown, HTML, entities and line breaks inside labels: only these stay as they are.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ./,:-")
_LIMIT = 120


def render(report: Report, view: View) -> str:
    """A flowchart with ancestors above; what is not read has a dashed border and its status."""
    gathered = gather(report)
    short = {id_: f"m{i}" for i, id_ in enumerate(gathered.nodes, 1)}
    targets = {target.model for target in report.targets}
    lines = ["flowchart TB"]
    lines += [
        f"    {short[node.id]}{_box(node, gathered.attributions[node.id])}"
        for node in gathered.nodes.values()
    ]
    lines += [
        f"    {short[edge.parent]} {_arrow(edge)} {short[edge.child]}" for edge in gathered.edges
    ]
    lines += ["    classDef target stroke-width:3px", "    classDef unread stroke-dasharray:4 3"]
    for name, members in (
        ("target", targets),
        ("unread", {n.id for n in gathered.nodes.values() if not n.status.is_known}),
    ):
        if members:
            lines.append(f"    class {','.join(short[id_] for id_ in sorted(members))} {name}")
    return "\n".join(lines) + "\n"


def _box(node: Node, who: Attribution) -> str:
    status = "" if node.status.is_known else f"<br/>{label(str(node.status))}"
    return f'["{label(node.id)}<br/>{label(developer(who))}{status}"]'


def _arrow(edge: Edge) -> str:
    return f'{_ARROWS[edge.grade]}|"{label(edge_words(edge))}"|'


def label(text: str) -> str:
    """Any text as the inside of a quoted Mermaid label."""
    return "".join(char if char in _PLAIN else f"#{ord(char)};" for char in printable(text, _LIMIT))
