"""A name of the Hub that leads elsewhere: both names are shown, and who takes an old name over is
never taken for the model that it meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub
from spelled import repository_loading

Run = Callable[..., Ran]
OLD, NEW = "oldorg/name", "neworg/name"
KEY = "a" * 24
MODEL = HubModel(NEW, card={"license": "mit"}, aliases=(OLD,), repo_key=KEY)
"""Renamed: the old name leads to it."""
LEFT = replace(MODEL, aliases=())
TAKEN = HubModel(OLD, card={"base_model": "Qwen/Qwen2.5-7B", "license": "mit"}, repo_key="b" * 24)
QWEN = HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"})
BEFORE = (MODEL, QWEN)
AFTER = (LEFT, TAKEN, QWEN)
"""Somebody else took the old name."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Code that loads the old name."""
    return repository_loading(OLD, tmp_path)


def run(lineage: Run, repo: Path, models: tuple[HubModel, ...], *args: str) -> Ran:
    """One command against a Hub that holds these models, with a cache of its own."""
    with TestHub(models) as hub:
        cache = mkdtemp(dir=repo.parent)
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": cache}
        return lineage(*args, env=env, cwd=repo)


def messages(ran: Ran, rule: str) -> list[str]:
    """Those of one rule in a JSON report."""
    targets: list[dict[str, Any]] = json.loads(ran.out)["targets"]
    return [f["message"] for t in targets for f in t["findings"] if f["rule"] == rule]


def snapshot(lineage: Run, repo: Path) -> str:
    """One of the user's own, made while the old name led to the model."""
    kept = repo.parent / "kept.sqlite"
    assert run(lineage, repo, BEFORE, "snapshot", "create", "-o", str(kept), OLD).code == 0
    return str(kept)


def test_every_format_shows_both_names(lineage: Run, repo: Path, tmp_path: Path) -> None:
    """The one that the code has and the one that the Hub has now, with the line, offline too."""
    formats = ("text", "sarif", "junit", "github", "markdown", "json")
    files = {name: tmp_path / f"{name}.out" for name in formats}
    wanted = [f"-f{name}={path}" for name, path in files.items()]
    run(lineage, repo, BEFORE, "check", *wanted)
    for name, path in files.items():
        text = path.read_text()
        assert OLD in text and NEW in text, name
    assert f"app.py:2 AutoModel.from_pretrained, written {OLD}" in files["text"].read_text()
    options = ("--offline", "--snapshot", snapshot(lineage, repo))
    ran = run(lineage, repo, BEFORE, "check", *options)
    assert OLD in ran.out and NEW in ran.out
    (repo / "app.py").write_text((repo / "app.py").read_text().replace(OLD, NEW.upper()))
    assert "written" not in run(lineage, repo, BEFORE, "check").out


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        (BEFORE, BEFORE, ""),
        (BEFORE, AFTER, f"{OLD} led to {NEW} before, and is another repository now"),
        ((HubModel(OLD, repo_key=KEY),), BEFORE, ""),
        (
            (HubModel(OLD, repo_key="c" * 24),),
            BEFORE,
            f"{OLD} leads to {NEW}, which is not the repository that was known by that name",
        ),
        (
            BEFORE,
            (replace(MODEL, id="third/name", repo_key="d" * 24), QWEN),
            f"{OLD} leads to third/name, which is not the repository that was known by that name, "
            f"then {NEW}",
        ),
    ],
)
def test_what_is_remembered_of_a_name_is_held_against_what_it_means_now(
    lineage: Run,
    repo: Path,
    then: tuple[HubModel, ...],
    now: tuple[HubModel, ...],
    told: str,
) -> None:
    """Taken over, led elsewhere, or only renamed: the Hub's own keys tell them apart."""
    kept = str(repo.parent / "kept.sqlite")
    assert run(lineage, repo, then, "snapshot", "create", "-o", kept, OLD).code == 0
    ran = run(lineage, repo, now, "check", "--snapshot", kept, "-f", "json")
    found = messages(ran, "reused-name")
    assert len(found) == bool(told)
    assert all(one.startswith(f"{told}: the hub's key") for one in found)
    text = " ".join(run(lineage, repo, now, "audit", "--snapshot", kept, OLD).out.split())
    assert told.removeprefix(OLD).split(",")[0] in text


def test_a_lock_tells_a_rename_from_another_repository(lineage: Run, repo: Path) -> None:
    """Both fail; what took the name over is not called a rename, forth or back."""
    for then, now, told in (
        (BEFORE, AFTER, f"{OLD} led to {NEW}; it leads to another repository now, {OLD}."),
        ((replace(LEFT, id=OLD),), BEFORE, f"{OLD} was renamed: it is now {NEW}."),
        (AFTER, BEFORE, f"{OLD} led to {OLD}; it leads to another repository now, {NEW}."),
    ):
        assert run(lineage, repo, then, "lock").code == 0
        ran = run(lineage, repo, now, "check", "--locked", "-f", "json")
        assert ran.code == 1
        assert told in messages(ran, "lock-drift")
        assert run(lineage, repo, then, "check", "--locked").code == 0


def test_an_ancestor_whose_name_leads_elsewhere(lineage: Run, repo: Path) -> None:
    """Its name in a card is looked up like any other: the lock and the comparison of two looks say
    that it is another repository."""
    child = HubModel("acme/child", card={"base_model": OLD, "license": "mit"})
    (repo / "app.py").write_text((repo / "app.py").read_text().replace(OLD, child.id))
    then = (child, replace(LEFT, id=OLD))
    now = (child, replace(MODEL, repo_key="b" * 24))
    assert run(lineage, repo, then, "lock").code == 0
    told = f"Its ancestor {OLD} leads to another repository now, {NEW}."
    assert told in run(lineage, repo, now, "check", "--locked").err
    watched = run(lineage, repo, now, "watch", "lineage.lock", "--json")
    assert told in {one["message"] for one in json.loads(watched.out)["changes"]}


def test_a_kept_answer_about_an_old_name_is_dated(
    lineage: Run, repo: Path, clean_env: dict[str, str]
) -> None:
    """Within ten minutes the cache answers for the old name, and says that it did; `--refresh`
    asks again and sees who has the name now."""
    with TestHub(BEFORE) as hub:
        env = {"HF_ENDPOINT": hub.url}
        assert NEW in lineage("check", env=env, cwd=repo).out
        hub.routes.add(LEFT)
        hub.routes.add(TAKEN)
        hub.routes.add(QWEN)
        again = lineage("check", env=env, cwd=repo)
        assert NEW in again.out and "1 answer from the cache" in again.out
        asked = lineage("check", "--refresh", env=env, cwd=repo)
    assert "Qwen2.5-7B" in asked.out and NEW not in asked.out
