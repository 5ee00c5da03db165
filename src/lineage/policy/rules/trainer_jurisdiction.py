"""A developer who trained the model further is based in a jurisdiction that the policy names.

Weights from one developer may have been trained further by another: DeepSeek-R1-Distill-Llama-8B
holds weights of Meta and was trained by DeepSeek. Whoever trained on the way can change what a
model does, so this axis stands apart from the foundation.

Most publishers on a hub are in no registry. An unknown trainer is therefore not reported below
`fail`, and asks for a review at `fail`; set `unknown = "inconclusive"` where every trainer must be
known.

What to do: choose a model that somebody else trained, or accept it in a waiver. Read who trained
what on the path first.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.jurisdictions import SETTINGS, asks_of, check_axis

RULE = Rule(
    id="trainer-jurisdiction",
    level=Level.REVIEW,
    questions=frozenset({Question.TRAINERS}),
    inquiries=asks_of(Question.TRAINERS),
    summary="A developer who trained the model further is based in a jurisdiction that the policy "
    "names",
    sentence="{subject} was trained further by {who}.",
    explanation=__doc__,
    check=check_axis(Axis.TRAINER),
    settings=SETTINGS,
)
