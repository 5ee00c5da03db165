"""The hub's JSON to a ModelRecord, whatever a repo's owner put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import is_repo_id
from lineage.sources.web.payload import PayloadError

_COMMIT = re.compile(r"[0-9a-f]{40,64}\Z")
_MODEL_PATH = re.compile(r"/api/models/([^/?]+(?:/[^/?]+)?)(?:/revision/([^/?]+))?/?(?:\?|\Z)")
_LONGEST_PATH = 1024
_GATES = frozenset({"auto", "manual"})


def id_in_path(path: str) -> str | None:
    """The repo id in an API path such as
    `/api/models/org/name?expand=…`; None where it holds none."""
    found = _MODEL_PATH.match(path)
    name = unquote(found[1]) if found else ""
    return name if is_repo_id(name) else None


def record_of(
    payload: Any,
    *,
    requested: str,
    expected: str,
    redirected_from: tuple[str, ...] = (),
    revision: str | None = None,
    retrieved_at: str | None = None,
    asked: bool = False,
) -> ModelRecord:
    """The record in one detail answer or list row.

    `expected` is the id that the last address named. `asked`: tags and files were asked for, so
    that an answer without them has a gap. Raises PayloadError where the answer is about another
    model or commit.
    """
    found = _id_in(payload, expected)
    sha = _text(payload, "sha")
    sha = sha if sha and _COMMIT.match(sha) else None
    if revision and _COMMIT.match(revision) and sha and sha != revision:
        raise PayloadError("the hub answered about another revision")
    names = tuple(
        dict.fromkeys(name for name in (requested, *redirected_from, expected) if name != found)
    )
    status, reason = _status(payload)
    card, config, gguf = (_mapping(payload, key) for key in ("cardData", "config", "gguf"))
    return ModelRecord(
        id=found,
        requested=requested,
        status=status,
        source="hub",
        reason=reason,
        revision=sha,
        repo_key=_text(payload, "_id"),
        redirected_from=names,
        card=card,
        tags=_texts(payload.get("tags")),
        base_models=_mapping(payload, "baseModels") or None,
        config=config,
        files=_files(payload.get("siblings")),
        gaps=tuple(_gaps(payload, asked)),
        gated=_gate(payload.get("gated")),
        private=payload.get("private") is True,
        created_at=_text(payload, "createdAt"),
        last_modified=_text(payload, "lastModified"),
        library=_text(payload, "library_name"),
        pipeline_tag=_text(payload, "pipeline_tag"),
        downloads=_count(payload.get("downloads")),
        likes=_count(payload.get("likes")),
        parameters=_count(_mapping(payload, "safetensors").get("total"))
        or _count(gguf.get("total")),
        dtypes=_dtypes(_mapping(_mapping(payload, "safetensors"), "parameters")),
        gguf=gguf,
        retrieved_at=retrieved_at,
    )


def _id_in(payload: Any, expected: str) -> str:
    """The id in an answer, as the hub spells it, which must be the one that was asked for."""
    if not isinstance(payload, Mapping):
        raise PayloadError("the hub's answer is not a model's record")
    found = _text(payload, "id") or _text(payload, "modelId")
    if found is None or not is_repo_id(found):
        raise PayloadError("the hub's answer names no model")
    if found.lower() != expected.lower():
        raise PayloadError(f"the hub answered about another model, {found}")
    return found


def _gaps(payload: Mapping[str, Any], asked: bool) -> Iterator[str]:
    """What the answer lacks or garbles: it does not show that the repo has none of it.

    The Hub leaves out what a model does not have (`baseModels`, `gguf`), but never tags or files.
    """
    for key in ("cardData", "config", "baseModels", "gguf", "safetensors"):
        value = payload.get(key)
        if value is not None and not isinstance(value, dict):
            yield f"the hub's answer gives {key} in a form that is not understood"
    for key, what in (("tags", "tags"), ("siblings", "file list")):
        value = payload.get(key)
        if isinstance(value, list):
            continue
        if value is not None:
            yield f"the hub's answer gives {key} in a form that is not understood"
        elif asked:
            yield f"the hub's answer has no {what}, though it was asked for"
    tags, entries = payload.get("tags"), payload.get("siblings")
    if isinstance(tags, list) and (odd := sum(not isinstance(tag, str) for tag in tags)):
        yield f"{odd} of {len(tags)} tags in the hub's answer are not text"
    if isinstance(entries, list) and (odd := sum(_file(entry) is None for entry in entries)):
        yield f"{odd} of {len(entries)} entries of the file list name no file"


def _status(payload: Mapping[str, Any]) -> tuple[Status, str]:
    if payload.get("disabled") is True:
        return Status.DISABLED, "the hub has disabled this model; its metadata is still shown"
    if _gate(payload.get("gated")):
        return Status.GATED, "the metadata is public; the files need an accepted licence"
    return Status.RESOLVED, ""


def _gate(value: Any) -> str | None:
    if isinstance(value, str) and value in _GATES:
        return value
    # Something other than false: gated in a way this version does not know.
    return "manual" if value else None


def _text(payload: Mapping[str, Any], key: str, longest: int = 300) -> str | None:
    value = payload.get(key)
    return value if isinstance(value, str) and 0 < len(value) <= longest else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _mapping(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = payload.get(key)
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int | None:
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
        else None
    )


def _dtypes(by_dtype: Mapping[str, Any]) -> dict[str, int]:
    counted = {key[:20]: count for key, value in by_dtype.items() if (count := _count(value))}
    return dict(list(counted.items())[:50])


def _files(value: Any) -> tuple[FileEntry, ...] | None:
    if not isinstance(value, list):
        return None
    entries = tuple(entry for item in value if (entry := _file(item)) is not None)
    return None if value and not entries else entries


def _file(item: Any) -> FileEntry | None:
    path = _text(item, "rfilename", _LONGEST_PATH) if isinstance(item, dict) else None
    if path is None:
        return None
    lfs = _mapping(item, "lfs")
    return FileEntry(
        path,
        size=_count(item.get("size")) if item.get("size") is not None else _count(lfs.get("size")),
        sha256=_text(lfs, "sha256") or _text(lfs, "oid"),
        blob_id=_text(item, "blobId"),
    )
