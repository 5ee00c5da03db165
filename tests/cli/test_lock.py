"""`lineage lock` and `check --locked`: nothing that was established may change unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import Fault, HubModel, TestHub
from lineage.core.errors import PolicyError
from lineage.core.version import __version__
from lineage.workflows.lock import read_lock
from spelled import repository_loading

Run = Callable[..., Ran]
BASE = HubModel("meta-llama/Llama-3.1-8B", card={"license": "llama3.1"}, sha="a" * 40)
MIDDLE = HubModel(
    "acme/middle", card={"base_model": "meta-llama/Llama-3.1-8B", "license": "mit"}, sha="b" * 40
)
TOP = HubModel("acme/top", card={"base_model": "acme/middle", "license": "mit"}, sha="c" * 40)
WORLD = (BASE, MIDDLE, TOP)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository_loading("acme/top", tmp_path)


def run(lineage: Run, repo: Path, models: tuple[HubModel, ...], *args: str) -> Ran:
    """One command against a Hub that holds these models, with a cache of its own."""
    with TestHub(models) as hub:
        cache = repo.parent / f"cache-{hub.url.rpartition(':')[2]}"
        return lineage(
            *args, env={"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(cache)}, cwd=repo
        )


_WRITTEN: list[str] = []


def locked(lineage: Run, repo: Path) -> dict[str, Any]:
    """The lock of the unchanged world, beside the code: written by the real command once, since it
    is the same every time."""
    if not _WRITTEN:
        freshly_locked(lineage, repo)
        _WRITTEN.append((repo / "lineage.lock").read_text())
    (repo / "lineage.lock").write_text(_WRITTEN[0])
    found: dict[str, Any] = json.loads(_WRITTEN[0])
    return found


def freshly_locked(lineage: Run, repo: Path) -> None:
    ran = run(lineage, repo, WORLD, "lock")
    assert ran.code == 0, ran.err


def test_the_lock_tells_what_was_established(lineage: Run, repo: Path) -> None:
    """Revision, verdict, roots, each ancestor with revision and status, and exposure, under the
    data and policy used."""
    lock = locked(lineage, repo)
    model = lock["models"]["acme/top"]
    assert model["revision"] == "c" * 40
    assert model["roots"] == ["meta-llama/Llama-3.1-8B"]
    assert model["ancestors"]["acme/middle"] == {
        "revision": "b" * 40,
        "status": "resolved",
        "repo_key": MIDDLE.repo_key,
    }
    assert model["repo_key"] == TOP.repo_key
    assert model["parents"] == [
        "acme/middle -> meta-llama/Llama-3.1-8B (finetune)",
        "acme/top -> acme/middle (finetune)",
    ]
    assert set(model) == {
        "model",
        "revision",
        "repo_key",
        "verdict",
        "roots",
        "jurisdictions",
        "exposure",
        "ancestors",
        "parents",
    }
    assert set(lock["data"]) == {"registry", "results", "snapshot", "version"}
    assert len(lock["policy"]["sha256"]) == 64


def test_the_lock_is_the_same_every_time(lineage: Run, repo: Path) -> None:
    """No clock, no machine: two runs write the same bytes, and an unchanged world passes."""
    freshly_locked(lineage, repo)
    first = (repo / "lineage.lock").read_bytes()
    freshly_locked(lineage, repo)
    assert (repo / "lineage.lock").read_bytes() == first
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 0, ran.err
    assert "Nothing that matters differs from the lock." in ran.err


MOVED = (BASE, MIDDLE, replace(TOP, sha="d" * 40))
DRIFTS = [
    (MOVED, "It moved from revision cccccccccccc to dddddddddddd."),
    (
        (replace(BASE, sha="e" * 40), MIDDLE, TOP),
        "Its ancestor meta-llama/Llama-3.1-8B moved from revision aaaaaaaaaaaa to eeeeeeeeeeee.",
    ),
    ((BASE, TOP), "Its ancestor acme/middle was resolved and is now not-found."),
    (
        (BASE, replace(MIDDLE, id="acme/centre", aliases=("acme/middle",)), TOP),
        "Its ancestor acme/middle was renamed: it is now acme/centre.",
    ),
    (
        (BASE, MIDDLE, replace(TOP, id="acme/summit", aliases=("acme/top",))),
        "acme/top was renamed: it is now acme/summit.",
    ),
    (
        (
            BASE,
            MIDDLE,
            replace(TOP, card={"base_model": ["acme/middle", "acme/other"], "license": "mit"}),
            HubModel("acme/other", sha="f" * 40),
        ),
        "acme/other is new among its ancestors.",
    ),
    (
        (
            BASE,
            MIDDLE,
            replace(TOP, card={"base_model": "meta-llama/Llama-3.1-8B", "license": "mit"}),
        ),
        "acme/middle is no longer among its ancestors.",
    ),
    (
        (
            BASE,
            replace(
                MIDDLE,
                card={
                    "base_model": "meta-llama/Llama-3.1-8B",
                    "base_model_relation": "merge",
                    "license": "mit",
                },
            ),
            TOP,
        ),
        "New claim of a base model: acme/middle -> meta-llama/Llama-3.1-8B (merge).",
    ),
]


@pytest.mark.parametrize(("world", "told"), DRIFTS, ids=[d[1][:40] for d in DRIFTS])
def test_any_drift_fails_and_is_shown(
    lineage: Run, repo: Path, world: tuple[HubModel, ...], told: str
) -> None:
    """Moved, changed, gone, renamed, new and dropped ancestors each fail with one readable line."""
    locked(lineage, repo)
    ran = run(lineage, repo, world, "check", "--locked", "-f", "json")
    assert told in ran.err
    assert ran.code == 1
    findings = json.loads(ran.out)["targets"][0]["findings"]
    assert told in [
        f["message"] for f in findings if f["rule"] == "lock-drift" and f["level"] == "fail"
    ]


def edited(repo: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """The lock file as it would be had the world been otherwise when it was written."""
    path = repo / "lineage.lock"
    lock = json.loads(path.read_text())
    change(lock)
    path.write_text(json.dumps(lock))


def test_a_new_result_that_changes_exposure_fails(lineage: Run, repo: Path) -> None:
    """The language whose state changed is named, with both states."""
    locked(lineage, repo)
    edited(
        repo,
        lambda lock: lock["models"]["acme/top"]["exposure"].update(
            by_language={"qq": "inherited-clear"}
        ),
    )
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 1
    assert (
        "What tests in language 'qq' say of it was inherited-clear and is now nothing published."
        in ran.err
    )


def test_a_new_standing_fails(lineage: Run, repo: Path) -> None:
    """What tests of the model itself say, by the rule of evidence; a lock without the field is not
    held against anybody."""
    locked(lineage, repo)
    edited(repo, lambda lock: lock["models"]["acme/top"]["exposure"].update(standing="clear"))
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 1
    assert "What tests of it say was clear and is now untested." in ran.err
    edited(repo, lambda lock: lock["models"]["acme/top"]["exposure"].pop("standing"))
    assert run(lineage, repo, WORLD, "check", "--locked").code == 0


def test_newer_data_alone_only_informs(lineage: Run, repo: Path) -> None:
    """Another data version or an unused model is told and fails nothing."""
    locked(lineage, repo)

    def older(lock: dict[str, Any]) -> None:
        lock["data"]["results"] = "2020-01-01"
        lock["models"]["acme/unused"] = {"model": "acme/unused"}

    edited(repo, older)
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 0, ran.err
    for told in (
        "The results data is now of",
        "acme/unused is locked and no longer used.",
    ):
        assert told in ran.err


def test_a_name_that_changed_hands_fails(lineage: Run, repo: Path) -> None:
    """The same name, revision and parents under another key of the hub: somebody else made it
    anew."""
    locked(lineage, repo)
    ran = run(lineage, repo, (BASE, replace(MIDDLE, repo_key="f" * 24), TOP), "check", "--locked")
    assert ran.code == 1, ran.err
    assert (
        "acme/middle is another repository than the one that was locked under this name" in ran.err
    )


def test_a_worse_verdict_fails(lineage: Run, repo: Path) -> None:
    """A verdict that was better when it was locked fails the check."""
    lock = locked(lineage, repo)
    now = lock["models"]["acme/top"]["verdict"]
    (repo / "lineage.toml").write_text('extends = ["default"]\njurisdictions = ["US"]\n')
    assert now == "pass"
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 1
    assert "The verdict was pass and is now review." in ran.err


@pytest.mark.parametrize("tool", [{"name": "lineage", "version": "0.1.0"}, None])
def test_a_verdict_that_moved_with_the_tool_says_so(
    lineage: Run, repo: Path, tool: dict[str, str] | None
) -> None:
    """A lock of another version, named or of before locks named it: the difference names both and
    where to read why."""
    lock = locked(lineage, repo)
    del lock["tool"]
    (repo / "lineage.lock").write_text(json.dumps(lock | ({"tool": tool} if tool else {})))
    same = run(lineage, repo, WORLD, "check", "--locked")
    assert (same.code, "rules changed" in same.err) == (0, False)
    assert f"The tool is now lineage {__version__}; locked with 0.1.0." in same.err
    (repo / "lineage.toml").write_text('extends = ["default"]\njurisdictions = ["US"]\n')
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert ran.code == 1
    assert (
        "The verdict was pass and is now review (locked with lineage 0.1.0; the rules changed since, see docs/upgrade.md)."
        in ran.err
    )


def test_a_model_that_is_not_locked_fails(lineage: Run, repo: Path) -> None:
    """New code must be locked before it passes."""
    locked(lineage, repo)
    (repo / "more.py").write_text(
        "from transformers import AutoModel\nAutoModel.from_pretrained('acme/middle')\n"
    )
    ran = run(lineage, repo, WORLD, "check", "--locked")
    assert (ran.code, "acme/middle is not in lineage.lock." in ran.err) == (1, True)


def test_an_ancestor_that_cannot_be_asked_is_no_drift(lineage: Run, repo: Path) -> None:
    """Unreachable is not gone: inconclusive, exit 3."""
    locked(lineage, repo)
    with TestHub(WORLD) as hub:
        hub.troubles.add(Fault.STATUS, "/api/models/acme/middle", status=503)
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(repo.parent / "c9")}
        ran = lineage("check", "--locked", "--max-wait", "0", env=env, cwd=repo)
    assert ran.code == 3, ran.err
    assert "Its ancestor acme/middle was resolved and is now unreachable." in ran.err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"lock": 2, "models": {}}',
        '{"lock": 1, "models": {"a": 1}}',
        "[" * 100_000,
        "\\x00",
    ],
)
def test_what_is_no_lock_is_refused(repo: Path, text: str) -> None:
    """A file that is no lock is named, with what to do."""
    (repo / "lineage.lock").write_text(text)
    with pytest.raises(PolicyError, match=r"lineage\.lock"):
        read_lock(repo / "lineage.lock")


def test_a_broken_lock_is_wrong_usage(lineage: Run, repo: Path) -> None:
    """Through the command line: exit 2, the file and the way out."""
    (repo / "lineage.lock").write_text("{")
    ran = lineage("check", "--locked", cwd=repo)
    assert (ran.code, "lineage.lock" in ran.err, "lineage lock" in ran.err) == (
        2,
        True,
        True,
    )


def test_named_models_can_be_locked(lineage: Run, repo: Path, tmp_path: Path) -> None:
    """Models given by name, and another place for the file."""
    ran = run(lineage, repo, WORLD, "lock", "acme/middle", "-o", str(tmp_path / "other.lock"))
    assert ran.code == 0, ran.err
    assert list(json.loads((tmp_path / "other.lock").read_text())["models"]) == ["acme/middle"]


def test_a_repository_without_models_writes_no_lock(lineage: Run, repo: Path) -> None:
    """Nothing found is told, exit 3, and no file is left."""
    (repo / "app.py").write_text("")
    ran = lineage("lock", cwd=repo)
    assert (ran.code, (repo / "lineage.lock").exists()) == (3, False)
