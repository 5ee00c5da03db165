"""What answers a lead, and which unanswered ones ask."""

from __future__ import annotations

import pytest

from evidence.leads.models import DEEPSEEK, LLAMA, QWEN, REGISTRY, asked, leads_of
from lineage.core.claim import Lead, LeadKind
from lineage.core.record import Status
from lineage.evidence.leads.kinship import kinship

ATLAS = "acme/atlas"
R1_DISTILL = "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"


@pytest.mark.parametrize(
    ("base", "config"),
    [
        (R1_DISTILL, QWEN),
        ("Qwen/Qwen2.5-Math-7B", QWEN),
        ("Qwen/Qwen2-7B", QWEN),
        ("unsloth/Qwen2.5-7B-bnb-4bit", QWEN),
        ("meta-llama/Meta-Llama-3-8B", LLAMA),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", LLAMA),
        ("deepseek-ai/DeepSeek-R1", DEEPSEEK),
        ("lmsys/vicuna-7b-v1.5", {"model_type": "llama", "vocab_size": 32000}),
        ("mistralai/Mistral-Large-3-675B-Instruct-2512", DEEPSEEK | {"vocab_size": 131072}),
    ],
)
def test_relatives_by_the_registry_answer(base: str, config: dict[str, object]) -> None:
    """The family itself, one that it derives from or that derives from it, and generations that
    share a shape."""
    assert asked((ATLAS, base), files={"config.json": config}) == ()


def test_a_grandparent_answers_and_a_component_too() -> None:
    """Everything above the model counts, by whatever edge carries weights."""
    chain = ((ATLAS, "acme/middle"), ("acme/middle", "Qwen/Qwen2.5-7B"))
    assert asked(*chain, files={"config.json": QWEN}) == ()
    part = (
        (ATLAS, "meta-llama/Llama-3.1-8B"),
        (ATLAS, "Qwen/Qwen2.5-7B", "finetune", "text_encoder"),
    )
    assert asked(*part, files={"config.json": QWEN}) == ()


def test_a_teacher_answers_words_and_no_configuration() -> None:
    """What was learned from a model may be named after it; it has not its sizes."""
    taught = ((ATLAS, "meta-llama/Llama-3.1-8B"), (ATLAS, "Qwen/Qwen2.5-7B", "distilled"))
    assert asked(*taught, files={"README.md": "**Built with Qwen**"}) == ()
    assert asked(*taught, files={"config.json": QWEN}) != ()


def test_a_family_on_several_lines_answers_for_the_line_of_the_very_base_only() -> None:
    """HuatuoGPT stands on Llama and on Qwen, repo by repo: its name does not excuse the other."""
    base = "FreedomIntelligence/HuatuoGPT-o1-8B"
    edges = ((ATLAS, base), (base, "meta-llama/Llama-3.1-8B"))
    assert asked(*edges, files={"config.json": LLAMA}) == ()
    (found,) = asked(*edges, files={"config.json": QWEN})
    assert "qwen2.5" in found.families


def test_the_own_name_of_a_stranger_answers_nothing() -> None:
    """A repo called Qwen2.5-something under a Llama base does not answer for its Qwen sizes."""
    model = "acme/Qwen2.5-7B-tuned"
    (found,) = asked((model, "meta-llama/Llama-3.1-8B"), id=model, files={"config.json": QWEN})
    assert {lead.kind for lead in found.leads} == {LeadKind.CONFIG, LeadKind.NAME}


def test_a_foundation_answers_for_its_own_family() -> None:
    """Its own developer publishes it; the registry shows that it started from nothing."""
    assert asked(id="Qwen/Qwen2.5-7B", files={"config.json": QWEN}) == ()
    assert asked(id="deepseek-ai/DeepSeek-V3", files={"config.json": DEEPSEEK}) == ()


def test_the_family_of_a_derived_model_does_not_answer_for_what_is_under_it() -> None:
    """A.X started from Qwen2.5 by the registry: where the lineage does not show it, its own family
    is no answer."""
    config = QWEN | {"hidden_size": 8192, "num_hidden_layers": 80}
    assert asked(id="skt/A.X-4.0-Next", files={"config.json": config}) != ()
    edges = (("skt/A.X-4.0", "Qwen/Qwen2.5-72B"),)
    assert asked(*edges, id="skt/A.X-4.0", files={"config.json": config}) == ()


def test_one_weak_lead_asks_nothing_and_two_kinds_do() -> None:
    """A name alone, a tag alone: nothing. Both to one family: a question; to two families:
    nothing."""
    base = (ATLAS, "meta-llama/Llama-3.1-8B")
    name = Lead(LeadKind.NAME, ATLAS, ("qwen2.5",), "api", "name", "qwen2.5-x")
    tag = Lead(LeadKind.TAG, ATLAS, ("qwen2.5", "qwen2"), "api", "tags", "qwen")
    other = Lead(LeadKind.TAG, ATLAS, ("gemma2",), "api", "tags", "gemma")
    assert asked(base, leads=[name]) == ()
    assert asked(base, leads=[tag]) == ()
    assert asked(base, leads=[name, other]) == ()
    (found,) = asked(base, leads=[name, tag])
    assert found.leads == (name, tag)


def test_ancestors_are_asked_about_under_their_own_lineage() -> None:
    """A base's trace is a question about the model on top of it; what stands above the base must
    answer."""
    leads = leads_of("acme/base", files={"config.json": QWEN})
    edges = (("acme/top", "acme/base"), ("acme/base", "meta-llama/Llama-3.1-8B"))
    (found,) = asked(*edges, id="acme/base", leads=leads)
    assert found.model == "acme/base"


def test_a_model_that_was_not_read_has_no_leads() -> None:
    """A name alone is not looked at."""
    assert leads_of("acme/Qwen2.5-7B", status=Status.NOT_FOUND) == []


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "num_hidden_layers": 32},
        {
            "model_type": "mixtral",
            "vocab_size": 32000,
            "hidden_size": 4096,
            "num_hidden_layers": 32,
        },
        {"model_type": "deepseek_v3", "vocab_size": 77777},
        {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6},
        {"model_type": "qwen9", "architectures": 7, "vocab_size": "many", "hidden_size": True},
        {},
    ],
)
def test_a_shape_that_many_lines_share_tells_nothing(config: dict[str, object]) -> None:
    """Generic types with shared sizes, shells of merge tools, borrowed classes without their sizes,
    rubbish."""
    assert [
        one
        for one in leads_of(files={"config.json": config})
        if one.is_strong and one.kind == "config"
    ] == []


def test_kinship_ends_and_says_nothing_of_strangers() -> None:
    """Derivations are followed to their end; unrelated families never answer for each other."""
    kin = kinship(REGISTRY)
    assert "qwen2.5" in kin.above("nextcoder")
    assert kin.origins(("qwen2.5", "qwen2.5-coder", "nextcoder")) == {"qwen2.5"}
    assert not kin.answers("llama3.1", ("qwen2.5",))
    assert not kin.answers("qwen2.5-coder", ("nomic",))
