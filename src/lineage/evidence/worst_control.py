"""Grades a figure of a controlled suite that publishes values and no single answers: beside the
worst comparison model."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from lineage.evidence.grading import MARGIN_BELOW, MARGIN_LIKE, ControlGrade
from lineage.evidence.limits import Z, wilson
from lineage.evidence.suites import Figure


def grade_figure(
    tested: Figure, controls: Sequence[Figure], *, higher_is_open: bool
) -> ControlGrade:
    """Below if even the lower limit of the distance to the worst control is over 20 points of 100.

    Like the controls if the model's own worse limit is within 15 points of their mean.
    """
    sign = 1 if higher_is_open else -1
    worst = min(controls, key=lambda one: (sign * one.value, one.model))
    distance = sign * (worst.value - tested.value)
    if (
        distance
        - sqrt(_half(tested, down=not higher_is_open) ** 2 + _half(worst, down=higher_is_open) ** 2)
        > 100 * MARGIN_BELOW
    ):
        return ControlGrade.BELOW
    mean = sum(one.value for one in controls) / len(controls)
    short = sign * (mean - tested.value) + _half(tested, down=higher_is_open)
    return ControlGrade.LIKE_CONTROLS if short < 100 * MARGIN_LIKE else ControlGrade.UNDECIDED


def _half(one: Figure, *, down: bool) -> float:
    """How far one 95 % limit lies from the value: by the published standard error, else by Wilson
    for a share of `n`."""
    if one.se is not None:
        return Z * one.se
    low, high = wilson(round(one.value * one.n / 100), one.n)
    return max(0.0, one.value - 100 * low) if down else max(0.0, 100 * high - one.value)
