"""What a rule says of an audited model, and the one verdict over all of it."""

from __future__ import annotations

from dataclasses import replace

from lineage.core.value import dataclass
from lineage.core.word import Word


class Level(Word):
    """How serious a finding is; a policy may set it per rule. `off` silences a rule."""

    FAIL = "fail"
    REVIEW = "review"
    WARN = "warn"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for the most serious."""
        return list(Level).index(self)


class Verdict(Word):
    """The one answer. More unknowns never improve it."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"

    @property
    def rank(self) -> int:
        """0 for the best; over several models the highest decides, and `fail` is worse than
        `inconclusive`."""
        return _FROM_BEST.index(self)


_FROM_BEST = (Verdict.PASS, Verdict.REVIEW, Verdict.INCONCLUSIVE, Verdict.FAIL)


@dataclass(frozen=True)
class Waived:
    """The exception that a named person took for a finding."""

    reason: str
    owner: str
    until: str
    """ISO date of the last day on which it holds."""
    ground: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule's statement about the audited model, with its path and evidence. Never dropped, at
    most waived."""

    rule: str
    level: Level
    model: str
    """The model that the statement is about: the target or an ancestor."""
    path: tuple[str, ...]
    """Ids from the audited model to `model`, both included."""
    message: str
    evidence: tuple[str, ...] = ()
    """Citations, claim places and result ids."""
    decides_unknown: bool = False
    """An open point that a rule at `fail` asks about: the verdict becomes inconclusive unless
    something fails."""
    help_url: str = ""
    waived: Waived | None = None

    def with_waiver(self, waived: Waived) -> Finding:
        """The same finding, marked."""
        return replace(self, waived=waived)
