"""The published description: valid, complete, and what the server does."""

from __future__ import annotations

import random
from typing import Any

from openapi_spec_validator import validate

from lineage.serve.api.schemas import published
from lineage.serve.api.table import OPERATIONS, ROUTES
from serve.conftest import Serve
from serve.published import DOCUMENT

ODD = (
    "",
    "0",
    "-1",
    "1",
    "1001",
    "true",
    "maybe",
    "done",
    "pass",
    "default",
    "nosuch",
    "ü\u2028",
    "a" * 1200,
    "1e9",
    "../x",
)


def test_it_is_openapi() -> None:
    """By the official validator; the report's schema in it is the published one."""
    validate(DOCUMENT)
    own = DOCUMENT["components"]["schemas"]["Report"]
    assert own["required"] == published("report")["required"]
    assert set(own["properties"]) == set(published("report")["properties"])


def test_what_is_served_is_what_is_described(serve: Serve) -> None:
    assert serve().get("/v1/openapi.json").json() == DOCUMENT
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert described == {(one.public_path, one.method.lower()) for one in OPERATIONS}
    assert {one.path for one in OPERATIONS} == {route.path for route in ROUTES}


def test_every_path_knows_its_methods(serve: Serve) -> None:
    client = serve()
    for path, item in DOCUMENT["paths"].items():
        url = client.url + path.replace("{id}", "x").replace("{format}", "csv")
        refused = client.session.put(url, json={})
        told = {one.strip().lower() for one in refused.headers["allow"].split(",")}
        assert refused.status_code == 405 and told == {*item} | (
            {"head"} if "get" in item else set()
        )


def test_whatever_is_asked_the_answer_is_a_described_one(serve: Serve) -> None:
    """Made from the description with a seed; each answer is checked as it comes (`published.fits`),
    and none is the server's failure."""
    client, chance = serve(), random.Random(20261129)
    known = client.audited("Qwen/QwQ-32B-Preview")["id"]
    seen: set[int] = set()
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if path.endswith("/events"):
                continue
            for _ in range(8):
                answer = _asked(client, chance, known, path, method, operation)
                assert answer.status_code < 500, answer.text
                seen.add(answer.status_code)
    assert {200, 202, 404, 409, 415, 422} <= seen


def _asked(
    client: Any, chance: random.Random, known: str, path: str, method: str, operation: Any
) -> Any:
    query, headers = {}, {}
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        choices = [*map(str, schema.get("enum", ())), *chance.sample(ODD, 4), known]
        value = chance.choice(choices)
        if one["in"] == "path":
            own = "nosuch" if method == "delete" else known
            value = chance.choice([own, "nosuch"]) if "models" not in path else "Qwen/QwQ-32B"
            value = chance.choice(["csv", "sarif", "nosuch"]) if one["name"] == "format" else value
            path = path.replace(f"{{{one['name']}}}", value)
        elif one["in"] == "query" and (one.get("required") or chance.random() < 0.4):
            query[one["name"]] = value
        elif one["in"] == "header" and chance.random() < 0.3 and value.isascii() and value:
            headers[one["name"]] = value
    body = chance.choice(
        [b"", b"{}", b'{"targets": ["Qwen/QwQ-32B"]}', b'{"targets": [7]}', b"[1", b"a/b\n"]
    )
    if method == "post":
        headers["Content-Type"] = chance.choice(
            [*operation.get("requestBody", {}).get("content", ["text/css"]), "text/css"]
        )
    if chance.random() < 0.3:
        headers["If-None-Match"] = "*"
    return client.session.request(
        method.upper(),
        client.url + path,
        params=query,
        headers=headers,
        timeout=30,
        data=body if method == "post" else None,
    )
