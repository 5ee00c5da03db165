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
    digest: Callable[[FileEntry], str | None],
) -> Comparison:
    """`own` is the signature's own file; `digest` gives a file's SHA-256, or None where it is not
    known."""
    entries = {entry.path: entry for entry in record.files or ()}
    differing: list[tuple[str, str]] = []
    unseen: set[str] = set()
    compared = 0
    parts: dict[str, list[SignedFile]] = {}
    for one in bundle.files:
        parts.setdefault(one.path, []).append(one)
    for path, signed in parts.items():
        entry = entries.get(path)
        if entry is None:
            if not record.gaps:
                differing.append((path, "it is missing"))
            continue
        if (
            len(signed) > 1
            or not _is_comparable(signed[0], entry)
            or (found := digest(entry)) is None
        ):
            unseen.add(path)
        else:
            compared += 1
            if found != signed[0].digest:
                differing.append((path, "it is not what was signed"))
    for path in sorted({*entries} - {*parts} - {own}):
        if _is_below(path, bundle.ignored):
            unseen.add(path)
        elif not _is_below(path, _OF_GIT):
            differing.append((path, "it is not among the signed files"))
    return Comparison(
        compared,
        tuple(f"{path}: {how}" for path, how in sorted(differing)),
        any(_works(path) for path, _ in differing),
        tuple(sorted(filter(_works, unseen))),
    )


def _works(path: str) -> bool:
    return path.lower().endswith(_WORKS)


def _is_comparable(signed: SignedFile, entry: FileEntry) -> bool:
    """Whether the signed digest is the SHA-256 of the whole file."""
    is_whole = signed.end is None or (signed.start == 0 and signed.end == entry.size)
    return signed.algorithm.partition("-sharded-")[0] == "sha256" and is_whole


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in _plain(folders))


def _plain(folders: tuple[str, ...]) -> Iterator[str]:
    yield from (one.removeprefix("./") for one in folders if one.strip("./"))
