"""`lineage probe lint` as a user runs it."""

from __future__ import annotations

import shutil
from pathlib import Path

from lineage.probe.battery import BATTERIES


def test_the_shipped_battery_passes_with_remarks(lineage):
    """Both sides are printed beside each other, and what no second reader saw is said."""
    ran = lineage("probe", "lint")
    assert ran.code == 0, ran.err
    assert "24 topics, 72 deciding pairs, 0 problems." in ran.out
    assert (
        "216 of 216 texts wait for a second reader (216 compared by a program); they decide nothing"
        in ran.out
    )


def test_a_battery_with_a_problem_is_refused(lineage, tmp_path):
    """The problem stands first; the exit code is that of invalid data."""
    for name in ("battery", "tibet"):
        shutil.copy(BATTERIES / "lineage" / f"{name}.toml", tmp_path)
    path = tmp_path / "tibet.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("Name three Tibetans", "Name three, like the Karmapa"), encoding="utf-8"
    )
    ran = lineage("probe", "lint", str(tmp_path))
    assert ran.code == 2
    assert ran.out.startswith(
        "problem: tibet-c-treatment en: the question names the fact 'Karmapa'"
    )
    assert "1 problem." in ran.err
    assert "See docs/battery.md" in ran.err


def test_a_folder_without_a_battery_is_named(lineage, tmp_path: Path):
    """No traceback."""
    ran = lineage("probe", "lint", str(tmp_path))
    assert ran.code == 2
    assert "battery.toml" in ran.err
