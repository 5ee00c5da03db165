"""Read YAML as the scalars of a structured file."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from lineage.scan.entries import (
    DEEPEST,
    MOST_ENTRIES,
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


def _yaml(text: str) -> Iterator[Entry]:
    stack: list[
        list[Step | None]
    ] = []  # one frame per open collection: [kind "m" or position, pending key]
    anchors: dict[str, str] = {}
    count = 0
    lines = text.split("\n")
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            anchors = {}
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) >= DEEPEST:
                raise NotReadableError(f"nested deeper than {DEEPEST}")
            stack.append(["m", None] if isinstance(event, yaml.MappingStartEvent) else [-1, None])
            step(stack[:-1])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
            settle(stack)
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            count += 1
            if count > MOST_ENTRIES:
                raise NotReadableError(f"more than {MOST_ENTRIES} values")
            value, is_block = _scalar(event, anchors)
            is_folded = isinstance(event, yaml.ScalarEvent) and event.style == ">"
            if stack and stack[-1][0] == "m" and stack[-1][1] is None:
                stack[-1][1] = value
                continue
            step(stack)
            mark = event.start_mark
            if is_folded and mark and event.end_mark:
                value = _unfolded(lines[mark.line + 1 : event.end_mark.line + 1], value)
            yield Entry(
                path_of(stack),
                value,
                mark.line + 1 if mark else 1,
                mark.column + 1 if mark else 1,
                is_block,
                is_folded,
            )
            settle(stack)


def _scalar(event: yaml.ScalarEvent | yaml.AliasEvent, anchors: dict[str, str]) -> tuple[str, bool]:
    """The text, by way of its anchor for an alias, and whether it is a block."""
    if isinstance(event, yaml.AliasEvent):
        return anchors.get(event.anchor or "", ""), False
    value = str(event.value)
    if event.anchor:
        anchors[event.anchor] = value
    return value, event.style in ("|", ">")


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
