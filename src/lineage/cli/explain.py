"""`lineage explain`: every claim behind a model's lineage, or what a rule means."""

from __future__ import annotations

import click

from lineage.cli.completion_items import rules_or_models
from lineage.cli.options import examples
from lineage.cli.run import audited
from lineage.cli.source_options import SourceChoice, source_options
from lineage.cli.terminal import columns


@click.command(
    epilog=examples(
        "lineage explain --offline NousResearch/Hermes-2-Pro-Mistral-7B",
        "lineage explain exposure-inherited",
    )
)
@click.argument("subject", metavar="TARGET|RULE", shell_complete=rules_or_models)
@source_options
def explain(subject: str, source: SourceChoice) -> None:
    """Show every claim behind a model's lineage, or what a rule means.

    For a model: each edge with the files and lines that state it, each developer with the reason
    and the citations. For a rule of `lineage rules`: what it looks at and how a policy sets it.
    """
    from lineage.policy.explain import explain_rule, is_nearly_rule, is_rule
    from lineage.report.columns import fitted
    from lineage.report.explanation import explain as explain_target

    if is_rule(subject) or is_nearly_rule(subject):
        click.echo(fitted(explain_rule(subject).splitlines(), columns()))
        return
    click.echo(fitted(explain_target(audited((subject,), source).targets[0]), columns()))
