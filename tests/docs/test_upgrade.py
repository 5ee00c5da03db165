"""What docs/upgrade.md says of files of version 0.1.0."""

from __future__ import annotations

from pathlib import Path

from docs.tools import ROOT
from lineage.core.version import __version__
from lineage.policy.finding import Level
from lineage.policy.load import load_policy
from lineage.policy.rules.registry import RETIRED, RULES
from lineage.workflows.lock import _UPGRADE

_OLD = """
name = "of 0.1.0"
requires-lineage = ">=0.1"

[rules]
resembles-family = "fail"
no-known-root = { inconclusive = true }
foundation-jurisdiction = { level = "fail", unknown = "review" }
trainer-jurisdiction = { level = "fail", unknown = "inconclusive" }

[[waiver]]
rule = "resembles-family"
model = "acme/*"
reason = "Known."
owner = "ana@acme.example"
until = 2027-03-31
"""


def test_policies_of_the_first_version_are_read(tmp_path: Path) -> None:
    """Settings that are no longer needed, and ids that were retired, still hold."""
    file = tmp_path / "lineage.toml"
    file.write_text(_OLD, encoding="utf-8")
    policy = load_policy(file, __version__)
    assert policy.level("undeclared-family") is Level.FAIL
    assert policy.settings["foundation-jurisdiction"]["unknown"] == "review"
    assert [waiver.rule for waiver in policy.waivers] == ["undeclared-family"]


def test_the_page_names_every_retired_id_and_the_lock_names_the_page() -> None:
    """Whoever meets an old id, or a verdict that moved, finds the page."""
    text = (ROOT / _UPGRADE).read_text(encoding="utf-8")
    for old, new in RETIRED.items():
        assert f"`{old}`" in text
        assert f"`{new}`" in text
        assert new in RULES
