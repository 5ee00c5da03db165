"""A developer that the policy does not accept is in the lineage.

The policy lists developers by their registry ids (`lineage developers` shows them). Each axis is
looked at by itself, and the message says which one it was.

What to do: choose another base, or write a waiver that names the path.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Question
from lineage.policy.rules.developers import AXES, asks_who, places_on
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings
from lineage.policy.rules.jurisdictions import evidence, says


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each place where a listed developer stands."""
    if not settings["developers"]:
        return
    for place in places_on(case, settings):
        if place.developer is not None and place.developer.id in settings["developers"]:
            message = f"{says(case, place)[:-1]}, whom the policy lists as not accepted."
            yield settings.finding(place.model, place.path, message, evidence(case, place))


RULE = Rule(
    id="denied-developer",
    level=Level.FAIL,
    questions=frozenset({Question.ORIGIN, Question.TRAINERS, Question.TEACHERS}),
    summary="A developer that the policy does not accept is in the lineage",
    sentence="The policy does not accept a developer of {object}.",
    explanation=__doc__,
    check=check,
    inquiries=asks_who,
    settings=(
        Setting("developers", Kind.DEVELOPERS, (), "registry ids that are not accepted"),
        AXES,
    ),
)
