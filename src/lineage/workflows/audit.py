"""Joins the rooms: from the names that a user gives to one report.

The only module that knows every room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.claims.given import GivenClaims
from lineage.claims.readers import all_readers
from lineage.core import clock
from lineage.core.errors import InvalidRefError, UsageError
from lineage.core.packaged import DataSet
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.version import __version__
from lineage.evidence.attach import attach
from lineage.evidence.data_teachers import DataSetTeachers
from lineage.evidence.leads.lazy import Leads
from lineage.evidence.meanings import Meanings, NameClaims
from lineage.evidence.registry import Registry
from lineage.evidence.registry_claims import RegistryClaims
from lineage.evidence.results import Results
from lineage.evidence.supplied import Compared
from lineage.graph.graph import LineageGraph, Node
from lineage.graph.walker import walk
from lineage.policy.judge import judge, judge_supplied, overall
from lineage.policy.policy import Policy
from lineage.report.circumstances import Circumstances
from lineage.report.document import DataVersions, Report, TargetReport
from lineage.sources.auto import named_registries, named_servers, namesake
from lineage.sources.interface import Source
from lineage.sources.memo import MemoSource
from lineage.workflows.case import Cases
from lineage.workflows.near_names import NearNames, with_near_names
from lineage.workflows.notices import Notices
from lineage.workflows.opening import open_sources
from lineage.workflows.options import Options
from lineage.workflows.outside import Live
from lineage.workflows.reporting import report_of
from lineage.workflows.twins import Twins

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lineage.claims.interface import ClaimReader
    from lineage.fingerprint.references import References
    from lineage.fingerprint.verdict import WeightsVerdict
    from lineage.sources.web.limits import Budget
    from lineage.workflows.twin_elsewhere import TwinElsewhere


def audit(
    targets: str | Iterable[str],
    options: Options | None = None,
    *,
    offline: bool | None = None,
    policy: Policy | str | Path | None = None,
) -> Report:
    """Audit one target or several and return one report.

    What is wrong with a target is in the report, and never stops the others. `offline` and `policy`
    (the name of a pack, the path of a file, or a Policy) take the place of what `options` says.
    Raises LineageError: UsageError where there is nothing to audit, PolicyError for a policy that
    cannot be read, DataError for a snapshot or index that is none.
    """
    named = [targets] if isinstance(targets, str) else list(targets)
    if not named:
        raise UsageError("There is nothing to audit.", "Name a model, such as org/name.")
    chosen = options or Options()
    if offline is not None:
        chosen = replace(chosen, offline=offline)
    if policy is not None:
        chosen = replace(chosen, policy=_policy(policy, chosen.where.data))
    places = chosen.places
    places = replace(
        places,
        servers=(*places.servers, *named_servers(named)),
        registries=(*places.registries, *named_registries(named)),
    )
    chosen = replace(chosen, places=places)
    with Auditor(chosen) as auditor:
        return auditor.report([auditor.audit(target) for target in auditor.expanded(named)])


def _twin(registry: Registry, walk: Callable[[str], LineageGraph], data: DataSet) -> TwinElsewhere:
    from lineage.workflows.twin_elsewhere import TwinElsewhere  # only of use where places answer

    return TwinElsewhere(registry, walk, data)


def _policy(named: Policy | str | Path, data: DataSet) -> Policy:
    from lineage.policy.load import load_named  # reads TOML; most runs go by the default

    if not isinstance(named, (str, Path)):
        return named
    known = frozenset(developer.id for developer in Registry.load(data).developers())
    return load_named(str(named), __version__, known)


class Auditor:
    """One run: opens the sources and data once, then audits as many targets as it is given.

    As a context manager it ends every wait and call when it is left, by an interrupt too.
    """

    def __init__(self, options: Options, beside: Auditor | None = None) -> None:
        """`beside` is a run that goes on longer: this one shares its sources, what they answered so
        far and their notices. The options may differ in the policy and in `outside` alone."""
        self._options = options
        self._pool: Executor | None = beside._pool if beside else None
        self._now = options.now or clock.now()
        data = options.where.data
        self._registry = registry = Registry.load(data)
        self._results = Results.load(data)
        self._readers = all_readers(lambda name: registry.data_teachers(name) is not None)
        self._meanings = Meanings(registry, data)
        self._cited: tuple[ClaimReader, ...] = (
            RegistryClaims(registry),
            DataSetTeachers(registry),
            Leads(registry),
            NameClaims(self._meanings),
            GivenClaims("evidence of other tools", options.added.evidence),
        )
        self._is_guest = beside is not None
        if beside is None:
            self._notices = Notices(options.listeners.notice)
            self._sources = open_sources(options, self._now.date(), self._notices)
        else:
            self._notices = beside._notices
            self._sources = replace(beside._sources, records=beside._source)
        near_names = NearNames(
            self._sources.snapshot,
            self._sources.hub,
            lambda owner: registry.developer_of_namespace(owner) is not None,
        )
        live = Live(options, self._sources, self._notices, near_names)
        self._outside = options.outside(live) if options.outside else live
        self._source: MemoSource = MemoSource(
            self._outside.records, most=options.kept_records, absent=options.kept_absent
        )
        self._cases = Cases(
            options, registry, self._outside, self._source, lambda: self.data, self._now.date()
        )
        self._twins = Twins(
            registry,
            self._walked_anew,
            self._asked if self._is_live else None,
            self._outside.stored,
        )
        # What a recorded run was told of other places is in its recording.
        has_places = self._sources.places is not None or options.outside is not None
        asks_places = self._is_live and has_places
        self._twin = _twin(registry, self._walked_anew, data) if asks_places else None

    def __enter__(self) -> Auditor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every wait and call of the clients that this run
        opened; nothing can be audited afterwards."""
        if self._is_guest:
            return
        self._notices.stop()
        self._sources.close()

    def budget(self) -> Budget | None:
        """The hub's last report on this run's quota; None where this run asks no hub."""
        return self._sources.hub.budget() if self._sources.hub else None

    @property
    def data(self) -> DataVersions:
        """Dates of the curated data behind every answer of this run."""
        return DataVersions(
            self._registry.version,
            self._results.version,
            self._outside.snapshot_date,
            self._options.where.data.version,
        )

    @property
    def endpoint(self) -> str:
        """The hub that this run may ask; empty where it is offline or answered from an index."""
        return self._sources.hub.endpoint if self._sources.hub else ""

    @property
    def asks_the_hub(self) -> bool:
        """Whether this run may ask a hub at all."""
        return self._sources.hub is not None

    @property
    def snapshot_content(self) -> str:
        """The hash of all that the snapshot holds."""
        return self._sources.snapshot.info().content_sha256

    @property
    def jobs(self) -> int:
        """Requests that this run makes at a time."""
        return self._options.bounds.workers

    def is_known(self, model: str) -> bool:
        """Whether the stored data show a model, whatever a hub says of it."""
        return self._sources.snapshot.fetch(ModelRef(model)).status.has_statements

    def share(self, pool: Executor | None) -> None:
        """Make the requests of all walks from now on in `pool`: several
        audits at a time keep to one limit together."""
        self._pool = pool

    def audit(self, target: str) -> TargetReport:
        """One target to its report. What is wrong with it is in the report, never raised."""
        graph, weights = self._walk(target)
        if self._twin is not None:
            graph = self._twin.grown(graph)
        return self._judged(target, self._twins.grown(graph), weights)

    def _judged(
        self, target: str, graph: LineageGraph, weights: WeightsVerdict | None
    ) -> TargetReport:
        elsewhere = self._outside.said(target)
        stated = self._options.policy.developers
        results = self._with_probes(graph, target)
        evidence = attach(graph, self._registry, results, stated, self._meanings)
        node = graph.nodes[graph.target]
        source = node.record.source if node.record else elsewhere.source
        fallback = source == "snapshot" and not self._options.offline
        case = self._cases.made(
            graph, evidence, source, fallback=fallback, asked=elsewhere.source, weights=weights
        )
        judgement = judge(case, self._options.policy)
        notice = elsewhere.notices if fallback or source in ("index", "hub") else ""
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
            signatures=case.signatures,
            licences=case.licences,
        )

    def with_supplied(self, found: TargetReport, supplied: tuple[Compared, ...]) -> TargetReport:
        """A report of this run, judged with what a supplier's file says of the model."""
        case = self._cases.supplied(found, supplied)
        findings, verdict = judge_supplied(case, self._options.policy, found.findings)
        return replace(found, findings=findings, verdict=verdict)

    def expanded(self, targets: Iterable[str]) -> list[str]:
        """The targets, with every model of a running server in the place of its bare address."""
        places = self._sources.places
        found: dict[str, None] = {}
        for target in targets:
            if places is not None and target.lower().startswith(("http://", "https://")):
                models = places.expanded(self._outside.ref(target))
                found |= dict.fromkeys(models if len(models) > 1 else [target])
            else:
                found[target] = None
        return list(found)

    def hosted_by(self, publisher: str) -> tuple[str, ...]:
        """Every model of an organisation or user that the source of this run
        shows; the hub lists a thousand in one call.

        Raises CannotRunError where it cannot be asked, UsageError where there is none.
        """
        return self._sources.hosted_by(publisher, offline=self._options.offline)

    @property
    def circumstances(self) -> Circumstances:
        """How this run differs so far from one that asks the public Hub now."""
        return self._outside.circumstances

    def report(self, targets: Iterable[TargetReport]) -> Report:
        """All targets in one document, with the verdict over all of them."""
        done = self._twins.renewed(tuple(targets), self._judged_again)
        verdict, at = overall(t.verdict for t in done), self._options.dated or self._now
        policy, circumstances = self._options.policy, self.circumstances
        return report_of(done, verdict, policy, self.data, at, circumstances)

    def _judged_again(self, one: TargetReport, graph: LineageGraph) -> TargetReport:
        if one.weights is not None:
            return one  # what the weights say is no more than a report by now
        again = self._judged(one.target, graph, None)
        again = replace(again, notice=one.notice, uses=one.uses, supplied=one.supplied)
        compared = one.supplied.compared if one.supplied else ()
        return self.with_supplied(again, compared) if compared else again

    def _with_probes(self, graph: LineageGraph, target: str) -> Results:
        """The published results, with the user's own runs about models of this graph."""
        policy, probes = self._options.policy, self._options.added.probes
        if not probes:
            return self._results
        from lineage.evidence.probed import Terms
        from lineage.workflows.probe_evidence import probe_results

        terms = Terms(policy.probe_keys, self._now.date(), policy.probe_max_days)
        found = probe_results(graph, target, probes, terms, self._notices)
        return self._results.having(found) if found else self._results

    def _walk(self, target: str) -> tuple[LineageGraph, WeightsVerdict | None]:
        try:
            ref = self._outside.ref(target)
        except InvalidRefError as problem:
            return LineageGraph(
                target, {target: Node(target, Status.INVALID, 0, problem.message)}, ()
            ), None
        notice = self._options.listeners.notice
        is_here = not self._options.where.is_distant
        if notice and is_here and (here := namesake(target)):
            notice(f"{target} is a name on the Hub; {here} is what is called so here.")
        if not self._options.added.weights:
            graph = self._graph(ref, self._source, self._cited)
            return with_near_names(graph, self._outside.near(graph.nodes[graph.target])), None
        return self._with_weights(ref)

    def _graph(self, ref: ModelRef, source: Source, cited: Sequence[ClaimReader]) -> LineageGraph:
        options = self._options
        return walk(
            ref,
            source,
            self._readers,
            options.bounds,
            cited=cited,
            expected=self._sources.snapshot.expected_ancestors if self._is_live else None,
            progress=options.listeners.progress,
            pool=self._pool,
            in_turn=not self._is_live,
        )

    @property
    def _is_live(self) -> bool:
        return not (self._options.offline or self._sources.index or self._outside.index_date)

    def _asked(self, model: str) -> ModelRecord:
        return self._source.fetch(ModelRef(model))

    def _walked_anew(self, model: str) -> LineageGraph:
        return self._graph(ModelRef(model), self._source, self._cited)

    def _with_weights(self, ref: ModelRef) -> tuple[LineageGraph, WeightsVerdict | None]:
        """Walk, look at the weights with the declared bases, and
        walk again with what the weights add."""
        from lineage.fingerprint.claims import CLAIM_SOURCE, to_claims
        from lineage.fingerprint.references import shipped

        source = MemoSource(self._source, files=True)
        graph = self._graph(ref, source, self._cited)
        references = self._options.added.references or shipped()
        verdict = self._examine(graph, source, references)
        found = GivenClaims(CLAIM_SOURCE, to_claims(verdict)) if verdict else None
        return (self._graph(ref, source, (*self._cited, found)) if found else graph), verdict

    def _examine(
        self, graph: LineageGraph, source: Source, references: References
    ) -> WeightsVerdict | None:
        """The audited model's weights against its lineage; None where the model was not read."""
        from lineage.fingerprint.examination import examine

        record = graph.nodes[graph.target].record
        if record is None:
            return None
        near = sorted(
            graph.weight_ancestors(graph.target),
            key=lambda model: (graph.nodes[model].depth, model),
        )
        deep = self._options.added.deep
        return examine(record, source, references, self._registry, declared=near, deep=deep)
