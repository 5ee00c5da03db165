"""`lineage index` through the real command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Ran
from hub import Quota, TestHub
from index_models import MODELS

Run = Callable[..., Ran]


def test_build_info_verify_and_audit(lineage: Run, tmp_path: Path) -> None:
    """The plan is told before, the age with every answer; stdout stays clean."""
    with TestHub(MODELS) as hub:
        built = lineage("index", "build", "-o", "hub.sqlite", env={"HF_ENDPOINT": hub.url})
    assert built.code == 0
    assert built.out == ""
    assert "Plan: up to 3,200 calls" in built.err
    assert "8 models, 6 edges" in built.err
    assert lineage("index", "verify", "hub.sqlite").code == 0
    info = json.loads(lineage("index", "info", "hub.sqlite", "-f", "json").out)
    assert info["complete"] is True
    assert "complete     yes" in lineage("index", "info", "hub.sqlite").out
    ran = lineage("tree", "--index", "hub.sqlite", "OURS/product")
    assert ran.code == 0
    assert "acme/base-7b-instruct" in ran.out
    assert "no hub was asked" in ran.err


def test_a_build_without_quota_waits_no_longer_than_it_may(lineage: Run, tmp_path: Path) -> None:
    """Exit 4, what was read is kept, and the next run ends the work."""
    with TestHub(MODELS, quota=Quota(api=2, window=3600)) as hub:
        env = {"HF_ENDPOINT": hub.url}
        stopped = lineage(
            "index",
            "build",
            "-o",
            "hub.sqlite",
            "--page-size",
            "3",
            "--max-wait",
            "0.1",
            "-q",
            env=env,
        )
        assert stopped.code == 4
        assert "models are kept; run the same command again" in stopped.err
        assert lineage("audit", "--index", "hub.sqlite", "lone/model").code in (3, 4)
    assert "complete     no" in lineage("index", "info", "hub.sqlite").out


def test_wrong_files_are_wrong_usage(lineage: Run, tmp_path: Path) -> None:
    """Neither a missing nor a foreign file is an index, nor is it overwritten."""
    (tmp_path / "notes.txt").write_text("mine")
    for command in (
        ("info", "none.sqlite"),
        ("verify", "notes.txt"),
        ("update", "notes.txt"),
        ("build", "-o", "notes.txt", "--from-snapshot"),
    ):
        ran = lineage("index", *command)
        assert ran.code == 2, command
        assert "index file" in ran.err
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert lineage("audit", "--index", "none.sqlite", "a/b").code == 2
