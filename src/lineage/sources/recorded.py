"""Keeps every answer of a source as it was given, and answers from what was kept and from nothing
else: the same questions get the same answers, whenever they are asked again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from lineage.core.errors import ReadError, WithheldError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.sources.interface import Source

_Place = tuple[str, str | None, str, int, int | None]


@dataclass(frozen=True)
class Answer:
    """What a source said of one model."""

    asked: str
    revision: str | None
    """The one that was asked for."""
    record: ModelRecord


@dataclass(frozen=True)
class FileAnswer:
    """What came of reading one range of one file."""

    model: str
    revision: str | None
    """The one of the record that was read with."""
    path: str
    start: int
    end: int | None
    """Exclusive, as asked; None is the end of the file."""
    sha256: str = ""
    """Of the bytes; empty where they could not be read."""
    problem: str = ""
    next_step: str = ""
    is_withheld: bool = False
    """The source does not show the file, as far as it says for good."""

    @property
    def place(self) -> _Place:
        """What tells it from every other."""
        return _place(self.model, self.revision, self.path, self.start, self.end)

    def error(self) -> ReadError:
        """The error as it was raised."""
        return (WithheldError if self.is_withheld else ReadError)(self.problem, self.next_step)


def _place(model: str, revision: str | None, path: str, start: int, end: int | None) -> _Place:
    return model.casefold(), revision, path, start, end


class RecordingSource:
    """Passes every question on once and keeps the answer; asked again, it says the same.

    Bytes go to `folder`, each content once, under its SHA-256.
    """

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._lock = threading.Lock()
        self._answers: dict[ModelRef, Answer] = {}
        self._files: dict[_Place, FileAnswer] = {}

    @property
    def name(self) -> str:
        """That of the source behind it."""
        return self._source.name

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every record, by what was asked."""
        with self._lock:
            return tuple(self._answers[ref] for ref in sorted(self._answers, key=_order))

    @property
    def files(self) -> tuple[FileAnswer, ...]:
        """Every file or part of one, by what was asked."""
        with self._lock:
            return tuple(sorted(self._files.values(), key=lambda one: _file_order(one.place)))

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record, the first one that came."""
        known = self._answers.get(ref)
        if known is None:
            given = Answer(ref.id, ref.revision, self._source.fetch(ref))
            with self._lock:
                known = self._answers.setdefault(ref, given)
        return known.record

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes, or the error, that came first."""
        place = _place(record.id, record.revision, path, start, end)
        known = self._files.get(place)
        if known is None:
            given = self._asked(record, path, start, end)
            with self._lock:
                known = self._files.setdefault(place, given)
        if known.problem:
            raise known.error()
        return (self._folder / known.sha256).read_bytes()

    def _asked(self, record: ModelRecord, path: str, start: int, end: int | None) -> FileAnswer:
        asked = (record.id, record.revision, path, start, end)
        try:
            body = self._source.read(record, path, start, end)
        except ReadError as problem:
            is_withheld = isinstance(problem, WithheldError)
            text = problem.message or "It could not be read."
            return FileAnswer(
                *asked, problem=text, next_step=problem.next_step, is_withheld=is_withheld
            )
        digest = hashlib.sha256(body).hexdigest()
        place = self._folder / digest
        if not place.exists():
            draft = self._folder / f"{digest}.{threading.get_ident()}"
            draft.write_bytes(body)
            draft.replace(place)
        return FileAnswer(*asked, sha256=digest)


class RecordedSource:
    """Answers from what was kept. `content` gives the bytes of a SHA-256.

    What nobody asked then is `unreachable` now, and no file can be read of it: a run that wants to
    know more than the first one ends with an open question, not with a guess.
    """

    def __init__(
        self,
        name: str,
        answers: Iterable[Answer],
        files: Iterable[FileAnswer],
        content: Callable[[str], bytes],
    ) -> None:
        self._name = name
        self._answers = {ModelRef(one.asked, one.revision): one.record for one in answers}
        self._files = {one.place: one for one in files}
        self._content = content

    @property
    def name(self) -> str:
        """That of the source which gave the answers."""
        return self._name

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record that was given then."""
        found = self._answers.get(ref)
        if found is not None:
            return found
        reason = "nothing was asked about it when the answers were kept"
        return ModelRecord(ref.id, ref.id, Status.UNREACHABLE, self._name, reason)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes that were read then. Raises ReadError as it was raised, or where nobody
        read them."""
        found = self._files.get(_place(record.id, record.revision, path, start, end))
        if found is None:
            raise ReadError(f"{path} of {record.id} was not read when the answers were kept.")
        if found.problem:
            raise found.error()
        return self._content(found.sha256)


def _order(ref: ModelRef) -> tuple[str, str]:
    return ref.id, ref.revision or ""


def _file_order(place: _Place) -> tuple[str, str, str, int, int]:
    model, revision, path, start, end = place
    return model, revision or "", path, start, -1 if end is None else end
