"""Names of repositories that hold no model of the Hub, or of which only the Hub can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from scan.named import hub_uses

_LEARNS = "import transformers\n"
LEFT_TO_THE_HUB = {
    "a constant that spells a kind": _LEARNS + 'net_1_lora = "net-1/lora"\n',
    "a repository of code": (
        _LEARNS + 'UPSTREAM_REPO = "acme/runner-2"\n'
        'RAW = "https://raw.githubusercontent.com/acme/runner-2/main/a.py"\n'
    ),
    "an interface of GitHub's": (
        _LEARNS + 'UPSTREAM_REPO = "acme/runner-2"\n'
        'API = "https://api.github.com/repos/acme/runner-2/releases"\n'
    ),
}
AUDITED = {
    "a name of its own": (_LEARNS + 'net_1_lora = "acme/net-1-lora"\n', "acme/net-1-lora"),
    "code of another name": (
        _LEARNS + 'HUB_REPO = "acme/net-2"\nCODE = "https://github.com/acme/net-21"\n',
        "acme/net-2",
    ),
    "the model of a score": (
        "from bert_score import score\nscore([], [], model_type='distilbert-base-uncased')\n",
        "distilbert-base-uncased",
    ),
}


@pytest.mark.parametrize("case", LEFT_TO_THE_HUB)
def test_what_only_the_hub_can_tell_is_left_to_it(tmp_path: Path, case: str) -> None:
    (tmp_path / "a.py").write_text(LEFT_TO_THE_HUB[case], "utf-8")
    assert [use.if_found for use in hub_uses(scan(tmp_path))] == [True]


@pytest.mark.parametrize("case", AUDITED)
def test_a_model_beside_them_is_audited(tmp_path: Path, case: str) -> None:
    text, model = AUDITED[case]
    (tmp_path / "a.py").write_text(text, "utf-8")
    assert [(u.model, u.if_found) for u in hub_uses(scan(tmp_path))] == [(model, False)]


_LISTS = "from huggingface_hub import HfApi\n\n"
DATA = {
    "by constants": (
        'REPO_ID = "acme/texts-2"\nREPO_TYPE = "dataset"\n'
        "HfApi().list_repo_tree(repo_id=REPO_ID, repo_type=REPO_TYPE)\n"
    ),
    "written out": 'HfApi().list_repo_tree(repo_id="acme/texts-2", repo_type="dataset")\n',
}


@pytest.mark.parametrize("form", DATA)
def test_a_data_set_that_a_call_lists_is_no_model(tmp_path: Path, form: str) -> None:
    (tmp_path / "a.py").write_text(_LISTS + DATA[form], "utf-8")
    assert hub_uses(scan(tmp_path)) == []


def test_a_file_that_a_test_fetches_is_left_to_the_hub(tmp_path: Path) -> None:
    code = 'URL = "https://huggingface.co/acme/net-2/resolve/main/a.pt"\ndownload_file(URL)\n'
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(code, "utf-8")
    assert {use.if_found for use in hub_uses(scan(tmp_path))} == {True}
