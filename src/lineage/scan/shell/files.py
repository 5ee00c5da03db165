"""Read Dockerfiles, Makefiles, Procfiles and Modelfiles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse
from lineage.scan.commands.command import command_uses, model_images
from lineage.scan.commands.launchers import program_of_image
from lineage.scan.commands.word import ShellWord
from lineage.scan.images import container_model
from lineage.scan.names import Bare, judge, judged_use
from lineage.scan.shell.dialect import POSIX
from lineage.scan.shell.lines import Line, logical_lines
from lineage.scan.shell.script import Embedded, line_uses, shell_uses
from lineage.scan.shell.words import Known, fill, filled, raw_commands

_DOCKER = re.compile(
    r"\s*(?:ONBUILD\s+)?(RUN|CMD|ENTRYPOINT|ENV|ARG|HEALTHCHECK|ADD|COPY|FROM)\s+(.*)",
    re.IGNORECASE | re.DOTALL,
)


def dockerfile_uses(text: str, file: str, embedded: Embedded | None = None) -> Iterator[ModelUse]:
    """Uses in a Dockerfile: what is run or added while building, what runs in
    the end, and what the environment says."""
    known: Known = {}
    entry: list[ShellWord] = []
    dialect = POSIX
    if re.match(r"(?:\s*#[^\n]*\n)*\s*#\s*escape\s*=\s*`", text):
        dialect = replace(POSIX, continuation="`")
    for line in logical_lines(text, 1, dialect):
        match = _DOCKER.match(line.text)
        if not match:
            continue
        word, rest = match.group(1).upper(), match.group(2)
        cut = replace(line, text=" " * match.start(2) + rest)
        if word == "FROM":
            image = next((w for w in rest.split() if not w.startswith("--")), "")
            place = line.place(match.start(2))
            image = _one(image, known)
            yield from model_images([ShellWord(image, *place)], file, "FROM")
            yield from _of_docker(image, place, file)
            entry = [ShellWord(p, *place) for p in program_of_image(image)]
        elif word in ("ENV", "ARG"):
            yield from _environment(cut, known, file)
        elif word in ("ADD", "COPY"):
            taken = re.match(r"\s*--from=(\S+)", cut.text)
            if taken is not None:
                yield from _of_docker(taken[1], line.place(taken.start(1)), file)
            yield from line_uses(replace(cut, text="ADD" + cut.text[3:]), known, file, embedded)
        elif rest.lstrip().startswith("["):
            words = _json_words(cut, known)
            if word == "ENTRYPOINT":
                entry = words
            yield from command_uses([*entry, *words] if word == "CMD" else words, file)
            if len(words) == 3 and words[1].text in ("-c", "-lc", "-ec"):
                inner = words[2]
                yield from shell_uses(inner.text, file, embedded, inner.line, known=known)
        elif word == "RUN" and re.fullmatch(r"(?:--\S+\s+)*<<\S+", rest.strip()):
            for document in line.heredocs:
                yield from shell_uses(document.text, file, embedded, document.line, known=known)
        else:
            options = re.match(r"\s*(?:--\w+=\S+\s+)+", cut.text)
            if options:
                cut = replace(cut, text=" " * options.end() + cut.text[options.end() :])
            yield from line_uses(cut, known, file, embedded)


def _of_docker(image: str, place: tuple[int, int], file: str) -> Iterator[ModelUse]:
    """A model of Docker Hub that a build takes its files from."""
    judged = container_model(image) if image.startswith(("ai/", "docker.io/ai/")) else None
    if judged is not None:
        yield judged_use(judged, (file, *place), "image", Certainty.CERTAIN)


def _one(text: str, known: Known) -> str:
    return fill(text, {name: values[0] for name, values in known.items() if values})


def _environment(line: Line, known: Known, file: str) -> Iterator[ModelUse]:
    for raw in raw_commands(line):
        words = next(filled(raw, line, known))
        pairs = words
        if len(words) == 2 and "=" not in words[0].text:  # ENV NAME value
            name = f"{words[0].text}="
            column = words[1].column - len(name)
            pairs = [replace(words[1], text=name + words[1].text, column=column)]
        for pair in pairs:
            name, equals, value = pair.text.partition("=")
            if equals and "$" not in value:
                known[name] = (value,)
        yield from command_uses([replace(w, is_default=True) for w in pairs], file)


def _json_words(line: Line, known: Known) -> list[ShellWord]:
    try:
        items = json.loads(line.text)
    except (ValueError, RecursionError):
        return []
    words: list[ShellWord] = []
    offset = 0
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            offset = max(line.text.find(item, offset), offset)
            value = _one(item, known)
            words.append(ShellWord(value, *line.place(offset), is_default=value != item))
            offset += len(item)
    return words


def makefile_uses(text: str, file: str, embedded: Embedded | None = None) -> Iterator[ModelUse]:
    """Uses in a Makefile's recipes and variables."""
    known: Known = {}
    text = re.sub(r"\$\((\w+)\)", r"${\1}", text)  # make's spelling of a variable; the length stays
    for line in logical_lines(text):
        if line.text.startswith("\t"):
            body = re.sub(r"^\t[@+-]*", lambda m: " " * len(m.group()), line.text)
            yield from line_uses(replace(line, text=body.replace("$$", "$")), known, file, embedded)
            continue
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*[?:+]*=\s*(.*)", line.text)
        if match:
            name, value = match.group(1), match.group(2).strip()
            known[name] = (value,)
            start = line.place(match.start(2))
            column = max(start[1] - len(name) - 1, 1)
            word = ShellWord(f"{name}={value}", start[0], column, is_default=True)
            yield from command_uses([word], file)


def procfile_uses(text: str, file: str, embedded: Embedded | None = None) -> Iterator[ModelUse]:
    """Uses in a Procfile: `name: command` lines."""
    cut = re.sub(r"(?m)^[\w-]+:", lambda m: " " * len(m.group()), text)
    yield from shell_uses(cut, file, embedded)


def modelfile_uses(text: str, file: str) -> Iterator[ModelUse]:
    """What an Ollama Modelfile is made FROM, and its adapters."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*(FROM|ADAPTER)\s+(\S+)", line, re.IGNORECASE)
        judged = judge(match.group(2), Bare.OLLAMA) if match else None
        if match and judged is not None:
            place = (file, number, match.start(2) + 1)
            via = f"Modelfile {match.group(1).upper()}"
            yield judged_use(judged, place, via, Certainty.CERTAIN)
