"""Base models in what trainers leave behind: axolotl, LLaMA-Factory, torchtune, NeMo, AutoTrain,
ms-swift, unsloth and scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.mergekit import is_recipe
from lineage.claims.files.named_models import named_models
from lineage.claims.files.wanted import is_of_tools, wanted_where
from lineage.claims.interface import FileRequest
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_JSON_WORDS = ("train", "args", "params", "hparams", "sft", "dpo", "axolotl", "finetun", "swift")
_YAML_WORDS = (
    *_JSON_WORDS,
    *("llamaboard", "lora", "conf", "recipe", "model", "hyper", "tune", "experiment", "cfg"),
    *("policy", "voice", "speech", "llm", "exp"),
)
_NOT_TRAINING = (
    "conda",
    "environment",
    "docker",
    "compose",
    "merge",
    "mkdocs",
    "workflow",
    "pre-commit",
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


class TrainerLogs(DocumentReader):
    """Reads a training configuration: the model that training started from."""

    name = "trainer logs"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Every training configuration and log of arguments, in any folder."""
        return wanted_where(record, _may_be_training)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from the keys under which trainers keep the starting point."""
        for content in (*opened.objects[:3], *opened.hidden):
            if not is_recipe(content):
                known = list(training_claims(content, opened.trace))
                listed = {claim.location for claim in known}
                rest = named_models(content, opened.trace, _relation(content, opened.trace))
                yield from [*known, *(c for c in rest if c.location not in listed)]


def _may_be_training(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    if is_of_tools(path) or any(word in name for word in _NOT_TRAINING):
        return False
    if name.endswith((".yml", ".yaml", ".toml")) and name != "pyproject.toml":
        return any(word in path.lower() for word in _YAML_WORDS)
    # The Trainer's state is a log of numbers; what it names are folders.
    return (
        name.endswith(".json")
        and name != "trainer_state.json"
        and any(word in name for word in _JSON_WORDS)
        and "tokenizer" not in name
    )


def training_claims(
    content: Mapping[str, Any], trace: Trace, place: str = "", depth: int = 0
) -> Iterator[Claim]:
    """Claims from one training configuration and the sections inside it."""
    relation = _relation(content, trace)
    for key in _BASE:
        yield from trace.claims(text_of(content.get(key)), place + key, relation)
    for key in _MAYBE:
        # Such keys also hold a class or a size; only what names a repo counts.
        value = text_of(content.get(key))
        if value and (read_parent_name(value).id or "/" in value):
            yield from trace.claims(value, place + key, relation)
    for key in _TEACHERS:
        yield from trace.claims(text_of(content.get(key)), place + key, Relation.DISTILLED)
    for key in _ADAPTED:
        value = text_of(content.get(key))
        if read_parent_name(value).id:
            yield from trace.claims(value, place + key, Relation.ADAPTER)
    if depth < 2:
        for key in _SECTIONS:
            if inner := mapping_of(content.get(key)):
                yield from training_claims(inner, trace, f"{place}{key}.", depth + 1)


def _relation(content: Mapping[str, Any], trace: Trace) -> Relation:
    """An adapter was trained where the configuration says so and the repo holds one; merged into
    the weights it is a finetune."""
    relation = relation_by_signs(trace.record)
    trained = (
        text_of(content.get("adapter"))
        or text_of(content.get("finetuning_type"))
        or text_of(content.get("train_type"))
    )
    whole = bool(trace.record.file("config.json"))
    return (
        Relation.ADAPTER if trained.lower() in ("lora", "qlora", "dora") and not whole else relation
    )
