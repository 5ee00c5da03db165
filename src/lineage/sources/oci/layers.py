"""The files that the layers of an artefact hold: a raw layer is one file, an archive is what lies
in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field

from lineage.core.record import FileEntry
from lineage.core.value import dataclass
from lineage.sources.oci.archive import Member, NoMoreError, members_of, unzipped
from lineage.sources.oci.manifest import Blob, Manifest
from lineage.sources.web.layers import HEAD, LARGEST, WEIGHTS, digest_of
from lineage.sources.web.site import UnansweredError

MANIFEST, INDEX = "manifest.json", "index.json"
CONFIGS = {"kit": "Kitfile", "modelpack": "model.json", "docker": "model.json"}
"""What a record calls the configuration of an artefact of each kind."""
IMAGE_CONFIG = "image.json"
_OTHER_CONFIG = "artefact.json"
_FILE_PATHS = (
    "org.cncf.model.filepath",
    "org.cnai.model.filepath",
    "org.opencontainers.image.title",
)
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
_MOST_OPENED = 8 << 20
"""Bytes of archives that are fetched of one artefact."""
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
    gaps, room = list[str](), _MOST_OPENED
    for number, layer in _in_order(manifest):
        path = _path_of(layer, number)
        cost = min(layer.size, _most_whole(layer))
        if not _is_archive(layer):
            parts[number] = [_raw(layer, path)]
        elif any(word in layer.kind for word in _UNREAD):
            parts[number] = [_packed(layer, path)]
        elif cost > room:
            parts[number] = [_packed(layer, path)]
            gaps.append(f"{path} was not looked into: more than {_MOST_OPENED:,} bytes of archives")
        else:
            room -= cost
            try:
                parts[number], problem = _opened(layer, path, blobs)
            except UnansweredError as unanswered:
                problem = str(unanswered)
            gaps += [f"not all of {path} is known: {problem}"] if problem else []
    return [part for number in sorted(parts) for part in parts[number]], gaps


def _in_order(manifest: Manifest) -> list[tuple[int, Blob]]:
    """The layers, those first that are small and tell most; of a container the last comes first."""
    numbered = list(enumerate(manifest.layers, 1))
    if manifest.kind == "image":
        return numbered[::-1]
    return sorted(numbered, key=lambda one: one[1].size > LARGEST)


def _most_whole(layer: Blob) -> int:
    """Up to here an archive is fetched whole; of one with weights no more than a head ever is."""
    return HEAD if _WEIGHTY.search(layer.kind) else LARGEST


def _raw(layer: Blob, path: str) -> Part:
    return Part(FileEntry(path, layer.size, layer.hex), layer.digest, is_whole=True)


def _is_archive(layer: Blob) -> bool:
    is_folder = layer.notes.get("io.deis.oras.content.unpack") == "true"
    return is_folder or bool(re.search(r"[.+](?:tar|tgz)\b|\.rootfs\.diff", layer.kind))


def _path_of(layer: Blob, number: int) -> str:
    for key in _FILE_PATHS:
        told = layer.notes.get(key, "")
        while told.startswith("./"):
            told = told[2:]
        if _SAFE.match(told) and ".." not in told.split("/") and told.rstrip("/") not in ("", "."):
            is_gguf = "gguf" in layer.kind and not told.endswith(WEIGHTS)
            return f"{told.rstrip('/')}{'.gguf' if is_gguf else ''}"
    for word, name in _NAMES:
        if word in layer.kind:
            return name
    return f"layer-{number}"


def _packed(layer: Blob, path: str) -> Part:
    """An archive that is not looked into: it is not the file that it holds."""
    is_named = path.endswith((".tar", ".tgz", ".gz", ".zst"))
    return Part(FileEntry(path if is_named else f"{path}.tar", layer.size, layer.hex), at=None)


def _opened(layer: Blob, path: str, blobs: Blobs) -> tuple[list[Part], str]:
    """The files in an archive, and why there may be more. Raises UnansweredError."""
    if "zst" in layer.kind:
        return [_packed(layer, path)], "it is packed by zstd"
    if not layer.size:
        return [], ""
    is_whole = layer.size <= _most_whole(layer)
    if not is_whole and not _GZIP.search(layer.kind):
        return _walked(layer, blobs)
    raw = blobs.whole(layer.digest, layer.size) if is_whole else b""
    raw = raw or blobs.part(layer.digest, 0, min(layer.size, HEAD))
    problem = ""
    if raw[:2] == b"\x1f\x8b":
        raw, problem = unzipped(raw, is_whole=is_whole)
    elif not is_whole:
        return _walked(layer, blobs)

    def fetch(start: int, end: int) -> bytes:
        if end > len(raw) and (problem or not is_whole):
            raise NoMoreError(problem or "no more than its first MiB is unpacked")
        return raw[start:end]

    held = members_of(fetch, len(raw) if is_whole and not problem else None)
    found = [_member(one, raw) for one in held.files]
    return found, "" if _is_filled(layer, path, found) else held.problem


def _member(member: Member, raw: bytes) -> Part:
    """A file of an archive that is unpacked, as much of it as is kept."""
    kept = raw[member.at : member.at + min(member.size, _LONGEST_KEPT)]
    if len(kept) < member.size:
        return Part(FileEntry(member.path, member.size), at=None, content=kept[:_HEAD_KEPT])
    hash_ = digest_of(kept).removeprefix("sha256:")
    return Part(FileEntry(member.path, member.size, hash_), at=None, content=kept)


def _is_filled(layer: Blob, path: str, found: list[Part]) -> bool:
    """Whether the one file of a layer is the one that the layer is named after: a file with weights
    fills its archive, and nothing that follows could be missed."""
    if len(found) != 1 or not path.lower().endswith((*WEIGHTS, ".bin", ".onnx", ".pt", ".pth")):
        return False
    return found[0].entry.path.endswith(path.rpartition("/")[2])


def _walked(layer: Blob, blobs: Blobs) -> tuple[list[Part], str]:
    """An archive that is not packed: its headers are fetched one after the other, and of its files
    what is asked for."""
    window, at, calls = b"", 0, 0

    def fetch(start: int, end: int) -> bytes:
        nonlocal window, at, calls
        end = min(end, layer.size)
        if start < at or end > at + len(window):
            if calls >= _MOST_CALLS:
                raise NoMoreError(f"its files lie in more than {_MOST_CALLS} places")
            calls, at = calls + 1, start
            window = blobs.part(layer.digest, start, min(layer.size, start + _WINDOW))
        return window[start - at : max(start, end) - at]

    held = members_of(fetch, layer.size)
    parts = [Part(FileEntry(m.path, m.size), layer.digest, m.at) for m in held.files]
    return parts, held.problem
