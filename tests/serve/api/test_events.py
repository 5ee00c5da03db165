"""A run as it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from hub import HubModel, TestHub
from lineage.serve.settings import Limits
from lineage.workflows.options import HubAccess, Options
from serve.conftest import Client, Serve

NAMES = [f"acme/m{n}" for n in range(12)]
MODELS = [HubModel(name, card={"license": "mit"}, files={"README.md": "# m\n"}) for name in NAMES]


def told(client: Client, path: str, last: str = "") -> Iterator[tuple[str, str, dict]]:
    """Id, kind and data of each event until the stream ends."""
    headers = {"Last-Event-ID": last} if last else {}
    stream = client.get(path, stream=True, headers=headers)
    assert stream.headers["content-type"].startswith("text/event-stream")
    event: dict[str, str] = {}
    for line in stream.iter_lines(decode_unicode=True):
        name, _, value = line.partition(": ")
        if line:
            event[name] = value
        elif "data" in event:
            yield event["id"], event["event"], json.loads(event["data"])
            event = {}


def test_each_row_is_told_once_also_after_a_break(serve: Serve, tmp_path: Path) -> None:
    """A client that lost the stream goes on where it was, even at another server."""
    with TestHub(MODELS, latency=0.02) as hub:
        options = Options(hub=HubAccess(endpoint=hub.url, token=""))
        client = serve(options)
        path = client.post("/v1/audits", json={"targets": NAMES}).headers["location"] + "/events"
        seen: list[tuple[str, str, dict]] = []
        for event in told(client, path):
            seen.append(event)
            if event[1] == "row":
                break
        seen += told(client, path, seen[-1][0])
        numbers = [data["number"] for _, kind, data in seen if kind == "row"]
        assert sorted(numbers) == list(range(12))
        assert seen[-1][2] == {
            "state": "done",
            "done": 12,
            "models": 12,
            "verdict": seen[-1][2]["verdict"],
            "problem": None,
            "waiting": None,
        }
        client.stop()
        other = serve(options)
        rest = list(told(other, path, seen[-3][0]))
        assert [event[1] for event in rest] == ["row", "state"] or len(rest) <= 3
        assert [data["number"] for _, kind, data in told(other, path) if kind == "row"] == numbers


def test_streams_are_bounded(serve: Serve) -> None:
    """In number, and in time."""
    with TestHub(MODELS, latency=1.0) as hub:
        options = Options(hub=HubAccess(endpoint=hub.url, token=""))
        client = serve(options, limits=Limits(streams=1, stream=2.0))
        path = client.post("/v1/audits", json={"targets": NAMES}).headers["location"] + "/events"
        with client.get(path, stream=True) as first:
            lines = first.iter_lines(chunk_size=1)  # kept: without it the stream is closed
            next(lines)
            assert client.get(path).status_code == 503
        assert [kind for _, kind, _ in told(client, path)][-1] == "state"
        assert client.session.head(client.url + path).status_code == 200
        assert client.get("/v1/audits/none/events").status_code == 404
