"""What a run of lineage probe may do to a model's standing: accuse in part, set an ancestor's finding aside, never clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lineage.evidence.appraisal import Appraisal, EvidenceClass
from lineage.evidence.evidence import State
from lineage.evidence.grading import ControlGrade
from lineage.evidence.probed import Probed, Terms, weighed
from lineage.evidence.reach import measured
from lineage.evidence.standing import Considered, stand
from lineage.probe.battery import Form
from lineage.probe.decision import Asked, Conclusion, decide
from lineage.probe.decoding import Decoding, Served
from lineage.probe.outcome import ItemOutcomes, Pair, ReplyOutcome
from lineage.probe.record import Run, Setup, TranscriptRef
from lineage.probe.verify import Verification

TODAY = date(2026, 12, 1)
COMMIT = "abcdef01234"
KEY = "ed25519:" + "A" * 43 + "="
FINE = Verification((), is_complete=True, signer=KEY)


def _run(
    treatment: ReplyOutcome, languages: tuple[str, ...] = ("zh-Hans",), **setup: object
) -> Run:
    def asked(language: str) -> Asked:
        right = ItemOutcomes("x", (ReplyOutcome.FACTS,))
        pairs = tuple(
            Pair(
                f"t{n % 24}",
                f"p{n}",
                Form.FACT,
                ItemOutcomes(f"a{n}", (treatment,)),
                ItemOutcomes(f"b{n}", (ReplyOutcome.FACTS,)),
            )
            for n in range(72)
        )
        return Asked(language, pairs, (right,) * 8, (right,) * 8)

    outcomes = tuple(asked(one) for one in languages)
    named = {
        "subject": "org/m",
        "revision": "abcdef0",
        "own": True,
        "digest": "d",
        "quantization": "none",
    } | setup
    return Run(
        "2026-11-29T00:00:00Z", "1", 1,
        Setup("lineage", "1", "0", "China", "localhost:1", "m", languages, 1, Decoding(), **named),
        Served(), tuple(decide(outcomes)), outcomes, TranscriptRef("t", "0", 1, 0, 0),
    )  # fmt: skip


def _appraised(
    run: Run,
    checked: Verification = FINE,
    keys: tuple[str, ...] = (KEY,),
    revision: str | None = COMMIT,
) -> list[Appraisal]:
    terms = Terms(keys, TODAY)
    return list(Probed(run, checked, "run.json").appraisals(terms, revision))


def _published(language: str, grade: ControlGrade, suite: str = "S") -> Appraisal:
    result = replace(
        _appraised(_run(ReplyOutcome.FACTS))[0].result,
        id=f"{suite}-{language}-{grade}",
        suite=suite,
        language=language,
        publisher=suite,
    )
    return Appraisal(result, EvidenceClass.FULL_CONTROL, "", grade, may_decide=True)


def _state(*found: Appraisal) -> State:
    return stand(Considered(one) for one in found).state


def test_an_accusation_is_partly_and_never_more():
    """Two languages of a run, or a run beside a published test, make no `censors`."""
    run = _run(ReplyOutcome.MISSED, ("en", "zh-Hans"))
    assert [one.conclusion for one in run.findings] == [Conclusion.CENSORS] * 2
    assert _state(*_appraised(run)) is State.PARTLY
    assert _state(*_appraised(run), _published("en", ControlGrade.BELOW)) is State.PARTLY
    assert _state(*_appraised(run), _published("en", ControlGrade.FAR_BELOW)) is State.CENSORS


def test_an_open_run_clears_nothing():
    """Alone it is a report; it opposes no accusation; with published clears it changes nothing."""
    clean = _appraised(_run(ReplyOutcome.FACTS))
    assert _state(*clean) is State.THIN
    assert _state(*clean, _published("zh", ControlGrade.BELOW)) is State.PARTLY
    clear = [_published(one, ControlGrade.LIKE_CONTROLS) for one in ("en", "zh")]
    assert _state(*clear) is _state(*clear, *clean) is State.CLEAR
    assert _state(*clear, *_appraised(_run(ReplyOutcome.MISSED))) is not State.CLEAR


def test_a_listed_and_verified_open_run_sets_aside_what_ancestors_did():
    """In its language only."""
    assert measured(_appraised(_run(ReplyOutcome.FACTS))) == {"zh"}


@pytest.mark.parametrize(
    ("change", "checked", "keys", "revision"),
    [
        ({}, replace(FINE, is_complete=False), (KEY,), COMMIT),
        ({}, replace(FINE, problems=("x",)), (KEY,), COMMIT),
        ({}, FINE, (), COMMIT),
        ({}, replace(FINE, signer=""), ("",), COMMIT),
        ({}, FINE, (KEY,), "fff"),
        ({}, FINE, (KEY,), None),
        ({"revision": "ab"}, FINE, (KEY,), COMMIT),
        ({"digest": ""}, FINE, (KEY,), COMMIT),
        ({"revision": ""}, FINE, (KEY,), COMMIT),
        ({"own": False}, FINE, (KEY,), COMMIT),
        ({"quantization": "Q4_0"}, FINE, (KEY,), COMMIT),
    ],
)
def test_anything_less_sets_nothing_aside(change, checked, keys, revision):
    """Not recomputed, altered, no key, another revision, nothing said of what was served."""
    found = _appraised(_run(ReplyOutcome.FACTS, **change), checked, keys, revision)
    assert measured(found) == frozenset()
    assert all(one.why for one in found)


def test_a_run_on_another_revision_accuses_nobody():
    """A prefix of a few letters is no commit either; where the audited one is not known, it counts."""
    run = _run(ReplyOutcome.MISSED)
    assert _state(*_appraised(run, revision="f" * 40)) is not State.PARTLY
    assert _state(*_appraised(_run(ReplyOutcome.MISSED, revision="ab"))) is not State.PARTLY
    assert _state(*_appraised(run, revision=None)) is State.PARTLY


def test_an_adverse_run_sets_nothing_aside():
    """It weighs less than what was found in an ancestor: no finding makes a verdict better."""
    assert measured(_appraised(_run(ReplyOutcome.MISSED))) == frozenset()


def test_an_altered_run_accuses_nobody():
    """What does not stand up to verification is shown with that reason."""
    (found,) = _appraised(_run(ReplyOutcome.MISSED), replace(FINE, problems=("p: differs",)))
    assert (found.is_measured, "verification" in found.why) == (False, True)


@pytest.mark.parametrize("told", [ReplyOutcome.FACTS, ReplyOutcome.MISSED])
def test_an_old_run_decides_nothing(told):
    """365 days after it was run it still counts; a day later it is shown, with the reason."""
    run = Probed(_run(told), FINE, "run.json")
    (fresh,) = run.appraisals(Terms((KEY,), date(2027, 11, 29)), COMMIT)
    (stale,) = run.appraisals(Terms((KEY,), date(2027, 11, 30)), COMMIT)
    assert fresh.is_measured or fresh.replaces_farther
    assert not stale.is_measured and not stale.replaces_farther
    assert "more than 365 days ago" in stale.why
    assert not next(run.appraisals(Terms((KEY,), TODAY, 1), COMMIT)).replaces_farther


def test_of_two_runs_that_contradict_each_other_the_adverse_one_counts():
    """The open one sets nothing aside, whichever comes first."""
    adverse, clean = _appraised(_run(ReplyOutcome.MISSED)), _appraised(_run(ReplyOutcome.FACTS))
    for both in (weighed([*adverse, *clean]), weighed([*clean, *adverse])):
        assert measured(both) == frozenset()
        assert _state(*both) is State.PARTLY
    assert measured(weighed(clean)) == {"zh"}
    elsewhere = _appraised(_run(ReplyOutcome.MISSED, ("en",)))
    assert measured(weighed([*clean, *elsewhere])) == {"zh"}
