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
    name: ModelScopeName, requested: str, answer: Any, who: str, retrieved_at: str | None
) -> ModelRecord:
    """The record without revision and files. Raises PayloadError where the answer is about another
    model."""
    if not isinstance(answer, Mapping):
        raise PayloadError(f"{who}'s answer is not a model")
    found = _name_in(answer, name, who)
    card = parse_card(_text(answer.get("ReadMeContent"), 4_000_000)).metadata
    return ModelRecord(
        id=found.id,
        requested=requested,
        status=Status.RESOLVED,
        source=SOURCE,
        card=card,
        tags=tuple(dict.fromkeys(_tags(answer))),
        base_models=_bases(answer),
        config=_config(answer),
        gaps=tuple(_gaps(answer)),
        private=answer.get("Visibility") == _PRIVATE,
        created_at=_day(answer.get("CreatedTime")),
        last_modified=_day(answer.get("LastUpdatedTime")),
        likes=_count(answer.get("Stars")) or _count(answer.get("Likes")),
        retrieved_at=retrieved_at,
    )


def digests_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The hashes of weights that are in the description, by their paths."""
    infos = fields.get("ModelInfos")
    kinds = infos.values() if isinstance(infos, Mapping) else ()
    found: dict[str, str] = {}
    for kind in kinds:
        files = kind.get("files") if isinstance(kind, Mapping) else None
        for row in files[:_MOST_FILES] if isinstance(files, list) else ():
            if isinstance(row, Mapping):
                found[_text(row.get("name"))] = _text(row.get("sha256"))
    return found


def _name_in(fields: Mapping[str, Any], asked: ModelScopeName, who: str) -> ModelScopeName:
    owner, name = _text(fields.get("Path")), _text(fields.get("Name"))
    if not name:
        raise PayloadError(f"{who}'s answer names no model")
    found = f"{owner or asked.repo.partition('/')[0]}/{name}"
    if found.casefold() != asked.repo.casefold():
        raise PayloadError(f"{who} answered about another model, {found[:200]}")
    return ModelScopeName(asked.site, found)


def _bases(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`BaseModel`: a list, one text, or a list of nothing; in the form of the Hub's own tree."""
    named = [one for one in _texts(fields.get("BaseModel")) if one.strip()]
    if not named:
        return None
    relation = _text(fields.get("BaseModelRelation")) or _text(fields.get("AigcType"))
    return {"relation": relation, "models": [{"id": one} for one in named]}


def _tags(fields: Mapping[str, Any]) -> Iterator[str]:
    """Its own tags, what an image model is and of which line, and the licence in one word."""
    yield from _texts(fields.get("Tags"))
    if kind := _text(fields.get("AigcType")):
        yield kind.lower()
    muse = _muse(fields.get("MuseInfo"))
    bases = [fields.get("VisionFoundation"), fields.get("SubVisionFoundation")]
    bases += [part.get("stableDiffusionVersion") for part in _parts(muse)]
    for base in bases:
        if text := _text(base):
            yield text.lower().replace("_", "-")
    for licence in _texts(fields.get("License")):
        yield f"license:{licence_word(licence)}"


def _muse(content: Any) -> Mapping[str, Any]:
    """An object, or the same as a text."""
    if isinstance(content, str) and content.lstrip().startswith("{"):
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            return {}
    return content if isinstance(content, Mapping) else {}


def _parts(muse: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    versions = muse.get("versions")
    rows = versions[:_MOST] if isinstance(versions, list) else []
    inside = (row.get("modelVersion") for row in rows if isinstance(row, Mapping))
    return (part for part in (muse.get("model"), *inside) if isinstance(part, Mapping))


def _config(fields: Mapping[str, Any]) -> dict[str, Any]:
    kinds, classes = _texts(fields.get("ModelType")), _texts(fields.get("Architectures"))
    return {
        **({"architectures": classes} if classes else {}),
        **({"model_type": kinds[0]} if kinds else {}),
    }


def _gaps(fields: Mapping[str, Any]) -> Iterator[str]:
    """What is garbled, though a base may be there."""
    value = fields.get("BaseModel")
    listed = value if isinstance(value, list) else []
    texts = [value] if isinstance(value, str) else listed
    is_odd = any(not isinstance(one, str) or len(one) > _LONGEST for one in texts)
    if is_odd or not (value is None or isinstance(value, (list, str))):
        yield "ModelScope gives its base model in a form that is not understood"
    if len(listed) > _MOST:
        yield f"ModelScope names more than {_MOST} base models"


def _texts(content: Any) -> list[str]:
    listed = content[:_MOST] if isinstance(content, list) else [content]
    return [one for one in listed if isinstance(one, str) and 0 < len(one) <= _LONGEST]


def _text(content: Any, longest: int = _LONGEST) -> str:
    return content if isinstance(content, str) and len(content) <= longest else ""


def _count(content: Any) -> int | None:
    return content if type(content) is int and 0 <= content < 1 << 63 else None


def _day(content: Any) -> str | None:
    return stamp_of(content) if type(content) is int and 0 < content < 1 << 33 else None
