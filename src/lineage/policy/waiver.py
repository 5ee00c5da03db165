"""Named, reasoned, expiring exceptions: they mark findings and never remove them."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase

from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.policy.finding import Finding, Waived


@dataclass(frozen=True)
class Waiver:
    """An exception that a named person takes for what one rule says of some models."""

    rule: str
    """A rule id, or a pattern such as `us-ndaa-fy26-1532/*`."""
    model: str
    """A pattern over ids, matched with the audited model and with the model that the finding is
    about; letter case is ignored."""
    reason: str
    owner: str
    until: date
    """The last day on which it holds."""
    ground: str = ""
    """The exception in the rule or law that it rests on, such as `research`."""
    path: tuple[str, ...] = ()
    """Patterns, one for each id of the finding's path from the audited model on; empty means any
    path."""
    place: str = ""
    """Where it is written: file and line."""

    def is_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.until

    def covers(self, finding: Finding, target: str) -> bool:
        """Whether it is about this finding, expired or not."""
        if not fnmatchcase(finding.rule, self.rule) or not any(
            _like(name, self.model) for name in (target, finding.model)
        ):
            return False
        if not self.path:
            return True
        return len(self.path) == len(finding.path) and all(
            _like(step, form) for step, form in zip(finding.path, self.path, strict=True)
        )

    def names(self, target: str) -> bool:
        """Whether the audited model itself is one that it is about."""
        return _like(target, self.model)

    @property
    def is_of_everything(self) -> bool:
        """Whether neither its rule nor its model names anything: an exception from all of the
        policy."""
        return not _names_something(self.rule) and not _names_something(self.model)

    def mark(self) -> Waived:
        """What is on a finding that it covers."""
        return Waived(self.reason, self.owner, self.until.isoformat(), self.ground)


@dataclass(frozen=True)
class WaiverLimits:
    """How long and how wide a waiver may be; one beyond that does not count."""

    max_days: int | None = None
    """From today to its last day; None is no limit."""
    everything: bool = False
    """Whether one waiver may cover every rule on every model."""

    def beyond(self, waiver: Waiver, today: date) -> str:
        """In which way a waiver is beyond the limits; empty where it keeps them."""
        days = (waiver.until - today).days
        if self.max_days is not None and days > self.max_days:
            return f"ends in {days} days, and the policy allows {self.max_days}"
        if waiver.is_of_everything and not self.everything:
            return "names no rule and no model, and the policy does not allow that"
        return ""


def in_force(waivers: tuple[Waiver, ...], limits: WaiverLimits, today: date) -> tuple[Waiver, ...]:
    """The waivers that count today."""
    return tuple(w for w in waivers if not w.is_expired(today) and not limits.beyond(w, today))


_WILD = late(r"\[!?\]?[^\]]*\]|[*?]")
_FEWEST_LETTERS = 3


def _names_something(pattern: str) -> bool:
    """Whether a pattern says a namespace in full, or at least three letters or digits: `*e*` is
    nearly everything."""
    head, slash, _ = pattern.partition("/")
    if slash and not _WILD.search(head) and any(map(str.isalnum, head)):
        return True
    return sum(map(str.isalnum, _WILD.sub("", pattern))) >= _FEWEST_LETTERS


def _like(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())
