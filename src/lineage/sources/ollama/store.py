"""Ollama's store on a disk: manifests under their names, blobs under their hash."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lineage.core.errors import ReadError
from lineage.core.ollama import OllamaName
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.sources.ollama.manifest import MANIFEST, read_manifest, record_of
from lineage.sources.web.digests import check_digest
from lineage.sources.web.layers import LARGEST, check_size, head_of, is_head
from lineage.sources.web.payload import PayloadError
from lineage.sources.web.site import UnansweredError


class Store:
    """One folder such as `~/.ollama/models`. Links in it are not followed."""

    name = "ollama-store"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def close(self) -> None:
        """Nothing is open."""

    def fetch(self, name: OllamaName) -> ModelRecord | None:
        """The record of a tag that is pulled or made here; None for others. Raises
        UnansweredError where it is here and cannot be read."""
        path = self._manifest(name)
        if not os.path.lexists(path):
            return None
        try:
            return record_of(
                name, read_manifest(_content(path, 0, LARGEST), "the store"), self.name
            )
        except PayloadError as problem:
            raise UnansweredError(str(problem), Status.INVALID) from None
        except OSError as problem:
            words = f"its manifest in the store cannot be read: {problem.strerror or problem}"
            raise UnansweredError(words) from None

    def read(
        self, name: OllamaName, record: ModelRecord, entry: FileEntry, start: int, end: int | None
    ) -> bytes:
        """Bytes of a layer. Raises ReadError."""
        blob = self._folder / "blobs" / f"sha256-{entry.sha256}"
        path = self._manifest(name) if entry.path == MANIFEST else blob
        try:
            if is_head(entry):
                return _content(path, *head_of(entry, start, end, record.id))
            check_size(entry, record.id)
            whole = _content(path, 0, LARGEST)
        except OSError as problem:
            why = "it was not pulled whole" if isinstance(problem, FileNotFoundError) else problem
            raise ReadError(f"{entry.path} of {record.id} cannot be read: {why}.") from None
        check_digest(whole, entry, record.id)
        return whole[start:end]

    def _manifest(self, name: OllamaName) -> Path:
        return self._folder / "manifests" / name.host / name.namespace / name.name / name.tag


def _content(path: Path, start: int, end: int) -> bytes:
    """Bytes of a regular file; a link or a pipe is an OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is not a regular file")
        file.seek(start)
        return file.read(max(0, end - start))
