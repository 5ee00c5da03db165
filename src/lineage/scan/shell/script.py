"""Read a script, or a piece of one, as the commands and variables it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from lineage.core.use import ModelUse
from lineage.scan.commands.command import command_uses
from lineage.scan.commands.launchers import LAUNCHERS, TALKERS, program_name
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.comments import without_blocks
from lineage.scan.made_code import made_in_shell, made_use
from lineage.scan.shell.dialect import CMD, POSIX, POWERSHELL, Dialect
from lineage.scan.shell.handed import handed_commands
from lineage.scan.shell.lines import Joins, Line, logical_lines
from lineage.scan.shell.powershell import arrays_of_powershell, told_by_powershell
from lineage.scan.shell.spread import handing_on, piped_text, remember_words, spread
from lineage.scan.shell.words import Known, RawCommand, filled, raw_commands

Embedded = Callable[[str, str, int], Iterator[ModelUse]]
"""Reads a text as a file of that name would be read, starting at a line of the file around it."""

_PYTHON = re.compile(r"(?:python[\d.]*|py|ipython)(?:\.exe)?\Z")
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ssh", "su", "run", "eval"})
_NAMED_FILE = re.compile(r"[\w.${}~-]*\.[A-Za-z]{1,12}\Z|(?:Dockerfile|Makefile|Modelfile)\Z")
_WORD_SETS = re.compile(r"([A-Za-z_]\w*)=(?=.)", re.DOTALL)
# What programs read from a here-document, as the file that it would be.
_READS = {"kubectl": "a.yaml", "oc": "a.yaml", "ollama": "Modelfile", "docker": "Dockerfile"}
_DEEPEST = 6
_EACH = re.compile(r"(?i)\bfor\s+%%(?P<name>[a-z])\s+in\s*\((?P<items>[^()%]{1,2000})\)")
"""A loop of Windows' scripts."""
_MOST_WORDS = 2_000
"""Of one command."""


def shell_uses(
    text: str,
    file: str,
    embedded: Embedded | None = None,
    first_line: int = 1,
    *,
    dialect: Dialect = POSIX,
    known: Known | None = None,
    joins: Joins = Joins.NONE,
) -> Iterator[ModelUse]:
    """Uses in a script, or in a piece of one that starts at `first_line` of its file."""
    known = {**(known or {}), **(handing_on(text) if dialect is POSIX else {})}
    if dialect is not POSIX:
        text = without_blocks(text, (("<#", "#>"),))
    if dialect is POWERSHELL:
        yield from arrays_of_powershell(text, known, file, first_line)
    for line in logical_lines(text, first_line, dialect, joins):
        yield from line_uses(line, known, file, embedded, dialect)


def line_uses(
    line: Line,
    known: Known,
    file: str,
    embedded: Embedded | None = None,
    dialect: Dialect = POSIX,
    depth: int = 0,
) -> Iterator[ModelUse]:
    """Uses in one logical line; what it sets is remembered in `known`."""
    yield from _assigned(line, known, file, dialect)
    for loop in _EACH.finditer(line.text) if dialect is CMD else ():
        known[dialect.key(loop["name"])] = tuple(re.split(r"[\s,;]+", loop["items"].strip()))
    if dialect is POWERSHELL:
        yield from told_by_powershell(line, known, file)
    if line.is_cut:
        yield _cut(line, file)
    for start, via in made_in_shell(line.text):
        yield made_use((file, *line.place(start)), via, line.text[start:])
    before: list[ShellWord] = []
    for raw in raw_commands(line, dialect):
        if raw.array:
            yield from _array(raw, line, known, file, dialect)
            continue
        if len(raw.words) > _MOST_WORDS:
            yield _cut(line, file)
            raw = RawCommand(raw.words[:_MOST_WORDS])
        commands = list(filled(raw, line, known, dialect))
        if dialect is POSIX:
            commands += spread(commands[0], raw, line, known)
        for words in commands:
            yield from command_uses(words, file)
            for made in handed_commands(words, before):
                yield from command_uses(made, file)
            yield from _piped(words, before, known, file, embedded, depth)
            if len(words) > 2 and words[0].text in ("set", "setx") and "=" not in words[-1].text:
                yield from variable_uses(words[-2].text, words[-1], file)
            yield from _inner(words, known, file, embedded, dialect, depth)
        _remember(commands, known, dialect)
        before = commands[0] if commands else []
    if line.heredocs:
        yield from _documents(line, known, file, embedded, depth)


def _piped(
    words: list[ShellWord],
    before: list[ShellWord],
    known: Known,
    file: str,
    embedded: Embedded | None,
    depth: int,
) -> Iterator[ModelUse]:
    """`echo "…" | python` and `echo "…" | sh`."""
    reader, text = piped_text(words, before)
    if reader == "python" and embedded is not None:
        yield from embedded("code.py", text.text, text.line)
    elif reader == "sh" and depth < _DEEPEST:
        yield from line_uses(
            Line(text.text, text.line, column=text.column), known, file, embedded, depth=depth + 1
        )


def _cut(line: Line, file: str) -> ModelUse:
    """The open point of a line that is not read to its end."""
    reason = "too long to be read to its end"
    return replace(made_use((file, *line.place(0)), "a long line", line.text), reason=reason)


def _assigned(line: Line, known: Known, file: str, dialect: Dialect) -> Iterator[ModelUse]:
    """A line that sets one variable in its dialect's own way: `$Model = "…"`, `model := "…"`."""
    match = dialect.assignment.match(line.text)
    if not match:
        return
    written = match.group("value").strip()
    value = _summed(written, known).strip("\"'")
    if not value or any(mark in value for mark in "$%`"):
        return
    known[dialect.key(match.group("name"))] = (value,)
    offset = match.start("value") + match.group("value").find(value)
    yield from variable_uses(match.group("name"), ShellWord(value, *line.place(offset)), file)


def _summed(written: str, known: Known) -> str:
    """`org + "/name"` and `org / name`, as just puts texts together."""
    pieces = re.split(r"\s+([+/])\s+", written)
    if len(pieces) < 3:
        return written
    texts = []
    for piece in pieces[::2]:
        quoted = re.fullmatch(r"([\"'])([^\"']*)\1", piece)
        if quoted is None and piece not in known:
            return written
        texts.append(quoted[2] if quoted else known[piece][0])
    glues = ("/" if sign == "/" else "" for sign in pieces[1::2])
    return texts[0] + "".join(a + b for a, b in zip(glues, texts[1:], strict=True))


def _array(
    raw: RawCommand, line: Line, known: Known, file: str, dialect: Dialect
) -> Iterator[ModelUse]:
    items = [
        word.part(len(key.group()) if (key := re.match(r"\[[^\]]*\]=", word.text)) else 0)
        for words in filled(raw, line, known, dialect)
        for word in words
    ]
    name, held = dialect.key(raw.array), dict.fromkeys(w.text for w in items if w.text)
    before = known.get(name, ()) if f"{raw.array}+=(" in line.text else ()
    known[name] = (*before, *held)
    for item in items:
        yield from variable_uses(raw.array, item, file)


def _remember(commands: list[list[ShellWord]], known: Known, dialect: Dialect) -> None:
    """What a command's words set: `NAME=value`, and the variable of a loop."""
    for words in commands:
        remember_words(words, known)
        for word in words:
            match = _WORD_SETS.match(word.text)
            if match and word.part(match.end()).is_known:
                known[dialect.key(match.group(1))] = (word.text[match.end() :],)
        plain = [w for w in words if not w.text.startswith("-")]
        if len(plain) == 3 and plain[0].text in ("set", "setx") and plain[2].is_known:
            known[dialect.key(plain[1].text)] = (plain[2].text,)  # fish, and Windows for good
    first = commands[0] if commands else []
    if len(first) > 3 and first[0].text == "for" and first[2].text == "in":
        values = dict.fromkeys(w.text for words in commands for w in words[3:])
        known[dialect.key(first[1].text)] = tuple(values)


def _inner(
    words: list[ShellWord],
    known: Known,
    file: str,
    embedded: Embedded | None,
    dialect: Dialect,
    depth: int,
) -> Iterator[ModelUse]:
    """Commands and code in quotes: `sh -c "…"`, `ssh host '…'`, `python -c "…"`."""
    for index, word in enumerate(words[:-2]):
        if _PYTHON.match(program_name(word.text)) and words[index + 1].text == "-c":
            if embedded is not None:
                yield from embedded("code.py", words[index + 2].text, words[index + 2].line)
            return
    program = next((w.text for w in words if "=" not in w.text), "").lower()
    if depth >= _DEEPEST or program_name(program) in TALKERS:
        return
    for word in words:  # the first as well: a whole command in quotes, as YAML's blocks hold one
        if " " in word.text.strip() and holds_launcher(word.text):
            line = Line(word.text, word.line, column=word.column + 1)
            if "\n" in word.text:
                yield from shell_uses(word.text, file, embedded, word.line, known=known)
            else:
                yield from line_uses(line, known, file, embedded, dialect, depth + 1)


def holds_launcher(text: str) -> bool:
    """Whether a text could be a command that loads a model."""
    return any(name in text for name in (*LAUNCHERS, "python", "docker", "huggingface", "hf.co"))


def _documents(
    line: Line, known: Known, file: str, embedded: Embedded | None, depth: int
) -> Iterator[ModelUse]:
    """Here-documents, by the program or the file that they go to."""
    words = [w.text for raw in raw_commands(line) for c in filled(raw, line, known) for w in c]
    target = _target(words)
    for document in line.heredocs:
        if any(_PYTHON.match(program_name(w)) for w in words):
            if embedded is not None:
                yield from embedded("code.py", document.text, document.line)
        elif target and embedded is not None:
            yield from embedded(target, document.text, document.line)
        elif depth < _DEEPEST and any(program_name(w).lower() in _SHELLS for w in words):
            yield from shell_uses(document.text, file, embedded, document.line, known=known)


def _target(words: Iterable[str]) -> str:
    """The file that a command with a here-document writes, by its name; empty where none is."""
    names = (program_name(w.lstrip(">")) for w in words if not w.startswith(("<", "-")))
    listed = list(names)
    written = next((n for n in reversed(listed) if _NAMED_FILE.match(n)), "")
    return written or next((_READS[n] for n in listed if n in _READS), "")


def words_of(text: str, line: int, column: int, known: Known) -> list[ShellWord]:
    """The words of one command in a text, quotes taken off and variables filled in."""
    whole = Line(text, line, column=column)
    raw = next(raw_commands(whole), None)
    return [] if raw is None else next(filled(raw, whole, known))
