"""Several processes find what one finds, and lose no file when one of them ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import dumps

import pytest

from conftest import heed_interrupts
from lineage.core.errors import CannotRunError
from lineage.scan import processes
from lineage.scan.files import FileRead, Repository, ScanBounds
from lineage.scan.processes import readers_of
from lineage.scan.scan import scan
from lineage.scan.scope import Scope
from lineage.workflows.check import services_of

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/net{0}')\n"
MANY = 450
"""Files, for which another process is started."""

LOOKS = 600
"""At a process that should have ended, before it is called left behind."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Modules that load models and hand names to one another, and files of other kinds."""
    for number in range(MANY):
        (tmp_path / f"m{number:03}.py").write_text(LOAD.format(number))
    (tmp_path / "a_loads.py").write_text(
        "from transformers import AutoModel\ndef load(name):\n    AutoModel.from_pretrained(name)\n"
    )
    (tmp_path / "z_fills.py").write_text("from a_loads import load\nload('acme/filled')\n")
    (tmp_path / "broken.py").write_text("def f(:\n    AutoModel.from_pretrained('acme/net')\n")
    (tmp_path / "run.sh").write_text("vllm serve acme/served\n")
    return tmp_path


def test_two_processes_find_what_one_finds(repository: Path) -> None:
    """Uses, what is not resolved, what is not readable: the same, in the same order."""
    one = scan(repository, services=services_of)
    two = scan(repository, services=services_of, jobs=2)
    assert two == one
    assert {"acme/filled", "acme/served", "acme/net0"} <= {use.model for use in two.uses}
    runtime = scan(repository, services=services_of, scope=Scope.RUNTIME)
    assert scan(repository, services=services_of, scope=Scope.RUNTIME, jobs=3) == runtime


def test_a_helper_finds_what_this_process_finds(repository: Path) -> None:
    """File by file, once the other process is there to read some of them."""
    names = tuple(sorted(path.name for path in repository.iterdir()))
    whole = Repository(repository, names, services_of())
    with readers_of(whole, 1) as alone, _ready(whole) as team:
        answered = 0
        for one, other in zip(alone.each(names), team.each(names), strict=True):
            assert one == other
            answered += any(helper.given for helper in _helpers(team))
        assert answered


def test_a_bound_is_met_at_the_same_file(repository: Path) -> None:
    """What is behind the bound of bytes is read by no process, or not counted."""
    bounds = ScanBounds(total_bytes=20_000)
    one = scan(repository, bounds=bounds)
    assert one.bounds_hit
    assert scan(repository, bounds=bounds, jobs=2) == one


def test_few_files_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process more costs more than a small repository."""
    (tmp_path / "a.py").write_text(LOAD.format(1))
    monkeypatch.setattr(processes, "_Team", None)
    assert len(scan(tmp_path, jobs=2).uses) == 1


def test_without_another_process_this_one_reads_alone(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An interpreter that is not there, or that cannot work, costs no file."""
    one = scan(repository)
    monkeypatch.setattr(sys, "executable", str(repository / "nowhere"))
    assert scan(repository, jobs=2) == one
    monkeypatch.undo()
    monkeypatch.setattr(sys, "path", [])
    assert scan(repository, jobs=2) == one
    assert "No module named 'lineage'" in capfd.readouterr().err


def test_nothing_of_the_working_directory_is_imported(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout that has modules with the names of Python's own does not run them."""
    for name in ("pickle", "gc", "ast", "re", "typing"):
        (repository / f"{name}.py").write_text(f"open({str(repository / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(repository)
    assert scan(Path(), jobs=2) == scan(Path())
    assert not (repository / "ran").exists()


@pytest.mark.posix
def test_a_process_that_ends_loses_no_file(repository: Path) -> None:
    """The file that it was reading is told as not read; all others are read."""
    names = tuple(sorted(path.name for path in repository.iterdir()))
    with _ready(Repository(repository, names, services_of())) as readers:
        read = dict(_killing(readers.each(names), readers))
    assert list(read) == list(names)
    lost = [name for name, one in read.items() if not one.is_read]
    assert len(lost) <= 1
    for name in lost:
        (told,) = read[name].unreadable
        assert "ended by itself" in told.reason
        assert not told.is_searched


@contextmanager
def _ready(repository: Repository) -> Iterator[processes.Readers]:
    """Two readers of which the other process has started."""
    with readers_of(repository, 2) as readers:
        while not all(helper.is_ready for helper in _helpers(readers)):
            readers._take_answers(waits=False)  # type: ignore[attr-defined]
        yield readers


def _helpers(readers: processes.Readers) -> list[processes._Helper]:
    return list(readers._helpers)  # type: ignore[attr-defined]


def _killing(
    each: Iterator[tuple[str, FileRead]], readers: processes.Readers
) -> Iterator[tuple[str, FileRead]]:
    killed = False
    for name, one in each:
        busy = [helper for helper in _helpers(readers) if helper.given]
        if busy and not killed:
            os.kill(busy[0].process.pid, signal.SIGKILL)
            killed = True
        yield name, one
    assert killed


@pytest.mark.posix
def test_a_machine_that_ends_every_process_is_told(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some of them the run ends with what to do, and not with a report full of holes."""
    monkeypatch.setattr(processes, "_MOST_DEATHS", 0)
    names = tuple(sorted(path.name for path in repository.iterdir()))
    with (
        pytest.raises(CannotRunError, match="--jobs 1"),
        _ready(Repository(repository, names, services_of())) as readers,
    ):
        dict(_killing(readers.each(names), readers))


@pytest.mark.posix
def test_a_helper_whose_other_side_ends_within_a_message_says_nothing() -> None:
    """Half a message, and nobody who reads the answer."""
    code = "from lineage.scan.helper import serve; serve()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as helper:
        assert helper.stdin is not None and helper.stdout is not None and helper.stderr is not None
        helper.stdout.close()
        helper.stdin.write(dumps("x" * 100)[:50])
        helper.stdin.close()
        assert helper.stderr.read() == b""
    assert helper.returncode == 0


@pytest.mark.posix
def test_an_interrupt_ends_all_of_them(repository: Path) -> None:
    """Ctrl-C ends with 130 and leaves no process behind."""
    (repository / "slow.py").write_text("x = [\n" + "'a/b',\n" * 400_000 + "]\nmodel = x\n")
    command = [sys.executable, "-m", "lineage", "check", "--dry-run", str(repository)]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    ) as run:
        children = _children(run.pid)
        while not children and run.poll() is None:
            children = _children(run.pid)
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait() == 130
        assert run.stderr is not None
        assert b"Traceback" not in run.stderr.read()
    assert children
    # One that was started at that very moment ends by itself when it finds nobody to answer to.
    for _ in range(LOOKS):
        if not any(_is_there(child) for child in children):
            return
        time.sleep(0.1)
    pytest.fail("a process was left behind")


def _children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def _is_there(pid: int) -> bool:
    """Whether it runs: one that has ended may be listed until somebody asks how."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return found.stdout.strip()[:1] not in ("", "Z")
