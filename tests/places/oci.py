"""A container registry: manifests, indexes and blobs by OCI's distribution protocol, tokens and
logins, and the artefacts that tools for models put there."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub import Answer, HubFile, TestServer, as_json, ranged

from .ollama import digest_of

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = re.compile(r"/v2/(?P<repo>.+)/manifests/(?P<ref>[^/]+)\Z")
_BLOB = re.compile(r"/v2/(?P<repo>.+)/blobs/(?P<digest>sha256:[0-9a-f]{64})\Z")
Layer = tuple[str, HubFile, Mapping[str, str]]


def layer(kind: str, content: bytes | HubFile, path: str = "", **notes: str) -> Layer:
    """One layer: its media type, its bytes, and the path that its annotations tell."""
    file = content if isinstance(content, HubFile) else HubFile(content)
    told = {"org.cncf.model.filepath": path} if path else {}
    return kind, file, {**told, **notes}


def archive(files: Mapping[str, bytes | str], *, packed: bool = False) -> bytes:
    """A tar of these files, in their order; with `packed` by gzip."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0) if packed else out.getvalue()


@dataclass
class Artefact:
    """What one tag holds."""

    name: str
    """`acme/kit:1`."""
    config: tuple[str, bytes] = ("application/vnd.oci.empty.v1+json", b"{}")
    layers: Sequence[Layer] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    """Its `artifactType`."""
    variants: Sequence[Artefact] = ()
    """Makes it an index of these."""
    platform: str = ""
    """Within an index: `linux/amd64`."""
    is_private: bool = False
    raw: bytes = b""
    """A manifest of the test's own."""

    @property
    def repo(self) -> str:
        """The name without the tag."""
        return self.name.partition(":")[0]

    def manifest(self) -> bytes:
        """As the registry sends it."""
        if self.raw:
            return self.raw
        told: dict[str, Any] = {"schemaVersion": 2}
        if self.variants:
            told |= {"mediaType": INDEX, "manifests": [one.listed() for one in self.variants]}
        else:
            blobs = [(self.config[0], HubFile(self.config[1]), {}), *self.layers]
            config, *layers = [_listed(*blob) for blob in blobs]
            told |= {"mediaType": MANIFEST, "config": config, "layers": layers}
        told |= {"artifactType": self.kind} if self.kind else {}
        return json.dumps(told | ({"annotations": dict(self.notes)} if self.notes else {})).encode()

    @property
    def digest(self) -> str:
        """Of the manifest."""
        return f"sha256:{hashlib.sha256(self.manifest()).hexdigest()}"

    def listed(self) -> dict[str, Any]:
        """As an index lists it."""
        told: dict[str, Any] = {
            "mediaType": INDEX if self.variants else MANIFEST,
            "digest": self.digest,
            "size": len(self.manifest()),
        }
        system, _, machine = self.platform.partition("/")
        told |= {"platform": {"os": system, "architecture": machine}} if system else {}
        told |= {"artifactType": self.kind} if self.kind else {}
        return told | ({"annotations": dict(self.notes)} if self.notes else {})

    def at(self, host: str) -> Artefact:
        """The same with the registry's host where its configuration writes `{host}`."""
        kind, told = self.config
        return replace(self, config=(kind, told.replace(b"{host}", host.encode())))

    def all(self) -> list[Artefact]:
        """Itself and what it is an index of."""
        return [self, *(one for variant in self.variants for one in variant.all())]

    def blobs(self) -> dict[str, HubFile]:
        """Every blob by its digest."""
        files = [HubFile(self.config[1]), *(file for _, file, _ in self.layers)]
        return {digest_of(file): file for file in files}


def _listed(kind: str, file: HubFile, notes: Mapping[str, str]) -> dict[str, Any]:
    told = {"mediaType": kind, "digest": digest_of(file), "size": file.length}
    return told | ({"annotations": dict(notes)} if notes else {})


def kit(name: str, kitfile: Mapping[str, Any], *layers: Layer, **more: Any) -> Artefact:
    """A ModelKit of KitOps."""
    config = "application/vnd.kitops.modelkit.config.v1+json", json.dumps(kitfile).encode()
    return Artefact(name, config, layers, **more)


def model_pack(name: str, told: Mapping[str, Any], *layers: Layer, **more: Any) -> Artefact:
    """An artefact of CNCF's ModelPack."""
    config = "application/vnd.cncf.model.config.v1+json", json.dumps(told).encode()
    kind = "application/vnd.cncf.model.manifest.v1+json"
    return Artefact(name, config, layers, kind=kind, **more)


def docker_model(name: str, told: Mapping[str, Any], *layers: Layer, **more: Any) -> Artefact:
    """A model as `docker model package` makes it."""
    config = "application/vnd.docker.ai.model.config.v0.1+json"
    return Artefact(name, (config, json.dumps(told).encode()), layers, **more)


class _Routes:
    def __init__(self, artefacts: Iterable[Artefact], login: str, scheme: str) -> None:
        self.artefacts = list(artefacts)
        self.login = login
        self.scheme = scheme
        self.cdn_url = ""
        self.realm = ""
        self.issued: dict[str, str] = {}
        """Tokens, and the user whom each was given to."""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = urlsplit(target).path
        if path == "/token":
            return self._token(parse_qs(urlsplit(target).query), headers.get("authorization", ""))
        if found := _MANIFEST.match(path):
            return self._guarded(found["repo"], headers) or self._manifest(**found.groupdict())
        if found := _BLOB.match(path):
            return self._guarded(found["repo"], headers) or self._blob(**found.groupdict())
        return _error("UNSUPPORTED", 404)

    def post(self, target: str, content: bytes) -> Answer:
        asked = {key: value[0] for key, value in parse_qs(content.decode()).items()}
        user, _, secret = self.login.partition(":")
        if urlsplit(target).path != "/token" or asked.get("refresh_token") != secret:
            return _error("UNAUTHORIZED", 401)
        return self._issue(user, asked["scope"])

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        file = self._file(urlsplit(target).path.removeprefix("/s3/"))
        return (
            _error("BLOB_UNKNOWN", 404) if file is None else ranged(file, headers.get("range", ""))
        )

    def _token(self, asked: Mapping[str, list[str]], shown: str) -> Answer:
        user = ""
        if shown:
            user = base64.b64decode(shown.removeprefix("Basic ")).decode()
            if user != self.login:
                return _error("UNAUTHORIZED", 401)
        return self._issue(user.partition(":")[0], asked["scope"][0])

    def _issue(self, user: str, scope: str) -> Answer:
        token = f"token-{len(self.issued)}-of-{user or 'nobody'}-for-{scope.replace(':', '.')}"
        self.issued[token] = user
        return as_json({"token": token, "expires_in": 300})

    def _guarded(self, repo: str, headers: Mapping[str, str]) -> Answer | None:
        """The challenge, where what is shown does not open the repository."""
        if not self.scheme:
            return None
        shown = headers.get("authorization", "")
        private = any(one.is_private for one in self.artefacts if one.repo == repo)
        if self.scheme == "Basic":
            wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
            return None if shown == wanted else _challenge(f'Basic realm="{self.realm}"')
        token = shown.removeprefix("Bearer ")
        opens = token in self.issued and token.endswith(f"repository.{repo}.pull")
        if opens and (self.issued[token] or not private):
            return None
        scope = f'scope="repository:{repo}:pull"'
        return _challenge(f'Bearer realm="{self.realm}/token",service="stand-in",{scope}')

    def _manifest(self, repo: str, ref: str) -> Answer:
        held = [one for artefact in self.artefacts for one in artefact.all()]
        for one in held:
            if one.repo == repo and ref in (one.digest, one.name.partition(":")[2]):
                raw = one.manifest()
                kind = INDEX if one.variants else MANIFEST
                return Answer(200, {"Content-Type": kind, "Docker-Content-Digest": one.digest}, raw)
        return _error("MANIFEST_UNKNOWN", 404)

    def _blob(self, repo: str, digest: str) -> Answer:
        if self._file(digest) is None:
            return _error("BLOB_UNKNOWN", 404)
        return Answer(307, {"Location": f"{self.cdn_url}/s3/{digest}?X-Signature=s"})

    def _file(self, digest: str) -> HubFile | None:
        held = (one for artefact in self.artefacts for one in artefact.all())
        return next((blobs[digest] for one in held if digest in (blobs := one.blobs())), None)


def _error(code: str, status: int) -> Answer:
    return as_json({"errors": [{"code": code, "message": "not here"}]}, status)


def _challenge(told: str) -> Answer:
    answer = _error("UNAUTHORIZED", 401)
    answer.headers["WWW-Authenticate"] = told
    return answer


class OciRegistry(TestServer):
    """A registry with these artefacts; blobs lie at another host. `scheme` is `Bearer` or `Basic`
    where it asks who calls, and `login` is the one user with the password."""

    def __init__(
        self,
        artefacts: Iterable[Artefact] = (),
        *,
        login: str = "",
        scheme: str = "",
        realm: str = "",
        **how: Any,
    ) -> None:
        super().__init__(_Routes(artefacts, login, scheme), **how)
        self._realm = realm

    def __enter__(self) -> Any:
        super().__enter__()
        self.routes.realm = self._realm or self.url
        self.routes.artefacts = [one.at(self.host) for one in self.routes.artefacts]
        return self

    @property
    def host(self) -> str:
        """With the port, as names of artefacts write it."""
        return self.url.partition("://")[2]

    def id(self, name: str) -> str:
        """The id of an artefact here."""
        return f"oci://{self.host}/{name}"
