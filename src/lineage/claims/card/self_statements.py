"""What a card says of its own model beside parents: trained from scratch, refusals removed, in truth somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.card.body import card_bodies
from lineage.claims.card.markdown import Block
from lineage.claims.card.prose import own_blocks
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.trace import Trace
from lineage.core.claim import Noticed, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade

_SCRATCH = re.compile(
    r"\b(?:pre-?)?train(?:ed|ing)\s+(?:\w+\s+){0,4}?from\s+(?:the\s+)?(?:scratch|ground up|zero|random (?:initiali[sz]ation"
    r"|weights))|\brandomly initiali[sz]ed\b"
    r"|从零开始(?:预)?训练|从头(?:开始)?(?:预)?训练|(?:フル)?スクラッチ(?:で|から)?(?:の)?(?:事前)?学習|처음부터\s*(?:사전\s*)?학습|스크래치\s*학습",
    re.IGNORECASE,
)
_REMOVAL = re.compile(
    r"\babliterat\w*|\bunbiased, accurate, and factual\b"
    r"|\b(?:un-?censored|de-?censored|un-?aligned|de-?restricted|de-?aligned)\s+(?:\w+\s+){0,2}(?:versions?"
    r"|variants?|models?|finetunes?|fine-?tunes?|releases?|edition|checkpoint|merge|llms?)\b"
    r"|\b(?:models?|version|variant|it|this)\s+(?:is|are|was|were|has been|have been)\s+(?:\w+\s+){0,2}(?:un-?censored"
    r"|de-?censored|un-?aligned|de-?restricted)\b"
    r"|\b(?:refusals?|censorship|guardrails|alignment)\b[^.]{0,30}\b(?:were|was|are|is|been)\s+(?:\w+\s+)?"
    r"(?:removed|ablated|eliminated|suppressed)"
    r"|\b(?:removes?|removed|removing|eliminat(?:es?|ed|ing)|ablat(?:es?|ed|ing))\s+(?:\w+\s+){0,3}(?:refusals?"
    r"|censorship|refusal (?:direction|behaviou?r)s?)\b"
    r"|去审查|无审查|解除审查|無修正版|検閲(?:解除|なし|除去)|검열\s*(?:해제|제거|없는)|无限制版",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\bnot\b|n[’']t\b|\bunlike\b|\bthan\b|\binstead of\b|\brather than\b|\bwithout (?:having|need|train)|\bexpensive\b"
    r"|\bavoid|\bif you|\brecommend|\bwhy\b|\bhow to\b|\bdataset\b|不是|而非|ではな|아니",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"\b(?:this is|this (?:model|repo(?:sitory)?) (?:is|contains|hosts))\s+(?:just\s+|simply\s+|only\s+)?(?:an?"
    r"|the)?\s*(?:unofficial\s+|exact\s+|direct\s+|identical\s+|un(?:modified|changed)\s+)*"
    r"(?:re-?upload|copy|mirror|clone|duplicate|re-?host(?:ed)?|backup)\s+of|\bnot (?:my|our) (?:own )?(?:model"
    r"|work)\b|\ball credits? (?:goes?|belongs?|to)\b|\bi (?:did not|didn[’']t) (?:make|train|create) this",
    re.IGNORECASE,
)
_MOST = 3
"""Observations of each kind; the first place is what a report shows."""


class SelfStatements:
    """Reads the README's body. These are statements, never findings of a test."""

    name = "card statements"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Observations only."""
        found: list[Observation] = []
        for path, blocks, _ in card_bodies(record, documents):
            found += _from_blocks(own_blocks(blocks), Trace(record, self.name, path, Grade.STATED))
        return Reading(observations=tuple(found))


def _from_blocks(blocks: Sequence[Block], trace: Trace) -> Iterator[Observation]:
    for kind, pattern in (
        (Noticed.FROM_SCRATCH, _SCRATCH),
        (Noticed.REMOVAL_CLAIM, _REMOVAL),
        (Noticed.IDENTITY, _IDENTITY),
    ):
        count = 0
        for block in blocks:
            match = pattern.search(block.text)
            if (
                match
                and count < _MOST
                and block.kind != "row"
                and not _is_denied(block.text, match.start())
            ):
                count += 1
                yield trace.observe(
                    kind,
                    f"line {block.line + block.text.count(chr(10), 0, match.start())}",
                    _around(block, match),
                )


def _is_denied(text: str, position: int) -> bool:
    """`not trained from scratch`, `rather than training from scratch`."""
    sentence = re.split(r"[.!?。！？]\s", text[max(0, position - 120) : position])[-1]
    return bool(_NEGATED.search(sentence))


def _around(block: Block, match: re.Match[str]) -> str:
    part = block.text[max(0, match.start() - 80) : match.end() + 80]
    return re.sub(
        r"‹(\d+)›",
        lambda found: block.mentions[int(found[1])].label or block.mentions[int(found[1])].written,
        part,
    )
