"""The sentences that every format shares: what decides comes first, in words, with what to do."""

from dataclasses import replace

import pytest
from tests.report import reports
from tests.report.reports import edge, graph_of, node, simple, target_report

from lineage.core.country import country
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Applicability, Foundation, ResultHit, Standing, State
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.rules.registry import all_rules
from lineage.report.breakdown import foundations
from lineage.report.document import TargetReport
from lineage.report.sentences import because, built_on, deciding, finding_lines, next_step, why

EVERY_FIELD = {"subject", "object", "who", "languages", "found"}


def found(rule: str, level: Level = Level.REVIEW, message: str = "", **more: object) -> Finding:
    """A finding about the audited model of `simple`."""
    model = simple().model
    return Finding(rule, level, model, (model,), message or f"A message of {rule}.", **more)  # type: ignore[arg-type]


def told(verdict: Verdict, *findings: Finding) -> TargetReport:
    """The simple report with these findings in place of its own."""
    return replace(simple(), verdict=verdict, findings=findings, open=())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_says_what_to_do_and_its_sentence_can_be_filled(rule: object) -> None:
    """A sentence names nothing that a report could not put in, and no rule id."""
    assert rule.what_to_do.endswith(".")  # type: ignore[attr-defined]
    assert len(rule.what_to_do) < 100, "one line of a terminal"  # type: ignore[attr-defined]
    filled = rule.sentence.format(**dict.fromkeys(EVERY_FIELD, "it"))  # type: ignore[attr-defined]
    assert not filled or filled.endswith((".", ".)"))
    assert rule.id not in filled  # type: ignore[attr-defined]


def test_findings_of_one_rule_are_one_line_with_a_count() -> None:
    """What is said of another model is counted, what is said twice is not."""
    same = found("licence-drift", message="It names another licence. And more.")
    other = replace(same, message="A base names another licence.")
    (line,) = finding_lines(told(Verdict.REVIEW, same, same, other))
    assert line.text == "It names another licence (and 1 more like it)."
    assert len(line.findings) == 3


def test_a_waived_finding_stays_and_decides_nothing() -> None:
    """It stands in the list, marked, and is no reason."""
    waived = found("licence-drift", waived=Waived("read", "J. Officer", "2027-01-01"))
    target = told(Verdict.PASS, waived)
    assert [line.is_waived for line in finding_lines(target)] == [True]
    assert deciding(target) == []
    assert because(target) == "Nothing that decides was found (1 waived)."
    assert next_step(target) == "Nothing has to be done."


@pytest.mark.parametrize(
    ("verdict", "finding", "start"),
    [
        (Verdict.FAIL, found("licence-denied", Level.FAIL), "It fails because "),
        (
            Verdict.INCONCLUSIVE,
            found("unmatched-base", decides_unknown=True),
            "It cannot be judged yet because ",
        ),
    ],
)
def test_what_stops_a_gate_is_said_first(verdict: Verdict, finding: Finding, start: str) -> None:
    """The reason opens the text, without a rule's id."""
    assert why(told(verdict, finding)).startswith(start)


def test_a_review_that_origin_and_tests_do_not_explain_is_explained() -> None:
    """Nobody has to guess why a person should look."""
    text = why(told(Verdict.REVIEW, found("licence-drift", message="It names another licence.")))
    assert text.endswith("It asks for a review because it names another licence.")


def lead(grade: Grade, relation: Relation = Relation.FINETUNE) -> TargetReport:
    """A model of nobody known over a base of Meta, by one edge of this grade."""
    base = "meta-llama/Llama-3.1-8B"
    steps = [edge("acme/child", base, relation, grade)]
    made = target_report(graph_of("acme/child", [node("acme/child", 0), node(base, 1)], steps))
    path = ("acme/child", base)
    seen = Finding("foundation-jurisdiction", Level.REVIEW, base, path, "A message.")
    return replace(made, findings=(seen,))


@pytest.mark.parametrize(
    ("relation", "told", "subject"),
    [
        (
            Relation.FINETUNE,
            "Perhaps built on Meta Platforms' Llama-3.1-8B",
            "Its possible foundation",
        ),
        (
            Relation.DISTILLED,
            "perhaps trained on answers of Meta Platforms'",
            "Its possible teacher",
        ),
    ],
)
def test_what_only_a_lead_shows_is_called_perhaps(
    relation: Relation, told: str, subject: str
) -> None:
    """A name or a configuration alone establishes no base and no teacher, in any sentence."""
    held = lead(Grade.INFERRED, relation)
    assert told in why(held)
    assert because(held).startswith(subject)
    sure = lead(Grade.DECLARED, relation)
    assert "erhaps" not in why(sure)
    assert "possible" not in because(sure)
    assert ("perhaps" in built_on(held)) == (relation is Relation.FINETUNE)


def test_counts_by_foundation_agree_with_what_each_model_is_said_to_be_built_on() -> None:
    """Others' statements count where the model itself was not read; its bare name does not."""
    base = "meta-llama/Llama-3.1-8B"
    unread = node("acme/child", 0, Status.NOT_READ)
    steps = [edge("acme/child", base, grade=Grade.STATED)]
    held = target_report(graph_of("acme/child", [unread, node(base, 1)], steps))
    assert foundations(held) == [base]
    assert foundations(target_report(graph_of("acme/child", [unread], []))) == ["not established"]
    alone = target_report(graph_of(base, [node(base, 0, Status.NOT_READ)], []))
    assert foundations(alone) == [base]


def test_answers_of_a_teacher_are_laid_at_the_door_of_who_used_them() -> None:
    """Of several trainers nobody is said to have used them; the only one is, where the step says
    so."""
    steps = [
        edge("acme/child", "deepseek-ai/student"),
        edge("deepseek-ai/student", "deepseek-ai/DeepSeek-R1", Relation.DISTILLED),
        edge("deepseek-ai/student", "meta-llama/Llama-3.1-8B"),
    ]
    names = ("acme/child", "deepseek-ai/student", *(step.parent for step in steps[1:]))
    graph = graph_of("acme/child", [node(name, at) for at, name in enumerate(names)], steps)
    held = target_report(graph)
    by = Foundation(names[1], held.attributions[names[1]], names[:2])
    one = replace(held, origin=replace(held.origin, trained_by=(by,)))
    assert "DeepSeek (China) on answers of DeepSeek-R1" in why(one)
    other = Foundation(names[0], held.attributions[names[0]], names[:1])
    two = replace(held, origin=replace(held.origin, trained_by=(by, other)))
    assert "; on the way it was trained on answers of DeepSeek-R1" in why(two)


def test_a_report_about_the_base_is_not_laid_at_the_copy() -> None:
    """What was reported of the model that it was quantized from is told of that one."""
    base, copy = "Qwen/base", "acme/base-GGUF"
    graph = graph_of(
        copy, [node(copy, 0), node(base, 1)], [edge(copy, base, Relation.QUANTIZED, Grade.STATED)]
    )
    result = reports.test_result("spot-check", base)
    hit = ResultHit(result, Applicability.QUANTIZED, (copy, base), counts=False)
    held = target_report(graph, hits=(hit,))
    thin = replace(held.exposure, own=Standing(State.THIN, {}, ("spot-check",)))
    assert (
        f"{base}, which this model was quantized from, is only reported to censor, not tested."
        in why(replace(held, exposure=thin))
    )


def test_countries_have_names() -> None:
    """People read names; a code that is none, and none at all, stay what they are."""
    assert [country(code) for code in ("CN", "US", "EU", None)] == [
        "China",
        "United States",
        "EU",
        "country unknown",
    ]
