"""Running servers: the list that all of them have, and the further routes of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from hub import Answer, TestServer, as_json


def vllm_row(name: str, root: str, parent: str | None = None) -> dict[str, Any]:
    """A row of vLLM's list: `root` is the path or id of the weights, `parent` an adapter's base."""
    return {
        "id": name,
        "object": "model",
        "created": 1755000000,
        "owned_by": "vllm",
        "root": root,
        "parent": parent,
        "max_model_len": 32768,
        "permission": [{"id": "modelperm-1", "object": "model_permission", "allow_view": True}],
    }


def row(name: str, owner: str, **more: Any) -> dict[str, Any]:
    """A row as OpenAI's protocol has it."""
    return {"id": name, "object": "model", "created": 1755000000, "owned_by": owner, **more}


class _Routes:
    def __init__(self, rows: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> None:
        self.rows = list(rows)
        self.answers = dict(answers)
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = urlsplit(target).path
        if path == "/v1/models":
            return as_json({"object": "list", "data": self.rows})
        if path in self.answers:
            return as_json(self.answers[path])
        return as_json({"detail": "Not Found"}, 404)

    def post(self, target: str, content: bytes) -> Answer:
        return as_json({"detail": "Method Not Allowed"}, 405)

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        return self.answer(target, headers)


class ModelServer(TestServer):
    """A server with these rows in its list, and these answers by their paths."""

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]] = (),
        answers: Mapping[str, Any] | None = None,
        **how: Any,
    ) -> None:
        super().__init__(_Routes(rows, answers or {}), **how)
