"""Read the files of a repository that are not Python, each by the reader of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.config.containers import hosted_container_uses
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
from lineage.scan.hosted import hosted_config
from lineage.scan.hosted_settings import hosted_settings
from lineage.scan.kinds import FileKind, kind_of
from lineage.scan.known_ids import known_in_entries, known_in_settings, known_in_text
from lineage.scan.lists import list_uses, package_uses
from lineage.scan.notebook import notebook_uses
from lineage.scan.services import Services
from lineage.scan.shell.dialect import CMD, POSIX, POWERSHELL
from lineage.scan.shell.files import (
    dockerfile_uses,
    makefile_uses,
    modelfile_uses,
    procfile_uses,
)
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.space import space_uses

if TYPE_CHECKING:
    from lineage.scan.plain import PlainText

Reader = Callable[[str, str], Iterable[ModelUse]]
"""Reads the text of a file; the second is the file's name."""
_DEEPEST = 6  # files within files
# Without any of these words, patterns find nothing that names a model.
_MAY_NAME = re.compile(
    r"(?i)model|hugging|\bhf\b|hf[._:-]|retrain|llm|embed|rank|ollama|encoder|checkpoint|lora"
    r"|https?://|-MLC|pipeline|token|adapter|transform|backbone|generator|retriever|teacher|unet"
    r"|\w:\d{1,3}b\b"
)
_TEMPLATE = re.compile(r"\{\{[^{}\n]{0,300}\}\}|\{%")
# What people read, beside the code of nearly every project.
_PROSE = re.compile(
    r"(?i)(?:readme|licen[cs]e|copying|notice|changelog|changes|news|authors|contributors|history"
    r"|todo|install|codeowners)(?:[-_]\w+)*"
)
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


class OtherKinds:
    """Their readers."""

    def __init__(
        self,
        names: Sequence[str],
        services: Services,
        text_of: Callable[[str], str | None],
        python: Reader,
        source: Callable[[str, str], Iterator[ModelUse]],
        not_read: Callable[[str, str], None],
    ) -> None:
        """`python` reads a module, `source` a piece of Python that stands in another file;
        `not_read` is told which file is not what its name says, and why."""
        self._services = services
        self._text = text_of
        self._python, self._source = python, source
        self._not_read = not_read
        self._charts = Charts(names, text_of)
        self._names = names
        self._depth = 0

    def uses(self, text: str, name: str, kind: FileKind) -> Iterator[ModelUse]:
        """What the text of a file shows.

        Raises SyntaxError, ValueError, RecursionError or MemoryError for what is not of its kind.
        """
        try:
            yield from self._reader(kind, name)(text, name)
            if kind in _COMMANDS:
                yield from self._commands(text, name)
            elif kind is FileKind.INI and "{" in text:  # HOCON and its like: blocks in a line
                yield from self.tokens(text, name)
        except NotReadableError as problem:
            # A template of another tool is no broken file.
            if not (problem.may_be_template and _TEMPLATE.search(text)):
                self._not_read(name, str(problem))
            yield from self.fallback(self._charts.texts(text, name)[0], name)

    @cached_property
    def _plain(self) -> PlainText:
        from lineage.scan.plain import PlainText  # patterns take long to make

        return PlainText(self._names, self._services, self._text)

    def tokens(self, text: str, file: str) -> Iterator[ModelUse]:
        """What patterns find in a text."""
        yield from self._plain.uses(text, file)

    def fallback(self, text: str, name: str) -> Iterator[ModelUse]:
        """What patterns find in a file that is not what its name says."""
        is_notebook = name.endswith(".ipynb")
        settings = () if is_notebook else config_uses(line_entries(text), name)
        for use in (*self.tokens(text, name), *settings):
            if use.kind is not UseKind.UNRESOLVED or "{{" in use.expression:
                yield replace(use, certainty=_weaker(use.certainty, Certainty.LIKELY))

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
            FileKind.CARD: space_uses,
            FileKind.PACKAGES: package_uses,
            FileKind.LIST: list_uses,
            FileKind.SCRIPT: self._script,
            FileKind.XML: lambda text, name: self._markup(text, name, embedded),
            FileKind.OTHER: self._other,
            FileKind.TEXT: self.tokens,
        }[kind]

    def structured(self, entries: list[Entry], name: str) -> Iterator[ModelUse]:
        """What the entries of a structured document show."""
        yield from self._structured(entries, name, self._embedded(name))

    def _structured(
        self, entries: list[Entry], file: str, embedded: Embedded | None
    ) -> Iterator[ModelUse]:
        entries = filled(entries)
        yield from config_uses(entries, file, embedded)
        yield from hosted_config(entries, file, self._services)
        yield from hosted_container_uses(entries, file, self._services)
        yield from known_in_entries(entries, file, self._services)

    def _markup(self, text: str, file: str, embedded: Embedded | None) -> Iterator[ModelUse]:
        if _MAY_NAME.search(text) or any(known_in_text(text, file, self._services)):
            from lineage.scan.markup import xml_entries

            yield from self._structured(xml_entries(text), file, embedded)
            yield from self.tokens(text, file)

    def _other(self, text: str, file: str) -> Iterator[ModelUse]:
        """A file of no known kind. Its words may mean anything, so that a name is believed if the
        Hub shows it, and a service's only listed; prose that people read is only listed too."""
        if not (_MAY_NAME.search(text) or any(known_in_text(text, file, self._services))):
            return
        is_prose = file.lower().endswith(".txt")
        for use in (*self.tokens(text, file), *config_uses(line_entries(text), file)):
            if use.kind is UseKind.HUB and not is_prose:
                yield replace(
                    use, certainty=_weaker(use.certainty, Certainty.LIKELY), if_found=True
                )
            elif use.kind is not UseKind.UNRESOLVED:
                is_sure = use.via.endswith(" tag of Ollama") and not is_prose
                yield use if is_sure else replace(use, certainty=Certainty.POSSIBLE)

    def _commands(self, text: str, file: str) -> Iterator[ModelUse]:
        """What commands and the variables that they set say of services."""
        from lineage.scan.hosted_text import hosted_commands

        yield from hosted_settings(text, file, self._services)
        yield from hosted_commands(text, file, self._services)
        yield from known_in_settings(text, file, self._services)

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
                uses = list(self.tokens(text, file))
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
            yield from self.tokens(text, file)


def _weaker(one: Certainty, other: Certainty) -> Certainty:
    return max(one, other, key=lambda certainty: certainty.rank)
