"""Two models side by side: disjoint groups of tensors, each with its
statistic, corrected for everything that was tried."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lineage.fingerprint.alignment import align, log10_alignments
from lineage.fingerprint.encodings import widen_bf16
from lineage.fingerprint.profile import (
    FEED_ROLES,
    ROW_ROLES,
    LiveProfile,
    Profile,
    Vector,
    VectorKey,
    norm_keys,
    row_keys,
)
from lineage.fingerprint.roles import EMBEDDING, FINAL, NORM_ROLES
from lineage.fingerprint.sketch import DIGEST, Sketch
from lineage.fingerprint.statistic import Scores, Signal, dot, signal
from lineage.fingerprint.thresholds import SINUSOIDAL

FINAL_NORM, EMBEDDING_NORM, LAYER_NORMS = "final_norm", "embedding_norm", "layer_norms"
ATTENTION_ROWS, FEED_ROWS = "attention_rows", "feed_forward_rows"
NORM_GROUPS = (FINAL_NORM, EMBEDDING_NORM, LAYER_NORMS)
_ALIGNED_SAMPLE = 512
_MANY_VECTORS = 16
_MANY_SAMPLE = 2048


@dataclass(frozen=True)
class Group:
    """One group of tensors compared."""

    name: str
    z: float
    r: float
    log10_p: float
    """Corrected for the candidates, layer alignments and variants tried."""
    vectors: int
    width: int
    """Channels compared."""
    identical: int = 0
    """Vectors that are equal number by number, after rounding
    to the coarser of the two encodings."""
    compared_exactly: int = 0


@dataclass(frozen=True)
class Comparison:
    """Everything that was found between two models, before it is put into words."""

    a: str
    b: str
    width: tuple[int, int]
    layers: tuple[int, int]
    groups: tuple[Group, ...] = ()
    alignment: tuple[tuple[int, int], ...] = ()
    """Layers of `a` and `b` that were taken for the same, where the depths differ."""
    constant: tuple[bool, bool] = (False, False)
    """Whether every norm that was read of `a`, of `b`, is constant."""
    problems: tuple[str, ...] = ()
    basis: str = ""
    """What had to be undone before the rows agreed, in deep mode: `signs`,
    `permutation`, `rotation`, `pruned channels`."""
    frame: bool = False
    """Whether fixed sinusoidal positions give both models a common order of channels."""

    def group(self, name: str) -> Group | None:
        """The group of this name, where both models have it."""
        return next((group for group in self.groups if group.name == name), None)

    @property
    def best_r(self) -> float:
        """Of the group that fits best; orders candidates."""
        return max((group.r for group in self.groups), default=0.0)

    @property
    def strongest(self) -> Group | None:
        """The group with the smallest probability."""
        return min(self.groups, key=lambda group: group.log10_p, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; probabilities stay logarithms, because they underflow."""
        values = asdict(self)
        values["groups"] = [_rounded(asdict(group)) for group in self.groups]
        return values


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()
    }


def first_look(a: Profile, b: Profile, candidates: int) -> list[Group]:
    """The norms at both ends of the stack, one vector each: the final one, and
    the one after the embedding where a model has it.

    Empty where either model has none, or constant ones, or the widths differ.
    """
    ends = [(FINAL_NORM, VectorKey(FINAL)), (EMBEDDING_NORM, VectorKey(EMBEDDING))]
    both = [(name, key) for name, key in ends if _counts(a, b, key, key)]
    price = math.log10(max(1, candidates) * max(1, len(both)))
    found = [_group(name, [(key, key)], a, b, price) for name, key in both]
    return [group for group in found if group]


def compare(a: Profile, b: Profile, *, candidates: int = 1) -> Comparison:
    """All groups of tensors that both models have.

    `candidates` is how many others `a` is being compared with.
    """
    plain = Comparison(a.label, b.label, (a.width, b.width), (a.layers, b.layers))
    if a.width != b.width:
        return plain
    tried = math.log10(max(1, candidates))
    pairs, layers, price = _layer_pairs(a, b)
    groups: list[Group | None] = [
        *first_look(a, b, candidates),
        _group(LAYER_NORMS, pairs, a, b, tried + price),
    ]
    for name, roles in ((ATTENTION_ROWS, ("v", "qkv")), (FEED_ROWS, FEED_ROLES)):
        groups.append(_row_group(name, roles, a, b, layers, tried + price))
    return Comparison(
        a.label,
        b.label,
        plain.width,
        plain.layers,
        tuple(group for group in groups if group),
        tuple(sorted(layers.items())) if a.layers != b.layers else (),
        (_constant(a), _constant(b)),
        tuple(
            dict.fromkeys(
                problem
                for side in (a, b)
                if isinstance(side, LiveProfile)
                for problem in side.problems
            )
        ),
        frame=any(_model_type(side) in SINUSOIDAL for side in (a, b)),
    )


def _model_type(side: Profile) -> str:
    if isinstance(side, LiveProfile):
        return side.opened.model_type
    return side.model_type if isinstance(side, Sketch) else ""


def _constant(side: Profile) -> bool:
    if isinstance(side, Sketch):
        return side.constant_norms
    if not isinstance(side, LiveProfile):
        return False
    read = [side.vector(key) for key in (VectorKey(FINAL), *norm_keys(side.layout))]
    known = [vector for vector in read if vector]
    return bool(known) and all(vector.is_constant for vector in known)


def _counts(a: Profile, b: Profile, key_a: VectorKey, key_b: VectorKey) -> int:
    return min(a.sample(key_a) or 0, b.sample(key_b) or 0)


def _group(
    name: str,
    pairs: Sequence[tuple[VectorKey, VectorKey]],
    a: Profile,
    b: Profile,
    log10_tried: float,
    *,
    folded: bool = True,
    most: int | None = None,
) -> Group | None:
    usable = [(p, q) for p, q in pairs if _counts(a, b, p, q)]
    if not usable or a.width != b.width:
        return None
    count = min(_counts(a, b, p, q) for p, q in usable)
    count = min(count, _MANY_SAMPLE) if len(usable) > _MANY_VECTORS else count
    count = min(count, most) if most else count
    scored = []
    for p, q in usable:
        left, right = a.scores(p, count, folded=folded), b.scores(q, count, folded=folded)
        if left and right:
            scored.append((left, right))
    found = signal(scored)
    return _corrected(name, found, log10_tried, *_exactly(a, b, usable)) if found else None


def _corrected(
    name: str, found: Signal, log10_tried: float, identical: int, compared: int
) -> Group:
    return Group(
        name,
        found.z,
        found.r,
        min(0.0, found.log10_p + log10_tried),
        found.vectors,
        found.width,
        identical,
        compared,
    )


def _row_group(
    name: str,
    roles: Sequence[str],
    a: Profile,
    b: Profile,
    layers: dict[int, int],
    log10_tried: float,
) -> Group | None:
    for role in roles:
        for layer in _row_layers(a, b, layers):
            pairs = [
                (VectorKey(role, layer, k.row), VectorKey(role, layers[layer], k.row))
                for k in row_keys(a.width, role, layer)
            ]
            # Times the norm before them, and as stored: a container may keep a norm
            # minus one, which only the second survives.
            both = [
                _group(name, pairs, a, b, log10_tried + math.log10(2), folded=folded)
                for folded in (True, False)
            ]
            found = [group for group in both if group]
            if found:
                return min(found, key=lambda group: group.log10_p)
    return None


def _row_layers(a: Profile, b: Profile, layers: dict[int, int]) -> list[int]:
    """The middle layer of `a` that has a partner; for a sketch, the layers whose rows it kept."""
    if isinstance(b, Sketch):
        return sorted(
            {
                x
                for x, y in layers.items()
                if any(b.sample(VectorKey(role, y)) for role in ROW_ROLES)
            }
        )
    if isinstance(a, Sketch):
        return sorted(
            {x for x in layers if any(a.sample(VectorKey(role, x)) for role in ROW_ROLES)}
        )
    known = sorted(layers)
    return [known[len(known) // 2]] if known else []


def _layer_pairs(
    a: Profile, b: Profile
) -> tuple[list[tuple[VectorKey, VectorKey]], dict[int, int], float]:
    """(norms to compare, layer of `a` to layer of `b`, log10 of the alignments tried)."""
    if a.layers == b.layers:
        return (
            [(key, key) for key in _shared_norm_keys(a, b)],
            {layer: layer for layer in range(a.layers)},
            0.0,
        )
    return _aligned(a, b)


def _shared_norm_keys(a: Profile, b: Profile) -> Sequence[VectorKey]:
    """The norms to compare: a sketch has only those that it stores, live weights have all."""
    for side in (a, b):
        if isinstance(side, Sketch):
            return side.norm_keys
    return norm_keys(a.layout) if isinstance(a, LiveProfile) else ()


def _aligned(
    a: Profile, b: Profile
) -> tuple[list[tuple[VectorKey, VectorKey]], dict[int, int], float]:
    fixed, other = (
        (b, a)
        if isinstance(b, Sketch) or (b.layers < a.layers and not isinstance(a, Sketch))
        else (a, b)
    )
    anchors = _anchors(fixed)
    if not anchors or len(anchors) > other.layers:
        return [], {}, 0.0
    likeness = [
        [_likeness(fixed, other, keys, layer) for layer in range(other.layers)] for keys in anchors
    ]
    if not any(any(row) for row in likeness):
        return [], {}, 0.0
    mapped = align(likeness)
    layers: dict[int, int] = {}
    pairs = []
    for keys, layer in zip(anchors, mapped, strict=True):
        for key in keys:
            partner = VectorKey(key.role, layer)
            pairs.append((key, partner) if fixed is a else (partner, key))
            layers[pairs[-1][0].layer] = pairs[-1][1].layer
    return pairs, layers, log10_alignments(len(anchors), other.layers)


def _anchors(side: Profile) -> list[list[VectorKey]]:
    if isinstance(side, Sketch):
        by_layer: dict[int, list[VectorKey]] = {}
        for key in side.norm_keys:
            by_layer.setdefault(key.layer, []).append(key)
        return [by_layer[layer] for layer in sorted(by_layer)]
    roles = [
        role
        for role in NORM_ROLES
        if side.sample(VectorKey(role, 0)) and side.sample(VectorKey(role, side.layers - 1))
    ]
    return (
        [[VectorKey(role, layer) for role in roles] for layer in range(side.layers)]
        if roles
        else []
    )


def _likeness(a: Profile, b: Profile, keys: Sequence[VectorKey], layer: int) -> float:
    total = 0.0
    for key in keys:
        count = min(_counts(a, b, key, VectorKey(key.role, layer)), _ALIGNED_SAMPLE)
        left: Scores | None = a.scores(key, count) if count else None
        right: Scores | None = b.scores(VectorKey(key.role, layer), count) if count else None
        total += dot(left, right) / count if left and right else 0.0
    return total


def _exactly(
    a: Profile, b: Profile, pairs: Sequence[tuple[VectorKey, VectorKey]]
) -> tuple[int, int]:
    """(vectors that are identical, vectors that could be compared number by number)."""
    identical = compared = 0
    for p, q in pairs:
        same = _same(a, b, p, q)
        compared += same is not None
        identical += bool(same)
    return identical, compared


def _same(a: Profile, b: Profile, p: VectorKey, q: VectorKey) -> bool | None:
    if isinstance(a, Sketch) and isinstance(b, LiveProfile):
        return _same(b, a, q, p)
    left = a.vector(p) if isinstance(a, LiveProfile) else None
    if left is None or left.is_constant:
        return None
    if isinstance(b, Sketch):
        digest, encoding = b.digest(q)
        ours = (left.digest, Vector(as_stored(left.values, encoding), encoding, 0).digest)
        return any(one.startswith(digest) for one in ours) if len(digest) >= DIGEST else None
    right = b.vector(q) if isinstance(b, LiveProfile) else None
    if right is None:
        return None
    coarser = left if left.bits <= right.bits else right
    return as_stored(left.values, coarser.encoding) == as_stored(right.values, coarser.encoding)


def as_stored(values: Sequence[float], encoding: str) -> tuple[float, ...]:
    """The numbers as this encoding would keep them; unchanged for encodings that are not plain."""
    try:
        if encoding == "F16":
            return struct.unpack(f"<{len(values)}e", struct.pack(f"<{len(values)}e", *values))
        if encoding == "F32":
            return struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *values))
        if encoding == "BF16":
            words = struct.unpack(f"<{len(values)}I", struct.pack(f"<{len(values)}f", *values))
            # Round half to even on the lower sixteen bits.
            kept = (min(0xFFFF, (word + 0x7FFF + (word >> 16 & 1)) >> 16) for word in words)
            return tuple(widen_bf16(struct.pack(f"<{len(values)}H", *kept)))
    except OverflowError:
        return tuple(values)
    return tuple(values)
