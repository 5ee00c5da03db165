"""Named, reasoned, expiring exceptions: they mark findings and never remove them."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase

from lineage.core.value import dataclass
from lineage.policy.finding import Finding, Waived


@dataclass(frozen=True)
class Waiver:
    """An exception that a named person takes for what one rule says of some models."""

    rule: str
    """A rule id, or a pattern such as `us-ndaa-fy26-1532/*`."""
    model: str
    """A pattern over ids, matched with the audited model and with the model that the finding is about; letter case is ignored."""
    reason: str
    owner: str
    until: date
    """The last day on which it holds."""
    ground: str = ""
    """The exception in the rule or law that it rests on, such as `research`."""
    path: tuple[str, ...] = ()
    """Patterns, one for each id of the finding's path from the audited model on; empty means any path."""
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

    def mark(self) -> Waived:
        """What stands on a finding that it covers."""
        return Waived(self.reason, self.owner, self.until.isoformat(), self.ground)


def _like(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())
