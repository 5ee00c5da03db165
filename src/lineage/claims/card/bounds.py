"""The bound on claims of one reader: equal ones count once, and what is left out is named."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim, Observation, ObservationKind


def within_bound(
    claims: Iterable[Claim], trace: Trace, location: str
) -> tuple[list[Claim], list[Observation]]:
    """At most MOST_CLAIMS claims; two that say the same of the same parent are one, the first."""
    kept: dict[tuple[str, str, str | None, bool, str], Claim] = {}
    for claim in claims:
        key = (
            (claim.parent or claim.value).casefold(),
            str(claim.relation),
            claim.component,
            claim.tentative,
            claim.problem,
        )
        kept.setdefault(key, claim)
    found = list(kept.values())
    if len(found) <= MOST_CLAIMS:
        return found, []
    left = found[MOST_CLAIMS:]
    names = ", ".join(claim.value for claim in left[:3])
    text = f"{len(left)} of {len(found)} names are past the bound of {MOST_CLAIMS}, such as {names}"
    return found[:MOST_CLAIMS], [trace.observe(ObservationKind.TRUNCATED, location, text)]
