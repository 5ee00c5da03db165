"""The servers behind the examples of docs/places.md: a Hub, Ollama's registry with the tag that is
on record, ModelScope with a chain, a container registry with three kits, Kaggle, an MLflow server,
and a vLLM server with an adapter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hub import HubFile, HubModel, TestHub

from .kaggle import Kaggle, KaggleModel
from .mlflow import RUN, Mlflow, Version
from .modelscope import ModelScope, ModelScopeModel, readme
from .oci import Artefact, OciRegistry, archive, kit, layer
from .ollama import OllamaModel, OllamaRegistry, gguf_head
from .recorded import DEEPSEEK_R1_8B
from .served import ModelServer, vllm_row

_DISTILL, _QWEN = "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", "Qwen/Qwen2.5-7B-Instruct"
_MODELS = {
    _DISTILL: {"license": "mit"},
    "deepseek-ai/DeepSeek-R1-0528": {"license": "mit"},
    "deepseek-ai/DeepSeek-V3-Base": {"license": "mit"},
    "Qwen/Qwen3-8B-Base": {"license": "apache-2.0"},
    _QWEN: {"license": "apache-2.0", "base_model": "Qwen/Qwen2.5-7B"},
    "Qwen/Qwen2.5-7B": {"license": "apache-2.0"},
    "acme/sql-lora": {"license": "apache-2.0", "base_model": _QWEN},
}


_HEAD = (2).to_bytes(8, "little") + b"{}"
"""Of a safetensors file without a word about itself."""
_NOVA = HubFile(gguf_head({"general.architecture": "qwen2"}), 4_683_074_240, lfs=True)
"""One file, in a repository and in a tag that says nothing of it."""


def variation() -> KaggleModel:
    """A variation whose publisher declares a base outside Kaggle."""
    return KaggleModel(
        "acme/support/transformers/support-7b",
        external=f"https://huggingface.co/{_QWEN}",
        description="# Support\nAnswers customers.",
        files={
            "config.json": b'{"model_type": "qwen2"}',
            "model.safetensors": HubFile(_HEAD, 15_231_233_024),
        },
    )


def logged() -> Version:
    """A version with an adapter that MLflow's flavour of transformers logged."""
    flavour = f"""flavors:
  transformers:
    source_model_name: {_QWEN}
    peft_adaptor: peft
mlflow_version: 3.17.2
"""
    base = json.dumps({"base_model_name_or_path": _QWEN}).encode()
    files = {
        "MLmodel": flavour.encode(),
        "peft/adapter_config.json": base,
        "peft/adapter_model.safetensors": HubFile(_HEAD, 161_533_192),
    }
    return Version("sql-bot", 2, f"runs:/{RUN}/model", files, aliases=("champion",))


def kits() -> list[Artefact]:
    """Three in a chain: an application on an adapter on quantized weights, whose card names their
    base."""
    kind = "application/vnd.kitops.modelkit."
    head = gguf_head({"general.architecture": "qwen2"}, 100_000)
    weights = HubFile(archive({"qwen.gguf": head})[: 512 + len(head)], 4_683_074_240)
    card = f"---\nlicense: apache-2.0\nbase_model: {_QWEN}\n---\n# Quantized\n"
    adapter = {"model": {"path": "{host}/acme/base:1", "parts": [{"path": "./a", "type": "lora"}]}}
    return [
        kit("acme/support:3", {"model": {"path": "{host}/acme/tuned:2"}}),
        kit("acme/tuned:2", adapter),
        kit(
            "acme/base:1",
            {"model": {"name": "base", "path": "./qwen.gguf"}},
            layer(f"{kind}model.v1.tar", weights, "qwen.gguf"),
            layer(
                f"{kind}docs.v1.tar+gzip", archive({"README.md": card}, packed=True), "README.md"
            ),
        ),
    ]


def scope_chain() -> list[ModelScopeModel]:
    """A fine-tune whose card names a model of ModelScope, down to the root."""
    head = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    weights = HubFile(len(head).to_bytes(8, "little") + head, 15_231_271_864)
    root = "Qwen/Qwen2.5-7B"
    tuned = {
        "README.md": readme(base_model=[_QWEN], license="apache-2.0"),
        "config.json": '{"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"}',
        "configuration.json": '{"framework": "pytorch", "task": "text-generation"}',
        "model.safetensors": weights,
    }
    card = readme(base_model=root, license="apache-2.0")
    return [
        ModelScopeModel("acme/support-7b", tuned, base_model=[_QWEN]),
        ModelScopeModel(_QWEN, {"README.md": card, "config.json": tuned["config.json"]}),
        ModelScopeModel(root, {"README.md": readme(license="apache-2.0")}),
    ]


@contextmanager
def servers() -> Iterator[tuple[dict[str, str], Mapping[str, str]]]:
    """The environment that leads to them, and by the address that the page shows the real one."""
    rows = [vllm_row("chat", _QWEN), vllm_row("sql-lora", "acme/sql-lora", "chat")]
    models = [HubModel(name, card=card) for name, card in _MODELS.items()]
    twin = {"license": "apache-2.0", "base_model": _QWEN}
    models.append(HubModel("acme/nova-GGUF", card=twin, files={"nova-q4_k_m.gguf": _NOVA}))
    nova = OllamaModel("acme/nova:7b", gguf={"general.architecture": "qwen2"}, size=_NOVA.length)
    with (
        TestHub(models) as hub,
        OllamaRegistry([DEEPSEEK_R1_8B, nova]) as registry,
        ModelServer(rows) as server,
        OciRegistry(kits(), scheme="Bearer") as containers,
        ModelScope(scope_chain()) as scope,
        Kaggle([variation()]) as kaggle,
        Mlflow([logged()]) as mlflow,
    ):
        env = {
            "HF_ENDPOINT": hub.url,
            "LINEAGE_OLLAMA_REGISTRY": registry.url,
            "LINEAGE_OCI_INSECURE": "1",
            "MODELSCOPE_ENDPOINT": scope.url,
            "KAGGLE_API_ENDPOINT": kaggle.url,
            "MLFLOW_TRACKING_URI": mlflow.url,
        }
        # As many digits as the real ports have, so that columns stay in line.
        shown = {
            "127.0.0.1:18000": server.url,
            "127.0.0.1:18080": hub.url,
            "127.0.0.1:15000": containers.url,
        }
        yield env, {known: url.removeprefix("http://") for known, url in shown.items()}
