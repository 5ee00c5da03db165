"""Writes snapshot files: the embedded one (tools/build_snapshot.py) and those that teams make."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from lineage.core.errors import CannotRunError
from lineage.core.record import ModelRecord
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.sources.snapshot.format import (
    PAGE_SIZE,
    SCHEMA,
    TABLES,
    Credit,
    SnapshotInfo,
    content_hash,
    count_models,
    key_of,
    pack,
    write_meta,
)
from lineage.sources.snapshot.record_codec import encode

_PIECE = re.compile(r'"[^"]{2,}?"(?::"[^"]{2,80}")?,?')
_DICTIONARY_SIZE = 32 * 1024 - 262
"""What one deflate window can hold."""


@dataclass(frozen=True)
class StoredDocument:
    """Bytes of one file of one model, from `start` on."""

    key: str
    path: str
    start: int
    at_end: bool
    """Whether the file ends with these bytes."""
    body: bytes


@dataclass(frozen=True)
class Content:
    """All that goes into one snapshot file."""

    records: Mapping[str, ModelRecord]
    """By `key_of`."""
    aliases: Mapping[str, str]
    """Case-folded old name to the id it leads to."""
    documents: Sequence[StoredDocument] = ()
    targets: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()


def write_snapshot(path: Path, content: Content, *, built_on: str) -> SnapshotInfo:
    """Write `path` in one step: it holds the whole new snapshot or stays as it was.

    The same content gives the same bytes under the same SQLite and zlib. Raises
    CannotRunError where the place cannot be written.
    """
    records = sorted((key, encode(record)) for key, record in content.records.items())
    aliases = sorted(content.aliases.items())
    documents = sorted(content.documents, key=lambda d: (d.key, d.path, d.start, len(d.body)))
    rows = [
        (d.key, d.path, d.start, len(d.body), int(d.at_end), hashlib.sha256(d.body).hexdigest())
        for d in documents
    ]
    info = SnapshotInfo(
        schema=SCHEMA,
        built_on=built_on,
        built_by=f"lineage {__version__}",
        models=count_models(key for key, _ in records),
        aliases=len(aliases),
        documents=len(documents),
        content_sha256=content_hash(records, aliases, rows),
        targets=content.targets,
        credits=tuple(sorted(content.credits)),
    )
    dictionary = train_dictionary(line for _, line in records)
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as problem:
        raise CannotRunError(
            f"{path} cannot be written: {problem.strerror}.", "Choose another place with -o."
        ) from problem
    os.close(handle)
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as database:
            database.execute(f"PRAGMA page_size={PAGE_SIZE}")
            database.execute("PRAGMA journal_mode=OFF")
            database.executescript(TABLES)
            database.execute("BEGIN")
            write_meta(database, info, dictionary)
            database.executemany(
                "INSERT INTO model VALUES (?, ?)",
                ((key, pack(line.encode(), dictionary)) for key, line in records),
            )
            database.executemany("INSERT INTO alias VALUES (?, ?)", aliases)
            bodies = (pack(d.body, b"") for d in documents)
            database.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((*row, body) for row, body in zip(rows, bodies, strict=True)),
            )
            database.execute("COMMIT")
            database.execute("VACUUM")
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except (OSError, sqlite3.OperationalError) as problem:
        raise CannotRunError(
            f"{path} cannot be written: {problem}.", "Choose another place with -o."
        ) from problem
    finally:
        Path(draft).unlink(missing_ok=True)
    return info


def train_dictionary(lines: Iterable[str]) -> bytes:
    """What records have in common, the most frequent last, where
    deflate reaches it at the least cost."""
    counts = Counter(piece for line in lines for piece in set(_PIECE.findall(line)))
    useful = sorted(
        (count * (len(piece) - 3), piece)
        for piece, count in counts.items()
        if count > 1 and len(piece) > 4
    )
    chosen: list[str] = []
    size = 0
    for _, piece in reversed(useful):
        if size + len(piece) > _DICTIONARY_SIZE:
            break
        chosen.append(piece)
        size += len(piece)
    return "".join(reversed(chosen)).encode()[-_DICTIONARY_SIZE:]


def merge_aliases(aliases: Mapping[str, str], records: Iterable[ModelRecord]) -> dict[str, str]:
    """Add every name that led to a record, without names that are records of their own."""
    known = list(records)
    own = {key_of(record.id) for record in known}
    merged = {old.casefold(): new for old, new in aliases.items()}
    for record in known:
        merged.update(
            {name.casefold(): record.id for name in (*record.redirected_from, record.requested)}
        )
    return {
        old: new for old, new in sorted(merged.items()) if old != new.casefold() and old not in own
    }
