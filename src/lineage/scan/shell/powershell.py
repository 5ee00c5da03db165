"""What PowerShell says in ways of its own: arrays, loops over them, variables of the machine, and
programs that `Start-Process` starts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import ModelUse
from lineage.scan.commands.command import command_uses
from lineage.scan.commands.variables import variable_uses
from lineage.scan.commands.word import ShellWord
from lineage.scan.place import Places
from lineage.scan.shell.dialect import POWERSHELL
from lineage.scan.shell.lines import Line
from lineage.scan.shell.words import MOST_VALUES, Known

_ARRAY = re.compile(r"\$(?P<name>[A-Za-z_]\w*)\s*=\s*@\((?P<items>[^()$]{1,5000})\)")
_EACH = re.compile(r"(?i)\bforeach\s*\(\s*\$(?P<one>\w+)\s+in\s+\$(?P<all>\w+)\s*\)")
_PIPED = re.compile(r"(?i)\$(?P<all>\w+)\s*\|\s*(?:ForEach-Object|foreach|%)(?=[\s{])")
_ITEM = re.compile(r"[\"'](?P<item>[^\"'\n]{1,400})[\"']")
_SET = re.compile(
    r"(?i)SetEnvironmentVariable\(\s*[\"'](?P<name>\w+)[\"']\s*,\s*[\"'](?P<value>[^\"'\n$]+)[\"']"
)
_STARTED = re.compile(r"(?i)\bStart-Process\b")
_PROGRAM = re.compile(r"(?i)-FilePath\s+[\"']?(?P<program>[^\s\"']+)")
_GIVEN = re.compile(r"(?i)-Arg(?:ument)?List\s+(?P<words>@?\(?\s*[\"'].*)", re.DOTALL)


def arrays_of_powershell(text: str, known: Known, file: str, first_line: int) -> Iterator[ModelUse]:
    """Uses of what arrays are set to, whose lines are read one by one else; the loops over them
    are remembered in `known`."""
    places = Places(text)
    for array in _ARRAY.finditer(text):
        items = list(_ITEM.finditer(text, *array.span("items")))[:MOST_VALUES]
        known[POWERSHELL.key(array["name"])] = tuple(item["item"] for item in items)
        for item in items:
            line, column = places.of(item.start("item"))
            word = ShellWord(item["item"], line + first_line - 1, column)
            yield from variable_uses(array["name"], word, file)
    for loop in (*_EACH.finditer(text), *_PIPED.finditer(text)):
        values = known.get(POWERSHELL.key(loop["all"]))
        if values:
            known[POWERSHELL.key(loop.groupdict().get("one") or "_")] = values


def told_by_powershell(line: Line, known: Known, file: str) -> Iterator[ModelUse]:
    """Uses of variables that one line sets for the machine, and of the program that it starts."""
    for match in _SET.finditer(line.text):
        word = ShellWord(match["value"], *line.place(match.start("value")))
        yield from variable_uses(match["name"], word, file)
    program, given = _PROGRAM.search(line.text), _GIVEN.search(line.text)
    if _STARTED.search(line.text) and program and given:
        words = [ShellWord(program["program"], *line.place(program.start("program")))]
        for item in _ITEM.finditer(line.text, *given.span("words")):
            for piece in re.finditer(r"\S+", item["item"]):
                at = line.place(item.start("item") + piece.start())
                words.append(ShellWord(piece.group(), *at))
        yield from command_uses(words, file)
