"""What a card says of its own model beside parents: trained from scratch, refusals removed, in
truth somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from lineage.claims.card.body import card_bodies
from lineage.claims.card.markdown import Block
from lineage.claims.card.prose import own_blocks
from lineage.claims.card.prose_cues import ABOUT_OTHERS
from lineage.claims.card.statements import squeezed
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.known_names import family_guess
from lineage.claims.trace import Trace
from lineage.core.claim import Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade

_SCRATCH = re.compile(
    r"\b(?:pre-?)?train(?:ed|ing)\s+(?:\w+\s+){0,4}?from\s+(?:the\s+)?(?:scratch|"
    r"ground up|zero|random (?:initiali[sz]ation"
    r"|weights))|\brandomly initiali[sz]ed\b"
    r"|从零开始(?:预)?训练|从头(?:开始)?(?:预)?训练|(?:フル)?スクラッチ(?:で|から)?(?:の)?(?:事前)?学習|"
    r"처음부터\s*(?:사전\s*)?학습|스크래치\s*학습",
    re.IGNORECASE,
)
_REMOVAL = re.compile(
    r"\babliterat\w*|\bunbiased, accurate, and factual\b"
    r"|\b(?:un-?censored|de-?censored|un-?aligned|de-?restricted|de-?aligned)"
    r"\s+(?:\w+\s+){0,2}(?:versions?"
    r"|variants?|models?|finetunes?|fine-?tunes?|releases?|edition|checkpoint|merge|llms?)\b"
    r"|\b(?:models?|version|variant|it|this)\s+(?:is|are|was|were|has been|have been)"
    r"\s+(?:\w+\s+){0,2}(?:un-?censored"
    r"|de-?censored|un-?aligned|de-?restricted)\b"
    r"|\b(?:refusals?|censorship|guardrails|alignment)\b[^.]{0,30}\b(?:were|was|are|is|"
    r"been)\s+(?:\w+\s+)?"
    r"(?:removed|ablated|eliminated|suppressed)"
    r"|\b(?:removes?|removed|removing|eliminat(?:es?|ed|ing)|ablat(?:es?|ed|ing))"
    r"\s+(?:\w+\s+){0,3}(?:refusals?"
    r"|censorship|refusal (?:direction|behaviou?r)s?)\b"
    r"|去审查|无审查|解除审查|無修正版|検閲(?:解除|なし|除去)|검열\s*(?:해제|제거|없는)|无限制版",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\bnot\b|n[’']t\b|\bunlike\b|\bthan\b|\binstead of\b|\brather than\b|\bwithout "
    r"(?:having|need|train)|\bexpensive\b"
    r"|\bavoid|\bif you|\brecommend|\bwhy\b|\bhow to\b|\bdataset\b|不是|而非|ではな|아니",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"\b(?:this is|this (?:model|repo(?:sitory)?) (?:is|contains|hosts))\s+(?:just\s+|"
    r"simply\s+|only\s+)?(?:an?"
    r"|the)?\s*(?:unofficial\s+|exact\s+|direct\s+|identical\s+|un(?:modified|changed)\s+)*"
    r"(?:re-?upload|copy|mirror|clone|duplicate|re-?host(?:ed)?|backup)\s+of|\bnot "
    r"(?:my|our) (?:own )?(?:model"
    r"|work)\b|\ball credits? (?:goes?|belongs?|to)\b|\bi (?:did not|didn[’']t) "
    r"(?:make|train|create) this",
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
        (ObservationKind.FROM_SCRATCH, _SCRATCH),
        (ObservationKind.REMOVAL_CLAIM, _REMOVAL),
        (ObservationKind.IDENTITY, _IDENTITY),
    ):
        most = 1 if kind is ObservationKind.FROM_SCRATCH else _MOST
        found = (
            (block, match)
            for block in blocks
            if block.kind != "row" and (match := _first(kind, pattern, block, trace))
        )
        for block, match in islice(found, most):
            line = block.line + block.text.count("\n", 0, match.start())
            yield trace.observe(kind, f"line {line}", _around(block, match))


def _first(
    kind: ObservationKind, pattern: re.Pattern[str], block: Block, trace: Trace
) -> re.Match[str] | None:
    """The first place of a block that says it of this very model."""
    for match in pattern.finditer(block.text):
        denied = _is_denied(block.text, match.start())
        if not denied and not (
            kind is ObservationKind.FROM_SCRATCH and _is_of_another(block, match, trace)
        ):
            return match
    return None


_OTHER = re.compile(
    r"\b(?:(?:base|foundation|backbone|underlying|parent|original|teacher|reference|"
    r"previous|earlier|sister|sibling|companion|other|larger|smaller)"
    r"\s+(?:[\w-]+\s+){0,2}?(?:models?|versions?|checkpoints?|llms?|one|line|series|"
    r"weights)|tokeni[sz]er|vocabulary|vision (?:encoder|tower)"
    r"|(?:re-?rank|reward)\w* model|classifier|projector|vae|which|whose)\b|基座|基础模型|"
    r"ベースモデル|기반 모델|베이스 모델",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:this|our|we|it|here)\b|本|我们|このモデル|当社|이 모델|우리", re.IGNORECASE
)
_FAMILY_WORDS = re.compile(r"\b([A-Z][A-Za-z]{2,14})[ -]?(\d(?:\.\d)?(?:[ -]?\d{1,3}B)?)")
_NAMED = re.compile(r"‹(\d{1,4})›")


def _is_of_another(block: Block, match: re.Match[str], trace: Trace) -> bool:
    """Whether the sentence tells of a base, a part or another named model that it was trained from
    scratch."""
    start = max(0, match.start() - 300)
    sentence = re.split(
        r"[.!?。！？](?=\s|[^\x00-\x7f])|\n\s*\n", block.text[start : match.start()]
    )[-1]
    if _OTHER.search(sentence):
        return True
    own = squeezed(trace.record.id.rpartition("/")[2])
    names = [block.mentions[int(found[1])] for found in _NAMED.finditer(sentence)]
    strangers = [
        name
        for name in names
        if not _alike(own, squeezed((name.name.id or name.written).rpartition("/")[2]))
    ]
    if strangers and not _THIS.search(sentence[: sentence.find("‹")]):
        return True
    if not _THIS.search(sentence) and any(
        family_guess(f"{word}-{number}") and not _alike(own, squeezed(word + number))
        for word, number in _FAMILY_WORDS.findall(sentence)
    ):
        return True
    about = block.headings[-1] if block.headings and block.kind != "heading" else ""
    return bool(ABOUT_OTHERS.search(about)) and not _THIS.search(sentence)


def _alike(own: str, name: str) -> bool:
    return bool(own and name) and (own.startswith(name) or name.startswith(own))


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
