"""The registry does not know who developed the model or an ancestor.

Unknown is the normal state of most repositories on a hub, so this informs only. It is never taken for a jurisdiction.

What to do: raise it to `review` where every developer on the path must be known, and send a cited correction to the registry.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.paths import joined, path_to
from lineage.policy.rules.interface import Rule, Settings


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for all such models together, so that a long chain of hobby merges is one line."""
    unknown = sorted(
        m
        for m in case.graph.nodes
        if (a := case.attributions.get(m)) is None or a.developer is None
    )
    if unknown:
        about = case.target if case.target in unknown else unknown[0]
        message = f"The developer of {joined(unknown)} is not in the registry."
        yield settings.finding(about, path_to(case.graph, about), message)


RULE = Rule(
    id="unknown-developer",
    summary="The registry does not know who developed the model or an ancestor",
    explanation=__doc__,
    check=check,
)
