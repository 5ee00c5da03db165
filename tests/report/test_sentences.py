"""The sentences that every format shares: what decides comes first, in words, with what to do."""

from dataclasses import replace

import pytest
from tests.report.reports import simple

from lineage.core.country import country
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.rules.registry import all_rules
from lineage.report.document import TargetReport
from lineage.report.sentences import because, deciding, finding_lines, next_step, why

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
    assert because(target) == "Nothing that the policy asks about was found."
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


def test_countries_have_names() -> None:
    """People read names; a code that is none, and none at all, stay what they are."""
    assert [country(code) for code in ("CN", "US", "EU", None)] == [
        "China",
        "United States",
        "EU",
        "country unknown",
    ]
