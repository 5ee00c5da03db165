"""The seam between the walk and the readers: one reader per kind of trace that a model leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lineage.core.claim import Claim, Lead, Observation
from lineage.core.record import ModelRecord
from lineage.core.value import dataclass


@dataclass(frozen=True)
class FileRequest:
    """A file, or a part of one, that a reader wants to see."""

    path: str
    start: int = 0
    end: int | None = None
    """Exclusive; None means the whole file, up to the walk's cap for small files."""
    tail: int = 0
    """Bytes of the file's end that are read too, behind a line break; costs a request of its
    own."""
    is_part: bool = False
    """The file is larger than what is asked for, and what is left out may tell something."""
    is_optional: bool = False
    """Read last, where there is room, and not missed where there is none."""


@dataclass(frozen=True)
class Reading:
    """What one reader found in one model."""

    claims: tuple[Claim, ...] = ()
    observations: tuple[Observation, ...] = ()
    leads: tuple[Lead, ...] = ()
    files: tuple[str, ...] = ()
    """Paths that were fetched, whole or in part."""


class ClaimReader(Protocol):
    """Reads one kind of trace. Never raises on foreign content: it answers with claims or an
    observation."""

    @property
    def name(self) -> str:
        """Stands as `source` in the claims it makes."""

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The files to fetch, chosen from the record's file list, the most telling first."""

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from the record itself and from the wanted files that could be fetched (path to
        bytes)."""


class ReadsNoFile:
    """For readers of what the record itself says."""

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing."""
        return ()
