"""Small builders for cases: a few lines say a graph, who developed what, and what tests found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import (
    AncestorStanding,
    Applicability,
    Attribution,
    Citation,
    Developer,
    Exposure,
    Foundation,
    ListEntry,
    Origin,
    Outcome,
    ResultHit,
    Standing,
    State,
    TestResult,
)
from lineage.evidence.exposure import former_by_language, former_state
from lineage.evidence.family import RootEvidence, RootEvidenceKind
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.judge import judge
from lineage.policy.policy import Policy

TODAY = date(2026, 11, 22)
_CITED = (Citation("https://example.org/about", "About", "2026-01-05", "2026-11-02"),)

ALIBABA = Developer(
    "alibaba-qwen", "Qwen team", "CN", "developer", "company", ("Qwen",), citations=_CITED
)
DEEPSEEK = Developer(
    "deepseek", "DeepSeek", "CN", "developer", "company", ("deepseek-ai",), citations=_CITED
)
META = Developer("meta", "Meta", "US", "developer", "company", ("meta-llama",), citations=_CITED)
MISTRAL = Developer(
    "mistral", "Mistral AI", "FR", "developer", "company", ("mistralai",), citations=_CITED
)
NOUS = Developer(
    "nous", "Nous Research", "US", "developer", "company", ("NousResearch",), citations=_CITED
)
STATELESS = Developer(
    "openchat", "OpenChat", None, "developer", "community", ("openchat",), citations=_CITED
)
ZHIPU = Developer(
    "zhipu",
    "Zhipu AI",
    "CN",
    "developer",
    "company",
    ("zai-org",),
    lists=(ListEntry("U.S. BIS Entity List", "listed", "2025-01-16", "", _CITED),),
    citations=_CITED,
)
EVERYBODY = (ALIBABA, DEEPSEEK, META, MISTRAL, NOUS, STATELESS, ZHIPU)

QWEN, LLAMA, CHILD = "Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "acme/assistant-7b"
MIDDLE = "NousResearch/Test-7B"


def edge(
    child: str,
    parent: str,
    grade: Grade = Grade.DECLARED,
    relation: Relation = Relation.FINETUNE,
    component: str | None = None,
) -> Edge:
    """An edge with one claim."""
    file = {
        Grade.DECLARED: "README.md",
        Grade.EMBEDDED: "config.json",
        Grade.STATED: "README.md",
        Grade.INFERRED: "config.json",
    }[grade]
    sure = 0.9 if grade is Grade.INFERRED else None
    claim = Claim(
        child,
        parent,
        parent,
        relation,
        grade,
        "test",
        file,
        "base_model",
        confidence=sure,
        component=component,
    )
    return Edge(child, parent, relation, component, (claim,))


def graph(
    target: str, *edges: Edge, nodes: Mapping[str, Any] | None = None, **more: Any
) -> LineageGraph:
    """A graph whose nodes are resolved unless `nodes` says a status, a record or other fields for
    one."""
    told = dict(nodes or {})
    names = dict.fromkeys([target, *(end for e in edges for end in (e.child, e.parent)), *told])
    made = {name: _node(name, told.get(name)) for name in names}
    bare = LineageGraph(target, made, tuple(sorted(edges, key=lambda e: e.sort_key)), **more)
    depth = {name: len(path) for name, path in bare.paths().items()}
    return replace(
        bare, nodes={name: replace(node, depth=depth.get(name, 0)) for name, node in made.items()}
    )


def _node(name: str, told: Any) -> Node:
    if isinstance(told, Status):
        told = {"status": told}
    fields: dict[str, Any] = {"status": Status.RESOLVED, "depth": 0, **(told or {})}
    status = fields["status"]
    if status.is_known and "record" not in fields:
        fields["record"] = record(name, status=status)
    return Node(name, **fields)


def record(
    name: str, licence: str | None = None, files: Sequence[str] | None = None, **more: Any
) -> ModelRecord:
    """A record with a licence in its card and a file list."""
    card = {"license": licence} if licence else {}
    listed = None if files is None else tuple(FileEntry(path, 1) for path in files)
    fields: dict[str, Any] = {
        "status": Status.RESOLVED,
        "source": "hub",
        "card": card,
        "files": listed,
        **more,
    }
    return ModelRecord(name, name, **fields)


def seen(
    kind: ObservationKind, model: str, text: str = "text", file: str = "README.md"
) -> Observation:
    """One observation."""
    return Observation(kind, model, file, "line 1", text)


def attributions(
    found: LineageGraph, people: Iterable[Developer] = EVERYBODY
) -> dict[str, Attribution]:
    """By namespace; a root of a known developer other than Nous is a listed foundation."""
    owners = {space: person for person in people for space in person.namespaces}
    roots = set(found.roots()) | {n for n in found.nodes if not found.parents(n)}
    given = {}
    for name in found.nodes:
        owner = owners.get(name.partition("/")[0])
        listed = owner is not None and owner is not NOUS and name in roots
        given[name] = Attribution(
            name,
            owner,
            "namespace" if owner else "unknown",
            "family" if listed else None,
            is_foundation=listed,
            root_evidence=SHOWN if listed else None,
        )
    return given


def origin(found: LineageGraph, given: Mapping[str, Attribution]) -> Origin:
    """Foundations are roots and parts; trainers are known developers on the way; teachers are where
    distilled edges lead."""
    paths = {
        name: (found.target, *(e.parent for e in edges)) for name, edges in found.paths().items()
    }
    parts = {e.parent: e.component for e in found.edges if e.component}
    taught = {e.parent for e in found.edges if not e.carries_weights}
    foundations = [Foundation(m, given[m], paths[m]) for m in found.roots()]
    foundations += [Foundation(m, given[m], paths[m], part) for m, part in parts.items()]
    whole = found.weight_ancestors(found.target) | {found.target}
    trained = [
        Foundation(m, given[m], paths[m])
        for m in whole - set(found.roots())
        if given[m].developer is not None
    ]
    teachers = [Foundation(m, given[m], paths[m]) for m in sorted(taught)]
    everyone = (*foundations, *trained, *teachers)
    codes = tuple(
        sorted({f.attribution.jurisdiction for f in everyone if f.attribution.jurisdiction})
    )
    unknown = tuple(sorted({f.model for f in everyone if f.attribution.jurisdiction is None}))
    return Origin(tuple(foundations), tuple(trained), tuple(teachers), codes, unknown)


SHOWN = RootEvidence(RootEvidenceKind.FROM_SCRATCH, "cited", "Trained from scratch.", _CITED)
"""Of a foundation: its maker says that it was trained from scratch."""
UNTESTED = Exposure(former_state({}, is_complete=True), {}, ())


def case(
    found: LineageGraph,
    exposure: Exposure = UNTESTED,
    people: Iterable[Developer] = EVERYBODY,
    **more: Any,
) -> Case:
    """A case over a graph with everything else in order."""
    given = more.pop("attributions", None) or attributions(found, people)
    fields: dict[str, Any] = {
        "origin": origin(found, given),
        "source": "hub",
        "fallback": False,
        "data_dates": {"registry": "2026-11-20", "results": "2026-11-20", "snapshot": "2026-11-20"},
        "today": TODAY,
        **more,
    }
    return Case(found, given, exposure=exposure, **fields)


def hit(
    path: Sequence[str],
    outcome: Outcome = Outcome.CENSORS,
    language: str = "zh",
    applicability: Applicability | None = None,
    counts: bool = True,
) -> ResultHit:
    """A result about the end of the path."""
    near = applicability or (Applicability.DIRECT if len(path) == 1 else Applicability.INHERITED)
    result = TestResult(
        id=f"suite-{path[-1]}-{language}-{outcome}",
        model=path[-1],
        model_as_named=path[-1],
        suite="SpeechMap",
        metric="complete answers",
        value=31.0,
        unit="%",
        higher_is="more open",
        n=240,
        language=language,
        topics=("government criticism",),
        outcome=outcome,
        access="weights",
        layer="weights",
        tested_on=None,
        published_on="2025-06-01",
        publisher="SpeechMap",
        title="SpeechMap",
        url="https://speechmap.ai",
        finding="",
        caveat="",
        evidence_class="measured",
        is_control=False,
    )
    return ResultHit(result, near, tuple(path), counts)


_SELF = (Applicability.DIRECT, Applicability.SAME_WEIGHTS, Applicability.QUANTIZED)


def exposed(state: State, *hits: ResultHit, **more: Any) -> Exposure:
    """An exposure in which every tested model has this state in the languages of its hits: the
    model itself, or ancestors."""
    own = [h for h in hits if h.applicability in _SELF]
    ancestors = []
    for path in dict.fromkeys(h.path for h in hits if h.applicability not in _SELF):
        of_it = [h for h in hits if h.path == path]
        ancestors.append(
            AncestorStanding(path[-1], of_it[0].applicability, path, _standing(state, of_it))
        )
    standing = _standing(state, own) if own or not hits else Standing(State.UNTESTED, {})
    by_language = former_by_language(standing, [one.standing for one in ancestors])
    former = former_state(by_language, is_complete=state is not State.UNKNOWN)
    return Exposure(former, by_language, hits, own=standing, ancestors=tuple(ancestors), **more)


def _standing(state: State, hits: Iterable[ResultHit]) -> Standing:
    kept = list(hits)
    against = (Outcome.CENSORS, Outcome.PARTIALLY_CENSORS)
    return Standing(
        state,
        {h.result.language: state for h in kept},
        tuple(h.result.id for h in kept if h.result.outcome in against),
    )


def policy(
    levels: Mapping[str, str] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> Policy:
    """The default policy with some levels and settings changed."""
    return Policy(
        levels={rule: Level(level) for rule, level in (levels or {}).items()},
        settings=settings or {},
        **more,
    )


def judged(found: Case, under: Policy) -> tuple[tuple[Finding, ...], Verdict]:
    """Findings and verdict."""
    judgement = judge(found, under)
    return judgement.findings, judgement.verdict


def only(rule: str, found: Case, under: Policy | None = None) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in judge(found, under or Policy()).findings if f.rule == rule]
