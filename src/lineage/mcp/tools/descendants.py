"""`descendants`: what is built on a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.core.errors import CannotRunError
from lineage.core.ref import ModelRef
from lineage.graph.descendants import Descent
from lineage.graph.search_descendants import Reach, descend
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import published
from lineage.mcp.tools.interface import Answer, Tool, name_of_model
from lineage.report.descent import DescentView, text, to_dict
from lineage.report.printable import counted
from lineage.workflows.opening import open_hub

MOST = 200
_FEW = 30
_MOST_CALLS = 100


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """Ask the index that the user gave, else the hub."""
    ref = desk.named([asked["target"]])[0]
    depth = asked.get("max_depth", 20)
    publishers = tuple(asked.get("publishers", ()))
    descent = _descent(desk, ref, depth, call)
    every = descent.hosted_by(publishers) if publishers else descent.descendants
    shown = every[: asked.get("limit", _FEW)]
    edges = descent.edges_to(shown)
    content = to_dict(descent, DescentView(shown, publishers))
    content["edges"] = [
        one
        for one in content["edges"]
        if (one["child"], one["parent"]) in {(e.child, e.parent) for e in edges}
    ]
    content["not_shown"] = len(every) - len(shown)
    lines = [f"Known below it: {counted(len(descent.descendants), 'model')}. Shown: {len(shown)}."]
    if publishers:
        lines.append(f"Of the publishers that were named: {len(every)}.")
    if not descent.is_complete:
        lines.append("The search is not complete: a bound cut it short.")
    quoted = text(descent, DescentView(shown, publishers, None)).splitlines()
    return Answer(content, tuple(lines), tuple(quoted))


def _descent(desk: Desk, ref: ModelRef, depth: int, call: Call) -> Descent:
    options = desk.options
    if options.where.index is not None:
        from lineage.index.below import below

        return below(options.where.index, ref.id, max_depth=depth, max_models=20_000)
    if options.offline or options.where.snapshot is not None:
        raise CannotRunError(
            "Descendants are looked up on the Hub, and this server runs without it.",
            "The user can start it with an index: lineage mcp --index FILE.",
        )
    hub = open_hub(options, options.listeners.notice)
    call.ends_with(hub.close)

    def step(found: int, calls: int, latest: str) -> None:
        call.go_on()
        call.step(f"{found} models found, {calls} calls")

    try:
        return descend(ref, hub, Reach(max_depth=depth, max_calls=_MOST_CALLS), on_step=step)
    finally:
        hub.close()


TOOL = Tool(
    name="descendants",
    title="Models built on a model",
    description=(
        "Lists the models that are built on a model: fine-tunes, adapters, merges, quantizations, "
        "to any depth, with downloads. With publishers it answers which models of an organisation "
        "are touched when something is found in a base model."
    ),
    takes={
        "target": name_of_model("The base model, by its name on the Hub:"),
        "publishers": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 100},
            "minItems": 1,
            "maxItems": 20,
            "description": "List only models of these organisations or users.",
        },
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": _FEW},
        "max_depth": {"type": "integer", "minimum": 1, "maximum": 20, "default": 20},
    },
    required=("target",),
    gives=lambda: published("descendants"),
    run=run,
)
