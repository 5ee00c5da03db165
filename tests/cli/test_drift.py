"""What changed between two looks, through the real command line: each kind of change told, exit 1
where a verdict got worse and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import Ran
from hub import Fault, HubModel, TestHub
from lineage.core.packaged import DATA
from lineage.policy.policy import Policy
from lineage.workflows.pack import build, write
from report import reports

Run = Callable[..., Ran]
SCHEMA = json.loads((DATA / "schemas" / "drift.schema.json").read_text())
BASE = HubModel("acme/base", card={"base_model": "mistralai/Mistral-7B-v0.1"})
FOUNDATION = HubModel("mistralai/Mistral-7B-v0.1", card={"license": "apache-2.0"})
CHILD = HubModel("acme/child", card={"base_model": "acme/base"})
MOVED = HubModel("acme/child", card={"base_model": ["acme/base", "Qwen/QwQ-32B"]}, sha="b" * 40)
QWEN = HubModel("Qwen/QwQ-32B", card={"license": "apache-2.0"})
BEFORE = [CHILD, BASE, FOUNDATION]
AFTER = [
    MOVED,
    replace(BASE, id="acme/foundation", card={}, aliases=["acme/base"]),
    QWEN,
    FOUNDATION,
]


def told(ran: Ran, code: int) -> dict[str, Any]:
    """The document, which is of its schema; and how the command ended."""
    assert ran.code == code, ran.out + ran.err
    found: dict[str, Any] = json.loads(ran.out)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def kinds(found: dict[str, Any]) -> dict[str, list[str]]:
    """Messages by kind."""
    by: dict[str, list[str]] = {}
    for one in found["changes"]:
        by.setdefault(one["kind"], []).append(one["message"])
    return by


def test_a_night_later(lineage: Run, tmp_path: Path) -> None:
    """A new base that censors, a renamed ancestor, another commit, new results; the former look is
    a report, a pack or a lock, and each tells what it holds."""
    with TestHub(BEFORE) as hub:
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(tmp_path / "one")}
        ran = lineage("pack", "acme/child", "-o", "filed", env=env)
        assert ran.code == 0, ran.err
        assert lineage("lock", "acme/child", env=env).code == 0
    with TestHub(AFTER) as hub:
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(tmp_path / "two")}
        by_pack = kinds(told(lineage("watch", "filed", "--json", env=env), 1))
        by_lock = kinds(told(lineage("watch", "lineage.lock", "--json", env=env), 1))
        assert lineage("audit", "acme/child", "-o", "new.json", env=env).code == 0
    assert "Qwen/QwQ-32B is new among its ancestors." in by_pack["new-ancestor"]
    assert by_pack["renamed"] == ["Its ancestor acme/base was renamed: it is acme/foundation now."]
    assert any(told.startswith("It moved from revision") for told in by_pack["moved"])
    assert by_pack["new-result"] and by_pack["finding"]
    assert by_pack["verdict"] == by_lock["verdict"] == ["The verdict was pass and is review."]
    assert "new-result" not in by_lock
    assert by_lock["new-ancestor"] == by_pack["new-ancestor"]
    by_report = kinds(told(lineage("diff", "filed/report.json", "new.json", "--json"), 1))
    assert {**by_report, "basis": None} == {**by_pack, "basis": None}
    text = lineage("diff", "filed", "new.json")
    assert text.out.startswith("WORSE: ") and "acme/child" in text.out
    page = lineage("diff", "filed", "new.json", "-f", "markdown", "-o", "drift.md")
    assert page.code == 1 and page.out == ""
    assert "### acme/child" in (tmp_path / "drift.md").read_text()


def test_a_verdict_that_got_worse_or_is_lost(lineage: Run, tmp_path: Path) -> None:
    """Only these end otherwise than 0: worse is 1, what cannot be established any more is 3, better
    is 0; an ancestor that vanished and a repository with a new owner are told."""
    with TestHub(BEFORE) as hub:
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(tmp_path / "one")}
        assert lineage("pack", "acme/child", "-o", "filed", env=env).code == 0
    other = HubModel("acme/child", card={"base_model": "acme/base"}, repo_key="f" * 24)
    with TestHub([other, FOUNDATION]) as hub:
        env = {"HF_ENDPOINT": hub.url, "LINEAGE_CACHE_DIR": str(tmp_path / "two")}
        by = kinds(told(lineage("watch", "filed", "--json", env=env), 1))
    assert by["status"] == ["Its ancestor acme/base vanished: it was resolved and is not-found."]
    assert by["reused"] == ["It is another repository than the one that had this name."]
    document = json.loads((tmp_path / "filed" / "report.json").read_text())
    for verdict, code in (("fail", 1), ("review", 1), ("inconclusive", 3), ("pass", 0)):
        document["targets"][0]["verdict"] = verdict
        (tmp_path / "other.json").write_text(json.dumps(document))
        told(lineage("diff", "filed", "other.json", "--json"), code)
    document["targets"][0]["verdict"] = "fail"
    (tmp_path / "other.json").write_text(json.dumps(document))
    found = told(lineage("diff", "other.json", "filed", "--json"), 0)
    assert [one["effect"] for one in found["changes"] if one["kind"] == "verdict"] == ["better"]


def test_a_list_is_compared_with_what_was_saved(lineage: Run, tmp_path: Path) -> None:
    """The first look saves; the next ones compare, and save what was established; what a dead hub
    hides is not saved over it."""
    (tmp_path / "list.txt").write_text("acme/child\nacme/base\n")
    words = ("watch", "list.txt", "--save", "last.json", "--json", "--no-cache")
    assert lineage("watch", "list.txt").code == 2
    with TestHub(BEFORE) as hub:
        env = {"HF_ENDPOINT": hub.url}
        first = lineage(*words, env=env)
        assert first.code == 0 and first.out == "" and "first look" in first.err
        assert told(lineage(*words, env=env), 0)["changes"] == []
    with TestHub(BEFORE) as hub:
        saved = (tmp_path / "last.json").read_text()
        hub.trouble(Fault.PAGE, "acme/base")
        found = told(lineage(*words, "--timeout", "1", env={"HF_ENDPOINT": hub.url}), 3)
        assert found["open"] and not found["worse"]
        assert (tmp_path / "last.json").read_text() == saved
    with TestHub(AFTER) as hub:
        again = kinds(told(lineage(*words, env={"HF_ENDPOINT": hub.url}), 1))
        assert "Qwen/QwQ-32B is new among its ancestors." in again["new-ancestor"]
        assert told(lineage(*words, env={"HF_ENDPOINT": hub.url}), 0)["changes"] == []


def test_a_law_whose_status_changed(lineage: Run, tmp_path: Path) -> None:
    """Told for packs, reports and locks made under a policy with requirements."""
    law = ("--policy", "us-gsar-552-239-7001", "--offline")
    assert lineage("pack", "gpt2", *law, "-o", "filed").code in (0, 1, 3)
    assert lineage("lock", "gpt2", *law).code == 0
    document = json.loads((tmp_path / "filed" / "report.json").read_text())
    assert document["policy"]["requirements"] == {"us-gsar-552-239-7001": "proposed"}
    document["policy"]["requirements"] = {"us-gsar-552-239-7001": "in-force"}
    (tmp_path / "later.json").write_text(json.dumps(document))
    expected = "The requirement us-gsar-552-239-7001 was proposed and is in-force now."
    for before in ("filed", "filed/report.json", "lineage.lock"):
        found = told(lineage("diff", before, "later.json", "--json"), 0)
        assert kinds(found)["law"] == [expected], before


def test_two_indexes(lineage: Run, tmp_path: Path) -> None:
    """Models that are new, gone and renamed, and who is built on what; no verdicts."""
    lone = HubModel("lone/model")
    for name, models in (("one.sqlite", [*BEFORE, lone]), ("two.sqlite", AFTER)):
        with TestHub(models) as hub:
            env = {"HF_ENDPOINT": hub.url}
            assert lineage("index", "build", "-o", name, env=env).code == 0
    found = told(lineage("diff", "one.sqlite", "two.sqlite", "--json"), 0)
    told_of = {(one["kind"], one["model"], one["after"]) for one in found["changes"]}
    assert ("new-model", "Qwen/QwQ-32B", "Qwen/QwQ-32B") in told_of
    assert ("gone-model", "lone/model", None) in told_of
    assert any(kind == "new-ancestor" and model == "acme/child" for kind, model, _ in told_of)
    assert "verdicts" in found["not_compared"]
    assert told(lineage("diff", "one.sqlite", "one.sqlite", "--json"), 0)["changes"] == []
    assert lineage("diff", "one.sqlite", "list.txt").code == 2


def test_what_is_no_look_is_wrong_usage(lineage: Run, tmp_path: Path) -> None:
    """The file is named, and what could be given instead."""
    (tmp_path / "notes.json").write_text('{"schema": "lineage-report/1"}')
    (tmp_path / "list.txt").write_text("gpt2\n")
    (tmp_path / "folder").mkdir()
    assert "There is no file none" in lineage("watch", "none").err
    for name in ("notes.json", "list.txt", "folder", "none"):
        ran = lineage("diff", name, name)
        assert ran.code == 2 and name in ran.err and "lineage" in ran.err, ran.err
    shutil.rmtree(tmp_path / "folder")


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("policy.json", "null"),
        ("policy.json", '{"requirements": [1]}'),
        ("inputs/records.json", "[]"),
        ("inputs/records.json", '{"records": [{"id": [1], "record": [1]}]}'),
        ("inputs/records.json", '{"records": null}'),
    ],
)
def test_a_spoilt_pack_is_wrong_usage(lineage: Run, tmp_path: Path, member: str, text: str) -> None:
    """A document that no lineage wrote: named, and no error of ours."""
    files = build(reports.report(reports.merge()), Policy())
    write(files | {member: text.encode()}, tmp_path / "spoilt")
    ran = lineage("diff", "spoilt", "spoilt")
    assert ran.code == 2 and "spoilt does not hold what a pack does" in ran.err, ran.err


def test_a_pipe_is_no_look(lineage: Run, tmp_path: Path) -> None:
    """Nobody may ever write into it."""
    os.mkfifo(tmp_path / "pipe")
    assert "it is a pipe" in lineage("diff", "pipe", "pipe").err
