"""The statistic: its null, its tail, and what it says of vectors of known kinship."""

from __future__ import annotations

import math
import random
from itertools import combinations, permutations, product

import pytest

from fingerprint import made
from lineage.fingerprint.alignment import align, log10_alignments
from lineage.fingerprint.statistic import log10_upper_tail, normal_scores, signal, smallest_r, z_for

ZOO = made.norms("zoo")
BASES = sorted(name for name in ZOO if "." not in name and not name.startswith("same"))


def scores(name: str, role: str = "f", layer: int = -1) -> tuple[float, ...]:
    """Normal scores of one vector of the zoo."""
    found = normal_scores(ZOO[name][role, layer])
    assert found is not None
    return found


def z_of(a: str, b: str) -> float:
    """The final norm of two zoo models."""
    found = signal([(scores(a), scores(b))])
    assert found is not None
    return found.z


def test_variance_is_that_of_all_permutations() -> None:
    """Over all 5,040 re-numberings of seven channels mean and variance are those of the closed
    form, jointly for two vectors."""
    chance = random.Random(1)
    pairs = []
    for _ in range(2):
        sides = [[chance.gauss(0, 1) for _ in range(7)] for _ in range(2)]
        pairs.append(tuple(tuple(v - sum(side) / 7 for v in side) for side in sides))
    totals = [
        sum(a[i] * b[j] for a, b in pairs for i, j in enumerate(order))
        for order in permutations(range(7))
    ]
    found = signal(pairs)
    assert found is not None
    spread = math.sqrt(sum(t * t for t in totals) / len(totals))
    assert sum(totals) / len(totals) == pytest.approx(0, abs=1e-9)
    assert found.z == pytest.approx(
        sum(sum(x * y for x, y in zip(a, b, strict=True)) for a, b in pairs) / spread
    )


def test_p_agrees_with_random_permutations() -> None:
    """The normal tail is the permutation tail where both can be known."""
    a, b = scores("py0"), scores("h1")
    observed = signal([(a, b)])
    assert observed is not None
    chance = random.Random(2)
    order = list(range(len(b)))
    above = 0
    for _ in range(2000):
        chance.shuffle(order)
        above += sum(x * b[i] for x, i in zip(a, order, strict=True)) >= sum(
            x * y for x, y in zip(a, b, strict=True)
        )
    assert 10**observed.log10_p == pytest.approx(above / 2000, abs=0.035)


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        (0, -0.30103),
        (1.959964, -1.60206),
        (5, -6.54265),
        (10, -23.11805),
        (37, -299.243),
        (100, -2173.87),
    ],
)
def test_tail_far_beyond_underflow(z: float, expected: float) -> None:
    """Against published values of the normal tail, to where the probability itself is no float any
    more."""
    assert log10_upper_tail(z) == pytest.approx(expected, rel=1e-4)
    assert z_for(expected) == pytest.approx(z, abs=1e-2)


def test_tail_has_no_step_where_the_method_changes() -> None:
    """The continued fraction takes over without a jump."""
    assert log10_upper_tail(25 - 1e-9) == pytest.approx(log10_upper_tail(25 + 1e-9), rel=1e-9)


def test_scores_do_not_see_scale_shift_or_rounding_order() -> None:
    """Gemma's one-plus-w, another scale and one huge outlier change nothing; ties share their
    rank."""
    chance = random.Random(3)
    values = [chance.gauss(1, 0.2) for _ in range(64)]
    base = normal_scores(values)
    assert base is not None
    assert normal_scores([5 * v - 1 for v in values]) == pytest.approx(base)
    values[values.index(max(values))] = 1e30
    assert normal_scores(values) == pytest.approx(base)
    tied = normal_scores([0.0] * 32 + [1.0] * 32)
    assert tied is not None
    assert len(set(tied)) == 2


@pytest.mark.parametrize(
    "values", [[1.0] * 64, [1.0, 2.0], [float("nan")] * 64, [float("inf"), *[1.0] * 63]]
)
def test_vectors_that_show_nothing_have_no_scores(values: list[float]) -> None:
    """Constant, short or not finite."""
    assert normal_scores(values) is None


def test_no_stranger_of_the_zoo_is_near() -> None:
    """190 pairs of independently trained models, and every descendant against every foreign base:
    nobody reaches z 4."""
    pairs = list(combinations(BASES, 2))
    pairs += [
        (name, base)
        for name in ZOO
        if "." in name and "!" not in name
        for base in BASES
        if base != name.partition(".")[0]
    ]
    found = [
        z_of(a, b) for a, b in pairs if normal_scores(ZOO[a]["f", -1]) and not a.startswith("same")
    ]
    assert len(found) > 1000
    assert max(found) < 4


def test_strangers_follow_the_null() -> None:
    """The share of independent pairs with p below 0.05 and 0.01 is what it should be, and the whole
    distribution is flat (KS)."""
    p = sorted(10 ** log10_upper_tail(z_of(a, b)) for a, b in combinations(BASES, 2))
    n = len(p)
    assert n >= 120
    assert 0.01 < sum(x < 0.05 for x in p) / n < 0.1
    assert sum(x < 0.01 for x in p) / n < 0.03
    assert max(max((i + 1) / n - x, x - i / n) for i, x in enumerate(p)) < 1.63 / math.sqrt(n)


@pytest.mark.parametrize(
    "how",
    [
        "sft",
        "lora",
        "cpt",
        "cptmax",
        "vocab",
        "sft.sft",
        "awq",
        "m_dare",
        "drop1",
        "grow",
        "sft.drop1",
        "cpt.drop1",
    ],
)
def test_every_benign_descendant_is_found_by_one_vector(how: str) -> None:
    """Fine-tunes, continued training, a new vocabulary, quantization, merges and layer surgery: one
    vector is enough."""
    found = [z_of(name, name.partition(".")[0]) for name in ZOO if name.partition(".")[2] == how]
    assert found
    assert min(found) > 8


def test_real_siblings_and_strangers() -> None:
    """MiniLM and multilingual-e5-small have one width and nothing else in common; no pair of their
    norms is near."""
    real = made.norms("real")
    ours, theirs = real["all-MiniLM-L6-v2"], real["multilingual-e5-small"]
    found = [
        signal([(normal_scores(a), normal_scores(b))])
        for a, b in product(ours.values(), theirs.values())
    ]  # type: ignore[list-item]
    z = [one.z for one in found if one]
    assert len(z) == 325
    assert max(z) < 4


def test_layers_are_aligned_where_some_were_dropped() -> None:
    """The kept layers are found again, in order."""
    kept = (0, 2, 3, 6)
    likeness = [
        [1.0 if column == layer else 0.1 * ((row * 7 + column * 3) % 5) for column in range(8)]
        for row, layer in enumerate(kept)
    ]
    assert align(likeness) == kept
    assert log10_alignments(4, 8) == pytest.approx(math.log10(70))
    assert align([]) == ()


def test_power_is_stated_as_a_correlation() -> None:
    """A wide model needs a smaller one."""
    assert smallest_r(128, -9) == pytest.approx(0.53, abs=0.01)
    assert smallest_r(4096, -9) == pytest.approx(0.094, abs=0.005)
    assert smallest_r(33, -200) == 1.0
