"""How a run differed from the usual one, which asks the public Hub now: what its reader must know
before comparing two reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lineage.core.packaged import EMBEDDED_VERSION, DataSet
from lineage.core.value import dataclass
from lineage.report.printable import counted


@dataclass(frozen=True)
class StoredData:
    """A file that answered in place of the Hub, or beside it."""

    path: str
    date: str


@dataclass(frozen=True)
class KeptAnswers:
    """What the cache answered in place of the hub."""

    answers: int
    oldest: str
    """When the oldest of them was kept; UTC, ISO 8601."""


@dataclass(frozen=True)
class InstalledData:
    """Facts that answered in place of those in the package."""

    version: str
    expired: str = ""
    """The day on which they expired; empty where they did not."""
    root: str = ""
    """SHA-256 of the root of trust that vouches for them, where it is not the package's own."""

    @staticmethod
    def of(data: DataSet, now: datetime) -> InstalledData | None:
        """What a run with this data says of it; None for the package's own."""
        if data.version == EMBEDDED_VERSION:
            return None
        expired = data.expires[:10] if data.is_expired(now) else ""
        return InstalledData(data.version, expired, data.root)


@dataclass(frozen=True)
class Circumstances:
    """Each field is empty where it was as usual."""

    offline: bool = False
    """No network was to be used, by an option or HF_HUB_OFFLINE."""
    endpoint: str = ""
    """The hub that was asked in place of the public one."""
    snapshot: StoredData | None = None
    """In place of the embedded one."""
    data: InstalledData | None = None
    index: StoredData | None = None
    cache: KeptAnswers | None = None
    clock: str = ""
    """The moment that the caller gave as now."""
    date_given: bool = False
    """The report's date was given (SOURCE_DATE_EPOCH), and is not when it was made."""

    @property
    def sentence(self) -> str:
        """One line for people; empty where all was as usual."""
        text = "; ".join(self._parts())
        return f"Made {text}." if text else ""

    def _parts(self) -> Iterator[str]:
        if self.offline:
            yield "offline"
        if self.index:
            yield f"from the index {self.index.path} of {self.index.date or 'an unknown day'}"
        if self.snapshot:
            yield f"with the snapshot {self.snapshot.path} of {self.snapshot.date}"
        if self.data:
            of = f", vouched for by the root {self.data.root[:16]}" if self.data.root else ""
            late = f", which expired on {self.data.expired}" if self.data.expired else ""
            yield f"with the installed data {self.data.version}{of}{late}"
        if self.endpoint:
            yield f"with the hub {self.endpoint}"
        if self.cache:
            answers = counted(self.cache.answers, "answer")
            yield f"with {answers} from the cache, the oldest of {self.cache.oldest}"
        if self.clock:
            yield f"with the clock set to {self.clock}"
        if self.date_given:
            yield "with a date that was given (SOURCE_DATE_EPOCH)"
