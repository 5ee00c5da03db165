"""Which tensor plays which role, across the naming schemes of real repos."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lineage.fingerprint.encodings import PLAIN
from lineage.fingerprint.ranges import RefusedError
from lineage.fingerprint.roles import StackLayout, find_layout
from lineage.fingerprint.tensors import Tensor

D, L = 64, 6


class Named:
    """Tensors with shapes and no numbers."""

    def __init__(self, shapes: dict[str, tuple[int, ...]]) -> None:
        self._shapes = shapes

    def names(self) -> Sequence[str]:
        return list(self._shapes)

    def tensor(self, name: str) -> Tensor:
        return Tensor(name, PLAIN["F32"], self._shapes[name], 0, 0)

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        raise AssertionError("roles are found without reading numbers")


def layout(
    inside: Sequence[str],
    beside: Sequence[str],
    *,
    stack: str,
    extra: dict[str, tuple[int, ...]] | None = None,
    **how: str,
) -> StackLayout:
    """A model with these norms and matrices in each layer, and these tensors beside the stack."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(L):
        for rest in inside:
            shapes[f"{stack}.{layer}.{rest}"] = (
                (D,) if "norm" in rest.lower() or "ln" in rest else (2 * D, D)
            )
    for name in beside:
        shapes[name] = (D,) if "norm" in name.lower() or "ln" in name else (1000, D)
    return find_layout(Named(shapes | (extra or {})), **how)


SCHEMES = {
    "llama": (
        "model.layers",
        ("input_layernorm", "post_attention_layernorm", "self_attn.v_proj", "mlp.gate_proj"),
        ("model.norm", "model.embed_tokens"),
    ),
    "multimodal": (
        "language_model.model.layers",
        ("input_layernorm", "post_attention_layernorm", "self_attn.v_proj", "mlp.up_proj"),
        ("language_model.model.norm", "language_model.model.embed_tokens"),
    ),
    "gpt2": ("h", ("ln_1", "ln_2", "attn.c_attn"), ("ln_f", "wte", "wpe")),
    "neox": (
        "gpt_neox.layers",
        (
            "input_layernorm",
            "post_attention_layernorm",
            "attention.query_key_value",
            "mlp.dense_h_to_4h",
        ),
        ("gpt_neox.final_layer_norm", "gpt_neox.embed_in"),
    ),
    "bloom": (
        "transformer.h",
        ("input_layernorm", "post_attention_layernorm", "self_attention.query_key_value"),
        (
            "transformer.ln_f",
            "transformer.word_embeddings_layernorm",
            "transformer.word_embeddings",
        ),
    ),
    "opt": (
        "model.decoder.layers",
        ("self_attn_layer_norm", "final_layer_norm", "self_attn.v_proj", "fc1"),
        (
            "model.decoder.final_layer_norm",
            "model.decoder.embed_tokens",
            "model.decoder.embed_positions",
        ),
    ),
    "mpt": (
        "transformer.blocks",
        ("norm_1", "norm_2", "attn.Wqkv", "ffn.up_proj"),
        ("transformer.norm_f", "transformer.wte"),
    ),
    "chatglm": (
        "transformer.encoder.layers",
        ("input_layernorm", "post_attention_layernorm", "self_attention.query_key_value"),
        ("transformer.encoder.final_layernorm", "transformer.embedding.word_embeddings"),
    ),
    "internlm2": (
        "model.layers",
        ("attention_norm", "ffn_norm", "attention.wqkv", "feed_forward.w1"),
        ("model.norm", "model.tok_embeddings"),
    ),
    "modernbert": (
        "model.layers",
        ("attn_norm", "mlp_norm", "attn.Wqkv"),
        ("model.final_norm", "model.embeddings.tok_embeddings", "head.norm"),
    ),
    "gguf": ("blk", ("attn_norm", "ffn_norm", "attn_v", "ffn_gate"), ("output_norm", "token_embd")),
    "meta": (
        "layers",
        ("attention_norm", "ffn_norm", "attention.wv", "feed_forward.w1"),
        ("norm", "tok_embeddings"),
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "prefix", ["", "base_model.model.", "0.auto_model.", "model.language_model."]
)
def test_models_that_normalise_before_each_part(scheme: str, prefix: str) -> None:
    """Final norm, both norms of a layer, a matrix and the embedding are found under every name and
    prefix."""
    stack, inside, beside = SCHEMES[scheme]
    found = layout(
        [f"{name}.weight" for name in inside],
        [f"{prefix}{name}.weight" for name in beside],
        stack=prefix + stack,
    )
    assert found.final == f"{prefix}{beside[0]}.weight"
    assert found.norm_roles() == ["pre_attn", "pre_ffn"]
    assert (found.width, found.layers) == (D, L)
    assert found.rows
    assert (
        found.embedding
        == f"{prefix}{beside[-2 if scheme in ('gpt2', 'opt', 'modernbert') else -1]}.weight"
    )


@pytest.mark.parametrize(
    ("stack", "inside", "embedding_norm"),
    [
        (
            "encoder.layer",
            (
                "attention.output.LayerNorm",
                "output.LayerNorm",
                "attention.self.value",
                "intermediate.dense",
            ),
            "embeddings.LayerNorm",
        ),
        (
            "bert.encoder.layer",
            ("attention.output.LayerNorm", "output.LayerNorm", "attention.self.value"),
            "bert.embeddings.LayerNorm",
        ),
        (
            "distilbert.transformer.layer",
            ("sa_layer_norm", "output_layer_norm", "attention.v_lin", "ffn.lin1"),
            "distilbert.embeddings.LayerNorm",
        ),
        ("blk", ("attn_output_norm", "layer_output_norm", "attn_v"), "token_embd_norm"),
        (
            "model.layers",
            ("attention_output_norm_layernorm", "mlp_output_norm_layernorm", "attn.v_proj"),
            "model.layers.-1.embeddings_norm_layernorm",
        ),
    ],
)
def test_models_that_normalise_after_each_part(
    stack: str, inside: Sequence[str], embedding_norm: str
) -> None:
    """BERT and its kin have no norm at the end: the last layer's last one takes its place, and the
    one after the embedding is found."""
    found = layout(
        [f"{name}.weight" for name in inside],
        [f"{embedding_norm}.weight", "embeddings.word_embeddings.weight"],
        stack=stack,
    )
    assert found.final == f"{stack}.{L - 1}.{inside[1]}.weight"
    assert found.norm_roles() == ["post_attn", "post_ffn"]
    assert found.embedding_norm == f"{embedding_norm}.weight"


def test_gemma_has_norms_on_both_sides_and_stores_them_less_one() -> None:
    """`post_attention_layernorm` means another place where there is a pre-feed-forward norm too."""
    names = (
        "input_layernorm",
        "post_attention_layernorm",
        "pre_feedforward_layernorm",
        "post_feedforward_layernorm",
        "self_attn.v_proj",
    )
    hub = layout([f"{name}.weight" for name in names], ["model.norm.weight"], stack="model.layers")
    names = ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "attn_v")
    gguf = layout(
        [f"{name}.weight" for name in names],
        ["output_norm.weight"],
        stack="blk",
        format_name="gguf",
    )
    assert hub.norm_roles() == gguf.norm_roles() == ["pre_attn", "post_attn", "pre_ffn", "post_ffn"]
    assert hub.zero_centred
    assert not gguf.zero_centred


def test_norms_inside_heads_towers_and_heads_are_left_alone() -> None:
    """Query and key norms, a vision tower of more layers, a projector and an extra prediction layer
    are not the language model's."""
    extra = {
        f"vision_tower.encoder.layers.{n}.layer_norm{k}.weight": (96,)
        for n in range(40)
        for k in (1, 2)
    }
    extra |= {
        f"vision_tower.encoder.layers.{n}.self_attn.v_proj.weight": (96, 96) for n in range(40)
    }
    extra |= {
        "multi_modal_projector.norm.weight": (96,),
        "vision_tower.post_layernorm.weight": (96,),
        "mtp.norm.weight": (D,),
    }
    inside = (
        "input_layernorm.weight",
        "post_attention_layernorm.weight",
        "self_attn.v_proj.weight",
    )
    shapes = {
        f"model.layers.{n}.self_attn.{x}_norm.weight": (16,)
        for n in range(L)
        for x in ("q", "k", "q_a_layer", "kv_a_layer")
    }
    found = layout(
        inside,
        ["model.norm.weight", "model.embed_tokens.weight"],
        stack="model.layers",
        extra=extra | shapes,
    )
    assert (found.width, found.layers, found.final) == (D, L, "model.norm.weight")
    assert found.norm_roles() == ["pre_attn", "pre_ffn"]


def test_glm4_names_the_norm_after_attention_otherwise() -> None:
    """There `post_attention_layernorm` comes before the feed-forward part although there are norms
    on both sides."""
    names = (
        "input_layernorm",
        "post_self_attn_layernorm",
        "post_attention_layernorm",
        "post_mlp_layernorm",
        "self_attn.v_proj",
    )
    found = layout(
        [f"{name}.weight" for name in names], ["model.norm.weight"], stack="model.layers"
    )
    assert found.norm_roles() == ["pre_attn", "post_attn", "pre_ffn", "post_ffn"]
    assert found.norms["pre_ffn", 1] == "model.layers.1.post_attention_layernorm.weight"


def test_norms_inside_a_state_space_layer_are_left_alone() -> None:
    """Mamba 2 has a norm over inner channels beside the layer's own."""
    found = layout(
        ["norm.weight", "mixer.in_proj.weight"],
        ["backbone.norm_f.weight", "backbone.embeddings.weight"],
        stack="backbone.layers",
    )
    extra = {f"backbone.layers.{n}.mixer.norm.weight": (2 * D,) for n in range(L)}
    again = layout(
        ["norm.weight"], ["backbone.norm_f.weight"], stack="backbone.layers", extra=extra
    )
    assert found.norm_roles() == again.norm_roles() == ["pre_attn"]


def test_t5_has_two_stacks_and_the_encoder_is_compared() -> None:
    """The layer is the first number that varies, not the second."""
    encoder = (
        "layer.0.layer_norm.weight",
        "layer.1.layer_norm.weight",
        "layer.0.SelfAttention.v.weight",
        "layer.1.DenseReluDense.wi_0.weight",
    )
    decoder = {
        f"decoder.block.{n}.layer.{k}.layer_norm.weight": (D,) for n in range(L) for k in range(3)
    }
    decoder |= {"decoder.final_layer_norm.weight": (D,), "shared.weight": (1000, D)}
    found = layout(
        encoder, ["encoder.final_layer_norm.weight"], stack="encoder.block", extra=decoder
    )
    assert found.final == "encoder.final_layer_norm.weight"
    assert found.layers == L
    assert found.norms["pre_ffn", 3] == "encoder.block.3.layer.1.layer_norm.weight"


def test_experts_are_not_layers() -> None:
    """Of many experts the first one's matrix is taken."""
    extra = {
        f"model.layers.{n}.mlp.experts.{e}.gate_proj.weight": (D, D)
        for n in range(L)
        for e in range(64)
    }
    found = layout(
        ("input_layernorm.weight", "post_attention_layernorm.weight"),
        ["model.norm.weight"],
        stack="model.layers",
        extra=extra,
    )
    assert found.layers == L
    assert found.rows["gate", 2] == "model.layers.2.mlp.experts.0.gate_proj.weight"


@pytest.mark.parametrize(
    "shapes", [{}, {"weight": (3,)}, {"lora_A.weight": (8, D), "lora_B.weight": (D, 8)}]
)
def test_what_is_not_a_model_is_refused(shapes: dict[str, tuple[int, ...]]) -> None:
    """Without a stack of layers there is nothing to compare."""
    with pytest.raises(RefusedError):
        find_layout(Named(shapes))
