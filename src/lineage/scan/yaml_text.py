"""Read YAML as the scalars of a structured file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace

import yaml

from lineage.scan.entries import (
    ARGUMENTS,
    DEEPEST,
    JOINED,
    MOST_ENTRIES,
    TARGET,
    Entry,
    NotReadableError,
    NotYamlError,
    Step,
    path_of,
    settle,
    step,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def entries_of(text: str) -> list[Entry]:
    """Scalars of all documents of a YAML file, from its event stream:
    aliases are never expanded, nothing recurses."""
    try:
        return list(_yaml(text))
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise NotYamlError(f"not valid YAML{place}") from None
    except (ValueError, RecursionError, MemoryError):
        raise NotYamlError("not valid YAML") from None


# PyYAML's tag of a call: its arguments stand in a list, or below `args` and `kwds`.
_APPLIED = re.compile(r"(?:tag:yaml\.org,2002:|!)python/object/(?:apply|new):(?P<name>[\w.]+)\Z")
_JOINS = re.compile(r"!.*(?:join|concat)\Z", re.IGNORECASE)
_MOST_REPEATED = 20_000
"""Scalars that aliases of whole collections repeat, in one file."""


class _Anchors:
    """What is named by an anchor: a text, or a collection by the place of its scalars."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._spans: dict[str, tuple[int, int, int]] = {}
        self._open: list[tuple[str, int, int]] = []
        self._repeated = 0

    def begin(self, anchor: str | None, count: int, depth: int) -> None:
        self._open.append((anchor or "", count, depth))

    def end(self, count: int) -> None:
        anchor, start, depth = self._open.pop()
        if anchor:
            self._spans[anchor] = (start, count, depth)

    def repeated(self, anchor: str, entries: list[Entry], path: tuple[Step, ...]) -> list[Entry]:
        """The scalars of the collection as those of the place that takes it; what an alias brought
        into it is not repeated again."""
        start, end, depth = self._spans.get(anchor, (0, 0, 0))
        self._repeated += end - start
        if self._repeated > _MOST_REPEATED:
            return []
        below = path[:-1] if path and path[-1] == "<<" else path
        return [replace(one, path=(*below, *one.path[depth:])) for one in entries[start:end]]


def _yaml(text: str) -> Iterator[Entry]:
    stack: list[
        list[Step | None]
    ] = []  # one frame per open collection: [kind "m" or position, pending key]
    joins: list[bool] = []  # whether a step of their own stands between it and its items
    calls: list[bool] = []
    anchors = _Anchors()
    own: list[Entry] = []
    lines = text.split("\n")
    count = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            anchors = _Anchors()
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) >= DEEPEST:
                raise NotReadableError(f"nested deeper than {DEEPEST}")
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            step(stack)
            applied = _APPLIED.match(event.tag or "")
            if applied is not None and event.start_mark:
                place = (event.start_mark.line + 1, event.start_mark.column + 1)
                own.append(Entry((*path_of(stack), TARGET), applied["name"], *place))
                yield own[-1]
            is_joined = _JOINS.match(event.tag or "") is not None
            joins.append(not is_mapping and (is_joined or applied is not None))
            calls.append(applied is not None)
            anchors.begin(event.anchor, len(own), len(path_of(stack)))
            if joins[-1]:
                stack.append(["m", ARGUMENTS if applied else JOINED])
            stack.append(["m", None] if is_mapping else [-1, None])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            anchors.end(len(own))
            calls.pop()
            del stack[-2 if joins.pop() else -1 :]
            settle(stack)
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            count += 1
            if count > MOST_ENTRIES:
                raise NotReadableError(f"more than {MOST_ENTRIES} values")
            value, is_block = _scalar(event, anchors.texts)
            is_folded = isinstance(event, yaml.ScalarEvent) and event.style == ">"
            if stack and stack[-1][0] == "m" and stack[-1][1] is None:
                stack[-1][1] = ARGUMENTS if calls[-1] and value == "args" else value
                continue
            step(stack)
            mark = event.start_mark
            if isinstance(event, yaml.AliasEvent) and event.anchor not in anchors.texts:
                yield from anchors.repeated(event.anchor or "", own, path_of(stack))
                settle(stack)
                continue
            if is_folded and mark and event.end_mark:
                value = _unfolded(lines[mark.line + 1 : event.end_mark.line + 1], value)
            own.append(
                Entry(
                    path_of(stack),
                    value,
                    mark.line + 1 if mark else 1,
                    mark.column + 1 if mark else 1,
                    is_block,
                    is_folded,
                )
            )
            yield own[-1]
            settle(stack)


def _scalar(event: yaml.ScalarEvent | yaml.AliasEvent, anchors: dict[str, str]) -> tuple[str, bool]:
    """The text, by way of its anchor for an alias, and whether it is a block."""
    if isinstance(event, yaml.AliasEvent):
        return anchors.get(event.anchor or "", ""), False
    value = _tagged(str(event.value), (event.tag or "").lower())
    if event.anchor:
        anchors[event.anchor] = value
    return value, event.style in ("|", ">")


def _tagged(value: str, tag: str) -> str:
    """Bytes as the text that they are, a reference as the place that it fills; of a variable with
    its default, the default."""
    if tag.endswith(":binary"):
        try:
            return base64.b64decode(value).decode("utf-8", "replace")
        except ValueError:
            return value  # of no other form, whatever its tag says
    if tag == "!ref":
        return f"${{{value}}}"
    if tag.startswith("!") and "env" in tag and "${" not in value:
        return re.sub(r"\A\w+[\s:,]+(?=\S)", "", value)
    return value


def _unfolded(lines: list[str], value: str) -> str:
    """A folded block with its own ends of lines, which folding turned into blanks."""
    words = value.split()
    kept: list[str] = []
    for line in lines:
        if not words:
            break
        kept.append(line.strip())
        words = words[len(line.split()) :]
    return "\n".join(kept)
