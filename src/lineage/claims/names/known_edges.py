"""Claims from parents that a source knows from other places than the model's own files."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.core.claim import Claim
from lineage.core.elsewhere import is_elsewhere
from lineage.core.record import KnownEdge, ModelRecord
from lineage.core.ref import is_repo_id

_CLIP = 300


class KnownEdgesReader(ReadsNoFile):
    """Reads no file: the record brings the statements and where each was made."""

    @property
    def name(self) -> str:
        """Stands for the reader; its claims carry the source of each statement, and `file` tells
        who made it."""
        return "known edges"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim for each statement, with the grade that its source gives it."""
        return Reading(tuple(self._claim(record.id, edge) for edge in record.known_edges))

    def _claim(self, child: str, edge: KnownEdge) -> Claim:
        is_self = edge.parent.casefold() == child.casefold()
        is_name = is_repo_id(edge.parent) or is_elsewhere(edge.parent)
        parent = edge.parent if is_name and not is_self else None
        problem = "" if parent else "prose"
        if is_self:
            problem = "self"
        excerpt = f"seen {edge.seen}" if edge.seen else ""
        return Claim(
            child=child,
            value=edge.parent[:_CLIP],
            parent=parent,
            relation=edge.relation,
            grade=edge.grade,
            source=edge.source,
            file=edge.citation[:_CLIP],
            location=edge.location[:_CLIP],
            excerpt=excerpt[:200],
            problem=problem,
        )
