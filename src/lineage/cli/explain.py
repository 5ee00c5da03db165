"""`lineage explain`: every claim behind a model's lineage, or what a rule means."""

from __future__ import annotations

from typing import Any

import click

from lineage.audit import Auditor
from lineage.cli.audit import stop_if_nothing_answered
from lineage.cli.display import Display
from lineage.cli.options import checked_targets, make_options, source_options
from lineage.policy.explain import explain_rule, is_rule
from lineage.report.explanation import explain as explain_target


@click.command()
@click.argument("subject", metavar="TARGET|RULE")
@source_options
def explain(subject: str, **given: Any) -> None:
    """Show every claim behind a model's lineage, or what a rule means.

    For a model: each edge with the files and lines that say so, each developer with the ground and the citations.
    For a rule of `lineage rules`: what it looks at and how a policy sets it.
    """
    if is_rule(subject):
        click.echo(explain_rule(subject))
        return
    display = Display(quiet=bool(given["quiet"]))
    with Auditor(make_options(given, display)) as auditor:
        report = auditor.report([auditor.audit(target) for target in checked_targets((subject,))])
    display.clear()
    stop_if_nothing_answered(report)
    for line in explain_target(report.targets[0]):
        click.echo(line)
