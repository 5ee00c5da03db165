"""A small Qwen2-style decoder whose weights carry the names that real repos use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812


@dataclass(frozen=True)
class Shape:
    """The dimensions of one decoder."""

    width: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 256
    vocabulary: int = 2048
    qk_norm: bool = False

    @property
    def head(self) -> int:
        return self.width // self.heads


class Norm(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class Attention(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.s = s
        self.q_proj = nn.Linear(s.width, s.heads * s.head)
        self.k_proj = nn.Linear(s.width, s.kv_heads * s.head)
        self.v_proj = nn.Linear(s.width, s.kv_heads * s.head)
        self.o_proj = nn.Linear(s.heads * s.head, s.width, bias=False)
        self.q_norm = Norm(s.head) if s.qk_norm else nn.Identity()
        self.k_norm = Norm(s.head) if s.qk_norm else nn.Identity()

    def forward(self, x: torch.Tensor, rope: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        b, t, _ = x.shape
        s = self.s
        q = self.q_norm(self.q_proj(x).view(b, t, s.heads, s.head)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(b, t, s.kv_heads, s.head)).transpose(1, 2)
        v = self.v_proj(x).view(b, t, s.kv_heads, s.head).transpose(1, 2)
        q, k = turn(q, rope), turn(k, rope)
        many = s.heads // s.kv_heads
        out = F.scaled_dot_product_attention(
            q, k.repeat_interleave(many, 1), v.repeat_interleave(many, 1), is_causal=True
        )
        return self.o_proj(out.transpose(1, 2).reshape(b, t, -1))


def turn(x: torch.Tensor, rope: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    half = x.shape[-1] // 2
    cos, sin = rope[0][: x.shape[2]], rope[1][: x.shape[2]]
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Mlp(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(s.width, s.feed_forward, bias=False)
        self.up_proj = nn.Linear(s.width, s.feed_forward, bias=False)
        self.down_proj = nn.Linear(s.feed_forward, s.width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.input_layernorm, self.self_attn = Norm(s.width), Attention(s)
        self.post_attention_layernorm, self.mlp = Norm(s.width), Mlp(s)

    def forward(self, x: torch.Tensor, rope: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        x = x + self.self_attn(self.input_layernorm(x), rope)
        return x + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(s.vocabulary, s.width)
        self.layers = nn.ModuleList(Layer(s) for _ in range(s.layers))
        self.norm = Norm(s.width)


class Decoder(nn.Module):
    """Embeddings are tied to the output."""

    def __init__(self, s: Shape, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.s = s
        self.model = Body(s)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.05)
            elif name.endswith("bias"):
                nn.init.zeros_(p)
        angle = torch.outer(
            torch.arange(256.0),
            torch.exp(-math.log(10000.0) * torch.arange(0, s.head, 2).float() / s.head),
        )
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.model.embed_tokens(ids)
        for layer in self.model.layers:
            x = layer(x, (self.cos, self.sin))
        return F.linear(self.model.norm(x), self.model.embed_tokens.weight)


def load(state: dict[str, torch.Tensor], shape: Shape) -> Decoder:
    """A decoder with these weights."""
    model = Decoder(shape, 0)
    model.load_state_dict(state)
    return model
