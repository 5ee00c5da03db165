"""Where code uses the audited models, and what a scan could not tell: the same facts for every
format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import Report, TargetReport
from lineage.report.printable import counted, printable
from lineage.scan.asked_of import ANOTHER_HUB
from lineage.scan.result import ScanResult
from lineage.scan.tables import IN_TABLE


def use_to_dict(use: ModelUse) -> dict[str, Any]:
    """One use as it is in the JSON contract."""
    return {
        "file": use.file,
        "line": use.line,
        "column": use.column,
        "kind": str(use.kind),
        "model": use.model or None,
        "via": use.via,
        "certainty": str(use.certainty),
        "revision": use.revision,
        "expression": use.expression or None,
        "defined_at": use.defined_at or None,
        "place": use.place or None,
        "reason": use.reason or None,
        "target": use.target or None,
    }


def scan_to_dict(report: Report) -> dict[str, Any] | None:
    """The scan behind a `check`; None for models that were named by hand."""
    scan = report.scan
    if scan is None:
        return None
    return {
        "root": scan.root,
        "files_read": scan.files_read,
        "uses": len(scan.uses),
        "not_audited": [use_to_dict(use) for use in not_audited(report)],
        "unresolved": [use_to_dict(use) for use in scan.unresolved],
        "unreadable": [
            {"file": one.file, "reason": one.reason, "searched": one.is_searched}
            for one in scan.unreadable
        ],
        "bounds_hit": list(scan.bounds_hit),
        "left_out": [use_to_dict(use) for use in scan.left_out],
        "findings": [_code_finding(one) for one in report.code],
    }


def _code_finding(finding: Finding) -> dict[str, Any]:
    file, _, line = finding.model.rpartition(":")
    is_line = bool(file) and line.isdigit()
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "file": file if is_line else finding.model,
        "line": int(line) if is_line else None,
        "message": finding.message,
        "decides_unknown": finding.decides_unknown,
        "waived": finding.waived.reason if finding.waived else None,
    }


def not_audited(report: Report) -> list[ModelUse]:
    """Uses that name something no target of the report answers for: other registries, paths
    elsewhere, mere possibilities."""
    if report.scan is None:
        return []
    answered = {use for target in report.targets for use in target.uses}
    return [use for use in report.scan.uses if use not in answered]


def why_not_audited(use: ModelUse) -> str:
    """One clause for a use that no target answers for."""
    if use.kind is UseKind.HUB:
        return use.reason or (
            "named in the code; we did not find where it is loaded"
            if use.certainty is Certainty.POSSIBLE
            else "left out by the options"
        )
    return use.reason or str(use.kind)


def name_there(target: TargetReport, use: ModelUse) -> str:
    """`, written org/name` where the code has another name than the one that the model has now."""
    is_same = use.model.casefold() == target.model.casefold()
    is_name = use.kind is UseKind.HUB and not use.target
    return f", written {printable(use.model, 120)}" if is_name and not is_same else ""


def unresolved_sentence(use: ModelUse) -> str:
    """What a place leaves open whose model is not known."""
    if use.reason == ANOTHER_HUB:
        return (
            f"{printable(use.expression, 120)}: names of the Hub are asked of another address "
            "there, where they may mean other models."
        )
    if use.reason == IN_TABLE:
        return (
            f"{printable(use.via, 80)} names {use.expression} in a long table, which were not "
            "looked up one by one."
        )
    return (
        f"{printable(use.via, 80)} loads a model whose name is {printable(use.reason, 80)}: "
        f"{printable(use.expression, 120) or '?'}."
    )


def lines(target: TargetReport, most: int | None = 8) -> Iterator[str]:
    """`file:line  how` for each use, the surest first where not all are shown."""
    shown = target.uses if most is None or len(target.uses) <= most else target.uses[:most]
    for use in shown:
        pinned = f" @ {printable(use.revision, 40)}" if use.revision else ""
        place = f" ({use.place})" if use.place else ""
        origin = f", from {printable(use.defined_at, 120)}" if use.defined_at else ""
        certainty = "" if use.certainty is Certainty.CERTAIN else f", {use.certainty}"
        yield (
            f"{printable(use.at, 200)}{place}  {printable(use.via, 60)}"
            f"{name_there(target, use)}{pinned}{certainty}{origin}"
        )
    if len(shown) < len(target.uses):
        yield f"… and {len(target.uses) - len(shown)} more places"


def scan_lines(report: Report, most: int | None = 12) -> Iterator[str]:
    """What the scan saw beside the audited models, for a person."""
    scan = report.scan
    if scan is None:
        return
    files, places, models = (
        counted(*n)
        for n in (
            (scan.files_read, "file"),
            (len(scan.uses), "use"),
            (len(report.targets), "model"),
        )
    )
    yield f"{files} read, {places} of models, {models} audited."
    rest = not_audited(report)
    yield from _listed(
        "Not audited", [f"{u.at}  {u.model}: {why_not_audited(u)}" for u in rest], most
    )
    yield from _listed(
        "Known only when the code runs",
        [f"{u.at}  {u.via}({u.expression}): {u.reason}" for u in scan.unresolved],
        most,
    )
    yield from _listed("Not readable", [f"{u.file}: {u.reason}" for u in scan.unreadable], most)
    yield from (printable(bound) for bound in scan.bounds_hit)
    asking = asking_code(report)
    yield from _listed(
        "Left open by the code (rule unread-code)",
        [f"{f.level}: {f.model}" for f in asking],
        most,
    )


def _listed(title: str, entries: list[str], most: int | None) -> Iterator[str]:
    if not entries:
        return
    yield f"{title} ({len(entries)}):"
    shown = entries if most is None else entries[:most]
    yield from (f"  {printable(entry, 200)}" for entry in shown)
    if len(shown) < len(entries):
        yield f"  … and {len(entries) - len(shown)} more; --verbose or --format json shows all"


def asking_code(report: Report) -> list[Finding]:
    """What the policy finds about the code itself that asks for more than a look at a log."""
    return [f for f in report.code if f.waived is None and f.level.rank <= Level.REVIEW.rank]


def is_blind(scan: ScanResult) -> bool:
    """Whether the scan left something unread or unresolved that could hide a model."""
    return bool(scan.unresolved or scan.unreadable or scan.bounds_hit or scan.not_shown)


def unread_places(scan: ScanResult) -> list[str]:
    """What the scan did not read, not even by pattern: files, folders, and what a bound cut off."""
    return [f"{place}: {reason}" if reason else place for place, reason, _ in unread(scan)]


def unread(scan: ScanResult) -> list[tuple[str, str, bool]]:
    """The same as place, reason, and whether it seems to be no part of the project."""
    files = [(u.file, u.reason, u.is_left_out) for u in scan.unreadable if not u.is_searched]
    return [*files, *((bound, "", False) for bound in scan.bounds_hit)]


def left_out_message(scan: ScanResult, most: int = 5) -> str:
    """One sentence on what the scope left out: how much, and which names."""
    names = sorted({use.model for use in scan.left_out if use.model})
    shown = f": {', '.join(names[:most])}{', …' if len(names) > most else ''}" if names else ""
    return (
        f"{counted(len(scan.left_out), 'use')} of {counted(len(names), 'model')} in tests, "
        f"documentation and examples left out by --scope runtime{shown}."
    )


def active(target: TargetReport) -> list[Finding]:
    """Findings that no waiver covers and that ask for attention."""
    return [
        f
        for f in target.findings
        if f.waived is None and (f.level is not Level.INFO or f.decides_unknown)
    ]


def severity(target: TargetReport) -> str:
    """`error`, `warning` or `note`: how loudly a pipeline should show a target."""
    if target.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        return "error"
    loud = target.verdict is Verdict.REVIEW or any(f.level is Level.WARN for f in active(target))
    return "warning" if loud else "note"
