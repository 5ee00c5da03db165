"""`lineage audit`: what is underneath one or more models, with a verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from lineage.cli.display import Display
from lineage.cli.many import audit_input, audit_orgs, check_inputs, input_options, on_cluster
from lineage.cli.options import (
    checked_targets,
    make_options,
    output_options,
    source_options,
    verbosity,
)
from lineage.cli.output import destinations, write
from lineage.cli.policies import chosen_policy, exit_code, policy_options
from lineage.cli.weights_options import weights_options, with_weights
from lineage.core.errors import CannotRunError
from lineage.core.record import Cause, Status
from lineage.report.document import Report
from lineage.workflows.audit import Auditor

_FEW = 4
"""Targets up to which round trips matter more than wrong guesses."""


@click.command()
@click.argument("targets", nargs=-1, metavar="TARGET...")
@input_options
@source_options
@weights_options
@policy_options
@output_options
def audit(
    targets: tuple[str, ...],
    formats: Any,
    output: Path | None,
    inputs: Path | None,
    orgs: tuple[str, ...],
    resume: Path | None,
    cluster: str | None,
    **given: Any,
) -> int:
    """Audit models and report what they are built on, with a verdict.

    TARGET is a model on the Hub (org/name, org/name@revision, a huggingface.co address) or the path of a local model:
    a folder, a .gguf or .safetensors file, an adapter folder, a Modelfile.

    Exit codes: 0 pass or review, 1 the policy failed, 2 wrong usage, 3 inconclusive, 4 could not run.
    """
    check_inputs(targets, inputs, resume, orgs)
    wanted = destinations(formats, output)
    display = Display(quiet=bool(given["quiet"]))
    policy = chosen_policy(given)
    options = with_weights(make_options(given, display, policy), given, targets)
    options = replace(options, prefetch=inputs is None and not orgs and len(targets) <= _FEW)
    many = on_cluster(cluster, options)
    with Auditor(options) as auditor:
        if inputs is not None:
            report = auditor.report(audit_input(inputs, resume, auditor, policy, display, many))
        else:
            report = auditor.report(
                audit_orgs(checked_targets(targets), orgs, auditor, display, many)
            )
    display.clear()
    stop_if_nothing_answered(report)
    write(report, wanted, verbosity(given))
    return exit_code(report, policy)


_QUOTA = "Try again when the window is over, wait for it with a larger --max-wait, or set HF_TOKEN for a larger quota."
_NO_ANSWER = (
    "Check the spelling and, unless --offline is meant, the network and HF_ENDPOINT. Without a network: audit a local folder, or "
    "make a snapshot of the models that you use where there is one (lineage snapshot create)."
)


def stop_if_nothing_answered(report: Report) -> None:
    """Raise CannotRunError where not one target could even be asked about."""
    roots = [target.graph.nodes[target.model] for target in report.targets]
    if roots and all(root.status is Status.UNREACHABLE for root in roots):
        reasons = "; ".join(f"{root.id}: {root.reason or 'unreachable'}" for root in roots[:3])
        is_quota = any(root.cause is Cause.QUOTA for root in roots)
        more = f"; and {len(roots) - 3} more" if len(roots) > 3 else ""
        raise CannotRunError(
            f"Nothing could be looked up. {reasons}{more}.", _QUOTA if is_quota else _NO_ANSWER
        )
