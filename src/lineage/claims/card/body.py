"""The text of a model card, taken apart once for all who read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lineage.claims.card.markdown import Block, Fence, take_apart
from lineage.claims.files.wanted import wanted_card
from lineage.core.card import parse_card
from lineage.core.record import ModelRecord


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
