"""The files of a model in the lineage could not be read, only its metadata.

Its card could be read, its files not, so traces that only files hold were not looked at. A base that nobody declared may be among
them.

What to do: accept the agreement on the hub and give a token, then audit again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.record import Status
from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.paths import joined, path_to
from lineage.policy.rules.interface import Rule, Settings

_LIMITED = {
    Status.GATED: "behind an access agreement, so only public metadata was read",
    Status.DISABLED: "disabled by the hub",
}


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each kind of limit, naming the models that the registry does not list as foundations."""
    for status, why in _LIMITED.items():
        models = sorted(
            n.id
            for n in case.graph.nodes.values()
            if n.status is status and not _is_listed(case, n.id)
        )
        if models:
            about = case.target if case.target in models else models[0]
            yield settings.finding(about, path_to(case.graph, about), f"{joined(models)}: {why}.")


def _is_listed(case: Case, model: str) -> bool:
    attribution = case.attributions.get(model)
    return attribution is not None and attribution.is_foundation


RULE = Rule(
    id="limited-access",
    summary="The files of a model in the lineage could not be read, only its metadata",
    explanation=__doc__,
    check=check,
)
