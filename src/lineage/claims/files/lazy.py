"""A reader that has nothing to read without files or a configuration, imported when a model first
has some: most answers of a snapshot have neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module

from lineage.claims.interface import ClaimReader, FileRequest, Reading
from lineage.core.record import ModelRecord


class OfFiles:
    """Stands for the reader `attribute` of `lineage.claims.MODULE` until a file is there for it to
    read, or with `or_config` what the Hub shows of the configuration."""

    def __init__(self, module: str, attribute: str, *, or_config: bool = False) -> None:
        self._or_config = or_config
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
        is_shown = documents or (self._or_config and record.config)
        return self._reader.read(record, documents) if is_shown else Reading()

    @cached_property
    def _reader(self) -> ClaimReader:
        reader: ClaimReader = getattr(
            import_module(f"lineage.claims.{self._module}"), self._attribute
        )()
        return reader
