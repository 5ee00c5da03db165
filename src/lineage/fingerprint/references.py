"""The stored references: those that ship with the package, and those that a user computed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from lineage.core.errors import CannotRunError, DataError
from lineage.core.packaged import DATA
from lineage.fingerprint.sketch import Sketch, parse_sketch

MAX_LINE = 256 * 1024
MAX_LINES = 200_000


class References:
    """Sketches by repo and by width.

    Of two with one repo id the later wins, so that a user's own replaces a shipped one.
    """

    def __init__(self, sketches: Iterable[Sketch] = ()) -> None:
        self._by_repo = {sketch.repo.casefold(): sketch for sketch in sketches}

    def __len__(self) -> int:
        return len(self._by_repo)

    def all(self) -> list[Sketch]:
        """By repo id."""
        return [self._by_repo[key] for key in sorted(self._by_repo)]

    def of_repo(self, repo: str) -> Sketch | None:
        """In any letter case."""
        return self._by_repo.get(repo.casefold())

    def of_width(self, width: int) -> list[Sketch]:
        """Those that can be compared channel by channel with a model of this width."""
        return [sketch for sketch in self.all() if sketch.width == width]

    def with_more(self, sketches: Iterable[Sketch]) -> References:
        """These and others."""
        return References([*self._by_repo.values(), *sketches])


@cache
def shipped() -> References:
    """The sketches that come with the package."""
    text = (DATA / "fingerprints" / "references.jsonl").read_text(encoding="utf-8")
    return References(parse_lines(text.splitlines(), "the shipped references"))


def load_file(path: Path) -> References:
    """A user's references; none where there is no such file.

    Raises DataError for a line that is not a sketch.
    """
    if not path.exists():
        return References()
    try:
        with path.open(encoding="utf-8") as lines:
            return References(parse_lines(lines, str(path)))
    except (OSError, UnicodeDecodeError) as problem:
        raise DataError(f"{path} cannot be read: {problem}.") from problem


def parse_lines(lines: Iterable[str], where: str) -> list[Sketch]:
    """One sketch a line."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE or number > MAX_LINES:
            raise DataError(f"{where}, line {number}: more than any references file holds.")
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise DataError(
                f"{where}, line {number}: not JSON.",
                "Compute the reference again with `lineage fingerprint add`.",
            ) from problem
        try:
            found.append(parse_sketch(row))
        except DataError as problem:
            raise DataError(
                f"{where}, line {number}: {problem.message}", problem.next_step
            ) from problem
    return found


def save_file(path: Path, sketches: Sequence[Sketch]) -> None:
    """Replace the file in one step, sorted by repo, so that an
    interrupted run leaves the old or the new one whole."""
    text = "".join(
        json.dumps(sketch.to_dict(), separators=(",", ":"), sort_keys=True) + "\n"
        for sketch in References(sketches).all()
    )
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        raise CannotRunError(
            f"{path} cannot be written: {problem.strerror}.", "Choose another file with --store."
        ) from problem
