"""`lineage audit --input FILE --resume FILE`: the rows of a file through one run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lineage.cli.display import Display, quota_times
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.ref import is_repo_id
from lineage.core.version import __version__
from lineage.policy.policy import Policy
from lineage.report.document import TargetReport
from lineage.workflows.audit import Auditor, Options

if TYPE_CHECKING:
    from lineage.workflows.portfolio.run import AuditMany

_LONG = 100
"""Rows from which on a run says beforehand what it costs."""

F = TypeVar("F", bound=Callable[..., Any])


def input_options(command: F) -> F:
    """`--input`, `--org` and `--resume`."""
    path = click.Path(path_type=Path, dir_okay=False)
    inputs = click.option(
        "--input",
        "inputs",
        type=path,
        help="Audit every model of a .csv, .txt, .json, CycloneDX or SPDX file.",
    )
    resume = click.option(
        "--resume",
        type=path,
        help="Checkpoint file of a long --input run; a run resumes from it.",
    )
    org = click.option(
        "--org",
        "orgs",
        multiple=True,
        metavar="ORG",
        help="Audit every model of an organisation or user; may be repeated.",
    )
    cluster = click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Audit on the workers of a Dask cluster: tcp://scheduler:8786.",
    )
    return inputs(org(resume(cluster(command))))


def check_inputs(
    targets: tuple[str, ...], inputs: Path | None, resume: Path | None, orgs: tuple[str, ...] = ()
) -> None:
    """Raise UsageError where the command line says nothing to do, or too much."""
    if inputs is not None and orgs:
        raise UsageError("Give --org or --input FILE, not both.")
    if any(not is_repo_id(org) or "/" in org for org in orgs):
        raise UsageError(
            "--org takes the name of an organisation or user, without a model.", "Write --org ORG."
        )
    if inputs is None and not targets and not orgs:
        raise UsageError(
            "There is nothing to audit.",
            "Name a model, such as org/name, or give a list with --input FILE.",
        )
    if inputs is None and resume is not None:
        raise UsageError("--resume goes with --input FILE.")
    if inputs is not None and targets:
        raise UsageError(
            "Name models or give --input FILE, not both.", "Add the models to the file."
        )


def on_cluster(address: str | None, options: Options) -> AuditMany | None:
    """How a cluster audits several targets at a time; None where none is wanted."""
    if address is None:
        return None
    from lineage.batch.cluster import Cluster
    from lineage.batch.work import AuditTarget
    from lineage.core.codec import decode

    def audit_many(targets: Sequence[str]) -> Iterator[tuple[str, TargetReport]]:
        for done in Cluster(address).run(AuditTarget.of(options), targets):
            if done.problem:
                raise CannotRunError(
                    f"{done.item}: {done.problem}.",
                    "What was finished is kept where --resume names a journal.",
                )
            yield done.item, decode(TargetReport, json.loads(done.result or "null"))

    return audit_many


def audit_orgs(
    targets: tuple[str, ...],
    orgs: tuple[str, ...],
    auditor: Auditor,
    display: Display,
    audit_many: AuditMany | None,
) -> list[TargetReport]:
    """The named models, then every model of each organisation, one report each."""
    wanted = dict.fromkeys([*targets, *(model for org in orgs for model in auditor.hosted_by(org))])
    found: dict[str, TargetReport] = {}
    for target, report in (audit_many or _here(auditor))(list(wanted)):
        found[target] = report
        display.rows(len(found), len(wanted), target)
    return [found[target] for target in wanted]


def audit_input(
    inputs: Path,
    resume: Path | None,
    auditor: Auditor,
    policy: Policy,
    display: Display,
    audit_many: AuditMany | None = None,
) -> list[TargetReport]:
    """Every row of the file, one report each; with a journal what an earlier run finished is not asked again."""
    from lineage.workflows.portfolio.journal import Journal
    from lineage.workflows.portfolio.read import read_inputs
    from lineage.workflows.portfolio.run import audit_rows

    rows = read_inputs(inputs)
    for row in rows:
        if row.problem:
            display.notice(row.problem)
    if len(rows) > _LONG and auditor.asks_the_hub:
        calls = "one call of the Hub's API for each that the cache does not hold, and for each model underneath"
        times = quota_times(len(rows))
        plan = f"Plan: {len(rows):,} models, {calls}: {times} or more."
        display.notice(
            plan
            if resume
            else f"{plan} With --resume FILE an interrupted run goes on where it stopped."
        )
    journal = Journal(resume, _circumstances(auditor, policy)) if resume else None
    if journal is not None and len(journal):
        display.notice(
            f"{len(journal)} of {len(rows)} rows were finished earlier; going on from there."
        )
    return audit_rows(
        rows,
        auditor.audit,
        journal=journal,
        on_done=lambda done, total, row: display.rows(done, total, row.target),
        audit_many=audit_many or _here(auditor),
    )


def _here(auditor: Auditor) -> AuditMany:
    from lineage.batch.audits import audit_many

    return partial(audit_many, auditor)


def _circumstances(auditor: Auditor, policy: Policy) -> dict[str, str]:
    from lineage.core.codec import encode

    digest = hashlib.sha256(json.dumps(encode(policy), sort_keys=True).encode()).hexdigest()
    return {
        "tool": __version__,
        "policy": f"{policy.name} {digest[:16]}",
        **{f"data {key}": date for key, date in asdict(auditor.data).items()},
    }
