"""Names and tags that say that refusals were removed: a statement of the publisher, never a finding
of a test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.interface import Reading, ReadsNoFile
from lineage.claims.trace import Trace
from lineage.core.claim import Observation, ObservationKind
from lineage.core.pattern import late
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade

_REMOVAL_TAG = late(
    r"\babliterat|\bun-?censored\b|\bde-?censored\b|\bheretic\b|\bunaligned\b|\bderestricted\b",
    re.IGNORECASE,
)
_REMOVAL_NAME = late(
    r"abliterat|uncensored|decensored|(?:^|[-_.])heretic(?:$|[-_.])|derestricted|"
    r"lorablated|norefus|unalign"
    r"|(?:^|[-_.])1776(?:$|[-_.])",
    re.IGNORECASE,
)


class RemovalMarks(ReadsNoFile):
    """Reads the record alone; what the README says about it is read with its other statements."""

    name = "name and tags"

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Observations only."""
        return Reading(
            observations=tuple(_marks(record, Trace(record, self.name, "api", Grade.DECLARED)))
        )


def _marks(record: ModelRecord, trace: Trace) -> Iterator[Observation]:
    if _REMOVAL_NAME.search(record.id.rpartition("/")[2]):
        yield trace.observe(ObservationKind.REMOVAL_CLAIM, "id", record.id)
    tags = [tag for tag in record.tags if ":" not in tag and _REMOVAL_TAG.search(tag)]
    if tags:
        yield trace.observe(ObservationKind.REMOVAL_CLAIM, "tags", ", ".join(tags[:5]))
