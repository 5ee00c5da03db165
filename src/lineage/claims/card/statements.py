"""Reads the blocks of a card for places that say where the model comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineage.claims.card import prose_cues as cues
from lineage.claims.card.cue import Cue
from lineage.claims.card.markdown import Block, Mention
from lineage.claims.card.merges import is_merge, merged_in_sentences
from lineage.claims.card.tables import in_row, label_relation
from lineage.claims.card.unsaid import Standing, clause_of, standing
from lineage.claims.names.relation_signs import looks_quantized
from lineage.claims.trace import Trace
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation
from lineage.core.value import dataclass

_SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bv\d)[.!?]+[\s*_)\"'”’]+(?=[^a-zа-я\s])|"
    r"[。！？；]|\n\s*\n|;\s|•"
)
_MENTION = re.compile(r"‹(\d{1,4})›")
_OWNER = r"(?:[A-Za-z][\w.-]{0,30}\s+(?:and|&)\s+)?[A-Za-z][\w.-]{0,30}[’']s?\s+"
_CHAIN = re.compile(
    r"[\s)\"'”’]*(?:\([^()‹]{0,30}\)\s*)?(?:,|and|&|\+|with|as well as|/|、|和|与|與|及|と|와|"
    r"과|und|et|y|e|и)?\s*"
    r"(?:,|and|&|\+|with|plus|、|和|与)?\s*(?:the\s+|a\s+|an\s+|our\s+)?(?:lora\s+|"
    rf"adapter\s+)?(?:{_OWNER})?[\s(\"'“]*\Z",
    re.IGNORECASE,
)
_LINK_ITSELF = re.compile(
    r"\s*\b(?:this|that|the following|these)\s*(?:one|models?|projects?|link|"
    r"repo(?:sitory)?)?\W*\Z",
    re.IGNORECASE,
)
_SPELLED_OUT = re.compile(r"[\w.-]{1,30}(?:\s[\w.-]{1,20}){0,4}\s?\(")
"""`Base model: Lyra 2 (link)`: the name in words, then its address."""
_LONGEST_LEFT = 260
_LONGEST_RIGHT = 200
_ANSWER = 80
_FEWEST_WORDS = 4
_OTHER_LINK = re.compile(
    r"gguf|gptq|awq|exl\d|quant|\bhere\b|download|demo|data|thanks|see\b", re.IGNORECASE
)
_ADAPTER_BEHIND = re.compile(r"\s*(?:lora|qlora|adapter|delta)\b", re.IGNORECASE)
_ADAPTER_APPLIED = re.compile(
    r"\b(?:appl(?:y|ied|ying)|add(?:ed|ing)?|plus|merg(?:ed|ing))\s+(?:in\s+)?(?:the|"
    r"an?|my|our)?\s*\Z",
    re.IGNORECASE,
)
_ABOUT_THIS = re.compile(
    r"\bthis (?:model|repo|repository|adapter|checkpoint|is)\b|本模型|このモデル|이 모델",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """One place that says where the model comes from."""

    line: int
    mention: Mention
    relation: Relation
    confidence: float
    excerpt: str
    component: str | None = None


def statements_of(blocks: Sequence[Block], trace: Trace) -> Iterator[Statement]:
    """Every statement of the blocks, in their order; the same parent may be in several."""
    merge = is_merge(blocks, trace.record)
    listing: Relation | None = None
    others = False
    header: tuple[str, ...] = ()
    for number, block in enumerate(blocks):
        header = (header or block.cells) if block.kind == "row" else ()
        if block.kind == "row":
            for mention, label in in_row(block, header, trace.record.id):
                yield Statement(block.line, mention, label_relation(label), 0.95, shown(block))
            continue
        if listing and block.kind == "item":
            for found in list(_MENTION.finditer(block.text[:200]))[:1]:
                mention = block.mentions[int(found[1])]
                yield Statement(block.line, mention, listing, 0.95, shown(block))
            continue
        if listing is Relation.MERGE and _is_only_names(block):
            for mention in block.mentions:
                yield Statement(block.line, mention, listing, 0.9, shown(block))
            continue
        below = blocks[number + 1].text[:_ANSWER] if number + 1 < len(blocks) else ""
        yield from _in_text(block, below, trace)
        if block.kind != "item":
            others = bool(cues.OTHERS_LISTED.search(block.text))
        elif others:
            continue  # a heading inside a list of sister models introduces more of them
        listing = _introduced(block, merge)


def _is_only_names(block: Block) -> bool:
    """A paragraph that lists names without bullets, under a line that introduces them."""
    rest = _MENTION.sub(" ", block.text)
    few = len(rest.split()) < _FEWEST_WORDS and not _OTHER_LINK.search(rest)
    return block.kind == "paragraph" and bool(block.mentions) and few


def _introduced(block: Block, merge: bool) -> Relation | None:
    """What the items below a line are, if it says so: `models were included in the merge:`, `Base
    models:`."""
    text = block.text.rstrip()
    if cues.NOT_A_MODEL_LIST.search(text[-200:]):
        return None
    if block.kind == "heading":
        return Relation.MERGE if merge and cues.MERGE_HEADING.search(text) else None
    if cues.LIST_INTRO.search(text) and cues.MERGE_WORD.search(text):
        return Relation.MERGE
    last = text.rpartition("\n")[2]
    alone = (
        not block.mentions and len(last) < 80 and cues.LABEL.fullmatch(last.rstrip(" :：") + ":")
    )
    return label_relation(last) if alone else None


def _in_text(block: Block, below: str, trace: Trace) -> Iterator[Statement]:
    found = list(_MENTION.finditer(block.text))
    if not found:
        return
    read = [_Place(block, one, below, trace) for one in found]
    for number, place in enumerate(read):
        place.judge(read[number - 1] if number else None)
    for number in range(len(read) - 2, -1, -1):
        read[number].follow(read[number + 1])
    merged_in_sentences(block, read, _SENTENCE_END, trace)
    for place in read:
        if place.cue is not None and not is_data(place.mention):
            yield Statement(
                place.line,
                place.mention,
                _relation(place.cue.relation, trace.record),
                place.cue.confidence,
                shown(block, place.start),
                _component(place.left, place.cue),
            )


class _Place:
    """One name in a block, and the cue that makes it a parent, once judged."""

    def __init__(self, block: Block, found: re.Match[str], below: str, trace: Trace) -> None:
        self.block = block
        self.trace = trace
        self.start, self.end = found.span()
        self.mention = block.mentions[int(found[1])]
        self.line = block.line + block.text.count("\n", 0, self.start)
        self.right = block.text[self.end : self.end + 80]
        begin = max(_sentence_start(block.text, self.start), self.start - _LONGEST_LEFT)
        self.left = block.text[begin : self.start]
        self.cue: Cue | None = None
        self.after = f"{block.text[self.end :]}\n{below}"[:_LONGEST_RIGHT]
        self.is_denied = bool(
            cues.NOT_A_MODEL_AFTER.match(self.right)
            or cues.NEGATED_BEHIND.match(self.right)
            or standing(self.left, 0, self.after) is not Standing.STATED
        )

    def judge(self, previous: _Place | None) -> None:
        """Look for a label, for words before or behind the name, or for a list that goes on."""
        if self.is_denied:
            return
        label = _label(self.block, self.start, self.right)
        if label:
            is_copy = cues.QUANTIZED_LABEL.match(label)
            relation = None if is_copy else label_relation(label)
            self.cue = Cue("label", re.compile(""), relation, 0.97, True)
            return
        self.cue = self._said()
        if self.cue is None and previous and previous.cue and previous.cue.lists:
            between = self.block.text[previous.end : self.start]
            self.cue = previous.cue if _CHAIN.match(between) else None

    def follow(self, after: _Place) -> None:
        """`‹0› and ‹1› were merged`: what is said behind the last is said of all."""
        if self.cue is None and after.cue in cues.AFTER and not self.is_denied:
            between = self.block.text[self.end : after.start]
            if after.cue.lists and _CHAIN.match(between):
                self.cue = after.cue

    def _said(self) -> Cue | None:
        left = self._with_label()
        elsewhere = _speaks_of_others(self.block)
        for cue in cues.BEFORE:
            if cue.links_only and not (self.mention.is_link or self.mention.is_plain):
                continue
            position = cue.before(left)
            if position is not None:
                if cues.DATA.before(left[:position]) is not None:
                    cue = cues.DATA  # `data written by a fine-tune of ‹0›`
                return cue if self._holds(cue, left, position, elsewhere) else None
        if cues.DATA.before(left) is not None and not cues.NOT_SAID.search(left):
            return cues.DATA
        if _ADAPTER_BEHIND.match(self.right) and _ADAPTER_APPLIED.search(left):
            return cues.APPLIED
        for cue in cues.AFTER:
            if cue.pattern.match(self.right) and self._stands_first(cue, left):
                return cue if self._holds(cue, left, len(left), elsewhere) else None
        return None

    def _with_label(self) -> str:
        """`[a quantized copy of this model](link)`: the words of the link belong to the sentence
        before it."""
        label = self.mention.label
        if self.mention.is_link and label.count(" ") > 1 and label != self.mention.written:
            plain = _LINK_ITSELF.sub("", label)
            if plain != label:
                for cue in cues.BEFORE:
                    if cue.before(f"{plain} ") is not None:
                        return f"{self.left} {plain} "
        return self.left

    def _stands_first(self, cue: Cue, left: str) -> bool:
        if cue.name == "taken and tuned":
            return bool(cues.TAKEN.search(left))
        if not cue.opens:
            return True
        stands_alone = not left.strip(" -*+•#")
        if stands_alone and (self.block.kind == "item" or cues.ONLY_TRAINED.match(self.right)):
            return False  # a list of sister models, or what somebody says of another model
        return bool(cues.OPENING.search(left))

    def _holds(self, cue: Cue, left: str, position: int, elsewhere: bool) -> bool:
        if cue.anywhere:
            return True
        if standing(left, position, self.after) is not Standing.STATED:
            return False
        if cues.NOT_SAID.search(clause_of(left, position)):
            return False
        if self._about_another(left[:position]):
            return False
        return not elsewhere or bool(_ABOUT_THIS.search(self.left))

    def _about_another(self, said_before: str) -> bool:
        """Whether the sentence's subject is another named model than this repo."""
        found = cues.OTHER_SUBJECT.search(said_before)
        if not found:
            return False
        subject = self.block.mentions[int(found[1])]
        name = subject.name.id or subject.written
        own = squeezed(self.trace.record.id.rpartition("/")[2])
        tail = squeezed(name.rpartition("/")[2])
        return not (tail and own and (tail.startswith(own) or own.startswith(tail)))


def _label(block: Block, position: int, right: str) -> str | None:
    """The key of `Base model: ‹0›` where it is the first thing on the name's line, or the heading
    above it."""
    text = block.text
    start = text.rfind("\n", 0, position) + 1
    label = cues.LABEL.match(text, start, position)
    between = text[label.end() : position] if label else ""
    between = re.sub(r"\[[^\[\]]{0,80}\]", "", between).strip(" [\"'-")
    if label and (not between.strip("(") or _SPELLED_OUT.fullmatch(between)):
        return label[0]
    titled = (
        block.kind != "heading"
        and block.headings
        and not text[:position].strip("- ([*")
        and cues.LABEL.fullmatch(block.headings[-1].rstrip(": ") + ":")
    )
    return block.headings[-1] if titled else None


def _speaks_of_others(block: Block) -> bool:
    return block.kind != "heading" and any(
        cues.ABOUT_OTHERS.search(title) for title in block.headings[-1:]
    )


def is_data(mention: Mention) -> bool:
    """Whether a name calls itself a data set."""
    return "dataset" in mention.written.lower() or "dataset" in mention.label.lower()


def _component(left: str, cue: Cue) -> str | None:
    if cue.relation is Relation.DISTILLED:
        return None
    near = left[-140:]
    return next((part for pattern, part in cues.COMPONENTS if pattern.search(near)), None)


def _relation(stated: Relation | None, record: ModelRecord) -> Relation:
    """What a copy is: quantized where anything shows it, else another format of the same
    weights."""
    if stated is None:
        return Relation.QUANTIZED if looks_quantized(record) else Relation.CONVERSION
    if stated is Relation.UNKNOWN and looks_quantized(record):
        return Relation.QUANTIZED
    return stated


def _sentence_start(text: str, position: int) -> int:
    ends = [
        found.end()
        for found in _SENTENCE_END.finditer(text, max(0, position - 2 * _LONGEST_LEFT), position)
    ]
    return ends[-1] if ends else max(0, position - 2 * _LONGEST_LEFT)


def shown(block: Block, around: int = 0) -> str:
    """The text around a place, with the names put back."""
    return with_names(block, block.text[max(0, around - 120) : around + 80])


def with_names(block: Block, text: str) -> str:
    """Text of a block with its names put back."""
    return _MENTION.sub(
        lambda found: (
            (block.mentions[int(found[1])].label or block.mentions[int(found[1])].written)
            if int(found[1]) < len(block.mentions)
            else ""
        ),
        text,
    )


def squeezed(text: str) -> str:
    """Letters and digits only, in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower())
