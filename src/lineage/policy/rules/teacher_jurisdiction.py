"""A model whose outputs it was distilled from was developed in a jurisdiction that the policy
names.

A distilled model learned from the outputs of a teacher. It holds none of its weights, yet may take
over its behaviour, even onto another family of weights. Teachers come from cards and from cited
statements of the registry.

What to do: choose a model with another teacher, or accept it in a waiver. Read the claim that names
the teacher first; where it names training data only, the waiver should say so.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.jurisdictions import SETTINGS, asks_of, check_axis

RULE = Rule(
    id="teacher-jurisdiction",
    level=Level.REVIEW,
    questions=frozenset({Question.TEACHERS}),
    inquiries=asks_of(Question.TEACHERS),
    summary="A model whose outputs it was distilled from was developed in a jurisdiction that "
    "the policy names",
    sentence="{subject} was developed by {who}.",
    explanation=__doc__,
    check=check_axis(Axis.TEACHER),
    settings=SETTINGS,
)
