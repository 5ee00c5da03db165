"""What `config.json` tells, at the root and in folders: where the weights were loaded from, the
models inside it, and the architecture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.named_models import named_models, part_named
from lineage.claims.files.wanted import folder_of, wanted_named
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import Trace
from lineage.claims.words import words
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_LANGUAGE, _VISION, _AUDIO = "language_model", "vision_encoder", "audio_encoder"
_INSIDE = {
    **dict.fromkeys(
        words("text_config llm_config language_config text_model_config llm_cfg thinker_config"),
        _LANGUAGE,
    ),
    **dict.fromkeys(
        words("vision_config vit_config visual vision_tower_config vision_tower_cfg vision_cfg"),
        _VISION,
    ),
    **dict.fromkeys(
        words("audio_config speech_config audio_encoder_config whisper_config speech_tower_cfg"),
        _AUDIO,
    ),
    **dict.fromkeys(words("talker_config tts_config vocoder_config"), "speech_generator"),
    **dict.fromkeys(words("encoder encoder_config"), "encoder"),
    **dict.fromkeys(words("decoder decoder_config generator"), "decoder"),
    "question_encoder": "question_encoder",
    "qformer_config": "q_former",
    "backbone_config": "backbone",
}
"""Keys of configurations inside, and the part that each describes."""
_NAMED = {
    **dict.fromkeys(
        words(
            "mm_vision_tower vision_tower vision_tower_name vision_model_name_or_path "
            "mm_image_tower mm_video_tower"
        ),
        _VISION,
    ),
    **dict.fromkeys(
        words("vision_model_id vision_model_name image_tower vision_encoder vision_backbone"),
        _VISION,
    ),
    **dict.fromkeys(
        words(
            "mm_audio_tower audio_tower speech_encoder mm_speech_tower audio_model_id "
            "audio_encoder whisper_model"
        ),
        _AUDIO,
    ),
    **dict.fromkeys(
        words(
            "text_model_id llm_model_name_or_path llm_model_name language_model_name "
            "llm_path lm_model_id llm"
        ),
        _LANGUAGE,
    ),
    **dict.fromkeys(words("language_model_name_or_path text_model_name"), _LANGUAGE),
    **dict.fromkeys(
        words("draft_model draft_model_name_or_path speculative_model assistant_model"),
        "draft_model",
    ),
    **dict.fromkeys(words("pretrained_llm vlm_llm"), _LANGUAGE),
    **dict.fromkeys(words("pretrained_asr"), _AUDIO),
    **dict.fromkeys(words("mm_image_tower mm_video_tower"), _VISION),
    "tokenizer_name_or_path": "tokenizer",
}
"""Keys that name another repo as a part."""
_WHOLE = (
    "_name_or_path",
    "base_model_name_or_path",
    "base_model",
    "base_model_name",
    "pretrained_model_name_or_path",
)
_TEACHERS = ("teacher_model", "teacher_model_name_or_path", "teacher_name_or_path")
_DEEPEST = 3


class ConfigJson(DocumentReader):
    """Reads every `config.json`; for the architecture alone the Hub's projection of it is
    enough."""

    name = "config.json"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The one at the root, then those in folders, but for those that an index of parts
        lists."""
        found = wanted_named(record, "config.json")
        return tuple(request for request in found if not _is_listed_part(request.path, record))

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims of the whole and of its parts, and the architecture as an observation."""
        record = opened.trace.record
        folder = folder_of(opened.trace.file)
        part = part_named(folder.rpartition("/")[2]) if folder else None
        for content in opened.first:
            relation = Relation.FINETUNE if part else _whole_relation(content, record)
            yield from all_claims(content, opened.trace, relation, part)
            yield from [] if folder else _architecture(content, opened.trace)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """What the files say; where they tell no architecture, what the Hub shows of it."""
        found = super().read(record, documents)
        if found.observations or not record.config:
            return found
        trace = Trace(record, self.name, "api", Grade.EMBEDDED)
        return replace(found, observations=tuple(_architecture(record.config, trace)))


def _is_listed_part(path: str, record: ModelRecord) -> bool:
    """Whether the reader of a pipeline or of sentence transformers reads the file: an index of
    parts is above it."""
    folder = folder_of(path)
    if not folder:
        return False
    above = folder_of(folder)
    prefix = f"{above}/" if above else ""
    return any(
        record.file(prefix + name) is not None for name in ("model_index.json", "modules.json")
    )


def all_claims(
    content: Mapping[str, Any], trace: Trace, relation: Relation, component: str | None = None
) -> list[Claim]:
    """Claims from the keys that configurations are known to have, then from every other key that
    has the form of one."""
    known = list(config_claims(content, trace, relation, component=component))
    listed = {claim.location for claim in known}
    rest = named_models(content, trace, relation, component)
    return [*known, *(claim for claim in rest if claim.location not in listed)]


def _whole_relation(content: Mapping[str, Any], record: ModelRecord) -> Relation:
    relation = relation_by_signs(record)
    quantized = "quantization_config" in content or "quantization" in content
    return Relation.QUANTIZED if quantized and relation is Relation.FINETUNE else relation


def config_claims(
    content: Mapping[str, Any],
    trace: Trace,
    relation: Relation,
    place: str = "",
    component: str | None = None,
    depth: int = 0,
) -> Iterator[Claim]:
    """Claims from a configuration and from those inside it, each with the part that it
    describes."""
    for key in _WHOLE:
        if value := text_of(content.get(key)):
            yield from trace.claims(value, place + key, relation, component=component)
    for key in _TEACHERS:
        if value := text_of(content.get(key)):
            yield from trace.claims(value, place + key, Relation.DISTILLED)
    for key, part in sorted(_NAMED.items()):
        value = text_of(content.get(key))
        if ("/" in value and part != "tokenizer") or (
            part == "tokenizer" and value.count("/") == 1
        ):
            yield from trace.claims(value, place + key, Relation.FINETUNE, component=part)
    if depth < _DEEPEST:
        for key, part in sorted(_INSIDE.items()):
            inner = mapping_of(content.get(key))
            if inner:
                yield from config_claims(
                    inner, trace, Relation.FINETUNE, f"{place}{key}.", component or part, depth + 1
                )


def _architecture(content: Mapping[str, Any], trace: Trace) -> list[Observation]:
    kind = text_of(content.get("model_type"))
    classes = content.get("architectures")
    named = [text_of(name) for name in classes[:3]] if isinstance(classes, list) else []
    text = " ".join(part for part in (kind, *named) if part)
    return (
        [
            trace.observe(
                ObservationKind.ARCHITECTURE, "model_type" if kind else "architectures", text
            )
        ]
        if text
        else []
    )
