"""One model's report, from what is kept or made now; its history; two runs compared."""

from __future__ import annotations

import json

from fakes import FakeSource, make_record
from hub import HubModel, TestHub
from lineage.cli.main import main
from lineage.core.record import FileEntry
from lineage.serve.settings import Limits
from lineage.workflows.options import HubAccess, Options, Where
from serve.conftest import Serve

QWQ, ATHENE = "Qwen/QwQ-32B-Preview", "Nexusflow/Athene-V2-Chat"


def test_a_fresh_report_is_taken_and_an_old_one_is_not(serve: Serve) -> None:
    client = serve()
    first = client.get(f"/v1/models/{QWQ}/lineage?wait=60")
    again = client.get(f"/v1/models/{QWQ.lower()}/lineage")
    assert first.status_code == again.status_code == 200
    assert first.headers["content-location"] == again.headers["content-location"]
    assert (
        client.get(
            f"/v1/models/{QWQ}/lineage", headers={"If-None-Match": first.headers["etag"]}
        ).status_code
        == 304
    )
    anew = client.get(f"/v1/models/{QWQ}/lineage?max_age=0&wait=60")
    strict = client.get(f"/v1/models/{QWQ}/lineage?policy=strict&wait=60")
    assert len({one.headers["content-location"] for one in (first, anew, strict)}) == 3
    assert strict.json()["policy"]["name"] == "strict"
    told = client.get(f"/v1/models/{QWQ}/history").json()["audits"]
    assert [one["policy"] for one in told] == ["strict", "default", "default"]
    assert client.get("/v1/models/etc/lineage?policy=nosuch").status_code == 422


def test_what_is_not_known_yet_is_promised(serve: Serve) -> None:
    """One run, however many ask; a report at another revision is not taken for it."""
    with TestHub([HubModel("acme/slow", files={"README.md": "# x\n"})], latency=0.3) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
        asked = [client.get("/v1/models/acme/slow/lineage?wait=0") for _ in range(3)]
        assert {one.status_code for one in asked} == {202}
        assert len({one.headers["location"] for one in asked}) == 1
        assert client.over(asked[0].json()["id"])["state"] == "done"
        assert client.get("/v1/models/acme/slow/lineage?wait=0").status_code == 200
        pinned = client.get(f"/v1/models/acme/slow@{'0' * 40}/lineage?wait=0")
        assert pinned.status_code == 202
        client.over(pinned.json()["id"])
        link = f"https://huggingface.co/acme/slow/tree/{'1' * 40}"
        run = client.audited(link)
        taken = client.get("/v1/models/acme/slow/lineage?wait=0").headers["content-location"]
        assert taken == f"/v1/audits/{asked[0].json()['id']}" and run["id"] not in taken


def test_another_revision_is_not_taken_for_it(serve: Serve) -> None:
    """Letter case counts in a revision; and one name is asked for."""
    with TestHub([HubModel("acme/m")]) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")))
        names = ("acme/m@Dev", "acme/m@dev", "acme/m@Dev")
        asked = [client.get(f"/v1/models/{name}/lineage?wait=60") for name in names]
        first, second, third = (found.headers["content-location"] for found in asked)
        assert first != second and first == third
        for name in ("acme/m%20%23x", '["acme/m", "acme/n"]', "model,acme/m"):
            assert client.get(f"/v1/models/{name}/lineage").status_code == 422


def test_what_a_list_shows_of_a_model_answers_for_no_list(serve: Serve) -> None:
    """What another model of the list had a part in is not what the model's own audit gives."""
    weights = (FileEntry("pytorch_model.bin", 5_000_000_000, "1" * 64),)
    names = ("acme/nova-7b", "Qwen/Qwen2.5-7B")
    source = FakeSource({name: make_record(name, files=weights) for name in names})
    client = serve(Options(where=Where(source=source)))
    listed = client.audited(*names)["report"]["targets"]
    alone = client.get(f"/v1/models/{names[0]}/lineage?wait=60").json()["targets"]
    assert len(listed[0]["nodes"]) == 2 and len(alone[0]["nodes"]) == 1


def test_one_model_out_of_many_is_told_alone(serve: Serve) -> None:
    client = serve()
    run = client.audited(QWQ, ATHENE)
    alone = client.get(f"/v1/models/{ATHENE}/lineage").json()
    (target,) = alone["targets"]
    assert alone["verdict"] == target["verdict"] and alone["summary"]["targets"] == 1
    assert {**run["report"]["targets"][1], "supplied": None} == {**target, "supplied": None}


def test_two_runs_are_compared_as_the_command_does(serve: Serve, tmp_path, capsys) -> None:
    client = serve()
    before, after = client.audited(QWQ)["id"], client.audited(QWQ, ATHENE)["id"]
    told = client.get(f"/v1/compare?before={before}&after={after}").json()
    paths = []
    for id_ in (before, after):
        path = tmp_path / id_
        path.write_bytes(client.get(f"/v1/audits/{id_}/json").content)
        paths.append(str(path))
    usual = _command(["diff", *paths, "--json"], capsys)
    assert {**told, "before": 0, "after": 0} == {**usual, "before": 0, "after": 0}
    assert client.get(f"/v1/compare?before={before}").status_code == 422
    assert client.get(f"/v1/compare?before={before}&after=none").status_code == 404


def test_the_page_and_the_api_tell_the_same_changes(serve: Serve) -> None:
    """A name that has another owner now shows in the hub's own key alone; of one model where one is
    named."""
    with TestHub([HubModel("acme/m"), HubModel("acme/n")]) as hub:
        client = serve(Options(hub=HubAccess(endpoint=hub.url, token="")), limits=Limits(fresh=0.0))
        before = client.audited("acme/m", "acme/n")["id"]
        hub.add(HubModel("acme/m", repo_key="f" * 24))
        after = client.audited("acme/m", "acme/n")["id"]
    asked = f"compare?before={before}&after={after}"
    told = client.get(f"/v1/{asked}").json()
    page = client.get(f"/{asked}&format=json").json()
    assert told["changes"] == page["changes"] and told["before"]["name"] == before
    assert [(one["model"], one["kind"]) for one in told["changes"]] == [("acme/m", "reused")]
    alone = client.get(f"/v1/{asked}&model=acme/n").json()
    assert alone["changes"] == [] and alone["after"]["models"] == 1
    assert client.get(f"/v1/compare?before={before}&after={before}").status_code == 422


def _command(args: list[str], capsys) -> dict:
    import sys

    was, sys.argv = sys.argv, ["lineage", *args]
    try:
        main()
    except SystemExit:
        pass
    finally:
        sys.argv = was
    return json.loads(capsys.readouterr().out)


def test_policies_and_quota_are_told(serve: Serve) -> None:
    client = serve()
    found = client.get("/v1/policies").json()
    assert found["usual"] == "default" and {one["name"] for one in found["policies"]} == {
        "default",
        "strict",
    }
    assert client.get("/v1/quota").json() == {
        "remaining": None,
        "limit": None,
        "resets_in": None,
        "waiting": None,
        "open": 0,
    }
