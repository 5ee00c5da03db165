"""A filed pack where it lies: its members are hashed in a stream, and only the documents that are
looked into are held in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.plain_file import NotPlainError, hash_plain, read_plain
from lineage.workflows.pack import LARGEST_MEMBER, SUMS, sha256

_LARGEST_DOCUMENT = 256 * 2**20


class FiledPack(Mapping[str, bytes]):
    """The bytes of each member by its path, read when asked for. A link is none of the pack's
    bytes, wherever it leads.

    Raises UsageError where the folder is no pack, or holds what is no plain file.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / SUMS).exists():
            raise UsageError(
                f"{folder} is not a lineage pack: it has no {SUMS}.",
                "Name the folder that `lineage pack` made.",
            )
        self._folder = folder
        try:
            found = [p for p in sorted(folder.rglob("*")) if p.is_symlink() or not p.is_dir()]
        except OSError as problem:
            raise _unreadable(problem, folder) from problem
        self._digests = {p.relative_to(folder).as_posix(): self._hashed(p) for p in found}

    def __getitem__(self, path: str) -> bytes:
        if path not in self._digests:
            raise KeyError(path)
        place = self._folder / path
        if place.is_symlink():
            return b""
        try:
            content = read_plain(place, _LARGEST_DOCUMENT)
        except OSError as problem:
            raise _unreadable(problem, place) from problem
        if sha256(content) != self._digests[path]:
            raise CannotRunError(f"{place} was changed while it was read.", "Run it again.")
        return content

    def __contains__(self, path: object) -> bool:
        """Without reading it."""
        return path in self._digests

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def digest(self, path: str) -> str:
        """SHA-256 of a member in hexadecimal."""
        return self._digests[path]

    def _hashed(self, place: Path) -> str:
        if place.is_symlink():
            return hashlib.sha256().hexdigest()
        try:
            return hash_plain(place, LARGEST_MEMBER)
        except OSError as problem:
            raise _unreadable(problem, place) from problem


def digest_of(files: Mapping[str, bytes], path: str) -> str:
    """SHA-256 of one file of a pack, filed or in memory."""
    return files.digest(path) if isinstance(files, FiledPack) else sha256(files[path])


def _unreadable(problem: OSError, place: Path) -> UsageError | CannotRunError:
    if isinstance(problem, NotPlainError):
        return UsageError(
            f"{problem.filename} is not part of a lineage pack: {problem.strerror}.",
            "Name the folder that `lineage pack` made, as it was filed.",
        )
    return CannotRunError(
        f"{problem.filename or place} could not be read: {problem.strerror or problem}."
    )
