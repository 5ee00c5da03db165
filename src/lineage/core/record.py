"""What a source knows of one model: the record that every other layer reads, fetched once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.core.word import Word

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Status(Word):
    """How far a model could be looked at."""

    RESOLVED = "resolved"
    GATED = "gated"
    """Metadata is public, files need an accepted licence."""
    NOT_FOUND = "not-found"
    """The hub answers as it does for a missing or a private
    repo; which of the two cannot be known."""
    DISABLED = "disabled"
    UNREACHABLE = "unreachable"
    """The hub, or this source, could not be asked now."""
    INVALID = "invalid"
    """The name has no form of a repo id, or the answer was not one the hub gives."""
    LOCAL = "local"
    # New members go last: an index stores the position.
    NOT_READ = "not-read"
    """Its name is known to offline data, its model card is not:
    nothing can be concluded from silence."""

    @property
    def is_known(self) -> bool:
        """Whether a record of the model was read; what it declares can be followed."""
        return self in (Status.RESOLVED, Status.GATED, Status.DISABLED, Status.LOCAL)

    @property
    def has_statements(self) -> bool:
        """Whether a record may hold statements to read: its own, or what others state about it."""
        return self.is_known or self is Status.NOT_READ


class Cause(Word):
    """Why a model could not be read, where something is done about it beyond showing the reason."""

    QUOTA = "quota"
    """The hub's quota is used up."""
    EDGE = "edge"
    """Something before the hub turns calls away, whatever the quota."""
    NOT_STORED = "not-stored"
    """The offline data that answers has no such name."""


class CardRead(Word):
    """How much of the model card a record holds; its text is a file and is read as one."""

    METADATA = "metadata"
    ABSENT = "absent"
    """The file list shows that there is no card."""
    NONE = "none"
    """The card was not read: nothing may be concluded from what the record lacks."""


@dataclass(frozen=True)
class FileEntry:
    """One file in the repo's file list, as the hub or the directory lists it."""

    path: str
    size: int | None = None
    """Bytes; None where the list does not say."""
    sha256: str | None = None
    """Of the whole file; known for LFS files only."""
    blob_id: str | None = None
    """Git blob hash, for files that are not in LFS."""


@dataclass(frozen=True)
class KnownEdge:
    """A parent that something other than the model's own files
    names: a catalogue, a cache folder."""

    parent: str
    relation: Relation
    citation: str
    """URL of the place that states it."""
    location: str = ""
    """The file or field there."""
    seen: str = ""
    """When it stated so: a year, a month or a day."""
    grade: Grade = Grade.STATED
    source: str = "snapshot"
    """What found it, as its claim names it."""


@dataclass(frozen=True)
class ModelRecord:
    """What one source states about one model in one answer. Every text in it is untrusted."""

    id: str
    """The id as the source spells it now (after redirects and
    case repair); a local model's path."""
    requested: str
    """The id that was asked for."""
    status: Status
    source: str
    """`hub`, `snapshot`, `local` or `index`."""
    reason: str = ""
    """Why the status is not `resolved`, as one sentence for the report."""
    cause: Cause | None = None
    revision: str | None = None
    """The commit hash that was read."""
    repo_key: str | None = None
    """The hub's own `_id`, which a rename keeps and a re-registration cannot fake."""
    redirected_from: tuple[str, ...] = ()
    """Names that led here, oldest first."""
    card: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)
    """Card metadata as parsed (the hub's `cardData`, or the README's front matter)."""
    tags: tuple[str, ...] = ()
    base_models: Mapping[str, Any] | None = field(default=None, hash=False)
    """The hub's own tree, `{"relation": …, "models": [{"_id", "id"}]}`; None where it has none."""
    config: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)
    """The hub's whitelisted projection of config.json; the whole file is read as a document."""
    files: tuple[FileEntry, ...] | None = None
    """None where the source has no file list (a snapshot row), empty where the repo is empty."""
    gated: str | None = None
    """`auto`, `manual`, or None."""
    private: bool = False
    created_at: str | None = None
    last_modified: str | None = None
    library: str | None = None
    pipeline_tag: str | None = None
    downloads: int | None = None
    """In the last 30 days, as the hub counts."""
    likes: int | None = None
    parameters: int | None = None
    """Number of weights, from the safetensors or GGUF summary."""
    dtypes: Mapping[str, int] = field(default_factory=lambda: _NOTHING, hash=False)
    """Numbers stored of each type (`BF16`, `I32` …), from the
    safetensors summary; empty where it is not known."""
    gguf: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)
    retrieved_at: str | None = None
    """UTC, ISO 8601: when the source gave this answer (a snapshot: when it was collected)."""
    known_edges: tuple[KnownEdge, ...] = ()
    """What others state about its parents; a snapshot carries these, the Hub does not."""
    partial: bool = False
    """The model's own card was never seen, only its name; the status is `not-read`."""
    gaps: tuple[str, ...] = ()
    """What the source's answer lacks or garbles though it was asked for, one clause each."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its id, then the others that were asked for and led here, each once, whatever its letter
        case."""
        found = {name.casefold(): name for name in (*self.redirected_from, self.requested)}
        return (self.id, *(name for key, name in found.items() if key != self.id.casefold()))

    @property
    def card_read(self) -> CardRead:
        """How much of the model card this record holds."""
        if not self.status.is_known:
            return CardRead.NONE
        if self.card:
            return CardRead.METADATA
        is_listed = self.files is None or any(is_card(entry.path) for entry in self.files)
        return CardRead.NONE if is_listed else CardRead.ABSENT

    def file(self, path: str) -> FileEntry | None:
        """The entry of `path` in the file list, or None."""
        return next((entry for entry in self.files or () if entry.path == path), None)


def is_card(path: str) -> bool:
    """Whether a file is the repo's model card."""
    return path.casefold() == "readme.md"


def may_sign(path: str) -> bool:
    """Whether a file may be a signature of the repo's model, by its name and place."""
    return "/" not in path and path.lower().endswith((".sig", ".sigstore", ".sigstore.json"))
