"""Runs: asked for once, kept, taken up again, taken home."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from hub import HubModel, TestHub
from lineage.core.version import __version__
from lineage.graph.walker import WalkBounds
from lineage.policy.load import load_pack
from lineage.report.replay import Outcome
from lineage.serve.basis import bases_of
from lineage.serve.orders import order_of
from lineage.serve.run import Row, State
from lineage.serve.settings import Settings
from lineage.serve.store import Store
from lineage.workflows.audit import audit
from lineage.workflows.options import HubAccess, Options, Where
from lineage.workflows.replay import replay
from serve.conftest import Serve

MODELS = [HubModel("acme/base", card={"license": "mit"}, files={"README.md": "# base\n"})]
MODELS += [
    HubModel(f"acme/m{n}", card={"base_model": "acme/base"}, files={"README.md": f"# {n}\n"})
    for n in range(6)
]


def test_a_run_gives_the_report_of_the_command(serve: Serve) -> None:
    names = ["Nexusflow/Athene-V2-Chat", "Qwen/QwQ-32B-Preview"]
    client = serve()
    found = client.audited(*names)
    usual = audit(names, offline=True).to_dict()
    assert found["state"] == "done" and found["verdict"] == usual["verdict"]
    told = found["report"]
    assert [one["verdict"] for one in told["targets"]] == [
        one["verdict"] for one in usual["targets"]
    ]
    assert client.get(f"/v1/audits/{found['id']}/json").json() == told


def test_each_model_is_asked_for_once(serve: Serve) -> None:
    with TestHub(MODELS) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
        names = [f"acme/m{n}" for n in range(6)]
        asked = [
            client.post("/v1/audits", json={"targets": names, "policy": policy}).json()["id"]
            for policy in ("default", "strict", "default")
        ]
        assert {client.over(id_)["state"] for id_ in asked} == {"done"}
        paths = [call.path for call in hub.calls]
    for name in ("acme/base", *names):
        assert paths.count(f"/api/models/{name}") == 1


@pytest.mark.parametrize("name", ["targets.json", "standard input"])
def test_a_pack_can_be_computed_again(serve: Serve, tmp_path: Path, name: str) -> None:
    client = serve()
    asked = client.post(
        "/v1/audits",
        params={"pack": "true", "name": name},
        data=json.dumps(["Nexusflow/Athene-V2-Chat", "/etc/passwd"]),
        headers={"Content-Type": "application/octet-stream"},
    )
    found = client.over(asked.json()["id"])
    body = client.get(f"/v1/audits/{found['id']}/pack").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(tmp_path / "taken")
    outcome, _ = replay(tmp_path / "taken" / "pack")
    assert outcome.outcome is Outcome.EQUAL and outcome.fingerprint == found["pack"]


def test_what_a_stopped_server_left_goes_on(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "left"
    store = Store(folder)
    policies = {"default": load_pack("default", __version__)}
    options = Options(offline=True, where=Where(is_distant=True))
    settings = Settings(options, folder, policies)
    order = order_of(settings, b"acme/m1\nacme/m2\nacme/m3\n")
    run = store.add(order)
    store.began(run.id, bases_of(settings)["default"])
    kept = audit("Qwen/QwQ-32B-Preview", offline=True).targets[0]
    for _ in range(2):  # another model, to see that it is not audited again
        store.finish_rows(run.id, [Row(1, kept)])
    assert store.run(run.id).done == 1
    store.close()
    found = serve(folder=folder).over(run.id)
    assert found["state"] == "done" and found["done"] == 3
    assert [one["model"] for one in found["report"]["targets"]][1] == kept.model


def test_what_was_made_under_other_options_is_not_taken_up(serve: Serve, tmp_path: Path) -> None:
    """Neither to go on from, nor as an answer: who is asked, and how far, is part of a report."""
    name, folder = "Qwen/QwQ-32B-Preview", tmp_path / "left"
    asked = f"/v1/models/{name}/lineage?wait=60"
    with TestHub([HubModel(name), HubModel("acme/x")]) as hub:
        live = Options(hub=HubAccess(endpoint=hub.url, token=""))
        first = serve(folder=folder)
        assert first.get(asked).json()["targets"][0]["source"] == "snapshot"
        first.stop()
        store = Store(folder)
        policies = {"default": load_pack("default", __version__)}
        settings = Settings(Options(offline=True), folder, policies)
        run = store.add(order_of(settings, f"{name}\nacme/x\n".encode()))
        store.began(run.id, bases_of(settings)["default"])
        store.finish_rows(run.id, [Row(0, audit(name, offline=True).targets[0])])
        store.close()
        client = serve(live, folder)
        assert client.get(asked).json()["targets"][0]["source"] == "hub"
        sources = [one["source"] for one in client.over(run.id)["report"]["targets"]]
        assert sources == ["hub", "hub"]
        bases = [
            bases_of(replace(settings, options=one))["default"]
            for one in (live, replace(live, bounds=WalkBounds(max_depth=1)), settings.options)
        ]
        assert len(set(bases)) == 3


def test_old_runs_go_and_new_ones_stay(tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    policies = {"default": Options().policy}
    settings = Settings(Options(), tmp_path, policies)
    old, new = (store.add(order_of(settings, b"acme/m1\n")) for _ in range(2))
    store.stop(old.id, State.CANCELLED)
    ended = store.run(old.id).finished
    assert ended is not None and store.prune(ended + 0.001) == 1
    assert [run.id for run in store.runs()] == [new.id]
    assert store.rows(old.id) == []
    store.close()
