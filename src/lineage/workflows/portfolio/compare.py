"""What the supplier says, beside what was found."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.errors import InvalidRefError
from lineage.core.ref import parse_ref
from lineage.graph.graph import LineageGraph
from lineage.report.document import Compared, TargetReport
from lineage.report.licences import licences
from lineage.workflows.portfolio.row import Said

NOTHING = "nothing said"


def compare(said: Said, found: TargetReport) -> tuple[Compared, ...]:
    """Base models one by one, then revision, licence and developer;
    empty where the supplier says nothing at all."""
    if said.is_empty:
        return ()
    return (
        *_bases(said, found.graph),
        *_revision(said, found),
        *_licences(said, found),
        *_developer(said, found),
    )


def _bases(said: Said, graph: LineageGraph) -> Iterator[Compared]:
    names = _names(graph)
    direct = {edge.parent for edge in graph.parents(graph.target) if edge.parent != graph.target}
    matched: set[str] = set()
    for base in said.bases:
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
        yield Compared("base model", NOTHING, parent, False if said.bases else None)


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


def _revision(said: Said, found: TargetReport) -> Iterator[Compared]:
    if said.revision:
        have = found.revision or ""
        same = (
            bool(have)
            and min(len(have), len(said.revision)) >= 7
            and (have.startswith(said.revision) or said.revision.startswith(have))
        )
        yield Compared("revision", said.revision, have or "not known", same if have else None)


def _licences(said: Said, found: TargetReport) -> Iterator[Compared]:
    if said.licences:
        have = licences(found.graph.nodes[found.model])
        spellings = {text.lower() for one in have for text in (one.name, one.expression)}
        same = {one.lower() for one in said.licences} <= spellings
        yield Compared(
            "licence",
            ", ".join(said.licences),
            ", ".join(one.name for one in have) or "not stated",
            same if have else None,
        )


def _developer(said: Said, found: TargetReport) -> Iterator[Compared]:
    if said.developer:
        known = found.attributions[found.model].developer
        names = (
            {name.lower() for name in (known.name, known.id, *known.aliases, *known.namespaces)}
            if known
            else set()
        )
        same = True if said.developer.lower() in names else None
        yield Compared(
            "developer", said.developer, known.name if known else "not established", same
        )
