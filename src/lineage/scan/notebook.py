"""Read notebooks: code cells as one module, shell lines as commands, each
line with its place in the file and in its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage.core.use import ModelUse
from lineage.core.value import dataclass
from lineage.scan.entries import Entry, NotReadableError, json_entries
from lineage.scan.shell.script import shell_uses

_INDENTED_MAGIC = re.compile(r"\s*(?:[%!?]|\w[\w ,=]*=\s*!)")


@dataclass(frozen=True)
class _CodeLine:
    text: str
    line: int
    """In the .ipynb file."""
    place: str


def notebook_uses(
    text: str, file: str, python: Callable[[str], Iterator[ModelUse]]
) -> Iterator[ModelUse]:
    """Uses in a notebook's code cells; `python` reads one module's source.

    Raises NotReadableError.
    """
    lines = _code_lines(text)
    source: list[str] = []
    for line in lines:
        stripped = line.text.lstrip()
        if line.place.endswith("(shell)"):
            yield from _placed(shell_uses(line.text, file), line)
            source.append("")
        elif _INDENTED_MAGIC.match(line.text):
            yield from _placed(
                shell_uses(re.sub(r"^(?:\w[\w ,=]*=\s*)?[!%]+", "", stripped), file), line
            )
            source.append(re.sub(r"\S.*", "pass", line.text))
        else:
            source.append(line.text)
    for use in python("\n".join(source)):
        line = lines[min(use.line, len(lines)) - 1]
        yield replace(
            use, line=line.line, place=line.place, defined_at=_moved(use.defined_at, file, lines)
        )


def _placed(uses: Iterator[ModelUse], line: _CodeLine) -> Iterator[ModelUse]:
    for use in uses:
        yield replace(use, line=line.line, place=line.place.removesuffix(" (shell)"))


def _moved(defined_at: str, file: str, lines: list[_CodeLine]) -> str:
    name, _, number = defined_at.rpartition(":")
    if name != file or not number.isdigit() or int(number) > len(lines):
        return defined_at
    return f"{file}:{lines[int(number) - 1].line}"


def _code_lines(text: str) -> list[_CodeLine]:
    cells: dict[int, list[Entry]] = {}
    kinds: dict[int, str] = {}
    for entry in json_entries(text):
        cell = next((s for s in entry.path if isinstance(s, int)), None)
        if cell is None or "cells" not in entry.path:
            continue
        if entry.path[-1] == "cell_type":
            kinds[cell] = entry.value
        elif entry.path[entry.path.index(cell) + 1] in ("source", "input"):
            cells.setdefault(cell, []).append(entry)
    if not kinds:
        raise NotReadableError("not a notebook: it has no cells")
    lines: list[_CodeLine] = []
    for cell in sorted(c for c, kind in kinds.items() if kind == "code"):
        lines.extend(_cell_lines(cell, cells.get(cell, [])))
    return lines


def _cell_lines(cell: int, entries: list[Entry]) -> Iterator[_CodeLine]:
    physical = [
        (part, entry.line)
        for entry in entries
        for part in entry.value.removesuffix("\n").split("\n")
    ]
    magic = re.match(r"\s*%%(\w+)", physical[0][0]) if physical else None
    kind = magic.group(1) if magic else ""
    if kind and kind not in (
        "bash",
        "sh",
        "script",
        "shell",
        "time",
        "timeit",
        "capture",
        "python",
        "python3",
    ):
        return
    is_shell = kind in ("bash", "sh", "script", "shell")
    for number, (part, line) in enumerate(physical, 1):
        text = "" if magic and number == 1 else part
        yield _CodeLine(
            text, line, f"cell {cell + 1}, line {number}" + (" (shell)" if is_shell else "")
        )
