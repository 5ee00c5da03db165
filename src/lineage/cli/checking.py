"""What `lineage check` does, apart from its options: they alone are imported for help and
completion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lineage.cli.display import Display
from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.options import report_date
from lineage.cli.policies import exit_code
from lineage.cli.run import stop_if_nothing_answered
from lineage.cli.source_options import SourceChoice
from lineage.core.errors import UsageError
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.policy import Policy
from lineage.report.document import Report
from lineage.report.printable import counted, printable
from lineage.report.uses import left_out_message, not_audited
from lineage.scan.result import ScanResult
from lineage.scan.scope import Scope
from lineage.workflows.check import (
    audit_uses,
    scanned,
    wanted_models,
    with_findings,
    without_lookalikes,
)
from lineage.workflows.reporting import report_of_nothing

if TYPE_CHECKING:
    from lineage.sources.installed.found import Stores


@contextmanager
def looked_at(
    path: Path, source: SourceChoice, *, installed: bool, exclude: tuple[str, ...], scope: Scope
) -> Iterator[ScanResult]:
    """What a repository, an image or this computer shows; an image lies unpacked until this is
    left."""
    from lineage.scan.container.archive import is_image  # knows of archives, which few runs meet

    # An old revision is known to the Hub alone.
    pinned = not (source.is_offline or source.index)
    if installed:
        from lineage.sources.installed.inventory import take_inventory
        from lineage.workflows.installed import uses_of

        stores = _stores()
        found = uses_of(take_inventory(stores), pinned=pinned, data=source.data())
        if not found.uses:
            source.display().notice(
                f"No tool on this computer has stored a model; looked in {stores}."
            )
        yield found
    elif is_image(path):
        if scope is Scope.RUNTIME:
            raise UsageError(
                "--scope runtime is about the code of a repository, not about an image.",
                "Leave out --scope: everything in an image is there when it runs.",
            )
        from lineage.workflows.image import opened_image

        with opened_image(path, exclude=exclude, pinned=pinned, data=source.data()) as found:
            yield found
    else:
        yield scanned(path, exclude, scope, source.processes, source.data([path]))


def _stores() -> Stores:
    from lineage.sources.installed.found import stores_of

    return stores_of(os.environ, Path.home())


def audited_uses(
    found: ScanResult,
    least: Certainty,
    source: SourceChoice,
    policy: Policy,
    *,
    installed: bool = False,
) -> tuple[ScanResult, Report]:
    """One audit of every model that the scan found sure enough, and the scan with what the Hub
    said of those that nothing but a shared word tells. Of what is `installed`, Ollama's are
    looked up in this computer's stores first."""
    wanted = wanted_models(found, least)
    if not wanted and source.is_usual:
        data = source.data([found.root])
        dated = report_date()
        return found, report_of_nothing(policy, data, offline=source.is_offline, dated=dated)
    from lineage.workflows.audit import Auditor  # which knows all of a run

    display = source.display()
    options = source.options(display, policy, [found.root])
    if installed:
        places = replace(options.places, ollama_stores=_stores().ollama)
        options = replace(options, places=places)
    if found.unpacked_at:
        options = replace(options, where=replace(options.where, root=Path(found.unpacked_at)))
    with Auditor(options) as auditor:
        report = auditor.report(audit_uses(wanted, auditor.audit))
        uses = without_lookalikes(found, report, auditor.is_known)
    display.clear()
    stop_if_nothing_answered(report)
    return uses


def beside(path: Path) -> Path:
    """The lock file of a repository."""
    from lineage.workflows.lock import NAME

    return (path if path.is_dir() else path.parent) / NAME


def compared(report: Report, lock: dict[str, Any], policy: Policy, display: Display) -> Report:
    """The report with every difference from the lock, told on stderr too."""
    from lineage.policy.judge import overall, verdict_of
    from lineage.workflows.lock import differences

    changed = differences(lock, report, policy)
    by_model: dict[str, tuple[Finding, ...]] = {}
    for one in changed:
        if one.model:
            by_model[one.model] = (*by_model.get(one.model, ()), one.finding())
        sign = "-" if one.level is Level.INFO else "!"
        click.echo(
            f"{sign} {printable(one.model) + ': ' if one.model else ''}{printable(one.message)}",
            err=True,
        )
    targets = with_findings(report, by_model, verdict_of)
    notes = tuple(one.message for one in changed if not one.model)
    if not any(one.level is not Level.INFO for one in changed):
        display.notice("Nothing that matters differs from the lock.")
    return replace(
        report,
        targets=targets,
        verdict=overall(
            (
                *(t.verdict for t in targets),
                *(Verdict.FAIL for one in changed if one.level is Level.FAIL),
            )
        ),
        notes=(*report.notes, *notes),
    )


def report_unresolved(report: Report, found: ScanResult, display: Display) -> None:
    """Blind spots are told on stderr in every format: a green pipeline must not hide them."""
    left = sum(use.certainty is not Certainty.POSSIBLE for use in not_audited(report))
    places, files, uses, names = (
        counted(number, noun)
        for number, noun in (
            (len(found.unresolved), "place"),
            (len(found.unreadable), "file"),
            (left, "use"),
            (len(found.not_shown), "name"),
        )
    )
    parts = [
        f"the name of a model is known only when the code runs in {places}"
        if found.unresolved
        else "",
        f"{files} could not be read" if found.unreadable else "",
        f"{uses} not audited" if left else "",
        f"{names} under a word such as 'model' not shown by the Hub" if found.not_shown else "",
    ]
    text = "; ".join(part for part in parts if part)
    if text:
        display.notice(
            f"{text[:1].upper()}{text[1:]}. The report lists them; --strict makes unread and "
            "unresolved code inconclusive."
        )


def code_of(report: Report, policy: Policy) -> int:
    """The exit code of a check, code that was not read included."""
    code = exit_code(report, policy)
    if code == PASSED and report.verdict is Verdict.INCONCLUSIVE:
        return INCONCLUSIVE
    if report.verdict is Verdict.REVIEW and Level.REVIEW.rank <= policy.fail_on.rank:
        return FAILED  # for code that was not read, which is no model's finding
    return FAILED if report.verdict is Verdict.FAIL else code


def listed(found: ScanResult, least: Certainty) -> int:
    """One use a line, tab-separated for other programs: place, what would happen to it, name, how
    it was found."""
    wanted = wanted_models(found, least)
    chosen = {use: one.if_found for one in wanted for use in one.uses}
    for use in sorted((*found.uses, *found.unresolved), key=lambda u: u.sort_key):
        click.echo(
            "\t".join(
                printable(part)
                for part in (use.at, _fate(use, chosen), _shown(use), _found_by(use, chosen))
            )
        )
    for one in found.unreadable:
        click.echo(f"{printable(one.file)}: {printable(one.reason)}", err=True)
    if found.left_out:
        click.echo(printable(left_out_message(found)), err=True)
    asked = sum(one.if_found for one in wanted)
    click.echo(
        f"{counted(found.files_read, 'file')} read, {counted(len(found.uses), 'use')}, "
        f"{counted(len(wanted), 'model')} would be audited"
        f"{f', {asked} of them only if the Hub shows them' if asked else ''}.",
        err=True,
    )
    return PASSED


def _fate(use: ModelUse, chosen: dict[ModelUse, bool]) -> str:
    if use in chosen:
        return "audit"
    return str(use.certainty if use.kind is UseKind.HUB else use.kind)


def _found_by(use: ModelUse, chosen: dict[ModelUse, bool]) -> str:
    return f"{use.via}, if the Hub shows it" if chosen.get(use) else use.via


def _shown(use: ModelUse) -> str:
    if use.kind is UseKind.UNRESOLVED:
        return use.expression or "?"
    return f"{use.model}@{use.revision}" if use.revision else use.model
