"""Reads the models of a hub from Parquet files of its statistics, with DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineage.core import clock
from lineage.core.errors import DataError, UsageError
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.record import ModelRecord
from lineage.evidence.registry import Registry
from lineage.index.build import BuildStep, Watch
from lineage.index.columns import require_duckdb
from lineage.index.layout import IndexInfo, writing
from lineage.index.writer import IndexWriter
from lineage.sources.hub.payload import record_of
from lineage.sources.web.payload import PayloadError

if TYPE_CHECKING:
    import duckdb

_BATCH = 20_000
_TEXTS = ("author", "createdAt", "lastModified", "pipeline_tag", "library_name", "sha", "gated")
_PLAIN = ("downloads", "likes", "tags", "private", "disabled")
_PARSED = ("cardData", "config", "gguf", "baseModels", "safetensors")
"""Kept as JSON text in some editions of the data, as structures in others; both are read."""


def build_from_parquet(
    path: Path,
    files: Sequence[Path],
    *,
    as_of: date | None = None,
    on_step: Watch | None = None,
    data: DataSet = EMBEDDED,
) -> IndexInfo:
    """Index the rows of the files, in their order; an interrupted
    build resumes after the last kept row."""
    engine = require_duckdb("Reading Parquet")
    if missing := [file for file in files if not file.is_file()]:
        raise UsageError(f"There is no file {missing[0]}.")
    origin = " ".join(f"{file.name}:{file.stat().st_size}" for file in files)
    with writing(path) as database:
        writer = IndexWriter(database, Registry.load(data))
        info = writer.info
        if info.source and (info.source, info.origin) != ("parquet", origin):
            raise UsageError(
                f"{path} was built from {info.source} {info.origin}.",
                "Choose another file with -o.",
            )
        if info.complete:
            raise UsageError(f"{path} is already complete.", "Remove it to build it again.")
        writer.record_progress(
            source="parquet", origin=origin, task="build", started=clock.stamp(clock.now())
        )
        first, done = (int(part) for part in (info.cursor or "0:0").split(":"))
        newest = info.as_of
        for number in range(first, len(files)):
            for records, unreadable in _batches(engine, files[number], done):
                newest = max([newest, *(record.last_modified or "" for record in records)])
                done += len(records) + unreadable
                progress = {
                    "cursor": f"{number}:{done}",
                    "as_of": newest,
                    "unreadable": writer.info.unreadable + unreadable,
                }
                writer.add(records, models=writer.info.models + len(records), **progress)
                if on_step:
                    on_step(BuildStep(writer.info.models, 0, records[-1].id if records else ""))
            done = 0
        return writer.finish(
            complete=True, task="", cursor="", as_of=as_of.isoformat() if as_of else newest
        )


def _batches(engine: Any, file: Path, skip: int) -> Iterator[tuple[list[ModelRecord], int]]:
    """Records of a file after the first `skip` rows, with how many rows named no model."""
    try:
        with engine.connect(config={"threads": 2}) as database:
            columns = _columns(database, file)
            query = f"SELECT {', '.join(columns.values())} FROM read_parquet(?) OFFSET ?"  # noqa: S608 - our own column names
            rows = database.execute(query, [str(file), skip])
            while batch := rows.fetchmany(_BATCH):
                records = [
                    record
                    for row in batch
                    if (record := _record(dict(zip(columns, row, strict=True)))) is not None
                ]
                yield records, len(batch) - len(records)
    except engine.Error as problem:
        raise DataError(
            f"{file} cannot be read as Parquet of a hub's statistics: {str(problem)[:300]}."
        ) from problem


def _columns(database: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """The expression for each of our columns that the file has;
    anything that is not text is given as JSON text."""
    described = database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
    kinds = {name: kind for name, kind, *_ in described}
    if "id" not in kinds:
        raise DataError(f"{file} has no column id, so it is not a table of models.")
    wanted = {"id": '"id"'}
    wanted |= {name: f'CAST("{name}" AS VARCHAR)' for name in _TEXTS if name in kinds}
    wanted |= {name: f'"{name}"' for name in _PLAIN if name in kinds}
    wanted |= {
        name: f'"{name}"' if kinds[name] == "VARCHAR" else f'CAST(to_json("{name}") AS VARCHAR)'
        for name in _PARSED
        if name in kinds
    }
    return wanted


def _record(row: dict[str, Any]) -> ModelRecord | None:
    payload = {key: value for key, value in row.items() if value is not None}
    for key in _PARSED:
        if isinstance(payload.get(key), str):
            payload[key] = _json(payload[key])
    for key in ("createdAt", "lastModified"):
        if key in payload:
            payload[key] = (
                payload[key].replace(" ", "T", 1)[:19] + "Z"
                if payload[key][10:11] == " "
                else payload[key]
            )
    if payload.get("gated") in ("false", "False"):
        payload["gated"] = False
    name = payload.get("id")
    try:
        return record_of(payload, requested=name, expected=name) if isinstance(name, str) else None
    except PayloadError:
        return None  # counted by the caller as unreadable


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
