"""Decide on what a resource starts, by the verdicts that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.policy.finding import Verdict
from lineage.report.printable import counted
from lineage.serve.admission.review import Answer
from lineage.serve.admission.started import Blind, Named, Started
from lineage.serve.admission.verdicts import Known

FORBIDDEN = (403, "Forbidden")
NOT_YET = (503, "ServiceUnavailable")
_RETRY_AFTER = 5
_MOST_SHOWN = 5
"""Of so many models and places a denial tells; the rest is counted."""


class Then(Word):
    """What follows from a state."""

    ALLOW = "allow"
    WARN = "warn"
    DENY = "deny"


@dataclass(frozen=True)
class Admission:
    """What a team has decided."""

    unknown: Then = Then.DENY
    """For a model without a verdict, and for what the resource does not show."""
    inconclusive: Then = Then.DENY
    review: Then = Then.WARN
    wait: float = 5.0
    """Seconds in which an unknown model may become known, reading included."""
    max_age: timedelta = timedelta(days=7)
    """An older verdict is none."""
    max_age_inconclusive: timedelta = timedelta(minutes=15)
    """What could not be established may be by now."""
    token: str = ""
    """The last step of the endpoint's address; empty where it needs none."""
    public_url: str = ""
    """Where people reach this server, for the address of a report."""


@dataclass(frozen=True)
class Point:
    """One reason to warn or to deny."""

    then: Then
    message: str
    is_pending: bool = False
    """Whether it may be settled by waiting."""
    weight: int = 0
    """What is told first: the higher."""


@dataclass(frozen=True)
class Decided:
    """An answer, and what it stands on."""

    answer: Answer
    outcome: str
    """For logs and counters: `allowed`, `warned`, `denied`, `pending`."""


def pending(started: Started, known: Mapping[str, Known]) -> tuple[str, ...]:
    """The models without a verdict."""
    return tuple(model.target for model in started.models if model.target not in known)


def fresh(known: Known | None, settings: Admission, now: datetime) -> Known | None:
    """The verdict, unless it is too old or of tomorrow."""
    if known is None:
        return None
    is_open = known.verdict is Verdict.INCONCLUSIVE
    most = min(settings.max_age, settings.max_age_inconclusive) if is_open else settings.max_age
    return known if timedelta(minutes=-5) <= now - known.audited_at <= most else None


def decide(
    started: Started,
    known: Mapping[str, Known],
    settings: Admission,
    *,
    is_asked: bool = True,
) -> Decided:
    """The answer for a resource that starts this. `is_asked`: whether the unknown models are being
    audited meanwhile, so that trying again helps."""
    points = [*_judged(started.models, known, settings, is_asked=is_asked)]
    points += [Point(settings.unknown, _of_blind(one), weight=1) for one in started.blind]
    points.sort(key=lambda point: -point.weight)
    denied = [point for point in points if point.then is Then.DENY]
    messages = tuple(point.message for point in points if point.then is not Then.ALLOW)
    audit = (("models", ", ".join(model.name for model in started.models)),) * bool(started.models)
    if not denied:
        warnings = (*(f"lineage: {one}" for one in (*messages, *started.notes)),)
        outcome = "warned" if messages else "allowed"
        return Decided(
            Answer(True, warnings=warnings, audit=(*audit, ("verdict", outcome))), outcome
        )
    is_pending = all(point.is_pending for point in denied)
    code, reason = NOT_YET if is_pending else FORBIDDEN
    in_message = [point.message for point in denied]
    answer = Answer(
        False,
        _message(in_message),
        code,
        reason,
        _RETRY_AFTER if is_pending else 0,
        tuple(f"lineage: {one}" for one in messages if one not in in_message[:_MOST_SHOWN]),
        (*audit, ("verdict", "pending" if is_pending else "denied")),
    )
    return Decided(answer, "pending" if is_pending else "denied")


def decide_update(started: Started, before: Started, decided: Decided) -> Decided:
    """The answer where a resource is changed that already stands: what it starts already was
    admitted, or stood there before anybody asked; to deny the change would stop it from being
    scaled down or deleted."""
    more = started.beyond(before)
    if decided.answer.is_allowed or more.models or more.blind:
        return decided
    warnings = (
        "lineage: allowed because this change starts no other model; a new one would be denied:",
        decided.answer.message,
        *decided.answer.warnings,
    )
    audit = (*decided.answer.audit[:-1], ("verdict", "unchanged"))
    return Decided(Answer(True, warnings=warnings, audit=audit), "unchanged")


def refused(message: str, settings: Admission) -> Decided:
    """The answer where nothing can be said of the resource, as for a model that is not known."""
    if settings.unknown is Then.DENY:
        return Decided(Answer(False, f"lineage: {message}", *FORBIDDEN), "denied")
    warnings = (f"lineage: {message}",)
    return Decided(Answer(True, warnings=warnings), "warned")


def _judged(
    models: Iterable[Named], known: Mapping[str, Known], settings: Admission, *, is_asked: bool
) -> Iterable[Point]:
    for model in models:
        verdict = known.get(model.target)
        at = f"{model.name} ({model.places[0]}{', …' if len(model.places) > 1 else ''})"
        if verdict is None:
            hope = "its audit has been started" if is_asked else "no audit of it was started"
            yield Point(settings.unknown, f"{at} has no verdict yet; {hope}", is_asked, weight=2)
        elif not verdict.is_shown and model.if_found:
            yield Point(Then.WARN, f"{at}: the Hub shows no such model, so it was ignored")
        elif verdict.verdict is not Verdict.PASS:
            then, weight = _then(verdict.verdict, settings)
            yield Point(then, f"{at} {_of_verdict(verdict)}", weight=weight)


def _then(verdict: Verdict, settings: Admission) -> tuple[Then, int]:
    if verdict is Verdict.FAIL:
        return Then.DENY, 4
    if verdict is Verdict.REVIEW:
        return settings.review, 0
    return settings.inconclusive, 3


def _of_verdict(known: Known) -> str:
    day = known.audited_at.date().isoformat()
    because = f": {known.because}" if known.because else ""
    page = f" {known.page}" if known.page else ""
    return f"{known.verdict.upper()} on {day}{because}{page}"


def _of_blind(one: Blind) -> str:
    return f"{one.place}: {one.reason}" if one.place else one.reason


def _message(messages: list[str]) -> str:
    more = len(messages) - _MOST_SHOWN
    rest = f"; and {counted(more, 'more reason')}" if more > 0 else ""
    return f"lineage: {'; '.join(messages[:_MOST_SHOWN])}{rest}"
