"""The live path: the real command line and the real client against the test Hub over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, Quota, TestHub

Run = Callable[..., Ran]
TOKEN = "hf_aSecretThatMustNeverShow"


def chain(length: int) -> list[HubModel]:
    """`chain/m0` finetuned from `chain/m1` and so on."""
    return [
        HubModel(f"chain/m{i}", card={"base_model": f"chain/m{i + 1}"} if i + 1 < length else {})
        for i in range(length)
    ]


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(
        [
            *chain(6),
            HubModel("Org/Model", card={"base_model": "chain/m0"}, aliases=("old-org/Model",)),
        ]
    ) as running:
        yield running


def audited(
    lineage: Run, hub: TestHub, *args: str, codes: tuple[int, ...] = (0, 1, 3), **env: str
) -> dict[str, Any]:
    ran = lineage("audit", "-f", "json", *args, env={"HF_ENDPOINT": hub.url, **env})
    assert ran.code in codes, ran.err
    return json.loads(ran.out)


def api_calls(hub: TestHub) -> list[str]:
    return [call.path for call in hub.calls_to("/api/models/")]


def test_a_live_chain_costs_one_api_call_per_model(lineage: Run, hub: TestHub):
    """Six models, six calls, and the report says that the Hub answered."""
    report = audited(lineage, hub, "chain/m0", "--no-cache")
    (target,) = report["targets"]
    assert target["source"] == "hub"
    assert [n["id"] for n in target["nodes"]] == [f"chain/m{i}" for i in range(6)]
    assert target["roots"] == ["chain/m5"]
    assert sorted(api_calls(hub)) == [f"/api/models/chain/m{i}" for i in range(6)]
    assert all(len(n["revision"]) == 40 for n in target["nodes"])


@pytest.mark.parametrize(
    "written",
    [
        "Org/Model",
        "org/model",
        "old-org/Model",
        "https://huggingface.co/Org/Model/tree/main",
        "Org/Model@main",
    ],
)
def test_every_way_to_write_a_name_leads_to_the_model(lineage: Run, hub: TestHub, written: str):
    """Case, renames, addresses and revisions: one canonical id, and what was asked for is kept."""
    (target,) = audited(lineage, hub, written)["targets"]
    assert target["model"] == "Org/Model"
    assert target["target"] == written


def test_a_misspelt_name_is_one_clear_sentence_and_inconclusive(lineage: Run, hub: TestHub):
    """The Hub does not tell missing from private; neither do we, and we say what to do."""
    ran = lineage("audit", "chain/m00", env={"HF_ENDPOINT": hub.url})
    assert ran.code == 3
    assert "INCONCLUSIVE  chain/m00" in ran.out
    assert "could not be read" in ran.out
    assert "does not exist, is private or is disabled" in " ".join(ran.out.split())
    assert "Traceback" not in ran.out + ran.err


def test_parents_that_cannot_be_read_end_with_honest_statuses(lineage: Run, hub: TestHub):
    """Gated metadata is public, private looks missing, disabled says so; none of them is
    dropped."""
    hub.add(HubModel("base/gated", gated="manual", files={"config.json": "{}"}))
    hub.add(HubModel("base/private", private=True))
    hub.add(HubModel("base/disabled", disabled=True))
    hub.add(
        HubModel(
            "my/merge",
            card={"base_model": ["base/gated", "base/private", "base/disabled", "base/nowhere"]},
        )
    )
    (target,) = audited(lineage, hub, "my/merge")["targets"]
    statuses = {n["id"]: n["status"] for n in target["nodes"]}
    assert statuses == {
        "my/merge": "resolved",
        "base/gated": "gated",
        "base/private": "not-found",
        "base/disabled": "disabled",
        "base/nowhere": "not-found",
    }
    assert {u["id"] for u in target["unresolved"]} == {"base/private", "base/nowhere"}
    assert target["complete"] is False
    assert target["verdict"] in ("review", "inconclusive")


def test_a_private_model_is_read_with_its_token_and_the_token_shows_nowhere(
    lineage: Run, hub: TestHub
):
    """HF_TOKEN opens it; stdout, stderr and every host but the Hub never see the token."""
    hub.routes.tokens[TOKEN] = "full"
    hub.add(
        HubModel(
            "my/private",
            private=True,
            readers=frozenset({TOKEN}),
            card={"base_model": "chain/m5"},
            files={"config.json": "{}"},
        )
    )
    ran = lineage("audit", "-v", "my/private", env={"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN})
    assert ran.code == 0, ran.out + ran.err
    assert TOKEN not in ran.out + ran.err
    assert not [call for call in hub.calls if call.token and call.server != "hub"]


def test_a_used_up_quota_is_waited_for_within_max_wait_only(lineage: Run, hub: TestHub):
    """With no time to wait the audit ends, says why, and passes nothing."""
    with TestHub(chain(3), quota=Quota(api=1)) as small:
        ask = ("audit", "chain/m0", "--max-wait", "0")
        ran = lineage(*ask, "--policy", "strict", env={"HF_ENDPOINT": small.url})
        default = lineage(*ask, env={"HF_ENDPOINT": small.url})
    assert ran.code == 3, ran.out + ran.err
    assert "quota" in " ".join(ran.out.split())
    assert default.out.startswith("REVIEW"), default.out


def test_several_targets_come_in_one_report_in_the_order_given(lineage: Run, hub: TestHub):
    """One run, one report, one verdict over all."""
    report = audited(lineage, hub, "chain/m3", "Org/Model", "chain/m1")
    assert [t["model"] for t in report["targets"]] == ["chain/m3", "Org/Model", "chain/m1"]
    assert report["summary"]["targets"] == 3


def test_a_base_that_the_hubs_own_tree_dropped_is_followed_by_its_repaired_name(
    lineage: Run, hub: TestHub
):
    """A base model in the wrong letter case is linked by nobody but us."""
    hub.add(HubModel("my/tune", card={"base_model": "CHAIN/M5"}))
    (target,) = audited(lineage, hub, "my/tune")["targets"]
    assert target["roots"] == ["chain/m5"]
    (edge,) = target["edges"]
    assert edge["claims"][0]["value"] == "CHAIN/M5"
    assert target["nodes"][1]["aliases"] == ["CHAIN/M5"]


def test_a_local_folder_finds_its_base_on_the_hub(lineage: Run, hub: TestHub, tmp_path: Any):
    """A model that never was on a hub is followed into it."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(
        json.dumps({"base_model_name_or_path": "chain/m4", "peft_type": "LORA"})
    )
    (target,) = audited(lineage, hub, str(folder))["targets"]
    assert target["source"] == "local"
    assert target["edges"][0]["parent"] == "chain/m4"
    assert target["edges"][0]["relation"] == "adapter"
    assert target["edges"][0]["grade"] == "embedded"
    assert target["roots"] == ["chain/m5"]


def test_a_long_list_says_beforehand_what_it_costs(lineage: Run, hub: TestHub, tmp_path: Any):
    """More than a hundred rows: a plan on stderr, with the way to go on after an interruption."""
    listed = tmp_path / "models.txt"
    listed.write_text("chain/m5\n" * 101)
    ran = lineage("audit", "--input", str(listed), "-qq", env={"HF_ENDPOINT": hub.url})
    assert ran.code == 0, ran.err
    assert "Plan: 101 models" in ran.err
    assert "--resume" in ran.err
    assert "Plan" not in lineage("audit", "chain/m5", env={"HF_ENDPOINT": hub.url}).err


def test_a_quota_that_lets_nothing_through_says_what_helps(lineage: Run):
    """Not the spelling: the window, the waiting time, a token."""
    with TestHub(chain(1), quota=Quota(api=0)) as shut:
        ran = lineage("audit", "chain/m0", "--max-wait", "0", env={"HF_ENDPOINT": shut.url})
    assert ran.code == 4
    assert "HF_TOKEN" in ran.err and "--max-wait" in ran.err
    assert "spelling" not in ran.err


def test_a_name_that_holds_the_word_quota_gets_no_advice_about_quota(lineage: Run):
    """What is advised follows the cause and not the letters of a name."""
    ran = lineage("audit", "acme/quota-model", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert ran.code == 4
    assert "Check the spelling" in ran.err
    assert "--max-wait" not in ran.err


def test_a_misspelt_name_offline_gets_the_near_one(lineage: Run):
    """The offline data knows the right spelling."""
    ran = lineage("audit", "--offline", "qwen/Qwen2.5-7B-Instuct")
    assert ran.code == 4
    assert "did you mean Qwen/Qwen2.5-7B-Instruct" in " ".join(ran.err.split())
