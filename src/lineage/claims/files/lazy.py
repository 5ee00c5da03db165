"""A reader that tells nothing without files, imported when a model first has some: most answers of
a snapshot have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module

from lineage.claims.interface import ClaimReader, FileRequest, Reading
from lineage.core.record import ModelRecord


class OfFiles:
    """Stands for the reader `attribute` of `lineage.claims.MODULE` until a file is there for it to
    read."""

    def __init__(self, module: str, attribute: str) -> None:
        self._module = module
        self._attribute = attribute

    @property
    def name(self) -> str:
        """That of the reader itself."""
        return self._reader.name

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Nothing where the record lists no files."""
        return self._reader.wants(record) if record.files else ()

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Nothing where no file was read."""
        return self._reader.read(record, documents) if documents else Reading()

    @cached_property
    def _reader(self) -> ClaimReader:
        reader: ClaimReader = getattr(
            import_module(f"lineage.claims.{self._module}"), self._attribute
        )()
        return reader
