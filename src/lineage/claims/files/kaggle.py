"""Base models in what Kaggle tells of a variation, and in the file that uploads to it carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.wanted import wanted, wanted_named
from lineage.claims.interface import FileRequest
from lineage.core.claim import Claim, Observation
from lineage.core.kaggle import KaggleName, framework_slug, parse_kaggle
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_INSTANCE, _UPLOAD = "kaggle-instance.json", "model-instance-metadata.json"


class KaggleFiles(DocumentReader):
    """Reads Kaggle's own answer, a formal statement of the publisher, and the metadata file of an
    upload, which a tool wrote."""

    name = "Kaggle"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The answer where the record is Kaggle's: elsewhere a file of its name is anybody's."""
        answer = wanted(record, _INSTANCE) if record.source == "kaggle" else ()
        return (*answer, *wanted_named(record, _UPLOAD))

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from the parent on Kaggle and from the address of one outside it."""
        if opened.trace.file == _INSTANCE:
            trace = replace(opened.trace, grade=Grade.DECLARED)
            opened = replace(opened, trace=trace)
        for content in opened.first:
            yield from _claims(content, opened)


def _claims(content: Mapping[str, Any], opened: Opened) -> Iterator[Claim]:
    """Whether a variation was trained further or only converted is not told."""
    base = mapping_of(content.get("baseModelInstanceInformation"))
    if base:
        owner = text_of(mapping_of(base.get("owner")).get("slug"))
        name = KaggleName(
            owner,
            text_of(base.get("modelSlug")),
            framework_slug(text_of(base.get("framework"))),
            text_of(base.get("instanceSlug")),
        )
        yield from _named(name.plain, opened, "baseModelInstanceInformation")
    written = text_of(content.get("baseModelInstance"))
    if written:
        yield from _named(written, opened, "baseModelInstance")
    url = text_of(content.get("externalBaseModelUrl"))
    if url:
        yield from opened.trace.claims(url, "externalBaseModelUrl", Relation.UNKNOWN)


def _named(written: str, opened: Opened, place: str) -> Iterator[Claim]:
    name = parse_kaggle(written)
    if name is not None:
        yield opened.trace.elsewhere(written, name.id, place, Relation.UNKNOWN)
    else:
        yield from opened.trace.claims(written, place, Relation.UNKNOWN)
