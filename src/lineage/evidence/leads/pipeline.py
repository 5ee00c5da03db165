"""Leads from diffusion and adapter files: pipeline classes, and what trainers write at the head of
a safetensors file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.claims.files.documents import open_all, text_of
from lineage.claims.files.safetensors_metadata import SafetensorsMetadata, read_metadata
from lineage.claims.files.wanted import wanted
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import ModelRecord
from lineage.evidence.leads.reader import LeadReader
from lineage.evidence.leads.tables import tables
from lineage.evidence.leads.words import family_words

_INDEX = "model_index.json"
_HEADS = SafetensorsMetadata()
_KEYS = (
    "modelspec.architecture",
    "modelspec.implementation",
    "ss_base_model_version",
    "ss_sd_model_name",
    "ss_network_module",
)
_NETWORKS = ("transformer", "unet", "prior")


class PipelineLeads(LeadReader):
    """The trained network's class is that of one line in most pipelines; parts around it are shared
    and say nothing."""

    name = "leads: pipeline"
    kind = LeadKind.PIPELINE

    def find(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Iterator[Lead]:
        """From the index and from the header."""
        for opened in open_all(self.name, record, documents, wanted(record, _INDEX)):
            for content in opened.objects[:1]:
                yield from self._class(record, "_class_name", text_of(content.get("_class_name")))
                for part in _NETWORKS:
                    named = content.get(part)
                    if isinstance(named, list) and len(named) > 1:
                        yield from self._class(record, part, text_of(named[1]))
        for request in _HEADS.wants(record):
            if request.path in documents:
                content, _ = read_metadata(documents[request.path])
                for key in _KEYS:
                    text = text_of(content.get(key))
                    families = self._of(re.sub(r"[_/.]+(?!\d)", "-", text.rpartition("/")[2])) or (
                        self._of(text.partition("/")[0])
                    )
                    if families:
                        place = f"__metadata__.{key}"
                        yield self.lead(record, families, request.path, place, text, is_strong=True)

    def _class(self, record: ModelRecord, place: str, name: str) -> Iterator[Lead]:
        fit = tables(self._registry).of_class(name) if name else None
        families = fit.families if fit else self._of(_apart(name))
        if families:
            yield self.lead(record, families, _INDEX, place, name, is_strong=True)

    def _of(self, text: str) -> tuple[str, ...]:
        return family_words(self._registry).of(text) if text else ()


def _apart(name: str) -> str:
    """`QwenImageTransformer2DModel` as the words `Qwen-Image-Transformer2D-Model`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name[:200])
