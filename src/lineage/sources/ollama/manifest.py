"""What a manifest of Ollama lists, and the files that a record shows of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lineage.core.ollama import OllamaName
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.value import dataclass
from lineage.sources.web.layers import MOST_LAYERS, described, digest_of
from lineage.sources.web.payload import PayloadError, parse_json

MANIFEST, CONFIG = "manifest.json", "ollama.json"
"""Under these names a record shows the manifest and the configuration beside it."""
_KIND = "application/vnd.ollama.image."
_NAME = re.compile(r"[\w][\w.-]{0,100}(?:/[\w][\w.-]{0,100}){0,4}\Z")
_PATHS = {
    "model": ("model", ".gguf"),
    "projector": ("mmproj", ".gguf"),
    "adapter": ("adapter", ".gguf"),
    "draft": ("draft", ".gguf"),
    "embed": ("embed", ".gguf"),
    "license": ("LICENSE", ""),
    "template": ("template", ""),
    "system": ("system", ""),
    "params": ("params", ""),
    "messages": ("messages", ""),
    "prompt": ("prompt", ""),
}


@dataclass(frozen=True)
class Layer:
    """One part of a model."""

    kind: str
    """`model`, `license`, `template` …: the end of its media type."""
    digest: str
    size: int
    name: str = ""
    """Of tensors and JSON files: what they are called."""

    @property
    def hex(self) -> str:
        """The hash alone."""
        return self.digest.removeprefix("sha256:")


@dataclass(frozen=True)
class Manifest:
    """One version of one tag."""

    digest: str
    """Of the manifest itself, over its bytes."""
    raw: bytes
    layers: tuple[Layer, ...]
    config: Layer | None = None


def read_manifest(raw: bytes, who: str) -> Manifest:
    """The manifest in these bytes. Raises PayloadError, which calls who sent it `who`."""
    content = parse_json(raw, who)
    listed = content.get("layers") if isinstance(content, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_LAYERS:
        raise PayloadError(f"{who}'s answer is not a manifest of a model")
    config = content.get("config")
    layers = tuple(_layer(one, who) for one in listed)
    return Manifest(
        digest_of(raw), raw, layers, _layer(config, who) if config is not None else None
    )


def _layer(content: Any, who: str) -> Layer:
    kind, digest, size = described(content, who)
    name = content.get("name")
    named = name if isinstance(name, str) and _NAME.match(name) and ".." not in name else ""
    return Layer(kind.removeprefix(_KIND)[:60], digest, size, named)


def record_of(
    name: OllamaName, manifest: Manifest, source: str, retrieved_at: str | None = None
) -> ModelRecord:
    """The record: its revision is the manifest's digest, its files are the layers."""
    return ModelRecord(
        id=name.id,
        requested=name.id,
        status=Status.RESOLVED,
        source=source,
        revision=manifest.digest,
        files=tuple(_files(manifest)),
        library="ollama",
        retrieved_at=retrieved_at,
    )


def _files(manifest: Manifest) -> Iterator[FileEntry]:
    yield FileEntry(MANIFEST, len(manifest.raw), manifest.digest.removeprefix("sha256:"))
    if manifest.config is not None:
        yield FileEntry(CONFIG, manifest.config.size, manifest.config.hex)
    counted: Counter[str] = Counter()
    for layer in manifest.layers:
        if layer.kind == "tensor":
            continue  # one layer for each tensor, of which nothing is read
        stem, end = _PATHS.get(layer.kind, ("", ""))
        if not stem:
            stem = layer.name or re.sub(r"[^\w.-]", "-", layer.kind) or "layer"
        counted[stem] += 1
        number = f"-{counted[stem]}" if counted[stem] > 1 else ""
        yield FileEntry(f"{stem}{number}{end}", layer.size, layer.hex)
