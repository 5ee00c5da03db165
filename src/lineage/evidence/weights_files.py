"""Which files of a model hold its weights, as their digests tell: the same SHA-256 is the same
file, whatever it is called and wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.core.pattern import late
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.value import dataclass

LEAST = 1_000_000
"""Bytes below which a file shows nothing: pointers of LFS, empty files and toy weights of tests
are the same in repositories that have nothing in common."""
SOME = "part of the weights"
"""The component where only some of a model's files are those of another."""
_SHA256 = late(r"[0-9a-f]{64}\Z")
_WEIGHTS = late(
    r"(?i)\.(?:safetensors|sft|gguf|ggml|bin|pt|pth|ckpt|onnx(?:[._]data)?|h5|msgpack|npz|tflite)\Z"
)
_BESIDE = late(
    r"(?i)(?:^|/)[^/]*(?:optim|scheduler|rng_state|random_state|scaler|training_args|imatrix|"
    r"tokenizer|vocab|zero_pp_rank)[^/]*\Z"
)
"""What training leaves beside the weights, and lists of words."""


@dataclass(frozen=True)
class WeightsFile:
    """One file with weights, and the part of the model that it holds."""

    path: str
    size: int
    sha256: str
    component: str | None = None
    """The folder of a pipeline, or `projector`; None for the model itself."""


@dataclass(frozen=True)
class Shared:
    """Files that two models have in common."""

    component: str | None
    """Of the first model: None where all its weights are the other's."""
    pairs: tuple[tuple[WeightsFile, WeightsFile], ...]


@dataclass(frozen=True)
class WeightsFiles:
    """All files with weights of one model."""

    known: tuple[WeightsFile, ...]
    """Those whose digest the list tells."""
    unknown: int
    """How many there are besides, of which nothing can be said."""

    @staticmethod
    def of(record: ModelRecord) -> WeightsFiles:
        """From the record's list of files; no file is opened."""
        files = record.files or ()
        is_pipeline = any(entry.path.endswith("model_index.json") for entry in files)
        known: list[WeightsFile] = []
        unknown = 0
        for entry in files:
            if not _WEIGHTS.search(entry.path) or _BESIDE.search(entry.path):
                continue
            if entry.size is not None and entry.size < LEAST:
                continue
            if entry.size is None or entry.sha256 is None or not _SHA256.match(entry.sha256):
                unknown += 1
            else:
                component = _component(entry, is_pipeline=is_pipeline)
                known.append(WeightsFile(entry.path, entry.size, entry.sha256, component))
        return WeightsFiles(tuple(known), unknown)

    def shared_with(self, other: WeightsFiles) -> Iterator[Shared]:
        """What of this model is in the other: the whole, or each part by itself.

        Whole means every file: a model that brings one file of another beside its own is not that
        model, and must not be cleared by what tests found in it.
        """
        theirs = {(one.sha256, one.size): one for one in other.known}
        pairs = [
            (one, found)
            for one in self.known
            if (found := theirs.get((one.sha256, one.size))) is not None
        ]
        if len(pairs) == len(self.known) and not self.unknown and pairs:
            if not other._is_only_a_part([found for _, found in pairs]):
                yield Shared(None, tuple(pairs))
            return
        for component in dict.fromkeys(one.component for one, _ in pairs):
            part = tuple(pair for pair in pairs if pair[0].component == component)
            whole = sum(one.component == component for one in self.known)
            is_all = component is not None and len(part) == whole
            yield Shared(component if is_all else SOME, part)

    def _is_only_a_part(self, found: Sequence[WeightsFile]) -> bool:
        """Whether these are one component of a model that has others: it is built on them, and
        not they on it."""
        components = {one.component for one in found}
        return len(components) == 1 and None not in components and len(self.known) > len(found)


def _component(entry: FileEntry, *, is_pipeline: bool) -> str | None:
    folder, slash, name = entry.path.rpartition("/")
    if is_pipeline and slash:
        return folder.rpartition("/")[2]
    return "projector" if "mmproj" in name.casefold() else None
