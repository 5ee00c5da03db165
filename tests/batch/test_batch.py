"""Batch work on one machine: each item once, problems told."""

from __future__ import annotations

import threading

import pytest

from lineage.batch.executor import Done, Threads
from lineage.batch.ledger import DONE, Ledger, SharedQuota
from lineage.core.errors import ReadError

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


def test_threads_do_each_item_once() -> None:
    """An item that occurs twice is done once."""
    work = Shouted()
    found = list(Threads(4).run(work, [*ITEMS, ITEMS[0]]))
    assert sorted(done.item for done in found) == sorted(work.done) == sorted(ITEMS)
    assert all(done.result == done.item.upper() for done in found)


def test_one_problem_does_not_stop_the_others() -> None:
    """It is reported with its item."""
    found = list(Threads().run(Shouted(frozenset({"org/m7"})), ITEMS))
    assert {done.item for done in found} == set(ITEMS)
    assert [done.item for done in found if done.problem] == ["org/m7"]


def test_a_bug_in_the_work_is_raised() -> None:
    """Only errors that lineage raises on purpose become an item's problem."""

    def broken(item: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(Threads().run(broken, ITEMS[:2]))


def test_workers_keep_to_one_quota() -> None:
    """Ten calls a window for all: probes first, then what the hub said is left, then nobody until
    the window ends."""
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
