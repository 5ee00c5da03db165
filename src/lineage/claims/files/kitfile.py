"""The base that a Kitfile names, KitOps' list of what is in a ModelKit: its model may be that of
another kit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, open_all, text_of
from lineage.claims.files.named_models import named_models
from lineage.claims.files.wanted import wanted_where
from lineage.claims.interface import FileRequest
from lineage.claims.names.known_names import family_guess
from lineage.claims.names.oci_names import kit_reference
from lineage.claims.names.parent_name import clean_id
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.ref import HUB_ADDRESSES
from lineage.core.relation import Relation

_ADAPTS = re.compile(r"lora|adapter|peft", re.IGNORECASE)
_MOST_PARTS = 200


class Kitfile(DocumentReader):
    """Reads `Kitfile`, on a disk or from the kit itself."""

    name = "Kitfile"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Every Kitfile, in any folder."""
        return wanted_where(record, is_kitfile)

    def opened(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Opened]:
        """As YAML, whatever it is called."""
        return open_all(self.name, record, documents, self.wants(record), is_yaml=True)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """A claim from the model's path where that is another kit or a repository of the Hub; from
        its parameters and framework what they name. A path within the kit is its own."""
        for content in opened.all:
            yield from _claims(content, opened.trace)


def is_kitfile(path: str) -> bool:
    """Whether a file is one, by its name."""
    name = path.rpartition("/")[2].lower()
    return name in ("kitfile", "kitfile.yaml", "kitfile.yml") or name.endswith(".kitfile")


def _claims(content: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    model = mapping_of(content.get("model"))
    listed = model.get("parts")
    parts = [mapping_of(one) for one in listed[:_MOST_PARTS]] if isinstance(listed, list) else []
    relation = _relation(parts)
    yield from _of_path(text_of(model.get("path")), "model.path", relation, trace)
    for number, part in enumerate(parts):
        place = f"model.parts[{number}].path"
        yield from _of_path(text_of(part.get("path")), place, Relation.UNKNOWN, trace)
    parameters = mapping_of(model.get("parameters"))
    yield from named_models({"model.parameters": parameters}, trace, Relation.UNKNOWN)
    framework = text_of(model.get("framework"))
    if clean_id(framework) or family_guess(framework):
        # Free text, which some fill with the name of the base.
        yield from trace.claims(framework, "model.framework", Relation.UNKNOWN)


def _relation(parts: Sequence[Mapping[str, Any]]) -> Relation:
    """Of the kit's own model to the one that its path names: with nothing beside it, the same
    weights."""
    lines = (text_of(part.get(key)) for part in parts for key in ("type", "name", "path"))
    if any(_ADAPTS.search(text) for text in lines):
        return Relation.ADAPTER
    return Relation.UNKNOWN if parts else Relation.CONVERSION


def _of_path(value: str, place: str, relation: Relation, trace: Trace) -> Iterator[Claim]:
    """`org/name` is a folder of the kit; the Hub is named by its address."""
    named = kit_reference(value)
    is_hub = value.partition("/")[0].lower() in HUB_ADDRESSES
    if named and not is_hub:
        yield trace.elsewhere(value, named, place, relation)
    elif is_hub or "://" in value:
        yield from trace.claims(value, place, relation)
