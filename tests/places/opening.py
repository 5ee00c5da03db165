"""Opens the table of places over stand-ins, and what tests ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from lineage.claims.readers import all_readers
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.graph.graph import LineageGraph
from lineage.graph.walker import walk
from lineage.sources.auto import AutoSource
from lineage.sources.places import PlaceAccess, Places, open_places
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.web.cache import Cache
from lineage.sources.web.site import Manner

Opener = Callable[..., Places]


@contextmanager
def openings(*, timeout: float = 1.0, **usual: Any) -> Iterator[Opener]:
    """A function that opens the table: `usual` is how to reach the places, unless a call gives
    another. All that it opened is closed at the end. `timeout` is that of one request, in
    seconds."""
    with ExitStack() as made:

        def opener(*, offline: bool = False, cache: Cache | None = None, **access: Any) -> Places:
            manner = Manner(timeout=timeout, backoff=0.005, max_wait=0.3, cache=cache)
            reached = PlaceAccess(**{**usual, **access})
            return made.enter_context(
                closing(open_places(reached, lambda: manner, offline=offline))
            )

        yield opener


def fetched(places: Places, name: str, revision: str | None = None) -> ModelRecord:
    """The record of a model that has one."""
    record = places.fetch(ModelRef(name, revision))
    assert record is not None
    return record


def walked(places: Places, name: str) -> LineageGraph:
    """The model's lineage, over its own place and the embedded snapshot."""
    source = AutoSource(None, SnapshotSource.embedded(), places=places)
    return walk(ModelRef(name), source, all_readers())
