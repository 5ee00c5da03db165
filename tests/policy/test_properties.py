"""What holds for every case: more unknowns never improve a verdict, order changes nothing, waivers
remove nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.core.record import Status
from lineage.core.relation import Relation
from lineage.evidence.evidence import Applicability, Attribution, State
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph
from lineage.policy.case import Case
from lineage.policy.finding import Level, Verdict
from lineage.policy.load import load_pack
from lineage.policy.policy import Policy
from lineage.policy.rules.registry import RULES
from lineage.policy.waiver import Waiver
from policy.cases import (
    DEEPSEEK,
    EVERYBODY,
    LLAMA,
    QWEN,
    TODAY,
    UNTESTED,
    Grade,
    attributions,
    case,
    edge,
    exposed,
    graph,
    hit,
    judged,
    origin,
)

ROOTS = (QWEN, LLAMA, "deepseek-ai/DeepSeek-V3", "openchat/base", "hobby/root")
MIDDLES = ("acme/a", "acme/b", "NousResearch/c", "hobby/d", "deepseek-ai/e")
TARGET = "acme/target"
# How far a gate lets a verdict through: fail and inconclusive both stop it.
BADNESS = {Verdict.PASS: 0, Verdict.REVIEW: 1, Verdict.INCONCLUSIVE: 2, Verdict.FAIL: 2}
RELATIONS = st.sampled_from(
    (Relation.FINETUNE, Relation.QUANTIZED, Relation.MERGE, Relation.DISTILLED)
)
PACKS = tuple(
    load_pack(name, "0.1.0")
    for name in ("default", "strict", "us-ndaa-fy26-1532", "us-gsar-552-239-7001-v1-withdrawn")
)


@st.composite
def lineages(draw: st.DrawFn) -> LineageGraph:
    """Any graph of up to eleven models, cycles and diamonds included, in which the target has a
    parent."""
    names = (TARGET, *MIDDLES)
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(names), st.sampled_from((*MIDDLES, *ROOTS))),
            min_size=1,
            max_size=9,
        )
    )
    edges = {
        (child, parent): edge(
            child,
            parent,
            draw(st.sampled_from(Grade)),
            draw(RELATIONS),
            draw(st.sampled_from((None, None, None, "vision_encoder"))),
        )
        for child, parent in [(TARGET, draw(st.sampled_from((*MIDDLES, *ROOTS)))), *pairs]
    }
    whole = graph(TARGET, *edges.values())
    reached = set(whole.paths())
    return graph(TARGET, *(e for e in whole.edges if e.child in reached))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A pack as it is, or the default with origin and test rules at other levels."""
    if draw(st.booleans()):
        return draw(st.sampled_from(PACKS))
    named = (
        "foundation-jurisdiction",
        "teacher-jurisdiction",
        "component-jurisdiction",
        "exposure-censors",
        "denied-developer",
    )
    levels = {rule: draw(st.sampled_from((Level.FAIL, Level.REVIEW))) for rule in named}
    return Policy(levels=levels, settings={"denied-developer": {"developers": ("deepseek",)}})


def listed(found: LineageGraph) -> dict[str, Attribution]:
    """As the registry would have it: only the roots that it lists are foundations, whatever else
    has no parent."""
    return {
        m: a if m in ROOTS else replace(a, is_foundation=False, root_evidence=None)
        for m, a in attributions(found).items()
    }


def nearness(edges: tuple[Edge, ...]) -> Applicability:
    """How near a tested model is over these edges."""
    if not all(one.carries_weights for one in edges):
        return Applicability.TEACHER
    return (
        Applicability.QUANTIZED
        if all(one.relation is Relation.QUANTIZED for one in edges)
        else Applicability.INHERITED
    )


def build(found: LineageGraph, given_: dict[str, Attribution] | None = None) -> Case:
    """The case of a graph; Qwen and DeepSeek roots were tested in Chinese, and the results reach
    whatever a path leads from."""
    paths = {
        model: (found.target, *(e.parent for e in edges)) for model, edges in found.paths().items()
    }
    tested = [
        m
        for m in paths
        if m in (QWEN, "deepseek-ai/DeepSeek-V3")
        and all(e.component is None for e in found.paths()[m])
    ]
    hits = [hit(paths[m], applicability=nearness(found.paths()[m])) for m in sorted(tested)]
    evidence = exposed(State.CENSORS, *hits) if hits else UNTESTED
    given_ = given_ or listed(found)
    return case(found, evidence, attributions=given_, origin=origin(found, given_))


def hide(found: LineageGraph, model: str) -> LineageGraph:
    """The same lineage, where one model could not be read: what it says of its parents is not
    known."""
    cut = graph(
        TARGET, *(e for e in found.edges if e.child != model), nodes={model: Status.NOT_FOUND}
    )
    reached = set(cut.paths())
    return graph(
        TARGET,
        *(e for e in cut.edges if e.child in reached),
        nodes={model: Status.NOT_FOUND} if model in reached else {},
    )


@settings(max_examples=150, deadline=None)
@given(lineages(), policies(), st.data())
def test_an_unreadable_model_never_improves_the_verdict(
    found: LineageGraph, policy: Policy, data: st.DataObject
) -> None:
    """Whichever model goes away, a gate that stopped still stops, and a review does not become a
    pass."""
    model = data.draw(st.sampled_from([*sorted(set(found.nodes) - set(ROOTS)), TARGET]))
    before, after = judged(build(found), policy)[1], judged(build(hide(found, model)), policy)[1]
    assert BADNESS[after] >= BADNESS[before], (model, before, after)


@settings(max_examples=150, deadline=None)
@given(lineages(), policies(), st.data())
def test_an_unknown_developer_never_improves_the_verdict(
    found: LineageGraph, policy: Policy, data: st.DataObject
) -> None:
    """A foundation, teacher or part whose developer is not known counts no better than a known
    one."""
    known = listed(found)
    base = build(found, known)
    places = sorted({f.model for f in (*base.origin.foundations, *base.origin.teachers)})
    model = data.draw(st.sampled_from(places))
    blurred = {**known, model: Attribution(model, None, "unknown")}
    trained = tuple(f for f in base.origin.trained_by if f.model != model)
    after = build(found, blurred)
    # Who trained on the way is another axis, on which unknown is the normal state: it is held still
    # here.
    before_case = replace(base, origin=replace(base.origin, trained_by=trained))
    after_case = replace(after, origin=replace(after.origin, trained_by=trained))
    before, later = judged(before_case, policy)[1], judged(after_case, policy)[1]
    assert BADNESS[later] >= BADNESS[before], (model, before, later)


@settings(max_examples=60, deadline=None)
@given(lineages(), policies(), st.sampled_from(("bounds", "fallback", "status")))
def test_an_unknown_circumstance_never_improves_the_verdict(
    found: LineageGraph, policy: Policy, kind: str
) -> None:
    """A bound, a fallback and an undated source only make it worse."""
    base = build(found)
    worse = {
        "bounds": replace(base, graph=replace(found, bounds_hit=("A bound.",))),
        "fallback": replace(base, fallback=True, source="snapshot"),
        "status": replace(base, data_dates={"registry": "unknown"}),
    }[kind]
    assert BADNESS[judged(worse, policy)[1]] >= BADNESS[judged(base, policy)[1]]


@settings(max_examples=60, deadline=None)
@given(lineages(), policies(), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_changes_nothing(
    found: LineageGraph, policy: Policy, shuffled: random.Random
) -> None:
    """Threads may finish in any order."""
    nodes, edges = list(found.nodes.items()), list(found.edges)
    shuffled.shuffle(nodes)
    shuffled.shuffle(edges)
    assert judged(build(replace(found, nodes=dict(nodes), edges=tuple(edges))), policy) == judged(
        build(found), policy
    )


@settings(max_examples=60, deadline=None)
@given(lineages(), policies(), st.sampled_from([*RULES, "*"]), st.integers(-2, 2))
def test_waivers_mark_findings_and_remove_none(
    found: LineageGraph, policy: Policy, rule: str, days: int
) -> None:
    """Whatever a waiver covers is still there; an expired one never makes a verdict better."""
    plain, verdict = judged(build(found), policy)
    waiver = Waiver(rule, "*", "reason", "owner", TODAY + timedelta(days))
    marked, after = judged(build(found), replace(policy, waivers=(waiver,)))
    assert {replace(f, waived=None) for f in marked} >= set(plain)
    if days < 0:
        assert BADNESS[after] >= BADNESS[verdict]


@settings(max_examples=60, deadline=None)
@given(lineages(), policies())
def test_an_inferred_path_alone_never_fails(found: LineageGraph, policy: Policy) -> None:
    """With every claim an inference nothing about an ancestor fails."""
    inferred = graph(
        TARGET,
        *(edge(e.child, e.parent, Grade.INFERRED, e.relation, e.component) for e in found.edges),
    )
    findings, _ = judged(build(inferred), policy)
    assert not [f for f in findings if f.level is Level.FAIL and len(f.path) > 1]


def test_the_registrys_people_in_these_cases_are_the_ones_the_policies_name() -> None:
    """Otherwise the properties would hold for want of anything to find."""
    assert DEEPSEEK in EVERYBODY
    found = graph(TARGET, edge(TARGET, "deepseek-ai/DeepSeek-V3", relation=Relation.QUANTIZED))
    assert [judged(build(found), pack)[1] for pack in PACKS] == [Verdict.FAIL] * len(PACKS)
