"""Base models in the tables of a card, and what a label says of its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.claims.card import prose_cues as cues
from lineage.claims.card.markdown import Block, Mention
from lineage.core.relation import Relation

_MENTION = re.compile(r"‹(\d{1,4})›")


def in_row(block: Block, header: tuple[str, ...], own_id: str) -> Iterator[tuple[Mention, str]]:
    """`| Base model | X |`, or a column `Base model` in the row of this very model: the name, and
    its label."""
    cells = block.cells
    if len(cells) >= 2 and _is_label(cells[0]):
        yield from _first(block, cells[1], cells[0])
        return
    column = next((n for n, cell in enumerate(header) if _is_label(cell)), None)
    if column is None or column == 0 or column >= len(cells) or cells is header:
        return
    own = _squeezed(own_id.rpartition("/")[2])
    row_name = _MENTION.sub(
        lambda found: block.mentions[int(found[1])].label or block.mentions[int(found[1])].written,
        cells[0],
    )
    if own and _squeezed(row_name.rpartition("/")[2]) == own:
        yield from _first(block, cells[column], header[column])


def _is_label(cell: str) -> bool:
    label = cues.LABEL.match(cell.strip() + ":")
    return label is not None and label.end() >= len(cell.strip())


def _first(block: Block, value: str, label: str) -> Iterator[tuple[Mention, str]]:
    for found in list(_MENTION.finditer(value))[:1]:
        yield block.mentions[int(found[1])], label


def label_relation(label: str) -> Relation:
    """A teacher's label tells a teacher, every other a base."""
    return Relation.DISTILLED if cues.TEACHER_LABEL.match(label) else Relation.FINETUNE


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
