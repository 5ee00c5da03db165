"""in-toto statements, version 1: a predicate about subjects that digests name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lineage.core.value import dataclass
from lineage.signing.envelope import IN_TOTO, Envelope, NotSignedError, strict_json

_TYPE = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True)
class Subject:
    """What is spoken about."""

    name: str
    digest: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Statement:
    """One statement."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, Any] = field(hash=False)

    def to_bytes(self) -> bytes:
        """The payload of an envelope; the same statement always gives the same bytes."""
        row = {
            "_type": _TYPE,
            "subject": [{"name": one.name, "digest": dict(one.digest)} for one in self.subjects],
            "predicateType": self.predicate_type,
            "predicate": self.predicate,
        }
        return json.dumps(row, sort_keys=True, separators=(",", ":")).encode()


def statement_in(envelope: Envelope) -> Statement:
    """What an envelope states. Raises NotSignedError where its payload is no such statement."""
    if envelope.payload_type != IN_TOTO:
        raise NotSignedError(f"its payload is of type {envelope.payload_type[:80]!r}")
    row = strict_json(envelope.payload)
    try:
        if row["_type"] != _TYPE:
            raise NotSignedError(f"its statement is of type {str(row['_type'])[:80]!r}")
        subjects = tuple(_subject(one) for one in row["subject"])
        kind, predicate = row["predicateType"], row.get("predicate") or {}
    except (KeyError, TypeError, AttributeError) as problem:
        raise NotSignedError(f"its statement lacks a part ({type(problem).__name__})") from problem
    if not (isinstance(kind, str) and isinstance(predicate, dict) and subjects):
        raise NotSignedError("its statement has no subject, type or predicate")
    return Statement(subjects, kind, predicate)


def _subject(row: Any) -> Subject:
    name, digest = row.get("name", ""), row["digest"]
    if not (isinstance(name, str) and isinstance(digest, dict)):
        raise NotSignedError("a subject of it has no name or digest")
    return Subject(name, {str(kind): str(value) for kind, value in digest.items()})
