"""Batch work on one machine: each item once, problems told, and a rerun does only what is missing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lineage.batch.executor import Done, Threads
from lineage.batch.journal import BatchJournal, run_batch
from lineage.batch.ledger import DONE, Ledger, SharedQuota
from lineage.core.errors import DataError, ReadError

ITEMS = [f"org/m{i}" for i in range(30)]


class Shouted:
    """Work that counts how often it is done."""

    def __init__(self, failing: frozenset[str] = frozenset()) -> None:
        self.done: list[str] = []
        self._failing = failing
        self._lock = threading.Lock()

    def __call__(self, item: str) -> str:
        with self._lock:
            self.done.append(item)
        if item in self._failing:
            raise ReadError(f"{item} is out of reach.")
        return item.upper()


def test_threads_do_each_item_once_in_the_order_given() -> None:
    """An item that stands twice is done once."""
    work = Shouted()
    found = run_batch(work, [*ITEMS, ITEMS[0]], Threads(4))
    assert list(found) == ITEMS
    assert sorted(work.done) == sorted(ITEMS)
    assert all(done.result == item.upper() for item, done in found.items())


def test_one_problem_does_not_stop_the_others_and_is_tried_again(tmp_path: Path) -> None:
    """The rerun does the failed item alone."""
    path = tmp_path / "work.jsonl"
    failing = Shouted(frozenset({"org/m7"}))
    found = run_batch(failing, ITEMS, Threads(), BatchJournal(path, "shout"))
    assert [done.item for done in found.values() if done.problem] == ["org/m7"]
    again = Shouted()
    assert (
        run_batch(again, ITEMS, Threads(), BatchJournal(path, "shout"))["org/m7"].result == "ORG/M7"
    )
    assert again.done == ["org/m7"]


def test_a_torn_journal_goes_on_and_another_jobs_does_not(tmp_path: Path) -> None:
    """Half a line is done again; foreign results are never taken."""
    path = tmp_path / "work.jsonl"
    run_batch(Shouted(), ITEMS[:10], Threads(), BatchJournal(path, "shout"))
    path.write_text(path.read_text()[:-9])
    again = Shouted()
    run_batch(again, ITEMS[:10], Threads(), BatchJournal(path, "shout"))
    assert len(again.done) == 1
    assert len(BatchJournal(path, "shout").results) == 10
    with pytest.raises(DataError, match="other work"):
        BatchJournal(path, "whisper")


def test_a_bug_in_the_work_is_raised() -> None:
    """Only errors that the house knows become an item's problem."""

    def broken(item: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_batch(broken, ITEMS[:2], Threads())


def test_workers_keep_to_one_quota() -> None:
    """Ten calls a window for all: probes first, then what the hub said is left, then nobody until the window ends."""
    now = [0.0]
    quota = SharedQuota(clock=lambda: now[0])
    assert [quota.take() for _ in range(2)] == [0, 0]
    assert quota.take() > 0
    quota.report(9, 10, 300.0)
    quota.report(8, 10, 300.0)
    began = 0
    while quota.take() == 0:
        began += 1
    assert began == 8
    assert quota.take() > 0
    for left in reversed(range(8)):
        quota.report(left, 10, 300.0)
    assert quota.take() > 0
    now[0] = 301.0
    assert quota.take() == 0


def test_the_ledger_takes_a_result_once_and_gives_nobody_done_work() -> None:
    """What was handed in is not worked out again, and a dead worker's calls are freed."""
    ledger = Ledger()
    assert ledger.take("a", "w1") == 0
    assert ledger.take("b", "w2") == 0
    assert ledger.take("c", "w2") > 0
    ledger.lost("w2")
    assert ledger.take("c", "w1") == 0
    ledger.hand_in("a", "1", "", None, None, None)
    ledger.hand_in("a", "2", "", None, None, None)
    assert ledger.take("a", "w3") == DONE
    assert ledger.after(0) == [("a", "1", "")]
    assert ledger.after(1) == []
    assert Done("a") == Done("a", None, "")
