"""Results of a batch on the disk, a line each, so that a rerun does only what is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lineage.batch.executor import Done, Executor, Work
from lineage.core.errors import CannotRunError, DataError

FORMAT = "lineage-batch/1"


class BatchJournal:
    """Appends what is done; what is there when it is opened counts as done."""

    def __init__(self, path: Path, job: str) -> None:
        """`job` says what the work is; a journal of other work is not gone on with. Raises DataError."""
        self._path = path
        self._head = {"schema": FORMAT, "job": job}
        self.results: dict[str, str] = {}
        if path.exists() and path.stat().st_size:
            self._load()

    def add(self, done: Done[str]) -> None:
        """Keep one result so that it survives a power cut. Raises CannotRunError."""
        lines = [] if self._path.exists() and self._path.stat().st_size else [self._head]
        text = "".join(
            json.dumps(line) + "\n" for line in [*lines, {"item": done.item, "result": done.result}]
        )
        try:
            with self._path.open("a", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
        except OSError as problem:
            raise CannotRunError(
                f"{self._path} cannot be written: {problem.strerror}.", "Choose another journal."
            ) from problem
        self.results[done.item] = done.result or ""

    def _load(self) -> None:
        whole, newline, torn = self._path.read_text(encoding="utf-8").rpartition("\n")
        head, *lines = whole.split("\n") if newline else [""]
        try:
            if json.loads(head) != self._head:
                raise DataError(
                    f"{self._path} is the journal of other work.",
                    "Choose another file, or remove it.",
                )
            for line in lines:
                kept = json.loads(line)
                self.results[str(kept["item"])] = str(kept["result"])
        except (ValueError, KeyError, TypeError) as problem:
            raise DataError(
                f"{self._path} is no journal of a batch: {problem}.",
                "Choose another file, or remove it.",
            ) from problem
        if torn:  # the line that an interruption cut in two
            self._path.write_text(whole + "\n", encoding="utf-8")


def run_batch(
    work: Work,
    items: Sequence[str],
    executor: Executor,
    journal: BatchJournal | None = None,
    on_done: Callable[[Done[str]], None] | None = None,
) -> dict[str, Done[str]]:
    """Every item, by item, in the order given; those of the journal are not done again. Problems are not kept: a rerun tries them."""
    known = journal.results if journal else {}
    found = {item: Done(item, known[item]) for item in items if item in known}
    for done in _missing(work, [item for item in items if item not in known], executor):
        if journal and not done.problem:
            journal.add(done)
        found[done.item] = done
        if on_done:
            on_done(done)
    return {item: found[item] for item in dict.fromkeys(items)}


def _missing(work: Work, items: Sequence[str], executor: Executor) -> Iterator[Done[str]]:
    if items:
        yield from executor.run(work, items)
