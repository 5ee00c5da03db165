"""A hostile machine: interrupts, readers that go away, full disks, folders that cannot be written,
two processes on one cache."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chaos.trial import environment
from conftest import heed_interrupts
from hub import Fault, HubModel, TestHub

from .conftest import Measure

pytestmark = pytest.mark.linux  # runs are measured by what /proc says of them

DENY = 'extends = ["default"]\n[rules.foundation-jurisdiction]\nlevel = "fail"\njurisdictions = ["CN"]\n'


@pytest.fixture
def fails(hub: TestHub, tmp_path: Path) -> list[str]:
    """Arguments of an audit whose verdict is fail."""
    hub.add(HubModel("my/tune", card={"base_model": "Qwen/Qwen2.5-7B"}))
    hub.add(HubModel("Qwen/Qwen2.5-7B"))
    (tmp_path / "deny.toml").write_text(DENY)
    return ["audit", "my/tune", "--policy", "deny.toml"]


@pytest.mark.parametrize(
    ("match", "fault", "how"),
    [
        ("/api/models/", Fault.STALL, {}),
        ("/resolve/", Fault.STALL, {}),
        ("/api/resolve-cache/", Fault.DRIP, {"pause": 0.05}),
        ("", Fault.STATUS, {"status": 429, "headers": {"Retry-After": "200"}}),
        ("", Fault.STATUS, {"status": 503}),
    ],
    ids=["stalled record", "stalled file", "drip", "waiting for quota", "between two tries"],
)
@pytest.mark.parametrize(
    "command", [("audit",), ("snapshot", "create", "-o", "x.sqlite")], ids=["audit", "snapshot"]
)
def test_an_interrupt_ends_the_run_at_once(
    hub: TestHub,
    tmp_path: Path,
    match: str,
    fault: Fault,
    how: dict[str, object],
    command: tuple[str, ...],
) -> None:
    """Exit code 130 long before what is being waited for would end by itself."""
    hub.add(HubModel("my/tune", card={"base_model": "a/base"}, files={"README.md": "x" * 300}))
    hub.trouble(fault, match, **how)
    env = environment(tmp_path, hub.url)
    with subprocess.Popen(
        [sys.executable, "-m", "lineage", *command, "my/tune"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    ) as process:
        while not [call for call in hub.calls if match in call.target]:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        try:
            err = _interrupted(process)
        finally:
            process.kill()
    assert process.returncode == 130, err
    assert b"Traceback" not in err or b"Exception ignored in" in err
    assert not (tmp_path / "x.sqlite").exists()


def _interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """What a process writes that is interrupted; again where Python drops an interrupt, as it does
    in the callbacks of an import."""
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=6)[1]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it goes on after five interrupts")


def test_a_reader_that_goes_away_does_not_change_the_exit_code(
    hub: TestHub, tmp_path: Path, fails: list[str]
) -> None:
    """`lineage audit … | head -0` under pipefail: the verdict is still fail."""
    env = environment(tmp_path, hub.url)
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "lineage", *fails, "-f", "json"],
        cwd=tmp_path,
        env=env,
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(read)
    os.close(write)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1, err
    assert b"Broken" not in err and b"Exception" not in err


def test_output_that_is_no_verdict_and_is_cut_off_is_no_pass(tmp_path: Path, hub: TestHub) -> None:
    """Neither is a run whose messages nobody can read: 141 is what the shell calls a broken
    pipe."""
    read, write = os.pipe()
    os.close(read)
    env = environment(tmp_path, hub.url)
    process = subprocess.Popen(
        [sys.executable, "-m", "lineage", "rules"],
        cwd=tmp_path,
        env=env,
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 141, err
    assert b"Exception" not in err


def test_an_unreadable_stderr_never_turns_an_error_into_a_pass(
    tmp_path: Path, hub: TestHub
) -> None:
    """Wrong usage and no answer keep their codes."""
    read, write = os.pipe()
    os.close(read)
    env = environment(tmp_path, "http://127.0.0.1:9")
    for args, code in ((["audit", "no/such-model"], 4), (["audit", "not a name"], 2)):
        process = subprocess.run(
            [sys.executable, "-m", "lineage", *args],
            cwd=tmp_path,
            env=env,
            stderr=write,
            stdout=subprocess.PIPE,
            check=False,
        )
        assert process.returncode in (code, 141), (args, process.returncode)
    os.close(write)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("args", [["rules"], []], ids=["rules", "audit"])
def test_a_full_disk_under_stdout_is_told_and_is_no_verdict(
    hub: TestHub, tmp_path: Path, fails: list[str], args: list[str]
) -> None:
    """Exit code 4 and one sentence, not an internal error."""
    env = environment(tmp_path, hub.url)
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        ran = subprocess.run(
            [sys.executable, "-m", "lineage", *(args or fails)],
            cwd=tmp_path,
            env=env,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 4, ran.stderr
    assert b"No space left" in ran.stderr
    assert b"Internal error" not in ran.stderr and b"Exception" not in ran.stderr


@pytest.mark.parametrize("place", ["device", "/proc/report.json", "deny.toml/report.json", "."])
def test_a_report_that_cannot_be_written_is_no_verdict(
    measure: Measure, fails: list[str], place: str, tmp_path: Path
) -> None:
    """A full device behind a link, a read-only place, a file for a folder, a folder for a file: 4
    or 2, and the place is named."""
    if place == "device":
        (tmp_path / "device").symlink_to("/dev/full")
    ran = measure(*fails, "-f", f"json={place}").clean(2, 4)
    assert place.partition("/report")[0] in ran.err
    assert place != "device" or (tmp_path / "device").is_symlink()


def test_a_report_goes_through_a_link_or_pipe_and_replaces_neither(
    measure: Measure, fails: list[str], tmp_path: Path
) -> None:
    """`-o /dev/stdout` by root in a container must not turn the device into a file."""
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "out").symlink_to("/dev/stdout")
    measure(*fails, "-f", "json=link").clean(1)
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "there").read_text())["verdict"] == "fail"
    ran = measure(*fails, "-f", "json=out").clean(1)
    assert (tmp_path / "out").is_symlink()
    assert json.loads(ran.out)["verdict"] == "fail"


def test_a_cache_that_cannot_be_kept_changes_nothing_but_the_speed(
    measure: Measure, hub: TestHub, tmp_path: Path, fails: list[str]
) -> None:
    """A file in the way, a home that is read-only or does not exist: one note, the same verdict."""
    (tmp_path / "in-the-way").write_text("x")
    for env in (
        {"LINEAGE_CACHE_DIR": str(tmp_path / "in-the-way" / "cache")},
        {"LINEAGE_CACHE_DIR": "/proc/cache"},
        {"LINEAGE_CACHE_DIR": "", "HOME": "/proc/none"},
    ):
        ran = measure(*fails, "-f", "json", **env).clean(1)
        assert json.loads(ran.out)["verdict"] == "fail"
        assert "cannot be used" in ran.err


def test_a_cache_file_of_garbage_is_moved_aside(
    measure: Measure, tmp_path: Path, fails: list[str]
) -> None:
    """And the audit answers as if it were not there."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "hub-1.sqlite").write_bytes(bytes(range(256)) * 100)
    ran = measure(*fails, "-f", "json").clean(1)
    assert "damaged" in ran.err
    assert json.loads(ran.out)["verdict"] == "fail"


def test_many_processes_share_one_cache(hub: TestHub, tmp_path: Path, fails: list[str]) -> None:
    """Each ends with the same verdict; none hears of a locked file."""
    env = environment(tmp_path, hub.url)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "lineage", *fails, "-qq"],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for process in started:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1, err
        assert b"locked" not in err


def test_a_folder_that_changes_while_it_is_read_ends_in_a_report(
    measure: Measure, tmp_path: Path
) -> None:
    """Files come, go and are swapped for links during the run: no traceback, no other file's
    content."""
    folder = tmp_path / "model"
    folder.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("---\nbase_model: secret/base\n---\n")
    done = threading.Event()

    def churn() -> None:
        while not done.is_set():
            for name in ("README.md", "config.json", "adapter_config.json"):
                path = folder / name
                path.unlink(missing_ok=True)
                path.write_text("{}" * (time.monotonic_ns() % 97))
                path.unlink(missing_ok=True)
                path.symlink_to(secret)

    churning = threading.Thread(target=churn, daemon=True)
    churning.start()
    try:
        for _ in range(4):
            ran = measure("audit", "--offline", str(folder), "-f", "json").clean(0, 1, 3, 4)
            assert "secret/base" not in ran.out
    finally:
        done.set()
        churning.join()
