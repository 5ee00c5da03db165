"""Runs the claim readers over one model: from its record alone, then with the files that they want."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import zip_longest

from lineage.claims.interface import ClaimReader, FileRequest, Reading
from lineage.core.claim import Claim, Noticed, Observation
from lineage.core.errors import ReadError, WithheldError
from lineage.core.record import ModelRecord, Status
from lineage.sources.interface import Source


@dataclass(frozen=True)
class _Read:
    request: FileRequest
    content: Future[bytes]


class StartedReading:
    """File reads under way for one model. The claims are read once, by whoever needs them first."""

    def __init__(
        self,
        traces: TraceReader,
        record: ModelRecord,
        reads: Sequence[_Read],
        left_out: Sequence[Observation],
    ) -> None:
        self.record = record
        self._traces = traces
        self._reads = reads
        self._left_out = left_out
        self._lock = threading.Lock()
        self._reading: Reading | None = None

    @property
    def requests(self) -> int:
        """How many file reads were made."""
        return len(self._reads)

    def finish(self) -> Reading:
        """Wait for the files and read all claims; a file that could not be read becomes an observation."""
        with self._lock:
            if self._reading is None:
                self._reading = self._read()
            return self._reading

    def when_done(self, then: Callable[[Reading], None]) -> None:
        """Call `then` with the reading once all files are there, in the thread that brought the last; not where there are none."""
        waiting = {read.content for read in self._reads}
        lock = threading.Lock()

        def one_came(content: Future[bytes]) -> None:
            with lock:
                waiting.discard(content)
                is_last = not waiting
            if is_last and not content.cancelled():
                then(self.finish())

        for content in tuple(waiting):
            content.add_done_callback(one_came)

    def _read(self) -> Reading:
        documents: dict[str, bytes] = {}
        trouble: list[Observation] = list(self._left_out)
        for read in self._reads:
            try:
                documents[read.request.path] = read.content.result()
            except ReadError as problem:
                kind = (
                    Noticed.UNREADABLE if isinstance(problem, WithheldError) else Noticed.UNREACHED
                )
                trouble.append(
                    Observation(kind, self.record.id, read.request.path, "", problem.message[:200])
                )
        return self._traces.read(self.record, documents, trouble)


class TraceReader:
    """All readers together, with the bounds on what they may fetch."""

    def __init__(
        self,
        source: Source,
        readers: Sequence[ClaimReader],
        cited: Sequence[ClaimReader],
        *,
        max_requests: int,
        max_file_bytes: int,
        max_parents: int,
    ) -> None:
        self._source = source
        self._cited = cited
        self._max_parents = max_parents
        self._readers = readers
        self._max_requests = max_requests
        self._max_file_bytes = max_file_bytes

    def parents(self, claims: Iterable[Claim]) -> list[str]:
        """The names to follow: each once whatever its letter case, strongest claim first, no more than the bound."""
        return named(claims)[: self._max_parents]

    def from_record(self, record: ModelRecord) -> Reading:
        """What the record tells without any file."""
        return self.read(record, {}, ())

    def start(self, record: ModelRecord, pool: Executor) -> StartedReading:
        """Ask for the wanted files, the most telling of each reader first."""
        wanted = self._wanted(record)
        chosen, rest = wanted[: self._max_requests], wanted[self._max_requests :]
        reads = [
            _Read(r, pool.submit(self._source.read, record, r.path, r.start, r.end)) for r in chosen
        ]
        text = f"not read: more than {self._max_requests} files of one model"
        return StartedReading(
            self,
            record,
            reads,
            [Observation(Noticed.TRUNCATED, record.id, r.path, "", text) for r in rest],
        )

    def read(
        self, record: ModelRecord, documents: Mapping[str, bytes], trouble: Sequence[Observation]
    ) -> Reading:
        """Claims and observations of every reader, in a stable order, none twice."""
        readers = (*self._readers, *self._cited) if record.status.is_known else self._cited
        readings = [reader.read(record, documents) for reader in readers]
        claims = sorted(
            {c for reading in readings for c in reading.claims}, key=lambda c: c.sort_key
        )
        observations = sorted(
            {*trouble, *(o for reading in readings for o in reading.observations)}
        )
        leads = sorted({lead for reading in readings for lead in reading.leads})
        return Reading(tuple(claims), tuple(observations), tuple(leads), tuple(sorted(documents)))

    def _wanted(self, record: ModelRecord) -> list[FileRequest]:
        if record.status not in (Status.RESOLVED, Status.GATED, Status.LOCAL) or not record.files:
            return []
        by_turns = zip_longest(*(reader.wants(record) for reader in self._readers))
        merged: dict[str, FileRequest] = {}
        for request in (r for turn in by_turns for r in turn if r is not None):
            merged[request.path] = _union(merged.get(request.path), self._capped(record, request))
        return list(merged.values())

    def _capped(self, record: ModelRecord, request: FileRequest) -> FileRequest:
        entry = record.file(request.path)
        end = request.end if request.end is not None else request.start + self._max_file_bytes
        if (
            entry is not None
            and entry.size is not None
            and request.end is None
            and entry.size <= end
        ):
            return request
        return FileRequest(request.path, request.start, end)


def named(claims: Iterable[Claim]) -> list[str]:
    """Every parent that the claims name, each once whatever its letter case."""
    names: dict[str, str] = {}
    for claim in claims:
        if claim.parent:
            names.setdefault(claim.parent.casefold(), claim.parent)
    return list(names.values())


def _union(one: FileRequest | None, other: FileRequest) -> FileRequest:
    if one is None:
        return other
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return FileRequest(one.path, min(one.start, other.start), end)
