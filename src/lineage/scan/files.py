"""Read the files of one repository, each by the reader of its kind."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from lineage.core.use import Certainty, ModelUse
from lineage.core.value import dataclass
from lineage.scan.asked_of import sent_elsewhere
from lineage.scan.jinja import written_out
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.prices import LISTING, with_prices
from lineage.scan.python.documented import apart, documented_part
from lineage.scan.python.flow import Inlet, Wanted, by_owner
from lineage.scan.python.index import parse
from lineage.scan.python.known_names import host_of_file
from lineage.scan.python.lexed import Lexed, lexed, words_of
from lineage.scan.python.library import Library
from lineage.scan.python.module import Module
from lineage.scan.python.reader import PythonReader
from lineage.scan.python.textual import may_name_model
from lineage.scan.python.written_calls import may_fill
from lineage.scan.read import FileText, read_file
from lineage.scan.result import Unreadable
from lineage.scan.scope import Scope, imported_words, mentioned_words
from lineage.scan.services import Services
from lineage.scan.space import metadata_of_space
from lineage.scan.started import started
from lineage.scan.tables import with_tables

if TYPE_CHECKING:
    from lineage.scan.entries import Entry
    from lineage.scan.other_kinds import OtherKinds

_NO_SETTINGS = frozenset({FileKind.RECORDS, FileKind.PACKAGES, FileKind.LIST, FileKind.CARD})
_TOO_DEEP = "too deep or not valid"
FAULT = "a fault of lineage stopped its reading"
_MOST_OWN = 10
"""So many times a module is asked what it hands to the inlets that it has by what it hands on."""
_MOST_ASKED = 400
"""Modules that are kept taken apart, for the next round of what is handed on."""
_STRUCTURED = frozenset({FileKind.JSON, FileKind.RECORDS, FileKind.YAML, FileKind.NOTEBOOK})


@dataclass(frozen=True)
class ScanBounds:
    """What one scan may cost."""

    files: int = 50_000
    file_bytes: int = 3_000_000
    notebook_bytes: int = 40_000_000
    total_bytes: int = 1_000_000_000
    uses_per_file: int = 2_000


@dataclass(frozen=True)
class Repository:
    """What every process needs to read a repository's files."""

    root: Path
    names: tuple[str, ...]
    """Of all files that are read."""
    services: Services
    bounds: ScanBounds = ScanBounds()
    scope: Scope = Scope.ALL
    parses_all: bool = False
    """Whether modules are parsed whose text shows that they name no model."""
    exclude: tuple[str, ...] = ()
    """What is left out."""


@dataclass(frozen=True)
class FileRead:
    """What one file shows."""

    uses: tuple[ModelUse, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    bounds_hit: tuple[str, ...] = ()
    is_read: bool = False
    size: int = 0
    """Bytes that were read."""
    imports: frozenset[str] | None = None
    """Where the scope asks: what its imports, or the paths in it, mention."""
    inlets: frozenset[Inlet] = frozenset()
    """Parameters and fields whose value it loads."""
    starts: frozenset[tuple[str, FileKind]] = frozenset()
    """Files that it runs, and as what, where their names say otherwise."""
    words: bytes = b""
    """Of a Python file: a checksum, of four bytes, for each word of its code."""

    def may_hold(self, checksums: frozenset[int]) -> bool:
        """Whether the code may have one of the words with these checksums."""
        return not checksums.isdisjoint(memoryview(self.words).cast("I"))


def checksum(word: str) -> int:
    """Of a word, as `FileRead.words` has it."""
    return crc32(word.encode("utf-8", "replace"))


class FileReader:
    """Reads one file after another; keeps of them what imports may ask for again."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._bounds = repository.bounds
        self._services = repository.services
        modules = dict.fromkeys(n for n in repository.names if n.endswith(".py"))
        data = (name for name in repository.names if name.endswith(".json"))
        self._library = Library(modules, self._text, data)
        self._fields: dict[str, frozenset[str]] = {}
        """What the classes of a module set, by its file, of those that were parsed."""
        self._filled: dict[str, set[Inlet]] = {}
        """The inlets for which a module was asked what it hands to them, by its file."""
        self._unreadable: list[Unreadable] = []
        self._inlets: set[Inlet] = set()
        self._words = b""
        self._asked: dict[str, Lexed] = {}
        """The modules that were asked last for what they hand on, by their file."""
        self._apart: tuple[str, Lexed] = ("", Lexed())
        """The Python text that was taken apart last."""

    def read(self, name: str, kind: FileKind | None = None) -> FileRead:
        """Every use that the file shows by itself; `kind`, where a command runs it as another than
        its name says."""
        kind = kind or kind_of(name)
        self._unreadable, self._inlets, self._words = [], set(), b""
        found = None if kind is None else self._read(name, kind)
        if kind is FileKind.CARD and (found is None or not metadata_of_space(found.text)):
            return FileRead()  # a README that programs read nothing of
        if found is None or kind is None or (found.problem and not found.size):
            size = 0 if found is None else found.size
            return FileRead(unreadable=tuple(self._unreadable), size=size)
        words = imported_words if kind is FileKind.PYTHON else mentioned_words
        asks = self._repository.scope is Scope.RUNTIME
        imports = frozenset(words(found.text)) if asks else None
        uses, bounds_hit = self._bounded(self._uses(found, name, kind), name)
        if kind in LISTING:
            uses = tuple(with_prices(uses, found.text))
        if kind in _STRUCTURED:
            uses = tuple(with_tables(uses))
        if kind not in _NO_SETTINGS:
            uses += tuple(sent_elsewhere(found.text, name, self._has(found.text)))
        self._library.release()
        return FileRead(
            uses,
            tuple(self._unreadable),
            bounds_hit,
            is_read=True,
            size=found.size,
            imports=imports,
            starts=frozenset(
                started(found.text, name, kind, self._repository.root, self._has(found.text))
            ),
            inlets=frozenset(self._inlets),
            words=self._words,
        )

    def read_entries(self, entries: list[Entry], name: str) -> FileRead:
        """The same of a structured document that stands in no file."""
        self._unreadable, self._inlets, self._words = [], set(), b""
        found = self._others.structured(entries, name)
        uses, bounds_hit = self._bounded(found, name)
        self._library.release()
        return FileRead(uses, tuple(self._unreadable), bounds_hit, is_read=True)

    def _has(self, text: str) -> Callable[[str], bool]:
        """What tells whether something stands in a text."""
        known, module = self._apart
        if known is not text:
            return text.__contains__
        return lambda part: module.may_have(part) and part in text

    def _bounded(
        self, found: Iterator[ModelUse], name: str
    ) -> tuple[tuple[ModelUse, ...], tuple[str, ...]]:
        """The uses up to the bound, and what a report says where there are more."""
        uses = tuple(islice(found, self._bounds.uses_per_file))
        is_cut = next(found, None) is not None
        message = f"{name}: more than {len(uses)} uses, the rest is not shown"
        return uses, (message,) if is_cut else ()

    def fillings(self, name: str, wanted: Wanted) -> FileRead:
        """What a module hands to parameters and fields that were seen to be loaded."""
        done = self._filled.setdefault(name, set())
        left = {
            owner: [one for one in inlets if one not in done] for owner, inlets in wanted.items()
        }
        wanted = {owner: inlets for owner, inlets in left.items() if inlets}
        fields = self._fields.get(name)
        if not wanted or not may_fill(
            self._taken_apart(name), wanted, name, self._library.may_be_own, fields
        ):
            return FileRead()
        try:
            module = self._library.module(name, self._text(name) or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return FileRead()  # told when the file itself was read
        reader = PythonReader(module, self._library, self._services)
        self._unreadable = []
        uses: list[ModelUse] = []
        try:
            uses.extend(self._handed(reader, wanted))
        except (RecursionError, MemoryError):
            self._not_read(name, _TOO_DEEP)
        except Exception as fault:  # noqa: BLE001 - as above
            self._stopped(name, fault)
        self._told(reader)
        self._library.release()
        return FileRead(tuple(uses), tuple(self._unreadable), inlets=frozenset(reader.inlets))

    def _taken_apart(self, name: str) -> Lexed:
        """A module that may have to be asked again, for what hands on what it takes itself."""
        known = self._asked.pop(name, None) or lexed(self._text(name) or "")
        known.quoted = ""  # which nobody asks for any more
        self._asked[name] = known
        if len(self._asked) > _MOST_ASKED:
            del self._asked[next(iter(self._asked))]
        return known

    def _handed(self, reader: PythonReader, wanted: Wanted) -> Iterator[ModelUse]:
        """What a module hands to the inlets, and then to those of its own that this makes: while it
        is there, since it may have to be parsed again later."""
        file = reader.module.file
        done = self._filled.setdefault(file, set())
        for _ in range(_MOST_OWN):
            done.update(one for inlets in wanted.values() for one in inlets)
            if wanted:
                yield from reader.fillings(wanted)
            wanted = by_owner(
                one
                for one in reader.inlets - done
                if (one.is_word or one.file == file) and one.is_followed
            )
            if not wanted:
                return

    def close(self) -> None:
        """Let go of everything that was kept."""
        self._library.clear()

    # -- one file ----------------------------------------------------------------------------------

    @cached_property
    def _others(self) -> OtherKinds:
        """The readers of all other kinds, which a repository of Python alone does without."""
        from lineage.scan.other_kinds import OtherKinds

        names, readers = self._repository.names, (self._python, self._source)
        return OtherKinds(names, self._services, self._text, *readers, self._not_read)

    def _not_read(self, name: str, reason: str) -> None:
        self._unreadable.append(Unreadable(name, reason))

    def _stopped(self, name: str, fault: Exception) -> None:
        """Tell of a file at which this tool itself failed."""
        if os.environ.get("LINEAGE_DEBUG"):
            raise fault
        reason = f"{FAULT} ({type(fault).__name__}: {fault}): please report it"
        self._unreadable.append(Unreadable(name, reason, is_searched=False))

    def _uses(self, found: FileText, name: str, kind: FileKind) -> Iterator[ModelUse]:
        text = found.text
        try:
            if kind is FileKind.PYTHON:
                yield from self._python(text, name)
            elif text or kind is not FileKind.OTHER:  # `py.typed` stands empty beside most code
                for one in written_out(text, kind):
                    yield from self._others.uses(one, name, kind)
        except SyntaxError as problem:
            self._not_read(name, f"not valid Python at line {problem.lineno or 1}")
            yield from self._others.fallback(text, name)
        except (ValueError, RecursionError, MemoryError):
            self._not_read(name, _TOO_DEEP)
            yield from self._others.fallback(text, name)
        except Exception as fault:  # noqa: BLE001 - what stops at one file must hide no other
            self._stopped(name, fault)
        if found.rest:
            yield from self._searched(found, name, kind)

    def _searched(self, found: FileText, name: str, kind: FileKind) -> Iterator[ModelUse]:
        """What patterns find behind the bound of a big file. Structured files of such a size
        are records: what they name is only possible."""
        lines = found.text.count("\n")
        for use in self._others.tokens(found.rest, name):
            certainty = Certainty.POSSIBLE if kind in _STRUCTURED else use.certainty
            yield replace(use, line=use.line + lines, certainty=certainty)

    def _text(self, name: str) -> str | None:
        """The text of a file that another imports."""
        kind = kind_of(name) or FileKind.TEXT
        found = read_file(self._repository.root, name, kind, self._bounds.file_bytes)
        return None if found is None else found.text  # counted and told with the file itself

    def _read(self, name: str, kind: FileKind) -> FileText | None:
        is_notebook = kind is FileKind.NOTEBOOK
        most = self._bounds.notebook_bytes if is_notebook else self._bounds.file_bytes
        found = read_file(self._repository.root, name, kind, most)
        if found is not None and found.problem:
            self._unreadable.append(Unreadable(name, found.problem, found.is_whole))
        return found

    def _python(self, text: str, file: str) -> Iterator[ModelUse]:
        pieces = apart(text)
        module = pieces.whole
        self._apart = (text, module)
        self._words = _checksums(module, text)
        if not self._repository.parses_all:
            is_of_service = host_of_file(file, self._services)
            if not is_of_service and not may_name_model(module, self._services):
                return
            part = documented_part(text, file, pieces, self._services)
            if part is not None and not is_of_service:
                yield from self._once(part)
                return
        parsed = self._library.module(file, text)
        self._fields[file] = frozenset((*parsed.class_attributes, *parsed.method_names))
        reader = PythonReader(parsed, self._library, self._services)
        yield from reader.uses()
        yield from self._handed(reader, {})
        self._inlets.update(reader.inlets)
        self._told(reader)

    def _source(self, source: str, file: str) -> Iterator[ModelUse]:
        yield from self._once(parse(source, file))

    def _once(self, module: Module) -> Iterator[ModelUse]:
        """The uses of a module that is not kept."""
        try:
            reader = PythonReader(module, self._library, self._services)
            yield from reader.uses()
            self._told(reader)
        finally:
            module.release()

    def _told(self, reader: PythonReader) -> None:
        """Tell of a module that was not worked out to its end."""
        if reader.evaluator.is_spent:
            reason = "too much of it refers to something else: names may be missing"
            self._not_read(reader.module.file, reason)


def _checksums(module: Lexed, text: str) -> bytes:
    words = module.words if module.is_sure else words_of(text)
    return array("I", sorted(map(crc32, words))).tobytes()
