"""Fills an index from a hub's list route, a snapshot or Parquet files, and
brings it up to date; any of them can be interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from lineage.core.clock import stamp
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.evidence.registry import Registry
from lineage.index.layout import IndexInfo, writing
from lineage.index.writer import IndexWriter, batches
from lineage.sources.hub.forms import FULL
from lineage.sources.hub.listing import Page
from lineage.sources.snapshot.source import SnapshotSource

EXPAND = ("author", *(field for field in FULL if field != "siblings"))
"""What is asked for each model: everything but the file lists, which make most of an answer."""
CALLS_FOR_ALL = 3200
"""List calls for a whole public hub: 3.12 million repos were counted in October 2026, a thousand a
page."""


class Lister(Protocol):
    """The list route of a hub."""

    @property
    def endpoint(self) -> str:
        """The hub's address."""

    def list_pages(
        self,
        *,
        expand: tuple[str, ...] = ...,
        sort: str = ...,
        ascending: bool = ...,
        cursor: str | None = ...,
        page_size: int = ...,
    ) -> Iterator[Page]:
        """Pages behind a cursor."""


@dataclass(frozen=True)
class BuildStep:
    """How far a build is, for a display."""

    models: int
    calls: int
    latest: str
    """The day or name reached."""


Watch = Callable[[BuildStep], None]


def build_from_hub(
    path: Path,
    hub: Lister,
    *,
    now: datetime,
    max_calls: int | None = None,
    page_size: int = 1000,
    on_step: Watch | None = None,
    data: DataSet = EMBEDDED,
) -> IndexInfo:
    """Walk the list of all models, oldest first, from where the last run stopped.

    The file is complete when the walk has ended.

    Every page is kept together with the cursor after it, so a run that
    is stopped anywhere loses at most one call.
    """
    with writing(path) as database:
        writer = IndexWriter(database, Registry.load(data))
        info = writer.info
        if info.source and (info.source != "hub" or info.origin != hub.endpoint):
            raise UsageError(
                f"{path} was built from {info.source} {info.origin}.",
                "Choose another file with -o.",
            )
        if info.complete:
            raise UsageError(
                f"{path} is already complete, as of {info.as_of[:10]}.",
                f"Run `lineage index update {path}`.",
            )
        if not info.task:
            started = stamp(now)
            writer.record_progress(
                source="hub", origin=hub.endpoint, task="build", started=started, as_of=started
            )
        pages = hub.list_pages(
            expand=EXPAND, cursor=writer.info.cursor or None, page_size=page_size
        )
        if _take(writer, pages, max_calls, on_step):
            return writer.finish(complete=True, cursor="", task="")
        return writer.finish()


def update_from_hub(
    path: Path,
    hub: Lister,
    *,
    now: datetime,
    max_calls: int | None = None,
    page_size: int = 1000,
    on_step: Watch | None = None,
    data: DataSet = EMBEDDED,
) -> IndexInfo:
    """Bring in what was made or changed since the index was, newest first.

    What a hub removed is not seen; a new build is.
    """
    with writing(path) as database:
        writer = IndexWriter(database, Registry.load(data))
        info = writer.info
        if info.source != "hub" or not info.complete:
            raise UsageError(
                f"{path} is not a complete index of a hub.",
                "Only such a one can be updated; run `lineage index build` first.",
            )
        if info.origin != hub.endpoint:
            raise UsageError(
                f"{path} is of {info.origin}, not of {hub.endpoint}.",
                "Set HF_ENDPOINT to the hub that it was made from.",
            )
        if info.task != "update":
            writer.record_progress(task="update", started=stamp(now), cursor="")
        since = writer.info.as_of
        pages = hub.list_pages(
            expand=EXPAND,
            sort="lastModified",
            ascending=False,
            cursor=writer.info.cursor or None,
            page_size=page_size,
        )
        if _take(writer, _until(pages, since), max_calls, on_step):
            return writer.finish(cursor="", task="", as_of=writer.info.started)
        return writer.finish()


def _until(pages: Iterator[Page], since: str) -> Iterator[Page]:
    """Pages up to the first that holds only older changes."""
    for page in pages:
        changed = [record.last_modified for record in page.records if record.last_modified]
        if changed and min(changed)[:19] < since[:19]:
            yield Page(page.records, None, page.unreadable)
            return
        yield page


def _take(
    writer: IndexWriter, pages: Iterator[Page], max_calls: int | None, on_step: Watch | None
) -> bool:
    """Keep page after page; whether the walk came to its end."""
    calls = 0
    try:
        for page in pages:
            calls += 1
            info = writer.info
            writer.add(
                page.records,
                cursor=page.cursor or "",
                pages=info.pages + 1,
                unreadable=info.unreadable + page.unreadable,
                models=info.models + len(page.records),
            )
            if on_step:
                latest = page.records[-1] if page.records else None
                on_step(
                    BuildStep(
                        writer.info.models,
                        calls,
                        (latest.created_at or latest.id)[:10] if latest else "",
                    )
                )
            if page.cursor is None:
                return True
            if max_calls is not None and calls >= max_calls:
                return False
    except CannotRunError as problem:
        progress = (
            f"{writer.info.models:,} models are kept"
            if writer.info.models
            else "Nothing was read yet"
        )
        raise CannotRunError(
            problem.message, f"{progress}; run the same command again to resume."
        ) from problem
    return True


def build_from_snapshot(
    path: Path,
    snapshot: SnapshotSource,
    *,
    on_step: Watch | None = None,
    data: DataSet = EMBEDDED,
) -> IndexInfo:
    """Index what a snapshot holds: real, but a small part of a hub, so no
    name is ever reported as missing from the hub."""
    stored = snapshot.info()
    with writing(path) as database:
        writer = IndexWriter(database, Registry.load(data))
        if writer.info.source:
            raise UsageError(
                f"{path} holds an index already.", "Remove it, or choose another file with -o."
            )
        writer.record_progress(
            source="snapshot",
            origin=stored.content_sha256,
            as_of=stored.built_on,
            credits=tuple(c.name for c in stored.credits),
        )
        for batch in batches(record for _, record in snapshot.records()):
            writer.add(batch, models=writer.info.models + len(batch))
            if on_step:
                on_step(BuildStep(writer.info.models, 0, batch[-1].id))
        writer.add_moves(snapshot.moves())
        return writer.finish(complete=True)
