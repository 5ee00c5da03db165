"""Everything that one run learns from the world beside its curated data and its policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from lineage.core import clock
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.graph.graph import Node
from lineage.report.circumstances import Circumstances, InstalledData, KeptAnswers, StoredData
from lineage.sources.auto import target_ref
from lineage.sources.interface import Source
from lineage.workflows.near_names import NearNames
from lineage.workflows.notices import Notices

if TYPE_CHECKING:
    from lineage.workflows.opening import RunSources
    from lineage.workflows.options import Options

PUBLIC_HUB = "https://huggingface.co"


@dataclass(frozen=True)
class RunNotes:
    """What was said beside the answers, until one target was done."""

    source: str = ""
    """The name of the source that answers."""
    notices: str = ""


class Outside(Protocol):
    """The world, as one run meets it."""

    @property
    def records(self) -> Source:
        """Answers for every model of the run."""

    @property
    def snapshot_date(self) -> str:
        """Of the offline data behind the run."""

    @property
    def index_date(self) -> str:
        """Of the index that answers; empty where none does."""

    @property
    def verifiers(self) -> tuple[str, ...]:
        """Extras that verify signatures of models here."""

    @property
    def circumstances(self) -> Circumstances:
        """How the run differs so far from one that asks the public Hub now."""

    def ref(self, target: str) -> ModelRef:
        """What a target names on this machine. Raises InvalidRefError where it names nothing."""

    def near(self, node: Node) -> tuple[str, ...]:
        """Names that a target which nobody knows may be a slip for."""

    def remembered(self, names: Iterable[str]) -> Mapping[str, ModelRecord]:
        """What offline data holds under the names of models that were read live."""

    @property
    def stored(self) -> Callable[[], Iterable[ModelRecord]] | None:
        """The records of a snapshot of the user's own; None where there is none."""

    def said(self, target: str) -> RunNotes:
        """What was said until this target was done."""


class Live:
    """The world itself."""

    def __init__(
        self, options: Options, sources: RunSources, notices: Notices, near: NearNames
    ) -> None:
        self._options = options
        self._sources = sources
        self._notices = notices
        self._near = near

    @property
    def records(self) -> Source:
        """As the options say."""
        return self._sources.records

    @property
    def snapshot_date(self) -> str:
        """Of the embedded snapshot, or of the user's own."""
        return self._sources.snapshot.info().built_on

    @property
    def index_date(self) -> str:
        """Of the user's index."""
        return self._sources.index.info().built_on if self._sources.index else ""

    @property
    def verifiers(self) -> tuple[str, ...]:
        """Those that are installed."""
        from lineage.signing import installed

        return installed()

    @property
    def circumstances(self) -> Circumstances:
        """So far."""
        options, hub = self._options, self._sources.hub
        where, cache = options.where, options.hub.cache
        return Circumstances(
            offline=options.offline,
            endpoint=hub.endpoint if hub and hub.endpoint != PUBLIC_HUB else "",
            snapshot=StoredData(str(where.snapshot), self.snapshot_date)
            if where.snapshot
            else None,
            data=InstalledData.of(where.data, options.now or clock.now()),
            index=StoredData(str(where.index), self.index_date) if self._sources.index else None,
            cache=KeptAnswers(cache.answers, clock.stamp_of(cache.oldest))
            if cache and cache.oldest is not None
            else None,
            clock=clock.stamp(options.now) if options.now else "",
            date_given=options.dated is not None,
        )

    def ref(self, target: str) -> ModelRef:
        """A name of a hub or another place, or a path of this machine."""
        options, endpoint = self._options, self._options.hub.endpoint or ""
        if options.where.is_distant:
            from lineage.workflows.distant import distant_ref

            return distant_ref(target, options.places, endpoint)
        return target_ref(target, endpoint, root=options.where.root)

    def near(self, node: Node) -> tuple[str, ...]:
        """From the offline data, or one search of the Hub."""
        return self._near.of(node)

    def remembered(self, names: Iterable[str]) -> Mapping[str, ModelRecord]:
        """From the snapshot."""
        is_own = self._options.where.snapshot is not None
        return self._sources.remembered(list(names), is_own=is_own)

    @property
    def stored(self) -> Callable[[], Iterable[ModelRecord]] | None:
        """All that it holds."""
        return self._sources.stored_records(self._options)

    def said(self, target: str) -> RunNotes:
        """All notices so far."""
        return RunNotes(self._sources.records.name, self._notices.text)
