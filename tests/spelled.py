"""What tests of the scan share that write a repository of a few files."""

from __future__ import annotations

from pathlib import Path

from lineage.core.use import Certainty
from lineage.scan.result import ScanResult
from lineage.scan.scan import scan
from lineage.workflows.check import services_of

SHIPPED = services_of()


def found_in(folder: Path, files: dict[str, str]) -> ScanResult:
    """What a scan finds in these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return scan(folder, services=lambda: SHIPPED)


def acted_on(result: ScanResult) -> set[str]:
    """The models that a check would audit."""
    return {use.model for use in result.uses if use.certainty is not Certainty.POSSIBLE}


def repository_loading(model: str, parent: Path) -> Path:
    """A folder with the policy that everybody has and code that loads one model."""
    folder = parent / "repo"
    folder.mkdir()
    (folder / "lineage.toml").write_text('extends = ["default"]\n')
    (folder / "app.py").write_text(
        f"from transformers import AutoModel\nAutoModel.from_pretrained('{model}')\n"
    )
    return folder
