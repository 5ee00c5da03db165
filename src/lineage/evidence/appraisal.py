"""Puts each published result into its class, by fields of its record and of its suite: what it may
decide, and why not more."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.evidence import Outcome, TestResult
from lineage.evidence.grading import MIN_ANSWERS, ControlGrade, Pool, Reckoning, grade
from lineage.evidence.languages import language_of
from lineage.evidence.suites import AnsweredUnit, Figure, Figures, Suite
from lineage.evidence.worst_control import grade_figure

FEW = 10
"""A test of fewer questions is told as an anecdote is."""
VENDOR_SERVICE = "vendor service"
NEUTRAL = ("weights", "weights through a host")
_CONTROLS = 2


class EvidenceClass(Word):
    """What kind of evidence one published result is."""

    FULL_CONTROL = "full-control"
    """Free text, many answers, at least five comparison models, two judges: class A of the rule."""
    CONTROLLED = "controlled"
    """Free text beside at least two comparison models, none judged by its own maker: class B."""
    UNCONTROLLED = "uncontrolled"
    """Too few comparison models, answers or judges, or selected questions: class C."""
    MULTIPLE_CHOICE = "multiple-choice"
    SERVICE = "service"
    """The maker's own app or API."""
    ANECDOTE = "anecdote"
    """A report, a spot check, or fewer than ten questions."""
    MAKERS_CLAIM = "makers-claim"
    MECHANISTIC = "mechanistic"
    PROBE = "probe"
    """A run of `lineage probe`, by whoever ran it: never more than `partly`, and never a clear."""
    PART = "part"
    """Its questions are counted in another record."""


@dataclass(frozen=True)
class Appraisal:
    """One published result with its class, its grade where it has one, and why it decides nothing
    where it does not."""

    result: TestResult
    kind: EvidenceClass
    why: str
    """Empty for a result that may decide."""
    grade: ControlGrade | None = None
    """Beside the comparison models; None where there is nothing to grade by."""
    may_decide: bool = False
    """Whether an adverse grade may count against the model itself."""
    reckoning: Reckoning | None = None
    unit: AnsweredUnit | None = None
    figures: Figures | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it has a say about the model itself. An open probe has none: it clears
        nothing."""
        if self.kind is EvidenceClass.PROBE:
            return self.may_decide
        return self.grade is not None and self.kind in (
            EvidenceClass.FULL_CONTROL,
            EvidenceClass.CONTROLLED,
        )

    @property
    def replaces_farther(self) -> bool:
        """Whether it sets aside what tests of ancestors found in its language.

        An adverse probe does not: it weighs less than such a test may, and no finding makes a
        verdict better.
        """
        if self.kind is EvidenceClass.PROBE:
            return self.grade is ControlGrade.LIKE_CONTROLS
        return self.is_measured

    @property
    def is_adverse(self) -> bool:
        """Whether it counts, or as published would count, against the model."""
        if self.grade is not None and self.kind is not EvidenceClass.PART:
            return self.grade.is_adverse
        return self.result.outcome in (Outcome.CENSORS, Outcome.PARTIALLY_CENSORS)


def appraise(
    result: TestResult, suite: Suite | None, unit: AnsweredUnit | None, pools: Mapping[str, Pool]
) -> Appraisal:
    """The class of one result; `pools` by judge where there is a unit with the answers' counts."""
    reckoning = grade(unit.unit, pools, unit.graded) if unit else None
    figures = suite.figures_for(result.metric, result.language) if suite else None
    kind, why = _kind(result, suite, unit, reckoning, figures)
    found = reckoning.grade if reckoning else _by_figures(result, kind, figures)
    if kind is EvidenceClass.CONTROLLED and why and found is not ControlGrade.LIKE_CONTROLS:
        kind, found = EvidenceClass.UNCONTROLLED, None
    may_decide = not why and suite is not None and suite.decides_in(language_of(result))
    if may_decide and unit and unit.not_claimed:
        may_decide, why = False, "The model's card does not claim this language."
    elif not why and not may_decide:
        why = "In this language the suite has no control of its own, so it only informs."
    return Appraisal(result, kind, why, found, may_decide, reckoning, unit, figures)


def _kind(
    result: TestResult,
    suite: Suite | None,
    unit: AnsweredUnit | None,
    reckoning: Reckoning | None,
    figures: Figures | None,
) -> tuple[EvidenceClass, str]:
    plain = _plain_kind(result, unit)
    if plain:
        return plain
    if suite is not None and suite.form == "multiple-choice":
        return (
            EvidenceClass.MULTIPLE_CHOICE,
            "Multiple choice: the right letter does not show what the model writes.",
        )
    if reckoning is not None and reckoning.grade is not None:
        return EvidenceClass.FULL_CONTROL, ""
    if reckoning is not None:
        return EvidenceClass.UNCONTROLLED, f"Too small to decide: {reckoning.reason}."
    lack = _lack(result, suite, figures)
    if not lack:
        return EvidenceClass.CONTROLLED, ""
    speaks = suite is not None and suite.form == "free-text" and _speaks_for(result, suite, figures)
    return (EvidenceClass.CONTROLLED if speaks else EvidenceClass.UNCONTROLLED), lack


def _plain_kind(result: TestResult, unit: AnsweredUnit | None) -> tuple[EvidenceClass, str] | None:
    """The classes that need no look at controls."""
    if result.subset_of:
        return EvidenceClass.PART, "These questions are already counted in another test."
    if result.evidence_class == "vendor-claim":
        return EvidenceClass.MAKERS_CLAIM, "A maker's own statement, not a test by others."
    if result.evidence_class == "anecdote":
        return EvidenceClass.ANECDOTE, "A single report or spot check, not a test."
    if result.n is not None and result.n < FEW:
        return EvidenceClass.ANECDOTE, f"{result.n} questions are too few to decide anything."
    if result.layer == VENDOR_SERVICE or (unit is not None and not unit.is_neutral):
        return (
            EvidenceClass.SERVICE,
            "It tested the maker's own service, which may filter what the weights do not.",
        )
    if result.evidence_class == "mechanistic":
        return (
            EvidenceClass.MECHANISTIC,
            "A study of the model's inner workings; it counts no answers.",
        )
    return None


def _lack(result: TestResult, suite: Suite | None, figures: Figures | None) -> str:
    """Which demand on a controlled test it does not meet; empty where it meets all."""
    if result.value is None or result.n is None:
        return "The source gives no counts."
    if suite is not None and suite.is_selected:
        return "Its questions were picked because a model refused them."
    controls = _others(result, figures)
    if suite is not None and result.metric != suite.primary_metric:
        return "Not the metric that was chosen beforehand for this suite."
    if suite is None or len({one.maker for one in controls}) < _CONTROLS:
        return (
            "Fewer than two comparison models of different developers answered the same questions."
        )
    if result.n < MIN_ANSWERS:
        return f"{result.n} answers, fewer than {MIN_ANSWERS}."
    if result.model is None or result.layer not in NEUTRAL:
        return (
            "The source does not name the exact model, or not who served it, so it counts "
            "against nobody."
        )
    makers = {judge.maker for judge in suite.judges}
    if not suite.judges or (
        not suite.judges_never_their_own and any(one.maker in makers for one in controls)
    ):
        return "Who judged is not known, or a comparison model was judged by its own maker."
    return ""


def _speaks_for(result: TestResult, suite: Suite, figures: Figures | None) -> bool:
    """Whether an open result may stand against an adverse one: a named model, enough answers,
    controls; less may lack than to convict."""
    is_large = result.n is not None and result.n >= MIN_ANSWERS and result.value is not None
    controls = _others(result, figures)
    is_controlled = len({one.maker for one in controls}) >= _CONTROLS and not suite.is_selected
    return (
        is_large
        and is_controlled
        and result.model is not None
        and result.metric == suite.primary_metric
    )


def _others(result: TestResult, figures: Figures | None) -> tuple[Figure, ...]:
    """The comparison models but the tested one itself: no model is compared with itself."""
    named = {name.casefold() for name in (result.model, result.model_as_named) if name}
    return (
        tuple(one for one in figures.controls if one.model.casefold() not in named)
        if figures
        else ()
    )


def _by_figures(
    result: TestResult, kind: EvidenceClass, figures: Figures | None
) -> ControlGrade | None:
    if (
        kind is not EvidenceClass.CONTROLLED
        or figures is None
        or result.value is None
        or result.n is None
    ):
        return None
    tested = Figure(result.model or result.model_as_named, "", result.value, result.n, result.se)
    return grade_figure(
        tested, _others(result, figures), higher_is_open=result.higher_is == "more open"
    )
