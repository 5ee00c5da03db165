"""What a scan finds, and what of it it would give to an audit."""

from __future__ import annotations

from pathlib import Path

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.result import ScanResult
from lineage.scan.scan import scan


def hub_uses(result: ScanResult, least: Certainty = Certainty.LIKELY) -> list[ModelUse]:
    """Uses that name a model of the Hub, at least so certain."""
    return [u for u in result.uses if u.kind is UseKind.HUB and u.certainty.rank <= least.rank]


def scanned(folder: Path, **modules: str) -> ScanResult:
    """What the scan finds in modules of these names and texts."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return scan(folder)
