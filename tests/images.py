"""Saved container images, made by hand: docker archives and OCI layouts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Layer = Mapping[str, bytes | str | None]
"""Path to content; a text starting with `-> ` is a symbolic link, with `=> ` a hard link."""


def layer_of(files: Layer) -> bytes:
    """One layer as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            if isinstance(content, str) and content[:3] in ("-> ", "=> "):
                entry.type = tarfile.SYMTYPE if content.startswith("->") else tarfile.LNKTYPE
                entry.linkname = content[3:]
                tar.addfile(entry)
                continue
            raw = content.encode() if isinstance(content, str) else content or b""
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    return out.getvalue()


def packed(parts: Mapping[str, bytes], path: Path) -> Path:
    """The parts as one tar file."""
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


def docker_archive(
    path: Path, layers: Sequence[Layer | bytes], config: Mapping[str, Any] | None = None
) -> Path:
    """What `docker save` writes."""
    parts = {"config.json": json.dumps({"config": config or {}}).encode()}
    names = []
    for number, layer in enumerate(layers):
        names.append(f"{number}/layer.tar")
        parts[names[-1]] = layer if isinstance(layer, bytes) else layer_of(layer)
    manifest = [{"Config": "config.json", "RepoTags": ["acme/app:1"], "Layers": names}]
    return packed({**parts, "manifest.json": json.dumps(manifest).encode()}, path)


def oci_parts(layers: Sequence[Layer], config: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """The files of an OCI layout with gzipped layers, its manifest below an index of platforms."""
    parts: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(content: bytes, media: str) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        parts[f"blobs/sha256/{digest}"] = content
        return {"mediaType": media, "digest": f"sha256:{digest}", "size": len(content)}

    kind = "application/vnd.oci.image."
    inner = blob(json.dumps({"config": config or {}}).encode(), f"{kind}config.v1+json")
    stacked = [blob(gzip.compress(layer_of(one)), f"{kind}layer.v1.tar+gzip") for one in layers]
    manifest = blob(
        json.dumps({"config": inner, "layers": stacked}).encode(), f"{kind}manifest.v1+json"
    )
    index = blob(json.dumps({"manifests": [manifest]}).encode(), f"{kind}index.v1+json")
    return {**parts, "index.json": json.dumps({"manifests": [index]}).encode()}
