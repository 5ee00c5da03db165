"""A foundation of the model was developed in a jurisdiction that the policy names.

A foundation is a model with no known base: the place where the weights come from. Its developer is
taken from the registry, never from the namespace of whoever uploaded a copy. The jurisdiction says
where that developer has its headquarters, with a citation. It is no evidence of how the model
behaves.

While this rule is at `fail`, a foundation whose developer or jurisdiction is not established makes
the verdict inconclusive: the policy asks something that nobody could answer. `unknown = "review"`
asks a person instead.

What to do: choose another base, or accept this one in a waiver with a reason and a date. Read the
path and the cited source of the developer first.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.jurisdictions import SETTINGS, asks_of, check_axis

RULE = Rule(
    id="foundation-jurisdiction",
    level=Level.REVIEW,
    questions=frozenset({Question.ORIGIN}),
    inquiries=asks_of(Question.ORIGIN),
    summary="A foundation of the model was developed in a jurisdiction that the policy names",
    sentence="{subject} was developed by {who}.",
    explanation=__doc__,
    check=check_axis(Axis.FOUNDATION),
    settings=SETTINGS,
)
