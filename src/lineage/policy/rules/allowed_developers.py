"""A developer in the lineage is not on the policy's list of accepted developers.

Off until a policy switches it on. With a list of accepted developers, everybody else is reported,
on the axes that the policy chooses. A developer that is not established is no accepted one: that
leaves the answer open.

What to do: choose another model, or add the developer to the list after somebody looked at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.questions import Inquiry, Question
from lineage.policy.rules.developers import asks_who, places_on
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings
from lineage.policy.rules.jurisdictions import evidence, says


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each place whose developer is not on the list."""
    accepted = settings["developers"]
    if not accepted:
        return
    for place in places_on(case, settings):
        if place.developer is not None and place.developer.id not in accepted:
            message = (
                f"{says(case, place)[:-1]}, who is not among the developers that the policy "
                "accepts."
            )
            yield settings.finding(place.model, place.path, message, evidence(case, place))


def asks(settings: Settings) -> Iterator[Inquiry]:
    """Everybody on the axes has to be known, trainers that no registry knows included."""
    return (replace(asked, needs_every_trainer=True) for asked in asks_who(settings))


RULE = Rule(
    id="allowed-developers",
    level=Level.OFF,
    questions=frozenset({Question.ORIGIN, Question.TRAINERS, Question.TEACHERS}),
    summary="A developer in the lineage is not on the policy's list of accepted developers",
    sentence="A developer of {object} is not on the policy's list.",
    explanation=__doc__,
    check=check,
    inquiries=asks,
    settings=(
        Setting(
            "developers",
            Kind.DEVELOPERS,
            (),
            "registry ids that are accepted; the rule is silent without any",
        ),
        Setting(
            "axes",
            Kind.CHOICES,
            ("foundation", "teacher", "component"),
            "where to look",
            ("foundation", "trainer", "teacher", "component", "publisher"),
        ),
    ),
)
