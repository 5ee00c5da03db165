"""Artefacts of container registries as models: Docker Hub's, and those of registries that the user
names."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lineage.core.card import parse_card
from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.oci import DOCKER_HUB, OciName, parse_oci
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.sources.interface import unread
from lineage.sources.local.facts import project_config
from lineage.sources.oci.annotations import described, licence_tags
from lineage.sources.oci.docker_config import DockerConfig
from lineage.sources.oci.layers import INDEX, MANIFEST, Blobs, Part, config_of, parts_of
from lineage.sources.oci.manifest import Index, Manifest
from lineage.sources.oci.registry import Registry
from lineage.sources.web.address import is_loopback
from lineage.sources.web.layers import HEAD, LARGEST, digest_of, head_of, is_head
from lineage.sources.web.listed import descriptions
from lineage.sources.web.payload import PayloadError
from lineage.sources.web.site import Manner, UnansweredError

if TYPE_CHECKING:
    from lineage.sources.places import PlaceAccess

_DOCKER = "https://registry-1.docker.io"
_DEEPEST = 2
_MOST_KEPT = 64 << 20
_LIBRARIES = {"kit": "kitops", "modelpack": "modelpack", "docker": "docker-model"}


@dataclass(frozen=True)
class _Held:
    """One artefact that was looked at."""

    name: OciName
    parts: Mapping[str, Part]

    @property
    def size(self) -> int:
        """Bytes that are at hand of it."""
        return sum(len(part.content or b"") for part in self.parts.values())


class OciSource:
    """Answers for `oci://…` and `docker:…`."""

    name = "oci"

    def __init__(self, access: PlaceAccess, manner: Manner) -> None:
        self._access = access
        self._manner = manner
        self._config = DockerConfig(access.docker_config)
        self._lock = threading.Lock()
        self._registries: dict[str, Registry] = {}
        self._held: dict[str, _Held] = {}

    def close(self) -> None:
        """End every wait and call."""
        with self._lock:
            for registry in self._registries.values():
                registry.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of an artefact. What is wrong with it is in its status."""
        name = _named(ref.id)
        if name is None:
            return unread(ref, self.name, Status.INVALID, "the name has no form of a registry's")
        if name.host != DOCKER_HUB and name.host not in self._access.registries:
            why = f"a registry is asked where you name it yourself (--registry {name.host})"
            return unread(ref, self.name, Status.NOT_READ, why)
        try:
            return self._record(ref, name)
        except UnansweredError as problem:
            return unread(ref, self.name, problem.status, problem.reason, problem.cause)
        except PayloadError as problem:
            return unread(ref, self.name, Status.INVALID, str(problem))

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file of a fetched record. Raises ReadError with the reason."""
        try:
            value = self._held.get(record.id) or self._again(record)
            part = value.parts.get(path) if value is not None else None
            if value is None or part is None or record.file(path) != part.entry:
                raise ReadError(f"{record.id} has no file {path[:200]}.")
            return self._bytes(value.name, part, record.id, start, end)
        except (UnansweredError, PayloadError) as problem:
            raise ReadError(f"{path[:200]} of {record.id} could not be read: {problem}.") from None

    def _again(self, record: ModelRecord) -> _Held | None:
        """What was looked at so long ago that it is no more at hand."""
        name = _named(record.id)
        if name is not None and record.revision:
            self._record(ModelRef(record.id), replace(name, digest=record.revision))
        return self._held.get(record.id)

    # -- one artefact ------------------------------------------------------------------------------

    def _record(self, ref: ModelRef, name: OciName) -> ModelRecord:
        registry = self._registry(name)
        own, manifest, gaps, at = self._manifest(registry, name)
        found, missing = parts_of(
            manifest,
            Blobs(
                lambda digest, size: registry.blob(name, digest, size),
                lambda digest, start, end: registry.part(name, digest, start, end),
            ),
        )
        config = self._config_of(registry, name, manifest)
        # Of several files under one path the last lies on a disk in the end; what the registry
        # itself tells keeps its name.
        named = (*found, *own, *([config] if config is not None else []))
        parts = {part.entry.path: part for part in named}
        parts |= _described(manifest, config, [part.entry for part in named])
        artefact = _Held(name, parts)
        self._keep(ref.id, artefact)

        def read(path: str, start: int, end: int | None) -> bytes:
            try:
                return self._bytes(name, parts[path], ref.id, start, end)
            except UnansweredError as problem:
                raise ReadError(str(problem)) from None

        if manifest.kind == "image":
            gaps.append("it is an image of a container: what its layers do with it is not known")
        return ModelRecord(
            id=ref.id,
            requested=ref.id,
            status=Status.RESOLVED,
            source=self.name,
            revision=f"sha256:{own[0].entry.sha256}",
            card=_card(read, parts),
            tags=() if manifest.kind == "image" else _licences(manifest, config),
            config=project_config(read, list(parts)),
            files=tuple(part.entry for part in parts.values()),
            library=_LIBRARIES.get(manifest.kind, self.name),
            retrieved_at=at,
            gaps=(*gaps, *missing),
        )

    @staticmethod
    def _config_of(registry: Registry, name: OciName, manifest: Manifest) -> Part | None:
        """The configuration with its content, where that can be had: its reader tells why not."""
        part = config_of(manifest)
        if part is None or (part.entry.size or 0) > LARGEST:
            return part
        try:
            return replace(part, content=registry.blob(name, part.digest, part.entry.size or 0))
        except UnansweredError:
            return part

    def _manifest(
        self, registry: Registry, name: OciName
    ) -> tuple[list[Part], Manifest, list[str], str]:
        """The manifest behind a name, with the indexes on the way as files."""
        own, gaps = list[Part](), list[str]()
        listing, at = registry.listing(name)
        while isinstance(listing, Index):
            own.append(_own(INDEX, listing.digest, listing.raw))
            if len(own) > _DEEPEST:
                raise UnansweredError("its index leads from index to index", Status.INVALID)
            models = listing.models
            if not models:
                raise UnansweredError("its index lists no artefact", Status.INVALID)
            if len(models) > 1:
                picked = models[0].platform or models[0].artifact or models[0].digest[:19]
                gaps.append(f"its index lists {len(models)} artefacts; {picked} alone was read")
            listing, _ = registry.listing(name, models[0].digest)
        own.append(_own(MANIFEST, listing.digest, listing.raw))
        return own, listing, gaps, at

    def _bytes(self, name: OciName, part: Part, model: str, start: int, end: int | None) -> bytes:
        entry, size = part.entry, part.entry.size or 0
        stop = size if end is None else min(end, size)
        if part.content is not None:
            if stop > len(part.content):
                raise ReadError(f"{entry.path} of {model} was unpacked in part.")
            return part.content[start:stop]
        if part.at is None or not part.digest:
            raise ReadError(f"{entry.path} of {model} is not unpacked.")
        registry = self._registry(name)
        if part.is_whole and size <= LARGEST and not is_head(entry):
            return registry.blob(name, part.digest, size)[start:stop]
        if is_head(entry):
            start, stop = head_of(entry, start, end, model)
        elif stop - start > HEAD:
            raise ReadError(f"{entry.path} of {model} is larger than what is read of a layer.")
        return registry.part(name, part.digest, part.at + start, part.at + stop)

    def _registry(self, name: OciName) -> Registry:
        with self._lock:
            if name.host not in self._registries:
                address = self._address(name.host)
                made = Registry(name.host, address, self._config, self._manner)
                self._registries[name.host] = made
            return self._registries[name.host]

    def _address(self, host: str) -> str:
        if host == DOCKER_HUB:
            return self._access.docker_registry or _DOCKER
        bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        is_plain = self._access.is_insecure and is_loopback(bare)
        return f"{'http' if is_plain else 'https'}://{host}"

    def _keep(self, id: str, artefact: _Held) -> None:
        with self._lock:
            self._held.pop(id, None)
            self._held[id] = artefact
            total = sum(one.size for one in self._held.values())
            for old in list(self._held)[:-1]:
                if total <= _MOST_KEPT:
                    break
                total -= self._held.pop(old).size


def _own(path: str, digest: str, raw: bytes) -> Part:
    entry = FileEntry(path, len(raw), digest.removeprefix("sha256:"))
    return Part(entry, content=raw)


def _licences(manifest: Manifest, config: Part | None) -> tuple[str, ...]:
    return licence_tags(manifest.raw, (config.content if config is not None else None) or b"{}")


def _described(manifest: Manifest, config: Part | None, files: list[FileEntry]) -> dict[str, Part]:
    """What its fields say of it, as a file. What is said of a container is not about a model."""
    if manifest.kind == "image":
        return {}
    content = (config.content if config is not None else None) or b"{}"
    texts = descriptions(files, *described(manifest.raw, content))
    return {path: _own(path, digest_of(text), text) for path, text in texts.items()}


def _card(read: Any, parts: Mapping[str, Part]) -> Mapping[str, Any]:
    if "README.md" not in parts:
        return {}
    try:
        return parse_card(read("README.md", 0, None)).metadata
    except ReadError:
        # the card's own reader asks for the file too and reports what is wrong with it
        return {}


def _named(id: str) -> OciName | None:
    named = parse_elsewhere(id)
    if named is None or named.place not in (Place.DOCKER, Place.OCI):
        return None
    return parse_oci(named.name, DOCKER_HUB if named.place is Place.DOCKER else named.host)
