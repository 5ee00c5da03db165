"""What a rule is: an id, one line, a level, its settings, and a check that makes findings of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lineage.core.relation import Grade
from lineage.core.word import Word
from lineage.policy.case import Case
from lineage.policy.finding import Finding, Level
from lineage.policy.levels import DEFAULT_LEVELS
from lineage.policy.policy import ANCESTOR_RULES, ORIGIN_RULES, Policy

# Rules that are silent until the policy fills one of these settings.
_NEEDS = {
    "denied-developer": ("developers",),
    "allowed-developers": ("developers",),
    "licence-denied": ("denied", "allowed"),
}
DOCS = "https://github.com/lineage-audit/lineage/blob/main/docs/rules.md"


class Kind(Word):
    """What a setting may hold; the loader checks it and the JSON Schema is made from it."""

    JURISDICTIONS = "jurisdictions"
    """A list of ISO 3166-1 alpha-2 codes."""
    DEVELOPERS = "developers"
    """A list of registry ids; one that is not in the registry is an error."""
    WORDS = "words"
    """A list of texts."""
    DAYS = "days"
    """A whole number of days, 1 or more."""
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True)
class Setting:
    """One thing that a policy may say to a rule beside its level."""

    name: str
    kind: Kind
    default: Any
    """None where the rule falls back to the policy as a whole, or to nothing."""
    summary: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What one rule is told by the policy it runs under."""

    rule: str
    level: Level
    values: Mapping[str, Any]
    policy: Policy

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def finding(
        self,
        model: str,
        path: tuple[str, ...],
        message: str,
        evidence: Iterable[str] = (),
        *,
        level: Level | None = None,
        decides_unknown: bool = False,
    ) -> Finding:
        """A finding of this rule, at its level unless a milder one is given."""
        return Finding(
            self.rule,
            level or self.level,
            model,
            path,
            message,
            tuple(evidence),
            decides_unknown,
            f"{DOCS}#{self.rule}",
        )

    @property
    def needs_origin(self) -> bool:
        """Whether some rule would fail the model for who is underneath, so that not knowing it leaves the answer open."""
        return any(self._asks_origin(rule) for rule in ORIGIN_RULES) or any(
            m.asks_origin
            and m.unknown == "inconclusive"
            and self.policy.match_level(r, m) is Level.FAIL
            for r in self.policy.requirements
            for m in r.matches
        )

    @property
    def could_fail(self) -> bool:
        """Whether some rule could fail the model for an ancestor that nobody could read."""
        return any(self._asks_origin(rule) for rule in ANCESTOR_RULES) or any(
            m.asks_origin and self.policy.match_level(r, m) is Level.FAIL
            for r in self.policy.requirements
            for m in r.matches
        )

    def _asks_origin(self, rule: str) -> bool:
        """Whether the rule is at `fail` and was told what to look for; a list rule without a list can never fire."""
        if self.policy.level(rule) is not Level.FAIL:
            return False
        needed = _NEEDS.get(rule)
        told = self.policy.settings.get(rule, {})
        return needed is None or any(told.get(name) for name in needed)

    def counts_as_known(self, grade: Grade) -> bool:
        """Whether a claim of this grade is more than a lead under this policy."""
        return grade in self.policy.known_grades


Check = Callable[[Case, Settings], Iterable[Finding]]
CheckWaivers = Callable[[Case, Settings, Sequence[Finding]], Iterable[Finding]]


def says_nothing(case: Case, settings: Settings) -> Iterable[Finding]:
    """The check of rules that look at waivers only."""
    return ()


@dataclass(frozen=True)
class Rule:
    """One rule, as the registry, the docs and `lineage rules` know it."""

    id: str
    summary: str
    """One line without a full stop."""
    explanation: str
    """Why it exists, what makes it speak, what to do then: the module's docstring."""
    check: Check = says_nothing
    settings: tuple[Setting, ...] = ()
    check_waivers: CheckWaivers | None = None
    """For the rules about waivers: sees what all others found, before waivers mark it."""

    @property
    def level(self) -> Level:
        """Where the policy is silent."""
        return DEFAULT_LEVELS[self.id]

    @property
    def help_url(self) -> str:
        """Its section of the published reference."""
        return f"{DOCS}#{self.id}"
