"""No verdict better than the truth: every reader is needed, shown by switching each off.

In each world a model declares a harmless base, and one trace tells of another. With all readers a
gate stops it; without the one reader of that trace it goes through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from evidence.leads.models import LLAMA as LLAMA_SIZES
from evidence.leads.models import QWEN as QWEN_SIZES
from evidence.leads.models import REGISTRY, files_of, gguf, safetensors
from fakes import FakeSource, make_record
from lineage.claims.interface import ClaimReader
from lineage.core.claim import Claim
from lineage.core.record import KnownEdge
from lineage.core.relation import Grade, Relation
from lineage.evidence.leads import readers as lead_module
from lineage.evidence.stated import StatedDeveloper
from lineage.graph.graph import LineageGraph
from lineage.policy.finding import Level, Verdict
from lineage.policy.policy import Policy
from lineage.workflows import audit as module
from lineage.workflows.audit import audit
from lineage.workflows.options import Additions, Options, Where

LLAMA, QWEN, R1 = "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B", "deepseek-ai/DeepSeek-R1"
TEACHER, ON_QWEN, TARGET = "Qwen/Qwen3-235B-A22B", "acme/other", "acme/app"
HUB = f"https://huggingface.co/{QWEN}"
POLICY = Policy(
    levels=dict.fromkeys(
        ("foundation-jurisdiction", "trainer-jurisdiction", "teacher-jurisdiction"), Level.FAIL
    ),
    developers=(StatedDeveloper("Acme", "US", ("acme",)),),
)
STOPS = (Verdict.FAIL, Verdict.INCONCLUSIVE)
GOES_THROUGH = (Verdict.PASS, Verdict.REVIEW)


@dataclass(frozen=True)
class Sample:
    """One model that declares Llama in its card, unless it is said elsewhere, and one trace beside
    it."""

    files: Mapping[str, object] = field(default_factory=dict)
    card: Mapping[str, object] = field(default_factory=lambda: {"base_model": [LLAMA]})
    body: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Claim, ...] = ()
    id: str = TARGET

    def verdict(self) -> Verdict:
        """What the whole tool says of it, on a hub that has every model named here."""
        roots = {root: _files({}, "") for root in (LLAMA, QWEN, R1, TEACHER)}
        files = {**roots, ON_QWEN: _files({"base_model": [QWEN]}, "")}
        records = {id_: make_record(id_, card={"license": "mit"}) for id_ in roots}
        records[ON_QWEN] = make_record(ON_QWEN, QWEN)
        files[self.id] = _files(self.card, self.body) | files_of(self.files)
        records[self.id] = make_record(self.id, card={"license": "mit", **self.card}, **self.facts)
        options = Options(
            where=Where(source=FakeSource(records, files)),
            policy=POLICY,
            added=Additions(evidence=self.evidence),
        )
        return audit(self.id, options).verdict


def _files(card: Mapping[str, object], body: str) -> dict[str, bytes]:
    front = "".join(f"{key}: {json.dumps(held)}\n" for key, held in card.items())
    return {"README.md": f"---\nlicense: mit\n{front}---\n# A model\n\n{body}\n".encode()}


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


_LAYER = "application/vnd.ollama.image.model"
SAMPLES: dict[str, Sample] = {
    "card metadata": Sample(
        card={"base_model": [QWEN]}, facts={"tags": (f"base_model:finetune:{LLAMA}",)}
    ),
    "hub tree": Sample(facts={"base_models": {"relation": "finetune", "models": [{"id": QWEN}]}}),
    "hub tags": Sample(facts={"tags": (f"base_model:finetune:{QWEN}",)}),
    "ModelScope": Sample(
        facts={
            "source": "modelscope",
            "base_models": {"relation": "LoRA", "models": [{"id": QWEN}]},
        }
    ),
    "known edges": Sample(
        facts={"known_edges": (KnownEdge(QWEN, Relation.FINETUNE, "https://example.org/list"),)}
    ),
    "adapter_config": Sample(
        {"adapter_config.json": {"base_model_name_or_path": QWEN, "peft_type": "LORA"}}
    ),
    "mergekit": Sample(
        {
            "mergekit_config.yml": f"merge_method: slerp\nmodels:\n- model: {QWEN}\n- model: {LLAMA}\n"
        }
    ),
    "Kitfile": Sample({"Kitfile": f"model:\n  path: {HUB}\n"}),
    "Kaggle": Sample({"model-instance-metadata.json": {"externalBaseModelUrl": HUB}}),
    "OCI": Sample(
        {"manifest.json": {"annotations": {"com.acme.base_model": QWEN}}}, facts={"source": "oci"}
    ),
    "Ollama": Sample(
        {"manifest.json": {"layers": [{"mediaType": _LAYER, "from": f"hf.co/{QWEN}:Q4_K_M"}]}},
        facts={"source": "ollama"},
    ),
    "server": Sample(
        {"models.json": {"id": "app", "owned_by": "vllm", "root": QWEN}},
        facts={"source": "server"},
    ),
    "GGUF header": Sample(
        {"app.gguf": gguf({"general.architecture": "llama", "general.base_model.0.repo_url": HUB})}
    ),
    "config.json": Sample({"config.json": {**LLAMA_SIZES, "_name_or_path": QWEN}}),
    "model_index": Sample(
        {
            "model_index.json": {"_class_name": "AcmePipeline"},
            "transformer/config.json": {"model_type": "llama", "_name_or_path": QWEN},
        }
    ),
    "safetensors metadata": Sample({"app.safetensors": safetensors({"base_model": QWEN})}),
    "sentence_transformers": Sample(
        {
            "modules.json": [{"idx": 0, "path": "0_Transformer"}],
            "0_Transformer/config.json": {"model_type": "llama", "_name_or_path": QWEN},
        }
    ),
    "Modelfile": Sample({"Modelfile": f"FROM hf.co/{QWEN}\n"}),
    "MLmodel": Sample({"MLmodel": f"flavors:\n  transformers:\n    source_model_name: {QWEN}\n"}),
    "model configuration": Sample({"gliner_config.json": {"model_name": QWEN}}),
    "trainer logs": Sample({"training_args.json": {"model_name_or_path": QWEN}}),
    "quantizer configs": Sample({"quantize_config.json": {"bits": 4, "model_name_or_path": QWEN}}),
    "code": Sample({"run.sh": f"vllm serve --model {QWEN}\n"}),
    "card configuration block": Sample(
        body=_fence("yaml", f"merge_method: slerp\nmodels:\n- model: {QWEN}\n- model: {LLAMA}")
    ),
    "teachers": Sample(
        card={"base_model": [LLAMA], "datasets": ["acme/deepseek-r1-distill-traces"]}
    ),
    "name": Sample(
        {"adapter_config.json": {"base_model_name_or_path": LLAMA}}, card={}, id=f"{ON_QWEN}-GGUF"
    ),
    "registry": Sample(id="microsoft/MAI-DS-R1"),
    "data set teachers": Sample(
        card={"base_model": [LLAMA], "datasets": ["a-m-team/AM-Qwen3-Distilled"]}
    ),
    "evidence of other tools": Sample(
        evidence=(
            Claim(TARGET, QWEN, QWEN, Relation.FINETUNE, Grade.STATED, "a scanner", "its log", ""),
        )
    ),
    "leads: configuration": Sample({"config.json": QWEN_SIZES}),
    "leads: chat template": Sample(
        {"tokenizer_config.json": {"chat_template": "{{ 'You are Qwen, a helpful assistant.' }}"}}
    ),
    "leads: licence": Sample(card={"base_model": [LLAMA], "license_name": "tongyi-qianwen"}),
    # A name and a tag are weak leads, which ask only together: each of the two readers is needed.
    "leads: names": Sample(
        card={"base_model": [LLAMA], "tags": ["Qwen"]}, id="acme/Qwen2.5-7B-chat"
    ),
    "leads: tags": Sample(
        card={"base_model": [LLAMA], "tags": ["Qwen"]},
        body=_fence("python", f'model = AutoModelForCausalLM.from_pretrained("{QWEN}")'),
    ),
    "leads: code files": Sample({"modeling_qwen2.py": "pass"}),
    "leads: files left behind": Sample(
        {"train.log": f"loading model --model_name_or_path {QWEN}\n"}
    ),
    "leads: tokenizer": Sample(
        {"tokenizer_config.json": {"added_tokens_decoder": {"151643": {}, "151664": {}}}}
    ),
    "leads: prose": Sample(body="It is built upon the open-source Qwen2.5 family."),
    # Code is a weak lead too, and asks beside the tag.
    "leads: code": Sample(
        card={"base_model": [LLAMA], "tags": ["Qwen"]},
        body=_fence("python", f'model = AutoModelForCausalLM.from_pretrained("{QWEN}")'),
    ),
    "leads: pipeline": Sample({"model_index.json": {"_class_name": "QwenImagePipeline"}}),
}

WITHOUT_SAMPLE = {
    "card prose": "leads: prose reads the same sentences: without it a failure is inconclusive, never a pass",
    "card statements": "tells what a card says of its own model, and names no base",
    "name and tags": "tells that refusals were removed, and names no base",
    "names": "tells what a name outside the Hub stands for: without it such a model is not known",
    "leads": "stands for the readers of leads, each of which has a sample",
}


def _switch_off(name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Leave one reader out of every walk from now on; a walk notes in the list what it left out."""
    left_out: list[str] = []

    def others(readers: tuple[ClaimReader, ...]) -> tuple[ClaimReader, ...]:
        left_out.extend(reader.name for reader in readers if reader.name == name)
        return tuple(reader for reader in readers if reader.name != name)

    walk, leads, of_records = module.walk, lead_module.lead_readers, lead_module.record_readers

    def walk_without(
        ref: Any, source: Any, readers: Any, bounds: Any, *, cited: Any, **more: Any
    ) -> LineageGraph:
        return walk(ref, source, others(readers), bounds, cited=others(cited), **more)

    monkeypatch.setattr(module, "walk", walk_without)
    monkeypatch.setattr(lead_module, "lead_readers", lambda registry: others(leads(registry)))
    of_names = lead_module.name_readers
    monkeypatch.setattr(lead_module, "record_readers", lambda known: others(of_records(known)))
    monkeypatch.setattr(lead_module, "name_readers", lambda known: others(of_names(known)))
    return left_out


@pytest.mark.parametrize("name", SAMPLES)
def test_every_reader_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it a gate stops a disguised model, and without it the same model goes through."""
    sample = SAMPLES[name]
    assert sample.verdict() in STOPS
    left_out = _switch_off(name, monkeypatch)
    assert sample.verdict() in GOES_THROUGH
    assert set(left_out) == {name}


def test_every_reader_of_a_run_has_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a reader adds the model that only it finds out."""
    names = [reader.name for reader in lead_module.lead_readers(REGISTRY)]
    walk = module.walk

    def watched(
        ref: Any, source: Any, readers: Any, bounds: Any, *, cited: Any, **more: Any
    ) -> LineageGraph:
        names.extend(reader.name for reader in (*readers, *cited))
        return walk(ref, source, readers, bounds, cited=cited, **more)

    monkeypatch.setattr(module, "walk", watched)
    assert Sample().verdict() is Verdict.PASS
    assert len(names) == len(set(names))
    assert set(names) == {*SAMPLES, *WITHOUT_SAMPLE}
    assert not SAMPLES.keys() & WITHOUT_SAMPLE.keys()
