"""Commands of containers: `command:` and `args:` behind the program that the image starts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate

from lineage.core.use import ModelUse
from lineage.scan.commands.command import command_uses
from lineage.scan.commands.launchers import program_name, program_of_image
from lineage.scan.commands.word import ShellWord
from lineage.scan.entries import Entry, Step
from lineage.scan.services import Services
from lineage.scan.shell.lines import Joins, Line, logical_lines
from lineage.scan.shell.script import Embedded, shell_uses
from lineage.scan.shell.words import Known, RawCommand, RawWord, filled, raw_commands

_COMMAND_KEYS = frozenset(
    [
        "run", "script", "command", "entrypoint", "args", "cmd", "before_script", "after_script",
        "cmds", "steps", "commands", "exec", "test", "start", "serve", "setup", "scripts", "inline",
        "runcmd", "user_data", "startup_script", "execstart", "execstartpre", "execstartpost",
        "oncreatecommand", "postcreatecommand", "poststartcommand", "postattachcommand", "onstart",
        "shell", "bash_command",
    ]
)  # fmt: skip
WORD_LISTS = ("entrypoint", "command", "cmd", "exec", "argv", "args", "extraargs", "extra_args")
_LONGEST_SCRIPT = 50_000
_SHELLS = frozenset({"sh", "bash", "dash", "zsh"})
_PYTHON = re.compile(r"python[\d.]*\Z")
_Lists = dict[tuple[Step, ...], dict[str, list[Entry]]]


def is_command(entry: Entry) -> bool:
    """Whether a scalar stands where commands do."""
    steps = [s.lower() for s in entry.path if isinstance(s, str)][-2:]
    # Ansible writes `ansible.builtin.command`.
    return (
        any(s.rpartition(".")[2] in _COMMAND_KEYS for s in steps)
        and len(entry.value) < _LONGEST_SCRIPT
    )


def container_uses(
    entries: list[Entry],
    file: str,
    known_at: Callable[[tuple[Step, ...]], Known],
    embedded: Embedded | None,
) -> Iterator[ModelUse]:
    """Uses of every container of one file, each with the words that start it."""
    lists, images = _lists(entries)
    for parent, parts in lists.items():
        is_listed = any(isinstance(e.path[-1], int) for part in parts.values() for e in part)
        image = images.get(parent)
        if image is not None or is_listed:
            known = known_at((*parent, "args"))
            yield from _container(parts, image, file, known, embedded)


def hosted_container_uses(
    entries: list[Entry],
    file: str,
    services: Services,
) -> Iterator[ModelUse]:
    """Uses of services by what containers are started with, as by a line of a script."""
    from lineage.scan.hosted_text import hosted_commands

    lists = _lists(entries)[0].values()
    in_lists = [entry for parts in lists for words in parts.values() for entry in words]
    listed = {id(entry) for entry in in_lists if "\n" not in entry.value}
    for entry in entries:  # whole scripts
        is_script = id(entry) not in listed and is_command(entry)
        for use in hosted_commands(entry.value, file, services) if is_script else ():
            yield replace(use, line=use.line + entry.line - 1 + entry.is_block)
    for parts in lists:
        words = [entry for name in WORD_LISTS for entry in parts.get(name, [])]
        plain = [entry for entry in words if "\n" not in entry.value]
        starts = list(accumulate((len(e.value) + 1 for e in plain), initial=0))
        for use in hosted_commands(" ".join(e.value for e in plain), file, services):
            at = bisect_right(starts, use.column - 1) - 1
            column = plain[at].column + use.column - 1 - starts[at]
            yield replace(use, line=plain[at].line + plain[at].is_block, column=column)


def _lists(entries: list[Entry]) -> tuple[_Lists, dict[tuple[Step, ...], Entry]]:
    """The words of each container, and the image beside them."""
    lists: _Lists = defaultdict(lambda: defaultdict(list))
    images: dict[tuple[Step, ...], Entry] = {}
    for entry in entries:
        path = entry.path
        if not path:
            continue
        last = str(path[-1]).lower()
        if last == "image":
            images[path[:-1]] = entry
        elif len(path) > 1 and isinstance(path[-1], int) and str(path[-2]).lower() in WORD_LISTS:
            lists[path[:-2]][str(path[-2]).lower()].append(entry)
        elif last in WORD_LISTS:
            lists[path[:-1]][last].append(entry)
    return lists, images


def _container(
    parts: dict[str, list[Entry]],
    image: Entry | None,
    file: str,
    known: Known,
    embedded: Embedded | None,
) -> Iterator[ModelUse]:
    parsed = [e for name in WORD_LISTS for e in parts.get(name, [])]
    script = _script(parsed)
    if script is not None:
        first = script.line + 1 if script.is_block else script.line
        if embedded is not None and any(_PYTHON.match(program_name(e.value)) for e in parsed[:2]):
            yield from embedded("code.py", script.value, first)
            return
        joins = Joins.ALL if script.is_folded else Joins.OPTIONS
        yield from shell_uses(script.value, file, embedded, first, known=known, joins=joins)
        return
    rounds = [list(_words(entry, known)) for entry in parsed]
    most = max((len(r) for r in rounds), default=0)
    program = program_of_image(image.value) if image is not None else []
    for index in range(most):
        words = [word for r in rounds if r for word in r[index % len(r)]]
        starts_itself = bool(words) and not words[0].text.startswith("-")
        starts_itself = starts_itself and "command" in parts and "args" in parts
        if program and image is not None and not starts_itself:
            words = [*(ShellWord(p, image.line, image.column) for p in program), *words]
        elif words and words[0].text.startswith("-"):
            words = [ShellWord("container", words[0].line, words[0].column), *words]
        yield from command_uses(words, file)


def _script(entries: list[Entry]) -> Entry | None:
    """The script behind `sh -c` or `python -c` in a list of words."""
    for index, entry in enumerate(entries[:-1]):
        if entry.value in ("-c", "-lc", "-ec", "-exc", "-euc"):
            before = entries[index - 1] if index else None
            name = "sh" if before is None else program_name(before.value)
            if name in _SHELLS or _PYTHON.match(name):
                return entries[index + 1]
    return None


def _words(entry: Entry, known: Known) -> Iterator[list[ShellWord]]:
    """One word of a list, or the words of a text, once for each value of its variables."""
    first = entry.line + 1 if entry.is_block else entry.line
    column = 1 if entry.is_block else entry.column
    if isinstance(entry.path[-1], int):
        value = entry.value.strip()
        word = RawWord(((value, True),), 0)
        yield from filled(RawCommand((word,)), Line(value, first, column=column), known)
        return
    line = next(logical_lines(entry.value, first, joins=Joins.ALL), None)
    if line is not None:
        line = replace(line, column=column)
        raw = next(raw_commands(line), None)
        yield from filled(raw, line, known) if raw is not None else ()
