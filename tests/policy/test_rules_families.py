"""The rule about families that traces point to and the lineage does not contain."""

from __future__ import annotations

from lineage.core.claim import Lead, LeadKind
from lineage.policy.finding import Level, Verdict
from lineage.policy.judge import judge
from lineage.policy.policy import Policy
from policy.cases import CHILD, LLAMA, QWEN, case, edge, graph, only

SIZES = Lead(
    LeadKind.CONFIG,
    CHILD,
    ("qwen2", "qwen2.5"),
    "config.json",
    "model_type",
    "llama: vocabulary 152064, width 3584, 28 layers",
    True,
)
NAME = Lead(LeadKind.NAME, CHILD, ("qwen2.5",), "api", "name", "qwen-like")


def test_undeclared_family_shows_both_sides() -> None:
    """Family, file and value on one side, what the lineage tells on the other."""
    found = graph(CHILD, edge(CHILD, LLAMA), nodes={CHILD: {"leads": (SIZES, NAME)}})
    (finding,) = only("undeclared-family", case(found))
    assert finding.level is Level.REVIEW
    assert "Qwen2.5" in finding.message and "Llama" in finding.message
    assert "config.json" in finding.message and "152064" in finding.message
    assert len(finding.evidence) == 2
    assert judge(case(found), Policy())[1] is not Verdict.PASS


def test_undeclared_family_is_silent_where_the_lineage_answers_or_the_trace_is_weak() -> None:
    """The declared line answers; one name alone asks nothing."""
    answered = graph(CHILD, edge(CHILD, QWEN), nodes={CHILD: {"leads": (SIZES, NAME)}})
    weak = graph(CHILD, edge(CHILD, LLAMA), nodes={CHILD: {"leads": (NAME,)}})
    assert only("undeclared-family", case(answered)) == []
    assert only("undeclared-family", case(weak)) == []
