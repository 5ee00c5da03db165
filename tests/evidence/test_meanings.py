"""What names outside the Hub stand for: models, developers and operators, told apart."""

from __future__ import annotations

import pytest

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.meanings import Meanings, NameClaims
from lineage.evidence.name_lookup import Known
from lineage.evidence.registry import Registry

meanings = Meanings(Registry.load())


def known(model: str) -> Known:
    found = meanings.of(model)
    assert found is not None
    return found


def claims(
    model: str, status: Status = Status.NOT_READ
) -> list[tuple[str | None, Relation, Grade]]:
    record = ModelRecord(model, model, status, "names")
    return [(c.parent, c.relation, c.grade) for c in NameClaims(meanings).read(record, {}).claims]


@pytest.mark.parametrize(
    "text",
    [
        "ollama:deepseek-r1:8b",
        "api://api.deepseek.com/deepseek-chat",
        "api://localhost:8000/my-model",
        "api://openrouter.ai/qwen/qwen3-coder",
        "modelscope:Qwen/Qwen3-8B",
    ],
)
def test_an_id_reads_back_as_it_was_written(text: str) -> None:
    """The id of a name elsewhere holds all that is known of it."""
    named = parse_elsewhere(text)
    assert named is not None and named.id == text


@pytest.mark.parametrize(
    "text", ["org/name", "https://huggingface.co/a/b", "s3://b/k", "ollama:", "api://a b/c"]
)
def test_other_texts_are_no_names_elsewhere(text: str) -> None:
    """Repo ids, addresses and storage are read by others."""
    assert parse_elsewhere(text) is None


def test_a_tag_that_moved_has_both_meanings() -> None:
    """Which of them a machine holds is not known without a digest: both are shown, neither is a
    copy."""
    found = claims("ollama:deepseek-r1:8b")
    assert {parent for parent, _, _ in found} == {
        "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    }
    assert {relation for _, relation, _ in found} == {Relation.UNKNOWN}


def test_a_tag_that_stayed_is_a_quantized_copy() -> None:
    """One sure meaning: nothing was trained."""
    assert claims("ollama:llama3.1:8b") == [
        ("meta-llama/Llama-3.1-8B-Instruct", Relation.QUANTIZED, Grade.STATED)
    ]


def test_an_unlisted_tag_keeps_the_developer_of_its_page() -> None:
    """The weights are not known; every listed tag of the page is by one developer."""
    found = known("ollama:deepseek-r1:8b-some-new-quant")
    assert found.meanings == () and found.developer is not None
    assert found.developer.id == "deepseek"


def test_an_address_meant_many_models() -> None:
    """`deepseek-chat` is the name of an address: every model that answered there is shown."""
    found = known("api://api.deepseek.com/deepseek-chat")
    assert len(found.meanings) >= 9
    assert found.developer is not None and found.developer.id == "deepseek"
    assert found.operator == found.developer


def test_an_operator_is_not_the_developer() -> None:
    """Alibaba's address serves DeepSeek's model; a Western router serves Qwen's."""
    found = known("api://dashscope.aliyuncs.com/deepseek-r1")
    assert found.operator is not None and found.operator.id == "alibaba-qwen"
    assert found.developer is not None and found.developer.id == "deepseek"
    routed = known("api://openrouter.ai/qwen/qwen3-coder")
    assert routed.developer is not None and routed.developer.id == "alibaba-qwen"
    assert routed.operator is not None and routed.operator.name == "OpenRouter"


def test_a_vendors_own_address_tells_the_developer_of_an_unlisted_id() -> None:
    """The vendor serves only its own models there; its id need not be listed."""
    found = known("api://api.deepseek.com/deepseek-of-tomorrow")
    assert found.developer is not None and found.developer.id == "deepseek"
    assert not found.is_sure


@pytest.mark.parametrize(
    "model",
    [
        "api://vllm:8000/deepseek-chat",
        "api://10.0.0.7/m",
        "api://models.acme.example/deepseek-chat",
    ],
)
def test_a_private_address_is_attributed_to_nobody(model: str) -> None:
    """Whoever runs that server may call anything by any name."""
    assert known(model) == Known()


def test_the_same_name_elsewhere_is_a_lead() -> None:
    """Another host's model of that name may be another one: its developer is told, its weights are
    not."""
    found = claims("api://api.novita.ai/deepseek-reasoner")
    assert found and {grade for _, _, grade in found} == {Grade.INFERRED}


def test_a_model_of_modelscope_has_its_name_on_the_hub() -> None:
    """By a cited pair alone, equal names or not; and by none of the other site, whose catalogue is
    another."""
    for name, hub in (
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("iic/gte-modernbert-base", "Alibaba-NLP/gte-modernbert-base"),
    ):
        assert claims(f"modelscope:{name}") == [(hub, Relation.CONVERSION, Grade.STATED)]
    for name in ("AI-ModelScope/no-such-model", "modelscope.ai/Qwen/Qwen3-8B"):
        assert known(f"modelscope:{name}").meanings == ()


def test_a_namespace_of_modelscope_tells_whose_it_is_and_no_twin() -> None:
    """A model that no list has there may have its name on the Hub: a lead, where nothing of it was
    read."""
    found = known("modelscope:Qwen/Qwen-not-on-any-list-7B")
    assert found.meanings == () and not found.is_sure
    assert found.developer is not None and found.developer.id == "alibaba-qwen"
    unread = claims("modelscope:Qwen/Qwen-not-on-any-list-7B")
    assert [(parent, grade) for parent, _, grade in unread] == [
        ("Qwen/Qwen-not-on-any-list-7B", Grade.INFERRED)
    ]
    assert claims("modelscope:Qwen/Qwen-not-on-any-list-7B", Status.RESOLVED) == []


def test_a_model_of_the_hub_is_none_of_these() -> None:
    """Its own repository speaks."""
    assert meanings.of("Qwen/Qwen3-8B") is None


@pytest.mark.parametrize(
    ("model", "developer"),
    [
        ("api://bedrock/us.deepseek.r1-v1:0", "DeepSeek"),
        ("api://bedrock/qwen.qwen3-32b-v1:0", "Qwen team (Tongyi Qianwen), Alibaba Cloud"),
        ("api://bedrock/anthropic.claude-3-haiku-20240307-v1:0", "Anthropic"),
    ],
)
def test_a_vendors_word_before_the_dot_tells_the_developer_at_bedrock(
    model: str, developer: str
) -> None:
    """Amazon's ids say whose a model is; which weights it has they do not say."""
    told = known(model)
    assert told.developer is not None and told.developer.name == developer
    assert told.operator is not None and told.operator.jurisdiction == "US"
    assert told.developer != told.operator and not told.is_sure


@pytest.mark.parametrize(
    ("id", "developer", "model"),
    [
        ("oci://nvcr.io/nim/qwen/qwen3-32b:1.10.1", "alibaba-qwen", "qwen/qwen3-32b"),
        (
            "api://sagemaker/huggingface-llm-qwen2-5-7b-instruct",
            "alibaba-qwen",
            "Qwen/Qwen2.5-7B-Instruct",
        ),
        (
            "api://sagemaker/deepseek-llm-r1-distill-qwen-14b",
            "deepseek",
            "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
        ),
    ],
)
def test_a_name_spelled_as_elsewhere_tells_its_developer_and_leads(
    id: str, developer: str, model: str
) -> None:
    """An image of NVIDIA's holds what its service calls so; JumpStart writes names with hyphens
    alone. The weights are a lead."""
    found = known(id)
    assert found.developer is not None and found.developer.id == developer
    assert model in {one.model for one in (*found.meanings, *found.alike)}
    assert not found.is_sure


@pytest.mark.parametrize(
    "id", ["oci://nvcr.io/nim/acme/net:1", "oci://example.org/nim/qwen/qwen3-32b"]
)
def test_an_image_of_nobody_known_tells_nothing(id: str) -> None:
    assert known(id).developer is None
