"""Runs every rule of a policy over a case, adds what is not known, marks what waivers cover, and
comes to one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lineage.core.value import dataclass
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.open_points.point import Gap, Open, OpenPoint
from lineage.policy.open_points.sources import open_points
from lineage.policy.open_points.subject import UNREAD_CODE
from lineage.policy.paths import edges_along, is_whole, joined, known_models
from lineage.policy.policy import Policy
from lineage.policy.questions import Inquiry
from lineage.policy.rules.interface import DOCS, Rule, Settings
from lineage.policy.rules.registry import RULES, rule
from lineage.policy.waiver import in_force

_UNWAIVABLE = frozenset({"expired-waiver", "unbounded-waiver", "unused-waiver"})


@dataclass(frozen=True)
class Judgement:
    """What a policy says of one case."""

    findings: tuple[Finding, ...]
    """The most serious first."""
    open: tuple[Open, ...]
    verdict: Verdict


def judge(case: Case, policy: Policy) -> Judgement:
    """All findings and open points, and the verdict over those that no waiver covers."""
    rules = (*(rule(id_) for id_ in RULES), *policy.rules)
    active = [(r, settings_for(r, policy)) for r in rules if policy.level(r.id) is not Level.OFF]
    found = [
        _capped(f, case, policy)
        for r, settings in active
        for f in r.check(case, settings)
        if f.level is not Level.OFF
    ]
    inquiries = [inquiry for r, settings in active for inquiry in r.asks(settings)]
    reporters = {gap: r.id for r in rules for gap in r.reports}
    unknown = [
        _asked(point, reporters[point.gap], inquiries, case, policy)
        for point in open_points(case, policy)
    ]
    found.extend(finding for one in unknown for finding in _reported(one, policy))
    found.extend(
        f
        for r, settings in active
        if r.check_waivers
        for f in r.check_waivers(case, settings, tuple(found))
    )
    marked = _marked(found, case, policy)
    return Judgement(
        tuple(sorted(set(marked), key=_order)),
        tuple(_with_mark(one, marked) for one in unknown),
        verdict_of(marked),
    )


def judge_supplied(
    case: Case, policy: Policy, earlier: Sequence[Finding]
) -> tuple[tuple[Finding, ...], Verdict]:
    """The findings of an audit with those about the supplier's words, waivers looked at again, and
    the verdict over them."""
    rules = [rule(id_) for id_ in RULES]
    active = [(r, settings_for(r, policy)) for r in rules if policy.level(r.id) is not Level.OFF]
    about_waivers = {r.id for r in rules if r.check_waivers}
    found = [replace(f, waived=None) for f in earlier if f.rule not in about_waivers]
    found += [f for r, settings in active if r.is_of_supplier for f in r.check(case, settings)]
    found += [
        f
        for r, settings in active
        if r.check_waivers
        for f in r.check_waivers(case, settings, tuple(found))
    ]
    marked = _marked(found, case, policy)
    return tuple(sorted(set(marked), key=_order)), verdict_of(marked)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Fail if any finding fails; else inconclusive if one leaves a needed answer open; else review;
    else pass. Waived ones do not count."""
    counted = [f for f in findings if f.waived is None]
    if any(f.level is Level.FAIL for f in counted):
        return Verdict.FAIL
    if any(f.decides_unknown for f in counted):
        return Verdict.INCONCLUSIVE
    return Verdict.REVIEW if any(f.level is Level.REVIEW for f in counted) else Verdict.PASS


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over several audited models: the worst, where `fail` is worse than
    `inconclusive`. None at all is a pass."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PASS)


def fails(verdict: Verdict, findings: Iterable[Finding], fail_on: Level) -> bool:
    """Whether a gate that stops at `fail_on` stops here (exit code 1).

    An inconclusive verdict has a code of its own (3) and stops a gate through that.
    """
    if verdict is Verdict.INCONCLUSIVE:
        return False
    return any(f.waived is None and f.level.rank <= fail_on.rank for f in findings)


def judge_code(points: Sequence[OpenPoint], policy: Policy, today: date) -> tuple[Finding, ...]:
    """What code that was not read, or whose model is known only when it runs, leaves open.

    A model may be named there of which nothing is known, so it is as serious as the gravest rule
    that asks about it, as any open point is; a name at run time is a review unless the policy says
    otherwise.
    """
    settings = settings_for(rule("unread-code"), policy)
    is_open = settings["unresolved"] == "open"
    gravest = _gravest(policy)
    found = []
    for point in points:
        is_unread = point.gap is Gap.CODE or is_open
        asked = gravest if is_unread else _milder(gravest, Level.REVIEW)
        level = settings.level
        if is_unread:
            level = min(level, _milder(asked, Level.REVIEW), key=lambda one: one.rank)
        else:
            level = _milder(level, asked)
        if level is not Level.OFF:
            finding = settings.finding(
                point.model, point.path, point.message, point.evidence, level=level
            )
            found.append(replace(finding, decides_unknown=is_unread and asked is Level.FAIL))
    valid = in_force(policy.waivers, policy.waiver_limits, today)
    return tuple(
        _with_waiver(f, next((w.mark() for w in valid if w.covers(f, f.model)), None))
        for f in found
    )


def _milder(a: Level, b: Level) -> Level:
    return max(a, b, key=lambda level: level.rank)


def _gravest(policy: Policy) -> Level:
    rules = (*(rule(id_) for id_ in RULES), *policy.rules)
    levels = [
        inquiry.level
        for r in rules
        if policy.level(r.id) is not Level.OFF
        for inquiry in r.asks(settings_for(r, policy))
        if inquiry.questions & UNREAD_CODE
    ]
    return min(levels, key=lambda level: level.rank, default=Level.OFF)


def settings_for(found: Rule, policy: Policy) -> Settings:
    """What the policy sets for one rule, with the rule's own defaults where it is silent."""
    given: Mapping[str, Any] = policy.settings.get(found.id, {})
    values = {s.name: given.get(s.name, s.default) for s in found.settings}
    return Settings(found.id, policy.level(found.id), values, policy)


def _asked(
    point: OpenPoint, reporter: str, inquiries: Sequence[Inquiry], case: Case, policy: Policy
) -> Open:
    """Who asks about the point, and how serious that is."""
    asking = [one for one in inquiries if _leaves_open(point, one, case, policy)]
    asking.sort(key=lambda one: (one.level.rank, one.rule))
    level = asking[0].level if asking else Level.OFF
    names = tuple(dict.fromkeys(one.rule for one in asking))
    gravest = tuple(dict.fromkeys(one.rule for one in asking if one.level is level))
    return Open(point, reporter, names, level, gravest)


def _leaves_open(point: OpenPoint, inquiry: Inquiry, case: Case, policy: Policy) -> bool:
    if not point.questions & inquiry.questions:
        return False
    if point.gap is Gap.NO_HOME and not inquiry.homes(point.homes):
        return False
    if point.gap is Gap.UNKNOWN_TRAINER:
        asks_where = policy.unknown_trainer_is_open and inquiry.homes(())
        return inquiry.needs_every_trainer or asks_where
    return inquiry.bears is None or inquiry.bears(point, case)


def _reported(one: Open, policy: Policy) -> Iterator[Finding]:
    """The point as a finding: at least `review` while a rule at `review` or above asks, switched
    off or not."""
    level, point = policy.level(one.rule), one.point
    asked = max(one.level, Level.REVIEW, key=lambda found: found.rank)
    if not point.is_news or asked.rank < level.rank:
        level = asked
    if level is Level.OFF:
        return
    yield Finding(
        one.rule,
        level,
        point.model,
        point.path,
        f"{point.message} It leaves open: {joined(one.most_serious)}."
        if one.level is Level.FAIL
        else point.message,
        point.evidence,
        one.level is Level.FAIL,
        f"{DOCS}#{one.rule}",
    )


def _with_mark(one: Open, findings: Iterable[Finding]) -> Open:
    point = one.point
    mark = next(
        (
            f.waived
            for f in findings
            if (f.rule, f.model, f.path) == (one.rule, point.model, point.path)
            and f.message.startswith(point.message)
        ),
        None,
    )
    return replace(one, waived=mark)


def _capped(finding: Finding, case: Case, policy: Policy) -> Finding:
    """Lowers `fail` to `review` where the path rests on a lead: an inference alone never fails a
    model.

    What was to fail and is not established leaves the answer open; `weak-grade` reports it.
    """
    if (
        finding.level is not Level.FAIL
        or len(finding.path) < 2
        or _is_sure(finding.path, case, policy)
    ):
        return finding
    message = (
        f"{finding.message} The path rests on a claim below what the policy counts as "
        "known, so this asks for a review."
    )
    return replace(finding, level=Level.REVIEW, message=message)


def _is_sure(path: Sequence[str], case: Case, policy: Policy) -> bool:
    """Whether some path of known claims of the same kind (weights or any) leads to the end of this
    one."""
    steps = edges_along(case.graph, path)
    return path[-1] in known_models(
        case.graph, policy.known_grades, whole=bool(steps) and all(map(is_whole, steps))
    )


def _marked(findings: Sequence[Finding], case: Case, policy: Policy) -> list[Finding]:
    valid = in_force(policy.waivers, policy.waiver_limits, case.today)
    return [
        _with_waiver(f, next((w.mark() for w in valid if w.covers(f, case.target)), None))
        for f in findings
    ]


def _with_waiver(finding: Finding, mark: Waived | None) -> Finding:
    return finding if mark is None or finding.rule in _UNWAIVABLE else finding.with_waiver(mark)


def _order(finding: Finding) -> tuple[bool, int, str, str, tuple[str, ...], str]:
    return (
        finding.waived is not None,
        finding.level.rank,
        finding.rule,
        finding.model,
        finding.path,
        finding.message,
    )
