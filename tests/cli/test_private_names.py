"""Private and gated repositories that code names: open for whoever may not read them, read like any
other with a token that may, and never a reason to ask more or to show the token elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
TOKEN = "hf_mayread"
MAY = frozenset({TOKEN})
QWEN = HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"})
SECRET = HubModel(
    "acme/secret", card={"base_model": QWEN.id, "license": "mit"}, private=True, readers=MAY
)
GATED = HubModel(
    "acme/gated",
    card={"base_model": QWEN.id, "license": "mit"},
    gated="manual",
    readers=MAY,
    files={"config.json": '{"model_type": "qwen2"}', "README.md": "A model.", "x.gguf": b"GGUF"},
)
MANY = [HubModel(f"acme/p{number}", private=True) for number in range(30)]
POLICY = (
    'extends = ["default"]\n[rules]\n'
    'foundation-jurisdiction = { level = "fail", unknown = "info" }\n'
)


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(
        [QWEN, SECRET, GATED, *MANY], tokens={TOKEN: "full", "hf_narrow": "narrow"}
    ) as one:
        yield one


def check(
    lineage: Run, hub: TestHub, folder: Path, names: list[str], token: str = ""
) -> tuple[int, dict[str, Any], str]:
    """The gate over code that loads these names: exit code, report, text."""
    repo = folder / "repo"
    repo.mkdir(exist_ok=True)
    (repo / "lineage.toml").write_text(POLICY)
    loads = "".join(f"AutoModel.from_pretrained('{name}')\n" for name in names)
    (repo / "app.py").write_text(f"from transformers import AutoModel\n{loads}")
    env = {"HF_ENDPOINT": hub.url} | ({"HF_TOKEN": token} if token else {})
    text = folder / "report.txt"
    ran = lineage("check", "--no-cache", "-fjson", f"-ftext={text}", env=env, cwd=repo)
    return ran.code, json.loads(ran.out), " ".join(text.read_text().split())


@pytest.mark.parametrize("token", ["", "hf_narrow", "hf_unknown"])
def test_what_may_not_be_read_stays_open(
    lineage: Run, hub: TestHub, tmp_path: Path, token: str
) -> None:
    """Inconclusive, with the place in the code and with what to do, whatever is wrong with the
    token."""
    code, report, text = check(lineage, hub, tmp_path, [SECRET.id, GATED.id], token)
    verdicts = {one["model"]: one["verdict"] for one in report["targets"]}
    # What a gated card declares is public, and enough to fail.
    assert (code, verdicts) == (1, {SECRET.id: "inconclusive", GATED.id: "fail"})
    assert "INCONCLUSIVE acme/secret · developer unknown app.py:2" in text
    assert "Give a token that may read it" in text
    rules = {f["rule"] for t in report["targets"] for f in t["findings"] if t["model"] == GATED.id}
    assert "limited-access" in rules
    assert check(lineage, hub, tmp_path, [SECRET.id], token)[0] == 3


def test_a_token_that_may_read_closes_it(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """Private and gated repositories are then read whole: nobody is told to give a token who gave
    one."""
    code, report, text = check(lineage, hub, tmp_path, [SECRET.id, GATED.id], TOKEN)
    assert (code, {one["verdict"] for one in report["targets"]}) == (1, {"fail"})
    rules = {f["rule"] for one in report["targets"] for f in one["findings"]}
    assert not rules & {"limited-access", "unresolved-ancestor"}
    assert "token" not in text
    assert {call.token for call in hub.calls} <= {f"Bearer {TOKEN}", None}
    assert {call.token for call in hub.calls if call.server != "hub"} <= {None}


def test_names_that_show_nothing_cost_one_call_each(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """No files are asked for of thirty private repositories, and the Hub is asked once for each."""
    code, _, _ = check(lineage, hub, tmp_path, [one.id for one in MANY])
    details = Counter(call.target.partition("?")[0] for call in hub.calls)
    assert code == 3
    assert all(details[f"/api/models/{one.id}"] == 1 for one in MANY)
    assert sum("/resolve/" in target for target in details) <= 4
    assert sum(details.values()) <= len(MANY) + 5
