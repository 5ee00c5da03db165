"""What a tensor's name says: its stack, its layer, and its part, across
naming schemes, by pattern rather than by list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_INTEGER = re.compile(r"-?\d+\Z")
_ENDINGS = frozenset(
    {"weight", "gamma", "scale", "g", "base_layer", "default", "modules_to_save", "original_module"}
)
_NORM = re.compile(r"norm|(?:^|_)(?:ln|lnf)(?:_|\d|$)|(?:^|_)rms(?:_|$)|layer_?norm", re.IGNORECASE)
_INSIDE_HEADS = re.compile(
    r"(?:^|_)(?:q|k|v|kv|qk|query|key|value)(?:_[ab])?_?(?:layer_?)?(?:norm|ln)|"
    r"inner_attn_ln|(?:mixer|mamba|ssm)_norm|sub_?(?:ln|norm)|batch_?norm|(?:^|_)"
    r"bn\d?(?:_|$)",
    re.IGNORECASE,
)
_OTHER_MODALITY = re.compile(
    r"vision|visual|image|audio|speech|video|(?:^|_)vit(?:_|$)|siglip|tower|talker|"
    r"code2wav|mtp|nextn|project|resampler|qformer|(?:^|_)vae|"
    r"perceiver|aligner|connector|eagle|draft|medusa|speculat",
    re.IGNORECASE,
)
_LISTS = frozenset(
    {"layers", "layer", "h", "blocks", "block", "blk", "resblocks", "albert_layers", "stages"}
)


@dataclass(frozen=True)
class TensorPlace:
    """A tensor inside a stack of layers, or beside one (`layer` is then None)."""

    name: str
    parts: tuple[str, ...]
    """Components without integers' meaning and without the ending."""
    stack: tuple[str, ...] = ()
    layer: int | None = None
    rest: str = ""
    """What follows the layer's number, joined by `_`, lower case."""

    @property
    def text(self) -> str:
        """The whole path as one word."""
        return "_".join(self.parts).lower()


def split_name(name: str) -> tuple[str, ...]:
    """Components of a name; endings such as `.weight` and adapter
    wrappers such as `.base_layer` are dropped."""
    parts = [part for part in re.split(r"[./:]+", name) if part]
    return tuple(part for part in parts if part.lower() not in _ENDINGS)


def is_bias(name: str) -> bool:
    """Whether it is an additive or auxiliary part, never the weight itself."""
    return bool(
        re.search(
            r"(?:bias|beta|running_mean|running_var|num_batches_tracked|_scales?|\.scales|"
            r"zeros|qzeros|g_idx|absmax|_inv|scb)$",
            name,
            re.IGNORECASE,
        )
    )


def is_norm(parts: Sequence[str]) -> bool:
    """Whether the name is that of a norm over the residual
    stream (not one inside attention heads)."""
    text = "_".join(parts)
    return bool(_NORM.search(text)) and not _INSIDE_HEADS.search(text)


def is_other_modality(parts: Iterable[str]) -> bool:
    """Whether the path leads into an encoder, projector or helper beside the language model."""
    return bool(_OTHER_MODALITY.search("_".join(parts)))


def places(names: Iterable[str]) -> list[TensorPlace]:
    """Every tensor with its layer, found by which number of its path varies.

    The layer is the integer with the most values among names that differ in integers only; a
    sentence-transformers `0.` or a T5 `layer.1` never has more than the stack itself.
    """
    split = {name: split_name(name) for name in names}
    values: dict[tuple[str, ...], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for parts in split.values():
        for at, part in enumerate(parts):
            if _INTEGER.match(part):
                values[_template(parts)][at].add(part)
    # One stack has many templates; the axis is agreed by the prefix up to the
    # integer, so that no template goes its own way.
    depth: dict[tuple[str, ...], int] = defaultdict(int)
    for template, axes in values.items():
        for at, seen in axes.items():
            prefix = template[: at + 1]
            depth[prefix] = max(depth[prefix], len(seen))
    return [_place(name, parts, depth) for name, parts in split.items()]


def _template(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple("*" if _INTEGER.match(part) else part for part in parts)


def _place(name: str, parts: tuple[str, ...], depth: dict[tuple[str, ...], int]) -> TensorPlace:
    template = _template(parts)
    axes = [
        at
        for at, part in enumerate(template)
        if part == "*" and "experts" not in "_".join(parts[:at]).lower()
    ]
    if not axes:
        return TensorPlace(name, parts)

    def weight(at: int) -> tuple[int, bool, int]:
        return (depth[template[: at + 1]], at > 0 and parts[at - 1].lower() in _LISTS, -at)

    axis = max(axes, key=weight)
    layer = int(parts[axis])
    if layer < 0 or (depth[template[: axis + 1]] == 1 and parts[axis - 1].lower() not in _LISTS):
        return TensorPlace(name, parts)
    rest = "_".join(parts[axis + 1 :]).lower()
    return TensorPlace(name, parts, template[:axis], layer, rest)
