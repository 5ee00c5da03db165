"""What a comparison of two models' weights found, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lineage.fingerprint.comparison import Comparison
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.verdict import CAVEATS, Ruling, statement

SCHEMA = "lineage-compare/1"


def to_dict(found: Comparison, ruling: Ruling, sides: Sequence[LiveProfile]) -> dict[str, Any]:
    """The ruling first, then the figures behind it, what was read, and what it cannot tell."""
    return {
        "schema": SCHEMA,
        "kind": str(ruling.kind),
        "reason": ruling.reason,
        "statement": statement(ruling.kind, found.a, found.b, found),
        "comparison": found.to_dict(),
        "read": [
            {
                "model": side.label,
                "format": side.opened.format,
                "bytes": side.opened.tally.bytes,
                "requests": side.opened.tally.requests,
            }
            for side in sides
        ],
        "caveats": list(CAVEATS),
    }
