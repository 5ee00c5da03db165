"""What every test lives under: no network but loopback, no settings of the machine, and the real
command line on call."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# Settings of the machine that would change what a run prints.
_FOREIGN = (
    "HF_",
    "HUGGING",
    "OLLAMA_",
    "MODELSCOPE_",
    "TRANSFORMERS_",
    "LINEAGE_",
    "NO_COLOR",
    "FORCE_COLOR",
    "SOURCE_DATE_EPOCH",
    "COLUMNS",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this system does not have, and say what that is."""
    missing = {
        "posix": sys.platform == "win32",
        "linux": sys.platform != "linux",
    }
    reasons = {
        "posix": "Windows has no named pipes, POSIX signals or symbolic links for everybody",
        "linux": "/proc and /dev/full are Linux's",
    }
    for item in items:
        for name, is_missing in missing.items():
            if is_missing and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reasons[name]))


@dataclass(frozen=True)
class Ran:
    """How a run of the real command line ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this machine fails the test that makes it, unless it is about the
    real Hub."""
    if request.node.get_closest_marker("online"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(
            ("127.", "::1", "localhost")
        ):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def clean_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has nothing set up."""
    return bare_environment(tmp_path / "home")


def bare_environment(home: Path) -> dict[str, str]:
    """That of a user whose home is empty; the Hub is a closed port until a test says otherwise."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    home.mkdir()
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "HF_HOME": str(home / "hf"),
        "LINEAGE_CACHE_DIR": str(home / "cache"),
        "LINEAGE_DATA_DIR": str(home / "data"),
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "LINEAGE_OLLAMA_REGISTRY": "http://127.0.0.1:9",
        "MODELSCOPE_ENDPOINT": "http://127.0.0.1:9",
        "LINEAGE_MODELSCOPE_AI": "http://127.0.0.1:9",
        "LINEAGE_DOCKER_REGISTRY": "http://127.0.0.1:9",
        "KAGGLE_API_ENDPOINT": "http://127.0.0.1:9",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.fixture
def lineage(clean_env: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Ran]]:
    """Run the real command line: `lineage("audit", "org/model", env={...}, cwd=...)`."""

    def run(
        *args: str,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str | None = None,
        timeout: float = 60,
    ) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "lineage", *args],
            env=clean_env | (env or {}),
            cwd=cwd or tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    yield run


def heed_interrupts() -> None:
    """A suite that a shell runs in the background ignores interrupts, and its children with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
