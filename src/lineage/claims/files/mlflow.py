"""Base models in MLflow's `MLmodel`, which says what a logged pipeline was loaded from, and in what
its registry tells of a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.named_models import named_models
from lineage.claims.files.wanted import wanted, wanted_named
from lineage.claims.interface import FileRequest
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation
from lineage.core.mlflow import URI, parse_mlflow
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_VERSION = "mlflow-version.json"
_HUB = "hf:/"
_OWN = "mlflow."
"""How the tags begin that MLflow sets itself."""


class MlflowModel(DocumentReader):
    """Reads every `MLmodel` file: each flavour may name its source; and the registry's answer."""

    name = "MLmodel"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """All of them, in any folder; the answer where the record is the registry's: elsewhere a
        file of its name is anybody's."""
        answer = wanted(record, _VERSION) if record.source == "mlflow" else ()
        return (*answer, *wanted_named(record, "MLmodel"))

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """The source with its revision; with a PEFT adaptor beside it, the base of an adapter."""
        is_answer = opened.trace.file == _VERSION
        for content in opened.all:
            yield from (_of_version if is_answer else _claims)(content, opened.trace)


def _claims(content: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    for flavor, inner in mapping_of(content.get("flavors")).items():
        settings = mapping_of(inner)
        relation = Relation.ADAPTER if settings.get("peft_adaptor") else Relation.UNKNOWN
        place = f"flavors.{flavor}"
        source = text_of(settings.get("source_model_name"))
        revision = text_of(settings.get("source_model_revision")) or None
        yield from trace.claims(source, f"{place}.source_model_name", relation, revision=revision)
        rest = {key: value for key, value in settings.items() if key != "source_model_name"}
        yield from named_models({place: rest}, trace, relation)
    yield from named_models(
        {key: value for key, value in content.items() if key != "flavors"}, trace, Relation.UNKNOWN
    )


def _of_version(content: Mapping[str, Any], trace: Trace) -> Iterator[Claim]:
    """`source`, which the registry wrote; and tags, which a person did: a formal statement."""
    source = text_of(content.get("source"))
    if source.startswith(_HUB):
        repo = source.removeprefix(_HUB).strip("/")
        yield from trace.claims(repo, "source", Relation.CONVERSION)
    copied = parse_mlflow(source.removeprefix(URI)) if source.startswith(URI) else None
    if copied is not None and not copied.is_logged:
        yield trace.elsewhere(source, copied.id, "source", Relation.CONVERSION)
    tags = {
        text_of(tag.get("key")): text_of(tag.get("value"))
        for tag in content.get("tags") or ()
        if isinstance(tag, Mapping) and not text_of(tag.get("key")).startswith(_OWN)
    }
    declared = replace(trace, grade=Grade.DECLARED)
    yield from named_models({"tags": tags}, declared, Relation.UNKNOWN)
