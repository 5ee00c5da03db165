"""The lineage graph in Graphviz' language; every name is a quoted label, and node names are
ours."""

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

_STYLES = {
    Grade.DECLARED: "solid",
    Grade.EMBEDDED: "solid",
    Grade.STATED: "dashed",
    Grade.INFERRED: "dotted",
}
_LIMIT = 120


def render(report: Report, view: View) -> str:
    """A digraph with ancestors above; arrows lead from a base model to what was made of it."""
    gathered = gather(report)
    short = {id_: f"m{i}" for i, id_ in enumerate(gathered.nodes, 1)}
    targets = {target.model for target in report.targets}
    lines = [
        "digraph lineage {",
        "  rankdir=TB;",
        '  node [shape=box, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    lines += [
        f"  {short[n.id]} [{_box(n, gathered.attributions[n.id], n.id in targets)}];"
        for n in gathered.nodes.values()
    ]
    lines += [f"  {short[e.parent]} -> {short[e.child]} [{_line(e)}];" for e in gathered.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _box(node: Node, who: Attribution, is_target: bool) -> str:
    status = [] if node.status.is_known else [str(node.status)]
    label = quoted(node.id, developer(who), *status)
    width = ", penwidth=3" if is_target else ""
    style = "" if node.status.is_known else ", style=dashed"
    return f"label={label}{width}{style}"


def _line(edge: Edge) -> str:
    return f"label={quoted(edge_words(edge))}, style={_STYLES[edge.grade]}"


def quoted(*lines: str) -> str:
    """A DOT string: backslashes and quotes escaped, `&` spelled out since Graphviz reads entities,
    our own line breaks between."""
    safe = [
        printable(line, _LIMIT).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
        for line in lines
    ]
    return '"' + "\\n".join(safe) + '"'
