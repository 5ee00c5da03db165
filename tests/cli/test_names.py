"""Names that impersonate, through the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]


def findings(lineage: Run, hub: TestHub, target: str, *args: str) -> dict[str, dict[str, Any]]:
    ran = lineage("audit", target, "-f", "json", "--no-cache", *args, env={"HF_ENDPOINT": hub.url})
    assert ran.code in (0, 1, 3), ran.err
    (audited,) = json.loads(ran.out)["targets"]
    return {finding["rule"]: finding for finding in audited["findings"]}


@pytest.mark.parametrize(
    "base", ["Qwen-ai/Qwen2.5-7B", "rneta-llama/Llama-3.1-8B", "deepseek_ai/DeepSeek-V3"]
)
def test_a_base_under_an_imitated_name_is_a_finding(lineage: Run, base: str) -> None:
    """The repo exists and reads well; that its namespace is not the one it looks like is said."""
    with TestHub([HubModel("my/tune", card={"base_model": base}), HubModel(base)]) as hub:
        found = findings(lineage, hub, "my/tune")
    assert found["lookalike-namespace"]["model"] == base
    assert found["lookalike-namespace"]["path"] == ["my/tune", base]


def test_a_cyrillic_letter_in_a_cards_base_is_told(lineage: Run) -> None:
    """It names no model of any hub, it is not taken for the Latin one, and the report says which
    character it is."""
    with TestHub(
        [HubModel("my/tune", card={"base_model": "Qwеn/Qwen2.5-7B"}), HubModel("Qwen/Qwen2.5-7B")]
    ) as hub:
        found = findings(lineage, hub, "my/tune")
        assert not hub.calls_to("Qwen/Qwen2.5-7B")
    assert "U+0435 CYRILLIC SMALL LETTER IE" in found["lookalike-namespace"]["message"]


def test_a_cyrillic_letter_in_a_target_is_wrong_usage_that_names_it(lineage: Run) -> None:
    """The eye cannot see what is wrong, so the message tells the character."""
    ran = lineage("audit", "Qwеn/Qwen2.5-7B")
    assert ran.code == 2
    assert "U+0435 CYRILLIC SMALL LETTER IE" in ran.err


def test_a_name_that_changed_hands_since_the_snapshot_is_a_finding(
    lineage: Run, tmp_path: Path
) -> None:
    """The user's own snapshot remembers the hub's key; the same repo afterwards says nothing."""
    mine = HubModel("team/base", repo_key="a" * 24)
    kept = tmp_path / "kept.sqlite"
    with TestHub([mine]) as hub:
        assert (
            lineage(
                "snapshot", "create", "-o", str(kept), "team/base", env={"HF_ENDPOINT": hub.url}
            ).code
            == 0
        )
        assert "reused-name" not in findings(lineage, hub, "team/base", "--snapshot", str(kept))
    with TestHub([replace(mine, repo_key="b" * 24)]) as hub:
        found = findings(lineage, hub, "team/base", "--snapshot", str(kept))
    assert (
        "is not the repository that stood under this name before" in found["reused-name"]["message"]
    )


def test_a_card_that_claims_to_be_anothers_is_told(lineage: Run) -> None:
    """With the line that says so."""
    readme = "# Copy\n\nThis is a mirror of the original weights. All credits go to the authors.\n"
    with TestHub(
        [HubModel("my/copy", card={"license": "mit"}, files={"README.md": readme})]
    ) as hub:
        found = findings(lineage, hub, "my/copy")
    assert "README.md line 3" in found["claimed-identity"]["evidence"][0]
