"""Runs every rule of a policy over a case, marks what waivers cover, and comes to one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.policy.paths import edges_along, is_whole, known_models
from lineage.policy.policy import Policy
from lineage.policy.rules.interface import Rule, Settings
from lineage.policy.rules.registry import RULES, rule

_UNWAIVABLE = frozenset({"expired-waiver", "unused-waiver"})


def judge(case: Case, policy: Policy) -> tuple[tuple[Finding, ...], Verdict]:
    """All findings, the most serious first, and the verdict over those that no waiver covers."""
    active = [
        (rule(id_), settings_for(rule(id_), policy))
        for id_ in RULES
        if policy.level(id_) is not Level.OFF
    ]
    found = [
        _capped(f, case, policy)
        for r, settings in active
        for f in r.check(case, settings)
        if f.level is not Level.OFF
    ]
    found.extend(
        f
        for r, settings in active
        if r.check_waivers
        for f in r.check_waivers(case, settings, tuple(found))
    )
    marked = _marked(found, case, policy)
    return tuple(sorted(set(marked), key=_order)), verdict_of(marked)


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Fail if any finding fails; else inconclusive if one leaves a needed answer open; else review; else pass. Waived ones do not count."""
    open_ = [f for f in findings if f.waived is None]
    if any(f.level is Level.FAIL for f in open_):
        return Verdict.FAIL
    if any(f.decides_unknown for f in open_):
        return Verdict.INCONCLUSIVE
    return Verdict.REVIEW if any(f.level is Level.REVIEW for f in open_) else Verdict.PASS


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over several audited models: the worst, where `fail` is worse than `inconclusive`. None at all is a pass."""
    order = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.REVIEW, Verdict.PASS)
    return min(verdicts, key=order.index, default=Verdict.PASS)


def fails(verdict: Verdict, findings: Iterable[Finding], fail_on: Level) -> bool:
    """Whether a gate that stops at `fail_on` stops here (exit code 1).

    An inconclusive verdict has a code of its own (3) and stops a gate through that.
    """
    if verdict is Verdict.INCONCLUSIVE:
        return False
    return any(f.waived is None and f.level.rank <= fail_on.rank for f in findings)


def settings_for(found: Rule, policy: Policy) -> Settings:
    """What the policy tells one rule, with the rule's own defaults where it is silent."""
    told: Mapping[str, Any] = policy.settings.get(found.id, {})
    values = {s.name: told.get(s.name, s.default) for s in found.settings}
    return Settings(found.id, policy.level(found.id), values, policy)


def _capped(finding: Finding, case: Case, policy: Policy) -> Finding:
    """Lowers `fail` to `review` where the path rests on a lead: an inference alone never fails a model.

    What was to fail and is not established leaves the answer open wherever a rule needs the origin; `weak-grade` says so.
    """
    if (
        finding.level is not Level.FAIL
        or len(finding.path) < 2
        or _is_sure(finding.path, case, policy)
    ):
        return finding
    message = f"{finding.message} The path rests on a claim below what the policy counts as known, so this asks for a review."
    return replace(finding, level=Level.REVIEW, message=message)


def _is_sure(path: Sequence[str], case: Case, policy: Policy) -> bool:
    """Whether some path of known claims of the same kind (weights or any) leads to the end of this one."""
    steps = edges_along(case.graph, path)
    return path[-1] in known_models(
        case.graph, policy.known_grades, whole=bool(steps) and all(map(is_whole, steps))
    )


def _marked(findings: Sequence[Finding], case: Case, policy: Policy) -> list[Finding]:
    valid = [w for w in policy.waivers if not w.is_expired(case.today)]
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
