"""The registry as a reader of claims."""

from __future__ import annotations

from fakes import make_record
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.family import RootEvidenceKind
from lineage.evidence.registry import Registry
from lineage.evidence.registry_claims import RegistryClaims

READER = RegistryClaims(Registry.load())


def claims(id: str, **facts):
    record = make_record(id, **facts)
    assert READER.wants(record) == ()
    return READER.read(record, {}).claims


def test_an_r1_distil_gets_its_base_and_its_teacher():
    """Both are stated, by the registry, with the address where they stand."""
    found = {claim.parent: claim for claim in claims("deepseek-ai/DeepSeek-R1-Distill-Llama-8B")}
    assert found.keys() == {"meta-llama/Llama-3.1-8B", "deepseek-ai/DeepSeek-R1"}
    teacher = found["deepseek-ai/DeepSeek-R1"]
    assert (teacher.relation, teacher.grade, teacher.source) == (
        Relation.DISTILLED,
        Grade.STATED,
        "registry",
    )
    assert teacher.file.startswith("https://")
    assert teacher.excerpt


def test_a_component_and_a_secondary_source_are_marked():
    """NAVER's vision encoder is a part; Rakuten's base was told by others."""
    (encoder,) = claims("naver-hyperclovax/HyperCLOVAX-SEED-Think-32B")
    assert (encoder.component, encoder.parent) == ("vision_encoder", "Qwen/Qwen2.5-VL-32B-Instruct")
    assert encoder.confidence < 1
    (rakuten,) = claims("Rakuten/RakutenAI-3.0")
    assert rakuten.confidence < 1


def test_a_renamed_repo_is_known_by_its_old_name():
    """The hub's redirect does not lose the statement."""
    found = claims("someone/Moved", redirected_from=("deepseek-ai/DeepSeek-R1",))
    assert [claim.parent for claim in found] == ["deepseek-ai/DeepSeek-V3-Base"]
    assert found[0].child == "someone/Moved"


def test_a_base_of_a_root_is_an_edge_whatever_the_card_declares():
    """A silent card, and one that names something else: the registry's statement stands beside it,
    citation and all."""
    for card in ({}, {"base_model": "acme/other"}):
        (claim,) = claims("microsoft/NextCoder-7B", card=card)
        assert (claim.parent, claim.relation, claim.grade) == (
            "Qwen/Qwen2.5-Coder-7B-Instruct",
            Relation.FINETUNE,
            Grade.STATED,
        )
        assert claim.file.startswith("https://github.com/microsoft/NextCoder/")
        assert "Qwen2.5-Coder" in claim.excerpt


def test_every_base_of_every_root_is_an_edge():
    """No base, component or teacher that the registry cites for a root is lost on the way, by any
    name of the root."""
    registry = Registry.load()
    for family in registry.families():
        for root in family.roots:
            found = {(claim.parent, claim.component): claim for claim in claims(root)}
            for base in registry.root_evidence(root).bases:
                claim = found[registry.canonical(base.repo), base.component]
                assert claim.grade is Grade.STATED
                assert claim.file.startswith("http")


def test_parts_of_a_vision_model_keep_their_names():
    """The language model is the base; the encoder is a part of it."""
    found = {claim.parent: claim.component for claim in claims("OpenGVLab/InternVL3-8B")}
    assert found == {
        "Qwen/Qwen2.5-7B": None,
        "OpenGVLab/InternViT-300M-448px-V2_5": "vision_encoder",
    }


def test_a_disputed_statement_is_shown_and_is_no_edge():
    """It names its parent as written, says who contradicts it, and leaves open what is under the
    model; the undisputed base is an edge."""
    disputed, merged = claims("prefeitura-rio/Rio-3.5-Open-397B")
    assert (disputed.value, disputed.parent, disputed.problem) == (
        "nex-agi/Nex-N2-Pro",
        None,
        "disputed",
    )
    assert disputed.grade is Grade.INFERRED
    assert disputed.excerpt.startswith("Disputed: ")
    assert (merged.parent, merged.relation, merged.grade) == (
        "Qwen/Qwen3.5-397B-A17B",
        Relation.MERGE,
        Grade.STATED,
    )


def test_a_root_that_nothing_is_shown_of_gets_no_claims():
    """Neither its family's base nor anything else is guessed."""
    registry = Registry.load()
    unshown = [
        root
        for family in registry.families()
        for root in family.roots
        if (found := registry.root_evidence(root)) and found.kind is RootEvidenceKind.NOT_SHOWN
    ]
    quiet = [root for root in unshown if not registry.stated_bases(root)]
    assert quiet
    assert [root for root in quiet if claims(root) != ()] == []


def test_strangers_and_local_folders_get_no_claims():
    """Nothing is said of what the registry does not name."""
    assert claims("acme/DeepSeek-R1-Distill-Llama-8B") == ()
    assert claims("deepseek-ai/DeepSeek-R1", status=Status.LOCAL) == ()
    assert claims("meta-llama/Llama-3.1-8B") == ()
