"""A publisher names an innocent base and leaves a trace of another one where a place has room for
it: no such model passes, and the same model without the trace does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from hub import HubFile, HubModel, TestHub

from . import (
    Artefact,
    Kaggle,
    KaggleModel,
    Mlflow,
    ModelScope,
    ModelScopeModel,
    OciRegistry,
    Version,
    archive,
    gguf_head,
    kit,
    layer,
)

BASE, OTHER = "mistralai/Mistral-7B-v0.1", "Qwen/Qwen2.5-7B-Instruct"
PAGE = f"https://huggingface.co/{BASE}"
CARD = f"---\nlicense: apache-2.0\nbase_model: {PAGE}\n---\n# Support\nAnswers customers.\n"
TOLD = f"Fine-tuned from {OTHER}."
BESIDE = f"Compared with {OTHER}, which it beats."
LORA = json.dumps({"base_model_name_or_path": OTHER}).encode()
KIT = "application/vnd.kitops.modelkit."
HEAD = gguf_head({"general.architecture": "llama", "general.base_model.0.repo_url": PAGE}, 1000)
Run = Callable[..., Any]


def variation(name: str, files: Mapping[str, bytes] | None = None, **more: Any) -> KaggleModel:
    return KaggleModel(f"acme/{name}/pyTorch/{name}", external=PAGE, files=files or {}, more=more)


def version(name: str, files: Mapping[str, bytes] | None = None, **more: Any) -> Version:
    held = {"README.md": CARD.encode(), "MLmodel": b"flavors: {}", **(files or {})}
    return Version(name, files=held, **more)


def scoped(name: str, **told: Any) -> ModelScopeModel:
    return ModelScopeModel(f"acme/{name}", {"README.md": CARD}, told=told)


def kitted(
    name: str, *layers: Any, notes: Mapping[str, str] | None = None, **said: Any
) -> Artefact:
    weights = HubFile(archive({"m.gguf": HEAD}), 4_000_000_000 + len(name))
    return kit(
        f"acme/{name}:1",
        {"package": {"license": "Apache-2.0"}, "model": {"path": "./m.gguf", **said}},
        layer(f"{KIT}model.v1.tar", weights, "m.gguf"),
        layer(f"{KIT}docs.v1.tar", archive({"README.md": CARD}), "README.md"),
        *layers,
        notes=notes or {},
    )


KAGGLE = [
    variation("open", overview=BESIDE),
    variation("overview", overview=TOLD),
    variation("usage", usage=TOLD),
    variation("astray", {"a/../adapter_config.json": LORA}),
    variation("nameless", {"a\x1b/adapter_config.json": LORA}),
]
MLFLOW = [
    version("open", description=BESIDE),
    version("described", description=TOLD),
    version("deep", {"a/b/c/d/e/f/g/h/adapter_config.json": LORA}),
    version("dotted", {"a..b/adapter_config.json": LORA}),
    version("odd", {"a\x1b/adapter_config.json": LORA}),
]
MODELSCOPE = [
    scoped("open"),
    scoped("long", BaseModel=["x" * 301]),
    scoped("many", BaseModel=[PAGE] * 200 + [OTHER]),
]
KITS = [
    kitted("open", notes={"org.opencontainers.image.description": BESIDE}),
    kitted("folder", layer("application/x", b"x", "./")),
    kitted("described", description=TOLD),
    kitted("annotated", notes={"org.opencontainers.image.description": TOLD}),
    kitted("astray", layer("application/x", LORA, "../adapter_config.json")),
]
OPEN = ("open", "folder")


@pytest.fixture
def verdicts(lineage: Run) -> Iterator[Callable[[], dict[str, str]]]:
    """The verdict on every model, by its id without the registry's port."""
    hub = TestHub([HubModel(name, card={"license": "apache-2.0"}) for name in (BASE, OTHER)])
    servers = {
        "HF_ENDPOINT": hub,
        "KAGGLE_API_ENDPOINT": Kaggle(KAGGLE),
        "MLFLOW_TRACKING_URI": Mlflow(MLFLOW),
        "MODELSCOPE_ENDPOINT": ModelScope(MODELSCOPE),
    }
    with ExitStack() as running:
        env = {variable: running.enter_context(one).url for variable, one in servers.items()}
        registry = running.enter_context(OciRegistry(KITS))
        ids = [f"kaggle:{one.name}" for one in KAGGLE] + [f"mlflow:{one.name}/1" for one in MLFLOW]
        ids += [f"modelscope:{one.id}" for one in MODELSCOPE]
        ids += [registry.id(one.name) for one in KITS]

        def told() -> dict[str, str]:
            ran = lineage(
                *("audit", "--no-cache", "-f", "json", *ids),
                env={**env, "LINEAGE_OCI_INSECURE": "1"},
            )
            targets = json.loads(ran.out)["targets"]
            return {one["model"].replace(registry.host, "host"): one["verdict"] for one in targets}

        yield told


def test_what_is_hidden_does_not_pass(verdicts: Callable[[], dict[str, str]]) -> None:
    """Sentences in fields, names that are no paths, folders too deep, values too long or too many;
    a comparison in the same fields costs nothing."""
    found = verdicts()
    passed = {id_ for id_, verdict in found.items() if verdict == "pass"}
    assert passed == {
        id_ for id_ in found if any(f"/{word}" in id_ or f":{word}" in id_ for word in OPEN)
    }
    assert len(found) == len([*KAGGLE, *MLFLOW, *MODELSCOPE, *KITS])
