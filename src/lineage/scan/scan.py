"""Scan a repository: list its files, give each to the reader of
its kind, and gather every use of a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from lineage.core.errors import UsageError
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.comments import without_comments
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
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.lists import list_uses, package_uses
from lineage.scan.names import looks_like_repo
from lineage.scan.notebook import notebook_uses
from lineage.scan.python.flow import Inlet, with_own_words
from lineage.scan.python.index import parse
from lineage.scan.python.library import Library, unhurried_collector
from lineage.scan.python.reader import PythonReader
from lineage.scan.python.textual import may_fill, may_name_model
from lineage.scan.read import FileText, read_file
from lineage.scan.result import ScanResult, Unreadable
from lineage.scan.scope import Scope, imported_beside, imported_words, is_beside
from lineage.scan.services import Services, without_answered
from lineage.scan.shell.dialect import CMD, POSIX, POWERSHELL
from lineage.scan.shell.files import (
    dockerfile_uses,
    makefile_uses,
    modelfile_uses,
    procfile_uses,
)
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.tokens import bundled_lines, token_uses
from lineage.scan.walk import files_of

Reader = Callable[[str, str], Iterable[ModelUse]]
"""Reads the text of a file; the second is the file's name."""
_DEEPEST = 6  # files within files
_YAML_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%")


_MOST_ROUNDS = 4
"""So many functions may hand a name on, one to the next, before one of them loads it."""


@dataclass(frozen=True)
class ScanBounds:
    """What one scan may cost."""

    files: int = 50_000
    file_bytes: int = 3_000_000
    notebook_bytes: int = 40_000_000
    total_bytes: int = 1_000_000_000
    uses_per_file: int = 2_000


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


def scan(
    path: str | Path,
    *,
    exclude: tuple[str, ...] = (),
    bounds: ScanBounds | None = None,
    services: Callable[[], Services] = Services,
    scope: Scope = Scope.ALL,
) -> ScanResult:
    """Find the models that the code below `path` (or in that one file) uses.

    Runs nothing, follows no link out of the folder, leaves no bound. `services` tells which
    addresses, clients and words mean a service that answers for models; it is asked once.

    Raises UsageError where there is no such folder or file.
    """
    root = Path(path)
    if root.is_file():
        return _Scan(root.parent, bounds or ScanBounds(), services()).run([root.name])
    if not root.is_dir():
        raise UsageError(
            f"There is no folder or file {str(path)!r}.",
            "Give the path of a repository, or none for the current folder.",
        )
    run = _Scan(root, bounds or ScanBounds(), services(), scope)
    listed = files_of(root, exclude=exclude, most=run.bounds.files + 1)
    return run.run(list(listed.names), listed.left_out)


class _Scan:
    """One run over one folder."""

    def __init__(
        self, root: Path, bounds: ScanBounds, services: Services, scope: Scope = Scope.ALL
    ) -> None:
        self.scope = scope
        self.imports: dict[str, set[str]] = {}
        """What every Python file imports, where the scope asks."""
        self.services = services
        self.root = root
        self.bounds = bounds
        self.unreadable: list[Unreadable] = []
        self.bounds_hit: list[str] = []
        self.files_read = 0
        self.bytes_read = 0
        self._depth = 0
        self.library = Library({}, self._text)
        self.inlets: set[Inlet] = set()

    def run(self, names: list[str], left_out: Iterable[Unreadable] = ()) -> ScanResult:
        self.unreadable.extend(left_out)
        if len(names) > self.bounds.files:
            self.bounds_hit.append(f"more than {self.bounds.files} files: the rest was not read")
            names = names[: self.bounds.files]
        self.library = Library({n: None for n in names if n.endswith(".py")}, self._text)
        found: list[ModelUse] = []
        with unhurried_collector():
            for name in names:
                found.extend(self._file(name))
                self.library.release()
                if self.bytes_read > self.bounds.total_bytes:
                    self.bounds_hit.append(
                        f"more than {self.bounds.total_bytes} bytes: the rest was not read"
                    )
                    break
            found.extend(self._fillings([n for n in names if n.endswith(".py")]))
        found = list(with_own_words(found, self.inlets))
        settled = _settled(one for use in found for one in self._with_folder(use))
        beside = tuple(use for use in settled if self._is_left_out(use.file))
        settled = without_answered(use for use in settled if not self._is_left_out(use.file))
        return ScanResult(
            str(self.root),
            tuple(u for u in settled if u.kind is not UseKind.UNRESOLVED),
            tuple(u for u in settled if u.kind is UseKind.UNRESOLVED),
            tuple(sorted(set(self.unreadable))),
            self.files_read,
            tuple(self.bounds_hit),
            beside,
        )

    def _is_left_out(self, file: str) -> bool:
        return self.scope is Scope.RUNTIME and is_beside(file) and file not in self._imported

    @cached_property
    def _imported(self) -> frozenset[str]:
        """Tests, documentation and examples that the rest imports; when all files were read."""
        return imported_beside(self.imports)

    # -- one file ----------------------------------------------------------------------------------

    def _file(self, name: str) -> list[ModelUse]:
        kind = kind_of(name)
        if kind is None:
            return []
        found = self._read(name, kind)
        if found is None or (found.problem and not found.size):
            return []
        text = found.text
        self.files_read += 1
        if self.scope is Scope.RUNTIME and kind is FileKind.PYTHON:
            self.imports[name] = imported_words(text)
        uses: list[ModelUse] = []
        try:
            readers = [self._reader(kind, name)]
            if kind in _COMMANDS:
                readers.append(self._commands)
            for use in (use for reader in readers for use in reader(text, name)):
                uses.append(use)
                if len(uses) >= self.bounds.uses_per_file:
                    self.bounds_hit.append(
                        f"{name}: more than {self.bounds.uses_per_file} uses, the rest is not shown"
                    )
                    break
        except NotReadableError as problem:
            uses += self._fallback(name, text, str(problem))
        except SyntaxError as problem:
            uses += self._fallback(name, text, f"not valid Python at line {problem.lineno or 1}")
        except (ValueError, RecursionError, MemoryError):
            uses += self._fallback(name, text, "too deep or not valid")
        return uses + self._searched(found, name, kind) if found.rest else uses

    def _searched(self, found: FileText, name: str, kind: FileKind) -> list[ModelUse]:
        """What patterns find behind the bound of a big file. Structured files of such a size
        are records: what they name is only possible."""
        lines = found.text.count("\n")
        is_record = kind in _STRUCTURED
        return [
            replace(
                use,
                line=use.line + lines,
                certainty=Certainty.POSSIBLE if is_record else use.certainty,
            )
            for use in self._tokens(found.rest, name)
        ]

    def _fallback(self, name: str, text: str, reason: str) -> list[ModelUse]:
        uses = (
            [*self._tokens(text, name), *config_uses(line_entries(text), name)]
            if not name.endswith(".ipynb")
            else list(self._tokens(text, name))
        )
        if not (
            _YAML_TEMPLATE.search(text) and "YAML" in reason
        ):  # a template of another tool is not a broken file
            self.unreadable.append(Unreadable(name, reason))
        return [
            replace(u, certainty=max(u.certainty, Certainty.LIKELY, key=lambda c: c.rank))
            for u in uses
            if u.kind is not UseKind.UNRESOLVED
        ]

    def _text(self, name: str) -> str | None:
        """The text of a Python file that another imports."""
        found = read_file(self.root, name, FileKind.PYTHON, self.bounds.file_bytes)
        return None if found is None else found.text  # counted and told with the file itself

    def _read(self, name: str, kind: FileKind) -> FileText | None:
        is_notebook = kind is FileKind.NOTEBOOK
        most = self.bounds.notebook_bytes if is_notebook else self.bounds.file_bytes
        found = read_file(self.root, name, kind, most)
        if found is not None:
            self.bytes_read += found.size
            if found.problem:
                self.unreadable.append(Unreadable(name, found.problem, found.is_whole))
        return found

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
            return lambda text, name: self._structured(entries(text), name, embedded)
        scripts = {FileKind.SHELL: POSIX, FileKind.CMD: CMD, FileKind.POWERSHELL: POWERSHELL}
        if kind in scripts:
            dialect = scripts[kind]
            return lambda text, name: shell_uses(text, name, embedded, dialect=dialect)
        return {
            FileKind.PYTHON: self._python,
            FileKind.NOTEBOOK: lambda text, name: notebook_uses(
                text, name, lambda source: self._source(source, name)
            ),
            FileKind.DOCKERFILE: lambda text, name: dockerfile_uses(text, name, embedded),
            FileKind.MAKEFILE: lambda text, name: makefile_uses(text, name, embedded),
            FileKind.PROCFILE: lambda text, name: procfile_uses(text, name, embedded),
            FileKind.MODELFILE: modelfile_uses,
            FileKind.PACKAGES: package_uses,
            FileKind.LIST: list_uses,
            FileKind.SCRIPT: self._script,
            FileKind.TEXT: self._tokens,
        }[kind]

    def _structured(
        self, entries: list[Entry], file: str, embedded: Embedded | None
    ) -> Iterator[ModelUse]:
        yield from config_uses(entries, file, embedded)
        yield from hosted_config(entries, file, self.services)

    def _tokens(self, text: str, file: str) -> Iterator[ModelUse]:
        code = without_comments(text)
        yield from token_uses(code, file)
        uses = hosted_text(code, file, self.services)
        bundled = frozenset() if file.endswith(".py") else bundled_lines(code)
        for use in uses:
            yield replace(use, certainty=Certainty.POSSIBLE) if use.line in bundled else use

    def _commands(self, text: str, file: str) -> Iterator[ModelUse]:
        """What commands and the variables that they set say of services."""
        yield from hosted_settings(text, file, self.services)
        yield from hosted_commands(text, file, self.services)

    def _python(self, text: str, file: str) -> Iterator[ModelUse]:
        if not may_name_model(text, self.services):
            return
        reader = PythonReader(self.library.module(file, text), self.library.find, self.services)
        yield from reader.uses()
        self.inlets.update(reader.inlets)

    def _fillings(self, names: list[str]) -> Iterator[ModelUse]:
        """What modules hand to the parameters and fields that were seen to be loaded, and what is
        handed to those that hand it on."""
        known: set[Inlet] = set()
        for _ in range(_MOST_ROUNDS):
            wanted: dict[str, list[Inlet]] = {}
            for inlet in sorted(self.inlets - known, key=astuple):
                wanted.setdefault(inlet.owner, []).append(inlet)
            known |= self.inlets
            if not wanted:
                return
            for name in names:
                text = self._text(name)
                if text is None or not may_fill(text, wanted):
                    continue
                try:
                    module = self.library.module(name, text)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue  # told when the file itself was read
                reader = PythonReader(module, self.library.find, self.services)
                yield from reader.fillings(wanted)
                self.inlets.update(reader.inlets)
                self.library.release()

    def _source(self, source: str, file: str) -> Iterator[ModelUse]:
        module = parse(source, file)
        try:
            yield from PythonReader(module, self.library.find, self.services).uses()
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
        """A file without suffix: its first line shows whether it is a script."""
        first = text[:200].partition("\n")[0]
        if not first.startswith("#!"):
            return
        if "python" in first:
            yield from self._python(text, file)
        elif "pwsh" in first:
            yield from shell_uses(text, file, self._embedded(file), dialect=POWERSHELL)
        elif "sh" in first or "just" in first:
            yield from shell_uses(text, file, self._embedded(file))
        else:
            yield from self._tokens(text, file)

    def _with_folder(self, use: ModelUse) -> Iterator[ModelUse]:
        """The use, and the folder of the repository that has the model's name as well.

        Most loaders take the folder where there is one, some ask the Hub alone; a folder never
        stands in for a model of the Hub, or a change of the code could put one there.
        """
        yield use
        if use.kind is not UseKind.HUB or not looks_like_repo(use.model):
            return
        if use.via.startswith("hf://") or _HUB_ONLY.search(use.via):
            return
        for place in (PurePosixPath(use.model), PurePosixPath(use.file).parent / use.model):
            if (self.root / place).is_dir():
                yield replace(
                    use,
                    kind=UseKind.LOCAL,
                    model=str(place),
                    reason="a folder of this repository has the name too",
                )
                return


_HUB_ONLY = re.compile(
    r"(?i)snapshot_?download|hf_hub_(?:download|url)|hf download|huggingface-cli|vllm serve"
)
"""Loaders, in the words of a use's `via`, that take no folder for a model's name."""


def _settled(uses: Iterable[ModelUse]) -> list[ModelUse]:
    """Sorted, and each model once per line: the surest telling of it."""
    best: dict[tuple[str, int, str, str], ModelUse] = {}
    for use in uses:
        key = (use.file, use.line, str(use.kind), use.model or use.expression)
        known = best.get(key)
        if known is None or (use.certainty.rank, use.column) < (known.certainty.rank, known.column):
            best[key] = use
    return sorted(best.values(), key=lambda u: u.sort_key)
