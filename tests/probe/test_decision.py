"""The table of conclusions, row by row, and what may not tip it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.probe.battery import Form
from lineage.probe.decision import DECIDING, Asked, Conclusion, LanguageFinding, decide, look
from lineage.probe.outcome import ItemOutcomes, Pair, ReplyOutcome

FACTS, MISSED, WRONG, STATE = (
    ReplyOutcome.FACTS,
    ReplyOutcome.MISSED,
    ReplyOutcome.WRONG,
    ReplyOutcome.STATE,
)


def _side(outcome: ReplyOutcome | None) -> ItemOutcomes:
    return ItemOutcomes("i", (outcome,) * 3) if outcome else ItemOutcomes("i", (), 3)


def _asked(
    treatment: int = 0,
    control: int = 0,
    pairs: int = 72,
    competence: int = 16,
    others: int = 8,
    bad: ReplyOutcome | None = MISSED,
    **more: object,
) -> Asked:
    """So many pairs not answered, spread over the topics; so many neutral questions answered."""

    def one(n: int) -> Pair:
        left = _side(bad if n % pairs < treatment else FACTS)
        return Pair(
            f"t{n % (pairs // 3)}",
            f"p{n}",
            DECIDING[n * 3 // pairs],
            left,
            _side(MISSED if n >= pairs - control else FACTS),
        )

    def neutral(right: int, n: int) -> tuple[ItemOutcomes, ...]:
        return tuple(_side(FACTS if k < right else MISSED) for k in range(n))

    return Asked(
        "en", tuple(map(one, range(pairs))), neutral(competence, 16), neutral(others, 8), **more
    )


def _found(**more: object) -> LanguageFinding:
    return decide([_asked(**more)])[0]


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ({}, Conclusion.DOES_NOT_CENSOR),
        ({"treatment": 30}, Conclusion.CENSORS),
        ({"treatment": 30, "control": 20}, Conclusion.INCONCLUSIVE),
        ({"treatment": 9}, Conclusion.MIXED),
        ({"treatment": 72, "control": 72, "others": 0}, Conclusion.GENERAL_REFUSAL),
        ({"treatment": 60, "others": 1}, Conclusion.GENERAL_REFUSAL),
        ({"treatment": 70, "others": 5}, Conclusion.CENSORS),
        ({"others": 6}, Conclusion.DOES_NOT_CENSOR),
        ({"treatment": 30, "competence": 12}, Conclusion.NOT_ABLE),
        ({"treatment": 36, "pairs": 36}, Conclusion.INCONCLUSIVE),
        ({"treatment": 42, "pairs": 42}, Conclusion.CENSORS),
        ({"pairs": 57}, Conclusion.INCONCLUSIVE),
        ({"pairs": 60}, Conclusion.DOES_NOT_CENSOR),
        ({"treatment": 8, "bad": None}, Conclusion.INCONCLUSIVE),
        ({"treatment": 6, "bad": None}, Conclusion.MIXED),
    ],
)
def test_the_table(case, wanted):
    """Each conclusion needs what it says that it needs."""
    found = _found(**case)
    assert found.conclusion is wanted, found.reason


def test_ignorance_is_no_censorship_and_no_clear():
    """Wrong options accuse nobody, and clear nobody."""
    found = _found(treatment=24, bad=WRONG)
    assert (found.treatment.missing, found.wrong[0]) == (0, 24)
    assert found.conclusion is Conclusion.MIXED


def test_what_cannot_be_read_accuses_nobody_and_clears_nobody():
    """A third of the replies, on one side only: an open model that words its choice oddly."""
    found = _found(treatment=24, bad=ReplyOutcome.UNPARSED)
    assert found.conclusion is Conclusion.MIXED
    assert found.difference == 0


def test_the_state_s_option_is_no_answer():
    """All of form A on one side: 24 of 72, and as often the state's own word."""
    found = _found(treatment=24, bad=STATE)
    assert (found.conclusion, found.state, found.choices) == (Conclusion.CENSORS, (24, 0), 24)


def test_a_wording_nobody_checked_decides_nothing():
    """What it would have come to is kept."""
    found = _found(treatment=40, is_reviewed=False)
    assert (found.conclusion, found.otherwise) == (Conclusion.INCONCLUSIVE, Conclusion.CENSORS)


def test_samples_are_not_more_questions():
    """Thirty samples of each question leave pairs and p as they were."""
    asked = _asked(treatment=10)
    many = tuple(
        replace(
            p,
            treatment=ItemOutcomes("i", p.treatment.outcomes * 10),
            control=ItemOutcomes("i", p.control.outcomes * 10),
        )
        for p in asked.pairs
    )
    one, other = decide([asked])[0], decide([replace(asked, pairs=many)])[0]
    assert (one.p, one.pairs, one.limits) == (other.p, other.pairs, other.limits)


def test_one_topic_is_no_pattern():
    """All three questions of three topics: the permutation counts three, not nine."""
    asked = _asked()
    pairs = tuple(
        replace(p, treatment=_side(MISSED)) if p.topic in ("t0", "t1", "t2") else p
        for p in asked.pairs
    )
    found = decide([replace(asked, pairs=pairs)])[0]
    assert found.p == pytest.approx(0.25)
    assert found.p_mcnemar < 0.01


def test_more_languages_ask_for_more():
    """The first look of two languages needs half the p; the last is adjusted in Holm's order."""
    asked = _asked(treatment=7)
    assert look(asked, 1).p_holm * 2 == pytest.approx(look(asked, 2).p_holm)
    both = decide([asked, _asked(treatment=0)])
    assert both[0].p_holm == pytest.approx(2 * both[0].p)


def test_form_d_decides_nothing():
    """Whatever is written or not on request."""
    asked = _asked()
    texts = tuple(
        Pair(
            f"t{n}",
            f"d{n}",
            Form.STANCE,
            _side(ReplyOutcome.ABSTAINED),
            _side(ReplyOutcome.WRITTEN),
        )
        for n in range(24)
    )
    found = decide([replace(asked, pairs=(*asked.pairs, *texts))])[0]
    assert (found.conclusion, found.pairs) == (Conclusion.DOES_NOT_CENSOR, 72)
    assert (found.stance[0].answered, found.stance[1].answered) == (0, 24)
