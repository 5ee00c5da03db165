"""Which source answers: local paths, the Hub, or for a whole run the snapshot."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes import FakeSource, make_record, unreachable
from lineage.core.errors import InvalidRefError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.auto import AutoSource, target_ref
from lineage.sources.snapshot.format import key_of
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.snapshot.writer import Content, StoredDocument, write_snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> SnapshotSource:
    records = {
        key_of(id): make_record(id, *parents)
        for id, parents in {"org/m": ["org/base"], "org/base": []}.items()
    }
    write_snapshot(
        tmp_path / "s",
        Content(records, {}, [StoredDocument("org/m", "README.md", 0, True, b"old")]),
        built_on="2026-11-22",
    )
    return SnapshotSource(tmp_path / "s")


def test_the_hub_answers_while_it_can(snapshot: SnapshotSource) -> None:
    """No notice, no snapshot."""
    notices: list[str] = []
    hub = FakeSource({"org/m": ["org/live"]}, {"org/m": {"README.md": b"new"}})
    source = AutoSource(hub, snapshot, on_notice=notices.append)
    record = source.fetch(ModelRef("org/m"))
    assert (record.source, record.card["base_model"]) == ("hub", ["org/live"])
    assert source.read(record, "README.md") == b"new"
    assert (source.name, source.fell_back, notices) == ("hub", False, [])


def test_without_any_answer_of_the_hub_the_whole_run_uses_the_snapshot(
    snapshot: SnapshotSource,
) -> None:
    """With one notice that says why and how old, and without asking the Hub again and again."""
    notices: list[str] = []
    hub = FakeSource(otherwise=unreachable)
    source = AutoSource(hub, snapshot, on_notice=notices.append)
    record = source.fetch(ModelRef("org/m"))
    assert (record.status, record.source) == (Status.RESOLVED, "snapshot")
    assert source.read(record, "README.md") == b"old"
    assert source.fetch(ModelRef("org/base")).source == "snapshot"
    assert hub.fetched == ["org/m"]
    assert (source.name, source.fell_back) == ("snapshot", True)
    assert notices == [
        "Could not reach the Hub (the Hub could not be reached: connection refused). "
        "Used offline data of 2026-11-22, which may be out of date."
    ]
    unknown = source.fetch(ModelRef("org/else"))
    assert unknown.status is Status.UNREACHABLE
    assert "connection refused" in unknown.reason
    assert "not in the offline data of 2026-11-22" in unknown.reason


def test_one_ancestor_out_of_reach_is_not_filled_in(snapshot: SnapshotSource) -> None:
    """Once the Hub answered, live and old answers are never mixed."""
    hub = FakeSource({"org/m": ["org/base"]}, otherwise=unreachable)
    source = AutoSource(hub, snapshot)
    assert source.fetch(ModelRef("org/m")).source == "hub"
    base = source.fetch(ModelRef("org/base"))
    assert (base.status, base.source) == (Status.UNREACHABLE, "hub")
    assert not source.fell_back


def test_a_missing_model_is_an_answer_and_a_bad_name_is_none(snapshot: SnapshotSource) -> None:
    """`not-found` shows that the Hub is there; a name that is never sent shows nothing."""
    hub = FakeSource(
        {
            "org/bad": make_record("org/bad", status=Status.INVALID),
            "org/gone": make_record("org/gone", status=Status.NOT_FOUND),
        },
        otherwise=unreachable,
    )
    source = AutoSource(hub, snapshot)
    assert source.fetch(ModelRef("org/bad")).status is Status.INVALID
    assert source.fetch(ModelRef("org/m")).source == "snapshot"
    source = AutoSource(hub, snapshot)
    assert source.fetch(ModelRef("org/gone")).status is Status.NOT_FOUND
    assert source.fetch(ModelRef("org/m")).status is Status.UNREACHABLE


def test_a_hub_that_refuses_is_there_and_the_snapshot_does_not_answer_for_it(
    snapshot: SnapshotSource,
) -> None:
    """403, 429 and unusable answers come from a hub: old data must not replace what it refuses."""
    notices: list[str] = []
    source = AutoSource(
        FakeSource(otherwise=unreachable),
        snapshot,
        has_answered=lambda: True,
        on_notice=notices.append,
    )
    record = source.fetch(ModelRef("org/m"))
    assert (record.status, record.source, source.fell_back, notices) == (
        Status.UNREACHABLE,
        "hub",
        False,
        [],
    )


class OneLate:
    """A hub on which every model but one fails at once, and that one answers after all others have
    failed."""

    name = "hub"

    def __init__(self, others: int, late: Status) -> None:
        self._failed = threading.Semaphore(0)
        self._others = others
        self._late = late

    def fetch(self, ref: ModelRef) -> ModelRecord:
        if ref.id != "org/late":
            self._failed.release()
            return unreachable(ref.id)
        for _ in range(self._others):
            assert self._failed.acquire(timeout=5)
        return make_record(ref.id, status=self._late, reason="late")

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        raise AssertionError("nothing is read here")


@pytest.mark.parametrize(
    ("late", "expected"), [(Status.RESOLVED, "hub"), (Status.UNREACHABLE, "snapshot")]
)
def test_requests_that_went_out_together_decide_together(
    snapshot: SnapshotSource, late: Status, expected: str
) -> None:
    """Timing cannot mix sources: a failed first request waits for the others before the Hub is
    given up."""
    notices: list[str] = []
    source = AutoSource(OneLate(3, late), snapshot, on_notice=notices.append)
    with ThreadPoolExecutor(4) as pool:
        slow = pool.submit(source.fetch, ModelRef("org/late"))
        while not source._asking:
            pass
        records = list(
            pool.map(source.fetch, [ModelRef("org/m"), ModelRef("org/base"), ModelRef("org/m")])
        )
        records.append(slow.result())
    assert {record.source for record in records} == {expected}
    assert len(notices) == (expected == "snapshot")


def test_offline_asks_the_disk_and_the_snapshot_alone(
    snapshot: SnapshotSource, tmp_path: Path
) -> None:
    """That is not a fallback, so it needs no notice; a local model's base comes from the
    snapshot."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "README.md").write_text("---\nbase_model: org/m\n---\n")
    notices: list[str] = []
    source = AutoSource(None, snapshot, on_notice=notices.append)
    local = source.fetch(target_ref(str(tmp_path / "model")))
    assert (local.status, local.source, local.card["base_model"]) == (
        Status.LOCAL,
        "local",
        "org/m",
    )
    assert source.read(local, "README.md", 0, 3) == b"---"
    assert source.fetch(ModelRef("org/m")).source == "snapshot"
    assert source.expected_ancestors("org/m") == ("org/base",)
    assert source.expected_ancestors(local.id) == ()
    assert (source.name, source.fell_back, notices) == ("snapshot", False, [])


def test_a_path_that_exists_is_local_and_a_card_can_never_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotSource
) -> None:
    """`org/m` is asked of the Hub though a folder has that name, from the command line and from a card; a path and a weights file are local."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "m").mkdir(parents=True)
    (tmp_path / "org" / "m" / "w.gguf").touch()
    (tmp_path / "org" / "a b").touch()
    for name in ("org/m", "org/m/", "org/m@main"):
        assert target_ref(name).id == "org/m"
    assert target_ref("org/m/w.gguf") == ModelRef("./org/m/w.gguf")
    assert target_ref("org/a b") == ModelRef("./org/a b")
    assert target_ref("./org/m/") == ModelRef("./org/m")
    assert target_ref(str(tmp_path)) == ModelRef(str(tmp_path))
    assert target_ref(".") == ModelRef("./")
    monkeypatch.chdir(tmp_path / "org")
    assert target_ref("..") == ModelRef("../")
    assert target_ref("../org/m") == ModelRef("../org/m")
    monkeypatch.chdir(tmp_path)
    assert target_ref("org/other@v1") == ModelRef("org/other", "v1")
    assert target_ref("hf://org/m") == ModelRef("org/m")
    source = AutoSource(FakeSource({"org/m": []}), snapshot)
    assert source.fetch(ModelRef("org/m")).source == "hub"
    assert source.fetch(target_ref("./org/m")).source == "local"


@pytest.mark.parametrize("target", ["./absent", "/absent/model.gguf", "~/model", "a b", "a\0b", ""])
def test_what_can_be_neither_is_an_error_with_a_next_step(target: str) -> None:
    """A missing path is called a missing path."""
    with pytest.raises(InvalidRefError) as problem:
        target_ref(target)
    assert problem.value.next_step
    assert ("no file or folder" in problem.value.message) == target.startswith((".", "/", "~"))
