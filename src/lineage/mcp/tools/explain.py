"""`explain`: every claim behind a model's lineage, or what a rule means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.mcp.brief import lean
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import part_of_target
from lineage.mcp.tools.interface import Answer, Tool, name_of_model
from lineage.mcp.tools.tree import TOOL as TREE
from lineage.mcp.words import summary_line
from lineage.policy.explain import body_of, explain_rule, is_nearly_rule, is_rule, setting_line
from lineage.policy.rules.registry import rule
from lineage.report.explanation import explain
from lineage.report.json import to_dict

MOST_MODELS = 25
MOST_CLAIMS = 3
_KEYS = ("model", "revision", "source", "nodes", "edges", "complete", "unlinked", "coverage")


def schema() -> dict[str, Any]:
    """Either a rule, or what the report has of a model's graph with its claims."""
    found = part_of_target(_KEYS)
    defs = found.pop("$defs")
    found["properties"]["not_shown"] = {
        "type": "object",
        "description": "What was left out.",
        "properties": {
            "models": {"type": "integer", "minimum": 0},
            "claims": {"type": "integer", "minimum": 0},
            "unlinked": {"type": "integer", "minimum": 0},
        },
    }
    text: dict[str, Any] = {"type": "string"}
    texts = {"type": "array", "items": text}
    about = {"id": text, "level": {"$ref": "#/$defs/rule_level"}, "summary": text}
    about |= {"explanation": text, "settings": texts, "help_url": text}
    return {
        "type": "object",
        "properties": {
            "rule": {"type": "object", "required": list(about), "properties": about},
            "lineage": found,
        },
        "oneOf": [{"required": ["rule"]}, {"required": ["lineage"]}],
        "$defs": defs | {"rule_level": {"enum": ["fail", "review", "warn", "info", "off"]}},
    }


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """A rule where the subject is one or nearly one, else a model."""
    subject = asked["subject"]
    if is_rule(subject) or is_nearly_rule(subject):
        return _rule(subject)
    report = desk.audited([subject], call)
    target, whole = report.targets[0], to_dict(report)["targets"][0]
    nodes = sorted(whole["nodes"], key=lambda node: node["depth"])[:MOST_MODELS]
    kept = {node["id"] for node in nodes}
    edges = [edge for edge in whole["edges"] if edge["child"] in kept and edge["parent"] in kept]
    claims = sum(max(0, len(edge["claims"]) - MOST_CLAIMS) for edge in edges)
    content = {key: whole[key] for key in _KEYS} | {
        "nodes": [lean(node) for node in nodes],
        "edges": [{**edge, "claims": edge["claims"][:MOST_CLAIMS]} for edge in edges],
        "coverage": [one for one in whole["coverage"] if one["model"] in kept],
        "unlinked": whole["unlinked"][:MOST_MODELS],
        "not_shown": {
            "models": len(whole["nodes"]) - len(nodes),
            "claims": claims,
            "unlinked": max(0, len(whole["unlinked"]) - MOST_MODELS),
        },
    }
    lines = [summary_line(target)]
    if any(content["not_shown"].values()):
        lines.append(
            f"Left out: {content['not_shown']['models']} models farther away, {claims} claims, "
            f"{content['not_shown']['unlinked']} bases that match no model."
        )
    return Answer(content={"lineage": content}, lines=tuple(lines), quoted=tuple(explain(target)))


def _rule(subject: str) -> Answer:
    text = explain_rule(subject)  # raises, with the nearest id, where there is none
    found = rule(subject)
    content = {
        "id": found.id,
        "level": str(found.level),
        "summary": found.summary,
        "explanation": body_of(found),
        "settings": [setting_line(one) for one in found.settings],
        "help_url": found.help_url,
    }
    return Answer(content={"rule": content}, lines=tuple(text.splitlines()))


TOOL = Tool(
    name="explain",
    title="Explain a model's lineage, or a rule",
    description=(
        "Shows the reasons for what lineage reports. For a model: every edge of its "
        "lineage with the files and lines that say so, what was noticed in its files, what "
        "was read and what was not, each developer with citations. For a rule id such as "
        "exposure-inherited (from an audit's findings): what it looks at and what to do."
    ),
    takes={"subject": name_of_model("The id of a rule, or a model:")},
    required=("subject",),
    gives=schema,
    run=run,
    own=frozenset(f"/lineage{one}" for one in TREE.own)
    | {f"/rule/{key}" for key in ("id", "summary", "explanation", "settings/*", "help_url")},
)
