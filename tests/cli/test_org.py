"""`lineage audit --org`: every model of an organisation, in few calls, as one report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
BASE = "mistralai/Mistral-7B-v0.1"


def models() -> list[HubModel]:
    return [
        HubModel(BASE),
        HubModel("Acme/own"),
        *(HubModel(f"Acme/tune{i:02}", card={"base_model": BASE}) for i in range(30)),
    ]


def test_every_model_of_an_organisation_in_two_calls(lineage: Run) -> None:
    """One call lists thirty-one models with their cards, one asks for the base that they share."""
    with TestHub([*models(), HubModel("acme-not/other")]) as hub:
        ran = lineage("audit", "--org", "acme", "-f", "json", "-q", env={"HF_ENDPOINT": hub.url})
        calls = [call.target for call in hub.calls if call.path.startswith("/api/models")]
    report = json.loads(ran.out)
    assert [t["model"] for t in report["targets"]] == [
        "Acme/own",
        *(f"Acme/tune{i:02}" for i in range(30)),
    ]
    assert all(t["source"] == "hub" for t in report["targets"])
    assert all(t["roots"] == [BASE] for t in report["targets"][1:])
    assert len(calls) == 2, calls


def test_named_models_come_first_and_none_twice(lineage: Run) -> None:
    """A model that is also the organisation's is audited once."""
    with TestHub(models()[:4]) as hub:
        ran = lineage(
            "audit",
            "Acme/tune01",
            "--org",
            "Acme",
            "-f",
            "json",
            "-q",
            env={"HF_ENDPOINT": hub.url},
        )
    assert [t["model"] for t in json.loads(ran.out)["targets"]] == [
        "Acme/tune01",
        "Acme/own",
        "Acme/tune00",
    ]


def test_an_organisation_from_an_index_and_from_the_snapshot(lineage: Run, tmp_path: Path) -> None:
    """Neither asks a network."""
    with TestHub(models()[:4]) as hub:
        assert (
            lineage("index", "build", "-o", "hub.sqlite", "-q", env={"HF_ENDPOINT": hub.url}).code
            == 0
        )
    ran = lineage("audit", "--org", "ACME", "--index", "hub.sqlite", "-f", "json")
    assert [t["model"] for t in json.loads(ran.out)["targets"]] == [
        "Acme/own",
        "Acme/tune00",
        "Acme/tune01",
    ]
    ran = lineage("audit", "--org", "open-thoughts", "--offline", "-f", "json")
    assert json.loads(ran.out)["summary"]["targets"] >= 1


def test_wrong_use_and_empty_organisations(lineage: Run) -> None:
    """A model is no organisation; one without models is told, not passed over."""
    with TestHub(models()[:2]) as hub:
        env = {"HF_ENDPOINT": hub.url}
        empty = lineage("audit", "--org", "nobody", env=env)
    assert empty.code == 2
    assert "shows no model of 'nobody'" in empty.err
    assert lineage("audit", "--org", "acme/model").code == 2
    assert lineage("audit", "--org", "acme").code == 4
    assert lineage("audit", "--org", "acme", "--input", "x.csv").code == 2
