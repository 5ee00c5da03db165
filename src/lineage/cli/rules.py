"""`lineage rules`: every rule with its level under a policy."""

from __future__ import annotations

import json
from typing import Any

import click

from lineage.cli.options import examples, format_option
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.cli.terminal import columns
from lineage.policy.policy import Policy
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.registry import all_rules
from lineage.report.columns import fitted, table


@click.command(epilog=examples("lineage rules", "lineage rules --policy strict --json"))
@policy_options
@format_option()
def rules(form: str, policy: PolicyChoice) -> None:
    """List the rules, each with its level under the policy.

    `lineage explain RULE` describes one rule in full. A level that the policy changed is marked
    with a star.
    """
    chosen = policy.load()
    if form == "json":
        click.echo(
            json.dumps([_row(rule, chosen) for rule in all_rules()], indent=2, ensure_ascii=False)
        )
        return
    rows = [(rule.id, _level(rule, chosen), rule.summary) for rule in all_rules()]
    click.echo(table(rows, ("rule", "level", "what it finds"), columns()))
    for requirement in chosen.requirements:
        head = f"{requirement.id} ({requirement.when}): {requirement.title}"
        matches = (
            f"  {requirement.id}/{match.id}  {chosen.match_level(requirement, match)}"
            for match in requirement.matches
        )
        click.echo(f"\n{fitted([head, *matches], columns())}")


def _level(rule: Rule, policy: Policy) -> str:
    """With a star where the policy changed it."""
    level = policy.level(rule.id)
    return f"{level}{'' if level is rule.level else '*'}"


def _row(rule: Rule, policy: Policy) -> dict[str, Any]:
    settings = [
        {"name": s.name, "summary": s.summary, "default": s.default, "choices": list(s.choices)}
        for s in rule.settings
    ]
    return {
        "id": rule.id,
        "summary": rule.summary,
        "level": str(policy.level(rule.id)),
        "default_level": str(rule.level),
        "help_url": rule.help_url,
        "settings": settings,
    }
