"""Read notebooks: code cells as one module, shell lines as commands, files that cells write as what
they are; each line with its place in the file and in its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage.core.use import ModelUse
from lineage.core.value import dataclass
from lineage.scan.entries import Entry, NotReadableError, Step, json_entries
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.shell.words import Known

_MAGIC = re.compile(r"\s*(?:[%!?]|\w[\w ,=]*=\s*[!%])")
_LEAD = re.compile(r"^\s*(?:\w[\w ,=]*=\s*)?[!%]+")
_SETS = re.compile(r"\s*%(?:set_)?env\s+(?P<name>\w+)(?:\s*=\s*|\s+)(?P<value>\S.*?)\s*\Z")
_CONSTANT = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'\n]*)(?P=quote)\s*\Z"
)
_FILLED = re.compile(r"(?<![${\w])\{([A-Za-z_]\w*)\}")
_RUNS = re.compile(r"\s*%run\s+(?:-\w\s+)*[\"']?(?P<name>[^\s\"']+)")
_WRITES = re.compile(r"\s*%%(?:writefile|file)\s+(?:-a\s+)?(?P<name>\S+)")
_SHELLS = frozenset({"bash", "sh", "script", "shell", "cmd", "system", "sx"})
_PYTHON = frozenset({"", "time", "timeit", "capture", "python", "python3", "prun", "debug"})


@dataclass(frozen=True)
class _Line:
    text: str
    line: int
    """In the .ipynb file."""
    place: str


@dataclass(frozen=True)
class _Cell:
    kind: str
    """The word of its magic; empty for plain code."""
    lines: tuple[_Line, ...]
    writes: str = ""
    """The file that it writes."""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def notebook_uses(
    text: str,
    file: str,
    python: Callable[[str], Iterator[ModelUse]],
    embedded: Embedded | None = None,
    read: Callable[[str], str | None] = lambda _: None,
) -> Iterator[ModelUse]:
    """Uses in a notebook's code cells. `python` reads one module's source, `embedded` a file that a
    cell writes; `read` gives the text of a file that it runs.

    Raises NotReadableError.
    """
    cells = _cells(text)
    source: list[_Line] = []
    code: list[str] = []
    run: list[str] = []
    known: Known = {}
    for cell in cells:
        if cell.writes:
            if embedded is not None:
                yield from _placed(embedded(cell.writes, cell.text, 1), cell.lines)
        elif cell.kind in _SHELLS:
            yield from _placed(shell_uses(cell.text, file, embedded, known=known), cell.lines)
        elif cell.kind in _PYTHON:
            for line in cell.lines:
                if constant := _CONSTANT.match(line.text):
                    known[constant["name"]] = (constant["value"],)
            found, kept = _code(cell.lines, file, known, run)
            yield from found
            source += cell.lines
            code += kept
    code += [one for name in run for one in _source_of(name, read)]
    for use in python("\n".join(code)):
        if use.line <= len(source):  # the rest is another file's
            line = source[use.line - 1]
            moved = _moved(use.defined_at, file, source)
            yield replace(use, line=line.line, place=line.place, defined_at=moved)


def _code(
    lines: tuple[_Line, ...], file: str, known: Known, run: list[str]
) -> tuple[list[ModelUse], list[str]]:
    """What the magics of a cell use, and its code with `pass` in their place."""
    found: list[ModelUse] = []
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].text
        at += 1
        if not _MAGIC.match(line):
            kept.append(line)
            continue
        first = at - 1
        while lines[at - 1].text.rstrip().endswith("\\") and at < len(lines):
            at += 1
        kept += [re.sub(r"\S.*", "pass", line), *[""] * (at - 1 - first)]
        if started := _RUNS.match(line):
            run.append(started["name"])
        if setting := _SETS.match(line):
            known[setting["name"]] = (setting["value"],)
        text = "\n".join(one.text for one in lines[first:at])
        command = _FILLED.sub(r"${\1}", _LEAD.sub("", text))
        if setting:
            command = f"export {setting['name']}={setting['value']}"
        found += _placed(shell_uses(command, file, known=known), lines[first:at])
    return found, kept


def _source_of(name: str, read: Callable[[str], str | None]) -> Iterator[str]:
    text = read(name)
    if text is None:
        return
    if not name.endswith(".ipynb"):
        yield from text.split("\n")
        return
    try:
        cells = _cells(text)
    except NotReadableError:
        return  # told when the file itself is read
    for cell in cells:
        if cell.kind in _PYTHON and not cell.writes:
            yield from _code(cell.lines, name, {}, [])[1]


def _placed(uses: Iterator[ModelUse], lines: tuple[_Line, ...]) -> Iterator[ModelUse]:
    for use in uses:
        line = lines[min(use.line, len(lines)) - 1]
        yield replace(use, line=line.line, place=line.place)


def _moved(defined_at: str, file: str, lines: list[_Line]) -> str:
    name, _, number = defined_at.rpartition(":")
    if name != file or not number.isdigit():
        return defined_at
    return f"{file}:{lines[int(number) - 1].line}" if int(number) <= len(lines) else ""


def _cells(text: str) -> list[_Cell]:
    cells: dict[tuple[Step, ...], list[Entry]] = {}
    kinds: dict[tuple[Step, ...], str] = {}
    for entry in json_entries(text):
        if "cells" not in entry.path[:-2]:
            continue
        at = entry.path.index("cells")  # behind a sheet in notebooks of version 3
        cell, key = entry.path[: at + 2], entry.path[at + 2]
        if key == "cell_type":
            kinds[cell] = entry.value
        elif key in ("source", "input"):
            cells.setdefault(cell, []).append(entry)
    if not kinds:
        raise NotReadableError("not a notebook: it has no cells")
    return [
        _cell(number, cells.get(cell, []))
        for number, (cell, kind) in enumerate(kinds.items())
        if kind == "code"
    ]


def _cell(number: int, entries: list[Entry]) -> _Cell:
    physical = [
        (part, entry.line)
        for entry in entries
        for part in entry.value.removesuffix("\n").split("\n")
    ]
    first = physical[0][0] if physical else ""
    magic = re.match(r"\s*%%(\w+)", first)
    writes = _WRITES.match(first)
    lines = tuple(
        _Line("" if magic and at == 1 else part, line, f"cell {number + 1}, line {at}")
        for at, (part, line) in enumerate(physical, 1)
    )
    return _Cell(magic.group(1) if magic else "", lines, writes["name"] if writes else "")
