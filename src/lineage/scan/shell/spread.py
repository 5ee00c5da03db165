"""Commands that a shell makes of what it was told before: aliases, functions that hand their
arguments on, arrays and `$@`, which stand for several words at once, and text that it is piped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.scan.commands.launchers import program_name
from lineage.scan.commands.word import ShellWord
from lineage.scan.shell.lines import Line
from lineage.scan.shell.words import Known, RawCommand

_HANDS_ON = re.compile(
    r"(?m)^[ \t]*(?:function[ \t]+)?(?P<name>[A-Za-z_][\w-]{0,60})[ \t]*\([ \t]*\)\s{0,9}\{"
    r"(?:[^{};\n]{0,300}[;\n]){0,20}?[ \t]*"
    r"(?P<words>[^\s{}\"$;|&][^{}\"$;\n|&]{0,200})(?<=[ \t])\"?\$[@*]"
)
_SEVERAL = re.compile(r"\$\{(?P<array>\w+)\[[@*]\]\}|\$(?P<given>[@*])")
_ALIAS = "alias "
"""Stands before the name of what stands for other words; no variable has a blank in its name."""
_PYTHON = re.compile(r"python[\d.]*\Z")
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh"})


def handing_on(text: str) -> Known:
    """The functions of a script that hand all of their arguments on, with the words before them:
    `s() { vllm "$@"; }`."""
    if "$@" not in text and "$*" not in text:
        return {}
    found = _HANDS_ON.finditer(text)
    return {_ALIAS + one["name"]: tuple(one["words"].split()) for one in found}


def remember_words(words: Sequence[ShellWord], known: Known) -> None:
    """What `alias` and `set --` say for the lines below."""
    first, *rest = [word.text for word in words] or [""]
    if first == "alias":
        for name, _, meant in (one.partition("=") for one in rest):
            known[_ALIAS + name] = tuple(meant.split())
    elif first == "set" and rest[:1] == ["--"]:
        known["@"] = known["*"] = tuple(rest[1:])


def spread(
    words: Sequence[ShellWord], raw: RawCommand, line: Line, known: Known
) -> Iterator[list[ShellWord]]:
    """The command with every word of an array, of `$@` or of an alias in its place, where it has
    one."""
    made: list[ShellWord] = []
    for word, written in zip(words, raw.words, strict=True):
        text = "".join(piece for piece, _ in written.pieces)
        several = _SEVERAL.fullmatch(text)
        key = (several["array"] or several["given"]) if several else ""
        if not made and not key:
            key = _ALIAS + text
        given = known.get(key)
        place = line.place(written.start)
        made += [word] if given is None else [ShellWord(one, *place) for one in given]
    if len(made) != len(words) or any(a.text != b.text for a, b in zip(made, words, strict=True)):
        yield made


def piped_text(words: Sequence[ShellWord], before: Sequence[ShellWord]) -> tuple[str, ShellWord]:
    """The text that `echo` pipes to an interpreter, with `python` or `sh` before it; nothing where
    none is."""
    program = program_name(words[0].text) if words else ""
    said = [one for one in before[1:] if not one.text.startswith("-")]
    is_said = bool(said) and before[0].text in ("echo", "printf")
    is_read = len(words) == 1 or [one.text for one in words[1:]] in (["-"], ["-s"])
    if is_said and is_read and _PYTHON.match(program):
        return "python", said[-1]
    if is_said and is_read and program in _SHELLS:
        return "sh", replace(said[0], text=" ".join(one.text for one in said))
    return "", ShellWord("", 0, 0)
