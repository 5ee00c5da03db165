"""The lineage ends at a model that is not shown to be a foundation.

Every trace was read and none names a parent that could be matched to a model. That a model was
trained from scratch is believed only where the registry cites a source for it. All others may rest
on something that nobody declared.

What to do: ask the publisher what the model was initialised from; compare its weights with `lineage
compare`; send the registry a source that shows how the model was trained.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Kind, Rule, Setting

RULE = Rule(
    id="no-known-root",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.TRAIL_END,),
    summary="The lineage ends at a model that is not shown to be a foundation",
    sentence="Nothing shows what {object} was built on, or that it was trained from scratch.",
    explanation=__doc__,
    settings=(
        Setting(
            "inconclusive",
            Kind.FLAG,
            False,
            "no longer needed: a rule at `fail` that asks about the origin is left open by "
            "such a root",
        ),
    ),
)
