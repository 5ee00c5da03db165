"""Configurations that trainers paste into the card's body: axolotl blocks and mergekit recipes in fenced code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.card.body import card_bodies
from lineage.claims.card.markdown import Fence
from lineage.claims.card.prose_cues import COPIED_CARD
from lineage.claims.files.mergekit import is_recipe, recipe_claims
from lineage.claims.files.trainer_logs import training_claims
from lineage.claims.files.wanted import wanted_card
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import looks_quantized
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.claims.words import words
from lineage.core.claim import Claim
from lineage.core.guarded_yaml import read_yaml
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade

_TRAINER_KEYS = words(
    """
    sequence_len micro_batch_size gradient_accumulation_steps num_epochs adapter load_in_4bit datasets learning_rate
    """
)
_FEWEST_TRAINER_KEYS = 2
_MOST_FENCES = 40


class EmbeddedBlocks:
    """Reads fenced YAML of the README. A tool wrote it, the publisher put it there: graded `embedded`."""

    name = "card configuration block"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The README."""
        return wanted_card(record)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims with the line on which the block begins."""
        claims: list[Claim] = []
        for path, _, fences in card_bodies(record, documents):
            trace = Trace(record, self.name, path, Grade.EMBEDDED)
            for fence in [fence for fence in fences if _may_be_configuration(fence)][:_MOST_FENCES]:
                claims += _claims(fence, trace)
        return Reading(tuple(claims[:MOST_CLAIMS]))


def _may_be_configuration(fence: Fence) -> bool:
    copied = any(COPIED_CARD.search(title) for title in fence.headings)
    told = (
        "base_model" in fence.text
        or "merge_method" in fence.text
        or "slices:" in fence.text
        or "model_name_or_path" in fence.text
    )
    return told and not copied and fence.language in ("", "yaml", "yml")


def _claims(fence: Fence, trace: Trace) -> Iterator[Claim]:
    """A converted copy carries its parent's blocks: what they tell is the parent's, and is left to the parent's card."""
    if looks_quantized(trace.record):
        return
    documents = [held for held in read_yaml(fence.text).documents if isinstance(held, Mapping)]
    if any(is_recipe(held) for held in documents):
        yield from recipe_claims(trace, documents, f"line {fence.line}")
        return
    for held in documents:
        if len(_TRAINER_KEYS & set(held)) >= _FEWEST_TRAINER_KEYS:
            yield from training_claims(held, trace, f"line {fence.line}, ")
