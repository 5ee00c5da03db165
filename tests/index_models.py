"""A small hub with a base, a chain, a quantization in other letter case, a merge and an adapter."""

from __future__ import annotations

from datetime import datetime, timezone

from hub import HubModel

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


def model(name: str, base: object = None, day: int = 1, **more: object) -> HubModel:
    """A model made on a day of January 2025."""
    card = {"base_model": base, "license": "mit"} if base is not None else {"license": "mit"}
    made = f"2025-01-{day:02d}T00:00:00.000Z"
    return HubModel(name, card=card, created_at=made, last_modified=made, **more)  # type: ignore[arg-type]


MODELS = (
    model("acme/base-7b", day=1, downloads=1000),
    model("acme/base-7b-instruct", "acme/base-7b", day=2, downloads=500),
    model(
        "quant/base-7b-instruct-gguf",
        "ACME/Base-7B-Instruct",
        day=3,
        files={"m.gguf": b""},
        tags=["gguf"],
    ),
    model("other/root", day=4),
    model("mixer/merge", ["acme/base-7b-instruct", "other/root"], day=5),
    model("ours/product", "mixer/merge", day=6, downloads=7),
    model("ours/adapter", "acme/base-7b", day=7, library="peft"),
    model("lone/model", day=8),
)
