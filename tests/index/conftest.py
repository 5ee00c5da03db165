"""A small hub, and an index of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub import TestHub
from index_models import MODELS, NOW
from lineage.index.build import build_from_hub
from lineage.sources.hub.source import HubSource


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(MODELS) as served:
        yield served


@pytest.fixture
def source(hub: TestHub) -> Iterator[HubSource]:
    opened = HubSource(hub.url, False)
    yield opened
    opened.close()


@pytest.fixture
def built(tmp_path: Path, source: HubSource) -> Path:
    """An index of the whole small hub."""
    path = tmp_path / "hub.sqlite"
    build_from_hub(path, source, now=NOW)
    return path


@pytest.fixture
def edges_of() -> Callable[[Path], set[tuple[str, str, int]]]:
    """Child, parent and relation of every edge in a file."""
    import sqlite3
    from contextlib import closing

    def read(path: Path) -> set[tuple[str, str, int]]:
        query = "SELECT c.text, p.text, e.relation FROM edge e JOIN name c ON c.id = e.child JOIN name p ON p.id = e.parent"
        with closing(sqlite3.connect(path)) as database:
            return set(database.execute(query))

    return read
