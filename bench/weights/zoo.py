"""Train the zoo: independent bases, retrainings from one initialisation, and trained descendants.
Resumable."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from weights.corpus import pairs, tokens
from weights.decoder import Decoder, Shape, load
from weights.training import low_rank, train

PLAIN, QK = Shape(), Shape(qk_norm=True)
STEPS, RATE = 400, 3e-3


@dataclass(frozen=True)
class Base:
    """One model trained from scratch."""

    name: str
    kind: str
    seed: int
    order: int
    shape: Shape = PLAIN


BASES = (
    *(Base(f"py{i}", "py", i, i) for i in range(7)),
    *(Base(f"h{i}", "h", 20 + i, 20 + i) for i in range(3)),
    *(Base(f"doc{i}", "doc", 30 + i, 30 + i) for i in range(3)),
    *(Base(f"q3py{i}", "py", 40 + i, 40 + i, QK) for i in range(2)),
)
"""Independent: every pair of them is a pair of strangers."""
SAME_INIT = (
    Base("same0py", "py", 0, 100),
    Base("same1py", "py", 1, 101),
    Base("same0doc", "doc", 0, 102),
    Base("same1doc", "doc", 1, 103),
)
"""The seed of py0 or py1, other data or another order of it: neither strangers nor kin."""
PARENTS = ("py0", "py1", "h0", "doc0")


def plan() -> list[tuple[str, str, str]]:
    """(name, parent, what is done) of every trained descendant, parents first."""
    steps = [
        (f"{parent}.{how}", parent, how)
        for parent in PARENTS
        for how in ("sft", "lora", "cpt", "sib")
    ]
    steps += [
        ("py0.cptmax", "py0", "cptmax"),
        ("doc0.cptmax", "doc0", "cptmax"),
        ("py0.vocab", "py0", "vocab"),
        ("doc0.vocab", "doc0", "vocab"),
    ]
    return [*steps, ("py0.sft.sft", "py0.sft", "sft2"), ("doc0.sft.sft", "doc0.sft", "sft2")]


def descend(
    model: Decoder, how: str, texts: dict[str, torch.Tensor], kind: str, seed: int
) -> float:
    """Train `model` further in place, as `how` says."""
    other = texts["doc" if kind != "doc" else "py"]
    if how in ("sft", "sft2", "sib"):
        return train(
            model,
            texts["h"] if how == "sib" and kind != "h" else other,
            steps=120,
            rate=5e-4,
            seed=seed,
        )
    if how == "lora":
        low_rank(model, other, steps=120, seed=seed)
        return 0.0
    if how == "vocab":
        torch.manual_seed(seed)
        torch.nn.init.normal_(model.model.embed_tokens.weight, std=0.05)
        return train(model, texts[kind], steps=STEPS, rate=1e-3, seed=seed)
    steps, rate = (STEPS, 1e-3) if how == "cpt" else (2 * STEPS, RATE)
    return train(model, other, steps=steps, rate=rate, seed=seed)


def build(folder: Path, *, log: bool = True) -> dict[str, dict[str, torch.Tensor]]:
    """Every trained model's weights by name; what `folder` holds already is not trained again."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    table = pairs()
    texts = {kind: tokens(kind, table) for kind in ("py", "h", "doc")}
    states: dict[str, dict[str, torch.Tensor]] = {}
    kinds = {base.name: base.kind for base in (*BASES, *SAME_INIT)}
    for base in (*BASES, *SAME_INIT):
        states[base.name] = _kept(folder, base.name) or _trained(folder, base, texts, log)
    for place, (name, parent, how) in enumerate(plan()):
        kind = kinds[parent.partition(".")[0]]
        states[name] = _kept(folder, name) or _descended(
            folder, name, states[parent], how, texts, kind, 1000 + place, log
        )
    return states


def _kept(folder: Path, name: str) -> dict[str, torch.Tensor] | None:
    file = folder / f"{name}.pt"
    return torch.load(file, weights_only=True)["state"] if file.exists() else None


def _keep(
    folder: Path, name: str, model: Decoder, loss: float, began: float, log: bool
) -> dict[str, torch.Tensor]:
    state = {key: value.detach().clone() for key, value in model.state_dict().items()}
    torch.save({"state": state, "shape": asdict(model.s), "loss": loss}, folder / f"{name}.pt")
    if log:
        print(f"  trained {name}: loss {loss:.2f}, {time.perf_counter() - began:.0f} s", flush=True)
    return state


def _trained(
    folder: Path, base: Base, texts: dict[str, torch.Tensor], log: bool
) -> dict[str, torch.Tensor]:
    began = time.perf_counter()
    model = Decoder(base.shape, base.seed)
    loss = train(model, texts[base.kind], steps=STEPS, rate=RATE, seed=base.order)
    return _keep(folder, base.name, model, loss, began, log)


def _descended(
    folder: Path,
    name: str,
    parent: dict[str, torch.Tensor],
    how: str,
    texts: dict[str, torch.Tensor],
    kind: str,
    seed: int,
    log: bool,
) -> dict[str, torch.Tensor]:
    began = time.perf_counter()
    model = load(parent, PLAIN)
    loss = descend(model, how, texts, kind, seed)
    return _keep(folder, name, model, loss, began, log)


if __name__ == "__main__":
    import sys

    build(Path(sys.argv[1]))
