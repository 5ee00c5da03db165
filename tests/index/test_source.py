"""The index answers audits as the hub would, says of when it is, and never claims to know what it
cannot."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import pytest

from index_models import MODELS, NOW
from lineage.core.errors import ReadError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.index.build import build_from_hub
from lineage.index.source import IndexSource
from lineage.policy.finding import Verdict
from lineage.sources.hub.source import HubSource
from lineage.workflows.audit import audit
from lineage.workflows.options import Options, Where


def test_a_complete_index_of_a_hub_may_say_that_a_model_is_missing(built: Path) -> None:
    """With the reason, and the day."""
    record = IndexSource(built).fetch(ModelRef("no/such-model"))
    assert record.status is Status.NOT_FOUND
    assert "2026-11-22" in record.reason


def test_an_unfinished_index_says_only_that_it_does_not_hold_a_model(
    tmp_path: Path, source: HubSource
) -> None:
    """What was not listed yet may well exist."""
    path = tmp_path / "half.sqlite"
    build_from_hub(path, source, now=NOW, max_calls=1, page_size=3)
    record = IndexSource(path).fetch(ModelRef("lone/model"))
    assert record.status is Status.UNREACHABLE
    assert "not complete yet" in record.reason


def test_a_revision_that_the_index_did_not_see_is_not_answered(built: Path) -> None:
    """The hub's commit of that day, or a prefix of it, is; any other is unreachable."""
    index = IndexSource(built)
    held = index.fetch(ModelRef("lone/model")).revision
    assert held is not None
    assert index.fetch(ModelRef("lone/model", held[:8])).status is Status.RESOLVED
    assert index.fetch(ModelRef("lone/model", "f" * 40)).status is Status.UNREACHABLE


def test_no_file_is_read_from_an_index(built: Path) -> None:
    """It holds none, and says so instead of an empty answer."""
    index = IndexSource(built)
    with pytest.raises(ReadError, match=r"does not hold config\.json"):
        index.read(index.fetch(ModelRef("lone/model")), "config.json")


def test_an_audit_with_an_index_asks_no_hub_and_says_how_old_it_is(built: Path, hub) -> None:
    """The whole chain is there; the report names the index and its age."""
    hub.forget()
    later = datetime(2026, 12, 2, tzinfo=timezone.utc)
    report = audit(["ours/product"], Options(where=Where(index=built), now=later))
    (target,) = report.targets
    assert hub.calls == []
    assert target.source == "index"
    assert target.graph.roots() == ["acme/base-7b", "other/root"]
    assert "hub.sqlite of 2026-11-22, 10 days old" in target.notice


def test_an_old_index_is_reported_by_the_policy(built: Path) -> None:
    """A year-old index is as stale as a year-old snapshot."""
    fresh, old = (
        audit(
            ["ours/product"], Options(where=Where(index=built), now=NOW.replace(year=year))
        ).targets[0]
        for year in (2026, 2028)
    )
    assert not [f for f in fresh.findings if f.rule == "stale-data" and "index" in f.message]
    assert [f for f in old.findings if f.rule == "stale-data" and "index" in f.message]
    assert old.verdict is not Verdict.PASS


def test_many_threads_read_one_index(built: Path) -> None:
    """Every answer is the right one."""
    index = IndexSource(built)
    names = [m.id for m in MODELS] * 50
    with ThreadPoolExecutor(8) as pool:
        assert [r.id for r in pool.map(lambda n: index.fetch(ModelRef(n)), names)] == names


def test_an_ancestor_walk_ends_in_a_cycle_and_at_its_limit(tmp_path: Path) -> None:
    """Two models that name each other, and a limit of one."""
    from hub import TestHub
    from index_models import model

    with TestHub([model("a/one", "b/two"), model("b/two", "a/one")]) as served:
        path = tmp_path / "cycle.sqlite"
        build_from_hub(path, HubSource(served.url, False), now=NOW)
    index = IndexSource(path)
    assert index.ancestors("a/one") == ("b/two",)
    assert index.expected_ancestors("a/one", limit=1) == ("b/two",)
    assert index.ancestors("not/there") == ()
