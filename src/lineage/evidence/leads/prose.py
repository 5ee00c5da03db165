"""Leads from the card's text: a family named where a base or a start of training is spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from lineage.claims.card.body import card_bodies, further_bodies, further_documents
from lineage.claims.card.markdown import Block
from lineage.claims.card.prose_cues import is_denied_abroad
from lineage.claims.card.statements import with_names
from lineage.claims.card.unsaid import Standing, clause_of, is_taken_back, standing
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.turns import FOLLOWING, OWN_BASE, PICKED_FOR, TURNS
from lineage.evidence.leads.wordings import BEFORE, BEHIND, THING
from lineage.evidence.leads.words import Named, family_words

_SENTENCE = re.compile(
    r"(?<=[.!?。！？])(?<!\bon\?)(?<!\bof\?)(?<!\bfrom\?)\s+|(?<=[。！？])"
    r"|(?<!\bon)(?<!\bof)(?<!\bfrom)(?<!\bthe)(?<!\ba)(?<!\ban)\n(?![a-z])"
)
"""A line that goes on in small letters, or ends in the midst of words, ends no sentence; nor does a
question that asks for the name."""
_START = (
    r"(?:built|based|(?:fine|post|further|instruction)?-?\s?tuned|finetuned|fine-tune|"
    r"fine-tuning|derived|developed"
    r"|initiali[sz]ed|started|starting|adapted|continued|pre-?trained|created|made|"
    r"modified|converted|quanti[sz]ed)"
)
_BASE = re.compile(
    rf"\b{_START}\s+(?:[\w-]+\s+){{0,3}}?(?:up)?(?:on|from|over|off|out of|on top of)"
    r"\b(?:\s+top\s+of)?"
    r"|\btrained\s+(?:from|on top of)\b|\b(?:derivative|version|variant|fine-?tune|"
    r"finetune|fork|quanti[sz]ation|checkpoint|weights)\s+(?:of|from)\b"
    r"|\bbase\s+model\b(?:\s+(?:is|was|used))?|\bbackbone\b|\bon top of\b"
    r"|\bwe\s+(?:\w+\s+)?(?:fine-?\s?tuned?|post-?trained)\b"
    r"|\b(?:pruned|healed|distilled and pruned)\s+from\b|\b(?:release|rebrand|"
    r"rebranding|copy|mirror|clone)\s+of\b"
    r"|\bweights\s+(?:come|are|were|taken|stem)\s+(?:\w+\s+)?from\b|"
    r"\bvocabulary\s+of\b(?=.{0,60}\btrain)"
    r"|\A\W{0,4}(?:weights|(?:base |backbone |language )?(?:LLM|language model))"
    r"(?=\W{0,3}[:|])|\A\W{0,4}abliterated\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:\?\s+(?:(?:hint|answer|well|why|a)\b)?)?[\s:|*_`(\[‹,\-–]*(?:(?:the|an?|our|its|open|open-source|open-weights?|original|"
    r"pre-?trained|base|model|models|weights|checkpoints?"
    r"|of|is|was|from|famous|popular|great|powerful|new|Meta's|Alibaba's|Google's|"
    r"DeepSeek's|Mistral's)[\s:|*_`(\[‹\-–]+){0,6}\Z",
    re.IGNORECASE,
)
_OWN_BASE = re.compile(rf"{OWN_BASE}{_BETWEEN.pattern}", re.IGNORECASE)
_ELSE = (
    r"\bdata|generated|synthetic|teacher|distil|\bthank|tokeni[sz]er|template|prompt|\bformat"
    r"|responses?\b|outputs?\b|\bcode\s+(?:is|was)\b"
)
_NEVER = re.compile(_ELSE, re.IGNORECASE)
"""Before the words about the base, in their clause: it speaks of something else."""
_PURPOSE = re.compile(r"\bto\s+\Z", re.IGNORECASE)
"""`we used much data to` is before words about the base that stand for themselves."""
_OTHER = re.compile(
    rf"{_ELSE}|\bnot\b|n['’]t\b|\bnever\b|\bno\b|without|benchmark|evaluat|\bversus\b|\bvs\b"
    r"|generations|acknowledg|licen[cs]e|\balso\b|compar|outperform|\bthan\b|\bjudge|similar"
    r"|unlike|\binspired|\bif you\b|\bother\b"
    r"|\blike\b|such as|support|\bcode\b|architecture|\bpaper\b|embedding|\bscore"
    r"|\bresults?\b|reward",
    re.IGNORECASE,
)
"""Anywhere: it may be."""
_THING = re.compile(
    r"[\s\w-]{0,30}\b(?:data|datasets?|corpus|format|templates?|paper|tokenizers?|code|"
    r"outputs?|responses?)\b",
    re.IGNORECASE,
)
_DESIGN = re.compile(
    r"[\s\w-]{0,30}\b(?:architectures?|design|framework|codebase|recipe)\b", re.IGNORECASE
)
"""Code travels without weights: `built on the … architecture` is a weak lead."""
_ASIDE = re.compile(
    r"\A\s*(?:,(?:(?!\w+ing\b|\blike\b|\bthan\b|\bunlike\b|\bsuch\b)[^,()A-Z0-9]){1,50},"
    r"|\([^()]{1,50}\)|[–—-][^–—-]{1,50}[–—-])\s"
)
"""`built on, as you guessed, Qwen`."""
_FAR = 160
_LONGEST = 1_000
_CALLED = re.compile(
    r"(?:base|backbone|foundation|parent)(?:[ _-]?(?:model|llm|weights))?", re.IGNORECASE
)


class ProseLeads(LeadReader):
    """A cheap test of one sentence at a time. What names an exact repo is a claim already, and is
    read elsewhere."""

    name = "leads: prose"
    kind = LeadKind.PROSE

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Cards in other languages and of checkpoints, and notes on training, where there is
        room."""
        return further_documents(record)

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """Strong where the name follows the words about the base at once, weak where it is
        elsewhere in such a sentence."""
        further = further_bodies(record, documents)
        for path, blocks, _ in (*card_bodies(record, documents), *further):
            for block, below in zip_longest(blocks, blocks[1:]):
                yield from self._links(record, path, block)
                text, start = _plain(block), 0
                next_text = _plain(below)[:_FAR] if below else ""
                for end in (*(one.end() for one in _SENTENCE.finditer(text)), len(text)):
                    sentence = text[start:end].rstrip()[:_LONGEST]
                    after = text[start + len(sentence) : end + _FAR]
                    start = end
                    for families, is_strong in self._told(sentence, f"{after}\n{next_text}"):
                        place = f"line {block.line}"
                        yield self.lead(
                            record, families, path, place, sentence, is_strong=is_strong
                        )

    def _told(self, sentence: str, behind: str) -> Iterator[tuple[tuple[str, ...], bool]]:
        """The families that a sentence tells, and whether strongly."""
        named = list(family_words(self._registry).all_in(sentence))
        if not named:
            return
        bases, turns = list(_BASE.finditer(sentence)), list(TURNS.finditer(sentence))
        is_other = _OTHER.search(sentence) is not None
        strong: set[tuple[str, ...]] = set()
        for one in named:
            if one.families in strong:
                continue
            right = f"{sentence[one.end :]}{behind}"[: 2 * _FAR]
            if _is_told_abroad(sentence, one) or _is_own_base(sentence, one, right):
                strong.add(one.families)
                yield one.families, True
                continue
            for words in (_nearest(bases, one), _nearest(turns, one)):
                if words is None:
                    continue
                follows = _follows(sentence, words, one)
                if words.re is TURNS and PICKED_FOR.match(sentence, one.end):
                    continue
                tells = follows or (words.re is _BASE and not is_other)
                if tells and _may_tell(sentence, words, one, right):
                    is_strong = follows and not _DESIGN.match(sentence, one.end)
                    strong |= {one.families} if is_strong else set()
                    yield one.families, is_strong
                    break

    def _links(self, record: ModelRecord, path: str, block: Block) -> Iterator[Lead]:
        """A link that is called `Base` and leads to a listed repository, as badges do."""
        for mention in block.mentions:
            if mention.is_link and mention.name.id and _CALLED.fullmatch(mention.label.strip()):
                family = self._registry.family_of(mention.name.id)
                if family is not None and self._registry.is_listed(mention.name.id):
                    place, families = f"line {block.line}", (family.id,)
                    text = f"{mention.label}: {mention.name.id}"
                    yield self.lead(record, families, path, place, text, is_strong=True)


def _is_own_base(sentence: str, named: Named, right: str) -> bool:
    """`better than its base Qwen`, `Qwen in disguise`."""
    left = sentence[max(0, named.start - _FAR) : named.start]
    if _OWN_BASE.search(left):
        return not is_taken_back(right)
    is_told = FOLLOWING.match(sentence, named.end) is not None
    return is_told and standing(left, len(left), right) is not Standing.DENIED


def _is_told_abroad(sentence: str, named: Named) -> bool:
    """In further languages, of whose sentences few or none are read as claims."""
    left = sentence[max(0, named.start - _FAR) : named.start]
    speaks = BEFORE.search(left) or BEHIND.match(sentence, named.end)
    is_thing = THING.match(sentence, named.end)
    return bool(speaks) and not is_thing and not is_denied_abroad(left, sentence[named.end :])


def _nearest(found: Sequence[re.Match[str]], named: Named) -> re.Match[str] | None:
    """The last of the words that end before a name, unless they are far from it."""
    before = [one for one in found if 0 <= named.start - one.end() <= _FAR]
    return before[-1] if before else None


def _may_tell(sentence: str, words: re.Match[str], named: Named, right: str) -> bool:
    """Whether words about a base, and what is around them, deny nothing and speak of this
    model."""
    cut = max(0, named.start - 2 * _FAR)
    left, start, end = sentence[cut : named.start], words.start() - cut, words.end() - cut
    is_purpose = _PURPOSE.search(left[: max(0, start)])
    clause = left[max(0, start) : end] if is_purpose else clause_of(left, end)
    return not _NEVER.search(clause) and Standing.DENIED not in (
        standing(left, max(0, start), right),
        standing(left, end, right),
    )


def _follows(sentence: str, base: re.Match[str], named: Named) -> bool:
    between, after = _ASIDE.sub(" ", sentence[base.end() : named.start]), sentence[named.end :]
    return _BETWEEN.fullmatch(between) is not None and _THING.match(after) is None


def _plain(block: Block) -> str:
    """The text with its links and names in place."""
    return with_names(block, " | ".join(block.cells) if block.cells else block.text)
