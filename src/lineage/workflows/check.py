"""Audit every model that a repository uses, each once, and say
which lines of code they concern."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.record import Status
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.core.value import dataclass
from lineage.evidence.document import load
from lineage.policy.finding import Finding, Verdict
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import UNREAD_CODE
from lineage.report.document import Report, TargetReport
from lineage.report.printable import counted
from lineage.report.uses import (
    is_blind,
    left_out_message,
    unread,
    unread_places,
    unresolved_sentence,
)
from lineage.scan.asked_of import ANOTHER_HUB, address_in
from lineage.scan.result import NOT_SHOWN, ScanResult
from lineage.scan.scan import scan
from lineage.scan.scope import Scope
from lineage.scan.services import Services
from lineage.sources.local.place import local_id

if TYPE_CHECKING:
    from lineage.policy.policy import Policy


def services_of(data: DataSet = EMBEDDED) -> Services:
    """The services that its tables of names know."""
    return Services.of(load("names.json", data)["tables"])


def scanned(
    path: str | Path,
    exclude: tuple[str, ...] = (),
    scope: Scope = Scope.ALL,
    jobs: int = 1,
    data: DataSet = EMBEDDED,
) -> ScanResult:
    """The uses of a repository, with the services that the tables of names know, read by up to
    `jobs` processes.

    Raises UsageError where there is no such folder or file.
    """
    return scan(path, exclude=exclude, services=partial(services_of, data), scope=scope, jobs=jobs)


@dataclass(frozen=True)
class Wanted:
    """One model to audit, and everywhere the code uses it."""

    name: str
    """As a report shows it: `org/name`, `org/name@revision`, or a path in the repository."""
    target: str
    """As the audit is asked for it, so that no folder of the
    working directory is taken for a hub name."""
    uses: tuple[ModelUse, ...]

    @property
    def if_found(self) -> bool:
        """Whether it counts only if the Hub shows it."""
        return all(use.if_found for use in self.uses)


def wanted_models(scan: ScanResult, least: Certainty = Certainty.LIKELY) -> tuple[Wanted, ...]:
    """The models that can be audited, sorted: names of the Hub and of services and
    registers elsewhere, at least so certain, and local paths that exist below the root."""
    groups: dict[tuple[str, str], list[ModelUse]] = {}
    for use in scan.uses:
        if use.certainty.rank > least.rank or (
            use.kind is UseKind.LOCAL and not _exists(scan, use)
        ):
            continue
        if use.kind in (UseKind.HUB, UseKind.LOCAL) or use.target:
            groups.setdefault((str(use.kind), _key(use)), []).append(use)
    return tuple(
        sorted((_wanted(scan, uses) for uses in groups.values()), key=lambda w: w.name.lower())
    )


def _key(use: ModelUse) -> str:
    """The Hub reads names without regard to letter case; a
    pinned revision is a target of its own."""
    if use.target:
        return use.target.lower()
    return f"{use.model.lower()}@{use.revision or ''}" if use.kind is UseKind.HUB else use.model


def _wanted(scan: ScanResult, uses: list[ModelUse]) -> Wanted:
    first = min(uses, key=lambda u: (u.certainty.rank, u.sort_key))
    if first.target:
        return Wanted(first.target, first.target, tuple(uses))
    if first.kind is UseKind.LOCAL and scan.unpacked_at:
        is_whole = Path(first.model).is_absolute()
        return Wanted(first.model, first.model if is_whole else f"./{first.model}", tuple(uses))
    if first.kind is UseKind.LOCAL:
        return Wanted(first.model, local_id(str(Path(scan.root) / first.model)), tuple(uses))
    name = f"{first.model}@{first.revision}" if first.revision else first.model
    return Wanted(name, f"hf://{name}", tuple(uses))


def _exists(scan: ScanResult, use: ModelUse) -> bool:
    root = Path(scan.unpacked_at or scan.root).resolve()
    try:
        path = (root / use.model).resolve()
        return path.is_relative_to(root) and path != root and path.exists()
    except (OSError, ValueError, RuntimeError):
        return False


def audit_uses(
    wanted: Iterable[Wanted], audit: Callable[[str], TargetReport]
) -> list[TargetReport]:
    """One report per model; names that lead to the same model and
    revision are target once, with all their uses."""
    found: dict[tuple[str, str | None], TargetReport] = {}
    for one in wanted:
        target = replace(audit(one.target), target=one.name, uses=one.uses)
        known = found.get((target.model, target.revision))
        if known is not None:
            target = replace(
                known, uses=tuple(sorted((*known.uses, *target.uses), key=lambda u: u.sort_key))
            )
        found[target.model, target.revision] = target
    return list(found.values())


def without_lookalikes(
    scan: ScanResult, report: Report, is_known: Callable[[str], bool]
) -> tuple[ScanResult, Report]:
    """The report without the models that nothing but a shared word names (`model: blog/post`) and
    that the Hub does not show, and the scan that lists them as possible.

    `is_known`: whether the stored data show a model all the same.
    """
    missing = [
        target
        for target in report.targets
        if target.graph.nodes[target.model].status is Status.NOT_FOUND
        and all(use.if_found for use in target.uses)
        and not is_known(target.model)
    ]
    gone = {use for target in missing for use in target.uses}
    uses = tuple(_not_shown(use) if use in gone else use for use in scan.uses)
    if not missing:
        return scan, report
    from lineage.policy.judge import overall

    targets = tuple(target for target in report.targets if target not in missing)
    verdict = overall(target.verdict for target in targets)
    return replace(scan, uses=uses), replace(report, targets=targets, verdict=verdict)


def _not_shown(use: ModelUse) -> ModelUse:
    if use.reason:  # a path that could have been a name
        return replace(use, kind=UseKind.LOCAL)
    return replace(use, certainty=Certainty.POSSIBLE, reason=NOT_SHOWN)


def with_findings(
    report: Report,
    findings: dict[str, tuple[Finding, ...]],
    verdict_of: Callable[[Iterable[Finding]], Verdict],
) -> tuple[TargetReport, ...]:
    """The report's targets with more findings, by model, and the verdicts
    that follow; more findings never improve one."""
    targets = []
    for target in report.targets:
        more = findings.get(target.model, ())
        worse = max(target.verdict, verdict_of(more), key=lambda verdict: verdict.rank)
        targets.append(
            replace(target, findings=(*more, *target.findings), verdict=worse) if more else target
        )
    return tuple(targets)


_CLOSES_ELSEWHERE = "Audit with HF_ENDPOINT set to that address, or waive this place."


def without_own_hub(scan: ScanResult, endpoint: str) -> ScanResult:
    """The scan without the places that send names to the very hub that was asked here."""
    own = endpoint.rstrip("/").casefold()
    unresolved = tuple(
        use
        for use in scan.unresolved
        if use.reason != ANOTHER_HUB or not own or address_in(use).rstrip("/").casefold() != own
    )
    return replace(scan, unresolved=unresolved)


def code_points(scan: ScanResult) -> tuple[OpenPoint, ...]:
    """The places of the code where a model may be named of which nothing is known."""
    closes = "Write the name where it is loaded, or make the file readable."
    points = [
        OpenPoint(
            Gap.RUN_TIME,
            use.at,
            (use.at,),
            UNREAD_CODE,
            unresolved_sentence(use),
            closes=_CLOSES_ELSEWHERE if use.reason == ANOTHER_HUB else closes,
        )
        for use in scan.unresolved
    ]
    points += [
        OpenPoint(
            Gap.RUN_TIME,
            use.at,
            (use.at,),
            UNREAD_CODE,
            f"{use.via} says {use.model}, which may be a model: {use.reason}.",
            closes="Where it is private, set HF_TOKEN; where it is not a model, waive this place.",
        )
        for use in scan.not_shown
    ]
    for place, reason, is_left_out in unread(scan):
        # What seems to be no part of the project asks for a look at most.
        gap = Gap.RUN_TIME if is_left_out else Gap.CODE
        text = f"{place} could not be read, and may name models: {reason}."
        points.append(OpenPoint(gap, place, (place,), UNREAD_CODE, text, closes=closes))
    return tuple(points)


def judged_code(scan: ScanResult, policy: Policy, today: date) -> tuple[Finding, ...]:
    """What the policy finds about those places."""
    points = code_points(scan)
    if not points:
        return ()
    from lineage.policy.judge import judge_code  # which knows all rules

    return judge_code(points, policy, today)


def settled(
    report: Report,
    scan: ScanResult,
    *,
    code: tuple[Finding, ...],
    strict: bool,
    allow_empty: bool,
) -> Report:
    """The report with its scan, and what the scan means for the
    verdict over all: nothing audited is not a pass.

    `code`: what the policy finds about code that was not read or resolved. `strict`: code
    that was searched by pattern only, or not resolvable, could hide a model too, so it leaves the
    answer open.
    """
    notes = list(report.notes)
    verdict = report.verdict
    if not report.targets:
        notes.append(_nothing_found(scan))
        verdict = Verdict.PASS if allow_empty else Verdict.INCONCLUSIVE
    if scan.left_out:
        notes.append(left_out_message(scan))
    hidden = unread_places(scan)
    if hidden and report.targets:
        notes.append(
            f"{counted(len(hidden), 'place')} of the code could not be read at all, and may name "
            f"models: {hidden[0]}{', …' if len(hidden) > 1 else ''}. Make it readable, or "
            "--exclude "
            "it where that is meant."
        )
    if code:
        from lineage.policy.judge import verdict_of

        verdict = max(verdict, verdict_of(code), key=lambda verdict: verdict.rank)
    if strict and is_blind(scan):
        blind = (scan.unresolved, scan.unreadable, scan.bounds_hit, scan.not_shown)
        count = sum(map(len, blind))
        notes.append(
            f"{count} places of the code could not be read or resolved, and --strict leaves the "
            "answer open for them."
        )
        verdict = max(verdict, Verdict.INCONCLUSIVE, key=lambda verdict: verdict.rank)
    return replace(report, scan=scan, notes=tuple(notes), verdict=verdict, code=code)


def _nothing_found(scan: ScanResult) -> str:
    if not scan.files_read:
        return f"Nothing was checked: {scan.root} holds no file of a kind that could name a model."
    if scan.uses or scan.unresolved:  # what the scope left out has a note of its own
        seen = len(scan.uses) + len(scan.unresolved)
        return (
            f"Nothing was audited: none of the {seen} uses of models in {scan.files_read} files "
            "names one that can be audited."
        )
    return (
        f"Nothing was audited: {scan.files_read} files were read, and no use of a model was found."
    )
