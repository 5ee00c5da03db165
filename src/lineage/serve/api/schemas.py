"""The JSON that the API takes and gives, as JSON Schema."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from lineage.policy.finding import Verdict
from lineage.serve.run import State

_VERDICTS = [str(one) for one in Verdict]
_TIME = {"type": "string", "format": "date-time", "description": "UTC."}
_VERDICT = {"type": "string", "enum": _VERDICTS}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _object(properties: dict[str, Any], *optional: str, description: str = "") -> dict[str, Any]:
    base = {"description": description} if description else {}
    return base | {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_RUN = {
    "id": _TEXT,
    "state": {"type": "string", "enum": [str(one) for one in State]},
    "title": _TEXT,
    "policy": {"type": "string", "description": "The name of the policy."},
    "by": {"type": "string", "description": "Whose token requested it; empty without tokens."},
    "created": _TIME,
    "started": _or_null(_TIME),
    "finished": _or_null(_TIME),
    "models": _COUNT | {"description": "Rows of the list."},
    "done": _COUNT | {"description": "Rows that are finished."},
    "verdict": _or_null(_VERDICT),
    "problem": _or_null({"type": "string", "description": "Why it failed, and what to do."}),
    "pack": _or_null({"type": "string", "description": "The fingerprint of the pack."}),
}
_NEXT = _or_null({"type": "string", "description": "The cursor of the next page."})
_ORDER = {
    "targets": {
        "type": "array",
        "items": {"type": "string", "maxLength": 1000},
        "minItems": 1,
        "description": "Names, each as for `lineage audit`.",
    },
    "policy": {"type": "string", "description": "A name of `/v1/policies`."},
    "title": {"type": "string", "maxLength": 200},
    "pack": {"type": "boolean", "description": "Whether to create a pack that can be filed."},
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong."},
            "next_step": _or_null({"type": "string", "description": "What to do."}),
        },
        description="RFC 9457.",
    ),
    "Nothing": {"type": "object"},
    "Order": _object(_ORDER, "policy", "title", "pack"),
    "Run": _object(_RUN),
    "RunWithReport": _object(
        {**_RUN, "report": {"oneOf": [_ref("Report"), {"type": "null"}]}},
        description="`report` is null until the run is done; then it is exactly that of `/json`.",
    ),
    "Runs": _object({"audits": {"type": "array", "items": _ref("Run")}, "next": _NEXT}),
    "Row": _object(
        {
            "number": _COUNT | {"description": "From 0, in the order of the list."},
            "target": {"type": "string", "description": "As it was written."},
            "model": _or_null({"type": "string", "description": "Its id."}),
            "verdict": _or_null(_VERDICT),
        }
    ),
    "Rows": _object({"rows": {"type": "array", "items": _ref("Row")}, "next": _NEXT}),
    "Sighting": _object(
        {
            "run": _TEXT,
            "created": _TIME,
            "finished": _or_null(_TIME),
            "policy": _TEXT,
            "verdict": _VERDICT,
        }
    ),
    "History": _object({"model": _TEXT, "audits": {"type": "array", "items": _ref("Sighting")}}),
    "Policies": _object(
        {
            "usual": {"type": "string", "description": "Under which audits run by themselves."},
            "policies": {
                "type": "array",
                "items": _object(
                    {
                        "name": _TEXT,
                        "source": _TEXT,
                        "extends": {"type": "array", "items": _TEXT},
                        "jurisdictions": {"type": "array", "items": _TEXT},
                        "requirements": {"type": "array", "items": _TEXT},
                        "fail_on": _TEXT,
                    }
                ),
            },
        }
    ),
    "Acts": _object(
        {
            "acts": {
                "type": "array",
                "items": _object(
                    {
                        "at": _TIME,
                        **dict.fromkeys(("who", "client", "action", "about", "outcome"), _TEXT),
                    }
                ),
            }
        }
    ),
    "Quota": _object(
        {
            "remaining": _or_null(_COUNT),
            "limit": _or_null(_COUNT),
            "resets_in": _or_null({"type": "integer", "description": "Seconds."}),
            "waiting": _or_null(
                {"type": "integer", "description": "Seconds that all runs wait for it now."}
            ),
            "open": _COUNT | {"description": "Runs that wait or go on."},
        },
        description="The shared quota, as last reported by the Hub; null: nothing yet.",
    ),
}


def published(name: str) -> dict[str, Any]:
    """A schema that `lineage schema` prints."""
    place = files("lineage") / "data" / "schemas" / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def embedded(name: str, at: str) -> dict[str, Any]:
    """The same as a part of a larger document: references inside it lead to where it stands."""

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: f"{at}{one[1:]}"
            if key == "$ref" and isinstance(one, str) and one.startswith("#")
            else moved(one)
            for key, one in value.items()
        }

    schema = published(name)
    own = schema.pop("$id")
    schema.pop("$schema")
    found: dict[str, Any] = moved(schema)
    return {"$comment": f"lineage schema {name}: {own}", **found}
