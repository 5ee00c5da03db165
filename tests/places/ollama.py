"""Ollama's registry, a running Ollama and its store: manifests, blobs, `/api/tags`, `/api/show`."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub import Answer, HubFile, TestServer, as_json, ranged

KIND = "application/vnd.ollama.image."
_MANIFEST = re.compile(r"/v2/(?P<ns>[^/]+)/(?P<name>[^/]+)/manifests/(?P<tag>[^/]+)\Z")
_BLOB = re.compile(r"/v2/[^/]+/[^/]+/blobs/(?P<digest>sha256:[0-9a-f]{64})\Z")


def gguf_head(values: Mapping[str, str | int], padding: int = 0) -> bytes:
    """The beginning of a GGUF file with these key-values, and zeros behind it."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for key, value in values.items():
        is_text = isinstance(value, str)
        head += text(key) + struct.pack("<I", 8 if is_text else 4)
        head += text(str(value)) if is_text else struct.pack("<I", value)
    return head + bytes(padding)


@dataclass
class OllamaModel:
    """One tag. What is left out is made up, the same on every run."""

    name: str
    """`deepseek-r1:8b`, `user/name:tag`."""
    gguf: Mapping[str, str | int] = field(default_factory=dict)
    size: int = 5_000_000_000
    """Of the weights: they are zeros behind the head, and never in memory."""
    config: Mapping[str, Any] = field(default_factory=dict)
    licence: Sequence[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Further layers by kind: `template`, `system`, `params` …"""
    taken_from: str = ""
    """`from` of the layer with the weights."""
    adapter: str = ""
    """`from` of an adapter's layer; none without."""
    weights: bool = True
    raw: bytes = b""
    """A manifest that is on record, and its blobs by their digests."""
    recorded: Mapping[str, HubFile] = field(default_factory=dict)
    show: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the answer of `/api/show`."""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> tuple[str, str, str]:
        """Namespace, name and tag."""
        rest, _, tag = self.name.partition(":")
        namespace, _, name = rest.rpartition("/")
        return namespace or "library", name, tag or "latest"

    def layers(self) -> list[tuple[str, HubFile, dict[str, str]]]:
        """Kind, content and further keys of each layer."""
        found: list[tuple[str, HubFile, dict[str, str]]] = []
        if self.weights:
            more = {"from": self.taken_from} if self.taken_from else {}
            found.append(("model", HubFile(gguf_head(self.gguf), self.size), more))
        if self.adapter:
            found.append(("adapter", HubFile(b"GGUF" + bytes(60)), {"from": self.adapter}))
        found += [("license", HubFile(text.encode()), {}) for text in self.licence]
        found += [(kind, HubFile(text.encode()), {}) for kind, text in self.texts.items()]
        return found

    def blobs(self) -> dict[str, HubFile]:
        """Every blob by its digest; what is larger than its bytes has a digest made up."""
        made = {digest_of(file): file for _, file, _ in [*self.layers(), self._config()]}
        return dict(self.recorded) or made

    def _config(self) -> tuple[str, HubFile, dict[str, str]]:
        told = {
            "model_format": "gguf",
            "model_family": "qwen2",
            "model_families": ["qwen2"],
            "model_type": "7.6B",
            "file_type": "Q4_K_M",
            "architecture": "amd64",
            "os": "linux",
            **self.config,
        }
        return "", HubFile(json.dumps(told).encode()), {}

    def manifest(self) -> bytes:
        """As the registry sends it."""
        if self.raw:
            return self.raw
        _, config, _ = self._config()
        return json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "config": {
                    "mediaType": "application/vnd.docker.container.image.v1+json",
                    "digest": digest_of(config),
                    "size": config.length,
                },
                "layers": [
                    {
                        "mediaType": KIND + kind,
                        "digest": digest_of(file),
                        "size": file.length,
                        **more,
                    }
                    for kind, file, more in self.layers()
                ],
            }
        ).encode()

    def row(self) -> dict[str, Any]:
        """As `/api/tags` lists it."""
        return {
            "name": self.name,
            "model": self.name,
            "modified_at": "2026-08-22T10:00:00Z",
            "size": self.size,
            "digest": hashlib.sha256(self.manifest()).hexdigest(),
            "details": {
                "parent_model": "",
                "format": "gguf",
                "family": "qwen2",
                "families": ["qwen2"],
                "parameter_size": "7.6B",
                "quantization_level": "Q4_K_M",
                **self.details,
            },
        }

    def shown(self) -> dict[str, Any]:
        """As `/api/show` answers."""
        return {
            "license": "\n".join(self.licence),
            "modelfile": f'# Modelfile generated by "ollama show"\n# FROM {self.name}\n\n'
            f"FROM /usr/share/ollama/.ollama/models/blobs/sha256-{'a' * 64}\n",
            "template": self.texts.get("template", ""),
            "details": self.row()["details"],
            "model_info": {**self.gguf, "tokenizer.ggml.tokens": None},
            "capabilities": ["completion"],
            "modified_at": "2026-08-22T10:00:00Z",
            **self.show,
        }

    def write(self, store: Path) -> Path:
        """Lay it out in a store as Ollama does; the weights are a file with a hole."""
        manifest = store.joinpath("manifests", "registry.ollama.ai", *self.path)
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_bytes(self.manifest())
        (store / "blobs").mkdir(exist_ok=True)
        for digest, file in self.blobs().items():
            with (store / "blobs" / digest.replace(":", "-")).open("wb") as blob:
                blob.write(file.data)
                blob.truncate(file.length)
        return manifest


def digest_of(file: HubFile) -> str:
    """The digest of a file's bytes; of weights, whose zeros are never hashed, one made up."""
    if file.size is None:
        return f"sha256:{hashlib.sha256(file.data).hexdigest()}"
    return f"sha256:{file.sha256}"


class _RegistryRoutes:
    def __init__(self, models: Iterable[OllamaModel]) -> None:
        self.models = list(models)
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = urlsplit(target).path
        if found := _MANIFEST.match(path):
            return self._manifest(found["ns"], found["name"], found["tag"])
        if (found := _BLOB.match(path)) and self._blob(found["digest"]) is not None:
            return Answer(307, {"Location": f"{self.cdn_url}/r2/{found['digest']}?X-Signature=s"})
        return _unknown("BLOB_UNKNOWN")

    def post(self, target: str, content: bytes) -> Answer:
        return _unknown("UNSUPPORTED")

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        file = self._blob(urlsplit(target).path.removeprefix("/r2/"))
        return _unknown("BLOB_UNKNOWN") if file is None else ranged(file, headers.get("range", ""))

    def _blob(self, digest: str) -> HubFile | None:
        return next((blobs[digest] for m in self.models if digest in (blobs := m.blobs())), None)

    def _manifest(self, *path: str) -> Answer:
        model = next((one for one in self.models if one.path == path), None)
        if model is None:
            return _unknown("MANIFEST_UNKNOWN")
        raw = model.manifest()
        return Answer(
            200,
            {
                "Content-Type": "application/vnd.docker.distribution.manifest.v2+json",
                "ollama-content-digest": f"sha256:{hashlib.sha256(raw).hexdigest()}",
                "ollama-push-time": "1754000000",
            },
            raw,
        )


def _unknown(code: str) -> Answer:
    return as_json({"errors": [{"code": code, "message": "not found"}]}, 404)


class OllamaRegistry(TestServer):
    """A registry with these tags; blobs lie at another host, as the live one's do."""

    def __init__(self, models: Iterable[OllamaModel] = (), **how: Any) -> None:
        super().__init__(_RegistryRoutes(models), **how)


class _DaemonRoutes:
    def __init__(self, models: Iterable[OllamaModel]) -> None:
        self.models = list(models)
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        if urlsplit(target).path == "/api/tags":
            return as_json({"models": [one.row() for one in self.models]})
        return as_json({"error": "not found"}, 404)

    def post(self, target: str, content: bytes) -> Answer:
        asked = json.loads(content).get("model")
        model = next((one for one in self.models if one.name == asked), None)
        if urlsplit(target).path != "/api/show" or model is None:
            return as_json({"error": f"model '{asked}' not found"}, 404)
        return as_json(model.shown())

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        return as_json({"error": "not found"}, 404)


class OllamaDaemon(TestServer):
    """A running Ollama that holds these models."""

    def __init__(self, models: Iterable[OllamaModel] = (), **how: Any) -> None:
        super().__init__(_DaemonRoutes(models), **how)
