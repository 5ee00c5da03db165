"""`--untrusted`: what decides may not lie in the checkout that is judged, through the real command
line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import Ran
from lineage.core.packaged import DATA

Run = Callable[..., Ran]
LOADS = "from transformers import AutoModel\nAutoModel.from_pretrained('openai-community/gpt2')\n"
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
REFUSED = "is what --untrusted does not trust"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A checkout `code` with files of every kind that decides, and the same ones outside in
    `base`."""
    code, base = tmp_path / "code", tmp_path / "base"
    (code / "src").mkdir(parents=True)
    base.mkdir()
    subprocess.run((*GIT, "init", "-q", "."), cwd=code, check=True)
    (code / "src" / "app.py").write_text(LOADS)
    for name in ("lineage.toml", "told.json", "own.sqlite", "own.index", "refs.jsonl"):
        for folder in (code, base):
            (folder / name).write_text("")
    return tmp_path


DECIDING = [
    ("--policy", "lineage.toml"),
    ("--snapshot", "own.sqlite"),
    ("--index", "own.index"),
    ("--lock-file", "lineage.lock"),
]


@pytest.mark.parametrize(("option", "name"), DECIDING, ids=lambda one: one)
def test_check_refuses_what_lies_in_the_checkout(
    lineage: Run, work: Path, option: str, name: str
) -> None:
    """Also where a folder of it is checked and the file lies above that, by a relative path, and
    by a link in it that leads outside; the same file outside is taken."""
    (work / "code" / "lineage.lock").write_text("{}")
    (work / "code" / "away").symlink_to(work / "base")
    places = [f"code/{name}", f"base/../code/{name}", f"code/src/../{name}", f"code/away/{name}"]
    policy = () if option == "--policy" else ("--policy", "default")
    for place in places:
        args = ("check", "code/src", "--untrusted", "--offline", *policy, option, place)
        ran = lineage(*args, cwd=work)
        assert (ran.code, REFUSED in ran.err) == (2, True), (place, ran.err)
        assert REFUSED not in lineage(*(a for a in args if a != "--untrusted"), cwd=work).err
    outside = lineage(
        "check", "code", "--untrusted", "--offline", *policy, option, f"base/{name}", cwd=work
    )
    assert REFUSED not in outside.err


def test_what_is_found_without_being_named_is_refused_too(lineage: Run, work: Path) -> None:
    """The policy of the current folder, the lock beside the code, the cache by its variable; one
    that a policy outside extends."""
    code = work / "code"
    assert REFUSED in lineage("check", "--untrusted", "--offline", cwd=code).err
    pack = ("--policy", "default", "--untrusted", "--offline")
    (code / "lineage.lock").write_text("{}")
    assert REFUSED in lineage("check", "code", *pack, "--locked", cwd=work).err
    env = {"LINEAGE_CACHE_DIR": str(code / "kept")}
    assert REFUSED in lineage("check", "code", *pack, cwd=work, env=env).err
    (work / "base" / "lineage.toml").write_text('extends = ["../code/lineage.toml"]\n')
    args = ("check", "code", "--untrusted", "--offline", "--policy", "base/lineage.toml")
    assert REFUSED in lineage(*args, cwd=work).err
    assert lineage("check", "code", *pack, cwd=work).code == 0


@pytest.mark.parametrize("option", ["--evidence", "--probe", "--store"])
def test_audit_refuses_evidence_of_the_checkout_it_stands_in(
    lineage: Run, work: Path, option: str
) -> None:
    """A model named by hand, a list and a local model alike."""
    pack = ("--policy", "default", "--untrusted", "--offline", option)
    (work / "code" / "models.csv").write_text("model\ngpt2\n")
    assert REFUSED in lineage("audit", "gpt2", *pack, "told.json", cwd=work / "code").err
    listed = ("audit", "--input", "code/models.csv", *pack)
    assert REFUSED in lineage(*listed, "code/told.json", cwd=work).err
    assert REFUSED in lineage("audit", "./code/src", *pack, "code/told.json", cwd=work).err
    assert REFUSED not in lineage(*listed, "base/told.json", cwd=work).err


def test_a_pack_is_made_of_nothing_from_the_checkout(lineage: Run, work: Path) -> None:
    """The policy that lies beside the code is not the one that is filed."""
    args = ("pack", "gpt2", "--untrusted", "--offline", "-o", "../filed")
    ran = lineage(*args, cwd=work / "code")
    assert (ran.code, REFUSED in ran.err) == (2, True)
    assert not (work / "filed").exists()
    assert lineage(*args, "--policy", "default", cwd=work / "code").code == 0


def _gitlab(folder: Path) -> list[str]:
    """The lines of the written GitLab job that take the policy and the lock, and the check."""
    job = yaml.safe_load((folder / ".gitlab/lineage.yml").read_text())["lineage"]
    lines = [*job["before_script"], *job["script"]]
    first = next(i for i, line in enumerate(lines) if "export BASE" in line)
    return lines[first:]


@pytest.mark.posix
@pytest.mark.skipif(shutil.which("bash") is None, reason="the job's lines are bash")
@pytest.mark.parametrize("locked", [True, False])
def test_the_written_job_compares_with_the_lock_of_the_base_branch(
    lineage: Run, work: Path, clean_env: dict[str, str], locked: bool
) -> None:
    """A pull request that changes policy and lock in its own tree changes neither in the check;
    without a lock on the base branch there is nothing to compare with."""
    code, there = work / "code", work / "there"
    assert lineage("init", str(code), "--gitlab", "--force", "--revision", "a" * 40).code == 0
    if locked:
        assert lineage("lock", "--offline", cwd=code).code == 0
    for more in (("add", "-A"), ("commit", "-qm", "base")):
        subprocess.run((*GIT, *more), cwd=code, check=True)
    (code / "src" / "more.py").write_text(LOADS.replace("/gpt2", "/gpt2-medium"))
    (code / "lineage.toml").write_text("broken [")
    (code / "lineage.lock").write_text("broken {")
    tool = there / "venv/bin/lineage"
    tool.parent.mkdir(parents=True)
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lineage "$@" --offline\n')
    tool.chmod(0o755)
    head = subprocess.run(
        (*GIT, "rev-parse", "HEAD"), cwd=code, capture_output=True, text=True, check=True
    )
    env = clean_env | {"WORK": str(there), "CI_COMMIT_SHA": head.stdout.strip()}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(_gitlab(code))],
        cwd=code,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if locked else 0), done.stdout + done.stderr
    assert ("is not in lineage.lock" in done.stderr) == locked
    models = {t["model"] for t in json.loads((code / "lineage.json").read_text())["targets"]}
    assert models == {"openai-community/gpt2", "openai-community/gpt2-medium"}


def test_every_written_pipeline_distrusts_the_checkout() -> None:
    """GitHub, GitLab and the template that is included alike."""
    templates = Path(__file__).parents[2] / "templates" / "gitlab-ci.yml"
    for file in (DATA / "init" / "github.yml", DATA / "init" / "gitlab.yml", templates):
        text = file.read_text(encoding="utf-8")
        assert "untrusted" in text.partition("jobs:")[2] or "--untrusted" in text
        assert "lineage.lock" in text
