"""Opens the small files of a model: JSON and YAML from strangers, or the reason why one cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lineage.claims.interface import FileRequest
from lineage.claims.trace import Trace
from lineage.core.claim import Noticed, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade


@dataclass(frozen=True)
class Opened:
    """One file that was fetched: its trace, and the objects in it or what is wrong."""

    trace: Trace
    objects: tuple[Mapping[str, Any], ...] = ()
    """Mappings at the top of the file: one for JSON, one per document for YAML."""
    problem: str = ""

    @property
    def trouble(self) -> tuple[Observation, ...]:
        """The observation that the file could not be read, if so."""
        return (self.trace.observe(Noticed.UNREADABLE, "", self.problem),) if self.problem else ()


def open_all(
    source: str,
    record: ModelRecord,
    documents: Mapping[str, bytes],
    requests: Iterable[FileRequest],
) -> Iterator[Opened]:
    """Those of the requested files that were fetched, parsed by their ending."""
    for request in requests:
        content = documents.get(request.path)
        if content is not None:
            trace = Trace(record, source, request.path, Grade.EMBEDDED)
            opened = _yaml if request.path.lower().endswith((".yml", ".yaml")) else _json
            objects, problem = opened(content)
            yield Opened(trace, objects, problem)


def _json(content: bytes) -> tuple[tuple[Mapping[str, Any], ...], str]:
    try:
        held = json.loads(content.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError, MemoryError) as error:
        return (), f"not readable as JSON: {type(error).__name__}"
    if isinstance(held, list):
        return tuple(item for item in held[:100] if isinstance(item, Mapping)), ""
    return ((held,), "") if isinstance(held, Mapping) else ((), "holds no JSON object")


def _yaml(content: bytes) -> tuple[tuple[Mapping[str, Any], ...], str]:
    from lineage.core.guarded_yaml import (
        read_yaml,  # YAML is not cheap to import, and most runs read none
    )

    reading = read_yaml(content.decode("utf-8-sig", errors="replace"))
    return tuple(held for held in reading.documents if isinstance(held, Mapping)), reading.problem


def text_of(value: object) -> str:
    """`value` where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def mapping_of(value: object) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
