"""Loads that ask the Hub for nothing: what was saved under that name before, what has to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty
from lineage.scan.scan import scan

HEAD = "import pytest\nfrom huggingface_hub import create_repo, hf_hub_download\n"
LOAD = "AutoModel.from_pretrained('acme/net-7')\n"


def is_sure(folder: Path, code: str) -> bool:
    """Whether the one model is more than possible."""
    text = f"{HEAD}from transformers import AutoModel\n{code}"
    (folder / "a.py").write_text(text)
    found = scan(folder).uses
    assert {one.model for one in found} == {"acme/net-7"}
    return any(one.certainty is not Certainty.POSSIBLE for one in found)


@pytest.mark.parametrize(
    "code",
    [
        "def save(net, to='acme/net-7'):\n    net.save_pretrained(to)\n"
        "    return AutoModel.from_pretrained(to)\n",
        "def save(net):\n    to = f'acme/{NAME}'\n    with lock():\n        net.save_pretrained(to)\n"
        "    if net:\n        return AutoModel.from_pretrained(to)\nNAME = 'net-7'\n",
        "def card(to='acme/net-7'):\n    create_repo(repo_id=to, exist_ok=True)\n"
        "    hf_hub_download(repo_id=to, filename='README.md')\n",
        f"def test():\n    with pytest.raises(OSError, match='net'):\n        {LOAD}",
        f"class A:\n    def test(self):\n        with self.assertRaises(OSError):\n            {LOAD}",
    ],
    ids=["saved", "in a block", "uploaded", "pytest", "unittest"],
)
def test_a_load_of_what_is_made_here_or_fails_is_only_possible(tmp_path: Path, code: str) -> None:
    """The Hub is asked for nothing that the code has not put there itself."""
    assert not is_sure(tmp_path, code)


@pytest.mark.parametrize(
    "code",
    [
        "def save(to='acme/net-7'):\n    net = AutoModel.from_pretrained(to)\n"
        "    net.save_pretrained(to)\n",
        "def save(net, to='acme/net-7'):\n    if net:\n        net.save_pretrained(to)\n"
        "    return AutoModel.from_pretrained(to)\n",
        "def save(net, to='acme/net-7'):\n    if net:\n        net.save_pretrained(to)\n    else:\n"
        "        return AutoModel.from_pretrained(to)\n",
        "def save(net, to):\n    net.save_pretrained(to)\n    to = 'acme/net-7'\n"
        "    return AutoModel.from_pretrained(to)\n",
        "def save(net, to, name='acme/net-7'):\n    net.save_pretrained(to)\n"
        "    return AutoModel.from_pretrained(name)\n",
        f"def test():\n    with pytest.raises(OSError):\n        fail()\n    {LOAD}",
        f"def test():\n    with pytest.warns(UserWarning):\n        {LOAD}",
        "SMALL_MODEL = 'acme/net-7'\ndef test():\n    with pytest.raises(OSError):\n"
        "        AutoModel.from_pretrained(SMALL_MODEL)\n    check(SMALL_MODEL)\n",
    ],
    ids=["before", "if", "else", "set again", "another", "behind", "warns", "constant"],
)
def test_a_load_that_may_ask_the_hub_stays(tmp_path: Path, code: str) -> None:
    """Where it comes first, where nothing may have been saved, or under another name."""
    assert is_sure(tmp_path, code)


def test_the_name_of_a_package_is_none_of_its_models(tmp_path: Path) -> None:
    """`require(SentenceTransformer, "sentence-transformers")` says what has to be installed."""
    head = "from sentence_transformers import SentenceTransformer\n"
    (tmp_path / "a.py").write_text(
        f"{head}require(SentenceTransformer, 'sentence-transformers')\n"
        "require(SentenceTransformer, 'all-mpnet-base-v2')\n"
    )
    found = {use.model for use in scan(tmp_path).uses}
    assert found == {"sentence-transformers/all-mpnet-base-v2"}


def test_a_programs_word_for_a_kind_of_model_is_no_model(tmp_path: Path) -> None:
    """Unless it is shaped as a name of the Hub, or only the run knows it."""
    (tmp_path / "serve.sh").write_text(
        "vllm serve acme/net-7 --model-impl gpt2 --model-variant=distilgpt2 --tokenizer gpt2-xl\n"
        "sglang serve acme/net-7 --model-variant acme/net-8\n"
    )
    found = {use.model for use in scan(tmp_path).uses}
    assert found == {"acme/net-7", "acme/net-8", "gpt2-xl"}


REGISTRY = (
    "from dataclasses import dataclass\nfrom transformers import AutoModel\n"
    "@dataclass\nclass Entry:\n    name: str\n    loader: object\n"
    "    def load(self):\n        return self.loader(self.name)\n"
    "    def words(self):\n        return AutoModel.from_pretrained(self.name)\n"
)
RANDOM = "class Net:\n    def __init__(self, name, seed=1):\n        self.seed = seed\n"


@pytest.mark.parametrize(
    ("loader", "is_read"),
    [
        (RANDOM, False),
        ("def Net(name, **kwargs):\n    return Random(**kwargs)\n", False),
        (RANDOM.replace("seed\n", "name\n"), True),
        (RANDOM.replace("self.seed = seed", "super().__init__(**locals())"), True),
        (RANDOM.replace("seed=1", "api_model_name=None, seed=1"), True),
        ("class Net(AutoModel):\n    pass\n", True),
        ("def Net(*args, **kwargs):\n    return AutoModel.from_pretrained(*args)\n", True),
        ("Net = None\n", True),
    ],
    ids=["class", "function", "kept", "locals", "named otherwise", "above", "handed on", "none"],
)
def test_an_entry_whose_loader_reads_no_name(tmp_path: Path, loader: str, is_read: bool) -> None:
    """A registry's entry that stands for something made here is only possible."""
    (tmp_path / "registry.py").write_text(REGISTRY)
    (tmp_path / "nets.py").write_text(f"from transformers import AutoModel\n{loader}")
    (tmp_path / "entries.py").write_text(
        "from nets import Net\nfrom registry import Entry\nEntry(name='acme/net-7', loader=Net)\n"
    )
    found = [use for use in scan(tmp_path).uses if use.model == "acme/net-7"]
    assert any(use.certainty is not Certainty.POSSIBLE for use in found) is is_read
