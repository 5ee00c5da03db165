"""Blank the comments of a text, so that the places of the rest stay."""

from __future__ import annotations

import re

_LINE = re.compile(r"[ \t]*(?://|#(?!define|include|import|!?\[)|\* |--(?=\s)|;;|%)")
BLOCKS = (("/*", "*/"), ("<!--", "-->"), ("<#", "#>"))


def without_blocks(text: str, blocks: tuple[tuple[str, str], ...] = BLOCKS) -> str:
    """The text without comments that begin a line and end with a mark of their own.

    One in the middle of a line stays: its beginning may stand in a string, to hide what follows.
    """
    if not any(first in text for first, _ in blocks):
        return text
    kept: list[str] = []
    end = ""
    for line in text.splitlines(keepends=True):
        rest = line
        if not end:
            start = next((b for b in blocks if line.lstrip().startswith(b[0])), None)
            if start is None:
                kept.append(line)
                continue
            end = start[1]
            rest = line[line.index(start[0]) + len(start[0]) :]
        at = rest.find(end)
        if at < 0:
            kept.append(_blank(line))
            continue
        code = rest[at + len(end) :]
        kept.append(_blank(line[: len(line) - len(code)]) + code)
        end = ""
    return "".join(kept) if not end else text


def without_comments(text: str) -> str:
    """The text without its comments, in the marks of many languages."""
    return "".join(
        _blank(line) if _LINE.match(line) else line
        for line in without_blocks(text).splitlines(keepends=True)
    )


def _blank(line: str) -> str:
    return re.sub(r"[^\r\n]", " ", line)
