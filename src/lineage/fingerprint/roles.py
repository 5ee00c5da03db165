"""Which tensors the fingerprint reads: final norm, norms of each layer, a few
rows, the embedding; whatever the naming scheme."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lineage.fingerprint.names import TensorPlace, is_bias, is_norm, is_other_modality, places
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.tensors import WeightFile

FINAL = "final"
EMBEDDING = "embedding"
NORM_ROLES = ("pre_attn", "post_attn", "pre_ffn", "post_ffn")
_ROWS = {
    "v": re.compile(
        r"(?:^|_)(?:v_proj|value|wv|attn_v|v_lin|value_proj|to_v|selfattention_v|"
        r"attention_v|attn_v_proj)$"
    ),
    "qkv": re.compile(
        r"(?:^|_)(?:qkv|qkv_proj|query_key_value|c_attn|wqkv|attn_qkv|w_pack|in_proj)$"
    ),
    "gate": re.compile(
        r"(?:^|_)(?:gate_proj|gate_up_proj|ffn_gate|ffn_gate_exps|w1|wi_0|linear_1)$"
    ),
    "up": re.compile(
        r"(?:^|_)(?:up_proj|ffn_up|ffn_up_exps|w3|fc1|fc_in|c_fc|dense_h_to_4h|wi|wi_1|"
        r"lin1|intermediate_dense|wi)$"
    ),
}
_EMBEDDING = re.compile(
    r"(?:embed_?tokens|tok_?embeddings?|token_embd|word_?embeddings?|(?:^|_)wte$|"
    r"embed_in|tokens_embed|(?:^|_)shared$|(?:^|_)embeddings?$|emb$)"
)

_NOT_TOKENS = re.compile(r"position|wpe|token_type|segment|rel_|relative|per_layer|lm_head")


@dataclass(frozen=True)
class StackLayout:
    """Names of the tensors that matter, by role."""

    width: int
    """Channels of the residual stream."""
    layers: int
    final: str | None
    norms: dict[tuple[str, int], str] = field(default_factory=dict)
    """(role, layer) to tensor name."""
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    """(role, layer) to the name of a matrix whose rows lie along the
    residual stream; shapes are checked when read."""
    embedding: str | None = None
    embedding_norm: str | None = None
    """The norm right after the embedding, which encoders that normalise after each part have."""
    zero_centred: bool = False
    """Whether norms are stored as their difference from one, as Gemma's are."""

    def norm_roles(self) -> list[str]:
        """Roles that every layer has, the usual order first."""
        count = Counter(role for role, _ in self.norms)
        ordered = [*NORM_ROLES, *sorted(set(count) - set(NORM_ROLES))]
        return [role for role in ordered if count[role] == self.layers]


def find_layout(weights: WeightFile, *, format_name: str = "", model_type: str = "") -> StackLayout:
    """Look at the names, and at as few shapes as possible.

    Raises RefusedError where no stack of layers with norms or rows is found.
    """
    found = places(name for name in weights.names() if not is_bias(name))
    stack = _main_stack(found)
    if stack is None:
        raise RefusedError(
            "No stack of layers was found among the tensor names.",
            "The model's format or architecture is not read yet.",
        )
    inside = [place for place in found if place.stack == stack and place.layer is not None]
    layers = 1 + max(place.layer or 0 for place in inside)
    norms = _norms(inside)
    final = _final(found, stack) or _last_of(norms, layers)
    rows = {} if format_name == "onnx" else _rows(inside)
    embedding = _embedding(found, stack)
    width = _width(weights, final, embedding, norms)
    zero = format_name != "gguf" and (
        model_type.startswith(("gemma", "qwen3_next", "qwen3_5"))
        or any("pre_feedforward" in p.rest for p in inside)
    )
    return StackLayout(width, layers, final, norms, rows, embedding, _embedding_norm(found), zero)


def _main_stack(found: Sequence[TensorPlace]) -> tuple[str, ...] | None:
    """The language model's: the one with the most norm and matrix tensors outside
    other modalities; an encoder before its decoder."""
    sizes: Counter[tuple[str, ...]] = Counter()
    for place in found:
        if place.layer is not None and (
            is_norm((place.rest,)) or any(pattern.search(place.rest) for pattern in _ROWS.values())
        ):
            sizes[place.stack] += 1
    if not sizes:
        return None

    def order(stack: tuple[str, ...]) -> tuple[bool, bool, int, bool, tuple[str, ...]]:
        text = "_".join(stack).lower()
        paired = "decoder" in text and any(
            re.sub("decoder", "encoder", text) == "_".join(other).lower() for other in sizes
        )
        gguf_decoder = text == "dec_blk" and ("enc", "blk") in sizes
        return (
            not is_other_modality(stack),
            not (paired or gguf_decoder),
            sizes[stack],
            "enc" in text,
            stack,
        )

    return max(sizes, key=order)


def _norms(inside: Sequence[TensorPlace]) -> dict[tuple[str, int], str]:
    rests = {place.rest for place in inside if is_norm((place.rest,))}
    found: dict[tuple[str, int], str] = {}
    for place in sorted(inside, key=lambda p: (p.rest, p.layer or 0)):
        if place.rest in rests:
            key = (norm_role(place.rest, rests), place.layer or 0)
            found[key if key not in found else (place.rest, key[1])] = place.name
    return found


def norm_role(rest: str, siblings: set[str]) -> str:
    """The canonical role of a layer's norm: before or after
    attention, before or after the feed-forward part.

    `siblings` are the other norms of the layer: `post_attention_layernorm` comes before the
    feed-forward part in most models, and after attention in those that have norms on both sides.
    """
    attention = re.search(r"attn|attention|(?:^|_)sa(?:_|$)", rest)
    feed = re.search(r"ffn|mlp|feed_?forward|(?:^|_)ffw?(?:_|$)|moe", rest)
    both_sides = any(
        re.search(r"(?:pre|post)_?(?:feedforward|ffw|ffn|mlp)", other) for other in siblings
    )
    if re.search(r"encoder_attn|cross|encdec", rest):
        return rest
    if rest.startswith("post_self_attn"):
        return "post_attn"
    if rest.startswith(("post_attention", "post_attn")):
        named = any(other.startswith("post_self_attn") for other in siblings)
        return "post_attn" if both_sides and not named else "pre_ffn"
    if re.search(r"^input|(?:ln|norm)_?1(?:_|$)|^layer_0_|^ln_attn", rest):
        return "pre_attn"
    if re.search(r"(?:ln|norm)_?2(?:_|$)|^layer_1_|^ln_mlp|^final_layer_?norm", rest):
        return "pre_ffn"
    if attention and (re.search(r"output|post", rest) or rest == "sa_layer_norm"):
        return "post_attn"
    if re.search(r"output|full_layer", rest) or (feed and "post" in rest):
        return "post_ffn"
    if feed:
        return "pre_ffn"
    return "pre_attn" if attention or rest in ("norm", "layernorm", "layer_norm") else rest


def _final(found: Sequence[TensorPlace], stack: tuple[str, ...]) -> str | None:
    parent = stack[:-1]
    beside = []
    for place in found:
        rest = place.parts[len(parent) :]
        text = "_".join(rest).lower()
        same = (
            tuple("*" if p.lstrip("-").isdigit() else p for p in place.parts[: len(parent)])
            == parent
        )
        if place.layer is None and same and rest and is_norm(rest) and not is_other_modality(rest):
            if re.search(r"emb|pool|head|predict|(?:^|_)pre|input|-1|score|classif", text):
                continue
            beside.append(
                (
                    len(rest),
                    not re.search(r"final|ln_f|lnf|norm_f|output|^norm$|^layer_norm$|ln_out", text),
                    place.name,
                )
            )
    return min(beside)[2] if beside else None


def _last_of(norms: dict[tuple[str, int], str], layers: int) -> str | None:
    """Models that normalise after each part have no norm of their
    own at the end: the last layer's is it."""
    for role in ("post_ffn", "pre_ffn", "post_attn", "pre_attn"):
        if (role, layers - 1) in norms:
            return norms[role, layers - 1]
    return None


def _rows(inside: Sequence[TensorPlace]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], list[tuple[bool, int, str]]] = defaultdict(list)
    for place in inside:
        for role, pattern in _ROWS.items():
            if pattern.search(place.rest) and not re.search(
                r"encoder_attn|encdec|cross|lora|router", place.rest
            ):
                # Experts follow a dense part, and the first expert before the others.
                found[role, place.layer or 0].append(
                    ("expert" in place.rest, len(place.rest), place.name)
                )
                break
    return {key: min(options)[2] for key, options in found.items()}


def _embedding(found: Sequence[TensorPlace], stack: tuple[str, ...]) -> str | None:
    options = []
    for place in found:
        if (
            place.layer is not None
            or not _EMBEDDING.search(place.text)
            or _NOT_TOKENS.search(place.text)
        ):
            continue
        if not is_norm(place.parts) and not is_other_modality(place.parts):
            shared = sum(1 for a, b in zip(place.parts, stack, strict=False) if a == b)
            options.append((-shared, len(place.parts), place.name))
    return min(options)[2] if options else None


def _embedding_norm(found: Sequence[TensorPlace]) -> str | None:
    beside = [
        (len(place.parts), place.name)
        for place in found
        if place.layer is None
        and is_norm(place.parts)
        and not is_other_modality(place.parts)
        and re.search(r"emb", place.text)
    ]
    usable = [
        item
        for item in beside
        if not re.search(r"position|token_type|rel_|per_layer|after", item[1])
    ]
    return min(usable)[1] if usable else None


def _width(
    weights: WeightFile, final: str | None, embedding: str | None, norms: dict[tuple[str, int], str]
) -> int:
    for name in (final, *norms.values()):
        if name is not None:
            shape = weights.tensor(name).shape
            flat = [n for n in shape if n != 1]
            if len(flat) == 1:
                return flat[0]
            raise RefusedError(f"The norm {name[:80]} has the shape {shape}, not that of a vector.")
    if embedding is not None and len(weights.tensor(embedding).shape) == 2:
        return weights.tensor(embedding).shape[1]
    raise RefusedError("Neither a norm nor an embedding was found among the tensor names.")
