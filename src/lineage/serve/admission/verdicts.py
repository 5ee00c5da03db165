"""What admission asks of whoever keeps the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from lineage.core.value import dataclass
from lineage.policy.finding import Verdict


@dataclass(frozen=True)
class Known:
    """The newest finished audit of a model under the policy that admission answers by."""

    verdict: Verdict
    audited_at: datetime
    """With its time zone."""
    because: str = ""
    """The finding that decides, as a report says it; empty for a pass."""
    page: str = ""
    """Where a person reads the report; empty where no address is known."""
    is_shown: bool = True
    """Whether the Hub, asked for it, shows such a model."""


class Verdicts(Protocol):
    """Finished audits, and a way to ask for more. Neither waits: an audit runs beside."""

    def known(self, target: str) -> Known | None:
        """The newest verdict on a target; None where none is finished."""

    def ask(self, targets: Sequence[str]) -> bool:
        """Start audits of these; of what already runs or waits nothing more is started. False where
        no more can be started now."""
