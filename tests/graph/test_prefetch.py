"""Asking prefetch: what comes in after the walk has ended is left alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import FakeSource, make_record
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.reading import TraceReader
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.ref import ModelRef
from lineage.graph.prefetch import WalkPrefetch


class Slow(FakeSource):
    """Answers when released."""

    may_answer = threading.Event()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        assert self.may_answer.wait(5)
        return super().fetch(ref)


class WantsCard:
    """Wants the README and hears nothing in it."""

    name = "card"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        return (FileRequest("README.md"),)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        return Reading()


class Paused(TraceReader):
    """Holds every record up between its arrival and the request for its files."""

    arrived = threading.Event()
    go_on = threading.Event()

    def from_record(self, record: ModelRecord) -> Reading:
        self.arrived.set()
        assert self.go_on.wait(5)
        return super().from_record(record)


def test_a_record_that_comes_in_while_the_walk_ends_asks_for_nothing_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The pool takes nothing after its end; a callback that tried would print a traceback."""
    source = Slow(
        {"org/late": make_record("org/late", files=(FileEntry("README.md", 3),))},
        {"org/late": {"README.md": b"abc"}},
    )
    traces = Paused(source, (WantsCard(),), (), max_requests=3, max_file_bytes=100, max_parents=3)
    pool = ThreadPoolExecutor(1)
    prefetch = WalkPrefetch(source, traces, pool, 5, 5)
    prefetch.expect(ModelRef("org/late"), 1)
    source.may_answer.set()
    assert Paused.arrived.wait(5)
    prefetch.close()
    pool.shutdown(wait=False, cancel_futures=True)
    Paused.go_on.set()
    pool.shutdown(wait=True)
    assert caplog.text == ""
    assert source.read_files == []
