"""A requirement: one law, order, clause or company rule, written down with its dates, its source
and what is unclear about it."""

from __future__ import annotations

from datetime import date, timedelta

from lineage.core.relation import Relation
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.policy.finding import Level

MAX_AGE = timedelta(days=90)


class Axis(Word):
    """The places in a lineage where a requirement looks. Kept apart, never added up."""

    FOUNDATION = "foundation"
    TRAINER = "trainer"
    TEACHER = "teacher"
    COMPONENT = "component"
    PUBLISHER = "publisher"


class RequirementStatus(Word):
    """Whether a requirement binds anybody yet."""

    IN_FORCE = "in-force"
    ENACTED = "enacted"
    """Signed; whether every part applies already was not established."""
    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    VOLUNTARY = "voluntary"
    WATCH = "watch"
    """Introduced or announced; nothing binds."""
    INTERNAL = "internal"
    """A team's own rule."""


@dataclass(frozen=True)
class Match:
    """One way in which a model can match a requirement. The conditions that are given are
    alternatives within one kind."""

    id: str
    level: Level
    axes: tuple[Axis, ...]
    developers: tuple[str, ...] = ()
    """Registry ids."""
    jurisdictions: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    """Matches every established jurisdiction that is not one of these."""
    relations: tuple[Relation, ...] = ()
    """Matches the audited model's own edges of these relations."""
    any_ancestor: bool = False
    """Matches everything underneath: whole weights on the axis `foundation`, parts on `component`,
    teachers on `teacher`."""
    missing: tuple[str, ...] = ()
    """Documents and facts that the audited model must show; see `policy/documents.py`."""
    unknown: str = "inconclusive"
    """How serious an open answer is: `inconclusive` follows the level; `review` or `ignore` make it
    milder."""
    question: str = ""
    """What is open about this way of matching."""

    @property
    def asks_origin(self) -> bool:
        """Whether the answer depends on who is underneath."""
        return bool(self.developers or self.jurisdictions or self.outside or self.any_ancestor)


@dataclass(frozen=True)
class Requirement:
    """What one text asks for, as far as it was established. It is no legal advice and says so."""

    id: str
    title: str
    status: RequirementStatus
    checked_on: date
    sources: tuple[str, ...]
    matches: tuple[Match, ...]
    effective_from: date | None = None
    """None where the date was not established."""
    applies_to: str = ""
    """Whom it binds, in words."""
    primary_text_read: bool = False
    """Whether whoever wrote it down opened the text itself, not a summary."""
    exceptions: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    note: str = ""

    def is_stale(self, today: date) -> bool:
        """Whether it was last checked over 90 days ago."""
        return today - self.checked_on > MAX_AGE

    @property
    def when(self) -> str:
        """Status and date for messages."""
        return (
            f"{self.status}, effective {self.effective_from.isoformat()}"
            if self.effective_from
            else f"{self.status}, effective date not established"
        )
