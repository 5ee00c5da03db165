"""Traces in places that few look at: small files, folders, other languages, what a run left
behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evidence.leads.models import LLAMA, QWEN, REGISTRY, asked, gguf
from lineage.core.claim import ObservationKind
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.evidence.leads.tokenizer import TokenizerLeads

BASE = ("acme/atlas", "meta-llama/Llama-3.1-8B")
Q, L = "Qwen/Qwen2.5-7B-Instruct", "meta-llama/Llama-3.1-8B"
Q_NAME, L_NAME = "Qwen2.5-7B-Instruct", "Llama-3.1-8B"


def card(body: str, front: str = "license: mit") -> str:
    """A README alone."""
    return f"---\n{front}\n---\n# Atlas\n\n{body}\n"


def weights(words: int, width: int, layers: int) -> bytes:
    """The header of a safetensors file with a table of words and so many layers."""
    shapes = {"model.embed_tokens.weight": [words, width]} | {
        f"model.layers.{number}.input_layernorm.weight": [width] for number in range(layers)
    }
    tensors = {k: {"dtype": "BF16", "shape": s, "data_offsets": [0, 0]} for k, s in shapes.items()}
    text = json.dumps(tensors).encode()
    return len(text).to_bytes(8, "little") + text


def notebook(source: str) -> str:
    """A notebook of one cell."""
    return json.dumps({"cells": [{"cell_type": "code", "source": [source]}]})


def added(first: int) -> dict[str, int]:
    """Three added tokens."""
    return {"<|a|>": first, "<|b|>": first + 1, "<|c|>": first + 2}


def inside(kind: str, config: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Sizes some levels down, as runtimes keep them."""
    held: Any = {k: v for k, v in config.items() if k not in ("model_type", "architectures")}
    for key in reversed(keys):
        held = {key: held}
    if keys[0] == "model":
        held["model"] = {"type": kind, "vocab_size": config["vocab_size"], **held["model"]}
        return held
    return {"model_type": kind, **held}


PLACES: dict[str, tuple[str, Any, Any]] = {
    "added tokens": ("added_tokens.json", added(151643), added(128000)),
    "end tokens": (
        "generation_config.json",
        {"eos_token_id": [151645, 151643]},
        {"eos_token_id": [128001, 128009]},
    ),
    "head of the tokenizer": (
        "tokenizer.json",
        {"added_tokens": [{"id": 151645, "content": "<|im_end|>"}]},
        {"added_tokens": [{"id": 128001, "content": "<|eot|>"}]},
    ),
    "origin of the tokenizer": (
        "tokenizer_config.json",
        {"name_or_path": Q},
        {"name_or_path": L},
    ),
    "tokenizer in a folder": (
        "last/tokenizer_config.json",
        {"added_tokens_decoder": {"151645": {}}},
        {"added_tokens_decoder": {"128009": {}}},
    ),
    "further template": (
        "additional_chat_templates/tool_use.jinja",
        "You are Qwen, created by Alibaba Cloud.",
        "You are Atlas, created by Acme.",
    ),
    "name of the model's code": ("code/modeling_qwen2.py", "pass", None),
    "capital letters": ("CONFIG.JSON", QWEN, LLAMA),
    "configuration in a folder": ("0_Transformer/config.json", QWEN, LLAMA),
    "sizes for MLC": (
        "mlc-chat-config.json",
        inside("qwen2", QWEN, "model_config"),
        inside("llama", LLAMA, "model_config"),
    ),
    "sizes for ONNX": (
        "onnx/genai_config.json",
        inside("qwen2", QWEN, "model", "decoder"),
        inside("llama", LLAMA, "model", "decoder"),
    ),
    "first release's sizes": (
        "params.json",
        {"dim": 3584, "n_layers": 28, "vocab_size": 152064},
        {"dim": 4096, "n_layers": 32, "vocab_size": 128256},
    ),
    "shapes of tensors": (
        "model.safetensors",
        weights(152064, 3584, 28),
        weights(128256, 4096, 32),
    ),
    "name inside a GGUF file": (
        "model.gguf",
        gguf({"general.architecture": "llama", "general.name": "Qwen2.5 7B Instruct"}),
        gguf({"general.architecture": "llama", "general.name": "Llama 3.1 8B"}),
    ),
    "notice": ("NOTICE", "Built with Qwen. Thanks.", "Built with Llama. Thanks."),
    "card in Chinese": (
        "README_zh.md",
        f"本模型基于 {Q_NAME} 微调而来。",
        f"本模型基于 {L_NAME} 微调而来。",
    ),
    "card of a checkpoint": (
        "checkpoint-500/README.md",
        card("x", f"base_model: {Q}"),
        card("x", f"base_model: {L}"),
    ),
    "notes on training": (
        "docs/training.md",
        f"We fine-tuned {Q_NAME} for three epochs.",
        f"We fine-tuned {L_NAME} for three epochs.",
    ),
    "notebook": (
        "run.ipynb",
        notebook(f"m = AutoModel.from_pretrained('{Q}')"),
        notebook(f"m = AutoModel.from_pretrained('{L}')"),
    ),
    "Dockerfile": (
        "Dockerfile",
        f"FROM python:3.12\nRUN hf download {Q} --local-dir /m\n",
        f"FROM python:3.12\nRUN hf download {L} --local-dir /m\n",
    ),
    "log": (
        "train.log",
        "loading /hub/models--Qwen--Qwen2.5-7B-Instruct/snapshots/1/config.json",
        "loading /hub/models--meta-llama--Llama-3.1-8B/snapshots/1/config.json",
    ),
    "state of the trainer": (
        "trainer_state.json",
        {"best_model_checkpoint": f"./out/{Q_NAME}-sft/checkpoint-300"},
        {"best_model_checkpoint": f"./out/{L_NAME}-sft/checkpoint-300"},
    ),
    "pickled arguments": (
        "training_args.bin",
        b"PK\x03\x04\x80model_name_or_path\x00X" + Q.encode() + b"\x00",
        b"PK\x03\x04\x80model_name_or_path\x00X" + L.encode() + b"\x00",
    ),
    "run of a tracker": (
        "wandb/run-1/files/config.yaml",
        f"_name_or_path:\n  value: {Q}\n",
        f"_name_or_path:\n  value: {L}\n",
    ),
    "archive": ("atlas.nemo", b"hf_checkpoint: " + Q.encode(), b"hf_checkpoint: " + L.encode()),
    "comment": (
        "README.md",
        card(f"<!-- base_model: {Q} -->"),
        card(f"<!-- base_model: {L} -->"),
    ),
    "badge": (
        "README.md",
        card(f"[![Base](https://example.org/b.svg)](https://huggingface.co/{Q})"),
        card(f"[![Base](https://example.org/b.svg)](https://huggingface.co/{L})"),
    ),
    "code of the card": (
        "README.md",
        card(f'```json\n{{"_name_or_path": "{Q}"}}\n```'),
        card(f'```json\n{{"_name_or_path": "{L}"}}\n```'),
    ),
    "name among the results": (
        "README.md",
        card("x", f"model-index:\n- name: {Q_NAME}-atlas"),
        card("x", f"model-index:\n- name: {L_NAME}-atlas"),
    ),
}
LANGUAGES = {
    "Arabic": "هذا النموذج مبني على {}.",
    "Hindi": "यह मॉडल {} पर आधारित है।",
    "Indonesian": "Model ini disempurnakan dari {}.",
    "Polish": "Model został dostrojony na bazie {}.",
    "Russian": "Модель обучена на базе {}.",
    "Thai": "โมเดลนี้พัฒนาต่อยอดจาก {}",
    "Turkish": "Bu model, {} üzerine ince ayar yapılarak geliştirilmiştir.",
    "Vietnamese": "Mô hình này được tinh chỉnh từ {}.",
    "German, of weights": "Das Modell setzt auf den Gewichten von {} auf.",
    "French, of weights": "Nous avons repris les poids de {}.",
    "Spanish, of weights": "Partimos de los pesos de {}.",
    "Italian, of weights": "Siamo partiti dai pesi di {}.",
    "Russian, of weights": "За отправную точку взяты веса {}.",
    "Polish, of weights": "Punktem wyjścia były wagi modelu {}.",
    "Swedish, of weights": "Vi utgick ifrån vikterna från {}.",
    "Chinese, of weights": "训练从 {} 的权重开始。",
    "Japanese, of weights": "学習は {} の重みから始めた。",
    "Korean, of weights": "학습은 {}의 가중치에서 시작했다.",
    "Turkish, of weights": "Eğitim {}'in ağırlıklarından başladı.",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_trace_is_found_there(place: str) -> None:
    """With the file, and strong enough to ask alone."""
    file, trace, _ = PLACES[place]
    (found,) = asked(BASE, files={file: trace})
    assert "qwen2.5" in found.leads[0].families
    assert found.leads[0].file == file
    assert found.leads[0].is_strong


@pytest.mark.parametrize("place", PLACES)
def test_the_same_place_of_an_honest_model_asks_nothing(place: str) -> None:
    """What stands there is the declared base."""
    file, _, honest = PLACES[place]
    if honest is None:
        file, honest = file.replace("qwen2", "llama"), "pass"
    assert asked(BASE, files={file: honest}) == ()


@pytest.mark.parametrize("content", [b"", b'{"<|im_end|>": 1516', b"not json"])
def test_a_broken_tokenizer_file_is_unreadable(content: bytes) -> None:
    """What a garbled file might have told is not known."""
    files = (FileEntry("added_tokens.json", len(content)),)
    record = ModelRecord("acme/m", "acme/m", Status.RESOLVED, "hub", files=files)
    reading = TokenizerLeads(REGISTRY).read(record, {"added_tokens.json": content})
    assert [one.kind for one in reading.observations] == [ObservationKind.UNREADABLE]


def test_a_second_card_is_read_too() -> None:
    """Beside a README; alone it would be the card."""
    files = {"README.md": card("x"), "MODEL_CARD.md": card("x", f"base_model: {Q}")}
    assert asked(BASE, files=files) != ()
    assert asked(BASE, files=files | {"MODEL_CARD.md": card("x", f"base_model: {L}")}) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_base_told_in_another_language(language: str) -> None:
    """The declared one answers, another asks; a sentence about its data or its design says nothing
    of weights."""
    told = LANGUAGES[language]
    assert asked(BASE, files={"README.md": card(told.format(Q_NAME))}) != ()
    assert asked(BASE, files={"README.md": card(told.format(L_NAME))}) == ()


@pytest.mark.parametrize(
    "told",
    [
        "We fine-tuned {}.",
        "Pruned and healed from {}.",
        "Atlas is our rebranded release of {}.",
        "The weights come from {}.",
        "We extended the vocabulary of {} and continued training.",
        "- LLM: {}",
        "Weights: {}, renamed.",
        "Abliterated {}.",
    ],
)
def test_further_english_wordings(told: str) -> None:
    """Of starts that no sentence reader takes for a claim."""
    assert asked(BASE, files={"README.md": card(told.format("Qwen2.5-7B"))}) != ()
    assert asked(BASE, files={"README.md": card(told.format(L_NAME))}) == ()


@pytest.mark.parametrize(
    "told", ["It was never fine-tuned from {}.", "It isn’t a fine-tune of {}.", "Not built on {}."]
)
def test_what_a_card_denies_asks_nothing(told: str) -> None:
    """With either apostrophe."""
    assert asked(BASE, files={"README.md": card(told.format("Qwen2.5"))}) == ()


def test_a_design_in_chinese_is_no_base() -> None:
    """Code travels without weights."""
    assert asked(BASE, files={"README_zh.md": f"基于 {Q_NAME} 架构从零训练。"}) == ()


@pytest.mark.parametrize(
    "path", ["qwen2.5-7b-instruct-q4_k_m.gguf", "Qwen2.5-7B-Instruct/config.json"]
)
def test_a_file_or_folder_that_kept_a_listed_name(path: str) -> None:
    """A copy keeps the name under which it was downloaded; one that merely holds a family's word
    asks nothing alone."""
    assert asked(BASE, files={path: b""}) != ()
    assert asked(BASE, files={"atlas-beats-qwen.gguf": b""}) == ()


def test_a_type_named_after_its_maker_asks_however_many_took_the_code() -> None:
    """`qwen2` names one maker's line; those that are known to use its code answer for
    themselves."""
    config = {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}
    assert asked(BASE, files={"config.json": config}) != ()
    assert asked(("acme/atlas", "skt/A.X-4.0"), files={"config.json": config}) == ()


def test_parts_of_a_pipeline_are_no_language_models_in_folders() -> None:
    """A text encoder belongs to its pipeline, which is read elsewhere."""
    files = {"model_index.json": {"_class_name": "X"}, "text_encoder/config.json": QWEN}
    assert asked(BASE, files=files) == ()
