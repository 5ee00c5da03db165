"""Whether two models share coordinates: rank correlation of aligned vectors,
against the null that coordinates are exchangeable.

Training treats the channels of the residual stream alike, so in two models that were initialised
independently the numbering of the channels carries nothing in common: any joint re-numbering of one
of them is as likely. Under that null the sum of inner products has mean zero and the variance given
by Hoeffding's combinatorial central limit theorem, in closed form, and jointly over all vectors of
a model, because its layers resemble each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from statistics import NormalDist

Scores = tuple[float, ...]
MIN_WIDTH = 32
"""Fewer coordinates cannot show anything at the thresholds used."""
_LOG10_E = math.log10(math.e)


@dataclass(frozen=True)
class Signal:
    """How far one set of aligned vectors is from that of unrelated models."""

    z: float
    r: float
    """Correlation of normal scores over all vectors together."""
    log10_p: float
    """One-sided, from the normal tail; the exact permutation tail is
    lighter, so this overstates p for strong signals."""
    vectors: int
    width: int


@lru_cache(maxsize=64)
def _quantiles(count: int) -> Scores:
    """Normal quantile at every half rank: position 2k-2 is rank k."""
    normal = NormalDist()
    return tuple(normal.inv_cdf((step / 2 + 0.5) / count) for step in range(2 * count - 1))


def normal_scores(values: Sequence[float]) -> Scores | None:
    """Ranks, ties averaged, as centred normal quantiles.

    None where the vector is constant, too short or not finite.
    """
    count = len(values)
    if count < MIN_WIDTH or not all(map(math.isfinite, values)):
        return None
    order = sorted(range(count), key=values.__getitem__)
    quantiles = _quantiles(count)
    scores = [0.0] * count
    begin = 0
    while begin < count:
        end = begin
        while end + 1 < count and values[order[end + 1]] == values[order[begin]]:
            end += 1
        for place in range(begin, end + 1):
            scores[order[place]] = quantiles[begin + end]
        begin = end + 1
    if scores[order[0]] == scores[order[-1]]:
        return None
    mean = math.fsum(scores) / count
    return tuple(score - mean for score in scores)


def dot(a: Scores, b: Scores) -> float:
    """Inner product."""
    return float(sum(map(mul, a, b)))


def signal(pairs: Sequence[tuple[Scores, Scores]]) -> Signal | None:
    """The statistic over aligned vectors of two models; None without any.

    All vectors must have one length.
    """
    if not pairs:
        return None
    width = len(pairs[0][0])
    total = math.fsum(dot(a, b) for a, b in pairs)
    variance = 0.0
    for i, (a, b) in enumerate(pairs):
        for c, d in pairs[i:]:
            both = dot(a, c) * dot(b, d)
            variance += both if a is c else 2 * both
    scale = math.sqrt(
        math.fsum(dot(a, a) for a, _ in pairs) * math.fsum(dot(b, b) for _, b in pairs)
    )
    if variance <= 0 or not scale:
        return None
    z = total / math.sqrt(variance / (width - 1))
    return Signal(z, total / scale, log10_upper_tail(z), len(pairs), width)


def log10_upper_tail(z: float) -> float:
    """log10 of the probability that a standard normal exceeds z, accurate
    far beyond where the probability underflows."""
    if z < 25:
        return math.log10(0.5 * math.erfc(z / math.sqrt(2)))
    # Laplace's continued fraction for Mills' ratio, to a depth at
    # which it has converged for z >= 25.
    ratio = z
    for k in range(30, 0, -1):
        ratio = z + k / ratio
    return -z * z / 2 * _LOG10_E - math.log10(ratio * math.sqrt(2 * math.pi))


def z_for(log10_p: float) -> float:
    """The z whose upper tail has this probability, by bisection."""
    low, high = -10.0, 200.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if log10_upper_tail(middle) > log10_p else (low, middle)
    return low


def smallest_r(width: int, log10_p: float) -> float:
    """The correlation of one vector that would have reached this significance:
    the power of a comparison that found nothing."""
    return min(1.0, z_for(log10_p) / math.sqrt(width - 1))
