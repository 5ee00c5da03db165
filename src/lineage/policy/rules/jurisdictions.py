"""What the five jurisdiction rules share: one axis, the places named by the policy, and the places nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.core.record import Status
from lineage.policy.axes import Place, is_shown_root, places
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.paths import descent, developer_evidence, path_evidence
from lineage.policy.requirement import Axis
from lineage.policy.rules.interface import Check, Kind, Setting, Settings

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
    "what an unknown developer or jurisdiction means: `inconclusive`, `review`, `info` or `ignore`; `auto` follows the level",
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
    """The check of one jurisdiction rule."""

    def check(case: Case, settings: Settings) -> Iterator[Finding]:
        for place in places(case, axis):
            if place.jurisdiction is None:
                yield from _unknown(case, settings, place)
            elif place.jurisdiction in _wanted(settings) and (
                place.developer is None or place.developer.id not in settings["except-developers"]
            ):
                yield settings.finding(
                    place.model, place.path, says(case, place), evidence(case, place)
                )

    return check


def says(case: Case, place: Place) -> str:
    """One neutral sentence: the path and who stands at its end."""
    alone = len(place.path) < 2
    text = _SAYS[place.axis].format(
        descent=descent(case, place.path), model=place.model, who=place.who
    )
    return text.partition("; ")[2] if alone else text


def evidence(case: Case, place: Place) -> tuple[str, ...]:
    """The claims of the path, then what the registry cites for the developer."""
    return (*path_evidence(case, place.path), *developer_evidence(place.developer))


def _wanted(settings: Settings) -> Iterable[str]:
    own = settings["jurisdictions"]
    return settings.policy.jurisdictions if own is None else own


def _unknown(case: Case, settings: Settings, place: Place) -> Iterator[Finding]:
    meaning = settings["unknown"]
    if meaning == "auto":
        meaning = _automatic(case, settings, place)
    if meaning == "ignore" or not _wanted(settings):
        return
    level = {"inconclusive": Level.REVIEW, "review": Level.REVIEW, "info": Level.INFO}[meaning]
    message = f"{says(case, place)[:-1]}, so its jurisdiction is not known."
    if place.developer is not None:
        message = f"{says(case, place)[:-1]}."
    yield settings.finding(
        place.model,
        place.path,
        message,
        evidence(case, place),
        level=max(level, settings.level, key=lambda v: v.rank),
        decides_unknown=meaning == "inconclusive",
    )


def _automatic(case: Case, settings: Settings, place: Place) -> str:
    """An unknown origin leaves a failing rule open; unknown trainers and publishers are the rule on a hub, so they only ask for a look.

    Where `unresolved-ancestor` or `no-known-root` already speak of the same model, this stays silent below `fail`.
    """
    if place.axis in (Axis.TRAINER, Axis.PUBLISHER):
        return "review" if settings.level is Level.FAIL else "ignore"
    if settings.level is Level.FAIL:
        return "inconclusive"
    node = case.graph.nodes.get(place.model)
    unread = node is not None and not node.status.is_known and node.status is not Status.LOCAL
    others_speak = unread or (
        place.axis is Axis.FOUNDATION and not is_shown_root(case.attributions.get(place.model))
    )
    return "ignore" if others_speak or settings.level is not Level.REVIEW else "review"
