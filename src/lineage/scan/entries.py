"""Read JSON, TOML and KEY=VALUE files as a flat list of scalars with their key path and place."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.value import dataclass
from lineage.scan.place import Places

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Step = str | int
_HOLDS = ("value", "default")
TARGET, ARGUMENTS = "_target_", "_args_"
"""Hydra's keys of what is called, and of what it is given by place."""
JOINED = "Fn::Join"
"""The step below which the pieces of one text stand: CloudFormation's own, and any `!join`."""


@dataclass(frozen=True)
class Entry:
    """One scalar of a structured file."""

    path: tuple[Step, ...]
    value: str
    line: int
    column: int
    is_block: bool = False
    """A YAML literal or folded block: its text starts on the line below."""
    is_folded: bool = False
    """Lines of it are one: a folded block, whose `value` keeps the ends of lines for their
    places."""

    @property
    def key(self) -> str:
        """The nearest name above the value, list positions left out; `model: {value: …}` and
        `model: {default: …}` say what is set one step further up."""
        path = self.path
        if len(path) > 1 and path[-1] in _HOLDS and isinstance(path[-2], str):
            path = path[:-1]
        return next((step for step in reversed(path) if isinstance(step, str)), "")


class NotReadableError(ValueError):
    """A file that is not what its name says; the message names the place."""

    may_be_template: bool = False
    """Whether a template of a file of this kind cannot be read either."""


class NotYamlError(NotReadableError):
    """Not YAML, or a template that makes some."""

    may_be_template = True


MOST_ENTRIES = 200_000
DEEPEST = 200


def step(stack: list[list[Step | None]]) -> None:
    """Go on to the next place of a list, or stand at a key."""
    if stack and isinstance(stack[-1][0], int):
        stack[-1][0] += 1
    elif stack and stack[-1][1] is None:
        stack[-1][1] = "?"  # a collection as key


def settle(stack: list[list[Step | None]]) -> None:
    """A value has ended: the next scalar of a mapping is a key."""
    if stack and stack[-1][0] == "m":
        stack[-1][1] = None


def path_of(stack: list[list[Step | None]]) -> tuple[Step, ...]:
    """The keys and positions of all open collections."""
    return tuple(
        step for kind, key in stack if (step := kind if isinstance(kind, int) else key) is not None
    )


def yaml_entries(text: str) -> list[Entry]:
    """Scalars of all documents of a YAML file."""
    from lineage.scan.yaml_text import entries_of  # the parser takes a while to import

    return entries_of(text)


_JSON_TOKEN = re.compile(
    r'\s+|//[^\n]*|/\*.*?\*/|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<mark>[{}\[\]:,])|'
    r"(?P<word>[A-Za-z0-9+.eE-]+)",
    re.DOTALL,
)


def json_entries(text: str) -> list[Entry]:
    """String scalars of a JSON file, comments allowed, with their places; read by one flat loop."""
    return list(_json(text))


# A key that could speak of a model, and in its line a name with a namespace or with a tag.
_RECORD = re.compile(r'(?i)"[^"\\]*(?:model|repo|hub|hf|checkpoint|encoder|embed|llm)[^"\\]*"\s*:')


def record_entries(text: str) -> list[Entry]:
    """String scalars of a file with a JSON document a line; lines without a key that could speak
    of a model are passed over: most such files are data."""
    entries: list[Entry] = []
    for number, line in enumerate(text.split("\n"), 1):
        if _RECORD.search(line):
            entries += [replace(entry, line=number) for entry in _json(line)]
        if len(entries) > MOST_ENTRIES:
            raise NotReadableError(f"more than {MOST_ENTRIES} values")
    return entries


def _json(text: str) -> Iterator[Entry]:
    places = Places(text)
    stack: list[list[Step | None]] = []
    position, count = 1 if text.startswith("\ufeff") else 0, 0
    while position < len(text):
        match = _JSON_TOKEN.match(text, position)
        if match is None:
            raise NotReadableError(f"not valid JSON at line {places.of(position)[0]}")
        position = match.end()
        mark = match.group("mark")
        if mark in ("{", "["):
            if len(stack) >= DEEPEST:
                raise NotReadableError(f"nested deeper than {DEEPEST}")
            step(stack)
            stack.append(["m", None] if mark == "{" else [-1, None])
        elif mark in ("}", "]"):
            if not stack:
                raise NotReadableError(f"not valid JSON at line {places.of(match.start())[0]}")
            stack.pop()
            settle(stack)
        elif match.group("word") is not None:
            step(stack)
            settle(stack)
        elif match.group("string") is not None:
            count += 1
            if count > MOST_ENTRIES:
                raise NotReadableError(f"more than {MOST_ENTRIES} values")
            value = _unquoted(match.group("string"))
            if stack and stack[-1][0] == "m" and stack[-1][1] is None:
                stack[-1][1] = value
                continue
            step(stack)
            yield Entry(path_of(stack), value, *places.of(match.start()))
            settle(stack)
    if stack:
        raise NotReadableError("not valid JSON: it ends too early")


def _unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return quoted[1:-1]


def toml_entries(text: str) -> list[Entry]:
    """String scalars of a TOML file; the parser keeps no places, so
    each is looked up behind the one before."""
    try:
        parsed = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise NotReadableError(f"not valid TOML: {str(problem)[:120]}") from None
    lines = text.splitlines()
    used: set[tuple[int, int]] = set()
    return [_placed(path, value, lines, used) for path, value in _flat(parsed)]


def _flat(tree: object) -> Iterator[tuple[tuple[Step, ...], str]]:
    todo: list[tuple[tuple[Step, ...], object]] = [((), tree)]
    while todo:
        path, node = todo.pop(0)
        if isinstance(node, dict):
            todo = [((*path, str(k)), v) for k, v in node.items()] + todo
        elif isinstance(node, list):
            todo = [((*path, i), v) for i, v in enumerate(node)] + todo
        elif isinstance(node, str):
            yield path, node


def _placed(
    path: tuple[Step, ...], value: str, lines: list[str], used: set[tuple[int, int]]
) -> Entry:
    key = next((s for s in reversed(path) if isinstance(s, str)), "")
    needle = value.partition("\n")[0]
    for wants_key in (True, False):
        for number, line in enumerate(lines, 1):
            column = line.find(needle)
            if (
                needle
                and column >= 0
                and (number, column) not in used
                and (not wants_key or key in line[:column])
            ):
                used.add((number, column))
                return Entry(path, value, number, column + 1)
    return Entry(path, value, 1, 1)


_ASSIGNMENT = re.compile(
    r"""\s*(?:export\s+|-\s+|["']?)([A-Za-z_][\w.-]*)["']?\s*[:=]\s*["']?([^"'#\s,](?:[^"'#,]*[^"'#\s,;])?)["']?\s*(?:[,;]\s*)?(?:#.*)?\Z"""
)


_LONGEST_LINE = 2_000
_BLANKS = re.compile(r"\s{2,}")
_COMMENT = re.compile(r"\s#.*")
_HELD = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)=[\"']?(\{\s*\"[^\n]*\})[\"']?\s*\Z")  # JSON


def line_entries(text: str) -> list[Entry]:
    """`key = value` and `key: value` lines of any file: .env, .tfvars, and what its own
    parser refuses."""
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) >= _LONGEST_LINE:  # a name and a comment, with many blanks around them
            line = _COMMENT.sub("", _BLANKS.sub(" ", line)).rstrip()
        match = _ASSIGNMENT.match(line) if len(line) < _LONGEST_LINE else None
        if match and not line.lstrip().startswith(("#", ";", "//")):
            entries.append(Entry((match.group(1),), match.group(2), number, match.start(2) + 1))
        braced = None if match else _HELD.match(line[:_LONGEST_LINE])
        if braced and braced.group(2).endswith("}"):
            entries.append(Entry((braced.group(1),), braced.group(2), number, braced.start(2) + 1))
        if len(entries) >= MOST_ENTRIES:
            break
    return entries


_OPEN = re.compile(r"([A-Za-z_][\w.-]*)\s*[:=]\s*\Z")
"""A setting whose value stands in the deeper lines below."""
_INTERPOLATED = re.compile(r"%\(([\w.-]{1,80})\)s")
_SECTION = re.compile(r"\s*\[([^\[\]]+)\]\s*\Z")
_SETTING = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*[:=]\s*(\S.*)\Z")


def ini_entries(text: str) -> list[Entry]:
    """Settings of .ini, .cfg, .conf, .properties and systemd's units, below their sections;
    a backslash or, where nothing stands behind the sign, deeper lines continue one."""
    entries: list[Entry] = []
    section: tuple[str, ...] = ()
    lines = text.splitlines()
    at = 0
    while at < len(lines) and len(entries) < MOST_ENTRIES:
        line, number = lines[at].rstrip(), at + 1
        if len(line) > 20_000:
            line = _BLANKS.sub(" ", line)[:20_000]
        at += 1
        head, match = _SECTION.match(line), _SETTING.match(line)
        if opened := _OPEN.match(line):
            end = next((n for n in range(at, len(lines)) if not lines[n][:1].isspace()), len(lines))
            parts = [one.strip() for one in lines[at:end]]
            parts = [one for one in parts if one and not one.startswith(("#", ";"))]
            if parts and not any(map(_SETTING.match, parts)):
                entries.append(Entry((*section, opened[1]), "\n".join(parts), number + 1, 1))
                at = end
            continue
        if head:
            section = tuple(re.split(r"[.:/\s\"']+", head.group(1).strip("\"' ")))
        if head or not match or line.lstrip().startswith(("#", ";", "//")):
            continue
        parts = [match.group(2)]
        while at < len(lines) and parts[-1].endswith("\\"):
            parts[-1] = parts[-1][:-1]
            parts.append(lines[at].strip())
            at += 1
        glued = "".join(parts)  # of a name in two lines; a command has blanks
        value = "\n".join(parts) if re.search(r"\s", glued) else glued
        quote = re.fullmatch(r"([\"'])([^\"']*)\1", value)
        value, column = (quote.group(2), 2) if quote else (value, 1)
        entries.append(
            Entry(
                (*section, match.group(1)),
                value,
                number,
                match.start(2) + column,
                is_folded="\n" in value,
            )
        )
    return _interpolated(_spelled(entries))


def _interpolated(entries: list[Entry]) -> list[Entry]:
    """With the settings that others name, as Python's `configparser` fills them in."""
    if not any("%(" in one.value for one in entries):
        return entries
    known = {(*one.path[:-1], str(one.path[-1]).lower()): one.value for one in entries}

    def filled(one: Entry) -> Entry:
        def value(match: re.Match[str]) -> str:
            key = match[1].lower()
            own, common = (*one.path[:-1], key), ("DEFAULT", key)
            return known.get(own) or known.get(common) or match[0]

        return replace(one, value=_INTERPOLATED.sub(value, one.value))

    return [filled(one) for one in entries]


_SPELLED = re.compile(r"\\u00([2-7][0-9A-Fa-f])")


def _spelled(entries: list[Entry]) -> list[Entry]:
    """With the characters that stand there by their number."""
    return [
        replace(one, value=_SPELLED.sub(lambda m: chr(int(m.group(1), 16)), one.value))
        if "\\u00" in one.value
        else one
        for one in entries
    ]
