"""The published description: OpenAPI 3.1, made from the table of operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lineage.core.version import __version__
from lineage.serve.api import problem
from lineage.serve.api.operation import Answer, Operation
from lineage.serve.api.parameters import Parameter
from lineage.serve.api.schemas import SCHEMAS, embedded

_HEADERS = {
    "Location": "Where the run is.",
    "Content-Location": "The run that the report is of.",
    "ETag": "For If-None-Match.",
    "Link": "The next page, as rel=next.",
    "Retry-After": "Seconds.",
}
_PROBLEMS = {
    400: "The request, or its body, has no form that can be read.",
    401: "No valid token.",
    403: "Not allowed.",
    404: "There is no such thing.",
    409: "Not in this state of the run.",
    408: "The body did not arrive in time.",
    411: "The request does not state its length.",
    413: "The body is too large.",
    415: "A body of this type is not read.",
    422: "The request contains an invalid value.",
    414: "The address is too long.",
    421: "Not a name of this server.",
    429: "Too many requests.",
    431: "There are too many headers, or they are too long.",
    500: "The server failed; see its log.",
    503: "Busy, or the stored runs cannot be read or written now.",
}
_ALWAYS = (400, 401, 403, 414, 421, 429, 431, 500, 503)
"""Answers of the gate before every operation, and of failures behind it."""
_AT = "#/components/schemas/"


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """All of it."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.public_path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "lineage",
            "version": __version__,
            "summary": "What AI models are built on, for a whole team.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {
                **SCHEMAS,
                "Report": embedded("report", f"{_AT}Report"),
                "Drift": embedded("drift", f"{_AT}Drift"),
                "OpenApi": {"type": "object", "required": ["openapi", "paths"]},
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where the server was started with --token-file.",
                }
            },
        },
        "security": [{}, {"token": []}],
    }


def _operation(one: Operation) -> dict[str, Any]:
    entry: dict[str, Any] = {"operationId": one.id, "summary": one.summary}
    if one.description:
        entry["description"] = one.description
    if one.parameters:
        entry["parameters"] = [_parameter(parameter) for parameter in one.parameters]
    if one.body:
        content = {media: _content(name) for media, name in one.body.items()}
        entry["requestBody"] = {"required": "Nothing" not in one.body.values(), "content": content}
    answers = {str(status): _answer(answer) for status, answer in one.answers.items()}
    problems = {str(status): _problem(status) for status in sorted({*one.problems, *_ALWAYS})}
    return {**entry, "responses": {**answers, **problems}}


def _parameter(one: Parameter) -> dict[str, Any]:
    is_needed = one.required or one.place == "path"
    return {
        "name": one.name,
        "in": one.place,
        "description": one.description,
        "schema": dict(one.schema),
        **({"required": True} if is_needed else {}),
    }


def _answer(one: Answer) -> dict[str, Any]:
    entry: dict[str, Any] = {"description": one.description}
    if one.content:
        entry["content"] = {media: _content(name) for media, name in one.content.items()}
    if one.headers:
        entry["headers"] = {
            name: {"description": _HEADERS[name], "schema": {"type": "string"}}
            for name in one.headers
        }
    return entry


def _problem(status: int) -> dict[str, Any]:
    headers = ("Retry-After",) if status in (429, 503) else ()
    return _answer(Answer(_PROBLEMS[status], {problem.MEDIA: "Problem"}, headers))


def _content(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"{_AT}{name}"}} if name else {}
