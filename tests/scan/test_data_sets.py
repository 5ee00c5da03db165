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
