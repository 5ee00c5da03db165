"""The boundary between the outside and the package: a source turns a reference into a record."""

from __future__ import annotations

from typing import Protocol

from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.ref import ModelRef


class Source(Protocol):
    """Where records come from: the Hub, a snapshot, a local folder, an index."""

    @property
    def name(self) -> str:
        """`hub`, `snapshot`, `local` or `index`, as shown in the report."""

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `ref`. What is wrong with one model is in its status, never raised.

        Safe to call from several threads.
        """

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes `start` to `end` (exclusive; None: to the end of the
        file) of one file of a fetched record.

        A short answer means that the file ends there. Raises ReadError with the reason.
        Safe to call from several threads.
        """


def other_revision(found: ModelRecord, wanted: ModelRef) -> str:
    """What a file of records has in place of what is asked for: `revision a1 of it, not b2`."""
    its = f"revision {found.revision}" if found.revision else "no particular revision"
    return f"{its} of it, not {wanted.revision}"


def unread(
    ref: ModelRef, source: str, status: Status, reason: str, cause: Cause | None = None
) -> ModelRecord:
    """The record of a model of which a source has nothing but the name, and why."""
    return ModelRecord(
        ref.id,
        ref.id,
        status,
        source,
        reason,
        cause,
        revision=ref.revision,
        partial=status is Status.NOT_READ,
    )
