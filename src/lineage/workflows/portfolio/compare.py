"""The supplier's statements, beside what was found."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.errors import InvalidRefError
from lineage.core.ref import parse_ref
from lineage.graph.graph import LineageGraph
from lineage.report.document import Compared, TargetReport
from lineage.report.licences import licences
from lineage.workflows.portfolio.row import SupplierStatement

NOTHING = "nothing said"


def compare(statement: SupplierStatement, found: TargetReport) -> tuple[Compared, ...]:
    """Base models one by one, then revision, licence and developer;
    empty where the supplier states nothing."""
    if statement.is_empty:
        return ()
    return (
        *_bases(statement, found.graph),
        *_revision(statement, found),
        *_licences(statement, found),
        *_developer(statement, found),
    )


def _bases(statement: SupplierStatement, graph: LineageGraph) -> Iterator[Compared]:
    names = _names(graph)
    direct = {edge.parent for edge in graph.parents(graph.target) if edge.parent != graph.target}
    matched: set[str] = set()
    for base in statement.bases:
        known = names.get(_plain(base))
        if known in direct:
            matched.add(str(known))
            yield Compared("base model", base, f"{known}, a base model", True)
        elif known is not None and known != graph.target:
            matched.add(known)
            yield Compared("base model", base, f"{known}, further up", True)
        elif graph.is_complete:
            yield Compared("base model", base, "not in the lineage that was found", False)
        else:
            yield Compared(
                "base model", base, "not in the lineage as far as it could be read", None
            )
    for parent in sorted(direct - matched):
        yield Compared("base model", NOTHING, parent, False if statement.bases else None)


def _names(graph: LineageGraph) -> dict[str, str]:
    """Every name and alias of every model in the graph, in lower case."""
    return {
        name.lower(): node.id for node in graph.nodes.values() for name in (*node.aliases, node.id)
    }


def _plain(written: str) -> str:
    try:
        return parse_ref(written).id.lower()
    except InvalidRefError:
        return written.strip().lower()  # no Hub name: it can still be an alias as written


def _revision(statement: SupplierStatement, found: TargetReport) -> Iterator[Compared]:
    if statement.revision:
        have = found.revision or ""
        same = (
            bool(have)
            and min(len(have), len(statement.revision)) >= 7
            and (have.startswith(statement.revision) or statement.revision.startswith(have))
        )
        yield Compared("revision", statement.revision, have or "not known", same if have else None)


def _licences(statement: SupplierStatement, found: TargetReport) -> Iterator[Compared]:
    if statement.licences:
        have = licences(found.graph.nodes[found.model])
        spellings = {text.lower() for one in have for text in (one.name, one.expression)}
        same = {one.lower() for one in statement.licences} <= spellings
        yield Compared(
            "licence",
            ", ".join(statement.licences),
            ", ".join(one.name for one in have) or "not stated",
            same if have else None,
        )


def _developer(statement: SupplierStatement, found: TargetReport) -> Iterator[Compared]:
    if statement.developer:
        known = found.attributions[found.model].developer
        names = (
            {name.lower() for name in (known.name, known.id, *known.aliases, *known.namespaces)}
            if known
            else set()
        )
        same = True if statement.developer.lower() in names else None
        yield Compared(
            "developer", statement.developer, known.name if known else "not established", same
        )
