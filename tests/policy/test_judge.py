"""The verdict: what decides it, what lowers a finding, what never improves it."""

from __future__ import annotations

import pytest

from lineage.core.record import Status
from lineage.core.relation import Grade
from lineage.evidence.evidence import Applicability, State
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.judge import fails, verdict_of
from lineage.policy.policy import Policy
from policy import cases
from policy.cases import (
    CHILD,
    LLAMA,
    MIDDLE,
    QWEN,
    Relation,
    case,
    edge,
    exposed,
    graph,
    hit,
    judged,
    policy,
)


def _finding(level: str, *, open_: bool = False, waived: bool = False) -> Finding:
    mark = Waived("r", "o", "2027-01-01") if waived else None
    return Finding("rule", Level(level), "a/b", ("a/b",), "m", decides_unknown=open_, waived=mark)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], "pass"),
        ([_finding("info"), _finding("warn")], "pass"),
        ([_finding("review")], "review"),
        ([_finding("review", open_=True)], "inconclusive"),
        ([_finding("info", open_=True)], "inconclusive"),
        ([_finding("review", open_=True), _finding("fail")], "fail"),
        ([_finding("fail", waived=True)], "pass"),
        ([_finding("review", open_=True, waived=True), _finding("review")], "review"),
    ],
)
def test_a_verdict_follows_from_the_findings_that_no_waiver_covers(
    findings: list[Finding], verdict: str
) -> None:
    """Fail before inconclusive before review before pass."""
    assert verdict_of(findings) is Verdict(verdict)


@pytest.mark.parametrize(
    ("level", "fail_on", "stops"),
    [
        ("fail", "fail", True),
        ("review", "fail", False),
        ("review", "review", True),
        ("warn", "review", False),
        ("warn", "warn", True),
    ],
)
def test_fail_on_chooses_the_level_at_which_a_gate_stops(
    level: str, fail_on: str, stops: bool
) -> None:
    """Findings at or above the chosen level stop it; an inconclusive verdict has a code of its
    own."""
    found = [_finding(level)]
    assert fails(verdict_of(found), found, Level(fail_on)) is stops
    assert not fails(Verdict.INCONCLUSIVE, found, Level(fail_on))


def test_a_derivative_of_a_foundation_outside_the_policys_list_is_not_flagged() -> None:
    """The control: a fine-tune of Llama by an unknown publisher passes under the default policy."""
    findings, verdict = judged(case(graph(CHILD, edge(CHILD, LLAMA))), Policy())
    assert verdict is Verdict.PASS
    assert all(f.level is Level.INFO for f in findings)


def test_a_declared_grandchild_is_reviewed_with_its_path() -> None:
    """The foundation's jurisdiction is found through every step."""
    found = graph(CHILD, edge(CHILD, MIDDLE), edge(MIDDLE, QWEN))
    findings, verdict = judged(case(found), Policy())
    (finding,) = [f for f in findings if f.rule == "foundation-jurisdiction"]
    assert verdict is Verdict.REVIEW
    assert finding.path == (CHILD, MIDDLE, QWEN)
    assert (
        f"{CHILD} descends from {QWEN} through {MIDDLE}; {QWEN} was developed by Qwen team (China)."
        == finding.message
    )


def test_only_a_finding_about_the_model_itself_fails_by_default() -> None:
    """A copy or a quantization is the model; what a tested ancestor does asks for a review, as
    training can remove it."""
    found = graph(CHILD, edge(CHILD, LLAMA))
    for near, verdict in (
        (Applicability.DIRECT, Verdict.FAIL),
        (Applicability.SAME_WEIGHTS, Verdict.FAIL),
        (Applicability.QUANTIZED, Verdict.FAIL),
        (Applicability.INHERITED, Verdict.REVIEW),
        (Applicability.TEACHER, Verdict.REVIEW),
    ):
        path = (CHILD,) if near is Applicability.DIRECT else (CHILD, LLAMA)
        evidence = exposed(State.CENSORS, hit(path, applicability=near))
        assert judged(case(found, evidence), Policy())[1] is verdict, near


def test_a_policy_may_raise_an_inherited_finding_to_fail() -> None:
    """It says so in the rule's name."""
    found = graph(CHILD, edge(CHILD, LLAMA))
    evidence = exposed(State.PARTLY, hit((CHILD, LLAMA)))
    assert judged(case(found, evidence), policy({"exposure-inherited": "fail"}))[1] is Verdict.FAIL


def test_an_inference_alone_never_fails_a_model() -> None:
    """The same evidence through an inferred edge fails nothing, and clears nothing."""
    found = graph(CHILD, edge(CHILD, QWEN, Grade.INFERRED, Relation.QUANTIZED))
    evidence = exposed(State.CENSORS, hit((CHILD, QWEN), applicability=Applicability.QUANTIZED))
    findings, verdict = judged(case(found, evidence), Policy())
    assert verdict is Verdict.INCONCLUSIVE
    assert not [f for f in findings if f.level is Level.FAIL]


def test_a_second_path_of_known_claims_makes_a_finding_fail() -> None:
    """What one path only infers another may establish."""
    found = graph(CHILD, edge(CHILD, QWEN, Grade.INFERRED), edge(CHILD, MIDDLE), edge(MIDDLE, QWEN))
    under = policy({"foundation-jurisdiction": "fail"})
    assert judged(case(found), under)[1] is Verdict.FAIL


def test_a_model_known_only_as_a_teacher_does_not_make_its_weights_known() -> None:
    """A declared teacher edge says nothing of an inferred weights edge to the same model."""
    taught = edge(CHILD, QWEN, relation=cases.Relation.DISTILLED)
    found = graph(CHILD, taught, edge(CHILD, QWEN, Grade.INFERRED))
    under = policy({"foundation-jurisdiction": "fail", "teacher-jurisdiction": "off"})
    assert judged(case(found), under)[1] is Verdict.INCONCLUSIVE


def test_an_unreadable_original_leaves_the_default_answer_open() -> None:
    """What the model is a copy of may be a model that fails; what it was trained from asks for a
    review at most."""
    gone = {"gone/model": Status.NOT_FOUND}
    copied = graph(CHILD, edge(CHILD, "gone/model", relation=Relation.QUANTIZED), nodes=gone)
    assert judged(case(copied), Policy())[1] is Verdict.INCONCLUSIVE
    trained = graph(CHILD, edge(CHILD, "gone/model"), nodes=gone)
    assert judged(case(trained), Policy())[1] is Verdict.REVIEW


def test_an_unreadable_ancestor_asks_for_a_review_where_nothing_could_fail() -> None:
    """Without a rule that fails for an ancestor the answer does not hang on it."""
    found = graph(CHILD, edge(CHILD, "gone/model"), nodes={"gone/model": Status.NOT_FOUND})
    assert judged(case(found), policy({"exposure-censors": "review"}))[1] is Verdict.REVIEW


def test_an_unreadable_foundation_hides_nothing() -> None:
    """A listed root that is gone has nothing underneath that could change the answer."""
    found = graph(CHILD, edge(CHILD, LLAMA), nodes={LLAMA: Status.NOT_FOUND})
    assert judged(case(found), Policy())[1] is Verdict.PASS


def test_findings_come_in_one_order_the_most_serious_first() -> None:
    """Whatever order rules run in, and waived ones last."""
    found = graph(CHILD, edge(CHILD, QWEN))
    findings, _ = judged(case(found, exposed(State.CENSORS, hit((CHILD, QWEN)))), Policy())
    assert [f.level.rank for f in findings] == sorted(f.level.rank for f in findings)
    assert all(f.help_url.startswith("https://") for f in findings)
