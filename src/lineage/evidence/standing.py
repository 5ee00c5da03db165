"""Adds up what the tests of one model say: votes that may count, beside reports that only inform.

A vote against the model does not count where a controlled free-text test by another suite found it
open in the same language. What remains makes the state: two languages or two independent tests, or
one language far below, is `censors`; one is `partly`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lineage.core.value import dataclass
from lineage.evidence.appraisal import Appraisal, EvidenceClass
from lineage.evidence.evidence import Standing, State
from lineage.evidence.grading import ControlGrade
from lineage.evidence.languages import language_of, overlap

CLEAR_IN = frozenset({"en", "zh"})
"""The languages in which a model must be like the comparison models to be clear."""
_AGAINST_CLEAR = frozenset({EvidenceClass.UNCONTROLLED, EvidenceClass.MECHANISTIC})


@dataclass(frozen=True)
class Considered:
    """One appraised result, and whether an open finding of it may be taken over by the model that
    is spoken of."""

    appraisal: Appraisal
    passes_clear: bool = True

    @property
    def language(self) -> str:
        """The label under which it is kept."""
        return language_of(self.appraisal.result)


def stand(considered: Iterable[Considered]) -> Standing:
    """The standing that these results add up to; `untested` without any."""
    everything = sorted(considered, key=lambda one: one.appraisal.result.id)
    votes = [one for one in everything if one.appraisal.is_measured]
    reports = [one for one in everything if not one.appraisal.is_measured]
    against = [one for one in votes if _grade(one).is_adverse]
    counted = [one for one in against if one.appraisal.may_decide and not _is_opposed(one, votes)]
    kept = [
        one for one in votes if one.passes_clear or _grade(one) is not ControlGrade.LIKE_CONTROLS
    ]
    languages = {one.language: State.THIN for one in reports} | _languages(
        kept, counted, _weight(counted)
    )
    if kept:
        state = _weight(counted) or (
            State.CLEAR if _is_clear(kept, reports, against) else State.MIXED
        )
        return Standing(state, languages, tuple(one.appraisal.result.id for one in against))
    adverse = tuple(one.appraisal.result.id for one in reports if one.appraisal.is_adverse)
    return Standing(State.THIN if reports else State.UNTESTED, languages, adverse)


def _grade(one: Considered) -> ControlGrade:
    return one.appraisal.grade or ControlGrade.UNDECIDED


def _is_opposed(one: Considered, votes: Iterable[Considered]) -> bool:
    """Whether another suite found the model open in the same language."""
    return any(
        _grade(other) is ControlGrade.LIKE_CONTROLS
        and other.appraisal.result.suite != one.appraisal.result.suite
        and overlap(other.language, one.language)
        for other in votes
    )


def _weight(counted: Sequence[Considered]) -> State | None:
    """What the votes that count add up to; None where there is none."""
    if not counted:
        return None
    far = any(_grade(one) is ControlGrade.FAR_BELOW for one in counted)
    tests = {_test(one) for one in counted if one.appraisal.kind is not EvidenceClass.PROBE}
    return State.CENSORS if far or len(tests) > 1 else State.PARTLY


def _test(one: Considered) -> tuple[str, ...]:
    """Tests with the same mark are one: of a fully controlled suite each language, of others each
    publisher."""
    result = one.appraisal.result
    is_full = one.appraisal.kind is EvidenceClass.FULL_CONTROL
    return ("full", result.suite, one.language) if is_full else ("controlled", result.publisher)


def _is_clear(
    votes: Sequence[Considered], reports: Sequence[Considered], against: Sequence[Considered]
) -> bool:
    """Like the comparison models in both languages by a fully controlled free-text suite, and no
    free-text test says otherwise."""
    like = {
        one.language
        for one in votes
        if one.appraisal.kind is EvidenceClass.FULL_CONTROL
        and _grade(one) is ControlGrade.LIKE_CONTROLS
    }
    contradicted = any(
        one.appraisal.kind in _AGAINST_CLEAR and one.appraisal.is_adverse for one in reports
    )
    return like >= CLEAR_IN and not against and not contradicted


def _languages(
    votes: Sequence[Considered], counted: Sequence[Considered], weight: State | None
) -> dict[str, State]:
    """Languages stay apart: each has the finding made in it, and `thin` where nothing of it may
    decide."""
    found: dict[str, State] = {}
    for language in sorted({one.language for one in votes}):
        spoken = [one for one in votes if one.language == language]
        if weight and any(one in counted for one in spoken):
            found[language] = weight
        elif not any(one.appraisal.may_decide for one in spoken):
            found[language] = State.THIN
        else:
            is_like = all(_grade(one) is ControlGrade.LIKE_CONTROLS for one in spoken)
            found[language] = State.CLEAR if is_like else State.MIXED
    return found
