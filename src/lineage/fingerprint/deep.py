"""The deep mode: undo a change of basis of the residual stream, estimated
on embedding rows and verified on other tensors.

Folding norms away, rescaling, flipping, permuting or rotating the channels changes nothing that a
model computes, and hides it from a comparison channel by channel. Two models with one vocabulary
embed the same tokens, so the change can be estimated from a few hundred embedding rows. It is
believed only where rows of other matrices, never used for the estimate, then agree. Needs numpy
(`pip install 'lineage-audit[deep]'`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lineage.core.errors import CannotRunError
from lineage.fingerprint import thresholds as limits
from lineage.fingerprint.assignment import assign
from lineage.fingerprint.comparison import ATTENTION_ROWS, FEED_ROWS, NORM_GROUPS, Comparison, Group
from lineage.fingerprint.profile import FEED_ROLES, LiveProfile, VectorKey
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.roles import FINAL
from lineage.fingerprint.statistic import log10_upper_tail

EMBEDDING_ROWS = 384
VERIFY_ROWS = 128
_SKIP_TOKENS = 300
"""The first tokens are special ones and single bytes, many of them never trained."""
_BASES = 4
_NEARLY = 0.95
_SIGNS = "a flip of signs"

Transform = Callable[[Any], Any]
"""Takes rows of `b` into the basis of `a`."""


@dataclass(frozen=True)
class Basis:
    """One transformation of `b` that may make it match `a`."""

    name: str
    apply: Transform
    channels: Any = None
    """For each channel of `a` that is compared, that of `b`;
    None for a rotation, which mixes them."""
    kept: Any = None
    """Channels of `a` that are compared, where `b` has fewer; None for all."""


def compare_deep(a: LiveProfile, b: LiveProfile, plain: Comparison) -> Comparison:
    """The comparison with its row groups replaced by the best that a change of
    basis brings; `plain` where none is verified.

    Raises CannotRunError without numpy and RefusedError where the embeddings cannot be read.
    """
    np = _numpy()
    left, right = _embeddings(a, b)
    matrices = _matrices(np, a, b, _middle(plain))
    tried = [
        (basis, [_agreement(np, name, *_in_one_basis(basis, x, y)) for name, x, y in matrices])
        for basis in _bases(np, left, right)
    ]
    believed = [(basis, groups) for basis, groups in tried if _is_believed(groups)]
    if not believed:
        return plain
    best = max(min(group.z for group in groups) for _, groups in believed)
    # Where less of a change explains the rows nearly as well, less was changed.
    basis, groups = next(
        (basis, groups)
        for basis, groups in believed
        if min(group.z for group in groups) >= _NEARLY * best
    )
    norms = tuple(group for group in plain.groups if group.name in NORM_GROUPS)
    if basis.name not in ("", _SIGNS):
        mapped = _mapped_norm(np, a, b, basis)
        norms = (mapped,) if mapped else ()
    return replace(plain, groups=(*norms, *groups), basis=basis.name)


def _is_believed(groups: list[Group]) -> bool:
    return len(groups) == 2 and all(
        group.z > limits.Z_DEEP and group.r > limits.R_DEEP for group in groups
    )


def _numpy() -> Any:
    try:
        import numpy as np
    except ImportError as missing:
        raise CannotRunError(
            "The deep mode needs numpy.", "Install it with `pip install 'lineage-audit[deep]'`."
        ) from missing
    return np


def _embeddings(a: LiveProfile, b: LiveProfile) -> tuple[Any, Any]:
    np = _numpy()
    vocabulary = min(a.vocabulary or 0, b.vocabulary or 0)
    if vocabulary < 64:
        raise RefusedError(f"{a.label} and {b.label} have no embedding of one vocabulary to align.")
    first = _SKIP_TOKENS if vocabulary > 2 * _SKIP_TOKENS + EMBEDDING_ROWS else 0
    rows = range(first, min(vocabulary, first + EMBEDDING_ROWS))
    sides = [np.array(side.embedding_rows(rows)) for side in (a, b)]
    return tuple(side - side.mean(axis=0) for side in sides)


def _bases(np: Any, left: Any, right: Any) -> list[Basis]:
    """From nothing changed to everything: as stored, signs, a
    permutation with signs, a rotation."""
    found: list[Basis] = []
    if left.shape[1] == right.shape[1]:
        signs = np.sign((left * right).sum(axis=0)) + 0.0
        signs[signs == 0] = 1.0
        found.append(Basis("", lambda rows: rows, np.arange(left.shape[1])))
        found.append(Basis(_SIGNS, lambda rows: rows * signs, np.arange(left.shape[1])))
    found.append(_permutation(np, left, right))
    if left.shape[1] == right.shape[1]:
        turn_from, turn_to = _rotation(np, left, right)
        found.append(Basis("a rotation", lambda rows: (rows @ turn_from) @ turn_to))
    return found


def _permutation(np: Any, left: Any, right: Any) -> Basis:
    unit_left, unit_right = (
        side / (np.linalg.norm(side, axis=0) + 1e-12) for side in (left, right)
    )
    likeness = unit_left.T @ unit_right
    if left.shape[1] <= right.shape[1]:
        chosen = assign(np.abs(likeness))
        signs = np.sign(likeness[np.arange(len(chosen)), chosen])
        name = "a permutation" if left.shape[1] == right.shape[1] else "a choice of channels"
        return Basis(name, lambda rows: rows[:, chosen] * signs, chosen)
    kept = assign(np.abs(likeness.T))
    signs = np.sign(likeness[kept, np.arange(len(kept))])
    return Basis("a choice of channels", lambda rows: rows * signs, np.arange(len(kept)), kept)


def _rotation(np: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """Orthogonal Procrustes in the span of the rows, so that it costs the
    cube of their number and not of the width."""
    q_right, r_right = np.linalg.qr(right.T)
    q_left, r_left = np.linalg.qr(left.T)
    u, _, vt = np.linalg.svd(r_right @ r_left.T)
    return q_right @ u, vt @ q_left.T


def _rows(np: Any, side: LiveProfile, role: str, layer: int) -> Any | None:
    name = side.layout.rows.get((role, layer))
    if name is None:
        return None
    tensor = side.opened.weights.tensor(name)
    if len(tensor.shape) != 2 or tensor.shape[1] != side.width or not tensor.is_readable:
        return None
    count = min(VERIFY_ROWS, tensor.shape[0])
    rows = np.array(side.opened.weights.numbers(name, 0, count * side.width)).reshape(
        count, side.width
    )
    norm = side.vector(VectorKey("pre_attn" if role in ("v", "qkv") else "pre_ffn", layer))
    return (
        rows * (np.array(norm.values) + (1.0 if side.layout.zero_centred else 0.0))
        if norm
        else rows
    )


def _middle(plain: Comparison) -> tuple[int, int]:
    """A layer of each that was taken for the same; the middle ones where nothing decides."""
    if plain.alignment:
        return plain.alignment[len(plain.alignment) // 2]
    return plain.layers[0] // 2, plain.layers[1] // 2


def _matrices(
    np: Any, a: LiveProfile, b: LiveProfile, layers: tuple[int, int]
) -> list[tuple[str, Any, Any]]:
    """(group, rows of `a`, rows of `b`) of the middle layers, never used for the estimate."""
    found = []
    for name, roles in ((ATTENTION_ROWS, ("v", "qkv")), (FEED_ROWS, FEED_ROLES)):
        for role in roles:
            left, right = _rows(np, a, role, layers[0]), _rows(np, b, role, layers[1])
            if left is not None and right is not None:
                count = min(len(left), len(right))
                found.append((name, left[:count], right[:count]))
                break
    return found


def _in_one_basis(basis: Basis, left: Any, right: Any) -> tuple[Any, Any]:
    return (left if basis.kept is None else left[:, basis.kept]), basis.apply(right)


def _agreement(np: Any, name: str, left: Any, right: Any) -> Group:
    """Cosines of rows, against the joint permutation null; the variance
    is the closed form of the plain statistic."""
    a, b = (side - side.mean(axis=1, keepdims=True) for side in (left, right))
    a, b = (side / (np.linalg.norm(side, axis=1, keepdims=True) + 1e-12) for side in (a, b))
    width = a.shape[1]
    variance = float(((a @ a.T) * (b @ b.T)).sum()) / (width - 1)
    total = float((a * b).sum())
    z = total / math.sqrt(max(variance, 1e-12))
    return Group(
        name, z, total / len(a), min(0.0, log10_upper_tail(z) + math.log10(_BASES)), len(a), width
    )


def _mapped_norm(np: Any, a: LiveProfile, b: LiveProfile, basis: Basis) -> Group | None:
    """The final norm channel by channel, where the change of basis keeps channels apart."""
    left, right = a.vector(VectorKey(FINAL)), b.vector(VectorKey(FINAL))
    if (
        basis.channels is None
        or left is None
        or right is None
        or left.is_constant
        or right.is_constant
    ):
        return None
    kept = np.array(left.values) if basis.kept is None else np.array(left.values)[basis.kept]
    ranks = [
        np.argsort(np.argsort(side)).astype(float)
        for side in (kept, np.array(right.values)[basis.channels])
    ]
    return replace(_agreement(np, "final_norm", ranks[0][None], ranks[1][None]), vectors=1)
