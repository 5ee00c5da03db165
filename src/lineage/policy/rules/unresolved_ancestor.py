"""A model in the lineage could not be read.

It was named by a card or a file, and the source answered that it is gone, private, disabled or unreachable. A hub answers for a
missing and for a private repo alike; nothing more may be read into it. Whatever lies above it is hidden. When some rule could
fail the model for what is hidden there, the verdict becomes inconclusive; an ancestor that the registry lists as a foundation
hides nothing and is reported for information.

What to do: ask the publisher, give a token that may read it, or audit a snapshot that still holds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.record import Status
from lineage.graph.graph import Node
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, developed, path_evidence, path_to
from lineage.policy.rules.interface import Rule, Settings

_WHY = {
    Status.NOT_FOUND: "the hub answers as it does for a missing or a private repo",
    Status.UNREACHABLE: "it could not be asked now",
    Status.INVALID: "its name or its record is not one that a hub gives",
}


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each model that could not be read, the audited one included."""
    for node in case.graph.unresolved():
        path = path_to(case.graph, node.id)
        attribution = case.attributions.get(node.id)
        listed = attribution is not None and attribution.is_foundation
        known = (
            f" It is {developed(attribution)}."
            if attribution is not None and attribution.developer
            else ""
        )
        level = max(settings.level, Level.INFO, key=lambda v: v.rank) if listed else settings.level
        message = _message(case, node, path) + known
        message += (
            " The registry lists it as a foundation, so nothing is expected under it."
            if listed
            else ""
        )
        unknown = not listed and settings.could_fail
        yield settings.finding(
            node.id, path, message, path_evidence(case, path), level=level, decides_unknown=unknown
        )


def _message(case: Case, node: Node, path: tuple[str, ...]) -> str:
    why = (node.reason or _WHY.get(node.status, str(node.status))).rstrip(".")
    if node.id == case.target:
        return f"{node.id} could not be read ({why}), so nothing underneath it is known."
    return f"{descent(case, path)}, which could not be read ({why}); what is underneath it is not known."


RULE = Rule(
    id="unresolved-ancestor",
    summary="A model in the lineage could not be read",
    explanation=__doc__,
    check=check,
)
