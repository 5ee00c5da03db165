"""Bad input ends in one clear sentence with a next step, the right exit code, and no traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran

Run = Callable[..., Ran]


def clear(ran: Ran, code: int) -> str:
    """The error text, after checking what every error must have."""
    assert ran.code == code, ran.out + ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""
    return ran.err


def test_a_text_that_is_no_model_name_is_wrong_usage(lineage: Run):
    """It says what form is expected, for every such target at once, before anything is fetched."""
    err = clear(lineage("audit", "not a model", "org/ok", "a/b/c/d"), 2)
    assert "'not a model' is not a model name" in err
    assert "'a/b/c/d'" in err
    assert "org/name" in err


def test_no_network_and_no_snapshot_row_cannot_run(lineage: Run):
    """A model that neither the Hub nor the snapshot can tell about ends as 4, and says what to
    do."""
    err = clear(lineage("audit", "no-such-org/no-such-model"), 4)
    assert "no-such-org/no-such-model" in err
    assert "HF_ENDPOINT" in err


def test_offline_without_a_row_cannot_run(lineage: Run):
    """The same when no network was wanted."""
    err = clear(lineage("audit", "--offline", "no-such-org/no-such-model"), 4)
    assert "snapshot" in err


def test_without_a_network_the_snapshot_answers_with_a_notice_and_a_gate_does_not_trust_it(
    lineage: Run,
):
    """The answer is there, its source is told on stderr and in the report, and the verdict is not a
    pass."""
    ran = lineage("audit", "-f", "json", "NousResearch/Hermes-2-Pro-Mistral-7B")
    assert ran.code == 3, ran.err
    assert "offline data" in ran.err
    (target,) = json.loads(ran.out)["targets"]
    assert target["source"] == "snapshot"
    assert target["verdict"] == "inconclusive"
    assert lineage("audit", "--offline", "NousResearch/Hermes-2-Pro-Mistral-7B").code == 0


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"---\nbase_model: [unclosed\n---\n# x",
        b"---\n" + b"[" * 60000 + b"\n---\n",
        b"\xff\xfe\x00garbage",
        b"---\nself: 1\nbase_model: 7\n---",
    ],
    ids=["empty", "invalid YAML", "nested", "binary", "odd keys"],
)
def test_a_local_card_of_any_shape_ends_in_a_report(lineage: Run, tmp_path: Path, card: bytes):
    """A folder whose card tells nothing is audited like any other: no known base, and not a
    pass."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_bytes(card)
    ran = lineage("audit", "--offline", "-f", "json", str(folder))
    assert ran.code in (0, 3), ran.err
    assert "Traceback" not in ran.err
    (target,) = json.loads(ran.out)["targets"]
    assert target["source"] == "local"
    assert target["verdict"] in ("review", "inconclusive")


@pytest.mark.parametrize(
    "command",
    [
        ["audit"],
        ["frobnicate"],
        ["audit", "--format", "nonsense", "a/b"],
        ["audit", "--max-depth", "-3", "a/b"],
    ],
)
def test_wrong_usage_is_2_and_points_to_help(lineage: Run, command: list[str]):
    """Missing arguments, unknown commands, formats and values."""
    err = clear(lineage(*command), 2)
    assert any(advice in err for advice in ("--help", "Choose one of", "Name a model"))


def test_a_policy_that_does_not_exist_is_named(lineage: Run):
    """The path is in the error."""
    err = clear(
        lineage("audit", "--offline", "--policy", "missing.toml", "Qwen/Qwen2.5-72B-Instruct"), 2
    )
    assert "missing.toml" in err


def test_an_output_that_cannot_be_written_is_named(lineage: Run, tmp_path: Path):
    """The file is in the error, and nothing half-written stays."""
    (tmp_path / "file").write_text("x")
    err = clear(
        lineage(
            "audit",
            "--offline",
            "-o",
            str(tmp_path / "file" / "out.json"),
            "-f",
            "json",
            "Qwen/Qwen2.5-72B-Instruct",
        ),
        4,
    )
    assert "out.json" in err


def test_an_unexpected_crash_is_70(lineage: Run, tmp_path: Path):
    """An uncaught exception must never end as 1, which says that a policy failed."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import lineage.cli.exits\nimport lineage.workflows.audit\n"
        "def crash(*_):\n    raise ZeroDivisionError('boom')\n"
        "lineage.workflows.audit.Auditor.__init__ = crash\n"
    )
    path = os.pathsep.join([str(broken), os.environ.get("PYTHONPATH", "")])
    ran = lineage("audit", "--offline", "Qwen/Qwen2.5-72B-Instruct", env={"PYTHONPATH": path})
    err = clear(ran, 70)
    assert "ZeroDivisionError: boom" in err
