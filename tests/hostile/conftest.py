"""The real command line in a process of its own, with its peak of memory, against a Hub that serves
what strangers wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chaos.shapes import TOKEN
from chaos.trial import environment, run_cli
from hub import TestHub


@dataclass(frozen=True)
class Measured:
    """How a run ended and what it cost."""

    code: int | None
    """None where it had to be killed."""
    seconds: float
    memory: int
    """Peak of resident bytes."""
    out: str
    err: str

    def clean(self, *codes: int) -> Measured:
        """The run itself, after checking what holds for every one: ended by itself, no traceback,
        no token, nothing raw in a terminal."""
        assert self.code in codes, (self.code, self.err[-2000:])
        shown = self.out + self.err
        assert "Traceback" not in shown and "Internal error" not in shown
        assert TOKEN not in shown
        assert not set(shown) & set("\x1b\x07\x00\u202e\u2066\u200b\x9b"), (
            "a control character reached the terminal"
        )
        return self


Measure = Callable[..., Measured]


@pytest.fixture
def hub() -> Iterator[TestHub]:
    """An empty Hub that knows one token."""
    with TestHub(tokens={TOKEN: "full"}) as running:
        yield running


@pytest.fixture
def measure(tmp_path: Path, hub: TestHub) -> Measure:
    """Run the command line: `measure("audit", "a/b", seconds=20)`."""

    def run(*args: str, seconds: float = 30, **env: str) -> Measured:
        told = environment(tmp_path, hub.url) | env
        code, took, memory, out, err = run_cli(list(args), tmp_path, told, seconds)
        return Measured(
            code,
            took,
            memory,
            out.decode("utf-8", "surrogateescape"),
            err.decode("utf-8", "surrogateescape"),
        )

    return run
