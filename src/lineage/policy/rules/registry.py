"""Every rule by its id. A rule that is not named here does not exist; its module is imported when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from lineage.policy.rules.interface import Rule

# In the order of the docs: origin, behaviour, lineage, licences, circumstances, requirements, waivers.
RULES: tuple[str, ...] = (
    "foundation-jurisdiction",
    "trainer-jurisdiction",
    "teacher-jurisdiction",
    "component-jurisdiction",
    "publisher-jurisdiction",
    "denied-developer",
    "allowed-developers",
    "official-list",
    "unknown-developer",
    "exposure-censors",
    "exposure-mixed",
    "exposure-untested",
    "removal-claimed",
    "unresolved-ancestor",
    "no-known-root",
    "undeclared-base",
    "contradicted-lineage",
    "weak-grade",
    "duplicate-base-key",
    "self-reference",
    "from-scratch",
    "from-scratch-claim",
    "licence-denied",
    "licence-drift",
    "licence-missing",
    "missing-documents",
    "limited-access",
    "unreadable-trace",
    "bounds-hit",
    "snapshot-fallback",
    "stale-data",
    "requirement",
    "stale-requirement",
    "expired-waiver",
    "unused-waiver",
)


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
