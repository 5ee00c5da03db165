"""Configurations that trainers paste into the card's body: axolotl blocks and mergekit recipes in
fenced code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.card.body import card_bodies
from lineage.claims.card.bounds import within_bound
from lineage.claims.card.broken_recipes import is_broken_recipe, recipe_lines
from lineage.claims.card.markdown import Block, Fence
from lineage.claims.card.merge_commands import merged_by_commands
from lineage.claims.card.prose_cues import COPIED_CARD
from lineage.claims.card.statements import with_names
from lineage.claims.files.mergekit import is_recipe, recipe_claims
from lineage.claims.files.trainer_logs import training_claims
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import looks_quantized
from lineage.claims.trace import Trace
from lineage.claims.words import words
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.guarded_yaml import read_yaml
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_TRAINER_KEYS = words(
    """
    sequence_len micro_batch_size gradient_accumulation_steps num_epochs adapter load_in_4bit
    datasets learning_rate
    """
)
_FEWEST_TRAINER_KEYS = 2
_MOST_FENCES = 40


class EmbeddedBlocks:
    """Reads fenced YAML and merge commands of the README. A tool wrote it, the publisher put it
    there: graded `embedded`."""

    name = "card configuration block"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims with the line on which the block begins."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for path, blocks, fences in card_bodies(record, documents):
            trace = Trace(record, self.name, path, Grade.EMBEDDED)
            telling = [fence for fence in fences if _may_be_configuration(fence)]
            for fence in telling[:_MOST_FENCES]:
                claims += _claims(fence, trace)
            claims += _from_commands(blocks, fences, trace)
            if len(telling) > _MOST_FENCES:
                text = (
                    f"only the first {_MOST_FENCES} of {len(telling)} configuration blocks are read"
                )
                noticed.append(
                    trace.observe(
                        ObservationKind.TRUNCATED, f"line {telling[_MOST_FENCES].line}", text
                    )
                )
            claims, cut = within_bound(claims, trace, "configuration blocks")
            noticed += cut
        return Reading(tuple(claims), tuple(noticed))


def _is_copied(headings: Sequence[str]) -> bool:
    return any(COPIED_CARD.search(title) for title in headings)


def _may_be_configuration(fence: Fence) -> bool:
    is_stated = any(
        sign in fence.text
        for sign in ("base_model", "merge_method", "slices:", "model_name_or_path", "gate_mode")
    )
    is_code = fence.language not in ("", "yaml", "yml", "text", "txt", "plaintext", "bash", "sh")
    return is_stated and not is_code and not _is_copied(fence.headings)


def _claims(fence: Fence, trace: Trace) -> Iterator[Claim]:
    """A converted copy carries its parent's blocks: what they tell is the parent's, and is left to
    the parent's card."""
    if looks_quantized(trace.record):
        return
    reading = read_yaml(fence.text)
    documents = [item for item in reading.documents if isinstance(item, Mapping)]
    if any(is_recipe(item) for item in documents):
        yield from recipe_claims(trace, documents, f"line {fence.line}")
        return
    if is_broken_recipe(fence.text):
        yield from _from_broken_recipe(fence, trace)
        return
    for item in documents:
        if len(_TRAINER_KEYS & set(item)) >= _FEWEST_TRAINER_KEYS:
            yield from training_claims(item, trace, f"line {fence.line}, ")


def _from_broken_recipe(fence: Fence, trace: Trace) -> Iterator[Claim]:
    for number, key, value, method in recipe_lines(fence.text):
        yield from trace.claims(
            value,
            f"line {fence.line + 1 + number}, {key}",
            Relation.MERGE,
            excerpt=f"merge_method: {method}" if method else "",
            confidence=0.9,
        )


def _from_commands(
    blocks: Sequence[Block], fences: Sequence[Fence], trace: Trace
) -> Iterator[Claim]:
    if looks_quantized(trace.record):
        return
    texts = [(fence.line + 1, fence.text) for fence in fences if not _is_copied(fence.headings)] + [
        (block.line, with_names(block, block.text))
        for block in blocks
        if block.mentions and not _is_copied(block.headings)
    ]
    for line, text in texts:
        for number, name in merged_by_commands(text):
            yield from trace.claims(
                name, f"line {line + number}", Relation.MERGE, excerpt="command of a merge tool"
            )
