"""The command line against registries, mirrors and addresses as people have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Ran
from hub import Fault, HubModel, TestHub

Run = Callable[..., Ran]
TOKEN = "hf_aSecretThatMustNeverShow"
BELOW = "/artifactory/api/huggingfaceml/hf"


@pytest.fixture
def hub() -> Iterator[TestHub]:
    models = [
        HubModel("acme/assistant", card={"base_model": "acme/base"}),
        HubModel("acme/base", card={"license": "mit"}),
    ]
    with TestHub(models, tokens={TOKEN: "full"}) as running:
        yield running


@pytest.mark.parametrize("command", [("audit",), ("check", "."), ("lock",), ("snapshot", "info")])
@pytest.mark.parametrize("address", ["http://[::1", "huggingface.co", "https://a b", "ftp://x"])
def test_a_wrong_endpoint_is_never_a_crash(lineage: Run, tmp_path: Path, command, address):
    """Wrong usage where the Hub is asked; what asks nobody does not care."""
    (tmp_path / "app.py").write_text(
        'from transformers import AutoModel\nAutoModel.from_pretrained("acme/base")\n'
    )
    args = (*command, "acme/base") if command == ("audit",) else command
    ran = lineage(*args, env={"HF_ENDPOINT": address}, cwd=tmp_path)
    assert ran.code == (0 if command[0] == "snapshot" else 2), ran.err
    assert command[0] == "snapshot" or "HF_ENDPOINT" in ran.err


@pytest.mark.parametrize(
    "written",
    [
        "hf.co/acme/assistant:Q4_K_M",
        "https://hf-mirror.com/acme/assistant/tree/main",
        "{hub}/acme/assistant",
        "acme/assistant/",
        " “acme/assistant”, ",
        "pkg:huggingface/acme%2Fassistant@main",
    ],
)
def test_targets_as_they_are_copied(lineage: Run, hub: TestHub, tmp_path: Path, written: str):
    """On the command line, in a list, and in a pack: the same model."""
    target = written.replace("{hub}", hub.url)
    (tmp_path / "list.txt").write_text(f"{target}\n", "utf-8")
    env = {"HF_ENDPOINT": hub.url}
    for args in ((target,), ("--input", str(tmp_path / "list.txt"))):
        ran = lineage("audit", "-f", "json", *args, env=env)
        (audited,) = json.loads(ran.out)["targets"]
        assert audited["model"] == "acme/assistant", ran.err
        assert [node["id"] for node in audited["nodes"]] == ["acme/assistant", "acme/base"]
    packed = lineage("pack", "make", target, "-o", str(tmp_path / "pack"), env=env)
    assert packed.code in (0, 1, 3), packed.err


def test_a_purl_with_a_coded_slash_in_a_bill_of_materials(
    lineage: Run, hub: TestHub, tmp_path: Path
):
    """As some tools write it."""
    part = {
        "type": "machine-learning-model",
        "name": "assistant",
        "purl": "pkg:huggingface/acme%2Fassistant@main",
    }
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [part]}
    (tmp_path / "bom.json").write_text(json.dumps(bom))
    ran = lineage(
        "audit", "-f", "json", "--input", str(tmp_path / "bom.json"), env={"HF_ENDPOINT": hub.url}
    )
    assert json.loads(ran.out)["targets"][0]["model"] == "acme/assistant"


def test_an_address_with_a_token_is_not_quoted(lineage: Run, hub: TestHub):
    """A copied clone line is refused without repeating what stands in it."""
    ran = lineage(
        "audit", f"https://me:{TOKEN}@huggingface.co/acme/base", env={"HF_ENDPOINT": hub.url}
    )
    assert ran.code == 2 and TOKEN not in ran.out + ran.err and hub.calls == []


def test_a_mirror_that_sends_home_is_said_in_the_report(lineage: Run, hub: TestHub):
    """The token goes to the mirror alone, and the report names who answered."""
    with TestHub() as mirror:
        for name in ("assistant", "base"):
            mirror.trouble(Fault.REDIRECT, name, target=f"{hub.url}/api/models/acme/{name}")
        env = {"HF_ENDPOINT": mirror.url, "HF_TOKEN": TOKEN}
        ran = lineage("audit", "-f", "json", "--no-cache", "acme/assistant", env=env)
        assert ran.err.count(hub.url) == 1
        (target,) = json.loads(ran.out)["targets"]
        assert target["roots"] == ["acme/base"] and hub.url in target["notice"]
        text = lineage("audit", "--no-cache", "acme/assistant", env=env)
    assert hub.url in text.out and TOKEN not in text.out + text.err + ran.out
    assert {call.token for call in hub.calls} == {None}


def test_a_registry_below_a_path(lineage: Run, hub: TestHub):
    """Artifactory's way: no queries, no commits of files; a slash at the end of the address is
    nothing."""
    hub.routes.registry_at = BELOW
    env = {"HF_ENDPOINT": f"{hub.url}{BELOW}/", "HF_TOKEN": TOKEN}
    ran = lineage("audit", "-f", "json", "--no-cache", "acme/assistant", env=env)
    (target,) = json.loads(ran.out)["targets"]
    assert [node["status"] for node in target["nodes"]] == ["resolved", "resolved"], ran.err
    read = [call.path for call in hub.calls if "/resolve/" in call.path]
    assert len(read) == len(set(read))


def test_calls_that_are_turned_away_are_not_called_out_of_reach(lineage: Run):
    """A server that answers 429 to everything was reached; what it said stands in the notice."""
    with TestHub() as busy:
        busy.trouble(Fault.STATUS, status=429)
        options = ("--no-cache", "--max-wait", "0", "google-bert/bert-base-uncased")
        ran = lineage("audit", *options, env={"HF_ENDPOINT": busy.url})
    assert "Calls to the Hub were turned away (" in ran.err and "429" in ran.err
    assert "Could not reach" not in ran.out + ran.err
