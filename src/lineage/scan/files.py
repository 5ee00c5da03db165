"""Read the files of one repository, each by the reader of its kind."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath
from posixpath import normpath
from zlib import crc32

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.core.value import dataclass
from lineage.scan.brought import Brought
from lineage.scan.comments import without_comments
from lineage.scan.config.filled import filled
from lineage.scan.config.helm import Charts
from lineage.scan.config.kitfile import kitfile_uses
from lineage.scan.config.reader import config_uses
from lineage.scan.entries import (
    Entry,
    NotReadableError,
    ini_entries,
    json_entries,
    line_entries,
    record_entries,
    toml_entries,
    yaml_entries,
)
from lineage.scan.hosted import hosted_config, hosted_settings
from lineage.scan.hosted_text import hosted_commands, hosted_text
from lineage.scan.joined import joined
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.known_ids import known_in_entries, known_in_settings, known_in_text
from lineage.scan.lists import list_uses, package_uses
from lineage.scan.made_code import made_in_code, made_use
from lineage.scan.markup import xml_entries
from lineage.scan.notebook import notebook_uses
from lineage.scan.place import Places
from lineage.scan.python.flow import Inlet
from lineage.scan.python.index import parse
from lineage.scan.python.lexed import Lexed, lexed, words_of
from lineage.scan.python.library import Library
from lineage.scan.python.reader import PythonReader
from lineage.scan.python.textual import may_name_model
from lineage.scan.python.written_calls import may_fill
from lineage.scan.read import FileText, read_file
from lineage.scan.renamed import renamed
from lineage.scan.result import Unreadable
from lineage.scan.scope import Scope, imported_words
from lineage.scan.services import Services
from lineage.scan.shell.dialect import CMD, POSIX, POWERSHELL
from lineage.scan.shell.files import (
    dockerfile_uses,
    makefile_uses,
    modelfile_uses,
    procfile_uses,
)
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.started import started
from lineage.scan.tokens import bundled_lines, token_uses, unnamed_uses

Wanted = Mapping[str, Sequence[Inlet]]
"""Inlets, by their owner's name."""
Reader = Callable[[str, str], Iterable[ModelUse]]
"""Reads the text of a file; the second is the file's name."""
_DEEPEST = 6  # files within files
# Without any of these words, patterns find nothing that names a model.
_MAY_NAME = re.compile(
    r"(?i)model|hugging|\bhf\b|hf[._:-]|retrain|llm|embed|rank|ollama|encoder|checkpoint|lora"
    r"|https?://|-MLC|pipeline|token|adapter|transform|backbone|generator|retriever|teacher|unet"
)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%")
# What people read, beside the code of nearly every project.
_PROSE = re.compile(
    r"(?i)(?:readme|licen[cs]e|copying|notice|changelog|changes|news|authors|contributors|history"
    r"|todo|install|codeowners)(?:[-_]\w+)*"
)
_STRUCTURED = frozenset({FileKind.JSON, FileKind.RECORDS, FileKind.YAML, FileKind.NOTEBOOK})
_COMMANDS = frozenset(
    {
        FileKind.SHELL,
        FileKind.CMD,
        FileKind.POWERSHELL,
        FileKind.DOCKERFILE,
        FileKind.MAKEFILE,
        FileKind.PROCFILE,
        FileKind.SCRIPT,
    }
)


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
    """Of a Python file, where the scope asks: what its imports mention."""
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
        self._library = Library(modules, self._text)
        self._charts = Charts(repository.names, self._text)
        self._brought = Brought(repository.names, self._text)
        self._depth = 0
        self._unreadable: list[Unreadable] = []
        self._inlets: set[Inlet] = set()
        self._words = b""

    def read(self, name: str, kind: FileKind | None = None) -> FileRead:
        """Every use that the file shows by itself; `kind`, where a command runs it as another than
        its name says."""
        kind = kind or kind_of(name)
        self._unreadable, self._inlets, self._words = [], set(), b""
        found = None if kind is None else self._read(name, kind)
        if found is None or kind is None or (found.problem and not found.size):
            size = 0 if found is None else found.size
            return FileRead(unreadable=tuple(self._unreadable), size=size)
        asks = self._repository.scope is Scope.RUNTIME and kind is FileKind.PYTHON
        imports = frozenset(imported_words(found.text)) if asks else None
        uses, bounds_hit = self._bounded(self._uses(found, name, kind), name)
        self._library.release()
        return FileRead(
            uses,
            tuple(self._unreadable),
            bounds_hit,
            is_read=True,
            size=found.size,
            imports=imports,
            starts=frozenset(started(found.text, name, kind, self._repository.root)),
            inlets=frozenset(self._inlets),
            words=self._words,
        )

    def read_entries(self, entries: list[Entry], name: str) -> FileRead:
        """The same of a structured document that stands in no file."""
        self._unreadable, self._inlets, self._words = [], set(), b""
        found = self._structured(entries, name, self._embedded(name))
        uses, bounds_hit = self._bounded(found, name)
        self._library.release()
        return FileRead(uses, tuple(self._unreadable), bounds_hit, is_read=True)

    def _bounded(
        self, found: Iterator[ModelUse], name: str
    ) -> tuple[tuple[ModelUse, ...], tuple[str, ...]]:
        """The uses up to the bound, and what a report says where there are more."""
        uses = tuple(islice(found, self._bounds.uses_per_file))
        is_cut = next(found, None) is not None
        told = f"{name}: more than {len(uses)} uses, the rest is not shown"
        return uses, (told,) if is_cut else ()

    def fillings(self, name: str, wanted: Wanted) -> FileRead:
        """What a module hands to parameters and fields that were seen to be loaded."""
        text = self._text(name)
        if text is None or not may_fill(lexed(text), wanted, name, self._library.may_be_own):
            return FileRead()
        try:
            module = self._library.module(name, text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return FileRead()  # told when the file itself was read
        reader = PythonReader(module, self._library.find, self._services)
        uses = tuple(reader.fillings(wanted))
        self._library.release()
        return FileRead(uses, inlets=frozenset(reader.inlets))

    def close(self) -> None:
        """Let go of everything that was kept."""
        self._library.clear()

    # -- one file ----------------------------------------------------------------------------------

    def _uses(self, found: FileText, name: str, kind: FileKind) -> Iterator[ModelUse]:
        text = found.text
        try:
            yield from self._reader(kind, name)(text, name)
            if kind in _COMMANDS:
                yield from self._commands(text, name)
        except NotReadableError as problem:
            is_template = problem.may_be_template and _TEMPLATE.search(text) is not None
            text = self._charts.texts(text, name)[0]
            yield from self._fallback(name, text, "" if is_template else str(problem))
        except SyntaxError as problem:
            reason = f"not valid Python at line {problem.lineno or 1}"
            yield from self._fallback(name, text, reason)
        except (ValueError, RecursionError, MemoryError):
            yield from self._fallback(name, text, "too deep or not valid")
        if found.rest:
            yield from self._searched(found, name, kind)

    def _searched(self, found: FileText, name: str, kind: FileKind) -> Iterator[ModelUse]:
        """What patterns find behind the bound of a big file. Structured files of such a size
        are records: what they name is only possible."""
        lines = found.text.count("\n")
        for use in self._tokens(found.rest, name):
            certainty = Certainty.POSSIBLE if kind in _STRUCTURED else use.certainty
            yield replace(use, line=use.line + lines, certainty=certainty)

    def _fallback(self, name: str, text: str, reason: str) -> Iterator[ModelUse]:
        """What patterns find in a file that is not what its name says; without a reason it is no
        broken file: a template of another tool."""
        if reason:
            self._unreadable.append(Unreadable(name, reason))
        is_notebook = name.endswith(".ipynb")
        settings = () if is_notebook else config_uses(line_entries(text), name)
        for use in (*self._tokens(text, name), *settings):
            if use.kind is not UseKind.UNRESOLVED or "{{" in use.expression:
                yield replace(use, certainty=_weaker(use.certainty, Certainty.LIKELY))

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

    # -- readers -----------------------------------------------------------------------------------

    def _reader(self, kind: FileKind, file: str) -> Reader:
        embedded = self._embedded(file)
        structured = {
            FileKind.YAML: yaml_entries,
            FileKind.JSON: json_entries,
            FileKind.RECORDS: record_entries,
            FileKind.TOML: toml_entries,
            FileKind.INI: ini_entries,
            FileKind.LINES: line_entries,
        }
        if kind in structured:
            entries = structured[kind]
            if kind is FileKind.YAML and "templates/" in file:
                return lambda text, name: (
                    use
                    for one in self._charts.texts(text, name)
                    for use in self._structured(entries(one), name, embedded)
                )
            return lambda text, name: self._structured(entries(text), name, embedded)
        scripts = {FileKind.SHELL: POSIX, FileKind.CMD: CMD, FileKind.POWERSHELL: POWERSHELL}
        if kind in scripts:
            dialect = scripts[kind]
            return lambda text, name: shell_uses(text, name, embedded, dialect=dialect)
        return {
            FileKind.PYTHON: self._python,
            FileKind.NOTEBOOK: lambda text, name: notebook_uses(
                text,
                name,
                lambda source: self._source(source, name),
                embedded,
                lambda run: self._text(normpath(f"{PurePosixPath(name).parent}/{run}")),
            ),
            FileKind.DOCKERFILE: lambda text, name: dockerfile_uses(text, name, embedded),
            FileKind.MAKEFILE: lambda text, name: makefile_uses(text, name, embedded),
            FileKind.PROCFILE: lambda text, name: procfile_uses(text, name, embedded),
            FileKind.MODELFILE: modelfile_uses,
            FileKind.KITFILE: kitfile_uses,
            FileKind.PACKAGES: package_uses,
            FileKind.LIST: list_uses,
            FileKind.SCRIPT: self._script,
            FileKind.XML: lambda text, name: self._markup(text, name, embedded),
            FileKind.OTHER: self._other,
            FileKind.TEXT: self._tokens,
        }[kind]

    def _structured(
        self, entries: list[Entry], file: str, embedded: Embedded | None
    ) -> Iterator[ModelUse]:
        entries = filled(entries)
        yield from config_uses(entries, file, embedded)
        yield from hosted_config(entries, file, self._services)
        yield from known_in_entries(entries, file, self._services)

    def _markup(self, text: str, file: str, embedded: Embedded | None) -> Iterator[ModelUse]:
        if _MAY_NAME.search(text) or any(known_in_text(text, file, self._services)):
            yield from self._structured(xml_entries(text), file, embedded)
            yield from self._tokens(text, file)

    def _other(self, text: str, file: str) -> Iterator[ModelUse]:
        """A file of no known kind. Its words may mean anything, so that a name is believed if the
        Hub shows it, and a service's only listed; prose that people read is only listed too."""
        if not (_MAY_NAME.search(text) or any(known_in_text(text, file, self._services))):
            return
        is_prose = file.lower().endswith(".txt")
        for use in (*self._tokens(text, file), *config_uses(line_entries(text), file)):
            if use.kind is UseKind.HUB and not is_prose:
                yield replace(
                    use, certainty=_weaker(use.certainty, Certainty.LIKELY), if_found=True
                )
            elif use.kind is not UseKind.UNRESOLVED:
                yield replace(use, certainty=Certainty.POSSIBLE)

    def _tokens(self, text: str, file: str) -> Iterator[ModelUse]:
        code = without_comments(text)
        if kind_of(file) is FileKind.TEXT:
            code = renamed(code)
        told: set[tuple[int, str]] = set()
        for use in self._patterns(code, file):
            told.add((use.line, use.model))
            yield use
        spelled = code if file.endswith(".py") else joined(code, self._brought.to(code, file))
        if spelled is not code:
            for use in self._patterns(spelled, file):
                # Short names of a bundle are anything: only whole names count.
                if (use.line, use.model) not in told and ("/" in use.model or use.target):
                    told.add((use.line, use.model))
                    yield use
        if kind_of(file) is FileKind.TEXT:
            lines = {line for line, _ in told}
            yield from (one for one in unnamed_uses(spelled, file) if one.line not in lines)
            places = Places(code)
            for start, via in made_in_code(code):
                yield made_use((file, *places.of(start)), via, code[start : start + 120])

    def _patterns(self, code: str, file: str) -> Iterator[ModelUse]:
        yield from token_uses(code, file)
        bundled = frozenset() if file.endswith(".py") else bundled_lines(code)
        uses = hosted_text(code, file, self._services)
        known = known_in_text(code, file, self._services) if not file.endswith(".py") else ()
        for use in (*uses, *known):
            yield replace(use, certainty=Certainty.POSSIBLE) if use.line in bundled else use

    def _commands(self, text: str, file: str) -> Iterator[ModelUse]:
        """What commands and the variables that they set say of services."""
        yield from hosted_settings(text, file, self._services)
        yield from hosted_commands(text, file, self._services)
        yield from known_in_settings(text, file, self._services)

    def _python(self, text: str, file: str) -> Iterator[ModelUse]:
        module = lexed(text)
        self._words = _checksums(module, text)
        if not self._repository.parses_all and not may_name_model(module, self._services):
            return
        reader = PythonReader(self._library.module(file, text), self._library.find, self._services)
        yield from reader.uses()
        self._inlets.update(reader.inlets)

    def _source(self, source: str, file: str) -> Iterator[ModelUse]:
        module = parse(source, file)
        try:
            yield from PythonReader(module, self._library.find, self._services).uses()
        finally:
            module.release()

    def _embedded(self, file: str) -> Embedded:
        """A reader for files within files: `python -c` code, here-documents, blocks. What does
        not parse (a template, another language's quoting) is not the file's fault."""

        def read(name: str, text: str, line: int) -> Iterator[ModelUse]:
            kind = kind_of(name)
            if kind is None or self._depth >= _DEEPEST:
                return
            self._depth += 1
            try:
                reader = self._source if kind is FileKind.PYTHON else self._reader(kind, file)
                uses = list(reader(text, file))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                uses = list(self._tokens(text, file))
            finally:
                self._depth -= 1
            yield from (replace(u, line=u.line + line - 1, defined_at="") for u in uses)

        return read

    def _script(self, text: str, file: str) -> Iterator[ModelUse]:
        """A file without suffix: its first line shows whether it is a script; `sh start` runs one
        without such a line."""
        first = text[:200].partition("\n")[0]
        if not first.startswith("#!"):
            if not _PROSE.fullmatch(PurePosixPath(file).name):
                yield from self._other(text, file)
        elif "python" in first:
            yield from self._python(text, file)
        elif "pwsh" in first:
            yield from shell_uses(text, file, self._embedded(file), dialect=POWERSHELL)
        elif "sh" in first or "just" in first:
            yield from shell_uses(text, file, self._embedded(file))
        else:
            yield from self._tokens(text, file)


def _weaker(one: Certainty, other: Certainty) -> Certainty:
    return max(one, other, key=lambda certainty: certainty.rank)


def _checksums(module: Lexed, text: str) -> bytes:
    words = module.words if module.is_sure else words_of(text)
    return array("I", sorted(set(map(crc32, words)))).tobytes()
