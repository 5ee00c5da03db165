"""Base models in the files that quantizers write: GPTQ, AWQ, EXL2, HQQ, ONNX and OpenVINO
exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.claims.files.documents import DocumentReader, Opened, mapping_of, text_of
from lineage.claims.files.wanted import wanted_named
from lineage.claims.interface import FileRequest
from lineage.claims.names.parent_name import read_parent_name
from lineage.core.claim import Claim, Observation
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation

_FILES = (
    "quantize_config.json",
    "quant_config.json",
    "quantization_config.json",
    "job_new.json",
    "ort_config.json",
    "openvino_config.json",
    "mlc-chat-config.json",
    "hqq_config.json",
    "quantize.json",
    "smash_config.json",
    "quanto_qmap.json",
    "quantization_args.json",
)
_KEYS = (
    "model_name_or_path",
    "_name_or_path",
    "base_model",
    "base_model_name_or_path",
    "model_id",
    "model_path",
    "in_dir",
    "source_model",
    "model",
)
_SECTIONS = ("meta", "quantization_config", "quant_config", "args", "quantization")


class QuantizerConfigs(DocumentReader):
    """Reads every such file; most of them hold numbers only and then tell nothing."""

    name = "quantizer configs"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Those of the known files that the repo has."""
        return wanted_named(record, *_FILES)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """Claims from the keys under which a quantizer keeps what it was given."""
        for content in opened.first:
            for section, values in (
                ("", content),
                *((f"{name}.", mapping_of(content.get(name))) for name in _SECTIONS),
            ):
                for key in _KEYS:
                    value = text_of(values.get(key))
                    if "/" in value or "\\" in value or read_parent_name(value).id:
                        yield from opened.trace.claims(value, section + key, Relation.QUANTIZED)
