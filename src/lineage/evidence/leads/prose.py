"""Leads from the card's text: a family named where a base or a start of training is spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.card.body import card_bodies, further_bodies, further_documents
from lineage.claims.card.markdown import Block, Mention
from lineage.claims.interface import FileRequest
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.wordings import BEFORE, BEHIND, THING
from lineage.evidence.leads.words import Named, family_words

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n|(?<=[。！？])")
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
    r"[\s:|*_`(\[‹\-–]*(?:(?:the|an?|our|its|open|open-source|open-weights?|original|"
    r"pre-?trained|base|model|models|weights|checkpoints?"
    r"|of|is|was|from|famous|popular|great|powerful|new|Meta's|Alibaba's|Google's|"
    r"DeepSeek's|Mistral's)[\s:|*_`(\[‹\-–]+){0,6}\Z",
    re.IGNORECASE,
)
_ANOTHER = (
    r"compar|outperform|\bthan\b|\bdata|generated|synthetic|teacher|judge|distil|\bthank"
    r"|similar|unlike|\bnot\b|n['’]t\b|\bnever\b|\bno\b|without|\binspired"
    r"|tokeni[sz]er|template|prompt|\bformat|responses?\b|outputs?\b|\bif you\b|\bother\b"
)
_NEVER = re.compile(_ANOTHER, re.IGNORECASE)
"""Before the words about the base: the sentence is about something else."""
_OTHER = re.compile(
    rf"{_ANOTHER}|benchmark|evaluat|\bversus\b|\bvs\b|generations|acknowledg|licen[cs]e|\balso\b"
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
_FAR = 160
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
            for block in blocks:
                yield from self._links(record, path, block)
                for sentence in _SENTENCE.split(_plain(block)):
                    yield from self._of(record, path, block, sentence[:1_000])

    def _of(self, record: ModelRecord, path: str, block: Block, sentence: str) -> Iterator[Lead]:
        yield from self._abroad(record, path, block, sentence)
        base = _BASE.search(sentence)
        if base is None or _NEVER.search(sentence[: base.end()]):
            return
        is_other = _OTHER.search(sentence) is not None
        named = list(family_words(self._registry).all_in(sentence))
        for one in named:
            if not base.end() <= one.start <= base.end() + _FAR:
                continue
            follows = _follows(sentence, base, one)
            is_design = _DESIGN.match(sentence, one.end) is not None
            if follows or not is_other:
                yield self.lead(
                    record,
                    one.families,
                    path,
                    f"line {block.line}",
                    sentence,
                    is_strong=follows and not is_design,
                )

    def _abroad(
        self, record: ModelRecord, path: str, block: Block, sentence: str
    ) -> Iterator[Lead]:
        """In languages of which no sentence is read as a claim."""
        for one in family_words(self._registry).all_in(sentence):
            speaks = BEFORE.search(sentence[: one.start]) or BEHIND.match(sentence, one.end)
            if speaks and not THING.match(sentence, one.end):
                place = f"line {block.line}"
                yield self.lead(record, one.families, path, place, sentence, is_strong=True)

    def _links(self, record: ModelRecord, path: str, block: Block) -> Iterator[Lead]:
        """A link that is called `Base` and leads to a listed repository, as badges do."""
        for mention in block.mentions:
            if mention.is_link and mention.name.id and _CALLED.fullmatch(mention.label.strip()):
                family = self._registry.family_of(mention.name.id)
                if family is not None and self._registry.is_listed(mention.name.id):
                    place, families = f"line {block.line}", (family.id,)
                    text = f"{mention.label}: {mention.name.id}"
                    yield self.lead(record, families, path, place, text, is_strong=True)


def _follows(sentence: str, base: re.Match[str], named: Named) -> bool:
    between, after = sentence[base.end() : named.start], sentence[named.end :]
    return _BETWEEN.fullmatch(between) is not None and _THING.match(after) is None


def _plain(block: Block) -> str:
    """The text with its links and names in place."""
    text = " | ".join(block.cells) if block.cells else block.text
    names = iter(block.mentions)
    return re.sub(r"‹\d+›", lambda _: _written(next(names, None)), text)


def _written(mention: Mention | None) -> str:
    return (mention.label or mention.written) if mention else ""
