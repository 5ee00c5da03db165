"""`lineage init`, and that the pipelines which it writes are valid."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import Ran

Run = Callable[..., Ran]
ROOT = Path(__file__).parents[2]
REVISION = ("--revision", "57715d7" + "0" * 33)
ALL = ("--github", "--gitlab", "--pre-commit", *REVISION)


def test_the_policy_that_it_writes_is_valid_and_used(lineage: Run, tmp_path: Path) -> None:
    """The written policy loads, with every commented part switched on too."""
    assert lineage("init").code == 0
    written = (tmp_path / "lineage.toml").read_text()
    (tmp_path / "app.py").write_text(
        "from transformers import AutoModel\nAutoModel.from_pretrained('deepseek-ai/DeepSeek-R1')\n"
    )
    assert lineage("check", "--offline").code == 1
    keys = (
        "# languages",
        "# [",
        "# rule =",
        "# model =",
        "# reason =",
        "# owner =",
        "# until =",
        "# foundation",
        "# unresolved",
    )
    lines = [
        line.removeprefix("# ") if line.startswith(keys) else line for line in written.splitlines()
    ]
    (tmp_path / "lineage.toml").write_text("\n".join(lines))
    ran = lineage("check", "--offline", "--env", "release")
    assert ran.code == 1, ran.err


def test_nothing_is_overwritten_without_force(lineage: Run, tmp_path: Path) -> None:
    """One file in the way: exit 2 and nothing at all is written; --force overwrites."""
    (tmp_path / ".pre-commit-config.yaml").write_text("mine")
    ran = lineage("init", *ALL)
    assert ran.code == 2
    assert ".pre-commit-config.yaml exists already" in ran.err
    assert not (tmp_path / "lineage.toml").exists()
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "mine"
    assert lineage("init", *ALL, "--force").code == 0
    assert "lineage-check" in (tmp_path / ".pre-commit-config.yaml").read_text()


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", "src/lineage/data/init/github.yml"),
        ("vendor.gitlab-ci", "src/lineage/data/init/gitlab.yml"),
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "templates/gitlab-ci.yml"),
    ],
)
def test_pipelines_are_valid(schema: str, file: str) -> None:
    """Workflow, action and GitLab jobs pass the published schemas that check-jsonschema carries."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        schema,
        str(ROOT / file),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_hooks_and_configuration_name_the_same_hook(lineage: Run, tmp_path: Path) -> None:
    """The configuration that init writes asks for a hook that this repository offers."""
    assert lineage("init", "--pre-commit", *REVISION).code == 0
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    wanted = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert {hook["id"] for hook in wanted} == offered


def test_the_action_passes_every_input_as_a_variable() -> None:
    """No input is pasted into a script, and each that is declared is used."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    scripts = "\n".join(step["run"] for step in action["runs"]["steps"])
    used = "\n".join(str(step.get("env", {})) for step in action["runs"]["steps"])
    assert "${{" not in scripts
    assert [name for name in action["inputs"] if f"inputs.{name} " not in used] == []


@pytest.mark.posix
@pytest.mark.skipif(shutil.which("bash") is None, reason="the action's steps are bash")
def test_the_actions_script_runs(tmp_path: Path, clean_env: dict[str, str]) -> None:
    """The check step with a stand-in for the installed command: options, outputs, summary and exit
    code."""
    script = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"][1]["run"]
    tool = tmp_path / "lineage-venv/bin/lineage"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" >"$RUNNER_TEMP/args"\nfor a in "$@"; do case $a in *=*) echo text >"${a#*=}";; esac; done\nexit 3\n'
    )
    tool.chmod(0o755)
    inputs = {
        "INPUT_PATH": "-x; exit 9",
        "INPUT_EXCLUDE": "tests *_old.py",
        "INPUT_LOCKED": "true",
        "INPUT_LOCK_FILE": "base/lineage.lock",
        "INPUT_UNTRUSTED": "true",
        "INPUT_STRICT": "false",
        "HF_TOKEN": "",
    }
    places = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    more = {
        "INPUT_POLICY": "",
        "INPUT_ENVIRONMENT": "",
        "INPUT_FAIL_ON": "",
        "INPUT_ALLOW_EMPTY": "",
        "INPUT_OFFLINE": "",
        "INPUT_OUTPUT_FOLDER": "",
    }
    env = (
        clean_env
        | inputs
        | places
        | more
        | {"RUNNER_TEMP": str(tmp_path), "INPUT_ALLOW_INCONCLUSIVE": "false"}
    )
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    ran = subprocess.run(
        command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3, ran.stderr
    arguments = (tmp_path / "args").read_text().splitlines()
    assert arguments[-11:] == [
        "--exclude",
        "tests",
        "--exclude",
        "*_old.py",
        "--locked",
        "--locked",
        "--lock-file",
        "base/lineage.lock",
        "--untrusted",
        "--",
        "-x; exit 9",
    ]
    outputs = dict(
        line.split("=", 1) for line in (tmp_path / "GITHUB_OUTPUT").read_text().splitlines()
    )
    assert outputs["exit-code"] == "3"
    assert {"sarif", "json", "markdown"} <= set(outputs)
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text() == "text\n"
    assert (
        subprocess.run(
            command,
            env=env | {"INPUT_ALLOW_INCONCLUSIVE": "true"},
            cwd=tmp_path,
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )


def test_only_a_whole_commit_is_written(lineage: Run, tmp_path: Path) -> None:
    """A branch, a tag or nothing known: exit 2 and nothing at all is written."""
    for more in (("--revision", "main"), ("--revision", "57715d7")):
        ran = lineage("init", "--github", *more)
        assert (ran.code, "not a full commit hash" in ran.err) == (2, True)
    assert not (tmp_path / "lineage.toml").exists()


def test_every_action_and_the_tool_are_pinned(lineage: Run, tmp_path: Path) -> None:
    """Forty hex digits behind each `uses`, least permissions, no credentials kept, policy and cache from outside the checkout."""
    assert lineage("init", *ALL).code == 0
    text = (tmp_path / ".github/workflows/lineage.yml").read_text()
    workflow = yaml.safe_load(text)
    steps = workflow["jobs"]["check"]["steps"]
    assert all(re.fullmatch(r"[^@]+@[0-9a-f]{40}", step["uses"]) for step in steps)
    assert workflow["permissions"] == {}
    checkouts = [s["with"] for s in steps if s["uses"].startswith("actions/checkout@")]
    assert [(c["path"], c["persist-credentials"]) for c in checkouts] == [
        ("code", False),
        ("base", False),
    ]
    gate = next(s["with"] for s in steps if s.get("id") == "lineage")
    assert (gate["path"], gate["policy"]) == ("code", "base/lineage.toml")
    assert (gate["untrusted"], "'base/lineage.lock'" in gate["lock-file"]) == ("true", True)
    for place in (
        ".gitlab/lineage.yml",
        ".pre-commit-config.yaml",
        ".github/workflows/lineage.yml",
    ):
        written = (tmp_path / place).read_text()
        assert REVISION[1] in written and "@REVISION@" not in written
    assert "CI_PROJECT_DIR" not in (tmp_path / ".gitlab/lineage.yml").read_text()


def test_what_the_action_installs_is_hashed() -> None:
    """Every requirement of the lock has hashes, and it holds what the package and its build need."""
    lines = (ROOT / "requirements/gate.txt").read_text().replace("\\\n", " ").splitlines()
    assert all("--hash=sha256:" in line for line in lines if line.strip())
    named = {line.partition("==")[0] for line in lines if line.strip()}
    needed = {
        "huggingface-hub",
        "requests",
        "click",
        "tabulate",
        "packaging",
        "pyyaml",
        "hatchling",
    }
    assert needed <= named
