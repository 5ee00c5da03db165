"""`lineage rules`: every rule with its level under a policy."""

from __future__ import annotations

import json
from typing import Any

import click

from lineage.cli.options import examples, format_option
from lineage.cli.policies import PolicyChoice, policy_options
from lineage.policy.policy import Policy
from lineage.policy.rules.interface import Rule
from lineage.policy.rules.registry import all_rules


@click.command(epilog=examples("lineage rules", "lineage rules --policy strict --json"))
@policy_options
@format_option()
def rules(form: str, policy: PolicyChoice) -> None:
    """List the rules, each with its level under the policy.

    `lineage explain RULE` tells one rule in full. A level that the policy changed is marked with a
    star.
    """
    chosen = policy.load()
    if form == "json":
        click.echo(
            json.dumps([_row(rule, chosen) for rule in all_rules()], indent=2, ensure_ascii=False)
        )
        return
    width = max(len(rule.id) for rule in all_rules())
    for rule in all_rules():
        level = chosen.level(rule.id)
        star = "*" if level is not rule.level else " "
        click.echo(f"{rule.id:{width}}  {level:6}{star} {rule.summary}")
    for requirement in chosen.requirements:
        click.echo(f"\n{requirement.id} ({requirement.when}): {requirement.title}")
        for match in requirement.matches:
            click.echo(f"  {requirement.id}/{match.id}  {chosen.match_level(requirement, match)}")


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
