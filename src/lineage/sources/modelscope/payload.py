"""What ModelScope tells of a model, as a record: phrases for licences, a base of its own
catalogue, and a second set of facts about image models as a text inside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.core.card import parse_card
from lineage.core.clock import stamp_of
from lineage.core.modelscope import ModelScopeName
from lineage.core.record import ModelRecord, Status
from lineage.sources.modelscope.licences import licence_word
from lineage.sources.web.payload import PayloadError

SOURCE = "modelscope"
_PRIVATE = 1
_MOST, _LONGEST = 200, 300
_MOST_FILES = 10_000


def record_of(
    name: ModelScopeName, requested: str, told: Any, who: str, retrieved_at: str | None
) -> ModelRecord:
    """The record without revision and files. Raises PayloadError where the answer is about another
    model."""
    if not isinstance(told, Mapping):
        raise PayloadError(f"{who}'s answer is no model")
    found = _name_in(told, name, who)
    card = parse_card(_text(told.get("ReadMeContent"), 4_000_000)).metadata
    return ModelRecord(
        id=found.id,
        requested=requested,
        status=Status.RESOLVED,
        source=SOURCE,
        card=card,
        tags=tuple(dict.fromkeys(_tags(told))),
        base_models=_bases(told),
        config=_config(told),
        gaps=tuple(_gaps(told)),
        private=told.get("Visibility") == _PRIVATE,
        created_at=_day(told.get("CreatedTime")),
        last_modified=_day(told.get("LastUpdatedTime")),
        likes=_count(told.get("Stars")) or _count(told.get("Likes")),
        retrieved_at=retrieved_at,
    )


def digests_of(told: Mapping[str, Any]) -> dict[str, str]:
    """The hashes of weights that stand in the description, by their paths."""
    infos = told.get("ModelInfos")
    kinds = infos.values() if isinstance(infos, Mapping) else ()
    found: dict[str, str] = {}
    for kind in kinds:
        files = kind.get("files") if isinstance(kind, Mapping) else None
        for row in files[:_MOST_FILES] if isinstance(files, list) else ():
            if isinstance(row, Mapping):
                found[_text(row.get("name"))] = _text(row.get("sha256"))
    return found


def _name_in(told: Mapping[str, Any], asked: ModelScopeName, who: str) -> ModelScopeName:
    owner, name = _text(told.get("Path")), _text(told.get("Name"))
    if not name:
        raise PayloadError(f"{who}'s answer names no model")
    found = f"{owner or asked.repo.partition('/')[0]}/{name}"
    if found.casefold() != asked.repo.casefold():
        raise PayloadError(f"{who} answered about another model, {found[:200]}")
    return ModelScopeName(asked.site, found)


def _bases(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`BaseModel`: a list, one text, or a list of nothing; in the form of the Hub's own tree."""
    named = [one for one in _texts(told.get("BaseModel")) if one.strip()]
    if not named:
        return None
    relation = _text(told.get("BaseModelRelation")) or _text(told.get("AigcType"))
    return {"relation": relation, "models": [{"id": one} for one in named]}


def _tags(told: Mapping[str, Any]) -> Iterator[str]:
    """Its own tags, what an image model is and of which line, and the licence in one word."""
    yield from _texts(told.get("Tags"))
    if kind := _text(told.get("AigcType")):
        yield kind.lower()
    muse = _muse(told.get("MuseInfo"))
    lines = [told.get("VisionFoundation"), told.get("SubVisionFoundation")]
    lines += [part.get("stableDiffusionVersion") for part in _parts(muse)]
    for line in lines:
        if text := _text(line):
            yield text.lower().replace("_", "-")
    for licence in _texts(told.get("License")):
        yield f"license:{licence_word(licence)}"


def _muse(held: Any) -> Mapping[str, Any]:
    """An object, or the same as a text."""
    if isinstance(held, str) and held.lstrip().startswith("{"):
        try:
            held = json.loads(held)
        except (ValueError, RecursionError):
            return {}
    return held if isinstance(held, Mapping) else {}


def _parts(muse: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    versions = muse.get("versions")
    rows = versions[:_MOST] if isinstance(versions, list) else []
    inside = (row.get("modelVersion") for row in rows if isinstance(row, Mapping))
    return (part for part in (muse.get("model"), *inside) if isinstance(part, Mapping))


def _config(told: Mapping[str, Any]) -> dict[str, Any]:
    kinds, classes = _texts(told.get("ModelType")), _texts(told.get("Architectures"))
    return {
        **({"architectures": classes} if classes else {}),
        **({"model_type": kinds[0]} if kinds else {}),
    }


def _gaps(told: Mapping[str, Any]) -> Iterator[str]:
    """What is garbled, though a base may stand there."""
    held = told.get("BaseModel")
    listed = held if isinstance(held, list) else []
    texts = [held] if isinstance(held, str) else listed
    is_odd = any(not isinstance(one, str) or len(one) > _LONGEST for one in texts)
    if is_odd or not (held is None or isinstance(held, (list, str))):
        yield "ModelScope gives its base model in a form that is not understood"
    if len(listed) > _MOST:
        yield f"ModelScope names more than {_MOST} base models"


def _texts(held: Any) -> list[str]:
    listed = held[:_MOST] if isinstance(held, list) else [held]
    return [one for one in listed if isinstance(one, str) and 0 < len(one) <= _LONGEST]


def _text(held: Any, longest: int = _LONGEST) -> str:
    return held if isinstance(held, str) and len(held) <= longest else ""


def _count(held: Any) -> int | None:
    return held if type(held) is int and 0 <= held < 1 << 63 else None


def _day(held: Any) -> str | None:
    return stamp_of(held) if type(held) is int and 0 < held < 1 << 33 else None
