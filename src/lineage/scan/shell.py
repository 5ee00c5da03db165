"""Read shell scripts, Dockerfiles, Makefiles and Modelfiles
as the commands and variables they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lineage.core.use import Certainty, ModelUse
from lineage.scan.commands import ShellWord, command_uses
from lineage.scan.names import Bare, judge

PythonCode = Callable[[str, int], Iterator[ModelUse]]
"""Reads Python source that starts at a line of the file."""

_LONGEST_LINE = 20_000
_VARIABLE = re.compile(
    r"\$(?:\{([A-Za-z_]\w*|[1-9])(?::?[-=]([^{}]*))?\}|\(([A-Za-z_]\w*)\)|([A-Za-z_]\w*))"
)
_ASSIGN = re.compile(
    r"(?:export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)(?:\s*[?:+]?=\s*|=)(.*)",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"""'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<op>&&|\|\||[;|&()\n])"""
    r"""|(?P<space>[ \t]+)|(?P<escape>\\.)|(?P<plain>[^\s'"\\;|&()]+)|(?P<odd>.)""",
    re.DOTALL,
)
_PYTHON = re.compile(r"python[\d.]*\Z")
_DOCKER = re.compile(
    r"\s*(RUN|CMD|ENTRYPOINT|ENV|ARG|HEALTHCHECK)\s+(.*)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class _Line:
    """One logical line: continuation lines joined, with the place of each physical one."""

    text: str
    number: int
    starts: tuple[int, ...]
    """Offsets in `text` at which the physical lines begin."""

    def place(self, offset: int) -> tuple[int, int]:
        index = max(i for i, s in enumerate(self.starts) if s <= offset)
        return self.number + index, offset - self.starts[index] + 1


def shell_uses(
    text: str, file: str, python: PythonCode | None = None, first_line: int = 1
) -> Iterator[ModelUse]:
    """Uses in a shell script, or in a piece of one that starts at `first_line` of its file."""
    known: dict[str, str] = {}
    for line in _logical(text, first_line):
        yield from _commands(line, known, file, python)


def dockerfile_uses(text: str, file: str, python: PythonCode | None = None) -> Iterator[ModelUse]:
    """Uses in a Dockerfile: what is run while building, what runs in
    the end, and what the environment says."""
    known: dict[str, str] = {}
    for line in _logical(text, 1):
        match = _DOCKER.match(line.text)
        if not match:
            continue
        word, rest = match.group(1).upper(), match.group(2)
        cut = replace(line, text=" " * match.start(2) + rest)
        if word in ("ENV", "ARG"):
            yield from _environment(cut, known, file)
        elif rest.lstrip().startswith("["):
            yield from command_uses(_json_words(cut, known), file)
        else:
            yield from _commands(cut, known, file, python)


def makefile_uses(text: str, file: str, python: PythonCode | None = None) -> Iterator[ModelUse]:
    """Uses in a Makefile's recipes and variables."""
    known: dict[str, str] = {}
    text = re.sub(r"\$\((\w+)\)", r"${\1}", text)  # make's spelling of a variable; the length stays
    for line in _logical(text, 1):
        if line.text.startswith("\t"):
            body = re.sub(r"^\t[@+-]*", lambda m: " " * len(m.group()), line.text).replace(
                "$$", "$"
            )
            yield from _commands(replace(line, text=body), known, file, python)
        else:
            match = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*[?:+]*=\s*(.*)", line.text)
            if match:
                known[match.group(1)] = match.group(2).strip()
                start = line.place(match.start(2))
                yield from command_uses(
                    [
                        ShellWord(
                            f"{match.group(1)}={match.group(2).strip()}", *start, is_default=True
                        )
                    ],
                    file,
                )


def modelfile_uses(text: str, file: str) -> Iterator[ModelUse]:
    """What an Ollama Modelfile is made FROM, and its adapters."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*(FROM|ADAPTER)\s+(\S+)", line, re.IGNORECASE)
        judged = judge(match.group(2), Bare.OLLAMA) if match else None
        if match and judged is not None:
            via = f"Modelfile {match.group(1).upper()}"
            yield ModelUse(
                file,
                number,
                match.start(2) + 1,
                judged.kind,
                judged.model,
                via,
                Certainty.CERTAIN,
                judged.revision,
                reason=judged.reason,
            )


def _logical(text: str, first: int) -> Iterator[_Line]:
    buffer, starts, number = "", [0], first
    for index, physical in enumerate(text.split("\n"), first):
        physical = physical.rstrip("\r")[:_LONGEST_LINE]
        if not buffer:
            number, starts = index, [0]
            if physical.lstrip().startswith("#"):
                continue
        elif physical.lstrip().startswith("#"):
            physical = ""  # a comment between continuation lines, as Dockerfiles allow
            buffer += " "
            starts.append(len(buffer))
            continue
        if physical.endswith("\\") and len(buffer) < 10 * _LONGEST_LINE:
            buffer += physical[:-1] + " "
            starts.append(len(buffer))
            continue
        yield _Line(buffer + physical, number, tuple(starts))
        buffer = ""
    if buffer.strip():
        yield _Line(buffer, number, tuple(starts))


def _commands(
    line: _Line, known: dict[str, str], file: str, python: PythonCode | None
) -> Iterator[ModelUse]:
    for words in _groups(line, known):
        yield from command_uses(words, file)
        _remember(words, known)
        code = _python_code(words)
        if code is not None and python is not None:
            yield from python(code.text, code.line)


def _python_code(words: list[ShellWord]) -> ShellWord | None:
    for index, word in enumerate(words[:-2]):
        if _PYTHON.match(word.text.rpartition("/")[2]) and words[index + 1].text == "-c":
            return words[index + 2]
    return None


def _remember(words: list[ShellWord], known: dict[str, str]) -> None:
    for word in words:
        match = _ASSIGN.fullmatch(word.text)
        if match and "$" not in match.group(2) and match.group(2):
            known[match.group(1)] = match.group(2)


def _groups(line: _Line, known: dict[str, str]) -> Iterator[list[ShellWord]]:
    """Words of each simple command in a logical line."""
    words: list[ShellWord] = []
    current, start, is_open, filled = "", 0, False, False
    for match in _TOKEN.finditer(line.text):
        kind = match.lastgroup
        if kind in ("space", "op"):
            if is_open:
                words.append(ShellWord(current, *line.place(start), is_default=filled))
            current, is_open, filled = "", False, False
            if kind == "op":
                yield words
                words = []
            continue
        piece = match.group()
        if kind == "plain" and piece.startswith("#") and not is_open:
            break
        if not is_open:
            start, is_open = match.start(), True
        if kind == "single":
            current += match.group("single")
            continue
        if kind == "double":
            piece = re.sub(r'\\(["\\$`])', r"\1", match.group("double"))
        elif kind == "escape":
            piece = piece[1:]
        value, was_filled = _fill(piece, known)
        current += value
        filled = filled or was_filled
    if is_open:
        words.append(ShellWord(current, *line.place(start), is_default=filled))
    yield words


def _fill(text: str, known: dict[str, str]) -> tuple[str, bool]:
    if "$" not in text:
        return text, False
    filled = False

    def value(match: re.Match[str]) -> str:
        nonlocal filled
        name = match.group(1) or match.group(3) or match.group(4)
        default = match.group(2)
        found = known.get(name) or default
        if found:
            filled = True
            return found
        return match.group()

    return _VARIABLE.sub(value, text), filled


def _environment(line: _Line, known: dict[str, str], file: str) -> Iterator[ModelUse]:
    for words in _groups(line, known):
        pairs = words
        if len(words) == 2 and "=" not in words[0].text:  # ENV NAME value
            pairs = [replace(words[1], text=f"{words[0].text}={words[1].text}")]
        _remember(pairs, known)
        yield from command_uses([replace(w, is_default=True) for w in pairs], file)


def _json_words(line: _Line, known: dict[str, str]) -> list[ShellWord]:
    try:
        items = json.loads(line.text)
    except (ValueError, RecursionError):
        return []
    words: list[ShellWord] = []
    offset = 0
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            offset = max(line.text.find(item, offset), offset)
            value, filled = _fill(item, known)
            words.append(ShellWord(value, *line.place(offset), is_default=filled))
            offset += len(item)
    if len(words) == 3 and words[1].text in ("-c", "-lc", "-ec"):
        inner = words[2]
        return [w for group in _groups(_Line(inner.text, inner.line, (0,)), known) for w in group]
    return words
