"""From a rule's id to the rule; its module, named like it, is imported when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.policy.rules.interface import Rule

RULES: tuple[str, ...] = (
    # Who is underneath.
    "foundation-jurisdiction",
    "trainer-jurisdiction",
    "teacher-jurisdiction",
    "component-jurisdiction",
    "publisher-jurisdiction",
    "denied-developer",
    "allowed-developers",
    "official-list",
    "unknown-developer",
    # What tests found.
    "exposure-censors",
    "exposure-partly",
    "exposure-inherited",
    "exposure-teacher",
    "exposure-reported",
    "exposure-mixed",
    "exposure-untested",
    "removal-claimed",
    # The lineage itself.
    "unresolved-ancestor",
    "no-known-root",
    "unmatched-base",
    "undeclared-base",
    "contradicted-lineage",
    "undeclared-family",
    "weights-contradict",
    "weights-undeclared",
    "weak-grade",
    "duplicate-base-key",
    "self-reference",
    "from-scratch",
    "from-scratch-claim",
    # Names that impersonate.
    "lookalike-namespace",
    "reused-name",
    "claimed-identity",
    # Signatures.
    "broken-signature",
    "signer-not-publisher",
    # Licences and documents.
    "licence-denied",
    "licence-drift",
    "licence-missing",
    "licence-grants-more",
    "licence-model-name",
    "licence-outputs",
    "missing-documents",
    # What a supplier says.
    "supplier-contradicted",
    "supplier-omits",
    # The circumstances of the audit.
    "limited-access",
    "unreadable-trace",
    "bounds-hit",
    "unread-code",
    "snapshot-fallback",
    "stale-data",
    # Requirements of packs, and waivers.
    "requirement",
    "stale-requirement",
    "expired-waiver",
    "unbounded-waiver",
    "unused-waiver",
)
"""Every rule by its id, in the order of the docs. All else about a rule stands in its own file."""

RETIRED = {"resembles-family": "undeclared-family"}
"""Ids of earlier versions, and the rule that took each one's place: policies and waivers that name
them still hold."""


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
