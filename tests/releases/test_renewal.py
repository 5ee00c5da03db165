"""How a release gets in: good ones, a change of keys, a run that is killed, two at once, a folder
that cannot be written; and how one is made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.faults import Fault

from .conftest import FIRST, World
from .site import TOOL, Maker, _new_keys, tool


def test_a_newer_release_is_installed_and_an_old_one_kept(world: World) -> None:
    """Only what changed is downloaded; the second time nothing is."""
    world.maker.publish(world.facts("Second"))
    world.site.forget()
    ran = world.update()
    assert ran.out.startswith("Installed: data 2031-01-01.2, to be used until ")
    got = {
        call.path.rpartition(".")[0].rpartition(".")[2] for call in world.site.calls_to("/targets/")
    }
    assert got == {"data", "registry"}
    world.site.forget()
    assert world.update().out.startswith("Up to date: data 2031-01-01.2")
    assert [call.path.rpartition("/")[2] for call in world.site.calls] == [
        "2.root.json",
        "timestamp.json",
        *(call.path.rpartition("/")[2] for call in world.site.calls_to(".data.json")),
    ]
    assert world.name() == "Second (alibaba-qwen)"
    assert len(world.kept()[1]) == 10


def test_a_bundle_is_used_without_a_network(world: World) -> None:
    """On a machine that never had one, through a change of keys too."""
    old = dict(world.maker.keys)
    world.maker.keys = _new_keys()
    world.maker.new_root(signers=old)
    world.maker.publish(world.facts("Second"))
    file = world.tmp / "bundle.zip"
    tool.bundle(world.maker.site, file)
    shutil.rmtree(world.store)
    world.site.close_door()
    ran = world.lineage("data", "use", str(file))
    assert ran.code == 0, ran.err
    assert world.name() == "Second (alibaba-qwen)"


def test_keys_change_when_the_old_ones_vouch_for_the_new(world: World) -> None:
    """After that the old keys are worth nothing, though the client began with them."""
    old = dict(world.maker.keys)
    world.maker.keys = _new_keys()
    world.maker.new_root(signers=old)
    world.maker.publish(world.facts("Second"))
    assert world.update().code == 0
    assert world.name() == "Second (alibaba-qwen)"
    world.maker.publish(world.facts("Third"), **{role: old[role] for role in tool.ROLES})
    kept = world.kept()
    ran = world.update()
    assert ran.code == 2 and "not signed by enough" in ran.err
    assert world.kept() == kept


@pytest.mark.posix
def test_a_run_that_is_killed_leaves_the_old_data_whole(world: World) -> None:
    """kill -9 while the registry comes; the next run clears up and installs it."""
    world.maker.publish(world.facts("Second"))
    kept = world.kept()
    trouble = world.site.trouble(Fault.STALL, r"\.registry", at=200_000)
    command = [sys.executable, "-m", "lineage", "data", "update", "--timeout", "60"]
    running = subprocess.Popen(command, env={**os.environ, **world.env})
    ends = time.monotonic() + 60
    while not world.site.calls_to(".registry.json") and time.monotonic() < ends:
        time.sleep(0.02)
    running.kill()
    assert running.wait() == -9
    assert trouble.fault is Fault.STALL and world.site.troubles.struck == 1
    assert list(world.store.glob(".lineage-new-*")), "it was killed in the middle"
    assert world.name() == "First (alibaba-qwen)"
    world.site.troubles.clear()
    assert world.update().code == 0
    assert world.name() == "Second (alibaba-qwen)"
    assert len(world.kept()[1]) > len(kept[1])


def test_two_updates_at_once(world: World) -> None:
    """One waits for the other; both end well, and the version is there once."""
    shutil.rmtree(world.store)
    world.maker.publish(world.facts("Second"))
    command = [sys.executable, "-m", "lineage", "data", "update"]
    both = [
        subprocess.Popen(
            command, env={**os.environ, **world.env}, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = sorted(one.communicate()[0].partition(":")[0] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert told == ["Installed", "Up to date"]
    assert len(world.kept()[1]) == 5


@pytest.mark.linux
@pytest.mark.parametrize("place", ["/proc/data", "in-the-way/data"])
def test_a_folder_that_cannot_be_written(world: World, place: str) -> None:
    """4, the place and the variable; runs go by the package's data as if nothing were asked."""
    (world.tmp / "in-the-way").write_text("x")
    folder = str(world.tmp / place)
    ran = world.update(LINEAGE_DATA_DIR=folder)
    assert ran.code == 4, ran
    assert folder in ran.err and "LINEAGE_DATA_DIR" in ran.err
    assert world.lineage("developers", "meta", LINEAGE_DATA_DIR=folder).code == 0


@pytest.mark.linux
def test_a_home_that_is_read_only(world: World) -> None:
    """What is installed there is used; what is newer cannot be installed, and nothing is lost."""
    world.maker.publish(world.facts("Second"))
    folders = [world.store, *(path for path in world.store.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    (world.store / "lock").chmod(0o400)
    if os.access(world.store, os.W_OK):
        pytest.skip("nothing is read-only to root")
    ran = world.update()
    assert ran.code == 4 and "cannot be written" in ran.err
    assert world.name() == "First (alibaba-qwen)"
    for folder in folders:
        folder.chmod(0o700)


def test_the_tool_makes_the_same_bytes_twice(tmp_path: Path) -> None:
    """The ceremony of docs/data-releases.md, by its own command lines: keys, a root that two must
    sign, a release that none can make before they did."""
    keys, site = tmp_path / "keys", tmp_path / "site"
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1900000000"}
    env |= {f"LINEAGE_{role.upper()}_KEY": str(keys / f"{role}.pem") for role in tool.ROLES}

    def run(*args: object, code: int = 0) -> str:
        command = [sys.executable, str(TOOL), *map(str, args)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    for name in ("anna", "bert", *tool.ROLES):
        run("keygen", name, keys)
    given = [f"root={keys}/anna.pub", f"root={keys}/bert.pub"]
    given += [f"{role}={keys}/{role}.pub" for role in tool.ROLES]
    roles = [arg for one in given for arg in ("--role", one)]
    run("root", site, *roles, "--threshold", "root=2")
    root = site / "metadata" / "1.root.json"
    run("sign", root, "--key", keys / "anna.pem")
    assert "signed by 1/2 keys" in run("release", site, code=1)
    assert not (site / "targets").exists()
    run("sign", root, "--key", keys / "bert.pem")
    again = shutil.copytree(site, tmp_path / "again" / "site")
    # The key itself, as a pipeline's secret, instead of its file.
    env["LINEAGE_TARGETS_KEY"] = (keys / "targets.pem").read_text()
    told = run("release", site) + run("release", again)
    assert "PRIVATE" not in told
    for path in [*site.rglob("*"), *tmp_path.glob("*.zip")]:
        if path.is_file():
            twin = tmp_path / "again" / path.relative_to(tmp_path)
            assert path.read_bytes() == twin.read_bytes(), path
            assert b"PRIVATE KEY---" not in path.read_bytes()
    before = (site / "metadata" / "timestamp.json").read_bytes()
    run("timestamp", site)
    assert json.loads((site / "metadata" / "timestamp.json").read_bytes())["signed"]["version"] == 2
    assert before != (site / "metadata" / "timestamp.json").read_bytes()
    if os.name == "posix":
        assert (keys / "anna.pem").stat().st_mode & 0o077 == 0


def test_facts_that_are_out_already_get_a_new_word_alone(world: World) -> None:
    """Unless keys changed: then the same facts are signed anew."""
    facts = world.facts("First")
    assert world.maker.publish(facts) == FIRST
    old, world.maker.keys = world.maker.keys, _new_keys()
    world.maker.new_root(signers=old)
    assert world.maker.publish(facts) == "2031-01-01.2"
    tool.check(world.maker.site)
    assert isinstance(world.maker, Maker)
    assert world.update().code == 0
