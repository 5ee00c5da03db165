"""Ollama's registry: manifests by name, blobs by digest. Of weights the head alone is read."""

from __future__ import annotations

from lineage.core.ollama import OllamaName
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.sources.ollama.manifest import MANIFEST, read_manifest, record_of
from lineage.sources.web.address import Endpoint, Server, parse_endpoint
from lineage.sources.web.digests import check_digest
from lineage.sources.web.exchange import Response
from lineage.sources.web.layers import (
    LARGEST,
    check_size,
    digest_of,
    head_of,
    is_head,
)
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal

PUBLIC = "https://registry.ollama.ai"
SERVER = Server("Ollama's registry", "LINEAGE_OLLAMA_REGISTRY", PUBLIC)
_ACCEPT = "application/vnd.docker.distribution.manifest.v2+json"
_DIGEST = "ollama-content-digest"
_MOST_KEPT = 500


class Registry:
    """One registry of this kind; the public one, unless its address is another."""

    name = "ollama"

    def __init__(self, address: str, manner: Manner) -> None:
        self._site = Site(parse_endpoint(address or PUBLIC, SERVER), manner)
        self._manifests: dict[str, bytes] = {}
        """Those of the last records, which their readers want to see."""

    @property
    def endpoint(self) -> Endpoint:
        """The registry's address."""
        return self._site.endpoint

    def close(self) -> None:
        """End every wait and call."""
        self._site.close()

    def fetch(self, name: OllamaName) -> ModelRecord:
        """The record of a tag, in one call. Raises UnansweredError."""
        answer = self._site.ask(
            _manifest(name),
            lambda response: self._check(response, name),
            cap=LARGEST,
            accept=_ACCEPT,
        )
        manifest = read_manifest(answer.body, self._site.who)
        if len(self._manifests) >= _MOST_KEPT:
            self._manifests.clear()
        self._manifests[manifest.digest] = manifest.raw
        return record_of(name, manifest, self.name, answer.at)

    def read(
        self, name: OllamaName, record: ModelRecord, entry: FileEntry, start: int, end: int | None
    ) -> bytes:
        """Bytes of a layer: a small one whole and compared with its digest, of weights a part of
        the head. Raises UnansweredError, ReadError."""
        if entry.path == MANIFEST and (raw := self._manifests.get(record.revision or "")):
            return raw[start:end]
        if entry.path == MANIFEST:
            answer = self._site.ask(
                _manifest(name),
                lambda response: self._same(response, name, entry),
                cap=LARGEST,
                accept=_ACCEPT,
            )
            return answer.body[start:end]
        address = f"/v2/{name.namespace}/{name.name}/blobs/sha256:{entry.sha256}"
        if is_head(entry):
            start, end = head_of(entry, start, end, record.id)
            return self._site.part(address, start, end, self._refused) if end > start else b""
        check_size(entry, record.id)
        answer = self._site.ask(
            address,
            lambda response: self._whole(response, entry, record.id),
            cap=(entry.size or 0) + 1,
            accept="*/*",
            fresh_for=None,
            off_host=True,
        )
        return answer.body[start:end]

    def _check(self, response: Response, name: OllamaName) -> None:
        who = self._site.who
        if response.status == 404 and _is_told(response, who):
            raise UnansweredError(f"{who} has no {name.plain}", Status.NOT_FOUND)
        if response.is_web_page:
            raise UnansweredError(f"a web page came where {who}'s answer was expected")
        if response.status != 200:
            raise self._refused(response)
        text = response.headers.get(_DIGEST, "").strip()
        if text and text != digest_of(response.body):
            raise PayloadError(f"{who}'s manifest is not the one whose digest it tells")
        read_manifest(response.body, who)

    def _same(self, response: Response, name: OllamaName, entry: FileEntry) -> None:
        self._check(response, name)
        check_digest(response.body, entry, name.id)

    def _whole(self, response: Response, entry: FileEntry, model: str) -> None:
        if response.status != 200:
            raise self._refused(response)
        check_digest(response.body, entry, model)

    def _refused(self, response: Response) -> UnansweredError:
        if response.status == 404:
            return UnansweredError("there is no such layer (404)")
        return refusal(response, self._site.who)


def _manifest(name: OllamaName) -> str:
    return f"/v2/{name.namespace}/{name.name}/manifests/{name.tag}"


def _is_told(response: Response, who: str) -> bool:
    """Whether a registry says so, and not another web server on the way."""
    try:
        return isinstance(parse_json(response.body, who), dict)
    except PayloadError:
        return False
