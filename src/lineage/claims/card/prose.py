"""Base models in the sentences, lists and tables of a card, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.claims.card import prose_cues as cues
from lineage.claims.card.body import card_bodies
from lineage.claims.card.bounds import within_bound
from lineage.claims.card.markdown import Block, Mention
from lineage.claims.card.statements import Statement, statements_of
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.known_names import stripped
from lineage.claims.names.relation_signs import looks_quantized, relation_by_signs
from lineage.claims.trace import Trace, declares_base
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.ref import is_repo_id
from lineage.core.relation import Grade, Relation

_COPIES = frozenset({Relation.QUANTIZED, Relation.CONVERSION})
_SHORTEST_NAME = 4
_PLAIN_CONFIDENCE = 0.7


class Prose:
    """Reads the README's body."""

    name = "card prose"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """One claim per parent, from the place that says it most surely."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for path, blocks, _ in card_bodies(record, documents):
            trace = Trace(record, self.name, path, Grade.STATED)
            kept, cut = within_bound(_claims(blocks, trace), trace, "body")
            claims += kept
            noticed += cut
        return Reading(tuple(claims), tuple(noticed))


def _claims(blocks: Sequence[Block], trace: Trace) -> Iterator[Claim]:
    own = own_blocks(blocks)
    found = _surest(statements_of(own, trace), trace)
    if not found and looks_quantized(trace.record):
        # The whole text is under the parent's heading: a sentence about a copy is still this
        # repo's.
        copied = _surest(statements_of(blocks[len(own) :], trace), trace)
        found = [statement for statement in copied if statement.relation in _COPIES][:1]
    statements = _about_the_copy(found, trace.record)
    for statement in statements:
        yield from _of(statement, trace)
    if not statements and not declares_base(trace.record):
        yield from _linked_original(blocks, trace)


def _of(statement: Statement, trace: Trace) -> Iterator[Claim]:
    if statement.mention.is_plain:
        yield from _of_plain(statement, trace)
        return
    for claim in trace.claims(
        statement.mention.written,
        f"line {statement.line}",
        statement.relation,
        excerpt=statement.excerpt,
        confidence=statement.confidence,
        component=statement.component,
    ):
        if claim.problem != "self":
            yield claim


def _of_plain(statement: Statement, trace: Trace) -> Iterator[Claim]:
    """A name without its organisation: followed only where the one repo that it tells exists."""
    for claim in trace.claims(
        statement.mention.name.guesses[0],
        f"line {statement.line}",
        statement.relation,
        excerpt=statement.excerpt,
        component=statement.component,
    ):
        if claim.parent:
            yield replace(
                claim,
                value=statement.mention.written,
                grade=Grade.INFERRED,
                tentative=True,
                confidence=min(_PLAIN_CONFIDENCE, statement.confidence),
            )


def own_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks up to the point where a copied card of the parent begins."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind == "heading" and cues.COPIED_CARD.search(block.text) and not block.mentions:
            break
        kept.append(block)
    return kept


def _surest(statements: Iterable[Statement], trace: Trace) -> list[Statement]:
    """One statement for each parent; a plain name is dropped where its id is stated or declared
    too."""
    best: dict[tuple[str, str | None], Statement] = {}
    for statement in statements:
        key = (_named(statement.mention).lower(), statement.component)
        value = best.get(key)
        if not trace.is_own(key[0]) and (value is None or statement.confidence > value.confidence):
            best[key] = statement
    known = {
        _tail(statement.mention.name.id) for statement in best.values() if statement.mention.name.id
    }
    known |= {_tail(repo) for repo in _declared(trace.record)} | {_tail(trace.record.id)}
    kept = [
        statement
        for statement in best.values()
        if not statement.mention.is_plain or _tail(_named(statement.mention)) not in known
    ]
    return sorted(kept, key=lambda statement: statement.line)


def _named(mention: Mention) -> str:
    return mention.name.id or (mention.name.guesses[0] if mention.is_plain else mention.written)


def _tail(repo: str) -> str:
    return stripped(repo.rpartition("/")[2]).lower()


def _declared(record: ModelRecord) -> Iterator[str]:
    listed = record.card.get("base_model")
    values = listed[:50] if isinstance(listed, (list, tuple)) else [listed]
    yield from (value for value in values if isinstance(value, str))
    yield from (tag.rpartition(":")[2] for tag in record.tags if tag.startswith("base_model:"))


def _about_the_copy(statements: list[Statement], record: ModelRecord) -> list[Statement]:
    """A quantized copy carries its parent's words: where it names what it was made from, the rest
    is about that."""
    copied = [statement for statement in statements if statement.relation in _COPIES]
    if copied and (
        looks_quantized(record)
        or any(statement.relation is Relation.CONVERSION for statement in copied)
    ):
        return copied
    return statements


def _linked_original(blocks: Sequence[Block], trace: Trace) -> Iterator[Claim]:
    """A link to a repo whose name is this one's, or begins with it: most often what this one was
    converted from."""
    own = _squeezed(stripped(trace.record.id.rpartition("/")[2]))
    if len(own) < _SHORTEST_NAME:
        return
    for block in blocks:
        for mention in block.mentions:
            repo = mention.name.id
            if (
                repo
                and "/" in repo
                and mention.is_link
                and is_repo_id(repo)
                and not trace.is_own(repo)
                and _squeezed(repo.rpartition("/")[2]).startswith(own)
                and repo.partition("/")[0].lower() != trace.record.id.partition("/")[0].lower()
            ):
                for claim in trace.claims(
                    repo,
                    f"line {block.line}",
                    relation_by_signs(trace.record),
                    excerpt=mention.label,
                ):
                    yield replace(claim, grade=Grade.INFERRED, tentative=True, confidence=0.6)
                return


def _squeezed(text: str) -> str:
    return "".join(char for char in text.lower() if char.isascii() and char.isalnum())
