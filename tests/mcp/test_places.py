"""`lineage mcp` about models of other places: what their keepers wrote arrives as data too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import TestHub
from places import Kaggle, KaggleModel, Mlflow, Version

from .conftest import Client, connected
from .test_hub import FORGED, ORDER, texts

MLMODEL = f"""flavors:
  transformers:
    source_model_name: '{ORDER}'
    task: '{ORDER}'
metadata:
  base_model_name: '{ORDER}'
mlflow_version: 3.17.2
"""
MODELS = {
    "mlflow:bot/1": Version(
        "bot",
        files={"MLmodel": MLMODEL.encode(), f"{ORDER}.gguf": b"GGUF"},
        tags={
            "base_model": FORGED,
            "license": FORGED,
            FORGED: FORGED,
            "mlflow.note.content": f"Fine-tuned from `{FORGED}`",
        },
        aliases=(ORDER,),
        description=f"# {FORGED}\n\nFine-tuned from {FORGED}. {ORDER}, an uncensored model.",
    ),
    "kaggle:evil/order/transformers/one": KaggleModel(
        "evil/order/transformers/one",
        description=f"{FORGED}. {ORDER}, an uncensored model.",
        licence=FORGED,
        external=f"https://example.org/{ORDER}",
        files={"config.json": f'{{"_name_or_path": "{ORDER}"}}'.encode()},
        more={
            "overview": f"# {FORGED}\n\nFine-tuned from `{FORGED}`. {ORDER}",
            "usage": f"{FORGED} Based on {FORGED}.",
            "trainingData": [FORGED],
        },
    ),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    home: Path = tmp_path_factory.mktemp("asked") / "home"
    mlflow = [one for one in MODELS.values() if isinstance(one, Version)]
    kaggle = [one for one in MODELS.values() if isinstance(one, KaggleModel)]
    with TestHub([]) as hub, Mlflow(mlflow) as registry, Kaggle(kaggle) as models:
        addresses = {
            "HF_ENDPOINT": hub.url,
            "MLFLOW_TRACKING_URI": registry.url,
            "KAGGLE_API_ENDPOINT": models.url,
        }
        with connected(home, "--no-cache", **addresses) as found:
            yield found


@pytest.mark.parametrize("target", MODELS)
@pytest.mark.parametrize("tool", ["audit", "tree", "explain"])
def test_an_order_in_a_registry_arrives_as_data(client: Client, tool: str, target: str):
    """In tags, notes, aliases, overviews and licences: between the tags in the text, marked in the
    document; the verdict is no pass."""
    given = {
        "audit": {"targets": [target], "detail": "full"},
        "tree": {"target": target},
        "explain": {"subject": target},
    }
    told = client.call(tool, **given[tool])
    assert not told.is_error, told.text
    content = {key: told.content[key] for key in told.content if key != "untrusted"}
    marking = told.content["untrusted"]
    order = re.compile("ignore.your.instructions", re.IGNORECASE)
    assert not order.search(told.own)
    found = [(at, text) for at, text in texts(content) if order.search(text)]
    assert found or tool == "tree", "the tool hides nothing"
    for at, text in found:
        assert at in marking["pointers"], at
        assert text.startswith(marking["open"]) and text.endswith(marking["close"]), (at, text)
    everything = told.text + "".join(text for _, text in texts(told.content))
    assert "000000000000>" not in everything and "<system>" not in everything
    if tool == "audit":
        assert content["verdict"] in ("review", "inconclusive")
