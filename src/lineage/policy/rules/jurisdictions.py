"""What the five jurisdiction rules share: one axis, the places named by the policy, and the places
nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lineage.core.elsewhere import is_elsewhere
from lineage.policy.axes import AxisPlace, places
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, developer_evidence, path_evidence
from lineage.policy.questions import Inquiry, Question
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Check, Inquiries, Kind, Setting, Settings

JURISDICTIONS = Setting(
    "jurisdictions",
    Kind.JURISDICTIONS,
    None,
    "ISO 3166-1 codes that this rule looks for; the policy's own list where it is not given",
)
EXCEPT = Setting(
    "except-developers",
    Kind.DEVELOPERS,
    (),
    "registry ids of developers that this rule leaves alone",
)
UNKNOWN = Setting(
    "unknown",
    Kind.CHOICE,
    "auto",
    "how serious an open answer is: `inconclusive`, `review`, `info` or `ignore`; "
    "`auto` follows the level",
    ("auto", "inconclusive", "review", "info", "ignore"),
)
SETTINGS = (JURISDICTIONS, EXCEPT, UNKNOWN)

_SAYS = {
    Axis.FOUNDATION: "{descent}; {model} was developed by {who}.",
    Axis.TRAINER: "{descent}; {model} was trained further by {who}.",
    Axis.TEACHER: "{descent}; the teacher was developed by {who}.",
    Axis.COMPONENT: "{descent}; that component was developed by {who}.",
    Axis.PUBLISHER: "{descent}; {model} is published by {who}.",
}


def check_axis(axis: Axis) -> Check:
    """The check of one jurisdiction rule: the places on the axis that the policy names."""

    def check(case: Case, settings: Settings) -> Iterator[Finding]:
        for place in places(case, axis):
            if place.jurisdiction in wanted(settings) and (
                place.developer is None or place.developer.id not in settings["except-developers"]
            ):
                yield settings.finding(
                    place.model, place.path, says(case, place), evidence(case, place)
                )

    return check


def asks_of(*questions: Question) -> Inquiries:
    """What a jurisdiction rule asks: nothing where it names no place, and as seriously as its
    setting `unknown` says."""

    def asks(settings: Settings) -> Iterator[Inquiry]:
        places_named = frozenset(wanted(settings))
        level = _UNKNOWN.get(settings["unknown"], settings.level)
        if places_named and level is not Level.OFF:
            asked = settings.inquiry(*questions, level=level)
            yield replace(asked, homes=may_be_in(places_named))

    return asks


def may_be_in(named: frozenset[str]) -> Callable[[Sequence[str]], bool]:
    """Whether a developer of unknown home, or of one that is disputed between some places, may be
    based in one of these."""
    return lambda candidates: not candidates or bool(named.intersection(candidates))


# What the setting `unknown` makes of an open answer; `auto` is the level of the rule.
_UNKNOWN = {
    "inconclusive": Level.FAIL,
    "review": Level.REVIEW,
    "info": Level.INFO,
    "ignore": Level.OFF,
}


def says(case: Case, place: AxisPlace) -> str:
    """One neutral sentence: the path and who stands at its end."""
    alone = len(place.path) < 2
    form = _SAYS[place.axis]
    if place.axis is Axis.PUBLISHER and is_elsewhere(place.model):
        form = form.replace("is published by", "is served by")
    text = form.format(descent=descent(case, place.path), model=place.model, who=place.who)
    return text.partition("; ")[2] if alone else text


def evidence(case: Case, place: AxisPlace) -> tuple[str, ...]:
    """The claims of the path, then what the registry cites for the developer."""
    return (*path_evidence(case, place.path), *developer_evidence(place.developer))


def wanted(settings: Settings) -> tuple[str, ...]:
    """The places that the rule looks for: its own, else the policy's."""
    own = settings["jurisdictions"]
    return tuple(settings.policy.jurisdictions if own is None else own)
