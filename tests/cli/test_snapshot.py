"""`lineage snapshot`: a team's own file, made, described, checked, and answered from."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from conftest import Ran
from fakes import FakeSource, make_record, unreachable
from lineage.cli.snapshot import create_live
from lineage.core.errors import CannotRunError
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.audit import audit
from lineage.workflows.options import Options, Where

Run = Callable[..., Ran]
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
SHA = "0123456789abcdef0123456789abcdef01234567"


def hub() -> FakeSource:
    base = "mistralai/Mistral-7B-v0.1"
    records = {"org/child": make_record("org/child", revision=SHA), "org/base": [base], base: []}
    files = {"org/child": {"adapter_config.json": b'{"base_model_name_or_path": "org/base"}'}}
    return FakeSource(records, files)


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A snapshot of an adapter whose base stands in a file alone."""
    path = tmp_path / "team.sqlite"
    create_live(path, ("org/child",), Options(), hub())
    return path


def test_an_audit_from_a_teams_snapshot_sees_what_the_live_one_saw(
    team: Path, lineage: Run
) -> None:
    """Parents that are told by files only are there too, offline."""
    live = audit(["org/child"], Options(where=Where(source=hub()))).targets[0].graph
    ran = lineage("audit", "--offline", "--snapshot", str(team), "-f", "json", "org/child")
    (target,) = json.loads(ran.out)["targets"]
    assert target["source"] == "snapshot"
    assert {(e["child"], e["parent"]) for e in target["edges"]} == {
        (e.child, e.parent) for e in live.edges
    }
    assert ("org/child", "org/base") in {(e.child, e.parent) for e in live.edges}
    assert target["revision"] == SHA


def test_info_tells_the_embedded_one_and_a_teams(team: Path, lineage: Run) -> None:
    """With credits, age and content hash; as JSON for programs."""
    embedded = lineage("snapshot", "info")
    assert embedded.code == 0
    assert "hub-stats" in embedded.out
    assert "Apache-2.0" in embedded.out
    told = json.loads(lineage("snapshot", "info", str(team), "--format", "json").out)
    assert (told["models"], told["targets"]) == (3, ["org/child"])
    assert told["content_sha256"] == SnapshotSource(team).info().content_sha256


def test_verify_tells_whole_damaged_exchanged_and_old_apart(
    team: Path, tmp_path: Path, lineage: Run
) -> None:
    """By exit code and one sentence."""
    content = SnapshotSource(team).info().content_sha256
    assert (
        lineage("snapshot", "verify", str(team), "--content", content, "--max-age", "1").code == 0
    )
    exchanged = lineage("snapshot", "verify", str(team), "--content", "0" * 64)
    assert exchanged.code == 2
    assert content in exchanged.err
    body = bytearray(team.read_bytes())
    at = len(body) - 20
    body[at : at + 10] = bytes(10)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(body)
    broken = lineage("snapshot", "verify", str(damaged))
    assert broken.code == 2
    assert "damaged" in broken.err
    assert lineage("snapshot", "verify", str(tmp_path / "absent")).code == 2
    create_live(team, ("org/child",), Options(now=LONG_AGO), hub())
    old = lineage("snapshot", "verify", str(team), "--max-age", "30")
    assert old.code == 1
    assert "older than 30 days" in old.err


def test_create_without_a_network_writes_nothing(tmp_path: Path, lineage: Run) -> None:
    """The embedded snapshot must not pass into a new one as if it were live."""
    path = tmp_path / "s"
    ran = lineage("snapshot", "create", "-o", str(path), "Qwen/Qwen2.5-72B-Instruct")
    assert ran.code == 4, ran.err
    assert not path.exists()
    with pytest.raises(CannotRunError):
        create_live(
            path, ("Qwen/Qwen2.5-72B-Instruct",), Options(), FakeSource(otherwise=unreachable)
        )
    assert not path.exists()


def test_create_takes_a_list_and_refuses_nothing_and_offline(tmp_path: Path, lineage: Run) -> None:
    """Wrong usage is told before anything is asked."""
    path = str(tmp_path / "s")
    assert lineage("snapshot", "create", "-o", path).code == 2
    assert lineage("snapshot", "create", "-o", path, "--offline", "org/m").code == 2
    listed = tmp_path / "models.txt"
    listed.write_text("# ours\norg/one\nnot a model  # really\n")
    ran = lineage("snapshot", "create", "-o", path, "--input", str(listed))
    assert ran.code == 2
    assert "'not a model'" in ran.err
    listed.write_bytes(b"\xff\xfe\x00")
    assert (
        "not a text file" in lineage("snapshot", "create", "-o", path, "--input", str(listed)).err
    )
