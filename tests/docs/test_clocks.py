"""Tests count steps and calls; a busy machine fails none of them."""

from __future__ import annotations

import re
from pathlib import Path

from docs.tools import ROOT

_CLOCK = re.compile(r"assert\b.*\b(?:monotonic|perf_counter|process_time|thread_time|time\.time)\(")
_EXCEPT = ("effort.py", Path(__file__).name)
"""The one guard against a hang, at many times the usual time; and this file."""


def compared(text: str) -> list[str]:
    """Lines that assert something about a clock."""
    return [line for line in text.splitlines() if _CLOCK.search(line)]


def test_no_test_asserts_seconds() -> None:
    """What a clock says is a matter of the machine: assert steps or calls, or measure it in
    bench/."""
    found = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "tests").rglob("*.py")
        if path.name not in _EXCEPT and (lines := compared(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_an_asserted_second_is_seen() -> None:
    """The test above can fail."""
    line = "assert time.monotonic() - began < 1"
    assert compared(line) == [line]
