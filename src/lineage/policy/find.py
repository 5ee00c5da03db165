"""Finds the policy file of a project, as ruff finds its settings: in the folder or the nearest one above it."""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "lineage.toml"


def find_policy_file(start: Path) -> Path | None:
    """The nearest `lineage.toml`, or `pyproject.toml` with a `[tool.lineage]`, in the folder or one above it."""
    for folder in (start, *start.parents):
        own, project = folder / FILE_NAME, folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and _names_us(project):
            return project
    return None


def _names_us(path: Path) -> bool:
    try:
        return "[tool.lineage" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False  # unreadable for us: certainly not where the user keeps the policy of this run
