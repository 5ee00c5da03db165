"""What a name says of its value is weighed by what the repository itself does under that name."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, ModelUse
from lineage.scan.scan import scan

TASK = (
    "from dataclasses import dataclass\nfrom datasets import load_dataset\n"
    "@dataclass\nclass Config:\n    hf_repo: str\n"
    "class Task:\n    def __init__(self, config: Config):\n        self.path = config.hf_repo\n"
    "    def load(self):\n        return load_dataset(self.path)\n"
)
MORE = "from task import Config\nfrom transformers import AutoModel\n"


def uses(folder: Path, **files: str) -> dict[str, ModelUse]:
    """By the model: the surest use of it."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    found = scan(folder).uses
    return {use.model: use for use in sorted(found, key=lambda use: -use.certainty.rank)}


@pytest.mark.parametrize(
    "given",
    ["Config(hf_repo='acme/words-7b')", "HF_REPO = 'acme/words-7b'\nConfig(hf_repo=HF_REPO)"],
)
def test_what_is_handed_to_data_sets_is_no_model(tmp_path: Path, given: str) -> None:
    """A field of a configuration that a loader of data sets gets: listed with the reason."""
    use = uses(tmp_path, task=TASK, a=f"{MORE}{given}\n")["acme/words-7b"]
    assert use.certainty is Certainty.POSSIBLE
    assert "data sets" in use.reason


@pytest.mark.parametrize(
    ("task", "a"),
    [
        (TASK + "AutoModel.from_pretrained(Config('acme/net-7b').hf_repo)\n", ""),
        (TASK.replace("load_dataset", "load_words"), "Config(hf_repo='acme/net-7b')\n"),
        (TASK, "AutoModel.from_pretrained('acme/net-7b')\n"),
        (TASK.replace("hf_repo", "hf_model"), "Config(hf_model='acme/net-7b')\n"),
    ],
    ids=["for models too", "another loader", "loaded itself", "a name that says model"],
)
def test_a_model_is_hidden_by_no_data_set(tmp_path: Path, task: str, a: str) -> None:
    """Where a loader of models gets it, or only the name of a data set's loader is missing."""
    use = uses(tmp_path, task=f"{MORE}{task}", a=MORE + a)["acme/net-7b"]
    assert use.certainty is not Certainty.POSSIBLE


def test_a_repository_of_data_is_named_by_its_kind(tmp_path: Path) -> None:
    """`repo_type="dataset"` beside a parameter says it of all that comes by that parameter."""
    fetch = (
        "from huggingface_hub import snapshot_download\n"
        "def fetch(hf_repo):\n    return snapshot_download(hf_repo, repo_type='dataset')\n"
    )
    use = uses(tmp_path, fetch=fetch, a=MORE + "x = dict(hf_repo='acme/words-7b')\n")
    assert use["acme/words-7b"].certainty is Certainty.POSSIBLE


KEYS = (
    "TRANSCRIBER_LLM_MODEL = 'transcriber/llm-model'\nTRANSCRIBER_MODEL = 'transcriber/model'\n"
    "HUGGINGFACE_MODEL_ID = 'transcriber/huggingface-model-id'\n"
    "ENABLE_LLM_TRANSLATION = 'enable/llm-translation'\n"
)
MODELS = (
    "SD_VAE = 'acme/sd-vae'\nLLM_MODEL_7B = 'acme/llm-model-7b'\nACME_BERT_MODEL = 'acme/bert'\n"
)


def test_a_constant_that_spells_the_key_of_a_setting_is_no_model(tmp_path: Path) -> None:
    """The key says model because the constant does; a model's name says more than its constant."""
    found = uses(tmp_path, a=MORE + KEYS + MODELS)
    assert {m for m, use in found.items() if use.certainty is not Certainty.POSSIBLE} == {
        "acme/sd-vae", "acme/llm-model-7b", "acme/bert",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_used"),
    [
        ("cfg(hf_hub='acme/net/')", True),
        ("cfg(hf_hub='acme/net/pytorch_model.bin')", True),
        ("cfg(encoder='acme/net/')", False),
        ("default_chat_models = ['acme/net', 'acme/other']", True),
        ("default_models.extend(['acme/net'])", True),
        ("default_models.append('acme/net')", True),
        ("supported_models.append('acme/net')", False),
        ("fields = [('cross_encoder', CharField(default='acme/net'))]", True),
        ("fields = [('table', CharField(default='acme/net'))]", False),
        ("x = dict(model='hf-inference-providers/acme/net:nebius')", True),
        ("from inspect_ai.model import get_model\nget_model('hf/acme/net')", True),
        ("x = dict(vlm='acme/net', audio_lm='acme/net')", True),
        ("x = dict(model_headers='acme/net')", False),
        ("WHISPER_REPOS = {'base': 'acme/net'}", True),
        ("REPOS = {'base': 'acme/net'}", False),
        (
            "from enum import Enum\nclass Sizes(Enum):\n    small = 'acme/net'\n"
            "AutoModel.from_pretrained(Sizes[size].value)",
            True,
        ),
        (
            "from enum import Enum\nclass Sizes(Enum):\n    small = 'acme/net'\n    big = 'x'\n"
            "AutoModel.from_pretrained(Sizes['big'].value)",
            False,
        ),
        ("def serve(model: str = Form('acme/net')):\n    AutoModel.from_pretrained(model)", True),
        ("class Small:\n    REPO = 'acme/net'\nSMALL_ENCODER_REPO = Small.REPO", True),
        ("x = dict(evaluation_model='someone/net')", False),
        ("x = dict(metric_for_best_model='acme/net')", False),
        ("BERT_PRETRAINED_MODEL_ARCHIVE_MAP = {'base': 'acme/net'}", False),
        ("BERT_MODEL_MAP = {'base': 'acme/net'}", True),
    ],
)
def test_more_places_of_a_name(tmp_path: Path, code: str, is_used: bool) -> None:
    """A place for a file behind the Hub's name, lists of defaults, fields of migrations, routes."""
    found = uses(tmp_path, a=MORE + code + "\n").get("acme/net")
    assert (found is not None and found.certainty is not Certainty.POSSIBLE) == is_used


def test_a_function_that_looks_a_name_up_is_followed(tmp_path: Path) -> None:
    """Through its branches, into another module: what it returns is what is loaded."""
    cards = (
        "CARDS = {'a': {'card': 'acme-large-2'}}\n"
        "def card_of(name):\n    if name in CARDS:\n        return CARDS[name]['card']\n"
        "    return name\n"
    )
    code = "from cards import card_of\nAutoModel.from_pretrained(card_of(x))\n"
    assert "acme-large-2" in uses(tmp_path, cards=cards, a=MORE + code)


def test_what_only_a_name_says_in_a_test_is_left_to_the_hub(tmp_path: Path) -> None:
    """Tests make names up; what a loader is given there is a use like any other."""
    found = uses(
        tmp_path,
        test_a=MORE + "x = dict(model='acme/net')\nAutoModel.from_pretrained('acme/other')\n",
    )
    assert found["acme/net"].if_found
    assert not found["acme/other"].if_found
    assert uses(tmp_path, a=MORE + "evaluation_model = x or 'n/a'\n").get("n/a") is None


def test_a_name_of_the_hub_without_a_namespace_is_old(tmp_path: Path) -> None:
    """The Hub's old names have hyphens; one with underscores is its own library's."""
    code = "Codec.from_pretrained('speech_codec_v2')\nCodec.from_pretrained('t5-base')\n"
    assert set(uses(tmp_path, a=MORE + code)) == {"t5-base"}


def test_what_a_test_hands_to_a_function_is_left_to_the_hub(tmp_path: Path) -> None:
    """Such functions are patched there: the names are made up as often as not."""
    load = MORE + "def load(path):\n    return AutoModel.from_pretrained(path)\n"
    found = uses(tmp_path, load=load, test_a="from load import load\nload('acme/net-q4')\n")
    assert found["acme/net-q4"].if_found
