"""`results`: published censorship tests, with citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from lineage.core.errors import UsageError
from lineage.evidence.evidence import TestResult
from lineage.evidence.results import Results
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import published
from lineage.mcp.tools.interface import Answer, Tool
from lineage.policy.nearest import did_you_mean
from lineage.report.lookups import reckoned, result_summaries
from lineage.report.printable import counted

MOST = 50
_FEW = 10
_CURATED = {field.name for field in fields(TestResult)} - {"topics", "model", "model_as_named"}
_CURATED |= {"topics/*", "kind", "grade", "why_not"}
_NONE = "No published test of that is on record. (That does not clear it.)"


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """Search the records; nobody is asked."""
    held = Results.load(desk.options.where.data)
    model, language, suite = (asked.get(key) for key in ("model", "language", "suite"))
    exact = held.for_model(model) if model else []
    found = exact or (held.search(model) if model else list(held.all()))
    found = [
        one
        for one in found
        if language in (None, one.language) and (suite or "").casefold() in one.suite.casefold()
    ]
    if not found:
        near = held.near_models(model) if model else ()
        raise UsageError(_NONE, did_you_mean(model or "", near) or "Ask with fewer conditions.")
    start, limit = asked.get("offset", 0), asked.get("limit", _FEW)
    shown = found[start : start + limit]
    content = {
        "results": reckoned(held.appraise(one) for one in shown),
        "found": len(found),
        "not_shown": len(found) - len(shown),
    }
    about = "about exactly this model" if exact else "found"
    lines = [f"{counted(len(found), 'published result')} {about}. Shown: {len(shown)}."]
    if len(shown) < len(found):
        lines.append(f"Narrow them by language or suite, or go on at offset {start + limit}.")
    lines.append("No result of a model means that none is known here, not that it passed a test.")
    return Answer(content, tuple(lines), tuple(result_summaries(shown)))


TOOL = Tool(
    name="results",
    title="Published test results",
    description=(
        "Searches published censorship tests of AI models, each with its publisher, date, "
        "address, number of questions, figures, comparison models, and why it decides "
        "nothing where it does not. The records come with lineage; the network is not used."
    ),
    takes={
        "model": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "A hub id for that model alone, or a part of a name.",
        },
        "language": {
            "type": "string",
            "minLength": 2,
            "maxLength": 20,
            "description": "Only results in this language: en, zh, zh-Hant, …",
        },
        "suite": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "description": "Only suites whose name contains this text.",
        },
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": _FEW},
        "offset": {"type": "integer", "minimum": 0, "maximum": 100_000, "default": 0},
    },
    required=(),
    gives=lambda: published("results"),
    run=run,
    own=frozenset(f"/results/*/{key}" for key in _CURATED),
    is_open_world=False,
)
