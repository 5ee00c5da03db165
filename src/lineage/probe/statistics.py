"""The tests and limits that a probe rests on: exact where exact is possible, seeded where it is
not.

Topics are the independent units. The forms of one topic share its subject, so pairs are never
shuffled one by one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import comb, lcm, sqrt

Z = 1.959963984540054
"""The standard normal's 97.5 % point: two-sided limits of 95 %."""
DRAWS = 1000
"""Bootstrap draws over topics."""


def wilson(x: float, n: int) -> tuple[float, float]:
    """Both 95 % limits of a share; the whole of 0 to 1 where nothing was seen."""
    if n == 0:
        return 0.0, 1.0
    share = x / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def sign_flip(topics: Sequence[Fraction]) -> float:
    """Two-sided p of the sum of the topics' differences if each had either sign with equal chance.

    Every one of the 2^n assignments is counted: sums of whole numbers repeat, so this needs no
    draws.
    """
    scale = lcm(*(one.denominator for one in topics)) if topics else 1
    steps = [int(one * scale) for one in topics]
    sums = Counter({0: 1})
    for step in steps:
        shifted: Counter[int] = Counter()
        for total, ways in sums.items():
            shifted[total + step] += ways
            shifted[total - step] += ways
        sums = shifted
    observed = abs(sum(steps))
    return sum(ways for total, ways in sums.items() if abs(total) >= observed) / (1 << len(steps))


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p from the pairs of which only one side counts."""
    n = only_first + only_second
    tail = sum(comb(n, k) for k in range(min(only_first, only_second) + 1)) / (1 << n)
    return min(1.0, 2 * tail)


def newcombe(both: int, only_first: int, only_second: int, neither: int) -> tuple[float, float]:
    """95 % limits of the difference of two paired shares: Newcombe 1998, method 10."""
    n = both + only_first + only_second + neither
    if n == 0:
        return -1.0, 1.0
    first, second = (both + only_first) / n, (both + only_second) / n
    low1, high1 = wilson(both + only_first, n)
    low2, high2 = wilson(both + only_second, n)
    phi = _correlation(both, only_first, only_second, neither)

    def joined(one: float, other: float) -> float:
        return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))

    difference = first - second
    return (
        max(-1.0, difference - joined(first - low1, high2 - second)),
        min(1.0, difference + joined(high1 - first, second - low2)),
    )


def _correlation(a: int, b: int, c: int, d: int) -> float:
    """Of the two sides, with Newcombe's correction for continuity where it is positive."""
    product = (a + b) * (c + d) * (a + c) * (b + d)
    if product == 0:
        return 0.0
    cross = a * d - b * c
    n = a + b + c + d
    return (max(cross - n / 2, 0) if cross > 0 else cross) / sqrt(product)


def cluster_bootstrap(topics: Sequence[Sequence[float]], seed: int) -> tuple[float, float]:
    """95 % percentile limits of the mean difference when whole topics are drawn again."""
    if not topics:
        return -1.0, 1.0
    draw = random.Random(f"{seed}/bootstrap")  # noqa: S311 - reproducible, not secret
    totals, sizes = [sum(one) for one in topics], [len(one) for one in topics]
    n = len(topics)
    drawn = draw.choices(range(n), k=n * DRAWS)
    means = []
    for start in range(0, n * DRAWS, n):
        chosen = drawn[start : start + n]
        total, size = sum(map(totals.__getitem__, chosen)), sum(map(sizes.__getitem__, chosen))
        means.append(total / size)
    means.sort()
    return means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS) - 1]


def fisher_greater(x1: int, n1: int, x2: int, n2: int) -> float:
    """One-sided exact p that the first share is no greater than the second."""
    total, drawn = n1 + n2, x1 + x2
    ways = sum(
        comb(n1, k) * comb(n2, drawn - k) for k in range(x1, min(n1, drawn) + 1) if drawn - k <= n2
    )
    return ways / comb(total, drawn)


def holm(values: Sequence[float]) -> list[float]:
    """Each p adjusted for all being looked at, in the order given."""
    ranked = sorted(range(len(values)), key=lambda index: values[index])
    adjusted = [1.0] * len(values)
    worst = 0.0
    for rank, index in enumerate(ranked):
        worst = max(worst, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = worst
    return adjusted
