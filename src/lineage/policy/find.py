"""Finds the policy file of a project, as ruff finds its settings: in the folder or the nearest one
above it."""

from __future__ import annotations

from pathlib import Path

from lineage.core.plain_file import read_plain

FILE_NAME = "lineage.toml"
_LARGEST = 10_000_000
"""A larger pyproject.toml is nobody's."""


def find_policy_file(start: Path) -> Path | None:
    """The nearest `lineage.toml`, or `pyproject.toml` with a `[tool.lineage]`, in the folder or one
    above it."""
    for folder in (start, *start.parents):
        own, project = folder / FILE_NAME, folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and _names_us(project):
            return project
    return None


def _names_us(path: Path) -> bool:
    try:
        return b"[tool.lineage" in read_plain(path, _LARGEST)
    except OSError:
        return False  # unreadable for us: certainly not where the user keeps the policy of this run
