"""Opens the places that the records of one run come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.packaged import SNAPSHOT
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.evidence.registry import Registry
from lineage.sources.auto import AutoSource
from lineage.sources.interface import Source
from lineage.sources.places import Places, open_places
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.options import Options
from lineage.workflows.outside import PUBLIC_HUB

if TYPE_CHECKING:
    from lineage.index.source import IndexSource
    from lineage.sources.hub.listed import ListedSource
    from lineage.sources.hub.source import HubSource
    from lineage.sources.web.site import Manner

_OPEN_LICENCES = frozenset({"apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0"})


@dataclass(frozen=True)
class RunSources:
    """Where the records of a run come from, and what else may answer about them."""

    records: Source
    """Answers for every model of the run."""
    snapshot: SnapshotSource
    """That of the data, or the one that the user gave."""
    index: IndexSource | None = None
    hub: HubSource | None = None
    """The Hub's client, where the Hub is asked."""
    listed: ListedSource | None = None
    places: Places | None = None
    """What answers for names outside the Hub."""

    def close(self) -> None:
        """End every wait and call."""
        if self.hub is not None:
            self.hub.close()
        if self.places is not None:
            self.places.close()

    def hosted_by(self, publisher: str, *, offline: bool) -> tuple[str, ...]:
        """Every model of an organisation or user; the hub lists a thousand in one call.

        Raises CannotRunError where nothing can list them, UsageError where there is none.
        """
        stored = self.index or (self.snapshot if offline else None)
        if self.listed is not None:
            asked, found = "the Hub", self.listed.list(publisher)
        elif stored is not None:
            asked, found = "the snapshot", stored.hosted_by(publisher)
        else:
            raise CannotRunError(
                "This source lists no models.", "Ask the Hub, an index or a snapshot."
            )
        if not found:
            shown = self.index.description if self.index else asked
            raise UsageError(
                f"{shown} shows no model of {publisher[:100]!r}.",
                "Look at the spelling; private models need a token.",
            )
        return found

    def stored_records(self, options: Options) -> Callable[[], Iterator[ModelRecord]] | None:
        """The records of a snapshot of the user's own; the embedded one lists no files."""
        if options.where.snapshot is None:
            return None
        return lambda: (record for _, record in self.snapshot.records())

    def remembered(self, names: list[str], *, is_own: bool) -> dict[str, ModelRecord]:
        """What the snapshot holds under the names of models that were read
        live, to detect a name with a new owner; a record has another id where the name led on.

        The embedded one knows the keys of huggingface.co, and another hub has keys of
        its own; `is_own`, one that the user gives, is of their hub.
        """
        is_public = self.hub is not None and self.hub.endpoint == PUBLIC_HUB
        if not (is_own or is_public):
            return {}
        stored = {name: self.snapshot.fetch(ModelRef(name)) for name in names}
        return {name: record for name, record in stored.items() if record.status.has_statements}


def open_sources(options: Options, today: date, on_notice: Callable[[str], None]) -> RunSources:
    """The Hub with the snapshot behind it, local paths first; or what the options name instead."""
    where = options.where
    snapshot = SnapshotSource(where.snapshot or where.data.folder / SNAPSHOT)
    index = _opened_index(where.index) if where.index else None
    local = _local(where.root)
    if where.source:
        return RunSources(where.source, snapshot, index)
    offline = options.offline or index is not None
    places = open_places(options.places, lambda: _manner(options), offline=offline)
    if index:
        age = _age(index.info().built_on, today)
        on_notice(f"Answered from {index.description}, {age}; no hub was asked.")
        records = AutoSource(None, index, local=local, places=places)
        return RunSources(records, snapshot, index, places=places)
    if options.offline:
        records = AutoSource(None, snapshot, local=local, places=places, on_notice=on_notice)
        return RunSources(records, snapshot, places=places)
    return _live(options, snapshot, local, places, on_notice)


def _live(
    options: Options,
    snapshot: SnapshotSource,
    local: Source | None,
    places: Places,
    on_notice: Callable[[str], None],
) -> RunSources:
    from lineage.sources.hub.listed import ListedSource

    def is_open(ref: ModelRef) -> bool:
        """Whether everybody may be expected to read the files of a model.

        Where the snapshot saw its licence, that tells: models behind a form hardly ever have an
        open one. Of others those of the known developers may be behind one; whoever fine-tunes
        them hardly ever asks for a form.
        """
        known = snapshot.fetch(ref)
        if licence := known.card.get("license"):
            return known.status is Status.RESOLVED and licence in _OPEN_LICENCES
        return Registry.load(options.where.data).developer_of_namespace(ref.namespace) is None

    hub = open_hub(options, on_notice, is_open if options.hub.prefetch else None)
    listed = ListedSource(hub)
    records = AutoSource(
        listed,
        snapshot,
        local=local,
        places=places,
        has_answered=hub.has_answered,
        on_notice=on_notice,
    )
    return RunSources(records, snapshot, None, hub, listed, places)


def _manner(options: Options) -> Manner:
    """Servers outside the Hub are asked as patiently as the Hub is."""
    from lineage.sources.web.site import Manner

    access = options.hub
    return Manner(
        access.timeout,
        access.max_wait,
        workers=options.bounds.workers,
        cache=access.cache,
        refresh=access.refresh,
        on_wait=options.listeners.wait,
    )


def open_hub(
    options: Options,
    on_notice: Callable[[str], None] | None = None,
    prefetch: Callable[[ModelRef], bool] | None = None,
) -> HubSource:
    """The Hub's client as the options say; `prefetch` as the client takes it."""
    from lineage.sources.hub.source import HubSource

    access = options.hub
    return HubSource(
        access.endpoint,
        access.token,
        max_wait=access.max_wait,
        limiter=access.limiter,
        timeout=access.timeout,
        workers=options.bounds.workers,
        cache=access.cache,
        refresh=access.refresh,
        prefetch=prefetch,
        on_wait=options.listeners.wait,
        on_notice=on_notice,
    )


def _local(root: Path) -> Source | None:
    """The source of local models below another folder; None for the usual one."""
    if root == Path():
        return None
    from lineage.sources.local.directory import DirectorySource

    return DirectorySource(root)


def _opened_index(path: Path) -> IndexSource:
    from lineage.index.source import IndexSource

    return IndexSource(path)


def _age(day: str, today: date) -> str:
    try:
        return f"{(today - date.fromisoformat(day)).days} days old"
    except ValueError:
        return "of unknown age"
