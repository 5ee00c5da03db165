"""What people do to a trained model without training it: quantize, prune, merge, cut and copy
layers, and hide."""

from __future__ import annotations

import torch

State = dict[str, torch.Tensor]
_INTO_ATTENTION = ("q_proj.weight", "k_proj.weight", "v_proj.weight")
_INTO_MLP = ("gate_proj.weight", "up_proj.weight")
_OUT_OF = ("o_proj.weight", "down_proj.weight")


def copy(state: State) -> State:
    return {name: value.clone() for name, value in state.items()}


def is_matrix(name: str, value: torch.Tensor) -> bool:
    return value.dim() == 2 and "embed" not in name


def cast(state: State, dtype: torch.dtype) -> State:
    return {name: value.to(dtype) for name, value in state.items()}


def integers(state: State, bits: int, group: int) -> State:
    """Round-to-nearest in groups along the rows, kept as floats."""
    made = copy(state)
    top = 2 ** (bits - 1) - 1
    for name, value in state.items():
        if is_matrix(name, value):
            blocks = value.reshape(value.shape[0], -1, group)
            scale = blocks.abs().amax(-1, keepdim=True).clamp_min(1e-8) / top
            made[name] = ((blocks / scale).round().clamp(-top - 1, top) * scale).reshape(
                value.shape
            )
    return made


def pruned(state: State, share: float) -> State:
    """The smallest weights of each matrix become zero."""
    made = copy(state)
    for name, value in state.items():
        if is_matrix(name, value):
            made[name][
                value.abs() < value.abs().flatten().kthvalue(int(share * value.numel())).values
            ] = 0
    return made


def layer_of(name: str) -> int | None:
    parts = name.split(".")
    return int(parts[2]) if parts[1] == "layers" else None


def relayered(state: State, order: list[int]) -> State:
    """Layers chosen by number, some maybe twice."""
    made = {name: value for name, value in state.items() if layer_of(name) is None}
    for new, old in enumerate(order):
        for name, value in state.items():
            if layer_of(name) == old:
                made[name.replace(f"layers.{old}.", f"layers.{new}.")] = value.clone()
    return made


def depth(state: State) -> int:
    return 1 + max(layer or 0 for layer in map(layer_of, state))


def mixed(a: State, b: State, share: float) -> State:
    return {name: (1 - share) * value + share * b[name] for name, value in a.items()}


def slerp(a: State, b: State, share: float = 0.5) -> State:
    made = {}
    for name, value in a.items():
        x, y = value.flatten(), b[name].flatten()
        cos = torch.dot(x, y) / (x.norm() * y.norm()).clamp_min(1e-8)
        angle = torch.acos(cos.clamp(-0.9999, 0.9999))
        mix = (torch.sin((1 - share) * angle) * x + torch.sin(share * angle) * y) / torch.sin(angle)
        made[name] = mix.reshape(value.shape)
    return made


def dare(base: State, tuned: State, seed: int, drop: float = 0.7) -> State:
    """Drop most of the difference at random and scale up the rest."""
    chance = torch.Generator().manual_seed(seed)
    return {
        name: value
        + (tuned[name] - value) * (torch.rand(value.shape, generator=chance) > drop) / (1 - drop)
        for name, value in base.items()
    }


def upcycled(state: State, seed: int, experts: int = 4) -> State:
    """A mixture of experts from a dense model: copies with a little noise, and a new router."""
    chance = torch.Generator().manual_seed(seed)
    made = {}
    for name, value in state.items():
        if ".mlp." not in name:
            made[name] = value.clone()
            continue
        for expert in range(experts):
            noise = torch.randn(value.shape, generator=chance) * value.std() * 0.05
            made[name.replace(".mlp.", f".mlp.experts.{expert}.")] = value + noise
    for layer in range(depth(state)):
        made[f"model.layers.{layer}.mlp.gate.weight"] = (
            torch.randn((experts, state["model.norm.weight"].numel()), generator=chance) * 0.02
        )
    return made


def more_tokens(state: State, seed: int, extra: int = 256) -> State:
    made = copy(state)
    table = state["model.embed_tokens.weight"]
    fresh = (
        torch.randn((extra, table.shape[1]), generator=torch.Generator().manual_seed(seed))
        * table.std()
    )
    made["model.embed_tokens.weight"] = torch.cat([table, fresh])
    return made


def activation_aware(state: State, inputs: dict[str, torch.Tensor]) -> State:
    """AWQ: input channels scaled by the square root of their mean activation, the inverse folded
    into the norm, then 4 bits."""
    made = copy(state)
    for norm, mean in inputs.items():
        scale = mean.clamp_min(1e-4).sqrt()
        scale = scale / (scale.max() * scale.min()).sqrt()
        made[norm] = made[norm] / scale
        for name in _fed_by(state, norm):
            made[name] = made[name] * scale
    return integers(made, 4, 32)


def _fed_by(state: State, norm: str) -> list[str]:
    layer = norm.rsplit(".", 2)[0]
    endings = _INTO_ATTENTION if "input_layernorm" in norm else _INTO_MLP
    return [name for name in state if name.startswith(f"{layer}.") and name.endswith(endings)]


def norms_of(state: State) -> list[str]:
    return [
        name
        for name in state
        if name.endswith(("input_layernorm.weight", "post_attention_layernorm.weight"))
    ]


def folded(state: State) -> State:
    """Every norm into the matrices after it; the norms become ones, the output head its own
    matrix."""
    made = copy(state)
    for norm in norms_of(state):
        for name in _fed_by(state, norm):
            made[name] = made[name] * state[norm]
        made[norm] = torch.ones_like(state[norm])
    made["lm_head.weight"] = state["model.embed_tokens.weight"] * state["model.norm.weight"]
    made["model.norm.weight"] = torch.ones_like(state["model.norm.weight"])
    return made


def rescaled(state: State, seed: int) -> State:
    """Each channel of each layer's norm times a factor, and its inverse in the matrices after
    it."""
    chance = torch.Generator().manual_seed(seed)
    made = copy(state)
    for norm in norms_of(state):
        factor = torch.exp(torch.randn(state[norm].shape, generator=chance))
        made[norm] = made[norm] * factor
        for name in _fed_by(state, norm):
            made[name] = made[name] / factor
    return made


def _every_channel(state: State, into: object, out_of: object, vector: object) -> State:
    made = {}
    for name, value in state.items():
        if value.dim() == 1:
            is_norm = "norm" in name and "q_norm" not in name and "k_norm" not in name
            made[name] = vector(value) if is_norm else value.clone()
        else:
            made[name] = out_of(value) if name.endswith(_OUT_OF) else into(value)
    return made


def flipped(state: State, seed: int) -> State:
    width = state["model.norm.weight"].numel()
    signs = torch.randint(0, 2, (width,), generator=torch.Generator().manual_seed(seed)) * 2.0 - 1
    return _every_channel(
        state, lambda w: w * signs, lambda w: w * signs[:, None], lambda g: g.clone()
    )


def permuted(state: State, seed: int) -> State:
    order = torch.randperm(
        state["model.norm.weight"].numel(), generator=torch.Generator().manual_seed(seed)
    )
    return _every_channel(state, lambda w: w[:, order], lambda w: w[order], lambda g: g[order])


def rotated(state: State, seed: int) -> State:
    """Norms folded, then the whole residual stream in another basis."""
    width = state["model.norm.weight"].numel()
    q, _ = torch.linalg.qr(
        torch.randn(
            (width, width), generator=torch.Generator().manual_seed(seed), dtype=torch.float64
        )
    )
    q = q.float()
    return _every_channel(folded(state), lambda w: w @ q, lambda w: q.T @ w, lambda g: g.clone())


def narrowed(state: State, share: float = 0.75) -> State:
    """Width pruning: the channels with the largest embedding norms are kept."""
    table = state["model.embed_tokens.weight"]
    kept = table.norm(dim=0).topk(int(share * table.shape[1])).indices.sort().values
    return _every_channel(state, lambda w: w[:, kept], lambda w: w[kept], lambda g: g[kept])
