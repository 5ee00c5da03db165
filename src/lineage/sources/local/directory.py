"""The local source: a model folder, a single model file, or a
folder of the hub's cache, read where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lineage.core.card import parse_card
from lineage.core.errors import ReadError
from lineage.core.record import FileEntry, KnownEdge, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade, Relation
from lineage.sources.interface import unread
from lineage.sources.local.facts import count_parameters, project_config
from lineage.sources.local.files import list_files, read_bytes, with_digests
from lineage.sources.local.place import LocalPlace, NothingThereError, locate

_MAX_CARD = 4 << 20
_MAX_TAGS = 200
_LOOKS_LIKE_A_MODEL = (
    ".safetensors",
    ".gguf",
    ".ggml",
    ".bin",
    ".pt",
    ".pth",
    ".ckpt",
    ".onnx",
    ".npz",
    ".h5",
    ".msgpack",
    ".tflite",
    ".mlmodel",
)
_TELLING = frozenset(
    {
        "config.json",
        "adapter_config.json",
        "model_index.json",
        "modelfile",
        "mlmodel",
        "kitfile",
        "mergekit_config.yml",
        "modules.json",
    }
)


class DirectorySource:
    """Reads local models below `root`. Stateless: every question reads the disk again."""

    def __init__(self, root: Path = Path()) -> None:
        self._root = root

    @property
    def name(self) -> str:
        """Always `local`."""
        return "local"

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of a path; a path that is not a model has a status that says so."""
        try:
            return self._record(ref, locate(self._root / ref.id))
        except NothingThereError as problem:
            return self._without(ref, Status.NOT_FOUND, str(problem))
        except LookupError as problem:
            return self._without(ref, Status.INVALID, str(problem))
        except (OSError, ValueError) as problem:
            return self._without(
                ref,
                Status.UNREACHABLE,
                f"it cannot be looked at: {getattr(problem, 'strerror', None) or problem}",
            )

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of a listed file; ReadError where it is not listed,
        cannot be read, or changes meanwhile."""
        if record.file(path) is None:
            raise ReadError(f"{record.id} has no file {path}.")
        try:
            return read_bytes(locate(self._root / record.id), path, start, end)
        except (LookupError, OSError, ValueError) as problem:
            raise ReadError(f"{record.id} cannot be looked at any more: {problem}") from problem

    def _record(self, ref: ModelRef, place: LocalPlace) -> ModelRecord:
        listing = list_files(place)

        def read(path: str, start: int, end: int | None) -> bytes:
            return read_bytes(place, path, start, end)

        card = self._card(place, listing.files)
        notes = (
            *listing.notes,
            *(() if _is_model(listing.files) else ("nothing in it looks like a model",)),
        )
        return ModelRecord(
            id=ref.id,
            requested=ref.id,
            status=Status.LOCAL,
            source=self.name,
            reason="; ".join(notes),
            revision=place.revision,
            card=card,
            tags=_tags(card),
            config=project_config(read, [f.path for f in listing.files]),
            files=with_digests(place, listing.files),
            library=_text(card, "library_name"),
            pipeline_tag=_text(card, "pipeline_tag"),
            parameters=count_parameters(read, listing.files),
            known_edges=_copied_from(place),
        )

    def _card(self, place: LocalPlace, files: tuple[FileEntry, ...]) -> Mapping[str, Any]:
        path = next((f.path for f in files if f.path == "README.md"), None)
        if path is None and place.only is not None and place.only.lower().endswith(".md"):
            path = place.only
        if path is None:
            return {}
        try:
            return parse_card(read_bytes(place, path, 0, _MAX_CARD)).metadata
        except ReadError:
            # the card's own reader asks for the file too and reports what is wrong with it
            return {}

    def _without(self, ref: ModelRef, status: Status, reason: str) -> ModelRecord:
        return unread(ModelRef(ref.id), self.name, status, reason)


_TOLD = {
    "hub cache": "folder name models--ORG--NAME",
    "ModelScope cache": "folder names modelscope/hub/models/ORG/NAME",
    "git remote": ".git/config",
}


def _copied_from(place: LocalPlace) -> tuple[KnownEdge, ...]:
    """A download or clone is a copy of the hub repo it names; which one
    that is, the tool recorded while copying."""
    if place.hub_id is None:
        return ()
    return (
        KnownEdge(
            place.hub_id,
            Relation.CONVERSION,
            _TOLD[place.told_by],
            f"revision {place.revision or 'unknown'}",
            "",
            Grade.EMBEDDED,
            place.told_by,
        ),
    )


def _is_model(files: tuple[FileEntry, ...]) -> bool:
    names = [f.path.rpartition("/")[2].lower() for f in files]
    return any(
        name.endswith((*_LOOKS_LIKE_A_MODEL, ".md", "modelfile")) or name in _TELLING
        for name in names
    )


def _text(card: Mapping[str, Any], key: str) -> str | None:
    value = card.get(key)
    return value if isinstance(value, str) else None


def _tags(card: Mapping[str, Any]) -> tuple[str, ...]:
    tags = card.get("tags")
    return (
        tuple(tag for tag in tags if isinstance(tag, str))[:_MAX_TAGS]
        if isinstance(tags, list)
        else ()
    )
