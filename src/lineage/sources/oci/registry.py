"""One container registry: manifests by tag or digest, blobs by digest."""

from __future__ import annotations

from lineage.core.oci import DOCKER_HUB, OciName
from lineage.core.record import Status
from lineage.sources.oci.docker_config import DockerConfig
from lineage.sources.oci.login import RegistryLogin
from lineage.sources.oci.manifest import ACCEPTED, Index, Manifest, read_listing
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.exchange import Response
from lineage.sources.web.layers import LARGEST, digest_of
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal

_FRESH = 600.0
"""Seconds for which a tag is taken to hold what it held."""
_TOLD = "docker-content-digest"


class Registry:
    """The registry at one address."""

    def __init__(self, host: str, address: str, config: DockerConfig, manner: Manner) -> None:
        who = "Docker Hub's registry" if host == DOCKER_HUB else f"the registry at {host}"
        server = Server(who, "LINEAGE_DOCKER_REGISTRY", "https://ghcr.io")
        endpoint = parse_endpoint(address, server)
        self._host = host
        self._login = RegistryLogin(host, endpoint, config, manner)
        self._site = Site(endpoint, manner, self._login)

    def close(self) -> None:
        """End every wait and call."""
        self._site.close()
        self._login.close()

    def listing(self, name: OciName, digest: str = "") -> tuple[Manifest | Index, str]:
        """What a name holds, or what is listed under a digest, and when that was reported. Raises
        UnansweredError."""
        wanted = digest or name.digest

        def check(response: Response) -> None:
            self._check(response, name)
            digest = wanted or response.headers.get(_TOLD, "").strip()
            if digest.startswith("sha256:") and digest != digest_of(response.body):
                raise PayloadError(f"{self._site.who}'s manifest is not what its digest says")

        answer = self._site.ask(
            f"/v2/{name.repo}/manifests/{wanted or name.tag}",
            check,
            cap=LARGEST,
            accept=ACCEPTED,
            fresh_for=None if wanted else _FRESH,
        )
        return read_listing(answer.body, self._site.who), answer.at

    def blob(self, name: OciName, digest: str, size: int) -> bytes:
        """A small blob, whole and what its digest says. Raises UnansweredError."""

        def check(response: Response) -> None:
            if response.status != 200:
                raise self._refused(response)
            if digest_of(response.body) != digest:
                raise PayloadError("it is not what its digest says")

        return self._site.ask(
            _blob(name, digest), check, cap=size + 1, accept="*/*", fresh_for=None, off_host=True
        ).body

    def part(self, name: OciName, digest: str, start: int, end: int) -> bytes:
        """Bytes of a blob. Raises UnansweredError."""
        if end <= start:
            return b""
        return self._site.part(_blob(name, digest), start, end, self._refused)

    def _check(self, response: Response, name: OciName) -> None:
        who = self._site.who
        if response.is_web_page:
            raise UnansweredError(f"a web page came where {who}'s answer was expected")
        if response.status in (401, 404) and _is_told(response, who):
            why = "" if response.status == 404 else ", or shows it only after `docker login`"
            raise UnansweredError(f"{who} has no {name.below}{why}", Status.NOT_FOUND)
        if response.status != 200:
            raise self._refused(response)
        read_listing(response.body, who)

    def _refused(self, response: Response) -> UnansweredError:
        if response.status == 404:
            return UnansweredError("there is no such layer (404)")
        if response.status in (401, 403):
            words = f"{self._site.who} asks for a login ({response.status})"
            return UnansweredError(f"{words}: `docker login {self._host}`")
        return refusal(response, self._site.who)


def _blob(name: OciName, digest: str) -> str:
    return f"/v2/{name.repo}/blobs/{digest}"


def _is_told(response: Response, who: str) -> bool:
    """Whether a registry says so, and not another web server on the way."""
    try:
        content = parse_json(response.body, who)
    except PayloadError:
        return False
    return isinstance(content, dict) and isinstance(content.get("errors"), list)
