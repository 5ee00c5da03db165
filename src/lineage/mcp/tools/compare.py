"""`compare`: whether two models share weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.core.elsewhere import is_elsewhere
from lineage.core.errors import CannotRunError, UsageError
from lineage.fingerprint.opening import open_weights
from lineage.fingerprint.ranges import Tally
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import published
from lineage.mcp.tools.interface import Answer, Tool, name_of_model
from lineage.report.comparison import to_dict
from lineage.workflows.comparing import compared, files_on_hub, have_one_publisher
from lineage.workflows.opening import open_hub


def run(desk: Desk, asked: Mapping[str, Any], call: Call) -> Answer:
    """Read kilobytes of both from the hub."""
    refs = [desk.named([asked[key]])[0] for key in ("a", "b")]
    if any(is_elsewhere(ref.id) for ref in refs):
        raise UsageError("Weights are compared of models on the Hub only.", "Name two of them.")
    options, deep = desk.options, asked.get("deep", False)
    if options.offline or options.where.index or options.where.snapshot:
        raise CannotRunError(
            "Weights can only be read from the Hub, and this server runs without it.",
            "The user can start it without --offline, or run `lineage compare` on local copies.",
        )
    hub = open_hub(options, options.listeners.notice)
    call.ends_with(hub.close)
    try:
        opened = []
        for ref in refs:
            call.go_on()
            files, _ = files_on_hub(ref, hub)
            opened.append(open_weights(files, tally=Tally(), thorough=deep))
            call.step(f"{len(opened)} of 2 models opened")
        same = have_one_publisher(*(ref.id for ref in refs))
        one = compared(*opened, same_publisher=same, deep=deep)
    finally:
        hub.close()
    content = to_dict(one.found, one.ruling, one.sides)
    lines = (f"Class: {one.ruling.kind}.", *content["caveats"])
    return Answer(content, lines, (content["statement"], content["reason"]))


TOOL = Tool(
    name="compare",
    title="Compare two models' weights",
    description=(
        "Compares the weights of two AI models on the Hub, from a few kilobytes of each: whether "
        "they are the same, related or not. The answer is statistical and has no direction: a "
        "model, its parent and its siblings look alike."
    ),
    takes={
        "a": name_of_model("The first model:"),
        "b": name_of_model("The second model:"),
        "deep": {
            "type": "boolean",
            "default": False,
            "description": "Also undo permuted, rotated or pruned channels; reads a few megabytes "
            "and takes longer.",
        },
    },
    required=("a", "b"),
    gives=lambda: published("compare"),
    run=run,
    own=frozenset({"/caveats/*"}),
)
