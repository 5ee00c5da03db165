"""The developer of a model in the lineage is unknown, or where it is based.

A developer whom the registry knows without an established home leaves open who trained, taught or
made the model. A publisher whom the registry does not know at all is the normal case on a hub: it
is shown, and leaves a question open only where the policy says `unknown-trainer = "open"` (as
`strict` does), or where a rule accepts nobody but those that it lists.

What to do: state the developer and its home in the policy. They go under `[[developers]]`; or send
a cited correction to the registry.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="unknown-developer",
    level=Level.INFO,
    questions=frozenset(),
    reports=(
        Gap.NO_HOME,
        Gap.UNKNOWN_DEVELOPER,
        Gap.UNKNOWN_TRAINER,
        Gap.UNKNOWN_PUBLISHER,
    ),
    summary="The developer of a model in the lineage is unknown, or where it is based",
    sentence="It is not known who developed {object}, or where.",
    explanation=__doc__,
)
