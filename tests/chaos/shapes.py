"""What is audited in a chaos run: small hubs whose answer is known while nothing is wrong, and how
the command line is asked about them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub import HubFile, HubModel, TestServer
from places import (
    DEEPSEEK_R1_8B,
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
    archive,
    docker_model,
    gguf_head,
    kit,
    layer,
    readme,
    row,
    vllm_row,
)

TOKEN = "hf_chaosSecretThatMustNeverShowUpAnywhere"
KEY = "sk-chaosKeyOfOneServerAndOfNobodyElse"
"""Of the running server; no other may see it."""
SCOPE = "ms-chaosTokenOfModelScopeAndOfNobodyElse"
LOGIN = "chaos:passwordOfOneRegistryAndOfNobodyElse"
"""Of the container registry."""
KAGGLE, MLFLOW = "kgat-chaosTokenOfKaggleAndOfNobody", "mlf-chaosTokenOfMlflowAndOfNobody"
DENY = """extends = ["default"]
[rules.foundation-jurisdiction]
level = "fail"
jurisdictions = ["CN"]
[rules.trainer-jurisdiction]
level = "fail"
jurisdictions = ["CN"]
"""
_QWEN, _MISTRAL, _LLAMA = "Qwen/Qwen2.5-7B", "mistralai/Mistral-7B-v0.1", "meta-llama/Llama-3.1-8B"


@dataclass(frozen=True)
class Shape:
    """One kind of lineage."""

    name: str
    models: Callable[[], list[HubModel]]
    targets: tuple[str, ...]
    steps: Mapping[str, tuple[str, str]]
    """Name of a step to the server and a regular expression of the calls in it. The server is
    `hub` or `cdn`, or one of `places`, with `-cdn` behind it where its large files lie."""
    policy: str = DENY
    files: Mapping[str, str] = field(default_factory=dict)
    """Written into the working folder."""
    command: tuple[str, ...] = ("audit",)
    """With `check` the targets are what the code in the folder uses."""
    places: Callable[[], Mapping[str, TestServer]] = dict
    """Servers outside the Hub: `kaggle`, `mlflow` and `modelscope`, `ollama` and `docker`,
    registries, `server`, whose address stands
    for `{server}` in the targets, and `registry`, whose host stands for `{registry}`."""


def _record(name: str) -> tuple[str, str]:
    return "hub", rf"/api/models/{name}(\?|$)"


def _file(name: str, path: str) -> tuple[str, str]:
    return "hub", rf"^/{name}/resolve/.*{path}"


_ALL = ("hub", "")
_HOP = ("hub", "/api/resolve-cache/")


def _roots() -> list[HubModel]:
    return [
        HubModel(name, card={"license": "apache-2.0"}, files={"README.md": "# A base\n"})
        for name in (_QWEN, _MISTRAL, _LLAMA)
    ]


def _readme(text: str, base: str = "") -> str:
    return f"---\nlicense: apache-2.0\n{f'base_model: {base}' if base else ''}\n---\n# Model\n\n{text}\n"


def _tune(name: str, base: str, kind: str = "qwen2", **more: object) -> HubModel:
    files = {
        "README.md": _readme("A model.", base),
        "config.json": json.dumps({"model_type": kind}),
    }
    return HubModel(name, card={"base_model": base, "license": "apache-2.0"}, files=files, **more)  # type: ignore[arg-type]


def _chain() -> list[HubModel]:
    return [
        *_roots(),
        _tune("chaos/top", "chaos/middle"),
        _tune("chaos/middle", "chaos/low"),
        _tune("chaos/low", _QWEN),
    ]


def _clean() -> list[HubModel]:
    return [
        *_roots(),
        _tune("chaos/clean", "chaos/mid", "mistral"),
        _tune("chaos/mid", _MISTRAL, "mistral"),
    ]


def _watched() -> list[HubModel]:
    return [*_roots(), _tune("chaos/watched", _QWEN)]


def _merge() -> list[HubModel]:
    bases = ["chaos/left", "chaos/right", _LLAMA]
    merged = HubModel(
        "chaos/merge",
        card={"base_model": bases, "license": "apache-2.0", "tags": ["merge"]},
        files={"README.md": _readme("A merge.")},
    )
    return [
        *_roots(),
        merged,
        _tune("chaos/left", _MISTRAL, "mistral"),
        _tune("chaos/right", _QWEN),
    ]


def _prose() -> list[HubModel]:
    """The card declares one base; only its text names the other."""
    said = _readme(
        f"This model is a fine-tuned version of [{_QWEN}](https://huggingface.co/{_QWEN}) on our data.",
        _MISTRAL,
    )
    silent = _readme(
        f"This model is a fine-tuned version of [{_QWEN}](https://huggingface.co/{_QWEN}) on our data."
    )
    return [
        *_roots(),
        HubModel(
            "chaos/two-faced",
            card={"base_model": _MISTRAL, "license": "apache-2.0"},
            files={"README.md": said},
        ),
        HubModel("chaos/silent", card={"license": "apache-2.0"}, files={"README.md": silent}),
    ]


def _adapter() -> list[HubModel]:
    config = json.dumps({"base_model_name_or_path": _QWEN, "peft_type": "LORA"})
    files = {
        "README.md": _readme("An adapter."),
        "adapter_config.json": config,
        "adapter_model.safetensors": b"\0" * 64,
    }
    return [
        *_roots(),
        HubModel("chaos/adapter", card={"license": "apache-2.0"}, files=files, library="peft"),
    ]


def _gguf_text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def _gguf() -> list[HubModel]:
    """The base stands in the header of a file that lies at the CDN, and nowhere else."""
    pairs = {
        "general.architecture": "qwen2",
        "general.base_model.0.repo_url": f"https://huggingface.co/{_QWEN}",
    }
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs))
    head += b"".join(
        _gguf_text(key) + struct.pack("<I", 8) + _gguf_text(value) for key, value in pairs.items()
    )
    files = {"README.md": _readme("Quantized."), "weights.gguf": head + bytes(4096)}
    return [
        *_roots(),
        HubModel("chaos/quantized", card={"license": "apache-2.0"}, files=files, library="gguf"),
    ]


def _gated() -> list[HubModel]:
    shut = HubModel(
        "chaos/shut",
        gated="manual",
        card={"base_model": _QWEN},
        files={"README.md": _readme("Shut."), "config.json": "{}"},
    )
    return [*_roots(), _tune("chaos/open", "chaos/shut"), shut]


def _private() -> list[HubModel]:
    mine = HubModel(
        "chaos/private",
        card={"base_model": _QWEN},
        private=True,
        readers=frozenset({TOKEN}),
        files={"README.md": _readme("Mine.", _QWEN)},
    )
    return [*_roots(), mine]


def _renamed() -> list[HubModel]:
    return [
        *_roots(),
        _tune("chaos/child", "old-chaos/parent"),
        _tune("chaos/parent", _QWEN, aliases=("old-chaos/parent",)),
    ]


def _ollama_hub() -> list[HubModel]:
    distill = "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B"
    base = HubModel("Qwen/Qwen3-8B-Base", card={"license": "apache-2.0"})
    return [*_roots(), base, _tune(distill, base.id, "qwen3")]


def _ollama_registry() -> Mapping[str, TestServer]:
    """A tag of the library, and one whose base stands in the head of its weights alone."""
    head = {
        "general.architecture": "qwen2",
        "general.base_model.0.repo_url": f"https://huggingface.co/{_QWEN}",
    }
    tuned = OllamaModel("acme/tuned:7b", gguf=head, licence=("MIT License\n",))
    taken = OllamaModel("acme/mine:1", taken_from="acme/tuned:7b")
    return {"ollama": OllamaRegistry([DEEPSEEK_R1_8B, tuned, taken])}


def _vllm() -> Mapping[str, TestServer]:
    rows = [vllm_row("chat", _QWEN), vllm_row("sql-lora", "chaos/adapter", "chat")]
    return {"server": ModelServer(rows)}


def _sglang() -> Mapping[str, TestServer]:
    """Its name tells a harmless model; what it answers with, another."""
    told = {"/get_model_info": {"model_path": _QWEN, "tokenizer_path": _QWEN}}
    return {"server": ModelServer([row(_MISTRAL, "sglang", root=_MISTRAL)], told)}


def _kits() -> Mapping[str, TestServer]:
    """Three in a chain, the middle one private; the base stands in the card of the last alone."""
    kind = "application/vnd.kitops.modelkit."
    docs = archive({"README.md": _readme("A kit.", _QWEN)}, packed=True)
    kits = [
        kit("acme/top:1", {"model": {"path": "{host}/acme/middle:1"}}),
        kit("acme/middle:1", {"model": {"path": "{host}/acme/base:1"}}, is_private=True),
        kit("acme/base:1", {"model": {"path": "./m"}}, layer(f"{kind}docs.v1.tar+gzip", docs)),
    ]
    return {"registry": OciRegistry(kits, scheme="Bearer", login=LOGIN)}


def _docker() -> Mapping[str, TestServer]:
    """The base stands in the head of the weights alone."""
    head = gguf_head({"general.base_model.0.repo_url": f"https://huggingface.co/{_QWEN}"})
    weights = layer("application/vnd.docker.ai.gguf.v3", HubFile(head, 5_000_000_000))
    return {"docker": OciRegistry([docker_model("ai/tuned:1", {}, weights)])}


_SILENT = "Aratako/Irodori-TTS-v4.1-Small"
"""A pair of the table of names whose repository no citation tells the origin of."""


def _scope_hub() -> list[HubModel]:
    silent = HubModel(
        _SILENT, card={"license": "apache-2.0"}, files={"README.md": _readme("A voice.")}
    )
    return [*_roots(), silent]


def _scope() -> Mapping[str, TestServer]:
    """A chain whose root a cited pair has on the Hub, and a model that is silent there."""
    weights = HubFile(b"\0" * 64, 5_000_000_000)
    files = {"README.md": readme(base_model=["chaos/base"]), "model.safetensors": weights}
    models = [
        ModelScopeModel("chaos/top", files),
        ModelScopeModel("chaos/base", {"config.json": "{}"}, base_model=[_QWEN]),
        ModelScopeModel(_QWEN, {"README.md": readme()}),
        ModelScopeModel(_SILENT, {"README.md": readme(base_model=[_QWEN])}),
    ]
    return {"modelscope": ModelScope(models)}


_SCOPE_STEPS = {
    "description": ("modelscope", r"/models/[^/]+/[^/?]+$"),
    "commit": ("modelscope", "/commits"),
    "file list": ("modelscope", "/repo/files"),
    "card": ("modelscope", "README"),
    "everything": ("modelscope", ""),
}


def _kaggle() -> Mapping[str, TestServer]:
    """A private variation of a variation, whose base on the Hub its publisher declares."""
    rest = {"README.md": _readme("A model.").encode()}
    tuned = KaggleModel(
        "acme/chat/gguf/tuned", base="acme/chat/pyTorch/plain", files=rest, is_private=True
    )
    plain = KaggleModel("acme/chat/pyTorch/plain", external=f"https://huggingface.co/{_QWEN}")
    return {"kaggle": Kaggle([tuned, plain])}


def _mlflow() -> Mapping[str, TestServer]:
    """A copied version; the base stands in the flavour of the one that it was copied from."""
    flavour = f"flavors:\n  transformers:\n    source_model_name: {_QWEN}\n"
    logged = Version("bot", files={"MLmodel": flavour.encode()})
    copied = Version("live", source="models:/bot/1")
    return {"mlflow": Mlflow([logged, copied], key=f"Bearer {MLFLOW}")}


SHAPES: tuple[Shape, ...] = (
    Shape(
        "ModelScope chain",
        _scope_hub,
        ("modelscope:chaos/top",),
        {
            **_SCOPE_STEPS,
            "description underneath": ("modelscope", "/chaos/base$"),
            "ModelScope's CDN": ("modelscope-cdn", ""),
            "root record": _record(_QWEN),
        },
        places=_scope,
    ),
    Shape("ModelScope twin", _scope_hub, (_SILENT,), _SCOPE_STEPS, places=_scope),
    Shape(
        "ModelScope twin by default",
        _scope_hub,
        (_SILENT,),
        _SCOPE_STEPS,
        policy="",
        places=_scope,
    ),
    Shape(
        "variation on Kaggle",
        _roots,
        ("kaggle:acme/chat/gguf/tuned",),
        {
            "variation": ("kaggle", "/tuned/get"),
            "variation underneath": ("kaggle", "/plain/get"),
            "description": ("kaggle", "/chat/get"),
            "list of files": ("kaggle", "/files"),
            "Kaggle's CDN": ("kaggle-cdn", ""),
            "everything": ("kaggle", ""),
        },
        places=_kaggle,
    ),
    Shape(
        "version in MLflow",
        _roots,
        ("models:/live/1",),
        {
            "version": ("mlflow", "name=live&version"),
            "version underneath": ("mlflow", "name=bot&version"),
            "where its files lie": ("mlflow", "logged-models|get-download-uri"),
            "list of files": ("mlflow", "artifacts.path="),
            "file": ("mlflow", "/MLmodel"),
            "everything": ("mlflow", ""),
        },
        places=_mlflow,
    ),
    Shape(
        "chain of kits",
        _roots,
        ("oci://{registry}/acme/top:1",),
        {
            "manifest": ("registry", "/top/manifests/"),
            "manifest underneath": ("registry", "/(middle|base)/manifests/"),
            "token": ("registry", "/token"),
            "blobs": ("registry", "/blobs/"),
            "registry's CDN": ("registry-cdn", ""),
            "record on the Hub": _record(_QWEN),
            "everything": ("registry", ""),
        },
        places=_kits,
    ),
    Shape(
        "Docker's model",
        _roots,
        ("docker:ai/tuned:1",),
        {
            "manifest": ("docker", "/manifests/"),
            "blobs": ("docker", "/blobs/"),
            "Docker Hub's CDN": ("docker-cdn", ""),
            "everything": ("docker", ""),
        },
        places=_docker,
    ),
    Shape(
        "Ollama tag",
        _ollama_hub,
        ("ollama:deepseek-r1:8b",),
        {
            "manifest": ("ollama", "/manifests/8b"),
            "blobs": ("ollama", "/blobs/"),
            "Ollama's CDN": ("ollama-cdn", ""),
            "record on the Hub": _record("deepseek-ai/.*"),
            "everything": ("ollama", ""),
        },
        places=_ollama_registry,
    ),
    Shape(
        "Ollama GGUF",
        _ollama_hub,
        ("ollama:acme/mine:1",),
        {
            "manifest": ("ollama", "/mine/manifests/"),
            "manifest underneath": ("ollama", "/tuned/manifests/"),
            "blobs": ("ollama", "/blobs/"),
            "Ollama's CDN": ("ollama-cdn", ""),
            "everything": ("ollama", ""),
        },
        places=_ollama_registry,
    ),
    Shape(
        "vLLM adapter",
        _adapter,
        ("{server}/v1#sql-lora",),
        {
            "list": ("server", "/v1/models"),
            "record on the Hub": _record("chaos/adapter"),
            "root record": _record(_QWEN),
        },
        places=_vllm,
    ),
    Shape(
        "SGLang alias",
        _chain,
        ("{server}/v1",),
        {"list": ("server", "/v1/models"), "weights": ("server", "/get_model_info")},
        places=_sglang,
    ),
    Shape(
        "chain",
        _chain,
        ("chaos/top",),
        {
            "target record": _record("chaos/top"),
            "ancestor record": _record("chaos/(middle|low)"),
            "root record": _record(_QWEN),
            "README": _file("chaos/.*", "README"),
            "config": _file("chaos/.*", "config"),
            "cache hop": _HOP,
            "everything": _ALL,
        },
    ),
    Shape(
        "clean chain",
        _clean,
        ("chaos/clean",),
        {
            "target record": _record("chaos/clean"),
            "ancestor record": _record("chaos/mid"),
            "README": _file("chaos/.*", "README"),
            "cache hop": _HOP,
            "everything": _ALL,
        },
    ),
    Shape(
        "default policy",
        _clean,
        ("chaos/clean",),
        {
            "ancestor record": _record("chaos/mid"),
            "root record": _record(_MISTRAL),
            "README": _file("chaos/.*", "README"),
            "everything": _ALL,
        },
        policy="",
    ),
    Shape(
        "a person should look",
        _watched,
        ("chaos/watched",),
        {"root record": _record(_QWEN), "README": _file("chaos/.*", "README"), "everything": _ALL},
        policy="",
    ),
    Shape(
        "merge",
        _merge,
        ("chaos/merge",),
        {
            "target record": _record("chaos/merge"),
            "one parent": _record("chaos/right"),
            "sibling": _record("chaos/left"),
            "root record": _record(_QWEN),
            "README": _file("chaos/.*", "README"),
            "everything": _ALL,
        },
    ),
    Shape(
        "named in prose",
        _prose,
        ("chaos/two-faced", "chaos/silent"),
        {
            "target record": _record("chaos/silent"),
            "README": _file("chaos/.*", "README"),
            "cache hop": _HOP,
            "everything": _ALL,
        },
    ),
    Shape(
        "adapter",
        _adapter,
        ("chaos/adapter",),
        {
            "target record": _record("chaos/adapter"),
            "adapter_config": _file("chaos/adapter", "adapter_config"),
            "cache hop": _HOP,
            "CDN": ("cdn", ""),
            "everything": _ALL,
        },
    ),
    Shape(
        "GGUF header",
        _gguf,
        ("chaos/quantized",),
        {
            "target record": _record("chaos/quantized"),
            "resolve": _file("chaos/quantized", "weights"),
            "CDN": ("cdn", ""),
            "everything": _ALL,
        },
    ),
    Shape(
        "gated",
        _gated,
        ("chaos/open",),
        {
            "ancestor record": _record("chaos/shut"),
            "files": _file("chaos/shut", ""),
            "root record": _record(_QWEN),
            "everything": _ALL,
        },
    ),
    Shape(
        "private",
        _private,
        ("chaos/private",),
        {
            "target record": _record("chaos/private"),
            "README": _file("chaos/private", "README"),
            "cache hop": _HOP,
            "everything": _ALL,
        },
    ),
    Shape(
        "renamed",
        _renamed,
        ("chaos/child",),
        {
            "redirect": _record("old-chaos/parent"),
            "after the redirect": _record("chaos/parent"),
            "everything": _ALL,
        },
    ),
    Shape(
        "local adapter",
        _chain,
        ("./adapter",),
        {
            "base record": _record("chaos/middle"),
            "ancestor record": _record("chaos/low"),
            "everything": _ALL,
        },
        files={
            "adapter/adapter_config.json": json.dumps(
                {"base_model_name_or_path": "chaos/middle", "peft_type": "LORA"}
            )
        },
    ),
    Shape(
        "several targets",
        lambda: [*_chain(), *_clean()[3:], *_merge()[3:]],
        ("chaos/clean", "chaos/top", "chaos/merge"),
        {
            "first record": _record("chaos/clean"),
            "second record": _record("chaos/top"),
            "third record": _record("chaos/merge"),
            "shared root": _record(_QWEN),
            "README": _file("chaos/.*", "README"),
            "everything": _ALL,
        },
    ),
    Shape(
        "a repository",
        lambda: [*_chain(), *_clean()[3:]],
        ("chaos/clean", "chaos/top"),
        {
            "one record": _record("chaos/top"),
            "ancestor record": _record("chaos/(low|mid)"),
            "README": _file("chaos/.*", "README"),
            "everything": _ALL,
        },
        files={
            "code/app.py": 'from transformers import AutoModel\nm = AutoModel.from_pretrained("chaos/top")\n'
            'n = AutoModel.from_pretrained("chaos/clean")\n'
        },
        command=("check", "code"),
    ),
)


def write_files(shape: Shape, folder: Path) -> None:
    """Lay the shape's local files and policy out in an empty folder."""
    for name, text in shape.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    if shape.policy:
        (folder / "policy.toml").write_text(shape.policy)


def arguments(shape: Shape) -> list[str]:
    """The command line, without report destinations and time limits."""
    named = [] if shape.command[0] == "check" else list(shape.targets)
    return [*shape.command, *named, *(["--policy", "policy.toml"] if shape.policy else [])]
