"""Sentences about a merge: all models that one names are in it, in whatever order the words
stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from lineage.claims.card import prose_cues as cues
from lineage.claims.card.cue import Cue
from lineage.claims.card.markdown import Block, Mention
from lineage.claims.trace import Trace
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_TAGS = frozenset({"merge", "mergekit", "lazymergekit", "frankenmerge", "moerge", "model-merge"})
_THIS = re.compile(
    r"\b(?:this|it|we|i|my|our|model|result|made|created|used|here|weights)\b|本|この|이\s|"
    r"modell|modèle|modelo|модель",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\bmerge\w*\s+(?:of|between|from|with)\W*\Z", re.IGNORECASE)
_SUM = re.compile(
    r"‹\d{1,4}›\s*\+\s*‹|\A\W*(?:an?\s+)?(?:[\w-]{1,20}\s+){0,3}merge[ds]?\b|\bresult\s+of\b",
    re.IGNORECASE,
)
_MERGED = Cue("merge sentence", re.compile(""), Relation.MERGE, 0.85)
_FEWEST = 2


class MergePlace(Protocol):
    """A name in a block whose cue can be set."""

    mention: Mention
    start: int
    end: int
    left: str
    is_denied: bool
    cue: Cue | None


def is_merge(blocks: Sequence[Block], record: ModelRecord) -> bool:
    """Whether the card says anywhere that this is a merge."""
    if _TAGS & {tag.lower() for tag in record.tags} or "merge" in record.id.lower():
        return True
    return any(
        cues.MERGE_SAID.search(block.text)
        for block in blocks
        if block.kind in ("heading", "paragraph")
    )


def merged_in_sentences(
    block: Block, places: Sequence[MergePlace], sentence_end: re.Pattern[str], trace: Trace
) -> None:
    """Give the merge's cue to each name of a sentence that speaks of one and names two or more."""
    above = block.headings[-1] if block.headings and block.kind != "heading" else ""
    is_titled = bool(_TITLE.search(above)) and not cues.NOT_SAID.search(above)
    if len(places) < _FEWEST or not (is_titled or cues.MERGE_SAID.search(block.text)):
        return
    if block.headings and block.kind != "heading" and cues.ABOUT_OTHERS.search(block.headings[-1]):
        return
    start = 0
    for end in [*(found.end() for found in sentence_end.finditer(block.text)), len(block.text)]:
        inside = [place for place in places if start <= place.start < end]
        sentence = block.text[start:end]
        start = end
        others = [place for place in inside if not _is_self(place, trace)]
        if (
            len(others) < _FEWEST
            or cues.NOT_SAID.search(sentence)
            or not (is_titled or cues.MERGE_SAID.search(sentence))
            or not (
                is_titled
                or _THIS.search(sentence)
                or _SUM.search(sentence)
                or any(place.cue for place in others)
            )
        ):
            continue
        for place in others:
            if place.is_denied or cues.NOT_MERGED.search(place.left[-60:]):
                continue
            if place.cue is None or place.cue.relation is Relation.FINETUNE:
                place.cue = _MERGED


def _is_self(place: MergePlace, trace: Trace) -> bool:
    repo = place.mention.name.id
    return repo is not None and trace.is_self(repo)
