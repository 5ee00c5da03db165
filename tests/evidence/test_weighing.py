"""How much one finding weighs: a partial one only as much as its control."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.evidence.evidence import Outcome
from lineage.evidence.results import Results
from lineage.evidence.weighing import severity

PARTIAL = next(
    r
    for r in Results.load().for_model("deepseek-ai/DeepSeek-V3")
    if r.language == "en" and r.suite.startswith("SpeechMap")
)


@pytest.mark.parametrize(
    ("outcome", "weight"), [(Outcome.CENSORS, 2), (Outcome.MIXED, 1), (Outcome.DOES_NOT_CENSOR, 0)]
)
def test_a_plain_outcome_weighs_the_same_whatever_stands_beside_it(outcome: Outcome, weight: int):
    """Only partial findings depend on their control."""
    clear = replace(PARTIAL, suite="another", outcome=Outcome.DOES_NOT_CENSOR)
    assert severity(replace(PARTIAL, outcome=outcome), [clear]) == weight


def test_a_partial_finding_with_a_control_in_its_language_counts_as_found():
    """DeepSeek-V3 in English: 82 of 100 on China, 98 on the control questions in English."""
    assert PARTIAL.outcome is Outcome.PARTIALLY_CENSORS
    assert severity(PARTIAL, [PARTIAL]) == 2


def test_a_partial_finding_without_such_a_control_is_mixed():
    """Controls in English say little of an answer in Chinese."""
    assert severity(replace(PARTIAL, language="zh"), []) == 1
    assert severity(replace(PARTIAL, control_value=None), []) == 1


def test_a_partial_finding_that_another_suite_does_not_share_is_mixed():
    """Two suites that disagree about the same model in the same language; the same suite twice is no second opinion."""
    clear = replace(PARTIAL, outcome=Outcome.DOES_NOT_CENSOR)
    assert severity(PARTIAL, [PARTIAL, replace(clear, suite="another")]) == 1
    assert severity(PARTIAL, [PARTIAL, clear]) == 2
