"""The files of a model in the lineage could not be read, only its metadata.

Its card's metadata could be read, its files not, so traces that only files hold were not looked at.
A base that nobody declared may be among them. A model whose origin cited sources show speaks for
itself.

What to do: accept the agreement on the hub and give a token, then audit again.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="limited-access",
    level=Level.INFO,
    questions=frozenset(),
    reports=(Gap.WITHHELD,),
    summary="The files of a model in the lineage could not be read, only its metadata",
    sentence="Of {object} only public metadata was read, not its files.",
    explanation=__doc__,
)
