"""A part of the model, such as an encoder, was developed in a jurisdiction that the policy names.

Multimodal models are assembled: a vision encoder, a text encoder or a draft model may come from
elsewhere than the language model. Such parts have their own developer and are reported apart from
the foundation.

What to do: look at which component it is and whether your use touches it.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.jurisdictions import SETTINGS, asks_of, check_axis

RULE = Rule(
    id="component-jurisdiction",
    level=Level.REVIEW,
    questions=frozenset({Question.ORIGIN}),
    inquiries=asks_of(Question.ORIGIN),
    summary="A part of the model, such as an encoder, was developed in a jurisdiction that the "
    "policy names",
    sentence="{subject} was developed by {who}.",
    explanation=__doc__,
    check=check_axis(Axis.COMPONENT),
    settings=SETTINGS,
)
