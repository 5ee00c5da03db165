"""A team's own snapshot: what a run read live is what it reads again without a network."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeSource, make_record, unreachable
from lineage.core.errors import CannotRunError, DataError, ReadError
from lineage.core.record import FileEntry, KnownEdge, ModelRecord, Status
from lineage.core.ref import ModelRef, parse_ref
from lineage.core.relation import Relation
from lineage.sources.interface import Source
from lineage.sources.snapshot.check import verify_snapshot
from lineage.sources.snapshot.create import Look, create_snapshot
from lineage.sources.snapshot.record_codec import decode, encode
from lineage.sources.snapshot.recording import RecordingSource
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.snapshot.writer import Content, write_snapshot

SHA = "0123456789abcdef0123456789abcdef01234567"


def reading(*files: tuple[str, int, int | None]) -> Callable[[Source], Look]:
    """A stand-in for the audit: follows `base_model` and reads the given ranges of every model."""

    def begin(source: Source) -> Look:
        def look(target: str) -> None:
            record = source.fetch(parse_ref(target))
            for path, start, end in files:
                if record.file(path):
                    source.read(record, path, start, end)
            for parent in record.card.get("base_model", []):
                look(parent)

        return look

    return begin


def hub() -> FakeSource:
    child = make_record(
        "Org/Child", "old/base", revision=SHA, retrieved_at="2026-11-22T10:00:00Z", gated="manual"
    )
    files = {
        "Org/Child": {"README.md": b"# hi", "model.gguf": b"GGUF" + bytes(96)},
        "org/base": {"README.md": b""},
    }
    return FakeSource(
        {"Org/Child": child, "org/base": [], "org/shut": unreachable("org/shut")},
        files,
        {"old/base": "org/base"},
    )


def test_a_run_over_the_snapshot_reads_what_the_live_run_read(tmp_path: Path) -> None:
    """Records with every fact, former names, and the file parts that were read; nothing else is
    made up."""
    path = tmp_path / "team.sqlite"
    begin = reading(("README.md", 0, None), ("model.gguf", 0, 64))
    made = create_snapshot(
        path, ["Org/Child@main", "org/shut"], hub(), begin, built_on="2026-11-22"
    )
    assert (made.info.models, made.info.documents, made.info.targets) == (
        2,
        3,
        ("Org/Child@main", "org/shut"),
    )
    assert made.missed == {"org/shut": "the Hub could not be reached: connection refused"}
    snapshot = SnapshotSource(path)
    child = snapshot.fetch(ModelRef("org/child"))
    assert (child.revision, child.retrieved_at, child.gated, child.source) == (
        SHA,
        "2026-11-22T10:00:00Z",
        "manual",
        "snapshot",
    )
    assert child.files == (FileEntry("README.md", 4), FileEntry("model.gguf", 100))
    assert snapshot.fetch(ModelRef("Org/Child", SHA)).status is Status.RESOLVED
    assert snapshot.fetch(ModelRef("old/base")).id == "org/base"
    assert snapshot.read(child, "README.md") == b"# hi"
    assert snapshot.read(child, "model.gguf", 0, 64) == (b"GGUF" + bytes(96))[:64]
    with pytest.raises(ReadError):
        snapshot.read(child, "model.gguf")
    assert snapshot.fetch(ModelRef("org/shut")).status is Status.UNREACHABLE
    assert verify_snapshot(path) == (made.info, ())


def test_a_model_read_at_a_tag_answers_for_that_tag_and_its_commit_only(tmp_path: Path) -> None:
    """It says nothing about the newest revision."""
    create_snapshot(
        tmp_path / "s",
        ["Org/Child@v1.0"],
        hub(),
        reading(("README.md", 0, None)),
        built_on="2026-11-22",
    )
    snapshot = SnapshotSource(tmp_path / "s")
    tagged = snapshot.fetch(ModelRef("org/child", "v1.0"))
    assert tagged.revision == SHA
    assert snapshot.read(tagged, "README.md") == b"# hi"
    assert snapshot.fetch(ModelRef("org/child", SHA)).status is Status.RESOLVED
    assert snapshot.fetch(ModelRef("org/child")).status is Status.UNREACHABLE


def test_nothing_is_written_where_nothing_could_be_read(tmp_path: Path) -> None:
    """An older snapshot at that place stays as it was."""
    path = tmp_path / "s"
    path.write_bytes(b"older")
    with pytest.raises(CannotRunError, match="connection refused"):
        create_snapshot(
            path, ["org/m"], FakeSource(otherwise=unreachable), reading(), built_on="2026-11-22"
        )
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(CannotRunError, match="cannot be written"):
        create_snapshot(
            tmp_path / "absent" / "s", ["Org/Child"], hub(), reading(), built_on="2026-11-22"
        )


def test_what_is_too_large_to_keep_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run itself still gets its bytes."""
    monkeypatch.setattr("lineage.sources.snapshot.recording.MAX_TOTAL", 10)
    recording = RecordingSource(hub())
    child = recording.fetch(ModelRef("Org/Child"))
    assert len(recording.read(child, "model.gguf")) == 100
    assert recording.read(child, "README.md") == b"# hi"
    assert recording.dropped == ("Org/Child/model.gguf",)
    assert [d.path for d in recording.content().documents] == ["README.md"]


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement, values)
        database.commit()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM model WHERE key = 'org/base'", "it holds (1, 1, 3)"),
        ("UPDATE alias SET id = 'evil/base'", "its content is not what was written"),
        ("UPDATE document SET body = x'00' WHERE path = 'model.gguf'", "document org/child@"),
        ("UPDATE model SET body = x'4b04000000ffff' WHERE key = 'org/base'", "model org/base"),
        ("UPDATE document SET sha256 = '0' WHERE path = 'model.gguf'", "its bytes are not those"),
    ],
)
def test_verify_finds_every_kind_of_damage(tmp_path: Path, statement: str, told: str) -> None:
    """Records, names and documents are all under the hash."""
    path = tmp_path / "s"
    create_snapshot(
        path,
        ["Org/Child"],
        hub(),
        reading(("README.md", 0, None), ("model.gguf", 0, 9)),
        built_on="2026-11-22",
    )
    change(path, statement)
    problems = verify_snapshot(path)[1]
    assert any(told in problem for problem in problems), problems


def test_verify_finds_flipped_bytes(tmp_path: Path) -> None:
    """Wherever a file rots, that is reported, or the file still holds exactly what was written."""
    path = tmp_path / "s"
    create_snapshot(
        path, ["Org/Child"], hub(), reading(("README.md", 0, None)), built_on="2026-11-22"
    )
    whole = path.read_bytes()
    meant = (verify_snapshot(path), list(SnapshotSource(path).records()))
    used = [at for at in range(100, len(whole)) if whole[at]]
    found = 0
    for at in used[:: max(1, len(used) // 150)]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            checked = verify_snapshot(path)
        except DataError:
            found += 1
            continue
        if checked[1]:
            found += 1
        else:
            assert (checked, list(SnapshotSource(path).records())) == meant, at
    assert found > 75


def test_a_view_in_the_place_of_a_table_is_refused(tmp_path: Path) -> None:
    """A file from elsewhere must not make us run its queries."""
    path = tmp_path / "s"
    write_snapshot(path, Content({"org/m": make_record("org/m")}, {}), built_on="2026-11-22")
    change(path, "ALTER TABLE model RENAME TO kept")
    change(path, "CREATE VIEW model AS SELECT * FROM kept")
    with pytest.raises(DataError, match="no table model"):
        verify_snapshot(path)


INTEGER = st.integers(-(2**60), 2**60)
LEAVES = st.none() | st.booleans() | INTEGER | st.text()
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OBJECT = st.dictionaries(st.text(), JSON, max_size=3)
TEXT = st.none() | st.text(max_size=20)
TEXTS = st.lists(st.text()).map(tuple)
FILE = st.builds(FileEntry, st.text(), st.none() | INTEGER, TEXT, TEXT)
EDGE = st.builds(KnownEdge, st.text(), st.sampled_from(Relation), st.text())
RECORDS = st.builds(
    ModelRecord,
    id=st.text(),
    requested=st.just("asked"),
    status=st.sampled_from(Status),
    source=st.just("snapshot"),
    reason=st.text(),
    revision=TEXT,
    redirected_from=TEXTS,
    card=OBJECT,
    tags=TEXTS,
    base_models=st.none() | OBJECT,
    files=st.none() | st.lists(FILE).map(tuple),
    gated=TEXT,
    private=st.booleans(),
    downloads=st.none() | INTEGER,
    partial=st.booleans(),
    known_edges=st.lists(EDGE).map(tuple),
)


@given(RECORDS)
def test_a_record_comes_back_as_it_was(record: ModelRecord) -> None:
    """Every field, whatever strangers wrote into it, half characters included."""
    assert decode(encode(record), requested="asked", source="snapshot") == record


@given(JSON)
def test_any_other_line_is_a_data_error(value: object) -> None:
    """A damaged or forged row cannot bring in values of other types."""
    with pytest.raises(DataError):
        decode(json.dumps(value), requested="asked", source="snapshot")
    with pytest.raises(DataError):
        decode(
            json.dumps({"id": "a/b", "status": "resolved", "tags": [1], "x": value}),
            requested="asked",
            source="snapshot",
        )
