"""`lineage check`: audit every model that a repository uses, and apply the policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from lineage.cli.display import Display
from lineage.cli.exits import FAILED, INCONCLUSIVE, PASSED
from lineage.cli.options import Decorator
from lineage.cli.output import Destination, destinations, output_options, write
from lineage.cli.policies import PolicyChoice, exit_code, policy_options
from lineage.cli.run import stop_if_nothing_answered
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.untrusted import refuse_inside, untrusted_option
from lineage.core.errors import UsageError
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.judge import overall, unread_code, verdict_of
from lineage.policy.policy import Policy
from lineage.report.document import Report
from lineage.report.printable import counted, printable
from lineage.report.uses import left_out_told, not_audited
from lineage.scan.result import ScanResult
from lineage.scan.scope import Scope
from lineage.workflows.audit import Auditor
from lineage.workflows.check import (
    audit_uses,
    scanned,
    settled,
    wanted_models,
    with_findings,
)
from lineage.workflows.lock import NAME, differences, read_lock

CERTAINTY: Decorator = click.option(
    "--certainty",
    type=click.Choice([str(c) for c in Certainty]),
    default=str(Certainty.LIKELY),
    show_default=True,
    help="Audit a model only if it is at least this certain that the code uses it.",
)


@click.command()
@click.argument(
    "path", type=click.Path(path_type=Path), default=None, required=False, metavar="[PATH]"
)
@click.option(
    "--installed",
    is_flag=True,
    help="Audit what this computer holds instead: the stores of Hugging Face, Ollama, LM Studio "
    "and ModelScope.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out folders or files, such as tests or *_demo.py.",
)
@click.option(
    "--scope",
    type=click.Choice([str(one) for one in Scope]),
    default=str(Scope.ALL),
    show_default=True,
    help="runtime leaves out tests, documentation and examples, and tells what they use.",
)
@CERTAINTY
@click.option(
    "--strict",
    is_flag=True,
    help="Report inconclusive where code cannot be read or resolved.",
)
@click.option("--allow-empty", is_flag=True, help="Exit 0 where no model to audit is found.")
@click.option("--dry-run", is_flag=True, help="List what the code uses; do not audit it.")
@click.option("--locked", is_flag=True, help=f"Compare with {NAME} and fail on any change.")
@click.option(
    "--lock-file",
    type=click.Path(path_type=Path),
    help=f"Read this lock file instead of PATH/{NAME}; implies --locked.",
)
@untrusted_option
@source_options
@policy_options
@output_options
def check(
    path: Path | None,
    installed: bool,
    exclude: tuple[str, ...],
    scope: str,
    certainty: str,
    strict: bool,
    allow_empty: bool,
    dry_run: bool,
    locked: bool,
    lock_file: Path | None,
    untrusted: bool,
    formats: tuple[Destination, ...],
    output: Path | None,
    source: SourceChoice,
    policy: PolicyChoice,
) -> int:
    """Find the models that a repository uses, audit each once, and apply the policy.

    Reads Python by its syntax tree, notebooks, shell, Dockerfiles, compose and Kubernetes files, CI
    pipelines and the configuration of common frameworks. Runs none of it. A model that is used but
    whose name is known only when the code runs is reported as unresolved.

    PATH may be a container image saved with `docker save` or as an OCI layout: its layers are
    read, and nothing of it is run. With --installed, what this computer holds is audited.

    Exit codes: 0 pass or review, 1 the policy failed or the lock differs, 2 wrong usage, 3
    inconclusive or no model found, 4 could not run.
    """
    wanted = destinations(formats, output)
    if installed and path is not None:
        raise UsageError(
            "--installed looks at this computer's stores, not at a PATH.",
            "Leave out one of the two.",
        )
    path = path or Path()
    least = Certainty(certainty)
    display = source.display()
    chosen_scope = Scope(scope)
    if chosen_scope is Scope.RUNTIME and (installed or locked or lock_file):
        raise UsageError(
            "--scope runtime is about the code of a repository: what a computer holds has no "
            "tests, and a lock file lists what all of the code uses.",
            "Leave out --scope, or --installed, --locked and --lock-file.",
        )
    with _looked_at(
        path, source, installed=installed, exclude=exclude, scope=chosen_scope
    ) as found:
        if dry_run:
            return _list(found, least)
        chosen = policy.load()
        lock_file = lock_file or (_beside(path) if locked else None)
        if untrusted:
            refuse_inside([path], chosen, source.files(), [("lock", lock_file)])
        lock = read_lock(lock_file) if lock_file else None
        report = audited_uses(found, least, source, chosen)
    if lock is not None:
        report = _compared(report, lock, chosen, display)
    report = settled(
        report, found, unread=unread_code(chosen), strict=strict, allow_empty=allow_empty
    )
    for note in report.notes:
        display.notice(note)
    _tell_unresolved(report, found, display)
    write(report, wanted, source.verbosity)
    return _code(report, chosen)


@contextmanager
def _looked_at(
    path: Path, source: SourceChoice, *, installed: bool, exclude: tuple[str, ...], scope: Scope
) -> Iterator[ScanResult]:
    """What a repository, an image or this computer shows; an image lies unpacked until this is
    left."""
    from lineage.scan.container.archive import is_image  # knows of archives, which few runs meet

    # An old revision is known to the Hub alone.
    pinned = not (source.is_offline or source.index)
    if installed:
        from lineage.sources.installed.found import stores_of
        from lineage.sources.installed.inventory import take_inventory
        from lineage.workflows.installed import uses_of

        stores = stores_of(os.environ, Path.home())
        found = uses_of(take_inventory(stores), pinned=pinned)
        if not found.uses:
            source.display().notice(f"No store of a tool holds a model; looked in {stores}.")
        yield found
    elif is_image(path):
        if scope is Scope.RUNTIME:
            raise UsageError(
                "--scope runtime is about the code of a repository, not about an image.",
                "Leave out --scope: what an image holds is there when it runs.",
            )
        from lineage.workflows.image import opened_image

        with opened_image(path, exclude=exclude, pinned=pinned) as found:
            yield found
    else:
        yield scanned(path, exclude, scope)


def audited_uses(
    found: ScanResult, least: Certainty, source: SourceChoice, policy: Policy
) -> Report:
    """One audit of every model that the scan found sure enough."""
    display = source.display()
    options = source.options(display, policy, [Path(found.root)])
    if found.unpacked_at:
        options = replace(options, where=replace(options.where, root=Path(found.unpacked_at)))
    with Auditor(options) as auditor:
        report = auditor.report(audit_uses(wanted_models(found, least), auditor.audit))
    display.clear()
    stop_if_nothing_answered(report)
    return report


def _beside(path: Path) -> Path:
    return (path if path.is_dir() else path.parent) / NAME


def _compared(report: Report, lock: dict[str, Any], policy: Policy, display: Display) -> Report:
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
    told = tuple(one.message for one in changed if not one.model)
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
        notes=(*report.notes, *told),
    )


def _tell_unresolved(report: Report, found: ScanResult, display: Display) -> None:
    """Blind spots are told on stderr in every format: a green pipeline must not hide them."""
    left = sum(use.certainty is not Certainty.POSSIBLE for use in not_audited(report))
    parts = [
        f"{len(found.unresolved)} places load a model whose name is known only when the code runs"
        if found.unresolved
        else ""
    ]
    parts += [
        f"{len(found.unreadable)} files could not be read" if found.unreadable else "",
        f"{left} uses were not audited" if left else "",
    ]
    told = "; ".join(part for part in parts if part)
    if told:
        display.notice(
            f"{told}. The report lists them; --strict makes unread and unresolved code "
            "inconclusive."
        )


def _code(report: Report, policy: Policy) -> int:
    code = exit_code(report, policy)
    if code == PASSED and report.verdict is Verdict.INCONCLUSIVE:
        return INCONCLUSIVE
    if report.verdict is Verdict.REVIEW and Level.REVIEW.rank <= policy.fail_on.rank:
        return FAILED  # for code that was not read, which is no model's finding
    return FAILED if report.verdict is Verdict.FAIL else code


def _list(found: ScanResult, least: Certainty) -> int:
    """One use a line, tab-separated for other programs: place, what would happen to it, name, how
    it was found."""
    chosen = {use for one in wanted_models(found, least) for use in one.uses}
    for use in sorted((*found.uses, *found.unresolved), key=lambda u: u.sort_key):
        click.echo(
            "\t".join(
                printable(part) for part in (use.at, _fate(use, chosen), _shown(use), use.via)
            )
        )
    for one in found.unreadable:
        click.echo(f"{printable(one.file)}: {printable(one.reason)}", err=True)
    if found.left_out:
        click.echo(printable(left_out_told(found)), err=True)
    models = len(wanted_models(found, least))
    click.echo(
        f"{counted(found.files_read, 'file')} read, {counted(len(found.uses), 'use')}, "
        f"{counted(models, 'model')} would be audited.",
        err=True,
    )
    return PASSED


def _fate(use: ModelUse, chosen: set[ModelUse]) -> str:
    if use in chosen:
        return "audit"
    return str(use.certainty if use.kind is UseKind.HUB else use.kind)


def _shown(use: ModelUse) -> str:
    if use.kind is UseKind.UNRESOLVED:
        return use.expression or "?"
    return f"{use.model}@{use.revision}" if use.revision else use.model
