"""`tree`: the lineage of a model, without a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.mcp.brief import lean
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import part_of_target
from lineage.mcp.tools.audit import CURATED
from lineage.mcp.tools.interface import Answer, Tool, name_of_model
from lineage.mcp.words import summary_line
from lineage.report import tree
from lineage.report.json import to_dict

MOST_MODELS = 60
_WIDTH = 300
"""Wide enough that no name is shortened."""
_GRAPH = ("nodes", "edges", "roots", "complete", "unresolved", "bounds_hit", "origin")
_KEYS = ("model", "revision", "source", *_GRAPH)


def schema() -> dict[str, Any]:
    """What the report has of the graph; an edge's claims and a node's observations are for
    `explain`."""
    found = part_of_target(_KEYS)
    for name, dropped in (("edge", "claims"), ("node", "observations")):
        part = found["$defs"][name]
        part["required"] = [key for key in part["required"] if key != dropped]
        del part["properties"][dropped]
    del found["$defs"]["claim"], found["$defs"]["observation"]
    found["properties"]["not_shown"] = {
        "type": "integer",
        "minimum": 0,
        "description": f"Models beyond the nearest {MOST_MODELS}, left out with their edges.",
    }
    return found


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """The nearest models and the edges between them."""
    report = desk.audited([asked["target"]], call)
    target, whole = report.targets[0], to_dict(report)["targets"][0]
    nodes = sorted(whole["nodes"], key=lambda node: node["depth"])[:MOST_MODELS]
    kept = {node["id"] for node in nodes}
    content = {key: whole[key] for key in _KEYS} | {
        "nodes": [_without(lean(node), "observations") for node in nodes],
        "edges": [
            _without(edge, "claims")
            for edge in whole["edges"]
            if edge["child"] in kept and edge["parent"] in kept
        ],
        "unresolved": [one for one in whole["unresolved"] if one["id"] in kept],
        "not_shown": len(whole["nodes"]) - len(nodes),
    }
    lines = [summary_line(target)]
    if content["not_shown"]:
        lines.append(f"The nearest {MOST_MODELS} are shown; {content['not_shown']} are left out.")
    return Answer(
        content,
        tuple(lines),
        tuple(tree.lines(target, _WIDTH, MOST_MODELS)),
        ("`explain` shows the claims behind each edge; `audit` gives a verdict.",),
    )


def _without(part: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != key}


TOOL = Tool(
    name="tree",
    title="Lineage of a model",
    description=(
        "Draws the lineage of one AI model: every base model, teacher and merge partner up to the "
        "foundation models, each with its developer and country, how it descends (finetune, "
        "adapter, quantized, merge, distilled) and how well that is known (declared, embedded, "
        "stated, inferred). It judges nothing."
    ),
    takes={"target": name_of_model("The model:")},
    required=("target",),
    gives=schema,
    run=run,
    own=frozenset(one.removeprefix("/targets/*") for one in CURATED if one.startswith("/targets/")),
)
