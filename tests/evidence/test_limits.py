"""Wilson's limits and Student's t, against published values."""

from __future__ import annotations

import pytest

from lineage.evidence.limits import t_quantile, wilson


@pytest.mark.parametrize(
    ("freedom", "published"),
    [
        (1, 12.706),
        (2, 4.303),
        (3, 3.182),
        (4, 2.776),
        (5, 2.571),
        (8, 2.306),
        (9, 2.262),
        (10, 2.228),
        (30, 2.042),
        (120, 1.980),
    ],
)
def test_t_quantiles_are_those_of_the_printed_tables(freedom: int, published: float) -> None:
    """To the three digits that the tables of statistics books print."""
    assert round(t_quantile(freedom), 3) == published


def test_t_needs_a_degree_of_freedom() -> None:
    """A spread of one value is none."""
    with pytest.raises(ValueError, match="at least one"):
        t_quantile(0)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (5, 10, 0.2366, 0.7634),
        (0, 50, 0.0, 0.0713),
        (50, 50, 0.9287, 1.0),
        (81, 263, 0.2553, 0.3662),
        (19, 50, 0.2586, 0.5185),
    ],
)
def test_wilson_limits(x: int, n: int, low: float, high: float) -> None:
    """81 of 263 is the example of Newcombe (1998), who prints 0.2553 and 0.3662."""
    assert [round(one, 4) for one in wilson(x, n)] == [low, high]


def test_wilson_of_nothing_is_everything() -> None:
    """Where nothing was asked nothing is known."""
    assert wilson(0, 0) == (0.0, 1.0)
