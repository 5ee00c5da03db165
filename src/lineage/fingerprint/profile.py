"""The vectors that a comparison needs, read from an opened model when they are first asked for."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from lineage.core.errors import ReadError
from lineage.fingerprint.opening import OpenedWeights
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.roles import EMBEDDING, FINAL, NORM_ROLES, StackLayout, find_layout
from lineage.fingerprint.statistic import MIN_WIDTH, Scores, normal_scores

ROW_ROLES = ("v", "qkv", "gate", "up")
FEED_ROLES = ("gate", "up")
ROW_CHANNELS = 2048
"""Of a row of a wide model; a multiple of every block size,
so that quantized rows can be cut here."""
_NUMBERS_PER_GROUP = 4096
_WIDE = 3072
"""From this width on two norms of layers carry more than three
of a narrow model do, and each costs more."""
_GAMMA_BEFORE = {"v": ("pre_attn",), "qkv": ("pre_attn",), "gate": ("pre_ffn",), "up": ("pre_ffn",)}


@dataclass(frozen=True, order=True)
class VectorKey:
    """One vector along the residual stream."""

    role: str
    """`final`, `embedding`, a norm role, or a row role."""
    layer: int = -1
    row: int = 0

    @property
    def is_row(self) -> bool:
        """A row of a matrix, rather than a norm."""
        return self.role in ROW_ROLES


@dataclass(frozen=True)
class Vector:
    """Numbers along the residual stream, or at a sample of its channels."""

    values: tuple[float, ...]
    encoding: str
    bits: int

    @property
    def is_constant(self) -> bool:
        """Whether every number is the same: a norm that was never
        trained, or was folded into its neighbours."""
        return len(set(self.values)) <= 1

    @property
    def digest(self) -> str:
        """SHA-256 of the numbers as F32: equal for any container that keeps them exactly."""
        try:
            return hashlib.sha256(struct.pack(f"<{len(self.values)}f", *self.values)).hexdigest()
        except OverflowError:
            return ""


class Profile(Protocol):
    """One side of a comparison: a model that is read live, or a stored sketch."""

    @property
    def label(self) -> str:
        """The repo id or path."""

    @property
    def width(self) -> int:
        """Channels of the residual stream."""

    @property
    def layers(self) -> int:
        """Depth of the stack."""

    def sample(self, key: VectorKey) -> int | None:
        """How many channels this side can give of a vector; None where it has no such vector."""

    def scores(self, key: VectorKey, count: int, *, folded: bool = True) -> Scores | None:
        """Normal scores at `count` channels chosen by the width alone; rows
        times the norm before them when `folded`."""


def sampled(width: int, count: int) -> range | list[int]:
    """The channels of a sample: spread evenly, and the same for every model of this width."""
    return range(width) if count >= width else [i * width // count for i in range(count)]


def rows_per_group(width: int) -> int:
    """How many rows of one matrix are read: fewer of longer
    ones, so that the cost stays the same."""
    return max(1, min(4, _NUMBERS_PER_GROUP // width))


def span(key: VectorKey, width: int) -> int:
    """How many channels of a vector are read, from the first: of a
    row of a wide model a part is enough."""
    return ROW_CHANNELS if key.is_row and width >= _WIDE else width


class LiveProfile:
    """An opened model.

    Every vector is read at most once; what cannot be read is None, with the reason kept.
    """

    def __init__(self, opened: OpenedWeights) -> None:
        self.opened = opened
        self.problems: list[str] = []
        self._vectors: dict[VectorKey, Vector | None] = {}
        self._scores = lru_cache(maxsize=4096)(self._make_scores)

    @cached_property
    def layout(self) -> StackLayout:
        """Roles and names. Raises RefusedError."""
        layout = find_layout(
            self.opened.weights, format_name=self.opened.format, model_type=self.opened.model_type
        )
        if layout.width < MIN_WIDTH:
            raise RefusedError(
                f"{self.label}: its width of {layout.width} is too small to distinguish models."
            )
        return layout

    @property
    def label(self) -> str:
        """The repo id or path."""
        return self.opened.label

    @property
    def width(self) -> int:
        """Channels of the residual stream."""
        return self.layout.width

    @property
    def layers(self) -> int:
        """Depth of the stack."""
        return self.layout.layers

    def sample(self, key: VectorKey) -> int | None:
        """The full width where the model has such a tensor, before anything of it is read."""
        return span(key, self.width) if self._name(key) else None

    def scores(self, key: VectorKey, count: int, *, folded: bool = True) -> Scores | None:
        """Reads the vector on first use."""
        return self._scores(key, count, folded and key.is_row)

    def _make_scores(self, key: VectorKey, count: int, folded: bool) -> Scores | None:
        vector = self.folded(key) if folded else self.vector(key)
        return (
            None
            if vector is None
            else normal_scores([vector.values[i] for i in sampled(len(vector.values), count)])
        )

    def _name(self, key: VectorKey) -> str | None:
        if key.role == FINAL:
            return self.layout.final
        if key.role == EMBEDDING:
            return self.layout.embedding_norm
        return (self.layout.rows if key.is_row else self.layout.norms).get((key.role, key.layer))

    def vector(self, key: VectorKey) -> Vector | None:
        """The numbers themselves; None where the model has no such tensor
        or it cannot be read (see `problems`)."""
        if key not in self._vectors:
            self._read(key)
        return self._vectors[key]

    def _read(self, key: VectorKey) -> None:
        keys = (
            [VectorKey(key.role, key.layer, row) for row in range(rows_per_group(self.width))]
            if key.is_row
            else [key]
        )
        for one in {*keys, key}:
            self._vectors[one] = None
        name = self._name(key)
        if name is None:
            return
        try:
            tensor = self.opened.weights.tensor(name)
            if not key.is_row and math.prod(tensor.shape) != self.width:
                raise RefusedError(
                    f"{name[:80]} has the shape {tensor.shape}, not {self.width} numbers."
                )
            if key.is_row and (
                len(tensor.shape) < 2
                or tensor.shape[-1] != self.width
                or tensor.count < self.width * len(keys)
            ):
                raise RefusedError(
                    f"The rows of {name[:80]}, shape {tensor.shape}, do not lie along the residual "
                    "stream."
                )
            first = tensor.count - self.width * len(keys) if key.role == "qkv" else 0
            length = span(key, self.width)
            numbers = self.opened.weights.numbers(
                name, first, length if len(keys) == 1 else self.width * len(keys)
            )
        except ReadError as problem:
            self.problems.append(problem.message)
            return
        for row, one in enumerate(keys):
            values = tuple(numbers[row * self.width : row * self.width + length])
            if all(map(math.isfinite, values)):
                self._vectors[one] = Vector(values, tensor.encoding.name, tensor.encoding.bits)
            else:
                self.problems.append(f"{name[:80]} holds numbers that are not finite.")

    def folded(self, key: VectorKey) -> Vector | None:
        """A row times the norm before it, which is what a rescaling
        between the two leaves unchanged."""
        row = self.vector(key)
        gamma = next(
            (
                g
                for role in _GAMMA_BEFORE[key.role]
                if (g := self.vector(VectorKey(role, key.layer)))
            ),
            None,
        )
        if row is None or gamma is None:
            return row
        shift = 1.0 if self.layout.zero_centred else 0.0
        return Vector(
            tuple(a * (g + shift) for a, g in zip(row.values, gamma.values, strict=False)),
            row.encoding,
            row.bits,
        )

    def embedding_rows(self, rows: Sequence[int]) -> list[tuple[float, ...]]:
        """Some rows of the embedding. Raises RefusedError where it cannot be read."""
        name = self.layout.embedding
        if name is None:
            raise RefusedError(f"{self.label}: no embedding was found among the tensor names.")
        shape = self.opened.weights.tensor(name).shape
        if len(shape) != 2 or shape[1] != self.width:
            raise RefusedError(f"{self.label}: its embedding has the shape {shape}.")
        if not rows:
            return []
        first, last = min(rows), max(rows)
        if last - first + 1 == len(rows):
            block = self.opened.weights.numbers(name, first * self.width, len(rows) * self.width)
            return [
                tuple(block[(row - first) * self.width : (row - first + 1) * self.width])
                for row in rows
            ]
        return [
            tuple(self.opened.weights.numbers(name, row * self.width, self.width)) for row in rows
        ]

    @property
    def vocabulary(self) -> int | None:
        """Rows of the embedding, where it was found."""
        name = self.layout.embedding
        return self.opened.weights.tensor(name).shape[0] if name else None


def norm_keys(layout: StackLayout) -> tuple[VectorKey, ...]:
    """The norms of layers that represent the rest, none of them the final norm.

    Both of the middle layer, whose rows are multiplied with them, and
    of narrow models the first layer's too.
    """
    every = layout.norm_roles()
    roles = [role for role in every if role in NORM_ROLES] or every
    if not roles:
        return ()
    middle = layout.layers // 2
    keys = [VectorKey(roles[0], middle), VectorKey(roles[-1], middle)]
    if layout.width < _WIDE or len(roles) == 1:
        keys.insert(0, VectorKey(roles[0], 0))
    return tuple(
        dict.fromkeys(key for key in keys if layout.norms[key.role, key.layer] != layout.final)
    )


def row_keys(width: int, role: str, layer: int) -> tuple[VectorKey, ...]:
    """The rows of one matrix that are read."""
    return tuple(VectorKey(role, layer, row) for row in range(rows_per_group(width)))
