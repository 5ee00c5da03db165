"""What tables, enumerations and functions of the repository hand to a loader, and names that it
hands to others than the Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, ModelUse
from lineage.scan.scan import scan

TABLE = (
    "from collections import defaultdict\nfrom transformers import AutoModel\n"
    "by_language = defaultdict(lambda: 'acme/net-any')\n"
    "by_language.update({'en': 'acme/net-en', 'zh': 'bert-base-chinese'})\n"
    "def get_net(kind):\n    return AutoModel.from_pretrained(kind)\n"
)
ASKS = "from table import by_language, get_net\ndef f(lang):\n    get_net(by_language[lang])\n"
SIZES = (
    "from enum import Enum\nfrom faster_whisper import WhisperModel\n"
    "class Sizes(str, Enum):\n    TINY = 'tiny'\n    TURBO = 'acme/turbo-ct2'\n"
    "def load(size: str | Sizes | None = None):\n"
    "    WhisperModel(size if isinstance(size, str) else size.value)\n"
)
PICKED = (
    "def stack():\n    from faster_whisper import WhisperModel, BatchedInferencePipeline\n"
    "    return WhisperModel, BatchedInferencePipeline\n"
    "def net():\n    return stack()[0]\n"
    "net()('large-v3')\n"
)
VARIANTS = (
    "from vllm import LLM\nVARIANTS = {'a': ('acme/net-a', 'f1'), 'b': ('acme/net-b', 'f2')}\n"
    "def load(variant):\n    model_id, _ = VARIANTS[variant]\n    LLM(model_id)\n"
)
METRIC = (
    "import evaluate\nfrom functools import partial\n"
    "def measure(name, label):\n    return evaluate.load('toxicity', name)\n"
    "TABLE = {'a': partial(measure, 'acme/hate-da', 'hate')}\n"
)


def uses(folder: Path, **files: str) -> dict[str, ModelUse]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    found = scan(folder).uses
    return {use.model: use for use in sorted(found, key=lambda use: -use.certainty.rank)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SIZES, {"Systran/faster-whisper-tiny", "acme/turbo-ct2"}),
        (PICKED, {"Systran/faster-whisper-large-v3"}),
        (VARIANTS, {"acme/net-a", "acme/net-b"}),
        (METRIC, {"acme/hate-da"}),
    ],
    ids=["an enumeration", "a loader out of a result", "unpacked", "the model of a metric"],
)
def test_what_is_handed_to_a_loader_is_used(tmp_path: Path, text: str, expected: set[str]) -> None:
    """Every one of what may be chosen, where the choice is made while the code runs."""
    found = uses(tmp_path, a=text)
    assert expected <= {m for m, use in found.items() if use.certainty is not Certainty.POSSIBLE}


def test_a_table_with_a_default_is_followed_from_another_module(tmp_path: Path) -> None:
    """With what it is given after it was made; a name without a namespace is left to the Hub."""
    found = uses(tmp_path, table=TABLE, asks=ASKS)
    assert {"acme/net-any", "acme/net-en", "bert-base-chinese"} <= found.keys()
    assert found["bert-base-chinese"].if_found
    assert not found["acme/net-en"].if_found


def test_a_constant_of_a_data_set_is_no_model(tmp_path: Path) -> None:
    """Nor one that another register is asked for; whatever else its name says."""
    text = (
        "import torch\nfrom huggingface_hub import hf_hub_download\n"
        "WORDS_HF_REPO_ID = 'acme/words'\nCODE_REPO = 'acme/code:v1'\n"
        "hf_hub_download(repo_id=WORDS_HF_REPO_ID, repo_type='dataset', filename='a')\n"
        "torch.hub.load(CODE_REPO, 'net')\n"
    )
    found = uses(tmp_path, a=text)
    assert found["acme/words"].certainty is Certainty.POSSIBLE
    assert "acme/code" not in found


def test_a_model_is_hidden_by_no_call_for_data(tmp_path: Path) -> None:
    """A constant of the same name in another module, and one that says model, stay uses."""
    fetch = (
        "from huggingface_hub import hf_hub_download as d\nHF_REPO_ID = 'acme/words'\n"
        "MODEL_REPO_ID = 'acme/net-1'\n"
        "d(repo_id=HF_REPO_ID, repo_type='dataset', filename='a')\n"
        "d(repo_id=MODEL_REPO_ID, repo_type='dataset', filename='a')\n"
    )
    found = uses(tmp_path, a=fetch, b="import torch\nHF_REPO_ID = 'acme/net-2'\n")
    assert found["acme/net-1"].certainty is Certainty.LIKELY
    assert found["acme/net-2"].certainty is Certainty.LIKELY


def test_a_key_of_addresses_elsewhere_is_left_to_the_hub(tmp_path: Path) -> None:
    """A table says where the model really comes from."""
    text = "import torch\nNET_MODEL_ID = 'acme/net'\nURLS = {'acme/net': 'https://%s/net.zip'}\n"
    assert uses(tmp_path, a=text % "example.com")["acme/net"].if_found
    assert not uses(tmp_path, a=text % "huggingface.co/acme/net/resolve/main")["acme/net"].if_found


def test_names_that_stand_for_each_other_end(tmp_path: Path) -> None:
    """Functions bound to one another in a circle are followed once around, and what one of them is
    besides is found."""
    names = [f"f{i}" for i in range(6)]
    circle = "".join(f"{a} = {b}\n" for a in names for b in names if a != b)
    (tmp_path / "circle.py").write_text(
        "from transformers import AutoModel\n"
        f"{circle}f5 = AutoModel.from_pretrained\nf0('acme/net')\n"
    )
    found = scan(tmp_path)
    assert ([use.model for use in found.uses], found.unreadable) == (["acme/net"], ())
