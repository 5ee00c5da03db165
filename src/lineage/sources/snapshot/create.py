"""Makes a snapshot of everything that a walk over some targets reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lineage.core.errors import CannotRunError
from lineage.core.value import dataclass
from lineage.sources.interface import Source
from lineage.sources.snapshot.format import SnapshotInfo
from lineage.sources.snapshot.recording import RecordingSource
from lineage.sources.snapshot.writer import write_snapshot


@dataclass(frozen=True)
class Created:
    """A written snapshot, and what it could not hold."""

    info: SnapshotInfo
    missed: dict[str, str]
    """Models that could not be asked about, with the reason."""
    dropped: tuple[str, ...]
    """Files that were read but are too much to keep."""


Look = Callable[[str], object]
"""Reads one target: the audit or the walk.

Whatever it reads is what a later offline run of it will find.
"""


def create_snapshot(
    path: Path,
    targets: Sequence[str],
    source: Source,
    begin: Callable[[Source], Look],
    *,
    built_on: str,
) -> Created:
    """Read each target with the `Look` that `begin` makes of a
    recording source, then write what was read.

    Raises CannotRunError, and writes nothing, where no model at all could be read.
    """
    recording = RecordingSource(source)
    look = begin(recording)
    for target in targets:
        look(target)
    content = recording.content(tuple(targets))
    if not content.records:
        why = "; ".join(f"{id}: {reason}" for id, reason in list(recording.missed.items())[:3])
        raise CannotRunError(
            f"Nothing could be read, so no snapshot was written. {why}".strip(),
            "Check the network and the names.",
        )
    return Created(
        write_snapshot(path, content, built_on=built_on), recording.missed, recording.dropped
    )
