"""What an audit of a model outside the Hub costs: calls and bytes at each place.

    python bench/places_cost.py

Counted at the test servers, of whole audits without a cache: every body that was sent, and beside
it the size of the weights. Nothing leaves this machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tabulate import tabulate

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hub import HubFile, HubModel, TestHub, TestServer
from lineage.sources.places import PlaceAccess
from lineage.workflows.audit import audit
from lineage.workflows.options import HubAccess, Options
from places import (
    DEEPSEEK_R1_8B,
    Kaggle,
    Mlflow,
    ModelScope,
    ModelServer,
    OciRegistry,
    OllamaDaemon,
    OllamaRegistry,
    docker_model,
    gguf_head,
    layer,
    row,
    vllm_row,
)
from places.examples import kits, logged, scope_chain, variation

QWEN = "Qwen/Qwen2.5-7B-Instruct"
TAG = f"ollama:{DEEPSEEK_R1_8B.name}"
SGLANG = {"/get_model_info": {"model_path": QWEN, "tokenizer_path": QWEN}}
HEAD = gguf_head({"general.base_model.0.repo_url": f"https://huggingface.co/{QWEN}"}, 1 << 18)
DOCKER = docker_model(
    "ai/tuned:latest",
    {"config": {"format": "gguf", "architecture": "qwen2"}},
    layer("application/vnd.docker.ai.gguf.v3", HubFile(HEAD, 4_683_074_240)),
    layer("application/vnd.docker.ai.license", b"Apache License\n" * 700),
)
CASES: dict[str, tuple[Callable[[], TestServer], Callable[[str], tuple[str, PlaceAccess]], str]] = {
    "Ollama's registry": (
        lambda: OllamaRegistry([DEEPSEEK_R1_8B]),
        lambda url: (TAG, PlaceAccess(ollama_registry=url)),
        f"{DEEPSEEK_R1_8B.size:,}",
    ),
    "a running Ollama": (
        lambda: OllamaDaemon([DEEPSEEK_R1_8B]),
        lambda url: (TAG, PlaceAccess(ollama=url)),
        f"{DEEPSEEK_R1_8B.size:,}",
    ),
    "three models of ModelScope": (
        lambda: ModelScope(scope_chain()),
        lambda url: ("modelscope:acme/support-7b", PlaceAccess(modelscope=url)),
        "15,231,271,864",
    ),
    "three kits in a container registry, with tokens": (
        lambda: OciRegistry(kits(), scheme="Bearer"),
        lambda url: (
            f"oci://{url[7:]}/acme/support:3",
            PlaceAccess(registries=(url[7:],), is_insecure=True),
        ),
        f"{kits()[2].layers[0][1].length:,}",
    ),
    "a model of Docker Hub, with tokens": (
        lambda: OciRegistry([DOCKER], scheme="Bearer"),
        lambda url: ("docker:ai/tuned", PlaceAccess(docker_registry=url)),
        f"{DOCKER.layers[0][1].length:,}",
    ),
    "Kaggle": (
        lambda: Kaggle([variation()]),
        lambda url: (f"kaggle:{variation().name}", PlaceAccess(kaggle=url)),
        f"{variation().files['model.safetensors'].length:,}",
    ),
    "an MLflow registry, an adapter": (
        lambda: Mlflow([logged()]),
        lambda url: ("mlflow:sql-bot@champion", PlaceAccess(mlflow=url)),
        f"{logged().files['peft/adapter_model.safetensors'].length:,}",
    ),
    "vLLM, an adapter": (
        lambda: ModelServer([vllm_row("chat", QWEN), vllm_row("mine", "/srv/mine", "chat")]),
        lambda url: (f"{url}/v1#mine", PlaceAccess()),
        "",
    ),
    "SGLang": (
        lambda: ModelServer([row("chat", "sglang")], SGLANG),
        lambda url: (f"{url}/v1", PlaceAccess()),
        "",
    ),
    "a server that tells only a name": (
        lambda: ModelServer([row("chat", "somebody")]),
        lambda url: (f"{url}/v1", PlaceAccess()),
        "",
    ),
}


def cost(case: str) -> tuple[str, int, int, str]:
    """One whole audit: calls at the place, bytes that it sent, bytes of the weights."""
    make, ask, weights = CASES[case]
    models = [HubModel(QWEN), HubModel("deepseek-ai/DeepSeek-R1-0528-Qwen3-8B")]
    with make() as server, TestHub(models) as hub:
        target, places = ask(server.url)
        report = audit(target, Options(hub=HubAccess(hub.url), places=places))
        assert str(report.targets[0].graph.nodes[report.targets[0].model].status) == "resolved"
        return case, len(server.calls), server.sent, weights


def main() -> None:
    """Print one table."""
    heads = ["place", "calls", "bytes", "bytes of the weights"]
    print(tabulate([cost(case) for case in CASES], heads, tablefmt="github", intfmt=","))


if __name__ == "__main__":
    main()
