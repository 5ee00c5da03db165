"""Base models in what a container registry tells of an artefact: the annotations of its manifest,
and its configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.gguf_header import claims_of_values
from lineage.claims.files.named_models import named_models
from lineage.claims.files.wanted import wanted
from lineage.claims.interface import FileRequest
from lineage.claims.names.oci_names import image_reference, reference
from lineage.claims.names.parent_name import clean_id
from lineage.claims.trace import Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.elsewhere import at_address
from lineage.core.record import ModelRecord
from lineage.core.ref import HUB_ADDRESSES
from lineage.core.relation import Grade, Relation

_MANIFEST, _INDEX, _MODEL = "manifest.json", "index.json", "model.json"
_IMAGE, _OTHER = "image.json", "artefact.json"
_SPEC = "org.opencontainers.image."
_BASE, _BASE_DIGEST = f"{_SPEC}base.name", f"{_SPEC}base.digest"
_ADDRESSES = (f"{_SPEC}source", f"{_SPEC}url")
_MOST = 500


class OciFiles(DocumentReader):
    """Reads what comes from a registry alone: elsewhere files of these names are anybody's."""

    name = "OCI"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The manifest, the index before it and the configuration behind it."""
        if record.source != "oci":
            return ()
        return wanted(record, _MANIFEST, _INDEX, _MODEL, _IMAGE, _OTHER)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from annotations and labels, from the source that a configuration names, and from
        the key-values of a GGUF file in it."""
        record = opened.trace.record
        is_image = record.file(_IMAGE) is not None
        for content in opened.first:
            yield from _claims(content, opened.trace, is_image=is_image)
            yield from _noticed(content, opened)


def _claims(content: Mapping[str, Any], trace: Trace, *, is_image: bool) -> Iterator[Claim]:
    if trace.file in (_MANIFEST, _INDEX):
        yield from _of_notes(content.get("annotations"), "annotations", trace, is_image=is_image)
        layers = content.get("layers")
        for number, layer in enumerate(layers[:_MOST] if isinstance(layers, list) else ()):
            notes = mapping_of(mapping_of(layer).get("annotations"))
            place = f"layers[{number}].annotations"
            yield from named_models({place: notes}, trace, Relation.UNKNOWN)
        return
    inner = mapping_of(content.get("config"))
    if trace.file == _IMAGE:
        yield from _of_notes(inner.get("Labels"), "config.Labels", trace, is_image=True)
        yield from named_models(_variables(inner.get("Env")), trace, Relation.UNKNOWN)
        return
    yield from claims_of_values(mapping_of(inner.get("gguf")), trace)
    descriptor = mapping_of(content.get("descriptor"))
    source = text_of(descriptor.get("sourceURL"))
    relation = Relation.QUANTIZED if text_of(inner.get("quantization")) else Relation.CONVERSION
    yield from _address(source, "descriptor.sourceURL", relation, trace)
    rest = {
        key: value for key, value in content.items() if key not in ("modelfs", "rootfs", "files")
    }
    yield from named_models(rest, trace, Relation.UNKNOWN)


def _of_notes(notes: object, place: str, trace: Trace, *, is_image: bool) -> Iterator[Claim]:
    """The base that the specification has a name for, addresses of the Hub, and keys that by their
    form name a model. A container's base is its operating system."""
    fields = dict(list(mapping_of(notes).items())[:_MOST])
    base = text_of(fields.pop(_BASE, None))
    digest = text_of(fields.pop(_BASE_DIGEST, None))
    if base and not is_image:
        pinned = image_reference(f"{base}@{digest}") if digest and "@" not in base else ""
        is_hub = base.partition("/")[0].lower() in HUB_ADDRESSES
        named = "" if is_hub else pinned or image_reference(base)
        where = f"{place}.{_BASE}"
        if named:
            yield trace.elsewhere(base, named, where, Relation.UNKNOWN)
        else:
            yield from trace.claims(base, where, Relation.UNKNOWN)
    stated = Trace(trace.record, trace.source, trace.file, Grade.STATED)
    for key in _ADDRESSES:
        # The code of what packs the model has such an address as often as the model has.
        yield from _address(
            text_of(fields.pop(key, None)), f"{place}.{key}", Relation.UNKNOWN, stated
        )
    yield from named_models({place: fields}, trace, Relation.UNKNOWN)


def _address(value: str, place: str, relation: Relation, trace: Trace) -> Iterator[Claim]:
    """Pages of papers and code are there too; only one that names a model is a claim."""
    page = at_address(value) if "://" in value else None
    if page is not None:
        yield trace.elsewhere(value, page.id, place, relation)
    elif "://" in value and (clean_id(value) or reference(value)):
        yield from trace.claims(value, place, relation)


def _variables(listed: object) -> Mapping[str, str]:
    """The environment of a container: `MODEL_ID=org/name` tells what it serves."""
    texts = [text_of(one) for one in listed[:_MOST]] if isinstance(listed, list) else []
    return {f"config.Env.{name}": value for name, _, value in (t.partition("=") for t in texts)}


def _noticed(content: Mapping[str, Any], opened: Opened) -> Iterator[Observation]:
    inner = mapping_of(content.get("config"))
    built = text_of(inner.get("architecture"))
    if opened.trace.file == _MODEL and built:
        yield opened.trace.observe(ObservationKind.ARCHITECTURE, "config.architecture", built)
