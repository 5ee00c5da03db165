"""Ollama's store: a manifest names each tag, and blobs named by their hash hold its parts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lineage.core.gguf import MAGIC
from lineage.core.ref import HUB_ADDRESSES
from lineage.sources.installed.found import Installed, Inventory

STORE = "Ollama"
_LIBRARY = "registry.ollama.ai"
_WEIGHTS = "application/vnd.ollama.image."
_PARTS = ("model", "adapter", "projector")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_LARGEST = 4 << 20
_MOST = 5_000


def read_ollama(folder: Path) -> Inventory:
    """Every tag that is pulled or made here."""
    manifests = folder / "manifests"
    if not manifests.is_dir():
        return Inventory()
    models: list[Installed] = []
    problems: list[tuple[str, str]] = []
    for path in sorted(manifests.glob("*/*/*/*"))[:_MOST]:
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
                raise ValueError("it is not a small file")
            models.append(_model(folder, path))
        except (OSError, ValueError, RecursionError) as problem:
            problems.append((str(path), f"the manifest cannot be read: {problem}"[:300]))
    return Inventory(tuple(models), tuple(problems))


def _model(folder: Path, path: Path) -> Installed:
    raw = path.read_bytes()
    manifest = json.loads(raw)
    layers: Any = manifest.get("layers") if isinstance(manifest, dict) else None
    parts = [one for one in layers or () if isinstance(one, dict)]
    if not parts:
        raise ValueError("it lists no layers")
    host, namespace, name, tag = path.parts[-4:]
    digest = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    hub = f"{namespace}/{name}" if host in HUB_ADDRESSES else ""
    written = name if (host, namespace) == (_LIBRARY, "library") else f"{namespace}/{name}"
    own = "" if host == _LIBRARY else f"{host}/"
    return Installed(
        STORE,
        str(path),
        hub=hub,
        elsewhere="" if hub else f"ollama:{own}{written}:{tag}@{digest}",
        weights=tuple(blob for one in parts if (blob := _gguf(folder, one))),
        size=sum(one["size"] for one in parts if isinstance(one.get("size"), int)),
        last_used=path.stat().st_mtime,
    )


def _gguf(folder: Path, layer: Mapping[str, Any]) -> str:
    """The blob of a part with weights, where it is here and is GGUF; else nothing."""
    digest, kind = str(layer.get("digest")), str(layer.get("mediaType"))
    if kind.removeprefix(_WEIGHTS) not in _PARTS or not _DIGEST.match(digest):
        return ""
    blob = folder / "blobs" / digest.replace(":", "-")
    try:
        with blob.open("rb") as file:
            return str(blob) if file.read(4) == MAGIC else ""
    except OSError:
        return ""  # not pulled to its end; the name is audited all the same
