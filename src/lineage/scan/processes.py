"""Read files in this process, and in others beside it; what they find comes in the order of the
files, whichever process was quicker."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from pickle import HIGHEST_PROTOCOL, dumps, load
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from lineage.core.errors import CannotRunError
from lineage.scan.files import FileRead, FileReader, Repository
from lineage.scan.python.flow import Wanted
from lineage.scan.python.library import unhurried_collector
from lineage.scan.result import Unreadable

_WORTH_IT = 400
"""Files for which starting another process costs less than it saves."""
_CHUNK = 24
"""Neighbours, which import each other, are read by one process."""
_CHUNKS_EACH = 6
_AHEAD = 12
"""A helper that has fewer files left is given more: this process looks up only between two files of
its own, any of which may take as long as many others."""
_MOST_DEATHS = 8


class Readers(Protocol):
    """Whoever reads the files of a repository."""

    def each(
        self, names: Sequence[str], wanted: Wanted | None = None
    ) -> Iterator[tuple[str, FileRead]]:
        """Each file, in the order of the names, with what it shows by itself, or what it hands to
        the inlets that are wanted."""


@contextmanager
def readers_of(repository: Repository, jobs: int) -> Iterator[Readers]:
    """Readers in up to `jobs` processes, this one among them."""
    with unhurried_collector():
        reader = FileReader(repository)
        try:
            if jobs < 2 or len(repository.names) < _WORTH_IT:
                yield _Alone(reader)
                return
            team = _Team(reader, repository, jobs - 1)
            try:
                yield team
            finally:
                team.stop()
        finally:
            reader.close()


def _one(reader: FileReader, name: str, wanted: Wanted | None) -> FileRead:
    return reader.read(name) if wanted is None else reader.fillings(name, wanted)


class _Alone:
    def __init__(self, reader: FileReader) -> None:
        self._reader = reader

    def each(
        self, names: Sequence[str], wanted: Wanted | None = None
    ) -> Iterator[tuple[str, FileRead]]:
        for name in names:
            yield name, _one(self._reader, name, wanted)


@dataclass(eq=False)
class _Helper:
    """Another process, and the numbers of the files that it was given and has not answered."""

    process: subprocess.Popen[bytes]
    given: deque[int] = field(default_factory=deque)
    is_ready: bool = False
    listener: Thread | None = None

    def send(self, message: bytes) -> None:
        """Send it a message; where it has ended, its last answer tells."""
        stream = self.process.stdin
        with suppress(OSError):
            if stream is not None:
                stream.write(message)
                stream.flush()

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        if self.listener is not None:
            self.listener.join()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what was not sent any more
                if stream is not None:
                    stream.close()


class _Team:
    """This process and its helpers."""

    def __init__(self, reader: FileReader, repository: Repository, helpers: int) -> None:
        self._reader = reader
        self._repository = dumps(repository, HIGHEST_PROTOCOL)
        self._answers: SimpleQueue[tuple[_Helper, object]] = SimpleQueue()
        self._helpers: list[_Helper] = []
        self._deaths = 0
        self._names: Sequence[str] = ()
        self._chunks: deque[deque[int]] = deque()
        self._read_by: dict[str, _Helper | None] = {}
        """By a file's name, who read it last and may keep it parsed; None for this process."""
        self._done: dict[int, FileRead] = {}
        for _ in range(helpers):
            self._start()

    def each(
        self, names: Sequence[str], wanted: Wanted | None = None
    ) -> Iterator[tuple[str, FileRead]]:
        self._chunks.clear()
        while any(helper.given for helper in self._helpers):
            self._take_answers(waits=True)  # to what nobody waits for any more
        self._names, self._done = names, {}
        self._chunks.extend(self._chunked(names))
        own: deque[int] = deque()
        for number, name in enumerate(names):
            while number not in self._done:
                self._share_out(wanted)
                if not own and self._chunks:
                    own = self._next(None)
                if own:
                    mine = own.popleft()
                    self._done[mine] = _one(self._reader, names[mine], wanted)
                    self._read_by[names[mine]] = None
                has_more = own or self._chunks
                self._take_answers(waits=not has_more and number not in self._done)
            yield name, self._done.pop(number)

    def _chunked(self, names: Sequence[str]) -> Iterator[deque[int]]:
        """The numbers of the files in chunks of neighbours, each for one reader: ever smaller ones
        where few are left, so that nobody waits long for the last."""
        share = _CHUNKS_EACH * (len(self._helpers) + 1)
        chunks: dict[_Helper | None, deque[int]] = {}
        for number, name in enumerate(names):
            chunk = chunks.setdefault(self._read_by.get(name), deque())
            chunk.append(number)
            if len(chunk) >= min(_CHUNK, (len(names) - number) // share):
                yield chunks.pop(self._read_by.get(name))
        yield from chunks.values()

    def _next(self, reader: _Helper | None) -> deque[int]:
        """The next chunk for a helper, or for this process: one that it read before, or the first
        that there is."""
        for at, chunk in enumerate(self._chunks):
            if self._read_by.get(self._names[chunk[0]]) is reader:
                del self._chunks[at]
                return chunk
        return self._chunks.popleft()

    def stop(self) -> None:
        """End the helpers."""
        for helper in self._helpers:
            helper.stop()

    # -- helpers -----------------------------------------------------------------------------------

    def _start(self) -> None:
        """Start a helper, with this process's own places to import from and nothing of the folder
        that it works in; Ctrl-C is this process's alone, which ends it."""
        places = [place for place in sys.path if Path(place).is_absolute()]
        code = (
            f"import sys; sys.path[:] = {places!r}; from lineage.scan.helper import serve; serve()"
        )
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except (OSError, ValueError):
            return  # this process reads alone
        helper = _Helper(process)
        helper.listener = Thread(target=self._listen, args=(helper,), daemon=True)
        self._helpers.append(helper)
        helper.listener.start()

    def _listen(self, helper: _Helper) -> None:
        """Hand on what a helper answers; None when it ends."""
        helper.send(self._repository)
        stream = helper.process.stdout
        try:
            while stream is not None:
                self._answers.put((helper, load(stream)))  # noqa: S301 - a process of our own
        except Exception:  # noqa: BLE001 - an answer may break off anywhere
            self._answers.put((helper, None))

    def _share_out(self, wanted: Wanted | None) -> None:
        for helper in self._helpers:
            while helper.is_ready and self._chunks and len(helper.given) < _AHEAD:
                chunk = self._next(helper)
                helper.given.extend(chunk)
                names = [self._names[number] for number in chunk]
                helper.send(dumps((names, wanted), HIGHEST_PROTOCOL))

    def _take_answers(self, *, waits: bool) -> None:
        """Take what is there; where nothing else is left to do, wait for one answer."""
        while True:
            try:
                helper, answer = self._answers.get(
                    block=waits and any(helper.given for helper in self._helpers)
                )
            except Empty:
                return
            waits = False
            if answer is None:
                self._lost(helper)
            elif isinstance(answer, FileRead):
                number = helper.given.popleft()
                self._done[number] = answer
                self._read_by[self._names[number]] = helper
            elif isinstance(answer, str):
                raise RuntimeError(answer)
            else:
                helper.is_ready = True

    def _lost(self, helper: _Helper) -> None:
        """A helper has ended by itself: the file that it was reading is told as not read, and the
        rest of what it was given is read by others."""
        self._helpers.remove(helper)
        helper.stop()
        if not helper.is_ready:
            return  # it cannot work here: this process reads alone
        code = helper.process.returncode
        self._deaths += 1
        if helper.given:
            number = helper.given.popleft()
            name = self._names[number]
            if self._deaths > _MOST_DEATHS:
                raise CannotRunError(
                    f"{self._deaths} processes that read files ended by themselves, the last "
                    f"while it read {name!r} (exit code {code}).",
                    "Look for what ends them, such as a bound of memory, or use --jobs 1.",
                )
            reason = f"the process that read it ended by itself (exit code {code})"
            unread = Unreadable(name, reason, is_searched=False)
            self._done[number] = FileRead(unreadable=(unread,))
        if helper.given:
            self._chunks.appendleft(helper.given)
        self._start()
