"""Constants that only say that they are repositories, where what takes them loads no models."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.core.use import Certainty, ModelUse
from lineage.scan.scan import scan

FETCH = (
    "from huggingface_hub import snapshot_download\nWORDS_HF_REPO = 'acme/words-7'\n"
    "def fetch(repo):\n    return snapshot_download(repo, repo_type='dataset')\n"
)
MAIN = (
    "import argparse\nfrom transformers import AutoModel\nfrom fetch import WORDS_HF_REPO, fetch\n"
)


def found(folder: Path, **files: str) -> dict[str, ModelUse]:
    """By the model: the surest use of it."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    uses = scan(folder).uses
    return {use.model: use for use in sorted(uses, key=lambda use: -use.certainty.rank)}


@pytest.mark.parametrize(
    "code",
    [
        "fetch(repo=WORDS_HF_REPO)\n",
        "def main(words_repo_id=WORDS_HF_REPO):\n    fetch(words_repo_id)\n",
        "p = argparse.ArgumentParser()\np.add_argument('--from', dest='f', default=WORDS_HF_REPO)\n"
        "args = p.parse_args()\nfetch(args.f)\n",
        "def ready(source):\n    return fetch(source)\nready(WORDS_HF_REPO)\n",
    ],
    ids=["a function", "a default", "an option", "two functions"],
)
def test_a_constant_is_followed_to_the_data_set(tmp_path: Path, code: str) -> None:
    """Through functions of other modules, as a model's name is followed."""
    use = found(tmp_path, fetch=FETCH, main=MAIN + code)["acme/words-7"]
    assert use.certainty is Certainty.POSSIBLE
    assert "data sets" in use.reason


@pytest.mark.parametrize(
    "code",
    [
        "fetch(WORDS_HF_REPO)\nAutoModel.from_pretrained(WORDS_HF_REPO)\n",
        "fetch(WORDS_HF_REPO)\ndef load(name):\n    AutoModel.from_pretrained(name)\n"
        "load(WORDS_HF_REPO)\n",
        "fetch('acme/words-8')\nAutoModel.from_pretrained('acme/words-7')\n",
        "fetch\n",
    ],
    ids=["loaded", "loaded by a function", "the same name", "nothing known"],
)
def test_a_constant_that_models_are_loaded_by_stays(tmp_path: Path, code: str) -> None:
    """Beside a data set that is loaded by the same name, or where none is seen to be."""
    use = found(tmp_path, fetch=FETCH, main=MAIN + code)["acme/words-7"]
    assert use.certainty is not Certainty.POSSIBLE


def test_a_long_way_to_a_data_set_hides_no_file(tmp_path: Path) -> None:
    """However many functions hand it on, what comes to its end is no model."""
    files = [f"from m{n} import f{n}\ndef f{n + 1}(r):\n    return f{n}(r)\n" for n in range(15)]
    (tmp_path / "m0.py").write_text(FETCH.replace("fetch(repo)", "f0(repo)"))
    for number, text in enumerate(files):
        (tmp_path / f"m{number + 1}.py").write_text(text)
    assert scan(tmp_path).unreadable == ()


BESIDE = "from transformers import AutoModel\nimport torch\n"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("from inspect_ai.dataset import hf_dataset\n", "hf_dataset(path=%s, split='train')\n"),
        ("import words.dataset as d\n", "def load(path):\n    d.hf_dataset(path)\nload(%s)\n"),
        ("", "SHARED = dict(dataset={'path': %s, 'revision': '1'})\n"),
        ("", "class Task:\n    metadata = Meta(dataset={'path': %s})\n"),
        ("from kernels import get_kernel\n", "get_kernel(%s, version=1)\n"),
        (
            "",
            "def get(repo):\n    return f'https://api.github.com/repos/{repo}/releases'\nget(%s)\n",
        ),
        ("", "URL = 'https://github.com/' + %s + '/archive/main.zip'\n"),
        ("import datasets\n", "class Words(datasets.GeneratorBasedBuilder):\n    pass\n"),
    ],
    ids=["outside", "handed on", "a key", "a field", "kernel", "code", "sum", "script"],
)
@pytest.mark.parametrize("name", ["ACME_REPO", "_REPO_ID", "ACME_MODEL"])
def test_names_of_what_takes_a_repository_tell(
    tmp_path: Path, head: str, code: str, name: str
) -> None:
    """Where the constant itself says no more than that it is a repository."""
    text = f"{BESIDE}{head}{name} = 'acme/net-7'\n{code.replace('%s', name)}"
    use = found(tmp_path, a=text)["acme/net-7"]
    assert (use.certainty is Certainty.POSSIBLE) is (name != "ACME_MODEL")


@pytest.mark.parametrize(
    "code",
    [
        "TABLE = {'path': ACME_REPO}\n",
        "from words import load_words\nload_words(ACME_REPO)\n",
        "def load_dataset_of(repo):\n    return make(repo)\nload_dataset_of(ACME_REPO)\n",
        "from words import DatasetTokenizer\nDatasetTokenizer(ACME_REPO)\n",
        "URL = f'https://example.com/{ACME_REPO}/a.bin'\n",
        "from kernels import get_kernel\nget_kernel('acme/net-7')\nAutoModel.from_pretrained(ACME_REPO)\n",
        "URL = f'https://github.com/{ACME_REPO}'\nAutoModel.from_pretrained(ACME_REPO)\n",
    ],
)
def test_a_repository_of_which_nothing_is_known_stays(tmp_path: Path, code: str) -> None:
    """As does one that a model is loaded by."""
    use = found(tmp_path, a=f"{BESIDE}ACME_REPO = 'acme/net-7'\n{code}")["acme/net-7"]
    assert use.certainty is not Certainty.POSSIBLE


@pytest.mark.parametrize(
    ("kind", "is_model"),
    [
        ("'dataset' if words else 'model'", True),
        ("'dataset' if words else None", True),
        ("KIND", True),
        ("'dataset' if words else 'space'", False),
        ("'dataset'", False),
    ],
)
def test_a_repository_that_may_hold_a_model_is_told(
    tmp_path: Path, kind: str, is_model: bool
) -> None:
    """Where a condition says of what kind it is, either may be loaded."""
    text = (
        "from huggingface_hub import snapshot_download\n"
        "KIND = 'dataset' if words else 'model'\n"
        f"snapshot_download('acme/net-7', repo_type={kind})\n"
    )
    assert ("acme/net-7" in found(tmp_path, a=text)) is is_model
