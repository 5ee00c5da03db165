"""Runs the claim readers over one model: from its record alone, then with the files that they
want."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from lineage.claims.interface import ClaimReader, FileRequest, Reading
from lineage.core.claim import ANSWER, Claim, Observation, ObservationKind
from lineage.core.errors import ReadError, WithheldError
from lineage.core.record import ModelRecord, Status
from lineage.core.value import dataclass
from lineage.sources.interface import Source

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

MOST_NAMED = 50
"""Files left out that are named one by one."""
LARGEST_UNKNOWN = 256_000
"""Bytes read of a file whose size the list does not tell."""


@dataclass(frozen=True)
class _Read:
    request: FileRequest
    parts: tuple[Callable[[], bytes], ...]
    """What gives the asked range, and the end of the file where that is wanted too."""

    def content(self) -> bytes:
        """All that was read of the file. Raises ReadError."""
        return b"\n".join(part() for part in self.parts)


class StartedReading:
    """File reads under way for one model. The claims are read once, by whoever needs them first."""

    def __init__(
        self,
        traces: TraceReader,
        record: ModelRecord,
        reads: Sequence[_Read],
        left_out: Sequence[Observation],
        under_way: Sequence[Future[bytes]] = (),
    ) -> None:
        self.record = record
        self._traces = traces
        self._reads = reads
        self._left_out = left_out
        self._under_way = under_way
        self._lock = threading.Lock()
        self._reading: Reading | None = None

    @property
    def requests(self) -> int:
        """How many file reads were made."""
        return sum(len(read.parts) for read in self._reads)

    def finish(self) -> Reading:
        """Wait for the files and read all claims; a file that could not be read becomes an
        observation."""
        with self._lock:
            if self._reading is None:
                self._reading = self._read()
            return self._reading

    def when_done(self, then: Callable[[Reading], None]) -> None:
        """Call `then` with the reading once all files are there, in the thread that brought the
        last; not where none is under way."""
        waiting = set(self._under_way)
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
                content = documents[read.request.path] = read.content()
                trouble += _cut(self.record, read.request, len(content))
            except ReadError as problem:
                kind = (
                    ObservationKind.UNREADABLE
                    if isinstance(problem, WithheldError)
                    else ObservationKind.UNREACHED
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
        max_bytes: int = 4 << 20,
    ) -> None:
        self._source = source
        self._max_bytes = max_bytes
        self._cited = cited
        self._max_parents = max_parents
        self._readers = readers
        self._max_requests = max_requests
        self._max_file_bytes = max_file_bytes

    def parents(self, claims: Iterable[Claim]) -> list[str]:
        """The names to follow: each once whatever its letter case, strongest claim first, no more
        than the bound."""
        return named(claims)[: self._max_parents]

    def from_record(self, record: ModelRecord) -> Reading:
        """What the record tells without any file."""
        return self.read(record, {}, ())

    def start(self, record: ModelRecord, pool: Executor | None) -> StartedReading:
        """Ask for the wanted files, the most telling of each reader first; without a pool each is
        read when the claims are."""
        chosen, left_out = self._within_bounds(record, self._wanted(record))
        under_way: list[Future[bytes]] = []

        def part_of(path: str, start: int, end: int | None) -> Callable[[], bytes]:
            if pool is None:
                return partial(self._source.read, record, path, start, end)
            asked = pool.submit(self._source.read, record, path, start, end)
            under_way.append(asked)
            return asked.result

        reads = [
            _Read(request, tuple(part_of(request.path, *part) for part in _parts(record, request)))
            for request in chosen
        ]
        return StartedReading(self, record, reads, [*_no_list(record), *left_out], under_way)

    def _within_bounds(
        self, record: ModelRecord, wanted: Sequence[FileRequest]
    ) -> tuple[list[FileRequest], list[Observation]]:
        """What is read, in order, and one observation for each file that a bound left out."""
        chosen: list[FileRequest] = []
        rest: list[tuple[str, str]] = []
        requests = size = 0
        contents: set[tuple[str, int, int | None]] = set()
        for request in sorted(wanted, key=lambda request: request.is_optional):
            content = _content(record, request)
            if content in contents:
                continue  # the same bytes under another path
            calls, cost = 1 + bool(request.tail), _cost(record, request)
            if requests + calls > self._max_requests:
                rest += [(request.path, f"more than {self._max_requests} files of one model")]
            elif size + cost > self._max_bytes:
                rest += [(request.path, f"more than {self._max_bytes:,} bytes of one model")]
            else:
                chosen.append(request)
                requests, size = requests + calls, size + cost
                contents |= {content} if content else set()
                continue
            if request.is_optional:
                rest.pop()
        left_out = [
            Observation(ObservationKind.TRUNCATED, record.id, path, "", f"not read: {why}")
            for path, why in rest[:MOST_NAMED]
        ]
        if more := len(rest) - MOST_NAMED if len(rest) > MOST_NAMED else 0:
            text = f"not read: {more} further files, of more than {self._max_requests} of one model"
            left_out.append(
                Observation(ObservationKind.TRUNCATED, record.id, "file list", "", text)
            )
        return chosen, left_out

    def read(
        self, record: ModelRecord, documents: Mapping[str, bytes], trouble: Sequence[Observation]
    ) -> Reading:
        """Claims and observations of every reader, in a stable order, none twice."""
        readers = (*self._readers, *self._cited) if record.status.has_statements else self._cited
        readings = [reader.read(record, documents) for reader in readers]
        claims = sorted(
            dict.fromkeys(c for reading in readings for c in reading.claims),
            key=lambda c: c.sort_key,
        )
        observations = sorted(
            {
                *trouble,
                *(
                    Observation(ObservationKind.UNREACHED, record.id, ANSWER, "", g)
                    for g in record.gaps
                ),
                *(o for reading in readings for o in reading.observations),
            }
        )
        leads = sorted({lead for reading in readings for lead in reading.leads})
        return Reading(tuple(claims), tuple(observations), tuple(leads), tuple(sorted(documents)))

    def _wanted(self, record: ModelRecord) -> list[FileRequest]:
        if record.status not in (Status.RESOLVED, Status.GATED, Status.LOCAL) or not record.files:
            return []
        readers = (*self._readers, *self._cited)
        by_turns = zip_longest(*(reader.wants(record) for reader in readers))
        merged: dict[str, FileRequest] = {}
        for request in (r for turn in by_turns for r in turn if r is not None):
            merged[request.path] = _union(merged.get(request.path), self._capped(record, request))
        return list(merged.values())

    def _capped(self, record: ModelRecord, request: FileRequest) -> FileRequest:
        """No more than the cap of a file that is asked for whole; what is known to be cut is marked
        so."""
        if request.end is not None:
            return request
        entry = record.file(request.path)
        size = entry.size if entry is not None else None
        most = self._max_file_bytes
        if size is None:
            return replace(request, end=request.start + min(most, LARGEST_UNKNOWN))
        if size <= request.start + most:
            return request
        return replace(request, end=request.start + most, is_part=True)


def named(claims: Iterable[Claim]) -> list[str]:
    """Every parent that the claims name, each once whatever its letter case."""
    names: dict[str, str] = {}
    for claim in claims:
        if claim.parent:
            names.setdefault(claim.parent.casefold(), claim.parent)
    return list(names.values())


def _no_list(record: ModelRecord) -> list[Observation]:
    """A hub lists the files of every model that it shows; an answer without a list tells nothing of
    them."""
    if record.files is not None or record.source not in ("hub", "local"):
        return []
    if record.status not in (Status.RESOLVED, Status.LOCAL, Status.GATED):
        return []
    text = "the answer holds no file list, so no file could be looked for"
    return [Observation(ObservationKind.UNREACHED, record.id, "file list", "", text)]


def _parts(record: ModelRecord, request: FileRequest) -> list[tuple[int, int | None]]:
    parts: list[tuple[int, int | None]] = [(request.start, request.end)]
    entry = record.file(request.path)
    if request.tail and entry is not None and entry.size is not None and request.end is not None:
        parts.append((max(request.end, entry.size - request.tail), entry.size))
    return parts


def _cost(record: ModelRecord, request: FileRequest) -> int:
    entry = record.file(request.path)
    size = entry.size if entry is not None else None
    ends = [end for end in (request.end, size) if end is not None]
    return max(0, min(ends, default=LARGEST_UNKNOWN) - request.start) + request.tail


def _content(record: ModelRecord, request: FileRequest) -> tuple[str, int, int | None] | None:
    """What tells that two files hold the same bytes, where the list has hashes."""
    entry = record.file(request.path)
    known = (entry.sha256 or entry.blob_id) if entry is not None else None
    return (known, request.start, request.end) if known else None


def _cut(record: ModelRecord, request: FileRequest, length: int) -> list[Observation]:
    """That a file was read in part: known from its size, or seen where the range came back full."""
    entry = record.file(request.path)
    size = entry.size if entry is not None else None
    if request.is_part:
        text = f"read in part: {length:,} of {size or 0:,} bytes"
    elif size is None and request.end == request.start + length == LARGEST_UNKNOWN:
        text = f"read in part: the first {length:,} bytes of a file whose size is not known"
    else:
        return []
    return [Observation(ObservationKind.TRUNCATED, record.id, request.path, "", text)]


def _union(one: FileRequest | None, other: FileRequest) -> FileRequest:
    if one is None:
        return other
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return FileRequest(
        one.path,
        min(one.start, other.start),
        end,
        tail=0 if end is None else max(one.tail, other.tail),
        is_part=end is not None and (one.is_part or other.is_part),
        is_optional=one.is_optional and other.is_optional,
    )
