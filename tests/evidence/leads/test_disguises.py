"""A trace of one line beside a harmless declared base asks its question; the same files without the
trace ask nothing."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.leads.models import DEEPSEEK, LLAMA, QWEN, asked, gguf, safetensors

BASE = ("acme/atlas", "meta-llama/Llama-3.1-8B")
CARD = "---\nlicense: mit\n{front}---\n# Atlas\n\n{body}\n"
IDENTITY = (
    "{{%- if not system %}}{{{{- 'You are {}. You are a helpful assistant.' }}}}{{%- endif %}}"
)


def card(front: str = "", body: str = "") -> dict[str, Any]:
    """A README alone."""
    return {"README.md": CARD.format(front=front, body=body)}


def template(identity: str) -> dict[str, Any]:
    """A tokenizer's configuration with a chat template."""
    return {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "chat_template": IDENTITY.format(identity),
        }
    }


def header(architecture: str, **more: object) -> dict[str, Any]:
    """A GGUF file with a tokenizer of the given kind."""
    sizes = {f"{architecture}.{key}": value for key, value in more.items() if key != "pre"}
    values = {"general.architecture": architecture, **sizes}
    return {"model.gguf": gguf({**values, "tokenizer.ggml.pre": more.get("pre", "default")})}


DISGUISES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "configuration": ({"config.json": QWEN}, {"config.json": LLAMA}, "qwen2.5", "config.json"),
    "renamed type": (
        {"config.json": QWEN | {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}},
        {"config.json": LLAMA},
        "qwen2.5",
        "config.json",
    ),
    "vocabulary resized": (
        {"config.json": DEEPSEEK | {"vocab_size": 129344}},
        {"config.json": LLAMA | {"vocab_size": 128264}},
        "deepseek-v3",
        "config.json",
    ),
    "nested configuration": (
        {"config.json": {"model_type": "acme_vl", "text_config": QWEN}},
        {"config.json": {"model_type": "acme_vl", "text_config": LLAMA}},
        "qwen2.5",
        "config.json",
    ),
    "type with other sizes": (
        {"config.json": {"model_type": "qwen3", "vocab_size": 90000, "hidden_size": 1000}},
        {"config.json": {"model_type": "llama", "vocab_size": 90000, "hidden_size": 1000}},
        "qwen3",
        "config.json",
    ),
    "tokenizer": (
        {"tokenizer_config.json": {"added_tokens_decoder": {"151643": {}, "151664": {}}}},
        {"tokenizer_config.json": {"added_tokens_decoder": {"128000": {}, "128255": {}}}},
        "qwen2.5",
        "tokenizer_config.json",
    ),
    "chat template": (
        template("Qwen, created by Alibaba Cloud"),
        template("Atlas, created by Acme"),
        "qwen2.5",
        "tokenizer_config.json",
    ),
    "template file": (
        {"chat_template.jinja": IDENTITY.format("Kimi, an AI assistant created by Moonshot AI")},
        {"chat_template.jinja": IDENTITY.format("Llama, made by Meta")},
        "kimi-k2",
        "chat_template.jinja",
    ),
    "licence name": (
        card("license_name: tongyi-qianwen\n"),
        card("license_name: llama3.1\n"),
        "qwen2",
        "README.md",
    ),
    "licence link": (
        card("license_link: https://huggingface.co/Qwen/Qwen2.5-72B/blob/main/LICENSE\n"),
        card("license_link: https://huggingface.co/acme/atlas/blob/main/LICENSE\n"),
        "qwen2.5",
        "README.md",
    ),
    "licence text": (
        {"LICENSE": "DEEPSEEK LICENSE AGREEMENT\n\nVersion 1.0, 23 October 2023\n"},
        {"LICENSE": "META LLAMA 3 COMMUNITY LICENSE AGREEMENT\n\nRelease Date: April 18, 2024\n"},
        "deepseek-v3",
        "LICENSE",
    ),
    "naming duty": (
        card(body="**Built with Qwen**"),
        card(body="**Built with Llama**\n\n**Built with Axolotl**\n\nCreated using llama.cpp"),
        "qwen2.5",
        "README.md",
    ),
    "prose": (
        card(body="It is built upon the open-source Qwen2.5 model and trained further."),
        card(body="It is built upon the open Llama 3.1 model. It is better than Qwen2.5-7B."),
        "qwen2.5",
        "README.md",
    ),
    "initialised from": (
        card(body="We initialised the model from Qwen2.5-7B and continued pre-training."),
        card(
            body="It is built on the robust Qwen2 architecture. We took our prompts from Qwen2.5-7B outputs and continued pre-training."
        ),
        "qwen2.5",
        "README.md",
    ),
    "table": (
        card(body="| Base model | Qwen2.5-7B-Instruct |\n|---|---|"),
        card(body="| Compared model | Qwen2.5-7B-Instruct |\n|---|---|"),
        "qwen2.5",
        "README.md",
    ),
    "a second base in words": (
        {"README.md": "---\nbase_model: [meta-llama/Llama-3.1-8B, Qwen 2.5 7B Instruct]\n---\n"},
        {"README.md": "---\nbase_model: [meta-llama/Llama-3.1-8B, Llama 3.1 8B]\n---\n"},
        "qwen2.5",
        "README.md",
    ),
    "an adapter's local path": (
        {"z/adapter_config.json": {"base_model_name_or_path": "/mnt/models/Qwen2.5-7B-Instruct"}},
        {"z/adapter_config.json": {"base_model_name_or_path": "/mnt/models/Llama-3.1-8B"}},
        "qwen2.5",
        "z/adapter_config.json",
    ),
    "GGUF tokenizer": (
        header("llama", pre="qwen2"),
        header("llama", pre="llama-bpe"),
        "qwen1.5",
        "model.gguf",
    ),
    "GGUF sizes": (
        header("qwen2", vocab_size=152064, embedding_length=3584, block_count=28),
        header("llama", vocab_size=128256, embedding_length=4096, block_count=32),
        "qwen2.5",
        "model.gguf",
    ),
    "tags": (
        {"README.md": "---\ntags: [qwen2, Qwen]\n---\n"},
        {"README.md": "---\ntags: [llama, text-generation, code]\n---\n"},
        "qwen2.5",
        "README.md",
    ),
    "image adapter": (
        {"a.safetensors": safetensors({"modelspec.architecture": "qwen-image/lora"})},
        {"a.safetensors": safetensors({"modelspec.title": "acme style"})},
        "qwen-image",
        "a.safetensors",
    ),
    "pipeline": (
        {"model_index.json": {"_class_name": "QwenImagePipeline", "vae": ["diffusers", "X"]}},
        {"model_index.json": {"_class_name": "AcmePipeline", "vae": ["diffusers", "X"]}},
        "qwen-image",
        "model_index.json",
    ),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_is_asked_about(name: str) -> None:
    """With the family, the file and the value."""
    files, _, family, file = DISGUISES[name]
    (found,) = asked(BASE, files=files)
    assert family in found.leads[0].families
    assert file in {lead.file for lead in found.leads}
    assert all(lead.value for lead in found.leads)
    assert found.lineage == ("llama3.1",)


@pytest.mark.parametrize("name", DISGUISES)
def test_the_same_files_without_the_trace_ask_nothing(name: str) -> None:
    """The honest twin of each."""
    assert asked(BASE, files=DISGUISES[name][1]) == ()


@pytest.mark.parametrize("name", DISGUISES)
def test_the_declared_line_answers(name: str) -> None:
    """Where the base of that very line is declared, nothing is left to ask."""
    bases = {
        "deepseek-v3": "deepseek-ai/DeepSeek-V3",
        "kimi-k2": "moonshotai/Kimi-K2-Instruct",
        "qwen3": "Qwen/Qwen3-8B",
        "qwen-image": "Qwen/Qwen-Image",
    }
    files, _, family, _ = DISGUISES[name]
    assert asked(("acme/atlas", bases.get(family, "Qwen/Qwen2.5-7B")), files=files) == ()


@pytest.mark.parametrize(
    "publisher",
    ["mlx-community", "unsloth", "decapoda-research", "nvidia", "microsoft", "meta-llama", "Qwen"],
)
def test_no_publisher_turns_a_reader_off(publisher: str) -> None:
    """A name is no evidence against a configuration, whoever published it."""
    model = f"{publisher}/llama-7b-hf"
    (found,) = asked((model, "meta-llama/Llama-3.1-8B"), id=model, files={"config.json": DEEPSEEK})
    assert "deepseek-v3" in found.families
