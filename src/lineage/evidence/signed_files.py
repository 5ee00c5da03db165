"""Holds the files of a model against the digests that were signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lineage.core.record import FileEntry, ModelRecord
from lineage.core.value import dataclass
from lineage.signing.model_signature import ModelBundle, SignedFile

_OF_GIT = (".git", ".gitattributes", ".github", ".gitignore")
"""What `model_signing` leaves out unless it is told otherwise."""
_WORKS = (
    ".safetensors", ".bin", ".gguf", ".ggml", ".pt", ".pth", ".ckpt", ".onnx", ".npz", ".h5",
    ".msgpack", ".tflite", ".mlmodel", ".pkl", ".pickle", ".py", ".so", ".data",
)  # fmt: skip
"""What is loaded or run; the rest describes."""


@dataclass(frozen=True)
class Comparison:
    """What became of the signed files."""

    compared: int
    differing: tuple[str, ...]
    """Files that are not what was signed, each with how."""
    touches_weights: bool
    """Whether weights or code are among them."""
    unseen: tuple[str, ...]
    """Weights and code that the signer left out, or that nothing here can be compared with."""


def compare(
    bundle: ModelBundle,
    record: ModelRecord,
    own: str,
    digest: Callable[[FileEntry, int, int | None], str | None],
) -> Comparison:
    """`own` is the signature's own file; `digest` gives the SHA-256 of a file from one byte to
    another (None: to its end), or None where it is not known."""
    entries = {entry.path: entry for entry in record.files or ()}
    told: list[tuple[str, str]] = []
    unseen: set[str] = set()
    compared = 0
    parts: dict[str, list[SignedFile]] = {}
    for one in bundle.files:
        parts.setdefault(one.path, []).append(one)
    for path, signed in parts.items():
        entry = entries.get(path)
        if entry is None:
            if not record.gaps:
                told.append((path, "it is missing"))
            continue
        fits = [_fits(part, entry, digest) for part in signed]
        if False in fits:
            told.append((path, "it is not what was signed"))
        if None in fits or not _is_whole(signed, entry):
            unseen.add(path)
        else:
            compared += 1
    for path in sorted({*entries} - {*parts} - {own}):
        if _is_below(path, bundle.ignored):
            unseen.add(path)
        elif not _is_below(path, _OF_GIT):
            told.append((path, "it is not among the signed files"))
    return Comparison(
        compared,
        tuple(f"{path}: {how}" for path, how in sorted(told)),
        any(_works(path) for path, _ in told),
        tuple(sorted(filter(_works, unseen))),
    )


def _works(path: str) -> bool:
    return path.lower().endswith(_WORKS)


def _fits(
    signed: SignedFile,
    entry: FileEntry,
    digest: Callable[[FileEntry, int, int | None], str | None],
) -> bool | None:
    """Whether a file, or a part of it, is as it was signed; None where that is not known."""
    if signed.algorithm.partition("-sharded-")[0] != "sha256":
        return None
    end = None if signed.end == entry.size else signed.end
    found = digest(entry, signed.start, end)
    return None if found is None else found == signed.digest


def _is_whole(parts: list[SignedFile], entry: FileEntry) -> bool:
    """Whether the parts leave no byte of the file out."""
    reached = 0
    for one in sorted(parts, key=lambda one: one.start):
        if one.end is None:
            return True
        if one.start > reached:
            return False
        reached = max(reached, one.end)
    return entry.size is not None and reached >= entry.size


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in _plain(folders))


def _plain(folders: tuple[str, ...]) -> Iterator[str]:
    yield from (one.removeprefix("./") for one in folders if one.strip("./"))
