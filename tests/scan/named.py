"""What a scan would give to an audit."""

from __future__ import annotations

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.result import ScanResult


def hub_uses(result: ScanResult, least: Certainty = Certainty.LIKELY) -> list[ModelUse]:
    """Uses that name a model of the Hub, at least so certain."""
    return [u for u in result.uses if u.kind is UseKind.HUB and u.certainty.rank <= least.rank]
