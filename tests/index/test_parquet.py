"""Parquet files of a hub's statistics become the same index as the hub's own list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index_models import MODELS
from lineage.core.errors import DataError
from lineage.core.ref import ModelRef
from lineage.index.check import verify_index
from lineage.index.parquet import build_from_parquet
from lineage.index.source import IndexSource

duckdb = pytest.importorskip("duckdb")


def rows() -> list[dict[str, object]]:
    """The small hub in the columns of the public statistics: cards as JSON text, trees as
    structures."""
    from hub import TestHub

    with TestHub(MODELS) as served:
        linked = served.routes.linked
        return [
            {
                "id": m.id,
                "author": m.author,
                "createdAt": m.created_at[:19].replace("T", " "),
                "lastModified": m.last_modified[:19].replace("T", " "),
                "downloads": m.downloads,
                "tags": m.all_tags(linked),
                "cardData": json.dumps(m.card),
                "baseModels": m.linked(linked),
                "library_name": m.library,
                "pipeline_tag": m.pipeline_tag,
            }
            for m in MODELS
        ]


def parquet(path: Path, rows: list[dict[str, object]]) -> Path:
    lines = path.with_suffix(".jsonl")
    lines.write_text("\n".join(map(json.dumps, rows)))
    duckdb.sql(
        f"COPY (SELECT * REPLACE (CAST(createdAt AS TIMESTAMP) AS createdAt, CAST(lastModified AS TIMESTAMP) AS lastModified) "
        f"FROM read_json('{lines}', columns={{id: 'VARCHAR', author: 'VARCHAR', createdAt: 'VARCHAR', lastModified: 'VARCHAR', "
        f"downloads: 'BIGINT', tags: 'VARCHAR[]', cardData: 'VARCHAR', library_name: 'VARCHAR', pipeline_tag: 'VARCHAR', "
        f"baseModels: 'STRUCT(relation VARCHAR, models STRUCT(_id VARCHAR, id VARCHAR)[])'}})) TO '{path}' (FORMAT parquet)"
    )
    return path


def test_the_same_edges_as_from_the_list_route(tmp_path: Path, built: Path, edges_of) -> None:
    """Structures, JSON text and timestamps are read; the date is that of the newest change."""
    path = tmp_path / "stats.sqlite"
    info = build_from_parquet(path, [parquet(tmp_path / "models.parquet", rows())])
    assert edges_of(path) == edges_of(built)
    assert (info.models, info.built_on, info.complete) == (len(MODELS), "2025-01-08", True)
    assert verify_index(path) == []
    record = IndexSource(path).fetch(ModelRef("acme/base-7b"))
    assert (record.downloads, record.created_at, record.card["license"]) == (
        1000,
        "2025-01-01T00:00:00Z",
        "mit",
    )


def test_an_interrupted_build_resumes_after_the_last_stored_row(
    tmp_path: Path, edges_of, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files, broken off in the second: the rest is added, nothing twice."""
    monkeypatch.setattr("lineage.index.parquet._BATCH", 2)
    files = [
        parquet(tmp_path / "a.parquet", rows()[:3]),
        parquet(tmp_path / "b.parquet", rows()[3:]),
    ]
    path = tmp_path / "stats.sqlite"
    seen: list[int] = []

    def stop(step) -> None:
        seen.append(step.models)
        if step.models == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_from_parquet(path, files, on_step=stop)
    info = build_from_parquet(path, files, on_step=lambda step: seen.append(step.models))
    assert seen == [2, 3, 5, 7, 8]
    assert info.models == len(MODELS)
    assert edges_of(path) == edges_of(built)


def test_a_file_that_is_not_a_table_of_models_is_refused(tmp_path: Path) -> None:
    """Damaged Parquet, and one without ids."""
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        build_from_parquet(tmp_path / "x.sqlite", [tmp_path / "bad.parquet"])
    duckdb.sql(f"COPY (SELECT 1 AS n) TO '{tmp_path / 'other.parquet'}' (FORMAT parquet)")
    with pytest.raises(DataError, match="no column id"):
        build_from_parquet(tmp_path / "y.sqlite", [tmp_path / "other.parquet"])
