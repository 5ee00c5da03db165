"""What the user accepts: levels and settings per rule, requirements from packs, and waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lineage.core.relation import Grade
from lineage.core.value import dataclass
from lineage.evidence.signature import TrustedSigner
from lineage.evidence.stated import StatedDeveloper
from lineage.policy.finding import Level
from lineage.policy.requirement import Match, Requirement
from lineage.policy.rules.registry import rule
from lineage.policy.waiver import Waiver, WaiverLimits

if TYPE_CHECKING:
    from lineage.policy.rules.interface import Rule

_NOTHING: Mapping[str, Any] = MappingProxyType({})

DEFAULT_JURISDICTIONS = ("CN",)
DEFAULT_GRADES = (Grade.DECLARED, Grade.EMBEDDED, Grade.STATED)


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
    """Grades of claims that count as known; a path resting on any other is a lead and never fails a
    model."""
    levels: Mapping[str, Level] = field(default_factory=lambda: _NOTHING, hash=False)
    """By rule id, only where the policy says other than the rule itself."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING, hash=False)
    """By rule id, that rule's own settings where the policy names them."""
    requirements: tuple[Requirement, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waiver_limits: WaiverLimits = WaiverLimits()
    rules: tuple[Rule, ...] = ()
    """Rules that a user of the library adds; the same judge runs them."""
    unknown_trainer_is_open: bool = False
    """Whether a trainer whom the registry does not know at all leaves open who trained the
    model."""
    developers: tuple[StatedDeveloper, ...] = ()
    """Developers that the policy's owner states for its own and its vendors' models."""
    signers: tuple[TrustedSigner, ...] = ()
    """Who signs the models of which publishers, by the user's word."""
    probe_keys: tuple[str, ...] = ()
    """Public keys of the runners whose runs of `lineage probe` may set aside what was found in
    ancestors."""
    probe_max_days: int = 365
    """After so many days a run of `lineage probe` is shown and decides nothing more."""
    fail_on: Level = Level.FAIL
    """The least serious verdict that a gate stops at: `fail` or `review`."""
    environment: str = ""
    """The `[env.…]` table that was laid over the rest."""
    extends: tuple[str, ...] = ()
    """Packs and files underneath, in the order in which they were laid."""

    @property
    def named_jurisdictions(self) -> tuple[str, ...]:
        """Every ISO code that it looks for anywhere, sorted: for all rules, for one, or in a
        requirement."""
        named = set(self.jurisdictions)
        for settings in self.settings.values():
            named.update(settings.get("jurisdictions") or ())
        for requirement in self.requirements:
            for match in requirement.matches:
                named.update(match.jurisdictions)
        return tuple(sorted(named))

    def level(self, rule_id: str) -> Level:
        """The level of a rule: the policy's, else the rule's own. Raises KeyError where there is no
        such rule."""
        if rule_id in self.levels:
            return self.levels[rule_id]
        own = next((one.level for one in self.rules if one.id == rule_id), None)
        return own or rule(rule_id).level

    def match_level(self, requirement: Requirement, match: Match) -> Level:
        """The level of one way of matching: the policy's for it, the policy's for the requirement,
        or its own."""
        return (
            self.levels.get(f"{requirement.id}/{match.id}")
            or self.levels.get(requirement.id)
            or match.level
        )
