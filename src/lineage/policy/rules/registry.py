"""From a rule's id to the rule; its module, named like it, is imported when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from lineage.policy.levels import DEFAULT_LEVELS
from lineage.policy.rules.interface import Rule

RULES: tuple[str, ...] = tuple(DEFAULT_LEVELS)
"""In the order of the docs: origin, tests, lineage, licences, circumstances, requirements, waivers."""


@cache
def rule(rule_id: str) -> Rule:
    """The rule of this id. Raises KeyError where there is none."""
    if rule_id not in RULES:
        raise KeyError(rule_id)
    found: Rule = import_module(f"lineage.policy.rules.{rule_id.replace('-', '_')}").RULE
    return found


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the docs."""
    return tuple(rule(rule_id) for rule_id in RULES)
