"""What the gate tells of a few files, asked through the real command line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import Ran
from hub import HubModel, TestHub

Run = Callable[..., Ran]
NAME = "acme/shadow-7b"
"""A model that no table knows."""


def check(lineage: Run, folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """The report of the gate over these files."""
    repo = folder / "repo"
    for name, text in files.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    with TestHub([HubModel(NAME, card={"license": "mit"}), HubModel("gpt2")]) as hub:
        env = {"HF_ENDPOINT": hub.url}
        ran = lineage("check", "-fjson", "--no-cache", "--allow-empty", env=env, cwd=repo)
    assert ran.code in (0, 1, 3), ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def audited(report: dict[str, Any]) -> dict[str, set[str]]:
    """The models that are audited, by the folder or file that uses them."""
    found: dict[str, set[str]] = defaultdict(set)
    for target in report["targets"]:
        for use in target["uses"]:
            found[use["file"].partition("/")[0]].add(target["target"])
    return dict(found)


def places(report: dict[str, Any], name: str) -> set[str]:
    """Where one model is used."""
    return {
        f"{use['file']}:{use['line']}"
        for target in report["targets"]
        if target["target"] == name
        for use in target["uses"]
    }
