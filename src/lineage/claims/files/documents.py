"""Opens the small files of a model: JSON and YAML from strangers, whole, hidden twice or broken,
and says what is wrong."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.salvage import json_keys, toml_keys, yaml_keys
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade
from lineage.core.value import dataclass

_MOST_HIDDEN = 50
_TOP_LEVEL = re.compile(r"[^\s#-]")


@dataclass(frozen=True)
class Opened:
    """One file that was fetched: its trace, and the objects in it or what is wrong."""

    trace: Trace
    objects: tuple[Mapping[str, Any], ...] = ()
    """Mappings at the top of the file: one for JSON, one per document for YAML. Of a broken file,
    the keys that could be picked out."""
    problem: str = ""
    hidden: tuple[Mapping[str, Any], ...] = ()
    """Values of keys that occur twice, which a parser would drop."""
    duplicates: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[Mapping[str, Any], ...]:
        """The first object of the file, and what it hides."""
        return (*self.objects[:1], *self.hidden)

    @property
    def all(self) -> tuple[Mapping[str, Any], ...]:
        """Every object of the file, and what they hide."""
        return (*self.objects, *self.hidden)

    @property
    def trouble(self) -> tuple[Observation, ...]:
        """That the file could not be read as it should be, or holds a key twice."""
        unread = (
            [self.trace.observe(ObservationKind.UNREADABLE, "", self.problem)]
            if self.problem
            else []
        )
        twice = [
            self.trace.observe(
                ObservationKind.DUPLICATE_KEY,
                key[:100],
                f"{key[:100]} is there twice; all values are read",
            )
            for key in self.duplicates[:_MOST_HIDDEN]
        ]
        return (*unread, *twice)


class DocumentReader(ABC):
    """Reads structured files one by one: what of one cannot be read is noticed, and the claims are
    bounded."""

    name = ""

    @abstractmethod
    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The files to fetch, the most telling first."""

    @abstractmethod
    def find(self, opened: Opened) -> Iterable[Claim | Observation]:
        """What one file says."""

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """What all files say, in their order."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for opened in self.opened(record, documents):
            noticed += opened.trouble
            for one in self.find(opened):
                if isinstance(one, Claim):
                    claims.append(one)
                else:
                    noticed.append(one)
        return bounded(record, self.name, claims, noticed)

    def opened(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Opened]:
        """The files that were fetched, parsed by their endings."""
        return open_all(self.name, record, documents, self.wants(record))


def open_all(
    source: str,
    record: ModelRecord,
    documents: Mapping[str, bytes],
    requests: Iterable[FileRequest],
    *,
    is_yaml: bool = False,
) -> Iterator[Opened]:
    """Those of the requested files that were fetched, parsed by their ending, or with `is_yaml` as
    YAML or JSON, whatever they are called."""
    for request in requests:
        content = documents.get(request.path)
        if content is not None:
            text = decoded(content)
            by_start = _json if text.lstrip()[:1] == "{" else _yaml
            read = by_start if is_yaml else _opener(request.path.lower())
            yield read(Trace(record, source, request.path, Grade.EMBEDDED), text)


def decoded(content: bytes) -> str:
    """The text of a file, whatever mark or NUL bytes are in it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace").replace("\0", "")
    return content.decode("utf-8-sig", errors="replace").replace("\0", "")


def bounded(
    record: ModelRecord, source: str, claims: Iterable[Claim], noticed: Sequence[Observation]
) -> Reading:
    """What one reader found, each claim once; what the bound on claims cuts is reported."""
    found = list(dict.fromkeys(claims))
    cut = (
        Observation(
            ObservationKind.TRUNCATED,
            record.id,
            claim.file,
            claim.location[:200],
            f"{len(found)} claims; the first {MOST_CLAIMS} are kept",
        )
        for claim in found[MOST_CLAIMS : MOST_CLAIMS + 1]
    )
    return Reading(tuple(found[:MOST_CLAIMS]), (*noticed, *cut))


def _opener(path: str) -> Callable[[Trace, str], Opened]:
    if path.endswith((".yml", ".yaml", "mlmodel")):
        return _yaml
    return _toml if path.endswith(".toml") else _json


def _json(trace: Trace, text: str) -> Opened:
    twice: list[tuple[str, Any]] = []

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made and len(twice) < _MOST_HIDDEN:
                twice.append((key, made[key]))
            made[key] = value
        return made

    try:
        content = json.loads(text, object_pairs_hook=kept, strict=False)
    except (ValueError, RecursionError, MemoryError) as error:
        first, more = json_keys(text)
        return Opened(
            trace,
            (first,) if first else (),
            f"not readable as JSON: {type(error).__name__}",
            more,
        )
    hidden = tuple({key: value} for key, value in twice)
    names = tuple(dict.fromkeys(key for key, _ in twice))
    if isinstance(content, list):
        items = tuple(item for item in content[:100] if isinstance(item, Mapping))
        return Opened(trace, items, "", hidden, names)
    if isinstance(content, Mapping):
        return Opened(trace, (content,), "", hidden, names)
    return Opened(trace, (), "holds no JSON object")


def _toml(trace: Trace, text: str) -> Opened:
    """By single keys: what trainers write is flat."""
    first, more = toml_keys(text)
    return Opened(trace, (first,) if first else (), "", more)


def _yaml(trace: Trace, text: str) -> Opened:
    from lineage.core.guarded_yaml import (
        read_yaml,  # YAML is not cheap to import, and most runs read none
    )

    reading = read_yaml(text)
    objects = tuple(content for content in reading.documents if isinstance(content, Mapping))
    if reading.problem:
        first, more = yaml_keys(text)
        return Opened(trace, objects or ((first,) if first else ()), reading.problem, more)
    if not any(isinstance(content, (Mapping, list)) for content in reading.documents):
        return Opened(trace, (), "holds no keys with values")
    hidden: list[Mapping[str, Any]] = []
    lines = text.splitlines()
    for _, places in reading.duplicate_keys[:_MOST_HIDDEN]:
        for place in places[:-1][:_MOST_HIDDEN]:
            block = [lines[place - 1]] if place <= len(lines) else []
            for line in lines[place : place + 500]:
                if _TOP_LEVEL.match(line):
                    break
                block.append(line)
            found = read_yaml("\n".join(block)).documents
            hidden += [content for content in found if isinstance(content, Mapping)]
    return Opened(
        trace,
        objects,
        "",
        tuple(_with_signs(content, objects) for content in hidden),
        tuple(key for key, _ in reading.duplicate_keys),
    )


def _with_signs(
    content: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """A hidden part of a merge recipe is one too."""
    method = objects[0].get("merge_method") if objects else None
    return {**content, "merge_method": method} if method else content


def text_of(value: object) -> str:
    """`value` where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def mapping_of(value: object) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
