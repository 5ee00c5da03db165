"""Base models in the `__metadata__` of a safetensors file: what trainers of image adapters and merge tools leave there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import mapping_of, text_of
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim, Noticed, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

HEAD = 100_000
"""Bytes fetched; `__metadata__` is written first."""
_LONGEST_HEADER = 100_000_000  # the format's own limit
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
)


class SafetensorsMetadata:
    """Reads one file's header, in repos where no configuration tells the same with less."""

    name = "safetensors metadata"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The head of one safetensors file, unless a configuration stands beside it."""
        paths = sorted(
            (entry.path for entry in record.files or ()), key=lambda path: (path.count("/"), path)
        )
        if any(
            path in ("config.json", "adapter_config.json", "model_index.json") for path in paths
        ):
            return ()
        files = [path for path in paths if path.lower().endswith((".safetensors", ".sft"))]
        return tuple(FileRequest(path, 0, HEAD) for path in files[:1])

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims from the keys that are known to name a model."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for request in self.wants(record):
            content = documents.get(request.path)
            if content is not None:
                trace = Trace(record, self.name, request.path, Grade.EMBEDDED)
                held, problem = read_metadata(content)
                claims += _claims(held, trace)
                noticed += [trace.observe(Noticed.UNREADABLE, "header", problem)] if problem else []
                told = ((key, text_of(held.get(key))) for key in _ARCHITECTURE_KEYS)
                noticed += [
                    trace.observe(Noticed.ARCHITECTURE, f"__metadata__.{key}", value)
                    for key, value in told
                    if value
                ]
        return Reading(tuple(claims[:MOST_CLAIMS]), tuple(noticed))


def read_metadata(content: bytes) -> tuple[Mapping[str, Any], str]:
    """`__metadata__` from the first bytes of a file, and what is wrong with the header; the tensors are not looked at."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 9 or not 2 <= size <= _LONGEST_HEADER:
        return {}, f"a header of {size:,} bytes is not one of a safetensors file"
    header = content[8 : 8 + size].decode("utf-8", errors="replace")
    start = header.find('"__metadata__"', 0, 4096)
    brace = header.find("{", start + 14)
    if start < 0 or brace < 0:
        return {}, ""
    try:
        held, _ = json.JSONDecoder().raw_decode(header, brace)
    except (ValueError, RecursionError):
        return {}, "" if size > len(content) - 8 else "its __metadata__ is not JSON"
    return mapping_of(held), ""


def _claims(held: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    relation = relation_by_signs(trace.record)
    if "ss_network_module" in held or "ss_network_dim" in held:
        relation = Relation.ADAPTER
    for key in _KEYS:
        value = text_of(held.get(key))
        if known := _known_file(value):
            yield from _guess(trace, value, known, f"__metadata__.{key}", relation)
        elif value and read_parent_name(value).problem not in ("placeholder", "bare name"):
            yield from trace.claims(value, f"__metadata__.{key}", relation)
    for key in _LISTS:
        for part in text_of(held.get(key))[:10_000].split(","):
            if "/" in part:
                yield from trace.claims(part, f"__metadata__.{key}", Relation.MERGE)
    nested = text_of(held.get("lora_adapter_metadata"))
    if match := re.search(r'"base_model_name_or_path"\s*:\s*"([^"\\]{1,200})"', nested[:50_000]):
        yield from trace.claims(match[1], "__metadata__.lora_adapter_metadata", Relation.ADAPTER)


def _known_file(value: str) -> str | None:
    """The repo that first published a widely copied single-file checkpoint of this name."""
    name = re.sub(
        r"\.(?:safetensors|ckpt)\Z",
        "",
        value.replace("\\", "/").rpartition("/")[2],
        flags=re.IGNORECASE,
    )
    return next(
        (repo for pattern, repo in _KNOWN_FILES if re.fullmatch(pattern, name, re.IGNORECASE)), None
    )


def _guess(
    trace: Trace, value: str, repo: str, location: str, relation: Relation
) -> Iterator[Claim]:
    for claim in trace.claims(repo, location, relation, excerpt=value):
        yield replace(
            claim, value=value[:300], grade=Grade.INFERRED, tentative=True, confidence=0.8
        )
