"""Every model of the benchmark with what is true of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from weights import derive
from weights.corpus import pairs, tokens
from weights.decoder import Shape, load
from weights.derive import State
from weights.zoo import BASES, PARENTS, SAME_INIT


@dataclass(frozen=True)
class Specimen:
    """One model, its true parents, and the group that it is counted in."""

    name: str
    state: State
    family: str
    """The base whose weights it has; its own name for a base."""
    group: str
    mixed_with: str = ""


BENIGN = ("trained", "precision", "quantized", "pruned", "merged", "experts", "vocabulary")
EVASION = ("fold", "rescale", "signs", "permutation", "rotation", "width")
OUT_OF_REACH = ("vocabulary replaced and rotated", "10 % of a stranger")


def specimens(states: dict[str, State]) -> Iterator[Specimen]:
    """All of them, bases first."""
    for base in BASES:
        yield Specimen(base.name, states[base.name], base.name, "base")
    for base in SAME_INIT:
        yield Specimen(base.name, states[base.name], base.name, "same initialisation")
    for name, state in states.items():
        if "." in name:
            yield Specimen(
                name,
                state,
                name.partition(".")[0],
                "vocabulary replaced" if name.endswith(".vocab") else "trained",
            )
    for parent in PARENTS:
        for name in (parent, f"{parent}.sft", f"{parent}.lora", f"{parent}.cpt"):
            yield from _evasions(name, states[name], parent)
        yield from _mechanical(parent, states)
    for parent in ("py0", "doc0"):
        hidden = derive.rotated(states[f"{parent}.vocab"], 5)
        yield Specimen(
            f"{parent}.vocab+rotation", hidden, parent, "vocabulary replaced and rotated"
        )


def _mechanical(parent: str, states: dict[str, State]) -> Iterator[Specimen]:
    base, tuned, sibling = states[parent], states[f"{parent}.sft"], states[f"{parent}.sib"]
    made = {
        ("fp16", "precision"): derive.cast(base, torch.float16),
        ("bf16", "precision"): derive.cast(tuned, torch.bfloat16),
        ("int8", "quantized"): derive.integers(tuned, 8, 32),
        ("int4", "quantized"): derive.integers(tuned, 4, 32),
        ("awq", "quantized"): derive.activation_aware(tuned, _activations(tuned, parent)),
        ("prune50", "pruned"): derive.pruned(tuned, 0.5),
        ("linear", "merged"): derive.mixed(tuned, sibling, 0.5),
        ("slerp", "merged"): derive.slerp(tuned, sibling),
        ("dare", "merged"): derive.dare(base, tuned, 3),
        ("moe", "experts"): derive.upcycled(tuned, 4),
        ("tokens", "vocabulary"): derive.more_tokens(tuned, 6),
        ("drop1", "layer surgery"): derive.relayered(tuned, [0, 1, 3]),
        ("drop2", "layer surgery"): derive.relayered(base, [0, 3]),
        ("grow", "layer surgery"): derive.relayered(tuned, [0, 1, 2, 1, 2, 3]),
        ("cpt.drop1", "layer surgery"): derive.relayered(states[f"{parent}.cpt"], [0, 2, 3]),
        ("narrow", "width"): derive.narrowed(base),
        ("sft.narrow", "width"): derive.narrowed(tuned),
    }
    for (how, group), state in made.items():
        yield Specimen(f"{parent}+{how}", state, parent, group)
    other = "doc1" if parent.startswith("doc") else "py3"
    for share in (50, 30, 10):
        state = derive.mixed(states[other], base, share / 100)
        yield Specimen(
            f"{other}*{parent}{share}", state, other, f"{share} % of a stranger", mixed_with=parent
        )


def _evasions(name: str, state: State, parent: str) -> Iterator[Specimen]:
    yield Specimen(f"{name}!fold", derive.folded(state), parent, "fold")
    yield Specimen(f"{name}!rescale", derive.rescaled(state, 1), parent, "rescale")
    yield Specimen(f"{name}!signs", derive.flipped(state, 2), parent, "signs")
    yield Specimen(f"{name}!perm", derive.permuted(state, 3), parent, "permutation")
    yield Specimen(f"{name}!rotate", derive.rotated(state, 4), parent, "rotation")


def _activations(state: State, parent: str) -> dict[str, torch.Tensor]:
    """Mean absolute output of each norm on real text."""
    model = load(state, Shape())
    kind = next(base.kind for base in BASES if base.name == parent)
    text = tokens(kind, pairs())[:2048].view(16, 128)
    seen: dict[str, torch.Tensor] = {}
    handles = []
    for name, part in model.named_modules():
        if f"{name}.weight" in derive.norms_of(state):
            handles.append(
                part.register_forward_hook(
                    lambda m, i, o, key=f"{name}.weight": seen.__setitem__(
                        key, o.abs().mean((0, 1))
                    )
                )
            )
    with torch.no_grad():
        model(text)
    for handle in handles:
        handle.remove()
    return seen
