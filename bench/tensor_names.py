"""Are the right tensors found in architectures that nobody tuned the patterns for?

    pip install torch transformers==5.23.0 && PYTHONPATH=src python bench/tensor_names.py

Builds every text architecture of transformers in its default configuration, without memory for the
weights, and compares width, depth, final norm, layer norms, rows and embedding as found by name
with what the configuration says.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import transformers
from transformers import (
    CONFIG_MAPPING,
    MODEL_FOR_CAUSAL_LM_MAPPING,
    MODEL_FOR_MASKED_LM_MAPPING,
    AutoModel,
    AutoModelForCausalLM,
)

from lineage.core.errors import LineageError
from lineage.fingerprint.encodings import PLAIN
from lineage.fingerprint.profile import norm_keys
from lineage.fingerprint.roles import StackLayout, find_layout
from lineage.fingerprint.tensors import Tensor


class Names:
    """Names and shapes."""

    def __init__(self, shapes: dict[str, tuple[int, ...]]) -> None:
        self.shapes = shapes

    def names(self) -> Sequence[str]:
        return list(self.shapes)

    def tensor(self, name: str) -> Tensor:
        return Tensor(name, PLAIN["F32"], self.shapes[name], 0, 0)

    def numbers(self, name: str, first: int, count: int) -> Sequence[float]:
        raise NotImplementedError


def shapes_of(config: object) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        try:
            model = AutoModelForCausalLM.from_config(config)
        except (ValueError, TypeError, AttributeError, KeyError):
            model = AutoModel.from_config(config)
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def wrong(layout: StackLayout, config: object, shapes: dict[str, tuple[int, ...]]) -> list[str]:
    text = config.get_text_config()
    width = getattr(text, "hidden_size", None) or getattr(text, "d_model", None)
    middle = layout.layers // 2
    rows = [
        name
        for (role, layer), name in layout.rows.items()
        if layer == middle and shapes[name][-1] == layout.width
    ]
    checks = {
        f"width {layout.width}, not {width}": width in (None, layout.width),
        f"depth {layout.layers}, not {text.num_hidden_layers}": text.num_hidden_layers
        == layout.layers,
        "no final norm": layout.final is not None,
        "no layer norms": bool(norm_keys(layout)),
        "no rows": bool(rows),
        "no embedding": layout.embedding is not None,
    }
    return [why for why, good in checks.items() if not good]


def main() -> None:
    transformers.logging.set_verbosity_error()
    kinds = sorted(
        {
            c.model_type
            for mapping in (MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MASKED_LM_MAPPING)
            for c in mapping
        }
    )
    right = partly = failed = unbuilt = 0
    for kind in kinds:
        try:
            config = CONFIG_MAPPING[kind]()
            shapes = shapes_of(config)
        except Exception as problem:  # noqa: BLE001 - a default configuration that transformers itself cannot build
            unbuilt += 1
            print(f"{kind}: not built ({type(problem).__name__})")
            continue
        try:
            found = wrong(find_layout(Names(shapes), model_type=kind), config, shapes)
        except (LineageError, AttributeError) as problem:
            failed += 1
            print(f"{kind}: {problem}")
            continue
        right, partly = right + (not found), partly + bool(found)
        if found:
            print(f"{kind}: {'; '.join(found)}")
    print(
        f"{right} right, {partly} in part, {failed} not at all, {unbuilt} that transformers does not build from defaults"
    )


if __name__ == "__main__":
    main()
