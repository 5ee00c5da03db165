"""A model cut into files: an index maps which file holds a
tensor, and only those asked for are opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lineage.core.record import FileEntry
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.tensors import Tensor, WeightFile

MAX_FILES = 64
"""Shards without an index are all opened, up to this many."""
_SHARD = re.compile(r"(.*?)-?(\d{5})-of-(\d{5})(\.[a-z]+)\Z")


class ShardedFile:
    """Tensors of many files under one roof."""

    def __init__(self, places: Mapping[str, str], open_one: Callable[[str], WeightFile]) -> None:
        self._places = places
        self._open_one = open_one
        self._opened: dict[str, WeightFile] = {}

    @classmethod
    def of_files(cls, paths: Sequence[str], open_one: Callable[[str], WeightFile]) -> ShardedFile:
        """Without an index every file's header must be read."""
        if len(paths) > MAX_FILES:
            raise RefusedError(
                f"{len(paths)} weights files without an index are more than are opened."
            )
        opened = {path: open_one(path) for path in paths}
        whole = cls(
            {name: path for path, file in opened.items() for name in file.names()}, open_one
        )
        whole._opened = opened
        return whole

    def names(self) -> Sequence[str]:
        """As the index lists them."""
        return list(self._places)

    def tensor(self, name: str) -> Tensor:
        """From the shard that the index names.

        Raises RefusedError where the shard does not hold it.
        """
        return self._file(name).tensor(name)

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        """From the shard that the index names."""
        return self._file(name).numbers(name, first, count)

    def _file(self, name: str) -> WeightFile:
        path = self._places.get(name)
        if path is None:
            raise RefusedError(f"There is no tensor {name[:80]!r}.")
        if path not in self._opened:
            self._opened[path] = self._open_one(path)
        return self._opened[path]


def shards_of(first: FileEntry, weights: Sequence[FileEntry]) -> list[FileEntry]:
    """The files that belong with `first`: its numbered siblings, or itself alone."""
    parsed = _SHARD.match(first.path)
    if not parsed:
        return [first]
    stem, _, total, ending = parsed.groups()
    found = [
        e
        for e in weights
        if (m := _SHARD.match(e.path)) and (m[1], m[3], m[4]) == (stem, total, ending)
    ]
    return sorted(found, key=lambda entry: entry.path)
