"""The registry as a reader of claims."""

from __future__ import annotations

from fakes import make_record
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
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


def test_a_derived_family_s_silent_card_shows_the_gap():
    """Another developer's family is underneath, the exact repo is not known: a claim that names no model."""
    (claim,) = claims("microsoft/NextCoder-7B")
    assert claim.parent is None
    assert claim.problem == "family only"
    assert claim.value == "Qwen2.5-Coder"
    assert claims("Qwen/Qwen2.5-VL-7B-Instruct") == ()
    assert (
        claims("microsoft/NextCoder-7B", card={"base_model": "Qwen/Qwen2.5-Coder-7B-Instruct"})
        == ()
    )


def test_strangers_and_local_folders_get_no_claims():
    """Nothing is said of what the registry does not name."""
    assert claims("acme/DeepSeek-R1-Distill-Llama-8B") == ()
    assert claims("deepseek-ai/DeepSeek-R1", status=Status.LOCAL) == ()
    assert claims("meta-llama/Llama-3.1-8B") == ()
