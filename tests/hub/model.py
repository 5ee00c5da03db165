"""One model on the test Hub, and the JSON that the Hub's API gives of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The server's own list, as its 400 answer gives it.
EXPANDABLE = (
    *(
        "author",
        "baseModels",
        "cardData",
        "config",
        "createdAt",
        "disabled",
        "downloads",
        "downloadsAllTime",
        "evalResults",
    ),
    *(
        "gated",
        "inference",
        "inferenceProviderMapping",
        "lastModified",
        "library_name",
        "likes",
        "mask_token",
        "model-index",
    ),
    *(
        "pipeline_tag",
        "private",
        "safetensors",
        "sha",
        "siblings",
        "spaces",
        "tags",
        "transformersInfo",
        "trendingScore",
    ),
    *("widgetData", "gguf", "resourceGroup", "xetEnabled", "childrenModelCount", "usedStorage"),
)
DETAIL_ONLY = ("childrenModelCount", "usedStorage")
"""The list route answers 400 for these."""
_LEFT_OUT = (
    "author",
    "baseModels",
    "cardData",
    "gguf",
    "library_name",
    "pipeline_tag",
    "safetensors",
)
"""Keys that a model without the thing has none of; every other key is there, though empty."""
_DEFAULT = (
    *(
        "author",
        "private",
        "disabled",
        "gated",
        "sha",
        "lastModified",
        "createdAt",
        "pipeline_tag",
        "library_name",
        "tags",
    ),
    *(
        "downloads",
        "likes",
        "cardData",
        "config",
        "siblings",
        "spaces",
        "safetensors",
        "gguf",
        "usedStorage",
    ),
)
_LFS_ENDINGS = (".safetensors", ".gguf", ".bin", ".onnx", ".pt", ".msgpack", ".h5")

Resolver = Callable[[str], "HubModel | None"]


@dataclass(frozen=True)
class HubFile:
    """The bytes of one file; `size` larger than the data means that zeros follow (a file that is
    never loaded into memory)."""

    data: bytes = b""
    size: int | None = None
    lfs: bool = False

    @property
    def length(self) -> int:
        return len(self.data) if self.size is None else self.size

    def read(self, start: int, end: int) -> bytes:
        end = min(end, self.length)
        kept = self.data[start:end]
        return kept + bytes(max(0, end - start - len(kept)))

    @property
    def blob_id(self) -> str:
        return hashlib.sha1(
            b"blob %d\0" % self.length + self.data, usedforsecurity=False
        ).hexdigest()

    @property
    def sha256(self) -> str:
        claimed = b"" if self.size is None else b"%d" % self.size
        return hashlib.sha256(self.data + claimed).hexdigest()


@dataclass
class HubModel:
    """What the test Hub knows of one model. Only the id is needed; what is left out is made up, the
    same on every run."""

    id: str
    card: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, HubFile | bytes | str] = field(default_factory=dict)
    aliases: Sequence[str] = ()
    """Names that redirect here."""
    gated: bool | str = False
    private: bool = False
    disabled: bool = False
    readers: frozenset[str] = frozenset()
    """Tokens that may read it where it is private or gated."""
    sha: str = ""
    repo_key: str = ""
    branches: Mapping[str, str] = field(default_factory=dict)
    """Further revisions: name to commit hash. `main` is always there."""
    base_models: Any = "derive"
    """`derive` does what the Hub does: link exact names and renames, infer the relation from the
    file type, drop the rest."""
    tags: Sequence[str] = ()
    """Further tags, beside those that follow from the card."""
    config: Mapping[str, Any] = field(default_factory=dict)
    safetensors: Mapping[str, Any] | None = None
    gguf: Mapping[str, Any] | None = None
    library: str | None = "transformers"
    pipeline_tag: str | None = "text-generation"
    downloads: int = 100
    likes: int = 1
    created_at: str = "2025-01-02T03:04:05.000Z"
    last_modified: str = "2025-02-03T04:05:06.000Z"
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the payload last: the way to write a lying or broken one."""

    def __post_init__(self) -> None:
        self.sha = self.sha or hashlib.sha1(self.id.encode(), usedforsecurity=False).hexdigest()
        self.repo_key = self.repo_key or hashlib.sha256(self.id.encode()).hexdigest()[:24]

    @property
    def author(self) -> str | None:
        return self.id.partition("/")[0] if "/" in self.id else None

    def file(self, path: str) -> HubFile | None:
        found = self.files.get(path)
        if found is None or isinstance(found, HubFile):
            return found
        data = found.encode() if isinstance(found, str) else found
        return HubFile(data, lfs=path.endswith(_LFS_ENDINGS))

    def commit(self, revision: str) -> str | None:
        """The commit that a revision names, by branch, whole hash or a prefix of at least seven
        digits."""
        if revision in ("main", "HEAD", self.sha):
            return self.sha
        known = {**self.branches, "main": self.sha}
        if revision in known:
            return known[revision]
        return next(
            (sha for sha in known.values() if len(revision) >= 7 and sha.startswith(revision)), None
        )

    def linked(self, resolve: Resolver) -> dict[str, Any] | None:
        """`baseModels` as the Hub derives it; None where it links nothing."""
        if self.base_models != "derive":
            return self.base_models
        named = self.card.get("base_model")
        names = (
            [named]
            if isinstance(named, str)
            else [name for name in named or () if isinstance(name, str)]
        )
        parents = [parent for name in names if (parent := resolve(name)) is not None]
        if not parents:
            return None
        relation = self.card.get("base_model_relation") or self._guessed(len(parents))
        return {
            "relation": relation,
            "models": [{"_id": parent.repo_key, "id": parent.id} for parent in parents],
        }

    def _guessed(self, parents: int) -> str:
        if parents > 1:
            return "merge"
        if self.library in ("peft", "adapter-transformers"):
            return "adapter"
        quantized = any(path.endswith((".gguf", ".onnx")) for path in self.files)
        return "quantized" if quantized or "quantization_config" in self.config else "finetune"

    def all_tags(self, resolve: Resolver) -> list[str]:
        tags = [
            tag for tag in (self.library, self.config.get("model_type"), self.pipeline_tag) if tag
        ]
        tags += [tag for tag in self.card.get("tags") or () if isinstance(tag, str)]
        linked = self.linked(resolve)
        if isinstance(linked, dict):
            for parent in linked.get("models", ()):
                tags += [
                    f"base_model:{parent['id']}",
                    f"base_model:{linked['relation']}:{parent['id']}",
                ]
        if isinstance(self.card.get("license"), str):
            tags.append(f"license:{self.card['license']}")
        return [*tags, *self.tags, "region:us"]

    def siblings(self, blobs: bool) -> list[dict[str, Any]]:
        return [self._sibling(path, blobs) for path in sorted(self.files)]

    def _sibling(self, path: str, blobs: bool) -> dict[str, Any]:
        entry: dict[str, Any] = {"rfilename": path}
        file = self.file(path)
        if blobs and file is not None:
            entry |= {"blobId": file.blob_id, "size": file.length}
            if file.lfs:
                entry["lfs"] = {"sha256": file.sha256, "size": file.length, "pointerSize": 134}
        return entry

    def payload(
        self,
        resolve: Resolver,
        *,
        expand: Sequence[str] = (),
        blobs: bool = False,
        commit: str | None = None,
    ) -> dict[str, Any]:
        """The detail answer: with `expand` exactly `_id`, `id` and what was asked; absent where the
        Hub leaves a key out."""
        wanted = expand or _DEFAULT
        linked = self.linked(resolve)
        known: dict[str, Any] = {
            "author": self.author,
            "baseModels": linked,
            "cardData": dict(self.card) or None,
            "childrenModelCount": {"adapter": 0, "merge": 0, "quantized": 0, "finetune": 0},
            "config": dict(self.config),
            "createdAt": self.created_at,
            "disabled": self.disabled,
            "downloads": self.downloads,
            "downloadsAllTime": self.downloads * 12,
            "gated": self.gated,
            "gguf": self.gguf,
            "inferenceProviderMapping": {},
            "lastModified": self.last_modified,
            "library_name": self.library,
            "likes": self.likes,
            "mask_token": None,
            "model-index": None,
            "pipeline_tag": self.pipeline_tag,
            "private": self.private,
            "safetensors": self.safetensors,
            "sha": commit or self.sha,
            "siblings": self.siblings(blobs),
            "spaces": [],
            "tags": self.all_tags(resolve),
            "trendingScore": 0.5,
            "usedStorage": sum(file.length for path in self.files if (file := self.file(path))),
            "xetEnabled": True,
        }
        body: dict[str, Any] = {"_id": self.repo_key, "id": self.id}
        if not expand:
            body["modelId"] = self.id
        body |= {
            key: known[key]
            for key in wanted
            if key in known and (known[key] is not None or key not in _LEFT_OUT)
        }
        return body | dict(self.extra)

    def row(self, resolve: Resolver, expand: Sequence[str] = ()) -> dict[str, Any]:
        """The list answer's shorter row."""
        if expand:
            row = self.payload(resolve, expand=expand)
            if "inferenceProviderMapping" in row:
                row["inferenceProviderMapping"] = []  # a mapping in the detail answer
            return row
        keys = (
            "likes",
            "trendingScore",
            "private",
            "downloads",
            "tags",
            "pipeline_tag",
            "library_name",
            "createdAt",
        )
        return {**self.payload(resolve, expand=keys), "modelId": self.id}
