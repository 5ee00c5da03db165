"""Where the files that ship with the package are, and the facts that a run rests on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lineage.core.clock import stamp
from lineage.core.value import dataclass

# A plain path: installers unpack wheels, and importlib.resources would
# import zipfile, lzma and tempfile at every start.
DATA = Path(__file__).resolve().parent.parent / "data"

MANIFEST = "data.json"
"""Says which data the documents beside it are, of which days, and their checksums."""
SNAPSHOT = "snapshot.sqlite"
DOCUMENTS = ("registry.json", "results.json", "names.json")
FACTS = (*DOCUMENTS, SNAPSHOT)
"""What belongs together: a run takes all of these from one place."""
EMBEDDED_VERSION = "embedded"


@dataclass(frozen=True)
class DataSet:
    """The facts that a run rests on: those in the package, or an installed version."""

    folder: Path
    version: str
    """`embedded`, or the name of the version."""
    expires: str = ""
    """Until when its makers stand by it; UTC, ISO 8601. The package says nothing."""
    root: str = ""
    """SHA-256 of the root of trust that vouches for it, where that is not the package's own."""

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return bool(self.expires) and stamp(now) >= self.expires


EMBEDDED = DataSet(DATA, EMBEDDED_VERSION)
