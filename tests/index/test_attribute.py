"""All models at once are attributed as one audit attributes each: against networkx, and against the
audit's own code."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.core.claim import Claim
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.appraisal import Appraisal, EvidenceClass
from lineage.evidence.evidence import Attribution, Outcome, TestResult
from lineage.evidence.exposure import assess_exposure
from lineage.evidence.grading import ControlGrade
from lineage.evidence.registry import Registry
from lineage.graph.edge import Edge
from lineage.graph.graph import LineageGraph, Node
from lineage.index.attribute import Attributed, attribute_all
from lineage.index.columns import NOBODY, Columns
from lineage.index.exposures import Exposures
from lineage.index.stored import RELATIONS, STATUSES

Row = tuple[int, int, Relation, bool]
"""Child, parent, relation, and whether the parent gave only a component."""


def columns(size: int, rows: list[Row], missing: frozenset[int] = frozenset()) -> Columns:
    """Rows as an index holds them: by child, without self-references, none twice."""
    kept = {(c, p, part): relation for c, p, relation, part in rows if c != p}
    ordered = sorted(kept)
    status = np.full(size, STATUSES.index(Status.RESOLVED), np.uint8)
    status[list(missing)] = NOBODY
    child, parent = (np.array([row[i] for row in ordered], np.int32) for i in (0, 1))
    return Columns(
        status=status,
        partial=np.zeros(size, np.bool_),
        created=np.full(size, -1, np.int32),
        downloads=np.full(size, -1, np.int32),
        child=child,
        parent=parent,
        relation=np.array([RELATIONS.index(kept[key]) for key in ordered], np.uint8),
        is_part=np.array([part for _, _, part in ordered], np.bool_),
        grade=np.zeros(len(ordered), np.uint8),
    )


def tuned(pairs: list[tuple[int, int]]) -> list[Row]:
    return [(c, p, Relation.FINETUNE, False) for c, p in pairs]


def appraised(
    number: int, grade: ControlGrade | None, language: str, decides: bool = True, suite: str = "s"
) -> Appraisal:
    """A made-up result with its grade; without one it is a report."""
    made = TestResult(
        id=f"r{number}",
        model=None,
        model_as_named="m",
        suite=suite,
        metric="m",
        value=None,
        unit=None,
        higher_is=None,
        n=None,
        language=language,
        topics=(),
        outcome=Outcome.CENSORS,
        access="weights",
        layer="weights",
        tested_on=None,
        published_on=None,
        publisher=suite,
        title="",
        url="https://example.org",
        finding="",
        caveat="",
        evidence_class="measured",
        is_control=False,
    )
    kind = EvidenceClass.FULL_CONTROL if grade else EvidenceClass.ANECDOTE
    return Appraisal(
        made, kind, "" if grade and decides else "It only informs.", grade, bool(grade) and decides
    )


@st.composite
def graphs(
    draw: st.DrawFn, relations: tuple[Relation, ...] = tuple(Relation), parts: bool = True
) -> tuple[int, list[Row]]:
    """Up to 14 models with any edges at all: cycles, diamonds, self-references, several parents."""
    size = draw(st.integers(1, 14))
    end = st.integers(0, size - 1)
    row = st.tuples(
        end, end, st.sampled_from(relations), st.booleans() if parts else st.just(False)
    )
    return size, draw(st.lists(row, max_size=30))


def roots_by_networkx(size: int, pairs: set[tuple[int, int]]) -> dict[int, set[frozenset[int]]]:
    """Sinks of the condensation that each model reaches, as groups of models."""
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from(range(size))
    condensed = nx.condensation(graph)
    group_of = condensed.graph["mapping"]
    found = {}
    for model in range(size):
        reached = {group_of[model]} | nx.descendants(condensed, group_of[model])
        found[model] = {
            frozenset(condensed.nodes[g]["members"])
            for g in reached
            if condensed.out_degree(g) == 0
        }
    return found


@given(graphs((Relation.FINETUNE, Relation.MERGE), parts=False))
@settings(max_examples=200, deadline=None)
def test_roots_are_those_that_networkx_finds(graph: tuple[int, list[Row]]) -> None:
    """For every model of any graph; a cycle with no way out is one root."""
    size, rows = graph
    found = attribute_all(columns(size, rows))
    expected = roots_by_networkx(size, {(c, p) for c, p, _, _ in rows if c != p})
    for model in range(size):
        roots = found.roots_of(model)
        groups = expected[model]
        assert len(roots) == len(groups)
        assert all(any(root in group for group in groups) for root in roots)


@dataclass
class FewResults:
    """Results of tests as `Results` gives them."""

    by_model: dict[str, list[Appraisal]]

    def for_model(self, id: str) -> list[TestResult]:
        return [one.result for one in self.by_model.get(id, [])]

    def appraise(self, result: TestResult) -> Appraisal:
        return next(
            one for found in self.by_model.values() for one in found if one.result is result
        )

    def for_family(self, family: str) -> list[TestResult]:
        return []


def audited(size: int, rows: list[Row], missing: frozenset[int], target: int) -> LineageGraph:
    """What a walk from one model sees."""
    edges, todo, seen = [], [target], {target}
    kept = {(c, p, part): relation for c, p, relation, part in rows if c != p}
    while todo:
        model = todo.pop()
        for (c, p, part), relation in sorted(kept.items()):
            if c == model:
                claim = Claim(
                    name(c),
                    name(p),
                    name(p),
                    relation,
                    Grade.DECLARED,
                    "card metadata",
                    "README.md",
                    "base_model",
                )
                edges.append(
                    Edge(name(c), name(p), relation, "vision_encoder" if part else None, (claim,))
                )
                if p not in seen:
                    seen.add(p)
                    todo.append(p)
    nodes = {
        name(m): Node(name(m), Status.NOT_FOUND if m in missing else Status.RESOLVED, 0)
        for m in sorted(seen)
    }
    return LineageGraph(name(target), nodes, tuple(sorted(edges, key=lambda e: e.sort_key)))


def name(model: int) -> str:
    return f"org/m{model:02}"


RESULTS = st.builds(
    appraised,
    st.integers(0, 10_000),
    st.sampled_from([*ControlGrade, None]),
    st.sampled_from(["en", "zh", "fi", "en+zh"]),
    st.booleans(),
    st.sampled_from(["s", "t"]),
)


TESTS = st.dictionaries(st.integers(0, 13), st.lists(RESULTS, min_size=1, max_size=3), max_size=5)


@given(graphs(), TESTS, st.frozensets(st.integers(0, 13), max_size=2))
@settings(max_examples=150, deadline=None)
def test_every_model_gets_what_an_audit_of_it_says(
    graph: tuple[int, list[Row]], tests: dict[int, list[Appraisal]], missing: frozenset[int]
) -> None:
    """Roots, completeness and exposure state, for every model of any graph with any results and any
    gaps."""
    compare(graph, tests, missing)


@pytest.mark.parametrize(
    ("relation", "state"),
    [
        (Relation.CONVERSION, "tested-censors"),
        (Relation.QUANTIZED, "tested-censors"),
        (Relation.FINETUNE, "inherited-censors"),
        (Relation.ADAPTER, "inherited-censors"),
        (Relation.MERGE, "inherited-censors"),
        (Relation.UNKNOWN, "inherited-censors"),
        (Relation.DISTILLED, "inherited-censors"),
    ],
)
def test_an_adverse_finding_is_the_model_s_own_only_over_copies_and_quantizing(
    relation: Relation, state: str
) -> None:
    """Anything that trains or mixes makes it an ancestor's."""
    rows = [(1, 0, relation, False)]
    exposures = Exposures({0: [appraised(1, ControlGrade.FAR_BELOW, "zh")]})
    assert attribute_all(columns(2, rows), exposures).state(1) == state
    compare((2, rows), {0: [appraised(1, ControlGrade.FAR_BELOW, "zh")]}, frozenset())


@pytest.mark.parametrize(
    "relation", [r for r in Relation if r not in (Relation.CONVERSION, Relation.SAME_WEIGHTS)]
)
def test_an_open_finding_clears_nobody_but_a_copy(relation: Relation) -> None:
    """Neither a quantization nor a tune of a clear model is cleared by it."""
    clear = [
        appraised(1, ControlGrade.LIKE_CONTROLS, "en"),
        appraised(2, ControlGrade.LIKE_CONTROLS, "zh"),
    ]
    for rows, state in (
        ([(1, 0, relation, False)], "untested"),
        ([(1, 0, Relation.CONVERSION, False)], "tested-clear"),
    ):
        exposures = Exposures({0: clear})
        assert attribute_all(columns(2, rows), exposures).state(1) == state


def compare(
    graph: tuple[int, list[Row]], tests: dict[int, list[Appraisal]], missing: frozenset[int]
) -> None:
    """Every model of the graph, by the whole pass and by an audit's own code."""
    size, rows = graph
    tests = {
        m: list({r.result.id: r for r in found}.values()) for m, found in tests.items() if m < size
    }
    missing = frozenset(m for m in missing if m < size)
    exposures = Exposures(tests)
    found = attribute_all(columns(size, rows, missing), exposures)
    results = FewResults({name(m): kept for m, kept in tests.items()})
    for model in range(size):
        seen = audited(size, rows, missing, model)
        unknown = {node: Attribution(node, None, "unknown") for node in seen.nodes}
        assert sorted(name(root) for root in found.roots_of(model)) == seen.roots()
        whole = seen.weight_ancestors(name(model)) | {name(model)}
        assert found.is_incomplete(model) is any(
            not seen.nodes[one].status.is_known for one in whole
        )
        expected = assess_exposure(seen, results, unknown, Registry.load())  # type: ignore[arg-type]
        assert found.state(model) == expected.state, (model, rows, tests)


def test_cycles_above_and_below_each_other_chains_and_merges() -> None:
    """A chain of 75, a merge of 47, two cycles one above the other, and what hangs below them."""
    chain = [(i, i + 1) for i in range(75)]
    merge = [(100, 101 + i) for i in range(47)]
    cycles = [
        (200, 201),
        (201, 200),
        (202, 200),
        (203, 202),
        (204, 203),
        (203, 204),
        (205, 204),
        (206, 205),
        (206, 75),
    ]
    found = attribute_all(columns(210, tuned(chain + merge + cycles)))
    assert found.roots_of(0) == {75}
    assert found.roots_of(100) == {101 + i for i in range(47)}
    assert all(found.roots_of(model) == {200} for model in range(200, 206))
    assert found.roots_of(206) == {75, 200}


@pytest.mark.parametrize("length", [75, 3000])
def test_long_chains_below_a_cycle_end(length: int) -> None:
    """Deeper than Python recurses."""
    pairs = [(i, i + 1) for i in range(length)] + [(length, length + 1), (length + 1, length)]
    found: Attributed = attribute_all(columns(length + 2, tuned(pairs)))
    assert found.roots_of(0) == {length}


def test_no_models_and_no_edges() -> None:
    """An empty index, and one of roots only."""
    assert attribute_all(columns(0, [])).size == 0
    assert attribute_all(columns(3, [])).roots_of(2) == {2}
