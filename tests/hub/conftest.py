"""A Hub with a few models on it, and clients that are closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hub import HubModel, TestHub
from lineage.sources.hub.source import HubSource

TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"
NARROW = "hf_narrownarrownarrownarrow"

MODELS = (
    HubModel(
        "org/base",
        card={"license": "apache-2.0"},
        aliases=("oldorg/base",),
        files={
            "README.md": "# base\n",
            "config.json": '{"model_type": "qwen2"}',
            "model.safetensors": b"0123456789" * 100,
        },
        config={"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]},
        safetensors={"parameters": {"BF16": 7_000_000}, "total": 7_000_000},
        branches={"refs/pr/1": "b" * 40},
    ),
    HubModel("org/child", card={"base_model": "org/base", "self": "a key that breaks others"}),
    HubModel(
        "org/gated",
        gated="manual",
        readers=frozenset({TOKEN}),
        files={"config.json": "{}", "model.safetensors": b"w" * 50},
    ),
    HubModel("org/disabled", disabled=True, files={"config.json": "{}"}),
    HubModel(
        "org/private",
        private=True,
        readers=frozenset({TOKEN}),
        files={"config.json": '{"secret": 1}'},
    ),
    HubModel("legacy", aliases=()),
)


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """A Hub with one model of each kind; one full token and one narrow one."""
    with TestHub(
        [HubModel(**vars(model)) for model in MODELS], tokens={TOKEN: "full", NARROW: "narrow"}
    ) as running:
        yield running


@pytest.fixture
def client(hub: TestHub) -> Iterator[Callable[..., HubSource]]:
    """Make a client of the hub; anonymous, unless the test asks otherwise."""
    made: list[HubSource] = []

    def make(
        endpoint: str | None = None, token: str | bool | None = False, **options: Any
    ) -> HubSource:
        made.append(
            HubSource(endpoint or hub.url, token, **{"timeout": 10.0, "backoff": 0.005, **options})
        )
        return made[-1]

    yield make
    for source in made:
        source.close()
