"""Facts that a local model's own files show: what its card and
config say, and how many weights it has."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lineage.core.errors import ReadError
from lineage.core.record import FileEntry

ReadFile = Callable[[str, int, int | None], bytes]

_MAX_JSON = 4 << 20
_MAX_HEADER = 32 << 20
"""Bytes of safetensors headers that are read to count weights, all shards together."""
_MAX_SHARDS = 400
_SHARD = re.compile(r"(?P<stem>.*)-(?P<n>\d{5})-of-(?P<of>\d{5})\.safetensors\Z")
_WHOLE = ("model.safetensors", "adapter_model.safetensors")
_PROJECTED = ("architectures", "model_type", "auto_map", "quantization_config")


def project_config(read: ReadFile, paths: Sequence[str]) -> dict[str, Any]:
    """The keys of config.json and adapter_config.json that the
    Hub shows of them, in the Hub's form."""
    config = _json(read, "config.json") if "config.json" in paths else {}
    found = {key: config[key] for key in _PROJECTED if key in config}
    adapter = _json(read, "adapter_config.json") if "adapter_config.json" in paths else {}
    if peft := {
        key: adapter[key]
        for key in ("base_model_name_or_path", "task_type")
        if isinstance(adapter.get(key), str)
    }:
        found["peft"] = peft
    return found


def _json(read: ReadFile, path: str) -> Mapping[str, Any]:
    try:
        value = json.loads(read(path, 0, _MAX_JSON))
    except (ReadError, ValueError, RecursionError):
        # the readers of `claims` read the file themselves and report what is wrong with it
        return {}
    return value if isinstance(value, dict) else {}


def count_parameters(read: ReadFile, files: Sequence[FileEntry]) -> int | None:
    """Weights over all shards, from the safetensors headers; None where
    no one set of shards is plainly the model."""
    shards = _shards(files)
    total, budget = 0, _MAX_HEADER
    for shard in shards:
        counted = _count(read, shard, budget)
        if counted is None:
            return None
        total, budget = total + counted[0], budget - counted[1]
    return total if shards else None


def _shards(files: Sequence[FileEntry]) -> list[FileEntry]:
    top = {f.path: f for f in files if "/" not in f.path and f.path.endswith(".safetensors")}
    whole = [top[name] for name in _WHOLE if name in top]
    if whole:
        return whole[:1]
    sets: dict[tuple[str, int], list[FileEntry]] = {}
    for path, entry in sorted(top.items()):
        if found := _SHARD.match(path):
            sets.setdefault((found["stem"], int(found["of"])), []).append(entry)
    complete = [found for (_, of), found in sets.items() if len(found) == of <= _MAX_SHARDS]
    if len(complete) == 1 and len(sets) == 1:
        return complete[0]
    return list(top.values()) if len(top) == 1 and not sets else []


def _count(read: ReadFile, shard: FileEntry, budget: int) -> tuple[int, int] | None:
    """Weights in one file and the header bytes that it took to know."""
    try:
        length = int.from_bytes(read(shard.path, 0, 8), "little")
        if not 2 <= length <= min(budget, (shard.size or 0) - 8):
            return None
        header = json.loads(read(shard.path, 8, 8 + length))
        tensors = [entry for name, entry in header.items() if name != "__metadata__"]
        return sum(_product(entry["shape"]) for entry in tensors), length
    except (ReadError, ValueError, RecursionError, AttributeError, KeyError, TypeError):
        return None


def _product(shape: Any) -> int:
    if (
        not isinstance(shape, list)
        or len(shape) > 32
        or not all(type(n) is int and 0 <= n < 1 << 48 for n in shape)
    ):
        raise ValueError("no shape of a tensor")
    return math.prod(shape)
