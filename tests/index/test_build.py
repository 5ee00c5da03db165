"""Indexes are built from any source, stopped anywhere, gone on with and brought up to date."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hub import Fault, HubModel, TestHub
from index_models import MODELS, NOW, model
from lineage.claims.readers import all_readers
from lineage.core.errors import CannotRunError, DataError, UsageError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.graph.walker import walk
from lineage.index.build import build_from_hub, build_from_snapshot, update_from_hub
from lineage.index.check import verify_index
from lineage.index.source import IndexSource
from lineage.sources.hub.source import HubSource
from lineage.sources.snapshot.source import SnapshotSource

Edges = Callable[[Path], set[tuple[str, str, int]]]


def test_the_list_route_is_walked_once_in_few_calls(hub: TestHub, built: Path) -> None:
    """Eight models are one call, and file lists, which make most of an answer, are not asked
    for."""
    (call,) = hub.calls
    assert "siblings" not in call.target
    assert "cardData" in call.target
    info = IndexSource(built).info()
    assert (info.models, info.complete, info.built_on, info.pages) == (8, True, "2026-11-22", 1)
    assert verify_index(built) == []


def test_every_edge_of_a_live_walk_is_in_the_index(built: Path, source: HubSource) -> None:
    """The index reads cards as an audit does: letter case repaired, all parents of a merge kept."""
    index = IndexSource(built)
    for name in ("quant/base-7b-instruct-gguf", "ours/product", "ours/adapter"):
        live = walk(ModelRef(name), source, all_readers())
        kept = walk(ModelRef(name), index, all_readers())
        assert {(e.child, e.parent, e.relation) for e in kept.edges} == {
            (e.child, e.parent, e.relation) for e in live.edges
        }
        assert set(index.ancestors(name)) == {e.parent for e in live.edges}


def test_a_walk_stopped_after_each_call_ends_with_the_same_index(
    tmp_path: Path, hub: TestHub, source: HubSource, built: Path, edges_of: Edges
) -> None:
    """Three models a page, one page a run: what was read is never read again."""
    hub.forget()
    path = tmp_path / "steps.sqlite"
    for _ in range(2):
        assert not build_from_hub(path, source, now=NOW, max_calls=1, page_size=3).complete
    assert build_from_hub(path, source, now=NOW, max_calls=1, page_size=3).complete
    assert len(hub.calls) == 3
    assert edges_of(path) == edges_of(built)
    assert verify_index(path) == []


def test_a_hub_that_breaks_off_costs_one_page_and_says_how_to_resume(
    tmp_path: Path, hub: TestHub, edges_of: Edges, built: Path
) -> None:
    """The first page stays; the second run asks for the rest only."""
    path = tmp_path / "broken.sqlite"
    trouble = hub.trouble(Fault.STATUS, "cursor=", status=400)
    with pytest.raises(CannotRunError, match="3 models are kept; run the same command again"):
        build_from_hub(path, HubSource(hub.url, False), now=NOW, page_size=3)
    trouble.times = 0
    hub.forget()
    build_from_hub(path, HubSource(hub.url, False), now=NOW, page_size=3)
    assert all("cursor=" in call.target for call in hub.calls)
    assert edges_of(path) == edges_of(built)


@pytest.mark.posix
def test_a_build_killed_in_the_middle_loses_nothing_it_kept(
    tmp_path: Path, clean_env: dict[str, str]
) -> None:
    """SIGKILL while pages come in: the file is whole, and the next run goes on from its cursor."""
    many = [
        model(f"many/m{i:03}", f"many/m{i - 1:03}" if i else None, day=1 + i // 10)
        for i in range(200)
    ]
    path = tmp_path / "killed.sqlite"
    with TestHub(many, latency=0.02) as served:
        command = [
            sys.executable,
            "-m",
            "lineage",
            "index",
            "build",
            "-o",
            str(path),
            "--page-size",
            "5",
        ]
        env = clean_env | {"HF_ENDPOINT": served.url}
        started = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        while len(served.calls) < 8 and started.poll() is None:
            time.sleep(0.01)
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
        kept = IndexSource(path).info()
        assert 0 < kept.models < 200
        assert verify_index(path) == []
        served.forget()
        assert subprocess.run(command, env=env, check=False, capture_output=True).returncode == 0
        assert len(served.calls) == 40 - kept.pages
    assert IndexSource(path).info().models == 200
    assert len(IndexSource(path).ancestors("many/m199")) == 199


def test_an_update_brings_in_what_is_new_and_what_changed(
    hub: TestHub, source: HubSource, built: Path, edges_of: Edges
) -> None:
    """One call, newest change first; an edge that the card no longer declares is gone."""
    hub.add(
        HubModel(
            "new/tune",
            card={"base_model": "lone/model"},
            created_at="2026-11-23T00:00:00.000Z",
            last_modified="2026-11-23T00:00:00.000Z",
        )
    )
    hub.add(
        HubModel(
            "ours/product",
            card={"base_model": "other/root"},
            created_at="2025-01-06T00:00:00.000Z",
            last_modified="2026-11-24T00:00:00.000Z",
        )
    )
    hub.forget()
    info = update_from_hub(built, source, now=NOW.replace(month=12), page_size=3)
    assert len(hub.calls) == 1
    assert (info.built_on, info.models) == ("2026-12-22", 9)
    assert {(c, p) for c, p, _ in edges_of(built) if c in ("new/tune", "ours/product")} == {
        ("new/tune", "lone/model"),
        ("ours/product", "other/root"),
    }
    assert verify_index(built) == []


def test_an_interrupted_update_goes_on_and_keeps_its_first_date(
    hub: TestHub, source: HubSource, built: Path
) -> None:
    """The moment that counts is when the update began: what changed since comes with the next
    one."""
    for i in range(6):
        stamp = f"2026-11-2{3 + i}T00:00:00.000Z"
        hub.add(HubModel(f"new/m{i}", created_at=stamp, last_modified=stamp))
    began = NOW.replace(month=12)
    half = update_from_hub(built, source, now=began, page_size=2, max_calls=1)
    assert (half.task, half.built_on) == ("update", "2026-11-22")
    done = update_from_hub(built, source, now=began.replace(day=25), page_size=2)
    assert (done.task, done.built_on, done.models) == ("", "2026-12-22", 14)


def test_a_complete_index_is_not_built_over(source: HubSource, built: Path, tmp_path: Path) -> None:
    """Nor is one of another source."""
    with pytest.raises(UsageError, match="already complete"):
        build_from_hub(built, source, now=NOW)
    with pytest.raises(UsageError, match="holds an index already"):
        build_from_snapshot(built, SnapshotSource.embedded())


def test_the_embedded_snapshot_makes_an_index_at_once(tmp_path: Path) -> None:
    """All of its models, moves included; it never says that a model is missing from the hub."""
    path = tmp_path / "snapshot.sqlite"
    info = build_from_snapshot(path, SnapshotSource.embedded())
    held = SnapshotSource.embedded().info()
    assert (info.models, info.built_on, info.complete) == (held.models, held.built_on, True)
    index = IndexSource(path)
    assert index.fetch(ModelRef("no/such-model")).status is Status.UNREACHABLE
    assert index.fetch(ModelRef("qwen/qwen2.5-7b-instruct")).id == "Qwen/Qwen2.5-7B-Instruct"
    assert set(
        SnapshotSource.embedded().expected_ancestors("unsloth/Llama-3.2-3B-Instruct-bnb-4bit")
    ) <= set(index.ancestors("unsloth/Llama-3.2-3B-Instruct-bnb-4bit"))


def test_a_rename_is_learned_where_card_and_hub_must_mean_the_same(tmp_path: Path) -> None:
    """The card keeps the old name, the hub links the new one: whoever names the old one alone is
    linked too."""
    models = [
        model("new-org/base"),
        model(
            "a/tune",
            "old-org/base",
            base_models={
                "relation": "finetune",
                "models": [{"_id": "0" * 24, "id": "new-org/base"}],
            },
        ),
        model("b/tune", "Old-Org/Base", base_models=None),
    ]
    with TestHub(models) as served:
        path = tmp_path / "moved.sqlite"
        build_from_hub(path, HubSource(served.url, False), now=NOW)
    index = IndexSource(path)
    assert index.ancestors("b/tune") == ("new-org/base",)
    assert index.fetch(ModelRef("old-org/base")).id == "new-org/base"


def test_hostile_rows_change_nothing_else(tmp_path: Path) -> None:
    """Deep, long, lying and nameless rows are kept out or bounded; the rest of their page is
    there."""
    deep: object = "x/y"
    for _ in range(60):
        deep = {"name": deep}
    models = [
        *MODELS,
        HubModel("evil/deep", card={"base_model": deep, "license": "a" * 100_000}),
        HubModel("evil/many", card={"base_model": [f"org/m{i}" for i in range(5000)]}),
        HubModel("evil/self", card={"base_model": "EVIL/self"}),
        HubModel("evil/nameless", extra={"id": "../../etc/passwd"}),
    ]
    with TestHub(models) as served:
        path = tmp_path / "evil.sqlite"
        info = build_from_hub(path, HubSource(served.url, False), now=NOW)
    assert (info.models, info.unreadable) == (11, 1)
    assert verify_index(path) == []
    index = IndexSource(path)
    assert len(index.ancestors("evil/many")) <= 400
    assert index.ancestors("evil/self") == ()
    assert len(str(index.fetch(ModelRef("evil/deep")).card["license"])) <= 1000


def test_damage_is_found(built: Path, tmp_path: Path) -> None:
    """Another's record, an edge to nothing, and a file that is none are reported."""
    with closing(sqlite3.connect(built)) as database, database:
        database.execute(
            "UPDATE model SET body = (SELECT body FROM model WHERE id = 0) WHERE id = 1"
        )
        database.execute("INSERT INTO edge VALUES (0, 99999, '', 0, 0, 0)")
    problems = " ".join(verify_index(built))
    assert "is another's" in problems
    assert "parent without a name" in problems
    assert "holds" in problems
    (tmp_path / "not.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DataError, match="not an index file"):
        verify_index(tmp_path / "not.sqlite")
