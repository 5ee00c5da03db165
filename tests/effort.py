"""What work costs, told without a clock: counted steps, and a guard against work that never
ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_PATIENCE = 40
"""A guard goes off after this many times the usual time: a busy machine is slow, a hang is
endless."""
_LEAST = 20.0


def steps(work: Callable[[], Any]) -> int:
    """How many lines of Python the work executes: the same on every machine, however busy."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@contextmanager
def ends(usual: float) -> Iterator[None]:
    """A guard against a hang in code whose time passes outside Python; `usual` is what a quiet
    machine takes."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < max(_LEAST, _PATIENCE * usual)
