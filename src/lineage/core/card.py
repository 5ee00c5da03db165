"""A model card as a document: the metadata of its front matter,
its body, and what is wrong with either."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any

from lineage.core.pattern import late
from lineage.core.value import dataclass

LONGEST_CARD = 4_000_000
"""Bytes that are looked at; the rest of a longer card is left unread."""
LONGEST_FRONT_MATTER = 256_000

_LINE_END = late(r"\r\n|\r|\n")
_BASE_LINE = late(
    r"\s{0,3}[\"']?(?:base[_ -]?models?|finetuned_from)[\"']?\s{0,4}:\s?(.{0,400})", re.IGNORECASE
)
_ITEM = late(r"\s{0,12}-\s+(.{1,400})")
_LOOKS_LIKE_KEY = late(
    r"\s{0,8}[\"']?[A-Za-z_][\w .-]{0,60}[\"']?\s?:(?:\s|\Z)|\s{0,12}-(?:\s|\Z)|\s*#|\s*\Z"
)
_FENCE = late(r"\s{0,3}(?:```+|~~~+)")
_MOST_FENCED_LINES = 2_000
_MOST_RECOVERED = 1_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class CardDocument:
    """One README, taken apart. Everything in it is untrusted."""

    metadata: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)
    """The front matter: texts, lists, mappings and null only (`no`, `1.0`,
    `2024-01-01` stay texts); empty where there is none."""
    body: str = ""
    body_first_line: int = 1
    """The line of the file on which the body begins, from 1."""
    problem: str = ""
    """Why the metadata is missing or may be incomplete; empty where nothing is wrong.

    No front matter at all is nothing wrong.
    """
    left_out: str = ""
    """What a bound kept from being read; empty where all was."""
    duplicate_keys: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Top-level keys that occur more than once, with their lines; YAML keeps the last."""
    recovered: tuple[tuple[int, str], ...] = ()
    """Lines and values of base model keys that YAML or the Hub does not look
    at: front matter that could not be parsed, a second one, one in a fence,
    and every value of a duplicate key."""


def parse_card(content: bytes | str) -> CardDocument:
    """Take a README apart. Never raises, whatever the content; bounded in time and memory."""
    text = _text(content)
    document = _taken_apart(text.replace("\x00", ""))
    if "\x00" in text and not document.problem:
        problem = "the card holds NUL characters, which are left out here"
        document = replace(document, problem=problem)
    if len(content) > LONGEST_CARD:
        left = f"the card is longer than {LONGEST_CARD:,} bytes; what follows is not read"
        document = replace(document, left_out=left)
    return document


def _taken_apart(text: str) -> CardDocument:
    lines = _LINE_END.split(text)
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return CardDocument(body="\n".join(lines))
    if lines[start].rstrip() != "---":
        return _fenced(lines, start)
    end = next((n for n in range(start + 1, len(lines)) if _closes(lines[n])), None)
    if end is None:
        return _unclosed(lines, start)
    document = _from_front_matter(lines, start + 1, end)
    return _with_second(document, lines, end)


def _closes(line: str) -> bool:
    return line.rstrip() == "---"


def _fenced(lines: list[str], start: int) -> CardDocument:
    """Front matter inside a code fence is text to the Hub; a base
    model in it is saved and the card reported."""
    whole = CardDocument(body="\n".join(lines))
    if not _FENCE.match(lines[start]):
        return whole
    last = min(len(lines), start + _MOST_FENCED_LINES)
    end = next((n for n in range(start + 1, last) if _FENCE.match(lines[n])), last)
    inside = lines[start + 1 : end]
    if not all(_LOOKS_LIKE_KEY.match(line) or line.rstrip() == "---" for line in inside):
        return whole
    found = _recover(inside, start + 1)
    if not found:
        return whole
    problem = "front matter is in a code fence, so it counts as none"
    return replace(whole, problem=problem, recovered=found)


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content[:LONGEST_CARD].lstrip("\ufeff")
    content = content[:LONGEST_CARD]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace").lstrip("\ufeff")


def _from_front_matter(lines: list[str], start: int, end: int) -> CardDocument:
    """`start` and `end` (exclusive) bound the YAML between the two rulers, counted from 0."""
    body, first = "\n".join(lines[end + 1 :]), end + 2
    inside = lines[start:end]
    if sum(map(len, inside)) > LONGEST_FRONT_MATTER:
        problem = (
            f"front matter is longer than {LONGEST_FRONT_MATTER:,} characters and was not parsed"
        )
        return CardDocument(
            body=body, body_first_line=first, problem=problem, recovered=_recover(inside, start)
        )
    metadata, problem, duplicates, others = _parsed(inside)
    if others and not problem:
        problem = "front matter holds a second YAML document, which does not count"
    saved = bool(problem and not metadata) or bool(duplicates) or others
    return CardDocument(
        metadata=metadata,
        body=body,
        body_first_line=first,
        problem=problem,
        duplicate_keys=tuple(
            (key, tuple(line + start for line in where)) for key, where in duplicates
        ),
        recovered=_recover(inside, start) if saved else (),
    )


def _parsed(
    inside: list[str],
) -> tuple[Mapping[str, Any], str, tuple[tuple[str, tuple[int, ...]], ...], bool]:
    """Metadata, what is wrong, duplicate keys, and whether
    further YAML documents follow the first."""
    from lineage.core.guarded_yaml import (
        read_yaml,  # YAML is not cheap to import, and most runs read none
    )

    reading = read_yaml("\n".join(inside))
    problem = reading.problem and f"front matter: {reading.problem}"
    if reading.problem and any("\t" in line for line in inside):
        second = read_yaml("\n".join(line.expandtabs(2) for line in inside))
        if not second.problem:
            reading, problem = (
                second,
                "front matter is indented with tabs, which YAML does not allow; read as spaces",
            )
    document = reading.documents[0] if reading.documents else None
    others = len(reading.documents) > 1
    if document is None:
        return _NOTHING, problem, (), others
    if not isinstance(document, dict):
        return (
            _NOTHING,
            problem
            or f"front matter is a {'list' if isinstance(document, list) else 'text'}, not keys "
            "with "
            "values",
            (),
            others,
        )
    return document, problem, reading.duplicate_keys, others


def _unclosed(lines: list[str], start: int) -> CardDocument:
    """No second ruler: the Hub reads no metadata; the lines that look
    like keys are tried, the rest is body."""
    end = next(
        (n for n in range(start + 1, len(lines)) if not _LOOKS_LIKE_KEY.match(lines[n])), len(lines)
    )
    heading = next((n for n in range(start + 1, end) if lines[n].startswith("#")), end)
    inside = lines[start + 1 : heading][:2_000]
    return CardDocument(
        body="\n".join(lines[start + 1 :]),
        body_first_line=start + 2,
        problem="front matter is opened and never closed, so it counts as none",
        recovered=_recover(inside, start + 1),
    )


def _with_second(document: CardDocument, lines: list[str], end: int) -> CardDocument:
    """Front matter that follows the first at once is text to the Hub; a base
    model in it is saved and the card reported."""
    second = next((n for n in range(end + 1, len(lines)) if lines[n].strip()), None)
    if second is None or lines[second].rstrip() != "---":
        return document
    close = next(
        (n for n in range(second + 1, min(len(lines), second + 400)) if lines[n].rstrip() == "---"),
        None,
    )
    if close is None:
        return document
    inside = lines[second + 1 : close]
    metadata, problem, _, _ = _parsed(inside)
    found = _recover(inside, second + 1)
    if (problem or not metadata) and not found:
        return document
    return CardDocument(
        metadata=document.metadata,
        body="\n".join(lines[close + 1 :]),
        body_first_line=close + 2,
        problem=document.problem or "a second front matter follows the first and does not count",
        duplicate_keys=document.duplicate_keys,
        recovered=(*document.recovered, *found),
    )


def _recover(inside: list[str], offset: int) -> tuple[tuple[int, str], ...]:
    """Base model values found line by line; `offset` is the
    number of file lines before `inside`."""
    found: list[tuple[int, str]] = []
    number = 0
    while number < len(inside) and len(found) < _MOST_RECOVERED:
        if match := _BASE_LINE.match(inside[number]):
            found += [(offset + number + 1, value) for value in _inline(match[1])]
            while number + 1 < len(inside) and (item := _ITEM.match(inside[number + 1])):
                number += 1
                found.append((offset + number + 1, _unquoted(item[1])))
        number += 1
    return tuple(found[:_MOST_RECOVERED])


def _inline(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_unquoted(part) for part in text[1:-1].split(",") if part.strip()]
    return [_unquoted(text)] if text and not text.startswith(("#", "|", ">", "&", "*")) else []


def _unquoted(text: str) -> str:
    return text.partition(" #")[0].strip().strip("\"'").strip()
