"""Base models in the `__metadata__` of a safetensors file: what trainers of image adapters and
merge tools leave there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import bounded, text_of
from lineage.claims.files.named_models import named_models
from lineage.claims.files.salvage import json_keys
from lineage.claims.files.wanted import MOST, spread
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.relation import Grade, Relation
from lineage.core.safetensors import HeaderError, metadata_in

HEAD = 100_000
"""Bytes fetched; `__metadata__` is written first."""
_KEYS = (
    "base_model",
    "base_model_name_or_path",
    "source_model",
    "ss_sd_model_name",
    "ss_base_model",
    "modelspec.base_model",
    "_name_or_path",
)
_LISTS = ("modelspec.merged_from", "sd_merge_models")
_ARCHITECTURE_KEYS = ("modelspec.architecture", "ss_base_model_version")
_KNOWN_FILES = (
    (r"sd_?xl_base_1\.0(?:_0\.9vae)?", "stabilityai/stable-diffusion-xl-base-1.0"),
    (r"v1-5-pruned(?:-emaonly)?(?:-fp16)?", "stable-diffusion-v1-5/stable-diffusion-v1-5"),
    (r"v2-1_768-(?:nonema|ema)-pruned", "stabilityai/stable-diffusion-2-1"),
    (r"flux1-dev(?:-fp8)?", "black-forest-labs/FLUX.1-dev"),
    (r"flux1-schnell(?:-fp8)?", "black-forest-labs/FLUX.1-schnell"),
    (r"sd3_medium(?:_incl_clips.*)?", "stabilityai/stable-diffusion-3-medium"),
    (r"sd3\.5_large", "stabilityai/stable-diffusion-3.5-large"),
    (r"qwen_image_edit_(2\d{3}).*", r"Qwen/Qwen-Image-Edit-\1"),
    (r"qwen_image_edit.*", "Qwen/Qwen-Image-Edit"),
    (r"qwen_image.*", "Qwen/Qwen-Image"),
    (r"wan2\.1_(i2v|t2v)_.*14b.*", "Wan-AI/Wan2.1-T2V-14B"),
    (r"wan2\.2_t2v.*", "Wan-AI/Wan2.2-T2V-A14B"),
    (r"wan2\.2_i2v.*", "Wan-AI/Wan2.2-I2V-A14B"),
    (r"hunyuan_?video.*", "tencent/HunyuanVideo"),
    (r"z_image_turbo.*", "Tongyi-MAI/Z-Image-Turbo"),
)
"""Names under which checkpoints are passed on as single files, without the ending, and who
published them."""
_ARCHITECTURES = (
    (r"flux-?1-dev|flux1|flux-dev", "black-forest-labs/FLUX.1-dev"),
    (r"flux-?1-schnell", "black-forest-labs/FLUX.1-schnell"),
    (r"flux-?1-kontext(?:-dev)?", "black-forest-labs/FLUX.1-Kontext-dev"),
    (r"qwen-image", "Qwen/Qwen-Image"),
    (r"qwen-image-edit(?:-plus)?", "Qwen/Qwen-Image-Edit"),
    (r"wan-?2\.1.*", "Wan-AI/Wan2.1-T2V-14B"),
    (r"wan-?2\.2.*", "Wan-AI/Wan2.2-T2V-A14B"),
    (r"hunyuan-?video", "tencent/HunyuanVideo"),
    (r"hunyuan-?image-2\.1", "tencent/HunyuanImage-2.1"),
    (r"hidream-i1|hidream", "HiDream-ai/HiDream-I1-Full"),
    (r"z-image(?:-turbo)?", "Tongyi-MAI/Z-Image-Turbo"),
    (r"kolors", "Kwai-Kolors/Kolors"),
    (r"cogvideox(?:-5b)?", "zai-org/CogVideoX-5b"),
    (r"ltx-?video|ltxv", "Lightricks/LTX-Video"),
    (r"lumina-image-v2|lumina2", "Alpha-VLLM/Lumina-Image-2.0"),
    (
        r"stable-diffusion-v1(?:-5)?|sd-v1|sd-1\.5|sd1",
        "stable-diffusion-v1-5/stable-diffusion-v1-5",
    ),
    (
        r"stable-diffusion-xl-v1-base|sdxl-base-v1-0|sdxl-1\.0|sdxl",
        "stabilityai/stable-diffusion-xl-base-1.0",
    ),
    (r"stable-diffusion-3(?:-medium)?|sd3", "stabilityai/stable-diffusion-3-medium"),
    (r"stable-diffusion-3\.5-large|sd3\.5-large", "stabilityai/stable-diffusion-3.5-large"),
)
"""What trainers of image and video models write as the architecture, and the model that brought
it."""
_LIBRARY_WEIGHTS = re.compile(
    r"(?:model|adapter_model|pytorch_lora_weights|diffusion_pytorch_model|consolidated|"
    r"sd_?xl)[^/]*\Z",
    re.IGNORECASE,
)
_SHARD = re.compile(r"-(\d{5})-of-\d{5}(?=\.)")
_LORA_TENSORS = (
    "lora_unet",
    "lora_te",
    ".lora_A",
    ".lora_B",
    "lora_down",
    "lora_up",
    "hada_w1",
    "lokr_w1",
)
_LONGEST_NESTED = 50_000


class SafetensorsMetadata:
    """Reads one file's header of every stem and folder; of weights that a library saved beside
    their configuration, one."""

    name = "safetensors metadata"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The heads of files that a person named, then that of the first which is beside its
        configuration."""
        files = [
            entry
            for entry in record.files or ()
            if entry.path.lower().endswith((".safetensors", ".sft"))
        ]
        first: dict[str, FileEntry] = {}
        for entry in sorted(files, key=lambda entry: (entry.path.count("/"), entry.path)):
            first.setdefault(_stem(entry.path), entry)
        own = [entry for entry in first.values() if not _is_library_weights(entry.path, record)]
        saved = [entry for entry in first.values() if _is_library_weights(entry.path, record)]
        chosen = (*spread(own)[:MOST], *spread(saved)[:1])
        return tuple(
            FileRequest(entry.path, 0, HEAD, is_optional=_is_library_weights(entry.path, record))
            for entry in chosen
        )

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from the keys that are known to name a model."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for request in self.wants(record):
            content = documents.get(request.path)
            if content is not None:
                trace = Trace(record, self.name, request.path, Grade.EMBEDDED)
                metadata, problem = read_metadata(content)
                claims += _claims(metadata, trace, _adapts(content))
                if problem and not request.is_optional:
                    noticed.append(trace.observe(ObservationKind.UNREADABLE, "header", problem))
                lines = ((key, text_of(metadata.get(key))) for key in _ARCHITECTURE_KEYS)
                noticed += [
                    trace.observe(ObservationKind.ARCHITECTURE, f"__metadata__.{key}", value)
                    for key, value in lines
                    if value
                ]
        return bounded(record, self.name, claims, noticed)


def _stem(path: str) -> str:
    """A path without shard, step and precision."""
    low = re.sub(
        r"(?<![a-z0-9])(?:bf16|fp?16|fp?32|fp8(?:_e\dm\d\w*)?|q\d\w*)(?![a-z0-9])",
        "",
        _SHARD.sub("", path.lower()),
    )
    return re.sub(r"[-_.]+", "-", re.sub(r"[-_](?:step|epoch|e|s)?-?\d{3,}(?=\.)", "", low))


def _is_library_weights(path: str, record: ModelRecord) -> bool:
    """Whether a library wrote the file beside a configuration that tells more; its header then
    holds a format's mark."""
    folder, _, name = path.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    return bool(_LIBRARY_WEIGHTS.match(name)) and any(
        record.file(prefix + config) is not None
        for config in ("config.json", "adapter_config.json", "model_index.json")
    )


def _adapts(content: bytes) -> bool:
    """Whether the tensors in the header's first part are those of an adapter."""
    head = content[:HEAD]
    return any(name.encode() in head for name in _LORA_TENSORS)


def read_metadata(content: bytes) -> tuple[Mapping[str, Any], str]:
    """`__metadata__` from the first bytes of a file, and what is wrong with the header; the tensors
    are not looked at."""
    try:
        return metadata_in(content), ""
    except HeaderError as problem:
        return {}, str(problem)


def _claims(content: Mapping[str, Any], trace: Trace, adapts: bool) -> Iterator[Claim]:
    relation = relation_by_signs(trace.record)
    if adapts or "ss_network_module" in content or "ss_network_dim" in content:
        relation = Relation.ADAPTER
    if text_of(content.get("modelspec.architecture")).lower().endswith(("/lora", "/lokr", "/loha")):
        relation = Relation.ADAPTER
    for key in _KEYS:
        value = text_of(content.get(key))
        if known := _known_file(value):
            yield from _guess(trace, value, known, f"__metadata__.{key}", relation)
        elif value and read_parent_name(value).problem not in ("placeholder", "bare name"):
            yield from trace.claims(value, f"__metadata__.{key}", relation)
    for key in _LISTS:
        for part in text_of(content.get(key))[:10_000].split(","):
            if "/" in part:
                yield from trace.claims(part, f"__metadata__.{key}", Relation.MERGE)
    yield from _by_architecture(content, trace, relation)
    for key, value in list(content.items())[:500]:
        yield from _nested(key, text_of(value), trace, relation)


def _by_architecture(
    content: Mapping[str, Any], trace: Trace, relation: Relation
) -> Iterator[Claim]:
    """The model that brought the architecture, as a guess; not where the card names one of the same
    line, which is nearer."""
    declared = (
        str(trace.record.card.get("base_model", ""))[:2000].lower()
        + " ".join(trace.record.tags[:200]).lower()
    )
    for key in _ARCHITECTURE_KEYS:
        value = text_of(content.get(key))[:100].lower()
        name = value.partition("/")[0].replace("_", "-").strip()
        line = re.match(r"[a-z]+", name)
        repo = next((repo for form, repo in _ARCHITECTURES if re.fullmatch(form, name)), None)
        if repo and line and line[0] not in declared:
            yield from _guess(trace, value, repo, f"__metadata__.{key}", relation)


def _nested(key: str, value: str, trace: Trace, relation: Relation) -> Iterator[Claim]:
    """Trainers put their whole configuration into one value, as JSON."""
    if not value.startswith("{"):
        return
    if len(value) <= _LONGEST_NESTED:
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            inner = None
        if isinstance(inner, dict):
            yield from named_models({f"__metadata__.{key}": inner}, trace, relation)
            return
    keys, more = json_keys(value[:_LONGEST_NESTED])
    for item in (keys, *more):
        yield from named_models({f"__metadata__.{key}": item}, trace, relation)


def _known_file(value: str) -> str | None:
    """The repo that first published a widely copied single-file checkpoint of this name."""
    name = re.sub(
        r"\.(?:safetensors|ckpt)\Z",
        "",
        value.replace("\\", "/").rpartition("/")[2],
        flags=re.IGNORECASE,
    )
    for pattern, repo in _KNOWN_FILES:
        if match := re.fullmatch(pattern, name[:200], re.IGNORECASE):
            return match.expand(repo)
    return None


def _guess(
    trace: Trace, value: str, repo: str, location: str, relation: Relation
) -> Iterator[Claim]:
    for claim in trace.claims(repo, location, relation, excerpt=value):
        yield replace(
            claim, value=value[:300], grade=Grade.INFERRED, tentative=True, confidence=0.8
        )
