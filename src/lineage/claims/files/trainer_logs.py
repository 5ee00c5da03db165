"""Base models in what trainers leave behind: axolotl, LLaMA-Factory, AutoTrain, ms-swift and the Trainer's own state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import mapping_of, open_all, text_of
from lineage.claims.files.mergekit import is_recipe
from lineage.claims.files.wanted import wanted, wanted_where
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_JSON = (
    "training_params.json",
    "args.json",
    "sft_args.json",
    "training_args.json",
    "train_config.json",
    "training_config.json",
    "trainer_state.json",
)
_BASE = (
    "base_model",
    "model_name_or_path",
    "pretrained_model_name_or_path",
    "base_model_name_or_path",
    "model_id_or_path",
    "base_model_name",
)
_MAYBE = (
    "model",
    "model_id",
    "model_name",
    "model_path",
    "base_model_id",
    "pretrained_model",
    "init_checkpoint",
    "load_from",
)
_TEACHERS = ("teacher_model_name_or_path", "teacher_model", "teacher_name_or_path")
_ADAPTED = ("adapter_name_or_path", "lora_model_dir", "resume_from_checkpoint")
_SECTIONS = (
    "model",
    "model_args",
    "model_arguments",
    "top",
    "training",
    "train",
    "sft",
    "config",
    "args",
    "base",
)
_LARGEST_YAML = 100_000


class TrainerLogs:
    """Reads a training configuration: the model that training started from."""

    name = "trainer logs"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """At most two training configurations and one log."""
        recipes = wanted_where(record, _may_be_training, most=2)
        return (*recipes, *wanted(record, *_JSON)[:1])

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from the keys under which trainers keep the starting point."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for opened in open_all(self.name, record, documents, self.wants(record)):
            noticed += opened.trouble
            for held in opened.objects[:3]:
                if not is_recipe(held):
                    claims += training_claims(held, opened.trace)
        return Reading(tuple(dict.fromkeys(claims))[:MOST_CLAIMS], tuple(noticed))


def _may_be_training(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    named = any(
        word in name
        for word in (
            "axolotl",
            "train",
            "llamaboard",
            "sft",
            "dpo",
            "lora",
            "config",
            "recipe",
            "args",
            "hparams",
        )
    )
    return (
        name.endswith((".yml", ".yaml"))
        and named
        and "merge" not in name
        and path.count("/") < 2
        and not path.startswith(".")
    )


def training_claims(
    held: Mapping[str, Any], trace: Trace, place: str = "", depth: int = 0
) -> Iterator[Claim]:
    """Claims from one training configuration and the sections inside it."""
    relation = _relation(held, trace)
    for key in _BASE:
        yield from trace.claims(text_of(held.get(key)), place + key, relation)
    for key in _MAYBE:
        # Such keys also hold a class or a size; only what names a repo counts.
        value = text_of(held.get(key))
        if value and (read_parent_name(value).id or "/" in value):
            yield from trace.claims(value, place + key, relation)
    for key in _TEACHERS:
        yield from trace.claims(text_of(held.get(key)), place + key, Relation.DISTILLED)
    for key in _ADAPTED:
        value = text_of(held.get(key))
        if read_parent_name(value).id:
            yield from trace.claims(value, place + key, Relation.ADAPTER)
    if depth < 2:
        for key in _SECTIONS:
            if inner := mapping_of(held.get(key)):
                yield from training_claims(inner, trace, f"{place}{key}.", depth + 1)


def _relation(held: Mapping[str, Any], trace: Trace) -> Relation:
    """An adapter was trained where the configuration says so and the repo holds one; merged into the weights it is a finetune."""
    relation = relation_by_signs(trace.record)
    trained = (
        text_of(held.get("adapter"))
        or text_of(held.get("finetuning_type"))
        or text_of(held.get("train_type"))
    )
    whole = bool(trace.record.file("config.json"))
    return (
        Relation.ADAPTER if trained.lower() in ("lora", "qlora", "dora") and not whole else relation
    )
