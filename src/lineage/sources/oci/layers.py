"""The files that the layers of an artefact hold: a raw layer is one file, an archive is what lies
in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field, replace

from lineage.core.record import FileEntry
from lineage.core.value import dataclass
from lineage.sources.oci.archive import UNPACKED, Member, NoMoreError, members_of, unzipped
from lineage.sources.oci.manifest import Blob, Manifest
from lineage.sources.web.layers import HEAD, LARGEST, WEIGHTS, digest_of
from lineage.sources.web.site import UnansweredError

MANIFEST, INDEX = "manifest.json", "index.json"
CONFIGS = {"kit": "Kitfile", "modelpack": "model.json", "docker": "model.json"}
"""What a record calls the configuration of an artefact of each kind."""
IMAGE_CONFIG = "image.json"
_OTHER_CONFIG = "artefact.json"
_TITLE = "org.opencontainers.image.title"
_FILE_PATHS = ("org.cncf.model.filepath", "org.cnai.model.filepath", _TITLE)
_ARCHIVES = re.compile(r"[.+](?:tar|tgz)\b|\.rootfs\.diff")
_PACKED = re.compile(r"\.(?:tar(?:\.\w{1,4})?|tgz)\Z")
_SAFE = re.compile(r"[^/\\\x00-\x1f\x7f:][^\\\x00-\x1f\x7f:]{0,300}\Z")
_NAMES = (
    ("gguf.v3.lora", "adapter.gguf"),
    ("mmproj", "mmproj.gguf"),
    ("gguf", "model.gguf"),
    ("safetensors", "model.safetensors"),
    ("license", "LICENSE"),
    ("chat.template", "chat_template.jinja"),
)
_UNREAD = ("dataset",)
_WEIGHTY = re.compile(r"model\.v\d|modelpart|weight\.v\d")
_GZIP = re.compile(r"gzip|\.gz|tgz")
_WINDOW = 1 << 16
_MOST_CALLS = 24
_MOST_ARCHIVES = 64
_MOST_FETCHED = 8 << 20
"""Bytes of archives that are fetched of one artefact."""
_HEAD_ALONE = "no more than its first MiB is unpacked"
_LONGEST_KEPT = 2_000_000
_HEAD_KEPT = 1 << 18


@dataclass(frozen=True)
class Part:
    """Where the bytes of one file are."""

    entry: FileEntry
    digest: str = ""
    """Of the layer; empty where the content is all that there is."""
    at: int | None = 0
    """Where it begins in the layer; None in a packed one."""
    content: bytes | None = field(default=None, repr=False)
    """What is at hand of it, from its beginning."""
    is_whole: bool = False
    """Whether the file is the whole layer, which its digest covers."""


@dataclass(frozen=True)
class Blobs:
    """How the blobs of one artefact are had. Both raise UnansweredError."""

    whole: Callable[[str, int], bytes]
    part: Callable[[str, int, int], bytes]


def config_of(manifest: Manifest) -> Part | None:
    """The configuration of an artefact, as a file; None where it has none."""
    if manifest.config is None or not manifest.config.size or "empty" in manifest.config.kind:
        return None
    named = CONFIGS.get(manifest.kind, _OTHER_CONFIG)
    return _raw(manifest.config, IMAGE_CONFIG if manifest.kind == "image" else named)


def parts_of(manifest: Manifest, blobs: Blobs) -> tuple[list[Part], list[str]]:
    """Every file of the layers, in their order, and what of it is not known, one clause each."""
    parts: dict[int, list[Part]] = {}
    gaps, archives, left, is_astray = list[str](), _Archives(blobs), 0, False
    paths = _paths_of(manifest.layers)
    for number, layer in _in_order(manifest):
        path = paths[number]
        is_astray |= not _is_archive(layer) and _leads_out(layer)
        if not _is_archive(layer):
            parts[number] = [_raw(layer, path)]
        elif any(word in layer.kind for word in _UNREAD):
            parts[number] = [_packed(layer, path)]
        elif not archives.has_room(layer):
            parts[number] = [_packed(layer, path)]
            left += not _is_named(path)
        else:
            try:
                parts[number], problem = archives.open(layer, path)
            except UnansweredError as unanswered:
                problem = str(unanswered)
            gaps += [f"not all of {path} is known: {problem}"] if problem else []
    if left:
        gaps.append(
            f"{left} of its archives were not looked into: there are too many, or too large"
        )
    if is_astray:
        gaps.append("the name of a layer is not a path")
    found = [part for number in sorted(parts) for part in parts[number]]
    return [_at_root(part) for part in found] if manifest.kind == "image" else found, gaps


def _at_root(part: Part) -> Part:
    """Images that hold a model have it in `/models`, by the convention of those who serve them."""
    entry = replace(part.entry, path=part.entry.path.removeprefix("models/"))
    return replace(part, entry=entry)


def _in_order(manifest: Manifest) -> list[tuple[int, Blob]]:
    """The layers, those first that are small and tell most; of a container the last comes first."""
    numbered = list(enumerate(manifest.layers))
    if manifest.kind == "image":
        return numbered[::-1]
    return sorted(numbered, key=lambda one: one[1].size > LARGEST)


def _most_whole(layer: Blob) -> int:
    """Up to here an archive is fetched whole; of one with weights no more than a head ever is."""
    return HEAD if _WEIGHTY.search(layer.kind) else LARGEST


def _raw(layer: Blob, path: str) -> Part:
    return Part(FileEntry(path, layer.size, layer.hex), layer.digest, is_whole=True)


def _is_archive(layer: Blob) -> bool:
    if layer.notes.get("io.deis.oras.content.unpack") == "true":
        return True
    if _TITLE in layer.notes and layer.kind.startswith("application/vnd.oci.image.layer."):
        # ORAS calls any single file so, where it is told no other type.
        return bool(_PACKED.search(layer.notes[_TITLE]))
    return bool(_ARCHIVES.search(layer.kind))


def _paths_of(layers: Sequence[Blob]) -> list[str]:
    """What the file of each layer is called; of several whose annotations tell nothing, each by
    another name."""
    found, counted = list[str](), Counter[str]()
    for number, layer in enumerate(layers, 1):
        path = _title(layer)
        if not path:
            path = next((name for word, name in _NAMES if word in layer.kind), f"layer-{number}")
            counted[path] += 1
            stem, dot, end = path.rpartition(".")
            if counted[path] > 1:
                path = f"{stem or end}-{counted[path]}{f'.{end}' if dot else ''}"
        found.append(path)
    return found


def _named(layer: Blob) -> list[str]:
    """The paths in its annotations, as they are written."""
    found = (layer.notes.get(key, "").rstrip("/") for key in _FILE_PATHS)
    return [re.sub(r"\A(?:\./)+", "", name) for name in found if name]


def _leads_out(layer: Blob) -> bool:
    """Whether it is called so that no reader of files can know what it is."""
    return bool(_named(layer)) and not _title(layer) and _named(layer) != ["."]


def _title(layer: Blob) -> str:
    """The path in its annotations, where it leads nowhere else."""
    for name in _named(layer):
        if _SAFE.match(name) and ".." not in name.split("/") and name != ".":
            return f"{name}.gguf" if "gguf" in layer.kind and not name.endswith(WEIGHTS) else name
    return ""


def _packed(layer: Blob, path: str) -> Part:
    """An archive that is not looked into: it is not the file that it holds."""
    is_named = path.endswith((".tar", ".tgz", ".gz", ".zst"))
    return Part(FileEntry(path if is_named else f"{path}.tar", layer.size, layer.hex), at=None)


class _Archives:
    """Looks into the archives of one artefact, within bounds that they share."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._count = 0
        self._fetched = 0
        self._kept = 0

    def has_room(self, layer: Blob) -> bool:
        """Whether one more may be looked into."""
        is_walked = layer.size > _most_whole(layer) and not _GZIP.search(layer.kind)
        cost = 2 * _WINDOW if is_walked else min(layer.size, _most_whole(layer))
        return self._count < _MOST_ARCHIVES and self._fetched + cost <= _MOST_FETCHED

    def open(self, layer: Blob, path: str) -> tuple[list[Part], str]:
        """The files in an archive, and why there may be more. Raises UnansweredError."""
        self._count += 1
        if "zst" in layer.kind:
            return [_packed(layer, path)], "it is packed by zstd"
        if not layer.size:
            return [], ""
        is_whole = layer.size <= _most_whole(layer)
        if not is_whole and not _GZIP.search(layer.kind):
            return self._walked(layer)
        raw = self._beginning(layer, is_whole=is_whole)
        problem = ""
        if raw[:2] == b"\x1f\x8b":
            raw, problem = unzipped(raw, is_whole=is_whole)
        elif not is_whole:
            return self._walked(layer)

        def fetch(start: int, end: int) -> bytes:
            if end > len(raw) and (problem or not is_whole):
                raise NoMoreError(problem or _HEAD_ALONE)
            return raw[start:end]

        members = members_of(fetch, len(raw) if is_whole and not problem else None)
        found = [self._member(one, raw) for one in members.files]
        # A file with weights fills its archive: nothing follows that could be missed.
        is_filled = members.problem == _HEAD_ALONE and len(found) == 1 and _is_named(path)
        return found, "" if is_filled else members.problem

    def _beginning(self, layer: Blob, *, is_whole: bool) -> bytes:
        self._fetched += min(layer.size, HEAD) if not is_whole else layer.size
        if is_whole:
            return self._blobs.whole(layer.digest, layer.size)
        return self._blobs.part(layer.digest, 0, HEAD)

    def _member(self, member: Member, raw: bytes) -> Part:
        """A file of an archive that is unpacked, as much of it as is kept."""
        length = min(member.size, _LONGEST_KEPT)
        kept = raw[member.at : member.at + length]
        is_whole = len(kept) == member.size
        kept = kept if is_whole else kept[:_HEAD_KEPT]
        if self._kept + len(kept) > UNPACKED:
            return Part(FileEntry(member.path, member.size), at=None)
        self._kept += len(kept)
        hash_ = digest_of(kept).removeprefix("sha256:") if is_whole else None
        return Part(FileEntry(member.path, member.size, hash_), at=None, content=kept)

    def _walked(self, layer: Blob) -> tuple[list[Part], str]:
        """An archive that is not packed: its headers are fetched one after the other, and of its
        files what is asked for."""
        window, at, calls = b"", 0, 0

        def fetch(start: int, end: int) -> bytes:
            nonlocal window, at, calls
            end = min(end, layer.size)
            if start < at or end > at + len(window):
                if calls >= _MOST_CALLS:
                    raise NoMoreError(f"its files lie in more than {_MOST_CALLS} places")
                calls, at = calls + 1, start
                window = self._blobs.part(layer.digest, start, min(layer.size, start + _WINDOW))
                self._fetched += len(window)
            return window[start - at : max(start, end) - at]

        members = members_of(fetch, layer.size)
        parts = [Part(FileEntry(m.path, m.size), layer.digest, m.at) for m in members.files]
        return parts, members.problem


def _is_named(path: str) -> bool:
    """Whether a layer is called after one file with weights."""
    return path.lower().endswith((*WEIGHTS, ".bin", ".onnx", ".pt", ".pth"))
