"""A trace points to a model family that the known lineage does not contain.

A configuration's type and sizes, a tokenizer, whom a chat template says that the model is, a
licence name, the model's own name, code in the card: such traces tell a family and no exact model.
Where the known lineage does not contain that family, either the lineage is not complete or the
trace was borrowed: architectures and tokenizers travel without weights. So this asks a question and
never fails a model.

What to do: compare the weights (`lineage audit --weights`), or ask the publisher what it was made
from.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.open_points.point import Gap
from lineage.policy.rules.interface import Rule

RULE = Rule(
    id="undeclared-family",
    level=Level.REVIEW,
    questions=frozenset(),
    reports=(Gap.LEAD,),
    summary="A trace points to a model family that the known lineage does not contain",
    explanation=__doc__,
)
