"""A model record as plain JSON values and back, so that it can be kept in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from lineage.core.errors import DataError
from lineage.core.record import FileEntry, KnownEdge, ModelRecord, Status
from lineage.core.relation import Relation

NAME_ONLY = "the offline data has only its name"
_TEXT = (
    "reason",
    "revision",
    "repo_key",
    "gated",
    "created_at",
    "last_modified",
    "library",
    "pipeline_tag",
    "retrieved_at",
)
_NUMBER = ("downloads", "likes", "parameters")
_MAPPING = ("card", "base_models", "config", "gguf", "dtypes")
_TEXTS = ("redirected_from", "tags", "gaps")
_FLAG = ("private", "partial")
_DEFAULTS = {f.name: f.default for f in fields(ModelRecord) if f.default is not MISSING}


def encode(record: ModelRecord) -> str:
    """The record as one line of JSON, without fields that have their default;
    the same record always gives the same line."""
    plain: dict[str, Any] = {"id": record.id, "status": str(record.status)}
    for name in (*_TEXT, *_NUMBER, *_FLAG, *_TEXTS):
        if (value := getattr(record, name)) != _DEFAULTS[name]:
            plain[name] = value
    for name in _MAPPING:
        if (value := getattr(record, name)) or (name == "base_models" and value is not None):
            plain[name] = _plain(value)
    if record.files is not None:
        plain["files"] = [[f.path, f.size, f.sha256, f.blob_id] for f in record.files]
    if record.known_edges:
        # Grade and source are left out: what a snapshot brings back is a
        # statement that it kept, whichever source found it.
        plain["known_edges"] = [
            [e.parent, str(e.relation), e.citation, e.location, e.seen] for e in record.known_edges
        ]
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Card metadata may hold dates, tuples or keys that are not strings; JSON may not."""
    if isinstance(value, Mapping):
        return {
            key if isinstance(key, str) else str(key): _plain(inner) for key, inner in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [
            _plain(inner)
            for inner in (sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value)
        ]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def decode(line: str, *, requested: str, source: str) -> ModelRecord:
    """The record that `encode` wrote. Raises DataError where the line is not one."""
    try:
        plain = json.loads(line)
        return _record(plain, requested, source)
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise DataError(
            f"A stored record of {requested[:100]!r} cannot be read: {problem}."
        ) from problem


def as_read(record: ModelRecord) -> ModelRecord:
    """The record with a status that fits what was read of the model: a name alone is `not-read`.

    Files of version one call such a record `resolved`.
    """
    if record.status is not Status.RESOLVED or not record.partial:
        return record
    return replace(record, status=Status.NOT_READ, reason=NAME_ONLY)


def _record(plain: Any, requested: str, source: str) -> ModelRecord:
    if not isinstance(plain, dict):
        raise TypeError("it is not a JSON object")
    values: dict[str, Any] = {}
    for names, kinds in (
        (_TEXT, str),
        (_NUMBER, int),
        (_FLAG, bool),
        (_MAPPING, dict),
        (_TEXTS, list),
    ):
        for name in names:
            if name in plain:
                values[name] = _checked(plain[name], kinds, name)
    for name in _TEXTS:
        if name in values:
            values[name] = tuple(_checked(text, str, name) for text in values[name])
    if "files" in plain:
        values["files"] = tuple(_file(*entry) for entry in _checked(plain["files"], list, "files"))
    values["known_edges"] = tuple(
        _edge(*entry) for entry in _checked(plain.get("known_edges", []), list, "known_edges")
    )
    return ModelRecord(
        id=_checked(plain["id"], str, "id"),
        requested=requested,
        status=Status(plain["status"]),
        source=source,
        **values,
    )


def _checked(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{name} is a {type(value).__name__}")
    return value


def _file(path: Any, size: Any, sha256: Any, blob_id: Any) -> FileEntry:
    hashes = [
        None if value is None else _checked(value, str, "files") for value in (sha256, blob_id)
    ]
    return FileEntry(
        _checked(path, str, "files"),
        None if size is None else _checked(size, int, "files"),
        *hashes,
    )


def _edge(parent: Any, relation: Any, citation: Any, location: Any, seen: Any) -> KnownEdge:
    texts = [
        _checked(value, str, "known_edges")
        for value in (parent, relation, citation, location, seen)
    ]
    return KnownEdge(texts[0], Relation(texts[1]), *texts[2:])
