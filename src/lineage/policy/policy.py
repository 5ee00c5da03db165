"""What the user accepts: levels and settings per rule, requirements from packs, and waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lineage.core.relation import Grade
from lineage.policy.finding import Level
from lineage.policy.levels import DEFAULT_LEVELS
from lineage.policy.requirement import Match, Requirement
from lineage.policy.waiver import Waiver

_NOTHING: Mapping[str, Any] = MappingProxyType({})

DEFAULT_JURISDICTIONS = ("CN",)
DEFAULT_GRADES = (Grade.DECLARED, Grade.EMBEDDED, Grade.STATED)

# Rules whose question is "who is underneath": while one of them fails a model, an unknown origin leaves the answer open.
ORIGIN_RULES = (
    "foundation-jurisdiction",
    "teacher-jurisdiction",
    "component-jurisdiction",
    "denied-developer",
    "allowed-developers",
    "official-list",
)
# Rules that could also fire on an ancestor that nobody could read.
ANCESTOR_RULES = (
    *ORIGIN_RULES,
    "trainer-jurisdiction",
    "exposure-censors",
    "exposure-inherited",
    "exposure-teacher",
    "licence-denied",
    "from-scratch",
)


@dataclass(frozen=True)
class Policy:
    """One policy after everything that it extends and its environment were laid over each other."""

    name: str = "default"
    source: str = "built in"
    """The file it was read from, or `built in`."""
    jurisdictions: tuple[str, ...] = DEFAULT_JURISDICTIONS
    """ISO 3166-1 codes that the jurisdiction rules look for unless a rule names its own."""
    languages: tuple[str, ...] = ()
    """Languages whose test results matter; empty means all."""
    known_grades: tuple[Grade, ...] = DEFAULT_GRADES
    """Grades of claims that count as known; a path resting on any other is a lead and never fails a model."""
    levels: Mapping[str, Level] = field(default_factory=lambda: _NOTHING, hash=False)
    """By rule id, only where the policy says other than the rule itself."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING, hash=False)
    """By rule id, that rule's own settings where the policy names them."""
    requirements: tuple[Requirement, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    fail_on: Level = Level.FAIL
    """The least serious verdict that a gate stops at: `fail` or `review`."""
    environment: str = ""
    """The `[env.…]` table that was laid over the rest."""
    extends: tuple[str, ...] = ()
    """Packs and files underneath, in the order in which they were laid."""

    def level(self, rule_id: str) -> Level:
        """The level of a rule: the policy's word, else the rule's own. Raises KeyError where there is no such rule."""
        return self.levels.get(rule_id) or DEFAULT_LEVELS[rule_id]

    def match_level(self, requirement: Requirement, match: Match) -> Level:
        """The level of one way of matching: the policy's for it, the policy's for the requirement, or its own."""
        return (
            self.levels.get(f"{requirement.id}/{match.id}")
            or self.levels.get(requirement.id)
            or match.level
        )

    @property
    def fails_on_review(self) -> bool:
        """Whether a gate stops at a verdict of `review` too."""
        return self.fail_on is not Level.FAIL
