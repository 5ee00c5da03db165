"""What is read of a model's files: every one of a kind within the bounds, and each that was left
out is told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fakes import FakeSource, make_record
from lineage.claims.interface import Reading
from lineage.claims.readers import all_readers
from lineage.claims.reading import LARGEST_UNKNOWN, MOST_NAMED, TraceReader
from lineage.core.claim import ObservationKind
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.graph.walker import WalkBounds


def _reading(
    files: dict[str, bytes], entries: Any = "sized", **more: Any
) -> tuple[Reading, FakeSource]:
    bounds = WalkBounds()
    listed = (
        tuple(FileEntry(path, len(content)) for path, content in files.items())
        if entries == "sized"
        else entries
    )
    record = make_record("acme/child", files=listed, **more)
    source = FakeSource({"acme/child": record}, files={"acme/child": files})
    traces = TraceReader(
        source,
        all_readers(),
        (),
        max_requests=bounds.max_requests,
        max_file_bytes=bounds.max_file_bytes,
        max_parents=bounds.max_parents,
        max_bytes=bounds.max_bytes,
    )
    with ThreadPoolExecutor(2) as pool:
        return traces.start(record, pool).finish(), source


def _adapter(base: str) -> bytes:
    return json.dumps({"base_model_name_or_path": base}).encode()


def _told(reading: Reading, kind: ObservationKind) -> list[str]:
    return [seen.file for seen in reading.observations if seen.kind is kind]


def test_a_file_beyond_the_bound_is_told_by_its_name() -> None:
    """Thirteen adapters: twelve are read, the last is named as not read."""
    files = {
        f"{letter}/adapter_config.json": _adapter(f"acme/{letter}") for letter in "abcdefghijklm"
    }
    reading, source = _reading(files)
    assert len(source.read_files) == 12
    assert _told(reading, ObservationKind.TRUNCATED) == ["m/adapter_config.json"]
    assert {claim.parent for claim in reading.claims} == {
        f"acme/{letter}" for letter in "abcdefghijkl"
    }


def test_every_kind_has_its_turn_before_the_second_of_any() -> None:
    """Many files of one kind do not push the only one of another kind out."""
    files = {f"a{number}/adapter_config.json": _adapter("acme/base") for number in range(40)}
    reading, _ = _reading({**files, "z/Modelfile": b"FROM hf.co/acme/other"})
    assert "acme/other" in {claim.parent for claim in reading.claims}


def test_thousands_of_files_are_told_in_few_words() -> None:
    """A list made to be long gives a bounded report."""
    files = {f"x{number}y/adapter_config.json": _adapter("acme/base") for number in range(3000)}
    reading, source = _reading(files)
    assert len(source.read_files) == 12
    assert len(_told(reading, ObservationKind.TRUNCATED)) == MOST_NAMED + 1


def test_no_more_bytes_are_read_than_the_bound() -> None:
    """Three files of two megabytes: the third does not fit and is told."""
    files = {f"{letter}/config.json": b" " * 1_900_000 + b"{}" for letter in "abc"}
    reading, source = _reading(files)
    assert sorted(call[1] for call in source.read_files) == ["a/config.json", "b/config.json"]
    assert _told(reading, ObservationKind.TRUNCATED) == ["c/config.json"]


def test_the_same_bytes_are_read_once() -> None:
    """Checkpoints hold copies; the hub's hashes tell, and nothing is missed."""
    files = {
        f"checkpoint-{number}/adapter_config.json": _adapter("acme/base") for number in range(30)
    }
    entries = tuple(
        FileEntry(path, len(content), blob_id="c0ffee") for path, content in files.items()
    )
    reading, source = _reading(files, entries)
    assert len(source.read_files) == 1
    assert _told(reading, ObservationKind.TRUNCATED) == []


@pytest.mark.parametrize("padding", [1_100_000, 3_000_000])
def test_a_large_configuration_is_read_at_both_ends(padding: int) -> None:
    """Whole up to two megabytes; beyond, head and end, by single keys, and it is told that more was
    there."""
    content = json.dumps({"pad": "y" * padding, "_name_or_path": "acme/base"}).encode()
    reading, _ = _reading({"config.json": content})
    assert [claim.parent for claim in reading.claims] == ["acme/base"]
    assert _told(reading, ObservationKind.TRUNCATED) == (
        ["config.json"] if padding > 2_000_000 else []
    )


def test_a_file_of_unknown_size_that_fills_its_share_is_told() -> None:
    """Where the list gives no sizes, no more than a share is asked for."""
    files = {"config.json": b'{"_name_or_path": "acme/base", "pad": "' + b"y" * LARGEST_UNKNOWN}
    reading, _ = _reading(files, (FileEntry("config.json"),))
    assert [claim.parent for claim in reading.claims] == ["acme/base"]
    assert _told(reading, ObservationKind.TRUNCATED) == ["config.json"]


@pytest.mark.parametrize(
    ("source", "status", "is_told"),
    [
        ("hub", Status.RESOLVED, True),
        ("hub", Status.GATED, True),
        ("snapshot", Status.RESOLVED, False),
        ("hub", Status.NOT_FOUND, False),
    ],
)
def test_a_missing_file_list_is_not_an_empty_one(
    source: str, status: Status, is_told: bool
) -> None:
    """A hub lists the files of every model that it shows; a snapshot never does."""
    reading, _ = _reading({}, None, source=source, status=status)
    assert _told(reading, ObservationKind.UNREACHED) == (["file list"] if is_told else [])
    empty, _ = _reading({}, (), source=source, status=status)
    assert _told(empty, ObservationKind.UNREACHED) == []


def test_code_is_read_last_and_not_missed() -> None:
    """A name in code says little: it waits for every record of an origin."""
    files = {f"{letter}/adapter_config.json": _adapter("acme/base") for letter in "abcdefghijkl"}
    reading, source = _reading({"inference.py": b"AutoModel.from_pretrained('acme/x')", **files})
    assert ("acme/child", "inference.py") not in [call[:2] for call in source.read_files]
    assert _told(reading, ObservationKind.TRUNCATED) == []


def test_records_of_another_kind_are_left_alone(record: Any) -> None:
    """A model that could not be read has nothing to read."""
    made: ModelRecord = record(status=Status.UNREACHABLE)
    traces = TraceReader(
        FakeSource({}), all_readers(), (), max_requests=1, max_file_bytes=1, max_parents=1
    )
    with ThreadPoolExecutor(1) as pool:
        assert traces.start(made, pool).finish().observations == ()
