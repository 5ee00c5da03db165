"""Readers of files are imported late and change nothing by it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import lineage.claims
from fakes import make_record
from lineage.claims.files.lazy import OfFiles
from lineage.claims.readers import all_readers
from lineage.core.record import FileEntry

LATE = [reader for reader in all_readers() if isinstance(reader, OfFiles)]


CONFIGS = (
    {},
    {"model_type": "qwen"},
    {"peft": {"base_model_name_or_path": "Qwen/Qwen-7B-Chat"}},
)


@pytest.mark.parametrize("config", CONFIGS, ids=("no config", "a config", "an adapter's config"))
@pytest.mark.parametrize("late", LATE, ids=lambda late: late.name)
def test_a_late_reader_tells_without_files_what_the_reader_itself_tells(
    late: OfFiles, config: dict[str, Any]
):
    """What is skipped would have been empty."""
    record = make_record(
        "TheBloke/Qwen-7B-Chat-GGUF",
        "Qwen/Qwen-7B-Chat",
        tags=("gguf", "base_model:Qwen/Qwen-7B-Chat"),
        config=config,
    )
    assert tuple(late.wants(record)) == tuple(late._reader.wants(record)) == ()
    assert late.read(record, {}) == late._reader.read(record, {})


def test_every_reader_has_a_name_of_its_own():
    """Names stand as `source` in claims."""
    names = [reader.name for reader in all_readers()]
    assert len(set(names)) == len(names)


def test_no_reader_is_forgotten():
    """Every class with `wants` and `read` is in the list, directly or late."""
    listed = {
        type(reader._reader if isinstance(reader, OfFiles) else reader) for reader in all_readers()
    }
    for module in pkgutil.walk_packages(lineage.claims.__path__, "lineage.claims."):
        loaded = importlib.import_module(module.name)
        found = {
            c
            for c in vars(loaded).values()
            if isinstance(c, type)
            and c.__module__ == loaded.__name__
            and hasattr(c, "wants")
            and hasattr(c, "read")
            and not inspect.isabstract(c)
        }
        assert {
            c
            for c in found
            if c.__name__ not in ("ClaimReader", "OfFiles", "GivenClaims", "TraceReader")
        } <= listed, module.name


def test_files_reach_a_late_reader():
    """A Modelfile in the list is wanted and read."""
    late = next(reader for reader in LATE if reader.name == "Modelfile")
    record = make_record("my/model", files=(FileEntry("Modelfile", 20),))
    assert [request.path for request in late.wants(record)] == ["Modelfile"]
    assert late.read(record, {"Modelfile": b"FROM Qwen/Qwen2.5-7B\n"}).claims
