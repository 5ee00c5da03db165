"""Readers of the four formats: what a good file gives, and what a hostile one is refused for."""

from __future__ import annotations

import json
import struct

import pytest

from fingerprint import made
from lineage.fingerprint.formats.gguf import open_gguf
from lineage.fingerprint.formats.onnx import open_onnx
from lineage.fingerprint.formats.safetensors import open_safetensors
from lineage.fingerprint.formats.torch_zip import open_torch_zip
from lineage.fingerprint.ranges import ByteRanges, RefusedError, Tally

WEIGHTS = made.model(1)
FINAL = "model.norm.weight"
EXPECTED = WEIGHTS[FINAL][1]


def header(document: object, data: bytes = b"\0" * 64) -> bytes:
    """A safetensors file with this header."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(dtype: str = "F32", shape: object = (4,), offsets: object = (0, 16)) -> dict[str, object]:
    """One tensor of a safetensors header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


@pytest.mark.parametrize(
    ("dtype", "digits"), [("F32", 1e-6), ("F16", 1e-3), ("BF16", 1e-2), ("F64", 1e-12)]
)
def test_safetensors_numbers(dtype: str, digits: float) -> None:
    """Every plain encoding is decoded."""
    found = open_safetensors(made.ranges(made.safetensors(WEIGHTS, dtype))).numbers(
        FINAL, 0, made.WIDTH
    )
    assert list(found) == pytest.approx(EXPECTED, rel=digits)


def test_safetensors_reads_the_header_and_what_is_asked_for() -> None:
    """A vector of a large file costs its header and itself."""
    ranges = made.ranges(made.safetensors(made.model(2, vocabulary=9_000)))
    open_safetensors(ranges).numbers(FINAL, 0, made.WIDTH)
    assert ranges.size > 3_000_000
    assert ranges.tally.bytes < 20_000
    assert ranges.tally.requests == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "outside"),
        (b"\x01", "outside"),
        (struct.pack("<Q", 2**63) + b"{}", "header claims"),
        (struct.pack("<Q", 2**64 - 1) + b"{}", "header claims"),
        (struct.pack("<Q", 1000) + b"{}", "header claims"),
        (header(b"{nonsense"), "not JSON"),
        (header(b"[" * 100_000), "not JSON"),
        (header([1]), "not a table"),
        (header({"a": 3}), "form of a tensor"),
        (header({"a": entry(shape=[-1])}), "impossible"),
        (header({"a": entry(shape=[True])}), "impossible"),
        (header({"a": entry(shape=[1] * 9)}), "impossible"),
        (header({"a": entry(offsets=[16, 0])}), "impossible"),
        (header({"a": entry(offsets=[-8, 8])}), "impossible"),
        (header({"a": entry(offsets=[0, 12])}), "its shape needs"),
        (header({"a": entry(shape=[2**61, 2**61], offsets=[0, 16])}), "its shape needs"),
        (header({"a": entry(offsets=[56, 72])}), "after the file"),
        (header({"a": entry(), "b": entry(offsets=[8, 24])}), "overlaps"),
        (header({"a" * 2000: entry()}), "form of a tensor"),
        (
            header(
                b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}'
            ),
            "duplicated",
        ),
    ],
)
def test_safetensors_refuses(data: bytes, why: str) -> None:
    """A file that lies about its lengths, shapes or places is refused with the reason, and hardly
    anything is read."""
    ranges = made.ranges(data)
    with pytest.raises(RefusedError, match=why):
        open_safetensors(ranges)
    assert ranges.tally.bytes <= len(data)


def test_an_unknown_dtype_is_named_and_never_misread() -> None:
    """A type newer than the reader is listed, and reading it is refused."""
    file = open_safetensors(made.ranges(header({"a": entry("F4_NEW")})))
    assert not file.tensor("a").is_readable
    with pytest.raises(RefusedError, match="F4_NEW"):
        file.numbers("a", 0, 4)


def test_a_file_that_ends_early_is_refused_when_it_is_read() -> None:
    """The listed size may be larger than what comes."""
    data = made.safetensors(WEIGHTS)
    file = open_safetensors(made.ranges(data[:-40], size=len(data)))
    with pytest.raises(RefusedError, match="truncated"):
        file.numbers(FINAL, 0, made.WIDTH)


def test_gguf_numbers() -> None:
    """Shapes are turned round and offsets counted from the aligned data."""
    for alignment in (32, 64):
        file = open_gguf(made.ranges(made.gguf(WEIGHTS, alignment=alignment)))
        assert list(file.numbers("output_norm.weight", 0, made.WIDTH)) == pytest.approx(
            EXPECTED, rel=1e-6
        )
        assert file.tensor("blk.0.ffn_down.weight").shape == (made.WIDTH, made.FEED)


@pytest.mark.parametrize("tokens", [3000, 20_000, 60_000])
def test_the_tensor_table_is_found_behind_a_tokenizer(tokens: int) -> None:
    """A large tokenizer is stepped over with small probes, and the table found is the one that
    reading through gives."""
    data = made.gguf(made.model(3, layers=24), tokens=tokens)
    searched, through = made.ranges(data), made.ranges(data)
    found, whole = open_gguf(searched), open_gguf(through, thorough=True)
    assert found.searched
    assert not whole.searched
    assert [found.tensor(n) for n in found.names()] == [whole.tensor(n) for n in whole.names()]
    assert searched.tally.bytes < 90_000
    assert through.tally.bytes > 15 * tokens


def test_a_search_that_ends_nowhere_reads_through() -> None:
    """Where the probes are fooled (here by bytes after the last tensor), the header is read from
    the beginning."""
    data = made.gguf(WEIGHTS, tokens=5000) + b"\1" * 5000
    file = open_gguf(made.ranges(data))
    assert not file.searched
    assert list(file.numbers("output_norm.weight", 0, made.WIDTH)) == pytest.approx(
        EXPECTED, rel=1e-6
    )


def gguf_head(tensors: int, pairs: int, rest: bytes = b"", version: int = 3) -> bytes:
    """The first bytes of a GGUF file."""
    return struct.pack("<4sIQQ", b"GGUF", version, tensors, pairs) + rest


def pair(kind: int, value: bytes, key: str = "general.x") -> bytes:
    """One key-value."""
    return made.text(key) + struct.pack("<I", kind) + value


PADDING = b"\0" * 4000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GGML" + PADDING, "does not begin"),
        (gguf_head(1, 1, PADDING, version=1), "version 1"),
        (gguf_head(1, 1, PADDING, version=0x03000000), "version"),
        (gguf_head(2**60, 0, PADDING), "claims"),
        (gguf_head(0, 2**60, PADDING), "claims"),
        (gguf_head(1, 1, pair(9, struct.pack("<IQ", 8, 2**40)) + PADDING), "more than the file"),
        (gguf_head(1, 1, pair(9, struct.pack("<IQ", 4, 2**61)) + PADDING), "more than the file"),
        (gguf_head(1, 1, pair(9, struct.pack("<IQ", 9, 3)) + PADDING), "array of arrays"),
        (gguf_head(1, 1, pair(77, b"") + PADDING), "unknown type"),
        (gguf_head(1, 1, pair(8, struct.pack("<Q", 2**50)) + PADDING), "more than the file"),
        (gguf_head(1, 1, struct.pack("<Q", 2**50) + PADDING), "a key of"),
        (gguf_head(1, 0, made.text("a") + struct.pack("<I", 200) + PADDING), "row 1"),
        (
            gguf_head(1, 0, made.text("a") + struct.pack("<IQIQ", 1, 2**39, 0, 0) + PADDING),
            "after the file",
        ),
        (
            gguf_head(2, 0, 2 * (made.text("a") + struct.pack("<IQIQ", 1, 8, 0, 0)) + PADDING),
            "overlaps",
        ),
        (
            gguf_head(1, 0, made.text("a") + struct.pack("<IQIQ", 1, 33, 8, 0) + PADDING),
            "whole Q8_0 blocks",
        ),
    ],
)
def test_gguf_refuses(data: bytes, why: str) -> None:
    """Counts in the billions, unknown types and impossible tables are refused after a bounded
    read."""
    ranges = made.ranges(data)
    with pytest.raises(RefusedError, match=why):
        open_gguf(ranges)
    assert ranges.tally.bytes <= 2 * len(data)


@pytest.mark.parametrize("zip64", [True, False])
def test_torch_zip_numbers(zip64: bool) -> None:
    """The storage of one tensor is found and read alone."""
    file = open_torch_zip(made.ranges(made.torch_zip(WEIGHTS, zip64=zip64)))
    assert list(file.numbers(FINAL, 0, made.WIDTH)) == pytest.approx(EXPECTED, rel=1e-6)
    assert file.tensor("model.layers.0.mlp.gate_proj.weight").shape == (made.FEED, made.WIDTH)


@pytest.mark.parametrize(
    ("operations", "why"),
    [
        (b"cposix\nsystem\n(X\x02\0\0\0lstR0", "posix.system"),
        (b"cbuiltins\neval\n0", "builtins.eval"),
        (b"ctorch\nload\n0", "torch.load"),
        (b"ctorch.storage\n_load_from_bytes\n0", "_load_from_bytes"),
        (b"X\x02\0\0\0osX\x06\0\0\0system\x930", "os.system"),
        (b"(cos\nsystem\nX\x02\0\0\0lso0", "os.system"),
        (b"(X\x02\0\0\0lsios\nsystem\n0", "INST"),
        (b"\x82\x010", "EXT1"),
        (b"NNR0", "not a name"),
    ],
)
def test_a_pickle_that_would_execute_is_refused(operations: bytes, why: str) -> None:
    """Any name that no state dict needs refuses the whole file; nothing is imported or called."""
    with pytest.raises(RefusedError, match=why):
        open_torch_zip(made.ranges(made.torch_zip(WEIGHTS, extra=operations)))


def test_a_pickle_from_before_zip_files_is_refused_with_its_reason() -> None:
    """PyTorch before 1.6 wrote bare pickles."""
    with pytest.raises(RefusedError, match=r"before PyTorch 1\.6"):
        open_torch_zip(made.ranges(made.pickle_of(WEIGHTS)))


def zip_with(**changed: object) -> bytes:
    """A small archive with one thing wrong."""
    entries = {"a/data.pkl": made.pickle_of(WEIGHTS), "a/data/0": b"\0" * 8}
    return made.zipped(entries, **changed)  # type: ignore[arg-type]


def patched(data: bytes, at: int, value: bytes) -> bytes:
    """The bytes with some replaced; `at` may count from the end."""
    at = at if at >= 0 else len(data) + at
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04" + PADDING, "no zip directory"),
        (b"nothing", "not a zip archive"),
        (zip_with(method=8), "compressed"),
        (patched(zip_with(), -6, struct.pack("<I", 10**6)), "directory claims"),
        (patched(zip_with(), -12, struct.pack("<H", 9)), "divided"),
        (patched(zip_with(), -14, struct.pack("<2H", 60000, 60000)), "directory claims"),
        (patched(zip_with(zip64=True), -34, struct.pack("<Q", 2**62)), "points outside"),
        (patched(zip_with(zip64=True), -42, b"XXXX"), "locator is missing"),
        (made.zipped({"data.txt": b""}), "0 entries named data.pkl"),
        (made.zipped({"a/data.pkl": b"", "b/data.pkl": b""}), "2 entries named data.pkl"),
        (made.zipped({"a/data.pkl": b"\x80\x02}.", "a/byteorder": b"big"}), "big-endian"),
        (made.zipped({"a/data.pkl": b"\x80\x02(((("}), "damaged"),
        (made.zipped({"a/data.pkl": b"\x80\x02h\x05."}), "damaged"),
    ],
)
def test_zip_tricks_are_refused(data: bytes, why: str) -> None:
    """Compression, divided archives, directories and zip64 records that point elsewhere."""
    with pytest.raises(RefusedError, match=why):
        open_torch_zip(made.ranges(data))


def test_doubled_and_overlapping_entries_are_refused() -> None:
    """Two entries of one name, or two in one place, are how a file shows different tools different
    contents."""
    good = made.zipped({"a/data.pkl": b"\x80\x02}.", "a/datb.pkl": b"\x80\x02}."})
    with pytest.raises(RefusedError, match="two entries"):
        open_torch_zip(made.ranges(good.replace(b"a/datb.pkl", b"a/data.pkl")))
    at = good.rfind(b"PK\x01\x02") + 42
    with pytest.raises(RefusedError, match="overlap"):
        open_torch_zip(made.ranges(patched(good, at, struct.pack("<I", 0))))


def test_a_tensor_beyond_its_storage_or_strided_is_refused() -> None:
    """The pickle may claim more than the entry holds, or a view that is not row by row."""
    entries = {
        "a/data.pkl": made.pickle_of(WEIGHTS),
        **{f"a/data/{n}": b"\0" * 8 for n in range(len(WEIGHTS))},
    }
    with pytest.raises(RefusedError, match="too short"):
        open_torch_zip(made.ranges(made.zipped(entries))).numbers(FINAL, 0, 4)
    pickled = made.pickle_of({"x": ((2, 3), [0.0] * 6)}).replace(
        b"(J\x03\0\0\0J\x01\0\0\0t", b"(J\x01\0\0\0J\x02\0\0\0t"
    )
    with pytest.raises(RefusedError, match="strided"):
        open_torch_zip(
            made.ranges(made.zipped({"a/data.pkl": pickled, "a/data/0": b"\0" * 24}))
        ).numbers("x", 0, 3)


def test_onnx_numbers_inside_and_outside() -> None:
    """Initializers are read from the model file or from the file that it names."""
    inside, _ = made.onnx(WEIGHTS)
    model, beside = made.onnx(WEIGHTS, outside="weights.data")
    for file in (
        open_onnx(made.ranges(inside), made.ranges),
        open_onnx(made.ranges(model), lambda name: made.ranges(beside, name)),
    ):  # type: ignore[arg-type]
        assert list(file.numbers(FINAL, 0, made.WIDTH)) == pytest.approx(EXPECTED, rel=1e-6)


@pytest.mark.parametrize(
    "where", ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "http://x"]
)
def test_onnx_external_data_stays_in_the_model(where: str) -> None:
    """A location that leaves the model's folder is refused."""
    with pytest.raises(RefusedError, match="outside the model's folder"):
        open_onnx(made.ranges(made.onnx(WEIGHTS, outside=where)[0]), lambda name: made.ranges(b""))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x08\x08", "no initializer"),
        (made.varint(7 << 3 | 2) + made.varint(2**40) + b"x", "runs past"),
        (b"\xff" * 30, "no end"),
        (b"\x0b\x0c", "not an ONNX file"),
        (
            made.field(
                7, made.field(5, made.varint(1 << 3) + made.varint(2**63) + made.field(8, b"x"))
            ),
            "impossible",
        ),
        (made.field(7, made.field(5, made.field(8, b"x" * 5000))), "longer than any"),
    ],
)
def test_onnx_refuses(data: bytes, why: str) -> None:
    """Lengths that do not nest and shapes that cannot be."""
    with pytest.raises(RefusedError, match=why):
        open_onnx(made.ranges(data), lambda name: made.ranges(b""))


def test_reading_stops_at_its_bounds() -> None:
    """A file that makes the reader hop forever runs into the bound on requests."""
    data = made.onnx({f"n{i}": ((4000,), [0.0] * 4000) for i in range(40)})[0]
    tally = Tally(max_requests=10)
    with pytest.raises(RefusedError, match="bound"):
        open_onnx(
            ByteRanges("x", len(data), lambda a, b: data[a:b], tally), lambda name: made.ranges(b"")
        )
    assert tally.requests == 10
