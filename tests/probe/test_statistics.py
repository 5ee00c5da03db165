"""The exact tests agree with published figures and with counting by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from lineage.probe.statistics import (
    cluster_bootstrap,
    fisher_greater,
    holm,
    mcnemar,
    newcombe,
    sign_flip,
)


def test_newcombes_limits_are_those_of_his_paper():
    """Newcombe 1998, table II, method 10: the row 36/12/2/0 of (both, first, second, neither)."""
    assert newcombe(36, 12, 2, 0) == pytest.approx((0.0569, 0.3404), abs=2e-4)


def test_no_difference_seen_is_not_no_difference():
    """With 24 empty pairs up to 14 points may be missing, with 72 up to 5."""
    assert newcombe(0, 0, 0, 24)[1] == pytest.approx(0.138, abs=1e-3)
    assert newcombe(0, 0, 0, 72)[1] == pytest.approx(0.051, abs=1e-3)


@pytest.mark.parametrize(
    "values", [[1, 1, 1], [1, -1, 2, 0], [Fraction(1, 3), Fraction(2, 3), 1, 3], []]
)
def test_the_permutation_counts_every_assignment(values):
    """The sums by which it is fast are the 2^n assignments."""
    observed = abs(sum(values))
    every = [
        abs(sum(s * v for s, v in zip(signs, values, strict=True)))
        for signs in product((1, -1), repeat=len(values))
    ]
    wanted = sum(one >= observed for one in every) / len(every)
    assert sign_flip([Fraction(one) for one in values]) == pytest.approx(wanted)


def test_mcnemar_is_the_binomial_of_discordant_pairs():
    """Six of six in one direction: 2/64."""
    assert mcnemar(6, 0) == pytest.approx(2 / 64)
    assert mcnemar(3, 3) == mcnemar(0, 0) == 1.0


def test_holm_adjusts_the_smallest_most():
    """And never turns the order round."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_fisher_against_counting():
    """Both of two against none of two: one way of six."""
    assert fisher_greater(2, 2, 0, 2) == pytest.approx(1 / 6)
    assert fisher_greater(0, 5, 3, 5) == pytest.approx(1.0)


def test_the_bootstrap_draws_topics_and_not_pairs():
    """Three alike pairs a topic are no more evidence than one: the limits are as wide."""
    alone = cluster_bootstrap([[1.0], [0.0]] * 6, 1)
    assert cluster_bootstrap([[1.0] * 3, [0.0] * 3] * 6, 1) == alone
    assert alone[0] < 0.3 < 0.7 < alone[1]
