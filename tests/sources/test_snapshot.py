"""The snapshot source: one lookup, any spelling, and an honest answer where it knows nothing."""

from __future__ import annotations

import gc
import threading
import zlib
from pathlib import Path

import pytest

from fakes import make_record
from lineage.core.errors import DataError, ReadError
from lineage.core.record import FileEntry, KnownEdge, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.sources.snapshot.format import key_of, open_read_only, pack, unpack
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.snapshot.writer import Content, StoredDocument, merge_aliases, write_snapshot

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def snapshot(tmp_path: Path) -> SnapshotSource:
    records = [
        make_record(
            "Org/Child",
            "Org/Parent",
            revision=SHA,
            files=(FileEntry("README.md", 5, None, "ab"),),
            gguf={"architecture": "llama"},
        ),
        make_record("Org/Parent", "org/root"),
        make_record(
            "org/root", redirected_from=("old/root",), downloads=3, card={"dates": [1, None, 2.5]}
        ),
        make_record(
            "org/named",
            status=Status.NOT_READ,
            partial=True,
            known_edges=(
                KnownEdge("org/root", Relation.QUANTIZED, "https://example.org/x", "row 3", "2026"),
            ),
        ),
        make_record("org/gone", status=Status.NOT_FOUND, reason="missing"),
    ]
    documents = [
        StoredDocument("org/child", "README.md", 0, True, b"hello"),
        StoredDocument("org/child", "big.gguf", 0, False, b"GGUF" + bytes(60)),
    ]
    content = Content(
        {key_of(r.id): r for r in records},
        merge_aliases({"older/root": "old/root"}, records),
        documents,
        ("Org/Child",),
    )
    path = tmp_path / "my snapshot #1?.sqlite"
    write_snapshot(path, content, built_on="2026-11-22")
    return SnapshotSource(path)


def test_any_letter_case_finds_the_model_and_keeps_both_names(snapshot: SnapshotSource) -> None:
    """A wrong spelling is repaired, and reported."""
    record = snapshot.fetch(ModelRef("oRG/cHILD"))
    assert (record.id, record.requested, record.redirected_from) == (
        "Org/Child",
        "oRG/cHILD",
        ("oRG/cHILD",),
    )
    assert record.card == {"base_model": ["Org/Parent"]}
    assert record.files == (FileEntry("README.md", 5, None, "ab"),)
    assert (record.source, record.status) == ("snapshot", Status.RESOLVED)


def test_an_old_name_leads_to_the_present_one_over_two_hops(snapshot: SnapshotSource) -> None:
    """Renames of renames are followed."""
    record = snapshot.fetch(ModelRef("older/root"))
    assert record.id == "org/root"
    assert record.redirected_from == ("old/root", "older/root")


def test_a_model_that_is_not_stored_is_unreachable_not_missing(snapshot: SnapshotSource) -> None:
    """A snapshot cannot know what exists."""
    record = snapshot.fetch(ModelRef("somebody/else"))
    assert (record.status, record.reason) == (
        Status.UNREACHABLE,
        "not in the offline data of 2026-11-22",
    )


def test_what_is_stored_as_gone_is_not_found(snapshot: SnapshotSource) -> None:
    """A checked absence is an answer."""
    assert snapshot.fetch(ModelRef("org/GONE")).status is Status.NOT_FOUND


def test_another_revision_than_the_stored_one_is_not_answered(snapshot: SnapshotSource) -> None:
    """Facts of one revision are not passed off as those of another."""
    assert snapshot.fetch(ModelRef("Org/Child", SHA)).status is Status.RESOLVED
    assert snapshot.fetch(ModelRef("Org/Child", SHA[:8])).status is Status.RESOLVED
    assert snapshot.fetch(ModelRef("Org/Child", "main")).status is Status.RESOLVED
    other = snapshot.fetch(ModelRef("Org/Child", "f" * 40))
    assert other.status is Status.UNREACHABLE
    assert SHA in other.reason
    assert "no particular revision" in snapshot.fetch(ModelRef("Org/Parent", "f" * 40)).reason


def test_files_are_read_where_the_asked_bytes_are_stored(snapshot: SnapshotSource) -> None:
    """A stored head of a big file answers for its range only."""
    child = snapshot.fetch(ModelRef("Org/Child"))
    assert snapshot.read(child, "README.md") == b"hello"
    assert snapshot.read(child, "README.md", 1, 900) == b"ello"
    assert snapshot.read(child, "README.md", 9, 900) == b""
    assert snapshot.read(child, "big.gguf", 0, 4) == b"GGUF"
    for start, end in ((0, 65), (0, None), (60, 70)):
        with pytest.raises(ReadError, match=r"does not hold big\.gguf"):
            snapshot.read(child, "big.gguf", start, end)
    with pytest.raises(ReadError, match="does not hold"):
        snapshot.read(child, "config.json")


def test_expected_ancestors_come_nearest_first_and_stop_at_the_limit(
    snapshot: SnapshotSource,
) -> None:
    """The chain that the file knows, cited edges included."""
    assert snapshot.expected_ancestors("org/child") == ("Org/Parent", "org/root")
    assert snapshot.expected_ancestors("org/child", limit=1) == ("Org/Parent",)
    assert snapshot.expected_ancestors("org/named") == ("org/root",)
    assert snapshot.expected_ancestors("somebody/else") == ()


def test_many_threads_may_ask_at_once(snapshot: SnapshotSource) -> None:
    """The walk fetches concurrently."""
    answers: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: answers.extend(
                snapshot.fetch(ModelRef("org/root")).id for _ in range(50)
            )
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["org/root"] * 400


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order in which it was collected."""
    records = [make_record(f"org/m{i}", f"org/m{i + 1}") for i in range(200)]
    paths = [tmp_path / "a", tmp_path / "b"]
    for path, order in zip(paths, (records, records[::-1]), strict=True):
        write_snapshot(path, Content({r.id: r for r in order}, {}), built_on="2026-11-22")
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("body", [b"", b"no database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_not_a_snapshot_is_a_data_error(tmp_path: Path, body: bytes) -> None:
    """One sentence with a next step, and no answer made up from it."""
    path = tmp_path / "x"
    path.write_bytes(body)
    with pytest.raises(DataError, match="not a snapshot file"):
        SnapshotSource(path).info()
    assert SnapshotSource(path).fetch(ModelRef("org/root")).status is Status.UNREACHABLE
    with pytest.raises(DataError, match="not a snapshot file"):
        open_read_only(tmp_path / "absent")


def test_a_bomb_is_refused_before_it_grows() -> None:
    """A snapshot from elsewhere may hold anything."""
    bomb = pack(bytes(1_000_000), b"")
    assert len(bomb) < 2_000
    with pytest.raises(DataError, match="larger than it may be"):
        unpack(bomb, b"", 10_000)
    with pytest.raises(DataError, match="damaged"):
        unpack(zlib.compress(b"x"), b"", 100)


def test_an_unused_source_opens_nothing_and_a_used_one_closes(
    tmp_path: Path, snapshot: SnapshotSource
) -> None:
    """No file is open after use, and none is opened before."""
    SnapshotSource(tmp_path / "absent")
    snapshot.fetch(ModelRef("org/root"))
    snapshot.close()
    assert snapshot.fetch(ModelRef("org/root")).id == "org/root"
    del snapshot
    gc.collect()
