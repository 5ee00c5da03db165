"""Damaged files of every format: a refusal or numbers, never another exception, and never an
unbounded read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fingerprint import made
from lineage.core.errors import ReadError
from lineage.fingerprint.formats.gguf import open_gguf
from lineage.fingerprint.formats.onnx import open_onnx
from lineage.fingerprint.formats.safetensors import open_safetensors
from lineage.fingerprint.formats.torch_zip import open_torch_zip
from lineage.fingerprint.ranges import ByteRanges
from lineage.fingerprint.roles import find_layout
from lineage.fingerprint.tensors import WeightFile

SMALL = made.model(4, width=32, layers=2, vocabulary=8)
Opener = Callable[[ByteRanges], WeightFile]
FORMATS: dict[str, tuple[bytes, Opener]] = {
    "safetensors": (made.safetensors(SMALL), open_safetensors),
    "gguf": (made.gguf(SMALL), open_gguf),
    "gguf with tokenizer": (made.gguf(SMALL, tokens=2100), open_gguf),
    "torch": (made.torch_zip(SMALL), open_torch_zip),
    "onnx": (made.onnx(SMALL)[0], lambda r: open_onnx(r, lambda name: made.ranges(b""))),
}
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def exercise(data: bytes, opener: Opener) -> None:
    """Open, find roles, read every tensor's first numbers."""
    ranges = made.ranges(data)
    try:
        file = opener(ranges)
        find_layout(file)
        for name in file.names():
            tensor = file.tensor(name)
            if tensor.is_readable:
                file.numbers(name, 0, min(32, tensor.count))
    except ReadError as problem:
        assert problem.message
    assert ranges.tally.bytes <= 40 * len(data) + 100_000


@pytest.mark.filterwarnings(
    "ignore:invalid escape sequence:DeprecationWarning"
)  # pickletools, of a damaged text
@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(
    at=st.integers(0, 10**6),
    value=st.binary(min_size=1, max_size=16),
    near=st.sampled_from(["begin", "end", "any"]),
)
def test_patched_files(name: str, at: int, value: bytes, near: str) -> None:
    """Some bytes replaced: at the beginning, at the end, anywhere."""
    data, opener = FORMATS[name]
    reach = min(len(data), 3000)
    place = (
        at % len(data)
        if near == "any"
        else at % reach
        if near == "begin"
        else len(data) - reach + at % reach
    )
    exercise((data[:place] + value + data[place + len(value) :])[: len(data)], opener)


@pytest.mark.filterwarnings(
    "ignore:invalid escape sequence:DeprecationWarning"
)  # pickletools, of a damaged text
@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(keep=st.floats(0, 1))
def test_truncated_files(name: str, keep: float) -> None:
    """Cut anywhere."""
    data, opener = FORMATS[name]
    exercise(data[: int(keep * len(data))], opener)


@pytest.mark.filterwarnings(
    "ignore:invalid escape sequence:DeprecationWarning"
)  # pickletools, of a damaged text
@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(data=st.binary(max_size=400))
def test_random_files(name: str, data: bytes) -> None:
    """Anything at all, behind the magic where there is one."""
    magic = {"gguf": b"GGUF\x03\0\0\0", "torch": b"PK\x03\x04"}.get(name, b"")
    exercise(magic + data, FORMATS[name][1])


@QUICK
@given(operations=st.binary(max_size=60))
def test_random_pickles(operations: bytes) -> None:
    """Random operations inside a good archive."""
    entries = {"a/data.pkl": b"\x80\x02" + operations + b"."}
    exercise(made.zipped(entries), open_torch_zip)
