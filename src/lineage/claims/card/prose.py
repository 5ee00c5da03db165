"""Base models in the sentences, lists and tables of a card, each with its line; and what the card says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lineage.claims.card import prose_cues as cues
from lineage.claims.card.body import card_bodies
from lineage.claims.card.markdown import Block, Mention
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.known_names import family_guess, legacy_repo
from lineage.claims.names.relation_signs import looks_quantized
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bv\d)[.!?]+\s+(?=[A-Z‹(\[\"'“*#\d-])|[。！？；]|\n\s*\n|;\s|•"
)
_MENTION = re.compile(r"‹(\d{1,4})›")
_CHAIN = re.compile(
    r"[\s)\"'”’]*(?:,|and|&|\+|with|/|、|和|与|및|と)?\s*(?:,|and|&|\+|with|、|和|与)?\s*(?:the\s+|a\s+)?[\s(\"'“]*\Z",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"[\s(\"'“]*([A-Za-z][\w.]*(?:-[\w.]+)+)")
_LONGEST_LEFT = 260
_COPIES = frozenset({Relation.QUANTIZED, Relation.CONVERSION})


@dataclass(frozen=True)
class Statement:
    """One place that says where the model comes from."""

    line: int
    mention: Mention
    relation: Relation
    confidence: float
    excerpt: str
    component: str | None = None


class Prose:
    """Reads the README's body."""

    name = "card prose"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim per parent, from the place that says it most surely."""
        claims: list[Claim] = []
        for path, blocks, _ in card_bodies(record, documents):
            claims += _claims(blocks, Trace(record, self.name, path, Grade.STATED))
        return Reading(tuple(claims[:MOST_CLAIMS]))


def _claims(blocks: Sequence[Block], trace: Trace) -> Iterator[Claim]:
    blocks = own_blocks(blocks)
    statements = _about_the_copy(_surest(_statements(blocks, trace), trace), trace.record)
    for said in statements:
        for claim in trace.claims(
            said.mention.written,
            f"line {said.line}",
            said.relation,
            excerpt=said.excerpt,
            confidence=said.confidence,
            component=said.component,
        ):
            if claim.problem != "self":
                yield claim
    if not statements:
        yield from _hints(blocks, trace)


def own_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks up to the point where a copied card of the parent begins."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind == "heading" and cues.COPIED_CARD.search(block.text) and not block.mentions:
            break
        kept.append(block)
    return kept


def _surest(statements: Iterable[Statement], trace: Trace) -> list[Statement]:
    best: dict[tuple[str, str | None], Statement] = {}
    for said in statements:
        key = ((said.mention.name.id or said.mention.written).lower(), said.component)
        held = best.get(key)
        if (said.mention.name.id is None or not trace.is_self(said.mention.name.id)) and (
            held is None or said.confidence > held.confidence
        ):
            best[key] = said
    return sorted(best.values(), key=lambda said: said.line)


def _about_the_copy(statements: list[Statement], record: ModelRecord) -> list[Statement]:
    """A quantized copy carries its parent's words: where it names what it was made from, the rest is about that."""
    copied = [said for said in statements if said.relation in _COPIES]
    if copied and (
        looks_quantized(record) or any(said.relation is Relation.CONVERSION for said in copied)
    ):
        return copied
    return statements


def _statements(blocks: Sequence[Block], trace: Trace) -> Iterator[Statement]:
    listing: Relation | None = None
    header: tuple[str, ...] = ()
    for block in blocks:
        header = (header or block.cells) if block.kind == "row" else ()
        if block.kind == "row":
            yield from _in_row(block, header, trace)
        elif listing and block.kind == "item":
            yield from _listed(block, listing)
        else:
            yield from _in_text(block, trace.record)
            listing = _introduced(block)


def _introduced(block: Block) -> Relation | None:
    """What the items below a line are, if it says so: `models were included in the merge:`, `Base models:`."""
    if block.kind == "heading":
        return (
            Relation.MERGE
            if re.search(r"\bmodels merged\b|\bmerged models\b", block.text, re.IGNORECASE)
            else None
        )
    if cues.LIST_INTRO.search(block.text) and cues.MERGE_WORD.search(block.text):
        return Relation.MERGE
    last = block.text.rstrip().rpartition("\n")[2]
    alone = (
        not block.mentions and len(last) < 80 and cues.LABEL.fullmatch(last.rstrip(" :：") + ":")
    )
    return _label_relation(last) if alone else None


def _listed(block: Block, relation: Relation) -> Iterator[Statement]:
    """The first name of an item below such a line."""
    first = _MENTION.search(block.text[:200])
    if first:
        yield Statement(block.line, block.mentions[int(first[1])], relation, 0.97, _shown(block))


def _in_row(block: Block, header: tuple[str, ...], trace: Trace) -> Iterator[Statement]:
    """`| Base model | X |`, or a column `Base model` in the row of this very model."""
    if (
        len(block.cells) >= 2
        and (label := cues.LABEL.match(block.cells[0] + ":"))
        and label.end() >= len(block.cells[0])
    ):
        yield from _valued(block, block.cells[1], block.cells[0])
        return
    column = next(
        (n for n, cell in enumerate(header) if cues.LABEL.fullmatch(cell.strip() + ":")), None
    )
    if column is None or column == 0 or column >= len(block.cells) or block.cells is header:
        return
    own = _squeezed(trace.record.id.rpartition("/")[2])
    row_name = _MENTION.sub(
        lambda found: block.mentions[int(found[1])].label or block.mentions[int(found[1])].written,
        block.cells[0],
    )
    if own and _squeezed(row_name.rpartition("/")[2]) == own:
        yield from _valued(block, block.cells[column], header[column])


def _valued(block: Block, value: str, label: str) -> Iterator[Statement]:
    for found in list(_MENTION.finditer(value))[:1]:
        yield Statement(
            block.line, block.mentions[int(found[1])], _label_relation(label), 0.95, _shown(block)
        )


def _in_text(block: Block, record: ModelRecord) -> Iterator[Statement]:
    titled = (
        block.kind != "heading"
        and block.headings
        and cues.LABEL.fullmatch(block.headings[-1].rstrip(": ") + ":")
    )
    chain: tuple[int, cues.Cue] | None = None
    for found in _MENTION.finditer(block.text):
        mention = block.mentions[int(found[1])]
        line = block.line + block.text.count("\n", 0, found.start())
        right = block.text[found.end() : found.end() + 80]
        under = (
            block.headings[-1]
            if titled and not block.text[: found.start()].strip("- ([*")
            else None
        )
        label = _label(block.text, found.start(), right) or under
        if label:
            relation = (
                _made(record) if cues.QUANTIZED_LABEL.match(label) else _label_relation(label)
            )
            yield Statement(line, mention, relation, 0.97, _shown(block, found.start()))
            chain = (found.end(), _LABEL_CUE)
            continue
        start = max(_sentence_start(block.text, found.start()), found.start() - _LONGEST_LEFT)
        left = block.text[start : found.start()]
        cue = _cue(left, right, mention, _speaks_of_others(block))
        if (
            cue is None
            and chain
            and chain[1].lists
            and _CHAIN.match(block.text[chain[0] : found.start()])
        ):
            cue = chain[1]
        chain = (found.end(), cue) if cue else None
        if cue and not _is_data(mention):
            yield Statement(
                line,
                mention,
                cue.relation or _made(record),
                cue.confidence,
                _shown(block, found.start()),
                _component(left, cue),
            )


def _label(text: str, position: int, right: str) -> str | None:
    """The key of `Base model: ‹0›` where it is the first thing on the name's line."""
    start = text.rfind("\n", 0, position) + 1
    label = cues.LABEL.match(text, start, position)
    between = text[label.end() : position] if label else ""
    is_value = label is not None and not re.sub(r"\[[^\[\]]{0,80}\]", "", between).strip(" ([\"'-")
    return label[0] if label and is_value and not cues.NOT_A_MODEL_AFTER.match(right) else None


def _speaks_of_others(block: Block) -> bool:
    return block.kind != "heading" and any(
        cues.ABOUT_OTHERS.search(title) for title in block.headings[-1:]
    )


def _is_data(mention: Mention) -> bool:
    return "dataset" in mention.written.lower() or "dataset" in mention.label.lower()


_LABEL_CUE = cues.Cue("label", re.compile(""), None, 0.97, True)


def _cue(left: str, right: str, mention: Mention, other_section: bool) -> cues.Cue | None:
    """The cue that makes the name a parent, unless the sentence says otherwise."""
    if cues.NOT_A_MODEL_AFTER.match(right):
        return None
    for cue in cues.BEFORE:
        match = cue.pattern.search(left)
        if match and (mention.is_link or not cue.links_only):
            return cue if _holds(cue, left[: match.start()], left, other_section) else None
    if cues.DATA_GENERATED.search(left) and not cues.NOT_SAID.search(left):
        return _DATA
    for cue in cues.AFTER:
        if cue.pattern.match(right):
            return cue if _holds(cue, left, left, other_section) else None
    return None


def _holds(cue: cues.Cue, said_before: str, left: str, other_section: bool) -> bool:
    return cue.anywhere or not (
        cues.NOT_SAID.search(said_before) or (other_section and not _about_this(left))
    )


_DATA = cues.Cue("generated data", re.compile(""), Relation.DISTILLED, 0.7)


def _about_this(left: str) -> bool:
    return bool(
        re.search(
            r"\bthis (?:model|repo|repository|adapter|checkpoint|is)\b|本模型|このモデル|이 모델",
            left,
            re.IGNORECASE,
        )
    )


def _component(left: str, cue: cues.Cue) -> str | None:
    if cue.relation is Relation.DISTILLED:
        return None
    near = left[-140:]
    return next((part for pattern, part in cues.COMPONENTS if pattern.search(near)), None)


def _made(record: ModelRecord) -> Relation:
    """What a copy is: quantized where anything shows it, else another format of the same weights."""
    return Relation.QUANTIZED if looks_quantized(record) else Relation.CONVERSION


def _label_relation(label: str) -> Relation:
    return Relation.DISTILLED if cues.TEACHER_LABEL.match(label) else Relation.FINETUNE


def _sentence_start(text: str, position: int) -> int:
    ends = [
        found.end()
        for found in _SENTENCE_END.finditer(text, max(0, position - 2 * _LONGEST_LEFT), position)
    ]
    return ends[-1] if ends else max(0, position - 2 * _LONGEST_LEFT)


def _shown(block: Block, around: int = 0) -> str:
    """The text around a place, with the names put back."""
    part = block.text[max(0, around - 120) : around + 80]
    return _MENTION.sub(
        lambda found: (
            (block.mentions[int(found[1])].label or block.mentions[int(found[1])].written)
            if int(found[1]) < len(block.mentions)
            else ""
        ),
        part,
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _hints(blocks: Sequence[Block], trace: Trace) -> Iterator[Claim]:
    """A name in plain words behind a sure phrase: followed only where it maps exactly to a repo that exists."""
    seen: set[str] = set()
    for block in blocks:
        if block.kind in ("heading", "row") or len(seen) > 3:
            continue
        label = cues.LABEL.match(block.text)
        ends = [label.end()] if label else []
        ends += [found.end() for found in _PLAIN_CUE.finditer(block.text)]
        for end in ends:
            match = _PLAIN_NAME.match(block.text, end)
            repo = _exact(match[1].rstrip(".-")) if match else None
            left = block.text[max(_sentence_start(block.text, end), end - _LONGEST_LEFT) : end]
            if (
                match
                and repo
                and repo not in seen
                and not cues.NOT_SAID.search(left)
                and not cues.NOT_A_MODEL_AFTER.match(block.text[match.end() : match.end() + 40])
            ):
                seen.add(repo)
                line = block.line + block.text.count("\n", 0, end)
                for claim in trace.claims(
                    repo, f"line {line}", Relation.FINETUNE, excerpt=_shown(block, end)
                ):
                    if claim.parent:
                        yield replace(
                            claim,
                            value=match[1],
                            grade=Grade.INFERRED,
                            tentative=True,
                            confidence=0.5,
                        )


_PLAIN_CUE = re.compile(
    r"\b(?:fine-?tuned|finetuned)(?: version| variant| model)?(?: of| from| on top of)(?: the| a)?(?: pre-?trained)?\s"
    r"|\bbased on(?: the)?(?: pre-?trained)?\s"
    r"|\bquantized version of(?: the)?\s|基于\s?",
    re.IGNORECASE,
)


def _exact(name: str) -> str | None:
    """The repo of a plain name: a legacy one, or a family's with its version and size spelled out."""
    legacy = legacy_repo(name)
    if legacy:
        return legacy
    return family_guess(name) if name.count("-") >= 2 and re.search(r"\d[bBmM]\b", name) else None
