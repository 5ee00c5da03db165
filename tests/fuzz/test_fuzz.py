"""Every parser of foreign bytes: seconds of seeded mutation, and every input that once broke
one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from effort import ends
from fuzz.mutate import mutated
from fuzz.targets import TARGETS

_REGRESSIONS = Path(__file__).parent / "regressions"
_FOUND = sorted(path for path in _REGRESSIONS.glob("*/*") if path.is_file())
_SECONDS = 0.8
"""For each target; the first inputs are the same every time, how many follow is a matter of the
machine."""


@pytest.mark.parametrize("path", _FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_found_inputs_stay_fixed(path: Path) -> None:
    """Each ends as its target promises."""
    TARGETS[path.parent.name].look_at(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_no_mutated_input_breaks_a_parser(name: str) -> None:
    """Nothing but the errors that its callers expect, and no input that never ends."""
    over = time.monotonic() + _SECONDS
    for data in mutated(TARGETS[name].seeds, 2000, seed=7):
        try:
            with ends(usual=0.01):
                TARGETS[name].look_at(data)
        except Exception as problem:
            raise AssertionError(f"{name} on {data[:2000]!r}") from problem
        if time.monotonic() > over:
            break


def test_every_regression_belongs_to_a_target() -> None:
    """A folder that is named otherwise would be replayed by nobody."""
    assert {path.name for path in _REGRESSIONS.iterdir() if path.is_dir()} <= set(TARGETS)


def test_a_broken_promise_is_seen() -> None:
    """An error that no caller expects is no way to end."""
    with pytest.raises(ZeroDivisionError):
        type(TARGETS["card"])(lambda data: 1 // 0, (b"",), (ValueError,)).look_at(b"")


def test_every_kind_of_trace_is_fuzzed() -> None:
    """The first byte of the claims target reaches every file name, the names and the metadata."""
    for first in range(32):
        TARGETS["claims"].look_at(bytes([first]) + b"base_model: acme/base-7b")
