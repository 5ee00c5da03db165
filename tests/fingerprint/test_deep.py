"""The deep mode: hidden changes of basis are found, strangers are not, and numpy is asked for only
here."""

from __future__ import annotations

import math
import random
import sys

import pytest

from fingerprint import made
from lineage.core.errors import CannotRunError
from lineage.fingerprint.comparison import compare
from lineage.fingerprint.deep import compare_deep
from lineage.fingerprint.verdict import MatchKind, Ruling, rule

np = pytest.importorskip("numpy")
from lineage.fingerprint.assignment import assign, hungarian  # noqa: E402

BASE = made.model(1)
CHILD = made.tuned(BASE, 2, 0.005)
OUT = ("down_proj.weight",)


def ruled(a: made.Weights, b: made.Weights) -> tuple[Ruling, str]:
    """The ruling of the deep mode and the change of basis that it undid."""
    left, right = made.profile(a, "a"), made.profile(b, "b")
    found = compare_deep(left, right, compare(left, right))
    return rule(found), found.basis


def channels(weights: made.Weights, turn: object) -> made.Weights:
    """Every tensor with its residual channels turned; `turn` takes rows of numbers."""
    found: made.Weights = {}
    for name, (shape, values) in weights.items():
        if "q_norm" in name:
            found[name] = (shape, values)
            continue
        rows = np.array(values).reshape(-1, shape[-1])
        turned = turn(rows.T).T if name.endswith(OUT) else turn(rows)  # type: ignore[operator]
        kept = (turned.shape[0], shape[1]) if name.endswith(OUT) else (*shape[:-1], turned.shape[1])
        found[name] = (kept, turned.flatten().tolist())
    return found


def folded(weights: made.Weights) -> made.Weights:
    """Norms into the matrices after them."""
    found = dict(weights)
    for layer in range(made.LAYERS):
        for norm, matrix in (
            ("input_layernorm", "self_attn.v_proj"),
            ("post_attention_layernorm", "mlp.gate_proj"),
        ):
            gamma = weights[f"model.layers.{layer}.{norm}.weight"][1]
            shape, values = weights[f"model.layers.{layer}.{matrix}.weight"]
            found[f"model.layers.{layer}.{matrix}.weight"] = (
                shape,
                [v * gamma[i % made.WIDTH] for i, v in enumerate(values)],
            )
            found[f"model.layers.{layer}.{norm}.weight"] = ((made.WIDTH,), [1.0] * made.WIDTH)
    return found | {"model.norm.weight": ((made.WIDTH,), [1.0] * made.WIDTH)}


def wide(seed: int) -> made.Weights:
    """A model with enough rows in a layer to verify on."""
    chance = random.Random(f"rows {seed}")
    found = made.model(seed)
    for layer in range(made.LAYERS):
        for name in ("self_attn.v_proj", "mlp.gate_proj"):
            found[f"model.layers.{layer}.{name}.weight"] = (
                (64, made.WIDTH),
                [chance.gauss(0, 0.05) for _ in range(64 * made.WIDTH)],
            )
    return found


def test_permuted_channels_are_put_back() -> None:
    """Invisible to the plain comparison, found by the deep one, norms included."""
    base = wide(1)
    order = np.random.default_rng(1).permutation(made.WIDTH)
    hidden = channels(made.tuned(base, 2, 0.005), lambda rows: rows[:, order])
    assert (
        rule(compare(made.profile(hidden, "a"), made.profile(base, "b"))).kind
        is MatchKind.NO_MATCH_INDEXED
    )
    ruling, basis = ruled(hidden, base)
    assert ruling.kind is MatchKind.DERIVED_OR_PARENT
    assert basis == "a permutation"


def test_flipped_signs_are_put_back() -> None:
    """Norms cannot see signs, rows can."""
    base = wide(1)
    signs = np.where(np.random.default_rng(2).random(made.WIDTH) < 0.5, -1.0, 1.0)
    hidden = {
        n: v if "norm" in n else channels({n: v}, lambda rows: rows * signs)[n]
        for n, v in base.items()
    }
    ruling, basis = ruled(hidden, base)
    assert ruling.kind is MatchKind.DERIVED_OR_PARENT
    assert basis == "a flip of signs"


def test_a_rotated_residual_stream_is_turned_back() -> None:
    """Norms are folded away first, so rows alone decide."""
    base = wide(1)
    q, _ = np.linalg.qr(np.random.default_rng(3).standard_normal((made.WIDTH, made.WIDTH)))
    bare = folded(base)
    hidden = {
        n: v if "norm" in n else channels({n: v}, lambda rows: rows @ q)[n] for n, v in bare.items()
    }
    ruling, basis = ruled(hidden, base)
    assert ruling.kind is MatchKind.DERIVED_OR_PARENT
    assert basis == "a rotation"


def test_pruned_channels_are_matched() -> None:
    """A narrower model is compared on the channels that it kept, from either side."""
    base = wide(1)
    kept = np.sort(np.random.default_rng(4).permutation(made.WIDTH)[: made.WIDTH * 3 // 4])
    narrow = channels(base, lambda rows: rows[:, kept])
    for a, b in ((narrow, base), (base, narrow)):
        ruling, basis = ruled(a, b)
        assert ruling.kind is MatchKind.DERIVED_OR_PARENT
        assert basis == "a choice of channels"


@pytest.mark.parametrize("seed", range(3, 6))
def test_strangers_stay_strangers(seed: int) -> None:
    """No change of basis makes two independent models agree on rows that were not used to find
    it."""
    assert ruled(wide(seed), wide(1))[0].kind is MatchKind.NO_MATCH_INDEXED


def test_without_numpy_the_deep_mode_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And everything else works without it."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    left, right = made.profile(CHILD, "a"), made.profile(BASE, "b")
    found = compare(left, right)
    assert rule(found).kind is MatchKind.DERIVED_OR_PARENT
    with pytest.raises(CannotRunError, match="numpy"):
        compare_deep(left, right, found)


def test_the_assignment_is_the_best_one() -> None:
    """Against trying all of them, square and rectangular."""
    from itertools import permutations

    chance = np.random.default_rng(5)
    for columns in (6, 7):
        cost = chance.random((6, columns))
        best = min(sum(cost[i, p[i]] for i in range(6)) for p in permutations(range(columns), 6))
        assert math.isclose(sum(cost[i, j] for i, j in enumerate(hungarian(cost))), best)
    chosen = assign(chance.random((40, 50)))
    assert len(set(chosen.tolist())) == 40
