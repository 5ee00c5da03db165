"""The two rules over a model's weights: they ask for a review, and only where somebody looked."""

from __future__ import annotations

from lineage.fingerprint.verdict import Declared, MatchKind, WeightsVerdict
from lineage.policy.finding import Level, Verdict
from lineage.policy.policy import Policy
from policy.cases import CHILD, QWEN, case, edge, graph, judged, only

GRAPH = graph(CHILD, edge(CHILD, QWEN))


def verdict(declared: Declared, kind: MatchKind = MatchKind.DERIVED_OR_PARENT) -> WeightsVerdict:
    return WeightsVerdict(
        CHILD,
        kind,
        "The weights are consistent with shared ancestry.",
        declared_vs_found=declared,
        declared_reason="They are not those.",
    )


def test_weights_contradict_speaks_where_a_declared_base_is_not_borne_out():
    """One finding, for review."""
    (finding,) = only("weights-contradict", case(GRAPH, weights=verdict(Declared.CONTRADICTS)))
    assert finding.level is Level.REVIEW
    assert finding.message == "They are not those."


def test_weights_undeclared_speaks_where_a_base_is_found_and_none_declared():
    """One finding, for review, with what the comparison cannot tell."""
    (finding,) = only("weights-undeclared", case(GRAPH, weights=verdict(Declared.UNDECLARED)))
    assert finding.level is Level.REVIEW
    assert any("direction" in line for line in finding.evidence)


def test_no_rule_over_weights_speaks_where_they_agree_or_nobody_looked():
    """Agreement, no match, and weights that were not looked at are silent."""
    silent = (
        verdict(Declared.AGREES),
        verdict(Declared.UNKNOWN),
        verdict(Declared.UNDECLARED, MatchKind.NO_MATCH_INDEXED),
        None,
    )
    for seen in silent:
        for rule in ("weights-contradict", "weights-undeclared"):
            assert only(rule, case(GRAPH, weights=seen)) == []


def test_weights_alone_never_fail_a_model_under_the_default_policy():
    """The verdict is at most a review."""
    for seen in (verdict(Declared.CONTRADICTS), verdict(Declared.UNDECLARED)):
        assert judged(case(GRAPH, weights=seen), Policy())[1] is Verdict.REVIEW
