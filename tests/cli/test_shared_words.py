"""Words that other things share with models (`model: sales/forecast`): the Hub decides whether one is
meant, and nothing that a change could put beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
CLEAN = "from transformers import AutoModel\nAutoModel.from_pretrained('allenai/OLMo-2-1124-7B')\n"
POLICY = 'extends = ["default"]\n[rules]\nfoundation-jurisdiction = "fail"\n'
PLACES = {
    "compose.yml": "services:\n  web:\n    image: shop\n    environment:\n      MODEL: {}\n",
    "config/settings.yaml": "report:\n  model: {}\n",
    "devices.json": '{{"printers": {{"model": "{}", "manufacturer": "HP"}}}}',
    "shop/settings.py": 'AUTH_USER_MODEL = "{}"\n',
    "shop/seed.py": 'from shop.db import Printer\nPrinter.objects.create(model="{}")\n',
    "models/report.js": 'module.exports = db.define({{ model: "{}" }})\n',
    "app/post.rb": 'has_many :posts, model: "{}"\n',
    "load.sh": "loaddata --model {}\n",
    ".env": "REPORT_MODEL={}\n",
}


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(
        [
            HubModel("allenai/OLMo-2-1124-7B", card={"license": "apache-2.0"}),
            HubModel("Qwen/Qwen2.5-7B", config={"model_type": "qwen2"}),
            HubModel("acme/child", card={"base_model": "Qwen/Qwen2.5-7B"}),
        ]
    ) as server:
        yield server


@pytest.fixture
def check(lineage: Run, hub: TestHub, tmp_path: Path) -> Callable[..., Ran]:
    """A check of a repository with a model that nobody doubts, and of the files that are given."""
    (tmp_path / "base.toml").write_text(POLICY)
    code = tmp_path / "code"
    code.mkdir()
    (code / "load.py").write_text(CLEAN)

    def run(name: str, *options: str, places: dict[str, str] = PLACES) -> Ran:
        for file, text in places.items():
            (code / file).parent.mkdir(exist_ok=True)
            (code / file).write_text(text.format(name))
        policy = ("--policy", str(tmp_path / "base.toml"))
        return lineage("check", *policy, *options, cwd=code, env={"HF_ENDPOINT": hub.url})

    return run


def test_what_the_hub_does_not_show_is_listed_and_fails_nothing(check: Callable[..., Ran]) -> None:
    """A table of a database, a printer: each place is told, asks for a look, and no more."""
    ran = check("sales/forecast", "-f", "json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert [one["model"] for one in told["targets"]] == ["allenai/OLMo-2-1124-7B"]
    listed = {use["file"] for use in told["scan"]["not_audited"]}
    assert listed == PLACES.keys()
    assert {use["certainty"] for use in told["scan"]["not_audited"]} == {"possible"}
    assert "the Hub shows no such model" in told["scan"]["not_audited"][0]["reason"]
    assert {one["file"] for one in told["scan"]["findings"]} == PLACES.keys()
    assert told["verdict"] == "review"
    assert check("sales/forecast", "--strict").code == 3


@pytest.mark.parametrize("place", PLACES)
def test_what_the_hub_shows_is_audited(check: Callable[..., Ran], place: str) -> None:
    """The same place with the name of a model fails with it, whatever stands beside."""
    ran = check("acme/child", places={place: PLACES[place]})
    assert ran.code == 1 and "acme/child" in ran.out and place in ran.out


def test_a_key_of_machine_learning_is_believed(check: Callable[..., Ran]) -> None:
    """A private model, or a slip, under a word that nothing else has leaves the answer open."""
    for text in ("llm: {}\n", "reranker_model: {}\n", "model: {}\ntemperature: 0.2\n"):
        assert check("acme/private", places={"settings.yaml": text}).code == 3


def test_a_dry_run_tells_what_the_hub_decides(check: Callable[..., Ran]) -> None:
    """A name that counts only if the Hub shows it is marked as such."""
    ran = check("sales/forecast", "--dry-run")
    asked = [line.endswith(", if the Hub shows it") for line in ran.out.splitlines()]
    assert asked.count(True) == len(PLACES) and asked.count(False) == 1
    assert "2 models would be audited, 1 of them only if the Hub shows them" in ran.err


def test_without_the_hub_nothing_is_decided(check: Callable[..., Ran]) -> None:
    """Offline nobody can say whether it is a model, so the answer stays open."""
    assert check("sales/forecast", "--offline").code in (3, 4)


def test_an_empty_repository_with_code_that_cannot_be_read_is_no_pass(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """`--allow-empty` allows that there is no model, and not that a file hides one."""
    (tmp_path / "load.py").symlink_to("/etc/hostname.py")
    env = {"HF_ENDPOINT": hub.url}
    assert lineage("check", "--allow-empty", cwd=tmp_path, env=env).code != 0
    (tmp_path / "load.py").unlink()
    (tmp_path / "load.py").write_text("print(1)\n")
    assert lineage("check", "--allow-empty", cwd=tmp_path, env=env).code == 0
