"""Variables that a structured file sets: for containers, jobs and tasks in the same file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.core.use import ModelUse
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.entries import Entry, Step
from lineage.scan.shell.script import words_of
from lineage.scan.shell.words import MOST_VALUES, Known, fill
from lineage.scan.telling import suggests_model

_SETS = frozenset(
    [
        "env", "environment", "envs", "vars", "variables", "macros", "matrix", "build_args",
        "env_vars", "environment_variables", "containerenv", "remoteenv",
    ]
)  # fmt: skip
_HOLDS = ("value", "default", "defaultValue")
"""Keys of what is set, beside the name of what it sets."""
_LONGEST = 400
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


class Variables:
    """The variables that are set anywhere in one file; one that is set twice has two values."""

    def __init__(self, entries: list[Entry], file: str) -> None:
        self._file = file
        labels = [e for e in entries if e.path and e.path[-1] in ("key", "name")]
        self._named = {e.path[:-1]: e.value for e in labels}
        self.known: Known = {}
        self._of: dict[tuple[Step, ...], Known] = {(): {}}
        """The variables of each container of a pod, which no other sees; of no path: the rest."""
        self._last: dict[tuple[Step, ...], dict[str, str]] = {}
        for entry in entries:
            if len(entry.value) <= _LONGEST:
                for name, word in self._set(entry):
                    scope = _container_at(entry.path)
                    word = self._filled(word, scope)
                    for known in (self.known, self._of.setdefault(scope, {})):
                        values = known.get(name, ())
                        if word.is_known and word.text not in values and len(values) < MOST_VALUES:
                            known[name] = (*values, word.text)
                    if word.is_known:
                        self._last.setdefault(scope, {})[name] = word.text

    def known_at(self, path: tuple[Step, ...]) -> Known:
        """What is set for a program that stands there: in a pod's container, its own alone."""
        scope = _container_at(path)
        return {**self._of[()], **self._of.get(scope, {})} if scope else self.known

    def uses(self, entry: Entry) -> Iterator[ModelUse]:
        """The uses that one scalar makes by setting a variable whose name says model."""
        for name, word in self._set(entry):
            if name.isupper() or (entry.path[-1] in _HOLDS and suggests_model(name)):
                word = self._filled(word, _container_at(entry.path))
                yield from variable_uses(name, word, self._file)

    def _filled(self, word: ShellWord, scope: tuple[Step, ...]) -> ShellWord:
        """With the variables that are set before it in the file: Kubernetes' `$(ORG)/$(NAME)`."""
        if word.is_known:
            return word
        text = fill(word.text, {**self._last.get((), {}), **self._last.get(scope, {})})
        if text == word.text or len(text) > _LONGEST:  # variables of variables grow without end
            return word
        return replace(word, text=text, is_default=True)

    def _set(self, entry: Entry) -> Iterator[tuple[str, ShellWord]]:
        path, value = entry.path, entry.value.strip()
        if not path or "\n" in value:
            return
        word = _word(entry, value)
        names = [step for step in path if isinstance(step, str)]
        if path[-1] in _HOLDS and path[:-1] in self._named:  # Kubernetes: name beside value
            yield self._named[path[:-1]], word
        elif isinstance(path[-1], int) and "=" in value:
            name, _, rest = value.partition("=")
            if name.isidentifier():
                start = word.column + len(name) + 1
                yield name, _word(entry, rest, start)
        elif names and names[-1].lower() == "environment" and "=" in value:  # units, supervisor
            for part in words_of(value, entry.line, entry.column, {}):
                yield from _pieces(part)
        elif len(names) > 1 and names[-1] == "default" and "inputs" in names:
            yield names[-2], word
        elif names and (names[-1].isupper() or _is_below(path, _SETS)):
            yield names[-1], word


def _container_at(path: tuple[Step, ...]) -> tuple[Step, ...]:
    """The container of a pod that a path leads into; empty for any other."""
    at = next((n for n, step in enumerate(path) if step in _CONTAINERS), len(path))
    return path[: at + 2] if at + 2 < len(path) and isinstance(path[at + 1], int) else ()


def _word(entry: Entry, value: str, column: int = 0) -> ShellWord:
    """The value, by its default where a variable has one."""
    text = fill(value, {})
    line = entry.line + 1 if entry.is_block else entry.line
    return ShellWord(text, line, column or entry.column, is_default=text != value)


def _pieces(word: ShellWord) -> Iterator[tuple[str, ShellWord]]:
    """`A=x,B=y` as supervisor writes them, and `A=x` of systemd."""
    start = 0
    for piece in word.text.split(","):
        name, equals, _ = piece.partition("=")
        if equals and name.isidentifier():
            yield name, word.part(start + len(name) + 1, start + len(piece))
        start += len(piece) + 1


def _is_below(path: tuple[Step, ...], names: frozenset[str]) -> bool:
    """Whether the nearest or second-nearest mapping above is one of these."""
    above = [step.lower() for step in path[:-1] if isinstance(step, str)][-2:]
    return any(step in names for step in above)
