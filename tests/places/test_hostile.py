"""Texts that are addresses of nothing, escapes, markup and formulas, in every field of every place
that a report may quote."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hub import HubFile, TestHub

from . import (
    Kaggle,
    KaggleModel,
    Mlflow,
    ModelScope,
    ModelScopeModel,
    ModelServer,
    OciRegistry,
    OllamaModel,
    OllamaRegistry,
    Version,
    gguf_head,
    kit,
    layer,
    vllm_row,
)

EVIL = "http://[\x1b[31mred]\x1b]0;t\x07<script>alert(1)</script>[x](javascript:1)|\u202e=1+1"
HEAD = {
    "general.architecture": "llama",
    "general.name": EVIL,
    "general.base_model.0.repo_url": EVIL,
}
Run = Callable[..., Any]


@pytest.fixture
def audited(lineage: Run) -> Iterator[Run]:
    """An audit of a model at each place that says such things in every field."""
    ollama = OllamaModel(
        "acme/evil:7b",
        gguf=HEAD,
        licence=(EVIL,),
        config={"model_family": EVIL, "base_name": EVIL, "remote_host": EVIL, "remote_model": EVIL},
        taken_from=EVIL,
    )
    scope = ModelScopeModel(
        "acme/evil",
        {
            "README.md": f"---\nbase_model: {json.dumps(EVIL)}\n---\n",
            "<b>.gguf": HubFile(gguf_head(HEAD)),
        },
        base_model=[EVIL],
        licence=EVIL,
        told={"Tags": [EVIL], "AigcType": EVIL},
    )
    adapter = json.dumps({"base_model_name_or_path": EVIL}).encode()
    kaggle = KaggleModel(
        "acme/evil/pyTorch/v",
        external=EVIL,
        description=EVIL,
        licence=EVIL,
        files={"adapter_config.json": adapter},
    )
    mlflow = Version(
        "evil",
        tags={"base_model": EVIL, EVIL: EVIL},
        description=EVIL,
        storage=f"{EVIL}/x",
        files={"MLmodel": json.dumps({"flavors": {"x": {"source_model_name": EVIL}}}).encode()},
    )
    image = kit(
        "acme/evil:1",
        {"package": {"license": EVIL}, "model": {"name": EVIL, "path": EVIL, "framework": EVIL}},
        layer("application/x", b"x", EVIL),
        notes={"org.opencontainers.image.base.name": EVIL, "com.acme.base_model": EVIL},
    )
    servers = {
        "HF_ENDPOINT": TestHub(),
        "LINEAGE_OLLAMA_REGISTRY": OllamaRegistry([ollama]),
        "MODELSCOPE_ENDPOINT": ModelScope([scope]),
        "KAGGLE_API_ENDPOINT": Kaggle([kaggle]),
        "MLFLOW_TRACKING_URI": Mlflow([mlflow]),
    }
    with ExitStack() as running:
        env = {variable: running.enter_context(one).url for variable, one in servers.items()}
        env["LINEAGE_OCI_INSECURE"] = "1"
        registry = running.enter_context(OciRegistry([image]))
        served = running.enter_context(ModelServer([vllm_row("ok", EVIL, EVIL)]))
        ids = ["ollama:acme/evil:7b", "modelscope:acme/evil", "kaggle:acme/evil/pyTorch/v"]
        ids += ["mlflow:evil/1", registry.id("acme/evil:1"), f"{served.url}/v1#ok"]
        yield lambda name: lineage("audit", "--full", "-v", "-f", name, *ids, env=env)


@pytest.mark.parametrize("name", ["text", "markdown", "html", "csv", "json"])
def test_no_text_of_a_place_gets_out_of_its_field(audited: Run, name: str) -> None:
    """Every model is judged, none passes, and no character that a terminal obeys is written."""
    ran = audited(name)
    assert ran.code == 3, ran.err
    written = ran.out + ran.err
    assert not [c for c in written if (ord(c) < 32 and c not in "\r\n\t") or c in "\x7f\u202e"]
    if name in ("markdown", "html"):
        assert "<script>alert" not in ran.out
    if name == "html":
        assert 'href="javascript' not in ran.out
    if name == "csv":
        cells = [cell for row in csv.reader(io.StringIO(ran.out)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
    if name == "json":
        targets = json.loads(ran.out)["targets"]
        assert [one["verdict"] for one in targets if one["verdict"] == "pass"] == []
        assert len(targets) == 6
