"""`lineage explain`: every claim behind a model's lineage, or what a rule means."""

from __future__ import annotations

import click

from lineage.cli.run import audited
from lineage.cli.source_options import SourceChoice, source_options
from lineage.policy.explain import explain_rule, is_rule
from lineage.report.explanation import explain as explain_target


def _rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Rule ids for the shell; models are too many."""
    from lineage.policy.rules.registry import all_rules

    return [rule.id for rule in all_rules() if rule.id.startswith(incomplete)]


@click.command()
@click.argument("subject", metavar="TARGET|RULE", shell_complete=_rules)
@source_options
def explain(subject: str, source: SourceChoice) -> None:
    """Show every claim behind a model's lineage, or what a rule means.

    For a model: each edge with the files and lines that say so, each developer with the ground and
    the citations. For a rule of `lineage rules`: what it looks at and how a policy sets it.
    """
    if is_rule(subject):
        click.echo(explain_rule(subject))
        return
    for line in explain_target(audited((subject,), source).targets[0]):
        click.echo(line)
