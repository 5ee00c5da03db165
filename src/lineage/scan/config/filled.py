"""The scalars of one structured file with what they take from each other written out:
`${org}/${name}`, `!Join`, `!Ref`, `{{ name }}`, defaults of variables; and documents within
values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.scan.entries import JOINED, Entry, NotReadableError, Step, json_entries

_LONGEST = 4_000
_ROUNDS = 3
_HOLDS = (("value",), ("default",))
_PLACE = re.compile(
    r"\$\{(?:oc\.)?env:\w+(?:,\s*(?P<env>[^{}]*))?\}"
    r"|\$\{(?:[a-z_]\w*[.:])?(?P<braced>[A-Za-z_][\w.-]*)(?::-?(?P<default>[^{}]*))?\}"
    r"|\$?\{\{-?\s*\.?(?P<template>[A-Za-z_][\w.-]*?)\s*-?\}\}"
    r"|\$\((?P<parameter>(?:[\w-]+\.)?params\.[\w.-]+)\)"  # Tekton
    r"|<<\s*(?P<angle>[\w.]+)\s*>>"
)
_PIECE = re.compile(r"[\w./:@+-]{1,200}\Z")
_ITEM = re.compile(r"\{\{-?\s*item(?:\.(?P<field>\w+))?\s*-?\}\}")
_LOOPS = ("loop", "with_items")
_MOST_ITEMS = 100
"""Ansible's loops: for so many values a task is written out."""
_OBJECT = re.compile(r"\s*\{.*[\"'].*\}\s*\Z", re.DOTALL)


def filled(entries: list[Entry]) -> list[Entry]:
    """The scalars, and those of JSON that a value holds."""
    entries = [inner for entry in entries for inner in _opened(entry)]
    if any(JOINED in entry.path for entry in entries):
        entries = list(_joined(entries))
    if not any(_is_open(entry) for entry in entries):
        return entries
    entries = list(_looped(entries))
    for _ in range(_ROUNDS):
        known, before = _known(entries), entries
        entries = [_filled(one, known) if _is_open(one) else one for one in entries]
        if entries == before:
            break
    return entries


def _is_open(entry: Entry) -> bool:
    value = entry.value
    return len(value) <= _LONGEST and any(mark in value for mark in ("${", "{{", "<<", "$("))


def _filled(entry: Entry, known: dict[str, str]) -> Entry:
    def value(match: re.Match[str]) -> str:
        groups = match.groupdict()
        names = (groups[one] for one in ("braced", "template", "angle", "parameter"))
        name = next(filter(None, names), "")
        found = next((known[one] for one in _shorter(name) if one in known), "")
        return found or groups["env"] or groups["default"] or match.group()

    text = _PLACE.sub(value, entry.value)
    return replace(entry, value=text) if len(text) <= _LONGEST else entry


def _known(entries: list[Entry]) -> dict[str, str]:
    """What a path, or the end of one that stands for one value alone, is set to."""
    found: dict[str, set[str]] = {}
    labels = {one.path[:-1]: one.value for one in entries if one.path[-1:] == ("name",)}
    for entry in entries:
        if _PIECE.match(entry.value) and not entry.is_block:
            label = labels.get(entry.path[:-1]) if entry.path[-1:] in _HOLDS else None
            # Tekton's and Argo's parameters: a name beside the value.
            told = [f"{head}.{label}" for head in ("params", "parameters")] if label else []
            for name in (*_names(entry.path), *told):
                found.setdefault(name, set()).add(entry.value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _looped(entries: list[Entry]) -> Iterator[Entry]:
    """A task of Ansible's once for each value of the loop beside it."""
    loops: dict[tuple[Step, ...], list[tuple[tuple[Step, ...], str]]] = {}
    for entry in entries:
        at = next((n for n, step in enumerate(entry.path) if step in _LOOPS), None)
        if at is not None:
            loops.setdefault(entry.path[:at], []).append((entry.path[at + 2 :], entry.value))
    for entry in entries:
        match = _ITEM.search(entry.value) if loops and len(entry.value) <= _LONGEST else None
        task = (entry.path[:n] for n in range(len(entry.path) - 1, 0, -1)) if match else ()
        items = next((loops[one] for one in task if one in loops), [])
        field = (match["field"],) if match and match["field"] else ()
        values = [value for path, value in items if path == field][:_MOST_ITEMS]
        written = _ITEM.split(entry.value)[:: _ITEM.groups + 1]
        yield from (replace(entry, value=one.join(written)) for one in values)
        if not values:
            yield entry


def _names(path: tuple[Step, ...]) -> Iterator[str]:
    steps = [str(step) for step in path]
    if steps and steps[-1].lower() == "default" and len(steps) > 1:
        steps = steps[:-1]  # the default of a parameter
    yield from dict.fromkeys((".".join(steps), *(".".join(steps[-n:]) for n in (1, 2, 3))))


def _shorter(name: str) -> Iterator[str]:
    """`pipeline.parameters.model` is `parameters.model` too, and never `model`."""
    while name:
        yield name
        name = name.partition(".")[2] if name.count(".") > 1 else ""


def _opened(entry: Entry) -> Iterator[Entry]:
    """The scalar, and what it holds where it is a document itself: `CONFIG={"model": …}`."""
    yield entry
    if "\n" in entry.value or not _OBJECT.match(entry.value) or "{{" in entry.value:
        return
    try:
        for inner in json_entries(entry.value):
            yield replace(
                inner, path=(*entry.path, *inner.path), line=entry.line, column=entry.column
            )
    except NotReadableError:
        return  # braces of something else


def _joined(entries: list[Entry]) -> Iterator[Entry]:
    """`!Join ["/", [a, b]]` and `!join [a, /, b]` as the one text that they make."""
    groups: dict[tuple[Step, ...], list[Entry]] = {}
    for entry in entries:
        if JOINED in entry.path:
            groups.setdefault(entry.path[: entry.path.index(JOINED)], []).append(entry)
        else:
            yield entry
    for path, parts in groups.items():
        inner = [one for one in parts if len(one.path) > len(path) + 2]
        glue = parts[0].value if inner and parts[0] not in inner else ""
        text = glue.join(one.value for one in inner or parts)
        place = (inner or parts)[0]
        yield Entry(path, text, place.line, place.column)
