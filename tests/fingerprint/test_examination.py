"""One model against declared bases, look-alikes and references, through a source."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from fingerprint import made
from lineage.core.errors import CannotRunError, DataError, ReadError
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade
from lineage.evidence.leads.looks import Looks, looks_of
from lineage.evidence.leads.suspicion import suspect
from lineage.evidence.registry import Registry
from lineage.fingerprint.claims import contradiction, to_claims, undeclared
from lineage.fingerprint.examination import examine
from lineage.fingerprint.foreign import CISCO, MODELDNA, read_evidence
from lineage.fingerprint.manifest import ManifestEntry, build, parse_manifest, shipped_manifest
from lineage.fingerprint.references import References
from lineage.fingerprint.sketch import Sketch, make_sketch
from lineage.fingerprint.verdict import Declared, MatchKind, WeightsVerdict

BASE, OTHER = made.model(1), made.model(2)
REGISTRY = Registry.load()


class Shelf:
    """A hub in memory."""

    name = "hub"

    def __init__(self, repos: dict[str, dict[str, bytes]]) -> None:
        self.repos = repos
        self.asked: list[str] = []

    def fetch(self, ref: ModelRef) -> ModelRecord:
        self.asked.append(ref.id)
        if ref.id not in self.repos:
            return ModelRecord(ref.id, ref.id, Status.NOT_FOUND, "hub", reason="no such repo")
        files = tuple(
            FileEntry(name, len(data), sha256=f"{hash(data):064x}"[-64:])
            for name, data in self.repos[ref.id].items()
        )
        return ModelRecord(
            ref.id,
            ref.id,
            Status.RESOLVED,
            "hub",
            revision="r1",
            files=files,
            card={"license": "mit"},
        )

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        if record.id not in self.repos:
            raise ReadError("gone")
        return self.repos[record.id][path][start:end]


def repo(weights: made.Weights) -> dict[str, bytes]:
    """A model's files."""
    return {"model.safetensors": made.safetensors(weights)}


def sketch(weights: made.Weights, name: str) -> Sketch:
    """A stored reference."""
    return make_sketch(made.profile(weights, name).opened, repo=name)


SHELF = Shelf(
    {
        "org/base": repo(BASE),
        "org/instruct": repo(made.tuned(BASE, 8, 0.0005)),
        "lab/other": repo(OTHER),
        "me/child": repo(made.tuned(BASE, 9)),
        "me/own": repo(made.model(30)),
        "me/adapter": {"adapter_config.json": b"{}", "adapter_model.safetensors": b"x"},
        "me/broken": {"model.safetensors": b"\xff" * 50},
        "me/narrow": repo(made.model(31, width=64)),
        "me/copy": repo(BASE),
    }
)
KNOWN = References([sketch(BASE, "org/base"), sketch(OTHER, "lab/other")])


def probed(
    name: str, *, declared: Sequence[str] = (), known: References = KNOWN, shelf: Shelf = SHELF
) -> WeightsVerdict:
    """The verdict on one repo of the shelf."""
    return examine(shelf.fetch(ModelRef(name)), shelf, known, REGISTRY, declared=declared)


def test_an_undeclared_base_is_found() -> None:
    """A child that names no base is reported, with its evidence, and the claim is inferred with a
    confidence."""
    found = probed("me/child")
    assert found.kind is MatchKind.DERIVED_OR_PARENT
    assert [m.repo for m in found.matches] == ["org/base"]
    assert found.declared_vs_found is Declared.UNDECLARED
    assert undeclared(found)
    assert contradiction(found) is None
    (claim,) = to_claims(found)
    assert (claim.child, claim.parent, claim.grade) == ("me/child", "org/base", Grade.INFERRED)
    assert claim.confidence == 0.95
    assert found.compared == 2
    assert found.strangers_max_z is not None
    assert found.strangers_max_z < 4
    assert found.bytes_read < 30_000


def test_a_declared_base_that_fits_agrees() -> None:
    """By its stored reference, and read live where there is none."""
    assert probed("me/child", declared=["org/base"]).declared_vs_found is Declared.AGREES
    live = probed("me/child", declared=["org/base"], known=References())
    assert live.declared_vs_found is Declared.AGREES
    assert live.matches[0].via == "live"


def test_a_declared_base_that_the_weights_do_not_show_contradicts() -> None:
    """Whether or not another base is found instead."""
    found = probed("me/child", declared=["lab/other"])
    assert found.declared_vs_found is Declared.CONTRADICTS
    assert "org/base" in (contradiction(found) or "")
    alone = probed("me/own", declared=["lab/other"])
    assert alone.declared_vs_found is Declared.CONTRADICTS
    assert alone.kind is MatchKind.NO_MATCH_INDEXED


def test_one_fitting_base_of_several_is_not_a_contradiction() -> None:
    """A merge names more than one."""
    assert (
        probed("me/child", declared=["lab/other", "org/base"]).declared_vs_found is Declared.AGREES
    )


@pytest.mark.parametrize("declared", ["no/such", "me/narrow", "me/adapter", "me/broken"])
def test_a_base_that_cannot_be_compared_contradicts_nothing(declared: str) -> None:
    """Missing, of another width, an adapter, damaged: unknown, with the reason."""
    found = probed("me/own", declared=[declared])
    assert found.declared_vs_found is Declared.UNKNOWN
    assert found.skipped or found.declared_reason


def test_of_very_many_declared_bases_the_nearest_are_compared() -> None:
    """A merge of merges may name hundreds; the rest is reported, and nothing contradicts."""
    found = probed("me/own", declared=["lab/other", *(f"no/such{n}" for n in range(40))])
    assert found.declared_vs_found is Declared.UNKNOWN
    assert sum("nearest declared" in line for line in found.skipped) == 29


def test_no_match_states_its_power() -> None:
    """Nothing found is reported with what would have been found, and makes no claim."""
    found = probed("me/own")
    assert found.kind is MatchKind.NO_MATCH_INDEXED
    assert found.power_r is not None
    assert f"{found.power_r:.2f}" in found.statement
    assert to_claims(found) == ()
    assert any("deep mode" in line for line in found.caveats)


@pytest.mark.parametrize(
    ("name", "why"),
    [("me/adapter", "adapter only"), ("me/broken", "header claims"), ("no/such", "file list")],
)
def test_what_cannot_be_tested_is_reported_and_never_raised(name: str, why: str) -> None:
    """With its reason, and without a claim."""
    found = probed(name, declared=["org/base"])
    assert found.kind is MatchKind.NOT_TESTABLE
    assert why in found.reason
    assert found.declared_vs_found is Declared.UNKNOWN
    assert to_claims(found) == ()


def test_without_any_candidate_nothing_is_tested() -> None:
    """No reference of this width is not the same as no match."""
    assert probed("me/own", known=References()).kind is MatchKind.NOT_TESTABLE


def test_siblings_that_fit_equally_well_are_all_named() -> None:
    """A base and its instruct sibling cannot be distinguished by a child of either."""
    known = KNOWN.with_more([sketch(made.tuned(BASE, 8, 0.0005), "org/instruct")])
    found = probed("me/child", known=known)
    assert found.kind is MatchKind.SHARED_ANCESTRY
    assert {m.repo for m in found.matches} == {"org/base", "org/instruct"}
    assert {c.confidence for c in to_claims(found)} == {0.7}


def test_a_copy_is_identical_and_a_model_is_not_a_candidate_of_itself() -> None:
    """A mirror of the reference is reported as such; the reference's own repo is not compared with
    itself."""
    assert probed("me/copy").kind is MatchKind.IDENTICAL
    assert "org/base" not in {m.repo for m in probed("org/base").matches}


def test_a_verdict_is_plain_values() -> None:
    """For the JSON report."""
    document = json.loads(json.dumps(probed("me/child", declared=["org/base"]).to_dict()))
    assert document["declared_vs_found"] == "agrees"
    assert document["matches"][0]["comparison"]["groups"][0]["name"] == "final_norm"


def test_likeness_chooses_candidates_and_is_never_a_claim() -> None:
    """Dimensions of a known model make a suspicion of low confidence, with repos to compare
    with."""
    found = suspect(Looks("qwen2", ("Qwen2ForCausalLM",), 152064, 3584, 28), REGISTRY)
    assert any("qwen" in one.family for one in found[:3])
    assert all(one.confidence <= 0.4 for one in found)
    assert found[0].repos


def test_an_architecture_alone_is_not_a_suspicion() -> None:
    """A model trained from scratch with a known architecture looks like nobody."""
    assert suspect(Looks("qwen2", ("Qwen2ForCausalLM",), 12345, 777, 11), REGISTRY) == ()
    assert suspect(Looks("llama", ("LlamaForCausalLM",), 32000, 777, 11), REGISTRY) == ()


def test_looks_of_multimodal_and_gguf() -> None:
    """The language part of a nested configuration; the header's own keys."""
    nested = {
        "model_type": "x",
        "text_config": {
            "model_type": "qwen3",
            "vocab_size": 9,
            "hidden_size": 8,
            "num_hidden_layers": 7,
        },
    }
    assert looks_of(nested) == Looks("qwen3", (), 9, 8, 7)
    gguf = {
        "general.architecture": "llama",
        "llama.embedding_length": 64,
        "llama.block_count": 3,
        "tokenizer.ggml.tokens.length": 32000,
    }
    assert looks_of(gguf | {"tokenizer.ggml.pre": "llama-bpe"}) == Looks(
        "llama", (), 32000, 64, 3, "llama-bpe", True
    )
    assert looks_of({"model_type": ["x"], "vocab_size": True, "architectures": "x"}) == Looks()


def test_a_manifest_is_filled_and_goes_on_where_it_stopped() -> None:
    """Known ones are skipped, missing ones and moved names are reported, each new one is kept at
    once."""
    entries = [
        ManifestEntry("org/base"),
        ManifestEntry("lab/other", width=made.WIDTH),
        ManifestEntry("no/such"),
        ManifestEntry("me/own", width=17),
        ManifestEntry("me/child"),
    ]
    kept: list[Sketch] = []
    steps = list(build(entries, SHELF, References([sketch(BASE, "org/base")]), keep=kept.append))
    assert [step.skipped for step in steps] == [True, False, False, False, False]
    assert [s.repo for s in kept] == ["lab/other", "me/child"]
    assert "no such repo" in steps[2].problem
    assert "17 was expected" in steps[3].problem
    assert kept[0].licence == "mit"


def test_a_hub_that_is_down_stops_the_build() -> None:
    """After several in a row, so that 230 models are not waited for."""

    class Down(Shelf):
        def fetch(self, ref: ModelRef) -> ModelRecord:
            return ModelRecord(ref.id, ref.id, Status.UNREACHABLE, "hub", reason="no network")

    with pytest.raises(CannotRunError, match="no network"):
        list(build([ManifestEntry(f"a/b{n}") for n in range(9)], Down({}), References()))


def test_the_shipped_manifest_is_whole() -> None:
    """At least 150 foundation models, each with its width."""
    entries = shipped_manifest()
    assert len(entries) >= 150
    assert len({entry.repo.casefold() for entry in entries}) == len(entries)
    assert all(entry.width and 32 <= entry.width <= 32768 for entry in entries)
    with pytest.raises(DataError, match="not a repo id"):
        parse_manifest(b'{"models": [{"repo": "../x"}]}', "here")
    with pytest.raises(DataError, match="form"):
        parse_manifest(b"[]", "here")


def test_other_tools_answers_become_claims_of_their_own() -> None:
    """Named as theirs; Cisco's match by configuration alone weighs little; no match makes no
    claim."""
    dna = {
        "tool_version": "0.1.0",
        "target": "me/x",
        "verdict": {
            "verdict": "FINE_TUNE",
            "probability": 0.97,
            "best_candidate": "Qwen/Qwen2.5-7B",
        },
    }
    (claim,) = read_evidence(json.dumps(dna).encode(), "dna.json")
    assert (claim.source, claim.child, claim.parent, claim.confidence) == (
        MODELDNA,
        "me/x",
        "Qwen/Qwen2.5-7B",
        0.9,
    )
    dna["verdict"] = {"verdict": "NO_MATCH", "probability": 0.1, "best_candidate": "a/b"}
    assert read_evidence(json.dumps(dna).encode(), "dna.json") == ()
    scores = {"pipeline_score": 1.0, "mfi_tier": 1, "provenance_decision": "Confirmed Match"}
    kit = {"model_a": "me/x", "model_b": "org/base", "scores": scores}
    (claim,) = read_evidence(json.dumps(kit).encode(), "kit.json", model="me/renamed")
    assert (claim.source, claim.child, claim.confidence) == (CISCO, "me/renamed", 0.1)
    assert "by configuration" in claim.excerpt
    match = {
        "model_id": "org/base",
        "provenance_decision": "High-Confidence Match",
        "scores": {"pipeline_score": 0.8, "mfi_tier": 3},
    }
    (claim,) = read_evidence(
        json.dumps({"model_info": {"model_path": "me/x"}, "matches": [match, "junk"]}).encode(),
        "kit.json",
    )
    assert claim.confidence == pytest.approx(0.32)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"verdict": {}}', b'{"matches": 3}', b"[" * 9000]
)
def test_what_is_neither_tools_answer_is_refused(text: bytes) -> None:
    """With the command that makes one."""
    with pytest.raises(DataError):
        read_evidence(text, "x.json")
