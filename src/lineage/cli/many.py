"""`lineage audit --input FILE --resume FILE`: the rows of a file through one run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.display import Display, quota_times
from lineage.cli.options import Decorator, grouped
from lineage.cli.run import stop_if_nothing_answered
from lineage.cli.source_options import checked_targets
from lineage.cli.untrusted import current_checkout
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.ref import is_repo_id
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.report.document import Report, TargetReport
    from lineage.workflows.audit import Auditor
    from lineage.workflows.options import Options
    from lineage.workflows.portfolio.row import InputRow
    from lineage.workflows.portfolio.run import AuditMany

_LONG = 100
"""Rows from which on a run says beforehand what it costs."""

_FEW = 4
"""Targets up to which round trips matter more than wrong guesses."""


@dataclass(frozen=True)
class InputChoice:
    """Where the list of models comes from, and how a long one is worked off: as the user gave
    it."""

    inputs: Path | None
    orgs: tuple[str, ...]
    resume: Path | None
    cluster: str | None
    model_column: str = ""

    def places(self, targets: tuple[str, ...]) -> list[Path]:
        """Where what is audited lies on this machine: the list, local models, and the checkout
        that the run stands in."""
        local = [Path(target) for target in targets if Path(target).exists()]
        return [*([self.inputs] if self.inputs else []), *local, *current_checkout()]

    @property
    def is_worked_elsewhere(self) -> bool:
        """Whether an earlier run or other machines do some of the work, and tell no more of it than
        the reports."""
        return self.resume is not None or self.cluster is not None

    def check(self, targets: tuple[str, ...]) -> None:
        """Raise UsageError where the command line says nothing to do, or too much."""
        if self.inputs is not None and self.orgs:
            raise UsageError("Give --org or --input FILE, not both.")
        if any(not is_repo_id(org) or "/" in org for org in self.orgs):
            raise UsageError(
                "--org needs the name of an organisation or user, without a model.",
                "Write --org ORG.",
            )
        if self.inputs is None and not targets and not self.orgs:
            raise UsageError(
                "There is nothing to audit.",
                "Name a model, such as org/name, or give a list with --input FILE.",
            )
        if self.inputs is None and self.resume is not None:
            raise UsageError("--resume needs --input FILE.")
        if self.inputs is None and self.model_column:
            raise UsageError("--model-column needs --input FILE.")
        if self.inputs is not None and targets:
            raise UsageError(
                "Name models or give --input FILE, not both.", "Add the models to the file."
            )


_FILE = click.Path(path_type=Path, dir_okay=False)
_STDIN = Path("-")
input_options: Decorator = grouped(
    "listed",
    InputChoice,
    click.option(
        "--input",
        "inputs",
        type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
        help="Audit every model of a list (.csv, .xlsx, .txt, .md, .json, .yaml) or of a "
        "CycloneDX or SPDX file; - is stdin.",
    ),
    click.option(
        "--model-column",
        default="",
        metavar="NAME",
        help="The column, or the field of a JSON list, that contains the models.",
    ),
    click.option(
        "--org",
        "orgs",
        multiple=True,
        metavar="ORG",
        help="Audit every model of an organisation or user; may be repeated.",
    ),
    click.option(
        "--resume",
        type=_FILE,
        help="Checkpoint file of a long --input run; a run resumes from it.",
    ),
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Audit on the workers of a Dask cluster: tcp://scheduler:8786.",
    ),
)


def supplied_file(listed: InputChoice) -> tuple[str, bytes] | None:
    """Name and content of the list that was given, for whoever keeps it; standard input is read
    here, once."""
    if listed.inputs is None:
        return None
    if listed.inputs == _STDIN:
        return "standard-input", _standard_input()
    from lineage.workflows.portfolio.read import bytes_of

    return listed.inputs.name, bytes_of(listed.inputs)


def _standard_input() -> bytes:
    from lineage.workflows.portfolio.read import MOST_BYTES

    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UsageError("Standard input is longer than 64 MB.", "Split it.")
    return content


def audit_all(
    targets: tuple[str, ...],
    listed: InputChoice,
    options: Options,
    display: Display,
    given: tuple[str, bytes] | None = None,
) -> Report:
    """The report over the named models, organisations or the file; `given` is what
    `supplied_file` read of it."""
    from lineage.workflows.audit import Auditor

    is_few = listed.inputs is None and not listed.orgs and len(targets) <= _FEW
    options = replace(options, hub=replace(options.hub, prefetch=is_few))
    with Auditor(options) as auditor:
        audit_many = _on_cluster(listed.cluster, options) if listed.cluster else _here(auditor)
        if listed.inputs is not None:
            rows, notes = _rows_of(listed, display, given)
            found = _audit_input(rows, listed.resume, auditor, options, display, audit_many)
        else:
            notes = ()
            found = _audit_orgs(checked_targets(targets), listed.orgs, auditor, display, audit_many)
        report = auditor.report(found)
        report = replace(report, notes=(*report.notes, *notes))
    display.clear()
    stop_if_nothing_answered(report)
    return report


def _on_cluster(address: str, options: Options) -> AuditMany:
    """How a cluster audits several targets at a time."""
    from lineage.batch.cluster import Cluster
    from lineage.batch.work import AuditTarget
    from lineage.core.codec import decode
    from lineage.report.document import TargetReport

    def audit_many(targets: Sequence[str]) -> Iterator[tuple[str, TargetReport]]:
        for done in Cluster(address).run(AuditTarget.of(options), targets):
            if done.problem:
                raise CannotRunError(
                    f"{done.item}: {done.problem}.",
                    "What was finished is stored if --resume names a journal.",
                )
            yield done.item, decode(TargetReport, json.loads(done.result or "null"))

    return audit_many


def _audit_orgs(
    targets: tuple[str, ...],
    orgs: tuple[str, ...],
    auditor: Auditor,
    display: Display,
    audit_many: AuditMany,
) -> list[TargetReport]:
    """The named models, then every model of each organisation, one report each."""
    named = auditor.expanded(targets)
    wanted = dict.fromkeys([*named, *(model for org in orgs for model in auditor.hosted_by(org))])
    found: dict[str, TargetReport] = {}
    for target, report in audit_many(list(wanted)):
        found[target] = report
        display.rows(len(found), len(wanted), target)
    return [found[target] for target in wanted]


def _rows_of(
    listed: InputChoice, display: Display, given: tuple[str, bytes] | None
) -> tuple[Sequence[InputRow], tuple[str, ...]]:
    """The rows of the file or of standard input, and what a reader must know of the reading."""
    from lineage.workflows.portfolio.read import read_inputs

    path = listed.inputs or _STDIN
    content = None
    if path == _STDIN:
        content = given[1] if given else _standard_input()
    notes: list[str] = []
    rows = read_inputs(path, content=content, column=listed.model_column, note=notes.append)
    for note in (*notes, *(row.problem for row in rows if row.problem)):
        display.notice(note)
    return rows, tuple(notes)


def _audit_input(
    rows: Sequence[InputRow],
    resume: Path | None,
    auditor: Auditor,
    options: Options,
    display: Display,
    audit_many: AuditMany,
) -> list[TargetReport]:
    """Every row of the file, one report each; with a journal what an earlier run finished is not
    asked again."""
    from lineage.cli.journal_key import journal_key
    from lineage.workflows.portfolio.basis import basis_of
    from lineage.workflows.portfolio.journal import Journal
    from lineage.workflows.portfolio.run import audit_rows

    if len(rows) > _LONG and auditor.asks_the_hub:
        calls = (
            "one call of the Hub's API for each that the cache does not hold, "
            "and for each model underneath"
        )
        times = quota_times(len(rows))
        plan = f"Plan: {len(rows):,} models, {calls}: {times} or more."
        display.notice(
            plan
            if resume
            else f"{plan} With --resume FILE an interrupted run goes on where it stopped."
        )
    journal = Journal(resume, basis_of(auditor, options), journal_key()) if resume else None
    if journal is not None and len(journal):
        display.notice(
            f"{len(journal)} of {len(rows)} rows were finished earlier; going on from there."
        )
    return audit_rows(
        rows,
        auditor.audit,
        journal=journal,
        on_done=lambda done, total, row: display.rows(done, total, row.target),
        audit_many=audit_many,
        with_supplied=auditor.with_supplied,
        data=options.where.data,
    )


def _here(auditor: Auditor) -> AuditMany:
    from lineage.batch.audits import audit_many

    return partial(audit_many, auditor)
