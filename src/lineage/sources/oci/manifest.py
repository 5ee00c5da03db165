"""What manifests and indexes of a container registry list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.core.value import dataclass
from lineage.sources.web.layers import MOST_LAYERS, described, digest_of
from lineage.sources.web.payload import PayloadError, parse_json

_MOST_NAMED = 100
ACCEPTED = ", ".join(
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
)
_IMAGES = (
    "application/vnd.oci.image.config.",
    "application/vnd.docker.container.image.",
)
_ATTESTATION = "vnd.docker.reference.type"
_PREFERRED = ("linux", "amd64")


@dataclass(frozen=True)
class Blob:
    """One thing that a manifest or an index lists."""

    kind: str
    """Its media type."""
    digest: str
    size: int
    notes: Mapping[str, str]
    """Its annotations, of those that have texts."""
    artifact: str = ""
    """Of an index's: the type of the artefact."""
    platform: str = ""
    """Of an index's: `linux/amd64`."""

    @property
    def hex(self) -> str:
        """The hash alone."""
        return self.digest.removeprefix("sha256:")


@dataclass(frozen=True)
class Manifest:
    """One artefact."""

    digest: str
    raw: bytes
    layers: tuple[Blob, ...]
    config: Blob | None = None
    artifact: str = ""

    @property
    def kind(self) -> str:
        """`kit`, `modelpack`, `docker`, `image` for a container's, or `oci` for any other."""
        of = (self.config.kind if self.config is not None else "", self.artifact)
        for word, kind in _KINDS.items():
            if any(one.startswith(word) for one in of):
                return kind
        return "image" if of[0].startswith(_IMAGES) else "oci"


_KINDS = {
    "application/vnd.kitops.modelkit.": "kit",
    "application/vnd.cncf.model.": "modelpack",
    "application/vnd.cnai.model.": "modelpack",
    "application/vnd.docker.ai.": "docker",
}


@dataclass(frozen=True)
class Index:
    """Several artefacts under one tag."""

    digest: str
    raw: bytes
    entries: tuple[Blob, ...]

    @property
    def models(self) -> tuple[Blob, ...]:
        """Those that are no statement about another, the one to read first in front."""
        own = [one for one in self.entries if _ATTESTATION not in one.notes]
        return tuple(sorted(own, key=_rank))


def _rank(one: Blob) -> tuple[bool, bool]:
    return "model" not in one.artifact, one.platform != "/".join(_PREFERRED)


def read_listing(raw: bytes, who: str) -> Manifest | Index:
    """The manifest or index in these bytes. Raises PayloadError, which calls who sent it `who`."""
    content = parse_json(raw, who)
    if isinstance(content, dict) and isinstance(content.get("manifests"), list):
        return Index(digest_of(raw), raw, _blobs(content["manifests"], who))
    if not isinstance(content, dict) or not isinstance(content.get("layers"), list):
        raise PayloadError(f"{who}'s answer is not a manifest of an artefact")
    config = content.get("config")
    return Manifest(
        digest_of(raw),
        raw,
        _blobs(content["layers"], who),
        _blob(config, who) if config is not None else None,
        _text(content.get("artifactType")),
    )


def _blobs(listed: list[Any], who: str) -> tuple[Blob, ...]:
    if len(listed) > MOST_LAYERS:
        raise PayloadError(f"{who}'s manifest lists more than {MOST_LAYERS:,} parts")
    return tuple(_blob(one, who) for one in listed)


def _blob(content: Any, who: str) -> Blob:
    kind, digest, size = described(content, who)
    notes = content.get("annotations")
    named = list(notes.items())[:_MOST_NAMED] if isinstance(notes, dict) else []
    platform = content.get("platform")
    fields = platform if isinstance(platform, dict) else {}
    return Blob(
        kind[:200],
        digest,
        size,
        {key: value for key, value in named if isinstance(value, str)},
        _text(content.get("artifactType")),
        "/".join(_text(fields.get(key)) for key in ("os", "architecture") if fields.get(key)),
    )


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
