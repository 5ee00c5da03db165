"""Base models of diffusion pipelines: `model_index.json` and the configuration of each component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.claims.files.documents import Opened, open_all, text_of
from lineage.claims.files.wanted import wanted
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.names.relation_signs import relation_by_signs
from lineage.claims.trace import MOST_CLAIMS
from lineage.core.claim import Claim, Noticed, Observation
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
_MOST_COMPONENTS = 3


class ModelIndex:
    """Reads the index and the configurations of the components that matter most."""

    name = "model_index"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """The index, then at most three configurations, the trained network first."""
        index = wanted(record, _INDEX)
        return (
            (
                *index,
                *wanted(record, *(f"{part}/config.json" for part in _COMPONENTS))[
                    :_MOST_COMPONENTS
                ],
            )
            if index
            else ()
        )

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """Claims with the component that they are about."""
        claims: list[Claim] = []
        noticed: list[Observation] = []
        for opened in open_all(self.name, record, documents, self.wants(record)):
            noticed += opened.trouble
            claims += _claims(opened, relation_by_signs(record))
            if (
                opened.trace.file == _INDEX
                and opened.objects
                and (pipeline := text_of(opened.objects[0].get("_class_name")))
            ):
                noticed.append(opened.trace.observe(Noticed.ARCHITECTURE, "_class_name", pipeline))
        return Reading(tuple(claims[:MOST_CLAIMS]), tuple(noticed))


def _claims(opened: Opened, relation: Relation) -> Iterator[Claim]:
    folder = opened.trace.file.rpartition("/")[0]
    for held in opened.objects[:1]:
        yield from opened.trace.claims(
            held.get("_name_or_path"), "_name_or_path", relation, component=_COMPONENTS.get(folder)
        )
        if folder:
            continue
        for part, inner in held.items():
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
