"""Base models of diffusion pipelines: `model_index.json` and the configuration of each
component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.files.config_json import all_claims
from lineage.claims.files.documents import DocumentReader, Opened, text_of
from lineage.claims.files.wanted import folder_of, wanted_named, wanted_where
from lineage.claims.interface import FileRequest
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_INDEX = "model_index.json"
# The network that is trained is the model; the parts around it are components that pipelines share.
_COMPONENTS: dict[str, str | None] = {
    "transformer": None,
    "unet": None,
    "controlnet": "controlnet",
    "prior": "prior",
    "text_encoder": "text_encoder",
    "text_encoder_2": "text_encoder",
    "text_encoder_3": "text_encoder",
    "vae": "vae",
    "image_encoder": "vision_encoder",
}


class ModelIndex(DocumentReader):
    """Reads the index and the configurations of the components that matter most."""

    name = "model_index"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The index, then the configuration of every part, the trained network first."""
        indexes = wanted_named(record, _INDEX)
        folders = {folder_of(request.path) for request in indexes}
        parts = wanted_where(
            record,
            lambda path: path.endswith("/config.json") and folder_of(folder_of(path)) in folders,
        )
        order = list(_COMPONENTS)
        return (*indexes, *sorted(parts, key=lambda request: _place(request.path, order)))

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims with the component that they are about."""
        yield from _claims(opened, relation_by_signs(opened.trace.record))
        if (
            opened.trace.file.endswith(_INDEX)
            and opened.objects
            and (pipeline := text_of(opened.objects[0].get("_class_name")))
        ):
            yield opened.trace.observe(ObservationKind.ARCHITECTURE, "_class_name", pipeline)


def _place(path: str, order: list[str]) -> int:
    part = folder_of(path).rpartition("/")[2]
    return order.index(part) if part in order else len(order)


def _claims(opened: Opened, relation: Relation) -> Iterator[Claim]:
    is_index = opened.trace.file.endswith(_INDEX)
    part_of = "" if is_index else folder_of(opened.trace.file).rpartition("/")[2]
    for content in opened.first:
        if not is_index:
            part = _COMPONENTS.get(part_of, part_of or None)
            yield from all_claims(content, opened.trace, relation, part)
            continue
        yield from opened.trace.claims(content.get("_name_or_path"), "_name_or_path", relation)
        for part, inner in content.items():
            value = (
                inner.get("_name_or_path") or inner.get("pretrained_model_name_or_path")
                if isinstance(inner, Mapping)
                else None
            )
            if text_of(value):
                yield from opened.trace.claims(
                    value,
                    f"{part}._name_or_path",
                    Relation.FINETUNE,
                    component=_COMPONENTS.get(part, part),
                )
