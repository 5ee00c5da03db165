"""Training: from scratch, on more text, or through low-rank adapters."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from weights.decoder import Decoder

BATCH, LENGTH = 16, 64


def train(
    model: Decoder,
    text: torch.Tensor,
    *,
    steps: int,
    rate: float,
    seed: int,
    only: set[str] | None = None,
) -> float:
    """AdamW with warm-up and linear decay; returns the mean loss of the last 20 steps."""
    order = torch.Generator().manual_seed(seed)
    chosen = [p for name, p in model.named_parameters() if only is None or name in only]
    optimizer = torch.optim.AdamW(chosen, lr=rate, betas=(0.9, 0.95), weight_decay=0.01)
    losses: list[float] = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 20) * max(0.1, 1 - step / steps)
        starts = torch.randint(0, len(text) - LENGTH - 1, (BATCH,), generator=order)
        batch = torch.stack([text[s : s + LENGTH + 1] for s in starts.tolist()])
        loss = F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(chosen, 1.0)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses[-20:]) / 20


class LowRank(nn.Module):
    """W + B A on a linear layer."""

    def __init__(self, inner: nn.Linear, rank: int) -> None:
        super().__init__()
        self.inner = inner
        self.a = nn.Parameter(torch.randn(rank, inner.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(inner.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x) + (x @ self.a.T) @ self.b.T * 2


def low_rank(model: Decoder, text: torch.Tensor, *, steps: int, seed: int) -> Decoder:
    """Rank 8 on q, v and gate, trained alone and merged back."""
    torch.manual_seed(seed)
    for p in model.parameters():
        p.requires_grad_(False)
    places = [
        (part, name)
        for layer in model.model.layers
        for part, name in (
            (layer.self_attn, "q_proj"),
            (layer.self_attn, "v_proj"),
            (layer.mlp, "gate_proj"),
        )
    ]
    for part, name in places:
        setattr(part, name, LowRank(getattr(part, name), 8))
    train(
        model,
        text,
        steps=steps,
        rate=2e-3,
        seed=seed,
        only={n for n, _ in model.named_parameters() if n.endswith((".a", ".b"))},
    )
    for part, name in places:
        adapter = getattr(part, name)
        adapter.inner.weight.data += 2 * adapter.b.data @ adapter.a.data
        setattr(part, name, adapter.inner)
    return model
