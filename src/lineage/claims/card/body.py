"""The text of a model card, taken apart once for all who read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lineage.claims.card.markdown import Block, Fence, take_apart
from lineage.claims.files.wanted import SMALL, is_of_tools, spread, wanted_card
from lineage.claims.interface import FileRequest
from lineage.core.card import parse_card
from lineage.core.pattern import late
from lineage.core.record import ModelRecord

_FURTHER = late(
    r"(?:.*/)?(?:readme[^/]*|model[-_ ]?card[^/]*|(?:.*train|.*finetun)[^/]*|about|"
    r"details)\.(?:md|mdx|rst|txt)",
    re.IGNORECASE,
)
_MOST_FURTHER = 4


def further_documents(record: ModelRecord) -> tuple[FileRequest, ...]:
    """Cards beside the card: in other languages, of checkpoints in folders, under a second name,
    and notes on training."""
    card = {request.path for request in wanted_card(record)}
    entries = [
        entry
        for entry in record.files or ()
        if _FURTHER.fullmatch(entry.path) and entry.path not in card and not is_of_tools(entry.path)
    ]
    return tuple(
        FileRequest(entry.path, 0, SMALL // 4, is_optional=True)
        for entry in spread(entries)[:_MOST_FURTHER]
    )


def further_bodies(
    record: ModelRecord, documents: Mapping[str, bytes]
) -> Iterator[tuple[str, list[Block], list[Fence]]]:
    """The same of those that were read."""
    for request in further_documents(record):
        if request.path in documents:
            yield (request.path, *_taken_apart(documents[request.path]))


def card_bodies(
    record: ModelRecord, documents: Mapping[str, bytes]
) -> Iterator[tuple[str, list[Block], list[Fence]]]:
    """Path, text blocks and fenced blocks of the card, where it was read."""
    for request in wanted_card(record):
        if request.path in documents:
            yield (request.path, *_taken_apart(documents[request.path]))


@lru_cache(maxsize=16)
def _taken_apart(content: bytes) -> tuple[list[Block], list[Fence]]:
    """Three readers ask for the same card one after the other; none changes what it gets."""
    card = parse_card(content)
    return take_apart(card.body, card.body_first_line)
