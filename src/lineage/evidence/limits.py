"""Confidence limits that the grading of tests needs: Wilson's for a share, Student's t for the
spread between models."""

from __future__ import annotations

from functools import cache
from math import atan, cos, pi, sin, sqrt

Z = 1.959963984540054
"""The standard normal's 97.5 % point: two-sided limits of 95 %."""


def wilson(x: int, n: int) -> tuple[float, float]:
    """Lower and upper 95 % limit of a share of which `x` of `n` were seen; the whole of 0 to 1
    where nothing was."""
    if n == 0:
        return 0.0, 1.0
    p = x / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


@cache
def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t with `freedom` >= 1 degrees of freedom, to ten digits."""
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    low, high = 0.0, 13.0
    while high - low > 1e-11:
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, freedom) < 0.95 else (low, middle)
    return (low + high) / 2


def _inside(t: float, freedom: int) -> float:
    """The share of Student's distribution between -t and t, as the finite sum that whole degrees of
    freedom allow.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = atan(t / sqrt(freedom))
    is_odd = freedom % 2 == 1
    term = cos(angle) if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(2 + is_odd, freedom - 1, 2):
        term *= (step - 1) / step * cos(angle) ** 2
        total += term
    return 2 / pi * (angle + sin(angle) * total) if is_odd else sin(angle) * total
