"""Read a document that stands in no file, such as what a cluster is asked to start, as a YAML file
of its own is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lineage.core.use import ModelUse
from lineage.scan.answered import without_answered
from lineage.scan.entries import DEEPEST, MOST_ENTRIES, Entry, NotReadableError, Step
from lineage.scan.files import FileRead, FileReader, Repository
from lineage.scan.scan import settled
from lineage.scan.services import Services

_NAME = "document.yaml"


@dataclass(frozen=True)
class DocumentRead:
    """What a document shows of the models that it uses."""

    uses: tuple[ModelUse, ...]
    """Of every kind; a use's `line` is for `path_at` alone."""
    problems: tuple[str, ...]
    """Why it was not read whole."""
    entries: tuple[Entry, ...]

    def path_at(self, line: int) -> tuple[Step, ...]:
        """The keys and positions that lead to what was read there."""
        at = bisect_right(self.entries, line, key=lambda entry: entry.line) - 1
        return self.entries[at].path if at >= 0 else ()


def read_document(document: object, services: Services) -> DocumentRead:
    """Every use of a model in a parsed document.

    A text that only looks like a list of names or a template is read as in a file. What is over a
    bound is told in `problems`, and nothing of such a document counts as read.
    """
    try:
        entries = tuple(_entries(document))
    except NotReadableError as problem:
        return DocumentRead((), (str(problem),), ())
    reader = FileReader(Repository(Path(), (), services))
    read: FileRead = reader.read_entries(list(entries), _NAME)
    reader.close()
    problems = (*read.bounds_hit, *(one.reason for one in read.unreadable))
    return DocumentRead(tuple(without_answered(settled(read.uses))), problems, entries)


def _entries(document: object) -> Iterator[Entry]:
    """Its scalars, in order, each at lines of its own."""
    todo: list[tuple[tuple[Step, ...], object]] = [((), document)]
    line, count = 1, 0
    while todo:
        path, node = todo.pop()
        if len(path) > DEEPEST:
            raise NotReadableError(f"nested deeper than {DEEPEST}")
        if isinstance(node, dict):
            todo.extend(reversed([((*path, str(key)), value) for key, value in node.items()]))
        elif isinstance(node, list):
            todo.extend(reversed([((*path, at), value) for at, value in enumerate(node)]))
        elif node is not None:
            count += 1
            if count > MOST_ENTRIES:
                raise NotReadableError(f"more than {MOST_ENTRIES} values")
            text = str(node)
            yield Entry(path, text, line, 1, is_block="\n" in text)
            line += 2 + text.count("\n")
