"""The namespace that hosts the model or an ancestor belongs to somebody in a jurisdiction that the
policy names.

The namespace that hosts a repository belongs to its publisher, who need not have trained anything.
A quantization by a publisher in one country may hold weights from another, and the other way round.
Off by default: publishing is not developing.

What to do: choose another place of upload, or accept this one in a waiver. Where the place of
upload matters to you, switch the rule on; a registered publisher is needed for it to speak.
"""

from __future__ import annotations

from lineage.policy.finding import Level
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.jurisdictions import SETTINGS, asks_of, check_axis

RULE = Rule(
    id="publisher-jurisdiction",
    level=Level.OFF,
    questions=frozenset({Question.PUBLISHER}),
    inquiries=asks_of(Question.PUBLISHER),
    summary="The namespace that hosts the model or an ancestor belongs to somebody in a "
    "jurisdiction that the policy names",
    sentence="{subject} is published or served from a country that the policy names.",
    explanation=__doc__,
    check=check_axis(Axis.PUBLISHER),
    settings=SETTINGS,
)
