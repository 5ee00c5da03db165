"""Joins the rooms: from the names that a user gives to one report.

The only module that knows every room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, field, replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.claims.given import GivenClaims
from lineage.claims.readers import all_readers
from lineage.core.claim import Claim
from lineage.core.errors import CannotRunError, InvalidRefError, UsageError
from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.core.version import __version__
from lineage.evidence.attach import attach
from lineage.evidence.data_teachers import DataSetTeachers
from lineage.evidence.evidence import Developer
from lineage.evidence.leads.lazy import Leads
from lineage.evidence.leads.undeclared import Undeclared, undeclared
from lineage.evidence.lookalike import Likeness, Lookalikes
from lineage.evidence.registry import Registry
from lineage.evidence.registry_claims import RegistryClaims
from lineage.evidence.results import Results
from lineage.graph.graph import LineageGraph, Node
from lineage.graph.walker import Progress, WalkBounds, walk
from lineage.policy.case import Case
from lineage.policy.judge import judge, overall
from lineage.policy.policy import Policy
from lineage.report.document import DataVersions, Report, TargetReport
from lineage.sources.auto import AutoSource, target_ref
from lineage.sources.interface import Source
from lineage.sources.memo import MemoSource
from lineage.sources.snapshot.source import SnapshotSource

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lineage.claims.interface import ClaimReader
    from lineage.fingerprint.references import References
    from lineage.fingerprint.verdict import WeightsVerdict
    from lineage.index.source import IndexSource
    from lineage.sources.hub.cache import Cache
    from lineage.sources.hub.limits import Budget
    from lineage.sources.hub.listed import ListedSource
    from lineage.sources.hub.source import HubSource


_PUBLIC_HUB = "https://huggingface.co"


@dataclass(frozen=True)
class Options:
    """How to audit.

    Everything from outside comes in here; the defaults ask the live Hub under the default policy.
    """

    offline: bool = False
    """Ask no network: local paths and the snapshot only."""
    source: Source | None = None
    """Where records come from, instead of the Hub with the snapshot behind it."""
    snapshot: Path | None = None
    """A snapshot that a team made itself, instead of the embedded one."""
    index: Path | None = None
    """An index of a whole hub that answers everything; no network is asked."""
    policy: Policy = field(default_factory=Policy)
    bounds: WalkBounds = field(default_factory=WalkBounds)
    now: datetime | None = None
    """The clock, for waivers, ages and the report's date; UTC. None is the real one."""
    endpoint: str | None = None
    token: str | None = None
    max_wait: float = 300.0
    """Seconds that the Hub's quota may delay the whole run
    before models are given up as unreachable."""
    timeout: float = 30.0
    """Seconds for one call to the Hub with its redirects and
    repetitions; waiting for quota is not counted."""
    weights: bool = False
    """Compare the audited model's weights with its declared bases and
    with known foundations, by byte ranges."""
    deep: bool = False
    """Also undo changes of basis, over a few megabytes; needs numpy."""
    evidence: tuple[Claim, ...] = ()
    """Claims that other tools made, named as theirs."""
    references: References | None = None
    """Stored fingerprints to compare with; None is those that ship with the package."""
    cache: Cache | None = None
    """Answers of earlier runs; None keeps none."""
    refresh: bool = False
    """Ask again even where the cache has an answer, and keep the new one."""
    prefetch: bool = True
    """Ask for a model's usual files together with its record: fewer round trips,
    some needless requests. Many models at once need it not."""
    on_notice: Callable[[str], None] | None = None
    on_progress: Callable[[Progress], None] | None = None
    on_wait: Callable[[float, str], None] | None = None


def audit(targets: str | Sequence[str], options: Options | None = None) -> Report:
    """Audit one target or several and return one report; a
    target that fails never stops the others.

    Raises CannotRunError where the very first target shows that nothing can be asked at all.
    """
    with Auditor(options or Options()) as auditor:
        named = [targets] if isinstance(targets, str) else targets
        return auditor.report([auditor.audit(target) for target in named])


def _opened_index(path: Path) -> IndexSource:
    from lineage.index.source import IndexSource

    return IndexSource(path)


@dataclass(frozen=True)
class _Opened:
    """Where the records of a run come from, and the Hub's client where it is asked."""

    source: Source
    hub: HubSource | None = None
    listed: ListedSource | None = None


class Auditor:
    """One run: opens the sources and data once, then audits as many targets as it is given.

    As a context manager it ends every wait and call when it is left, by an interrupt too.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._pool: Executor | None = None
        self._now = options.now or datetime.now(timezone.utc)
        self._snapshot = (
            SnapshotSource(options.snapshot) if options.snapshot else SnapshotSource.embedded()
        )
        self._registry = Registry.load()
        self._results = Results.load()
        self._readers = all_readers(lambda name: self._registry.data_teachers(name) is not None)
        given = GivenClaims("evidence of other tools", options.evidence)
        self._cited: tuple[ClaimReader, ...] = (
            RegistryClaims(self._registry),
            DataSetTeachers(self._registry),
            Leads(self._registry),
            given,
        )
        self._lookalikes = Lookalikes(self._registry.namespaces())
        self._notices: list[str] = []
        self._index = _opened_index(options.index) if options.index else None
        self._is_closed = False
        opened = _Opened(options.source) if options.source else self._open()
        self._hub = opened.hub
        self._listed = opened.listed
        self._source = MemoSource(opened.source)

    def __enter__(self) -> Auditor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every wait and call of the Hub client that this run
        opened; nothing can be audited afterwards."""
        self._is_closed = True
        if self._hub:
            self._hub.close()

    def budget(self) -> Budget | None:
        """The hub's last report on this run's quota; None where this run asks no hub."""
        return self._hub.budget() if self._hub else None

    @property
    def data(self) -> DataVersions:
        """Dates of the curated data behind every answer of this run."""
        return DataVersions(
            self._registry.version, self._results.version, self._snapshot.info().built_on
        )

    @property
    def asks_the_hub(self) -> bool:
        """Whether this run may ask a hub: it is neither offline nor answered from an index."""
        return not (self._options.offline or self._index or self._options.source)

    @property
    def _asks_public_hub(self) -> bool:
        return self._hub is not None and self._hub.endpoint == _PUBLIC_HUB

    @property
    def jobs(self) -> int:
        """Requests that this run makes at a time."""
        return self._options.bounds.workers

    def share(self, pool: Executor | None) -> None:
        """Make the requests of all walks from now on in `pool`: several
        audits at a time keep to one limit together."""
        self._pool = pool

    def audit(self, target: str) -> TargetReport:
        """One target to its report. What is wrong with it is in the report, never raised."""
        graph, weights = self._walk(target)
        evidence = attach(graph, self._registry, self._results, self._options.policy.developers)
        node = graph.nodes[graph.target]
        source = node.record.source if node.record else self._source.name
        fallback = source == "snapshot" and not self._options.offline
        leads = undeclared(graph, evidence.attributions, self._registry)
        case = Case(
            graph,
            evidence.attributions,
            evidence.origin,
            evidence.exposure,
            source,
            fallback,
            data_dates=self._dates(source),
            today=self._now.date(),
            publishers=self._publishers(graph),
            lookalikes=self._alike(graph),
            remembered=self._remembered(graph),
            weights=weights,
            undeclared=leads,
            family_names=self._family_names(leads),
            offline_wanted=self._options.offline,
        )
        judgement = judge(case, self._options.policy)
        notice = " ".join(dict.fromkeys(self._notices)) if fallback or source == "index" else ""
        return TargetReport(
            target,
            graph.target,
            node.revision,
            judgement.verdict,
            source,
            graph,
            evidence.attributions,
            evidence.origin,
            evidence.exposure,
            judgement.findings,
            judgement.open,
            notice,
            weights=weights.to_dict() if weights else None,
        )

    def hosted_by(self, publisher: str) -> tuple[str, ...]:
        """Every model of an organisation or user that the source of this run
        shows; the hub lists a thousand in one call.

        Raises CannotRunError where it cannot be asked, UsageError where there is none.
        """
        if self._listed is not None:
            found = self._listed.list(publisher)
        else:
            stored = self._index or (self._snapshot if self._options.offline else None)
            if stored is None:
                raise CannotRunError(
                    "This source lists no models.", "Ask the Hub, an index or a snapshot."
                )
            found = stored.hosted_by(publisher)
        if not found:
            asked = "the snapshot" if self._listed is None else "the Hub"
            raise UsageError(
                f"{self._index.description if self._index else asked} shows no model of "
                f"{publisher[:100]!r}.",
                "Look at the spelling; private models need a token.",
            )
        return found

    def report(self, targets: Iterable[TargetReport]) -> Report:
        """All targets in one document, with the verdict over all of them."""
        done = tuple(targets)
        policy = self._options.policy
        generated = self._now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Report(
            done,
            generated,
            __version__,
            self.data,
            policy.name,
            policy.source,
            overall(t.verdict for t in done),
        )

    def _walk(self, target: str) -> tuple[LineageGraph, WeightsVerdict | None]:
        try:
            ref = target_ref(target)
        except InvalidRefError as problem:
            return LineageGraph(
                target, {target: Node(target, Status.INVALID, 0, problem.message)}, ()
            ), None
        if not self._options.weights:
            return self._with_near_names(self._graph(ref, self._source, self._cited)), None
        return self._with_weights(ref)

    def _with_near_names(self, graph: LineageGraph) -> LineageGraph:
        """For an audited name that the offline data lacks, the
        names in it that it may be a slip for."""
        node = graph.nodes[graph.target]
        if node.cause is not Cause.NOT_STORED or not self._options.offline:
            return graph
        near = self._snapshot.near_names(node.id)
        if not near:
            return graph
        reason = f"{node.reason} (did you mean {' or '.join(near)}?)"
        return replace(graph, nodes={**graph.nodes, node.id: replace(node, reason=reason)})

    def _graph(self, ref: ModelRef, source: Source, cited: Sequence[ClaimReader]) -> LineageGraph:
        options = self._options
        expected = None if options.offline or self._index else self._snapshot.expected_ancestors
        return walk(
            ref,
            source,
            self._readers,
            options.bounds,
            cited=cited,
            expected=expected,
            progress=options.on_progress,
            pool=self._pool,
        )

    def _with_weights(self, ref: ModelRef) -> tuple[LineageGraph, WeightsVerdict | None]:
        """Walk, look at the weights with the declared bases, and
        walk again with what the weights add."""
        from lineage.fingerprint.probe import CLAIM_SOURCE, to_claims
        from lineage.fingerprint.references import shipped

        source = MemoSource(self._source, files=True)
        graph = self._graph(ref, source, self._cited)
        references = self._options.references or shipped()
        verdict = self._probe(graph, source, references)
        found = GivenClaims(CLAIM_SOURCE, to_claims(verdict)) if verdict else None
        return (self._graph(ref, source, (*self._cited, found)) if found else graph), verdict

    def _probe(
        self, graph: LineageGraph, source: Source, references: References
    ) -> WeightsVerdict | None:
        """The audited model's weights against its lineage; None where the model was not read."""
        from lineage.fingerprint.probe import probe

        record = graph.nodes[graph.target].record
        if record is None:
            return None
        near = sorted(
            graph.weight_ancestors(graph.target),
            key=lambda model: (graph.nodes[model].depth, model),
        )
        deep = self._options.deep
        return probe(record, source, references, self._registry, declared=near, deep=deep)

    def _open(self) -> _Opened:
        """The Hub with the snapshot behind it, local paths first;
        an index alone, where there is one."""
        if self._index:
            self._notice(
                f"Answered from {self._index.description}, "
                f"{self._age(self._index.info().built_on)}; no "
                "hub was asked."
            )
            return _Opened(AutoSource(None, self._index))
        if self._options.offline:
            return _Opened(AutoSource(None, self._snapshot, on_notice=self._notice))
        from lineage.sources.hub.listed import ListedSource
        from lineage.sources.hub.source import HubSource

        options = self._options
        hub = HubSource(
            options.endpoint,
            options.token,
            max_wait=options.max_wait,
            timeout=options.timeout,
            workers=options.bounds.workers,
            cache=options.cache,
            refresh=options.refresh,
            prefetch=options.prefetch,
            on_wait=options.on_wait,
            on_notice=self._notice,
        )
        listed = ListedSource(hub)
        source = AutoSource(
            listed, self._snapshot, has_answered=hub.has_answered, on_notice=self._notice
        )
        return _Opened(source, hub, listed)

    def _dates(self, source: str) -> dict[str, str]:
        """Dates of the data behind one answer; an index counts where it answered."""
        return asdict(self.data) | (
            {"index": self._index.info().built_on} if self._index and source == "index" else {}
        )

    def _age(self, day: str) -> str:
        try:
            days = (self._now.date() - date.fromisoformat(day)).days
        except ValueError:
            return "of unknown age"
        return f"{days} days old"

    def _notice(self, text: str) -> None:
        if self._is_closed:
            return  # errors of cancelled calls are not news
        self._notices.append(text)
        if self._options.on_notice:
            self._options.on_notice(text)

    def _family_names(self, leads: Iterable[Undeclared]) -> dict[str, str]:
        ids = {id_ for one in leads for id_ in (*one.families, *one.lineage)}
        found = {id_: self._registry.family(id_) for id_ in ids}
        return {id_: family.name for id_, family in found.items() if family}

    def _alike(self, graph: LineageGraph) -> dict[str, Likeness]:
        names = {*graph.nodes, *(claim.value for claim in graph.unlinked)}
        return {name: found for name in names if (found := self._lookalikes.of(name))}

    def _remembered(self, graph: LineageGraph) -> dict[str, ModelRecord]:
        """What the snapshot holds under the names of models that were read
        live, to detect a name with a new owner.

        The embedded one knows the keys of huggingface.co, and another hub has keys of
        its own; one that the user gives is of their hub.
        """
        if self._source.name != "hub" or not (self._options.snapshot or self._asks_public_hub):
            return {}
        live = [
            id_
            for id_, node in graph.nodes.items()
            if node.record and node.record.source == "hub" and node.record.repo_key
        ]
        stored = {id_: self._snapshot.fetch(ModelRef(id_)) for id_ in live}
        return {
            id_: record
            for id_, record in stored.items()
            if record.status.has_statements and record.id.casefold() == id_.casefold()
        }

    def _publishers(self, graph: LineageGraph) -> dict[str, Developer]:
        found = {
            id_: self._registry.developer_of_namespace(node.publisher)
            for id_, node in graph.nodes.items()
            if node.publisher
        }
        return {id_: developer for id_, developer in found.items() if developer}
