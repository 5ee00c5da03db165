"""What kinds of servers tell beside the list of their models: the route, and where in its answer
the weights stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lineage.core.value import dataclass

LISTED = "models.json"
"""Under this name a record shows the model's row of `/v1/models`."""


@dataclass(frozen=True)
class Route:
    """One more question that some servers answer."""

    path: str
    """From the server's root on."""
    file: str
    """Under this name a record shows the answer, or the part of it about the model."""
    about: Callable[[Any, str], Mapping[str, Any] | None]
    """The part about a model of this name; None where the answer is none of this kind."""
    owners: tuple[str, ...] = ()
    """`owned_by` of the rows of servers of which this route is known."""


def _with(key: str) -> Callable[[Any, str], Mapping[str, Any] | None]:
    """The whole answer, where it has the key: one server, one model."""
    return lambda answer, name: answer if isinstance(answer, dict) and answer.get(key) else None


def _row(key: str, *names: str) -> Callable[[Any, str], Mapping[str, Any] | None]:
    """The rows about a model out of a list, as one: several ways may lead to one name."""

    def about(content: Any, name: str) -> Mapping[str, Any] | None:
        rows = content.get(key) if isinstance(content, dict) else None
        found = [
            row
            for row in (rows if isinstance(rows, list) else ())[:10_000]
            if isinstance(row, dict) and name in (row.get(one) for one in names)
        ]
        return {key: found[:100]} if found else None

    return about


ROUTES = (
    Route("/get_model_info", "get_model_info.json", _with("model_path"), ("sglang",)),
    Route("/props", "props.json", _with("model_path"), ("llamacpp",)),
    Route("/info", "info.json", _with("model_id")),
    Route("/api/v0/models", "lmstudio.json", _row("data", "id"), ("organization_owner",)),
    Route("/api/tags", "tags.json", _row("models", "name", "model"), ("library",)),
    Route("/model/info", "model_info.json", _row("data", "model_name")),
)
"""In the order in which an unknown server is asked: SGLang, llama.cpp, TGI, LM Studio, Ollama,
LiteLLM."""


def routes_for(row: Mapping[str, Any]) -> tuple[Route, ...]:
    """Those worth asking: none where the row itself tells, the one that fits its owner, else
    all."""
    if tells_root(row):
        return ()
    fitting = tuple(one for one in ROUTES if row.get("owned_by") in one.owners)
    return fitting or ROUTES


def tells_root(row: Mapping[str, Any]) -> bool:
    """Whether a row of the list names the weights: vLLM's does, and others only repeat the
    alias."""
    return row.get("owned_by") == "vllm" and isinstance(row.get("root"), str)
