"""Records for the readers' tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lineage.claims.interface import ClaimReader, Reading
from lineage.core.claim import Claim
from lineage.core.record import FileEntry, ModelRecord, Status


def make_record(
    id_: str = "me/child", files: Mapping[str, bytes] | None = None, **more: Any
) -> ModelRecord:
    """A resolved record whose file list shows `files`."""
    entries = (
        None
        if files is None
        else tuple(FileEntry(path, len(content)) for path, content in files.items())
    )
    return ModelRecord(
        **{
            "id": id_,
            "requested": id_,
            "status": Status.RESOLVED,
            "source": "hub",
            "files": entries,
            **more,
        }
    )


def read_with(
    reader: ClaimReader,
    files: Mapping[str, bytes] | None = None,
    id_: str = "me/child",
    **more: Any,
) -> Reading:
    """Run one reader as the walk does: only the files that it wants, only the ranges that it asked
    for."""
    record = make_record(id_, files, **more)
    documents = {
        request.path: (files or {})[request.path][request.start : request.end]
        for request in reader.wants(record)
    }
    return reader.read(record, documents)


@pytest.fixture
def record() -> Callable[..., ModelRecord]:
    """Makes records."""
    return make_record


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Runs a reader over files."""
    return read_with


@pytest.fixture
def parents() -> Callable[[Reading], list[tuple[str | None, str]]]:
    """Parent and relation of each claim, tentative ones left out."""

    def pairs(reading: Reading) -> list[tuple[str | None, str]]:
        kept: list[Claim] = [claim for claim in reading.claims if not claim.tentative]
        return [(claim.parent, str(claim.relation)) for claim in kept]

    return pairs
