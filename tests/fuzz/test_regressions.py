"""Inputs that once broke a reader, replayed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_FOUND = sorted(path for path in (_HERE / "regressions").iterdir() if path.suffix == ".bin")


def _look_at(data: bytes) -> None:
    spec = importlib.util.spec_from_file_location("fuzz_claims", _HERE / "fuzz_claims.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.look_at(data)


@pytest.mark.parametrize("path", _FOUND, ids=[path.stem for path in _FOUND])
def test_found_inputs_stay_fixed(path: Path) -> None:
    """Each ends in claims or a reason, as promised."""
    _look_at(path.read_bytes())


def test_every_kind_of_trace_is_fuzzed() -> None:
    """The first byte reaches every file name, the names and the metadata."""
    for first in range(32):
        _look_at(bytes([first]) + b"base_model: acme/base-7b")
