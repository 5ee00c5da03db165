"""A developer in the lineage is on an official list.

Lists name legal entities, not models, and each entry has a status: `listed`, `removed`, `not
confirmed`. Only the statuses that the policy names are reported, with the date and the source of
the entry. Not being on a list clears nobody.

What to do: ask counsel whether the cited entry bears on using published weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.evidence.evidence import ListEntry
from lineage.policy.axes import AxisPlace
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import citation_line, path_evidence
from lineage.policy.questions import Inquiry, Question, no_home
from lineage.policy.rules.developers import AXES, places_on, questions_of
from lineage.policy.rules.interface import Kind, Rule, Setting, Settings
from lineage.policy.rules.jurisdictions import says

_STATUSES = ("listed", "removed", "not confirmed")


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each entry of each developer on the chosen axes."""
    for place in places_on(case, settings):
        for entry in place.developer.lists if place.developer else ():
            if entry.status in settings["statuses"] and _is_chosen(entry, settings["lists"]):
                lines = (
                    *path_evidence(case, place.path),
                    *(f"{entry.name}: {citation_line(c)}" for c in entry.citations),
                )
                yield settings.finding(place.model, place.path, _message(case, place, entry), lines)


def _is_chosen(entry: ListEntry, names: tuple[str, ...]) -> bool:
    return not names or any(name.casefold() in entry.name.casefold() for name in names)


def _message(case: Case, place: AxisPlace, entry: ListEntry) -> str:
    before = " since " if entry.status == "listed" else ", "
    since = f"{before}{entry.date}" if entry.date else ""
    return f"{says(case, place)} {place.who}: {entry.status} on the {entry.name}{since}."


def asks(settings: Settings) -> Iterator[Inquiry]:
    """Who stands on the chosen axes; where somebody is based does not matter."""
    yield replace(settings.inquiry(*questions_of(settings["axes"])), homes=no_home)


RULE = Rule(
    id="official-list",
    level=Level.INFO,
    questions=frozenset({Question.ORIGIN, Question.TRAINERS, Question.TEACHERS}),
    summary="A developer in the lineage is on an official list",
    sentence="A developer of {object} is on an official list.",
    explanation=__doc__,
    check=check,
    inquiries=asks,
    settings=(
        Setting("lists", Kind.WORDS, (), "parts of list names to look at; all where it is empty"),
        Setting(
            "statuses",
            Kind.CHOICES,
            ("listed",),
            "statuses of an entry that are reported",
            _STATUSES,
        ),
        AXES,
    ),
)
