"""From a model's file list to its tensors: which files to open, in
which format, and why nothing can be opened."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lineage.core.config import text_config
from lineage.core.errors import ReadError, UsageError
from lineage.core.record import FileEntry, ModelRecord
from lineage.fingerprint.formats.gguf import GgufFile, open_gguf
from lineage.fingerprint.formats.onnx import open_onnx
from lineage.fingerprint.formats.safetensors import open_safetensors
from lineage.fingerprint.formats.torch_zip import open_torch_zip
from lineage.fingerprint.ranges import ByteRanges, RefusedError, Tally
from lineage.fingerprint.sharded import ShardedFile, shards_of
from lineage.fingerprint.tensors import WeightFile
from lineage.sources.interface import Source

ReadFile = Callable[[str, int, int], bytes]
"""Bytes of one named file of a model, from the first offset up to the second."""

_UNKNOWN_SIZE = 2**50
"""Used where a file list has no sizes: header checks against the
size are then void, reads still are bounded."""
_MAX_CONFIG = 2**20
_MAX_INDEX = 16 * 2**20
_NOT_WEIGHTS = re.compile(
    r"(?:^|/)(?:adapter_|lora|pytorch_lora|optimizer|scheduler|training_args|rng_state|"
    r"random_states|scaler|mmproj|trainer_|vocab|tokenizer)",
    re.IGNORECASE,
)
_KINDS = (".safetensors", ".bin", ".pth", ".pt", ".gguf", ".onnx")
_UNSUPPORTED = (
    ".h5",
    ".msgpack",
    ".npz",
    ".ckpt",
    ".tflite",
    ".mlmodel",
    ".nemo",
    ".llamafile",
    ".pdparams",
    ".ot",
    ".mlpackage",
)
# Where one repo holds many GGUF files, rows are best read from
# the least quantized; norms are F32 in all.
_GGUF_ORDER = (
    "f32",
    "f16",
    "bf16",
    "q8_0",
    "q6_k",
    "q5_k_m",
    "q5_k_s",
    "q5_0",
    "q4_k_m",
    "q4_k_s",
    "q4_0",
    "q4_1",
)


class NotTestableError(RefusedError):
    """Nothing in this model can be compared; the message is the reason that the report shows."""


@dataclass(frozen=True)
class Files:
    """What a model consists of, wherever it lies."""

    label: str
    entries: tuple[FileEntry, ...]
    read: ReadFile
    config: Mapping[str, Any] = field(default_factory=dict)
    """The source's projection of config.json, used where the file itself is missing."""
    only: str | None = None
    """The one weights file that was asked for, where others lie beside it."""


@dataclass(frozen=True)
class OpenedWeights:
    """A model's tensors and what was learnt while opening it."""

    label: str
    weights: WeightFile
    format: str
    """`safetensors`, `gguf`, `pytorch` or `onnx`."""
    files: tuple[FileEntry, ...]
    """The weights files that the tensors come from; of a
    sharded model, those named by its index."""
    config: Mapping[str, Any]
    tally: Tally

    @property
    def model_type(self) -> str:
        """As config.json or the GGUF header names the architecture; empty where neither does."""
        return str(
            text_config(self.config).get("model_type")
            or self.config.get("model_type")
            or self.config.get("general.architecture")
            or ""
        )


def files_of_record(record: ModelRecord, source: Source) -> Files:
    """A fetched record's files, read through its source.

    Raises NotTestableError where there is no file list.
    """
    if record.files is None:
        raise NotTestableError(
            f"{record.id}: the source has no file list, so its weights cannot be read.",
            "Ask the hub, or point at a local copy.",
        )
    return Files(record.id, record.files, partial(source.read, record), record.config)


def files_of_path(path: Path) -> Files:
    """A local folder (two levels deep) or a single weights file.

    Raises UsageError where there is neither.
    """
    if path.is_file():
        beside = tuple(
            FileEntry(p.name, p.stat().st_size)
            for p in sorted(path.parent.iterdir())
            if p.is_file()
        )
        return Files(str(path), beside, partial(_read_local, path.parent), only=path.name)
    if not path.is_dir():
        raise UsageError(f"{path} is neither a file nor a folder.")
    found = [p for p in (*path.glob("*"), *path.glob("*/*")) if p.is_file()]
    entries = tuple(
        FileEntry(p.relative_to(path).as_posix(), p.stat().st_size) for p in sorted(found)
    )
    return Files(str(path), entries, partial(_read_local, path))


def _read_local(folder: Path, name: str, start: int, end: int) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            file.seek(start)
            return file.read(end - start)
    except OSError as problem:
        raise ReadError(f"{folder / name} cannot be read: {problem.strerror}.") from problem


def open_weights(
    files: Files, *, tally: Tally | None = None, thorough: bool = False
) -> OpenedWeights:
    """Open the files that hold the model's weights.

    Raises NotTestableError where there are none to compare (an adapter, an unread
    format) and RefusedError where one is damaged.
    """
    tally = tally or Tally()
    chosen = choose(files)
    config = _config(files, tally)
    name = chosen[0].path
    if name.endswith(".index.json"):
        weights, used = _from_index(files, chosen[0], tally)
    elif len(chosen) > 1:
        weights, used = (
            ShardedFile.of_files(
                [entry.path for entry in chosen], partial(_open_one, files, tally, thorough)
            ),
            chosen,
        )
    else:
        weights, used = _open_one(files, tally, thorough, name), chosen
    if isinstance(weights, GgufFile):
        config = {**weights.facts, **config}
    return OpenedWeights(files.label, weights, _format(used[0].path), tuple(used), config, tally)


def choose(files: Files) -> list[FileEntry]:
    """The weights files to open: an index, a single file, or all shards; root
    before subfolders, safetensors before the rest."""
    paths = {entry.path: entry for entry in files.entries}
    if files.only is not None:
        return [paths[files.only]]
    weights = [
        e for e in files.entries if e.path.endswith(_KINDS) and not _NOT_WEIGHTS.search(e.path)
    ]
    indexes = [
        e for e in files.entries if e.path.endswith((".safetensors.index.json", ".bin.index.json"))
    ]
    if not weights and not indexes:
        raise _nothing(files, paths)

    def order(entry: FileEntry) -> tuple[int, int, bool, bool, int, str]:
        path = entry.path.removesuffix(".index.json").lower()
        kind = next(place for place, ending in enumerate(_KINDS) if path.endswith(ending))
        quantized = next(
            (place for place, label in enumerate(_GGUF_ORDER) if label in path), len(_GGUF_ORDER)
        )
        return (
            entry.path.count("/"),
            kind,
            not path.rpartition("/")[2].startswith(("model", "pytorch_model", "diffusion")),
            not entry.path.endswith(".index.json"),
            quantized,
            entry.path,
        )

    first = min([*weights, *indexes], key=order)
    stem = first.path.removesuffix(".index.json")
    if first.path.endswith(".index.json"):
        return [first] if stem not in paths else [paths[stem]]
    index = paths.get(_index_for(first.path))
    return [index] if index else shards_of(first, weights)


def _index_for(path: str) -> str:
    return re.sub(r"-\d{5}-of-\d{5}(\.(?:safetensors|bin))$", r"\1", path) + ".index.json"


def _nothing(files: Files, paths: Mapping[str, FileEntry]) -> NotTestableError:
    if any(path.rpartition("/")[2].startswith("adapter_") for path in paths):
        return NotTestableError(
            f"{files.label} holds an adapter only; it has no norms of its own.",
            "Its adapter_config.json names the base it was made for.",
        )
    other = sorted({Path(path).suffix for path in paths} & set(_UNSUPPORTED))
    if other:
        return NotTestableError(
            f"{files.label} has its weights in {', '.join(other)} only, which are not read."
        )
    return NotTestableError(f"{files.label} has no weights files.")


def _format(path: str) -> str:
    return {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx"}.get(
        Path(path).suffix, "pytorch"
    )


def ranges_of(files: Files, path: str, tally: Tally) -> ByteRanges:
    """One file of the model as checked ranges.

    Raises RefusedError where the model has no such file.
    """
    entry = next((e for e in files.entries if e.path == path), None)
    if entry is None:
        raise RefusedError(
            f"{files.label}: an index names {path[:80]!r}, which the model does not have."
        )
    size = entry.size if entry.size is not None else _UNKNOWN_SIZE
    return ByteRanges(
        f"{files.label}: {path}" if files.label != path else path,
        size,
        partial(files.read, path),
        tally,
    )


def _open_one(files: Files, tally: Tally, thorough: bool, path: str) -> WeightFile:
    ranges = ranges_of(files, path, tally)
    if path.endswith(".safetensors"):
        return open_safetensors(ranges)
    if path.endswith(".gguf"):
        return open_gguf(ranges, thorough=thorough)
    if path.endswith(".onnx"):
        folder = path.rpartition("/")[0]
        return open_onnx(
            ranges, lambda name: ranges_of(files, f"{folder}/{name}" if folder else name, tally)
        )
    return open_torch_zip(ranges)


def _from_index(files: Files, entry: FileEntry, tally: Tally) -> tuple[WeightFile, list[FileEntry]]:
    ranges = ranges_of(files, entry.path, tally)
    if entry.size is None or entry.size > _MAX_INDEX:
        raise ranges.refused("its index has no known or no believable size")
    document = _json(ranges.take(0, entry.size))
    mapping = document.get("weight_map") if isinstance(document, dict) else None
    if (
        not isinstance(mapping, dict)
        or not mapping
        or not all(isinstance(v, str) for v in mapping.values())
    ):
        raise ranges.refused("its index has no weight_map")
    folder = entry.path.rpartition("/")[0]
    places = {name: f"{folder}/{shard}" if folder else shard for name, shard in mapping.items()}
    known = {e.path: e for e in files.entries}
    missing = sorted(set(places.values()) - set(known))
    if missing:
        raise ranges.refused(f"its index names {missing[0][:80]!r}, which the model does not have")
    return ShardedFile(places, partial(_open_one, files, tally, False)), [
        known[path] for path in sorted(set(places.values()))
    ]


def _config(files: Files, tally: Tally) -> Mapping[str, Any]:
    entry = next((e for e in files.entries if e.path == "config.json"), None)
    if files.only is not None or entry is None or not entry.size or entry.size > _MAX_CONFIG:
        return files.config
    document = _json(ranges_of(files, "config.json", tally).take(0, entry.size))
    return document if isinstance(document, dict) else files.config


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
