"""The package as a library: what `import lineage` offers, and that it costs nothing until it is
used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import lineage


def test_the_function_returns_the_values_of_the_report():
    """One target or several; the same values that the command line prints."""
    report = lineage.audit("NousResearch/Hermes-2-Pro-Mistral-7B", lineage.Options(offline=True))
    assert isinstance(report, lineage.Report)
    (target,) = report.targets
    assert isinstance(target, lineage.TargetReport)
    assert str(report.verdict) == "pass"
    assert [f.model for f in target.origin.foundations] == ["mistralai/Mistral-7B-v0.1"]
    both = lineage.audit(
        ["deepseek-ai/DeepSeek-R1", "NousResearch/Hermes-2-Pro-Mistral-7B"],
        lineage.Options(offline=True),
    )
    assert [str(t.verdict) for t in both.targets] == ["fail", "pass"]


def test_every_public_name_is_there_and_no_other():
    """`__all__` can be imported, and a misspelt name is an AttributeError."""
    assert all(hasattr(lineage, name) for name in lineage.__all__)
    with pytest.raises(AttributeError, match="adit"):
        _ = lineage.adit


def test_importing_the_package_imports_nothing_of_it():
    """The command line's help must start quickly."""
    code = "import sys, lineage; print([m for m in sys.modules if m.startswith('lineage.') or m in ('click', 'requests', 'yaml')])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
