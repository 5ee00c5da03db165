"""The rules about what licence texts say, over the records that are shipped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.licences import declared
from lineage.evidence.registry import Registry
from lineage.graph.edge import Edge
from lineage.policy.case import Case
from lineage.policy.finding import Level
from policy.cases import META, case, edge, graph, only, policy, record

TUNED, MIDDLE, BASE = "acme/tuned", "acme/middle", "base/Llama-3.1-8B"


def licensed(*edges: Edge, **licences: str | list[str] | None) -> Case:
    """A case whose models declare these licences; names by their last part, hyphens as `_`."""
    names = dict.fromkeys(end for one in edges for end in (one.child, one.parent))
    told: dict[str, Any] = {}
    for name in names:
        word = licences.get(name.rpartition("/")[2].replace("-", "_").replace(".", "_"))
        card = {"license": word} if word else {}
        told[name] = {"record": replace(record(name), card=card)}
    found = {name: declared(fields["record"], Registry.load()) for name, fields in told.items()}
    return case(graph(edges[0].child, *edges, nodes=told), licences=found)


@pytest.mark.parametrize("word", ["cc-by-nc-4.0", "mrl", "mnpl", "qwen-research"])
def test_licence_grants_more_shows_both_clauses(word: str) -> None:
    """A permissive card over research weights: both licences, both clauses, both addresses."""
    found = licensed(edge(TUNED, "lab/base"), tuned="apache-2.0", base=word)
    (finding,) = only("licence-grants-more", found)
    assert finding.level is Level.INFO
    assert finding.model == TUNED
    assert finding.message.startswith(
        f"{TUNED} declares apache-2.0, which grants commercial use (clause 2), and is built on "
        f"lab/base, which declares {word}; clause "
    )
    assert any("https://www.apache.org/licenses/LICENSE-2.0" in line for line in finding.evidence)
    assert any("only" in line for line in finding.evidence)


def test_licence_grants_more_names_the_model_that_first_declared_otherwise() -> None:
    """Over a longer way the finding is about the middle, and there is one of it."""
    found = licensed(
        edge(TUNED, MIDDLE), edge(MIDDLE, "lab/base"), tuned="mit", middle="mit", base="gemma"
    )
    (finding,) = only("licence-grants-more", found)
    assert (finding.model, finding.path) == (MIDDLE, (TUNED, MIDDLE))
    silent = licensed(edge(TUNED, MIDDLE), edge(MIDDLE, "lab/base"), tuned="mit", base="gemma")
    assert [one.model for one in only("licence-grants-more", silent)] == [TUNED]


@pytest.mark.parametrize(
    ("own", "base"),
    [
        (None, "cc-by-nc-4.0"),
        ("apache-2.0", None),
        ("somebody-licence-2", "cc-by-nc-4.0"),
        ("apache-2.0", "somebody-licence-2"),
        ("cc-by-nc-4.0", "cc-by-nc-4.0"),
        (["apache-2.0", "cc-by-nc-4.0"], "cc-by-nc-4.0"),
        ("apache-2.0", ["mit", "cc-by-nc-4.0"]),
        ("apache-2.0", ["cc-by-nc-4.0", "somebody-licence-2"]),
        ("apache-2.0", "llama3.1"),
    ],
)
def test_licence_grants_more_is_silent_where_a_side_is_unknown_or_says_no_such_thing(
    own: Any, base: Any
) -> None:
    """Unknown is no conflict, nor is one of several licences that a user may choose."""
    found = licensed(edge(TUNED, "lab/base"), tuned=own, base=base)
    assert not only("licence-grants-more", found)


@pytest.mark.parametrize(
    "step",
    [
        edge(TUNED, "lab/base", Grade.INFERRED),
        edge(TUNED, "lab/base", relation=Relation.SAME_WEIGHTS),
        edge(TUNED, "lab/base", relation=Relation.DISTILLED),
        edge(TUNED, "lab/base", component="vision_encoder"),
        edge(TUNED, "acme/base"),
    ],
)
def test_licence_grants_more_needs_a_base_that_somebody_else_made(step: Edge) -> None:
    """A lead, a copy of unknown direction, a teacher, a part, and the licensor's own model."""
    assert not only("licence-grants-more", licensed(step, tuned="mit", base="cc-by-nc-4.0"))


@pytest.mark.parametrize("word", ["llama3.1", "llama3.2", "llama3.3", "llama4"])
@pytest.mark.parametrize(
    "relation", [Relation.FINETUNE, Relation.MERGE, Relation.ADAPTER, Relation.DISTILLED]
)
def test_licence_model_name_asks_of_models_made_or_taught(word: str, relation: Relation) -> None:
    """Since Llama 3.1 the licence asks it of models trained with the outputs too."""
    found = licensed(edge(TUNED, BASE, relation=relation), Llama_3_1_8B=word)
    (finding,) = only("licence-model-name", found)
    assert finding.message == (
        f"The name of {TUNED} does not begin with Llama, as clause 1.b.i of {word} asks, which "
        f"{BASE} declares."
    )


def test_licence_model_name_keeps_versions_apart() -> None:
    """Llama 2 asks for no name, Llama 3 asks for another one, and not of pupils."""
    assert not only("licence-model-name", licensed(edge(TUNED, BASE), Llama_3_1_8B="llama2"))
    (finding,) = only("licence-model-name", licensed(edge(TUNED, BASE), Llama_3_1_8B="llama3"))
    assert "does not begin with Llama 3," in finding.message
    taught = licensed(edge(TUNED, BASE, relation=Relation.DISTILLED), Llama_3_1_8B="llama3")
    assert not only("licence-model-name", taught)


@pytest.mark.parametrize(
    ("child", "step"),
    [
        ("acme/Llama-3.1-8B-law", {}),
        ("acme/LLAMA3-law", {}),
        ("acme/Meta-Llama-3-8B-law", {}),
        ("acme/law-GGUF", {"relation": Relation.QUANTIZED}),
        ("acme/law", {"relation": Relation.CONVERSION}),
        ("acme/law", {"relation": Relation.UNKNOWN}),
        ("acme/law", {"grade": Grade.INFERRED}),
        ("base/law", {}),
    ],
)
def test_licence_model_name_is_silent(child: str, step: dict[str, Any]) -> None:
    """Named as asked or as the base is, a copy, a lead, and the licensor's own model."""
    base = "base/Meta-Llama-3-8B"
    assert not only(
        "licence-model-name", licensed(edge(child, base, **step), Meta_Llama_3_8B="llama3")
    )


def test_licence_model_name_finds_the_tuned_model_under_a_copy() -> None:
    """The copy is not spoken of; several models are one finding."""
    steps = (
        edge("q/law-GGUF", "b/law", relation=Relation.QUANTIZED),
        edge("b/law", "a/talk"),
        edge("a/talk", BASE),
    )
    (finding,) = only("licence-model-name", licensed(*steps, Llama_3_1_8B="llama3.1"))
    assert finding.model == "b/law"
    assert finding.message.endswith("The same goes for a/talk.")


def test_licence_model_name_takes_a_folder_for_no_published_model() -> None:
    """What nobody published has no name that others see."""
    nodes = {"./out": Status.LOCAL}
    texts = {BASE: declared(record(BASE, "llama3.1"), Registry.load())}
    assert not only(
        "licence-model-name", case(graph("./out", edge("./out", BASE), nodes=nodes), licences=texts)
    )


TAUGHT = edge(TUNED, "lab/teacher", relation=Relation.DISTILLED)


@pytest.mark.parametrize("word", ["llama2", "llama3", "tongyi-qianwen"])
def test_licence_outputs_shows_the_teachers_clause(word: str) -> None:
    """The clause, in our words, with its place and address; the teacher is the model it is about."""
    (finding,) = only("licence-outputs", licensed(TAUGHT, tuned="apache-2.0", teacher=word))
    assert finding.level is Level.INFO
    assert (finding.model, finding.path) == ("lab/teacher", (TUNED, "lab/teacher"))
    assert finding.message.startswith(
        f"{TUNED} was trained on outputs of lab/teacher, which declares {word}; clause "
    )
    assert "https://" in finding.evidence[-1]


@pytest.mark.parametrize("word", ["llama3.1", "llama3.3", "llama4", "qwen", "mit", "gemma", None])
def test_licence_outputs_is_silent_where_the_text_withholds_nothing(word: str | None) -> None:
    """Llama 3.1 is not Llama 3, and the Qwen licence is not Tongyi Qianwen's."""
    assert not only("licence-outputs", licensed(TAUGHT, tuned="apache-2.0", teacher=word))


def test_licence_outputs_lets_a_model_learn_from_its_own_kind() -> None:
    """A student built on a model under the same licence is what the clause leaves out."""
    same = licensed(TAUGHT, edge(TUNED, "lab/small"), teacher="llama3", small="llama3")
    assert not only("licence-outputs", same)
    other = licensed(TAUGHT, edge(TUNED, "lab/small"), teacher="llama3", small="llama2")
    assert only("licence-outputs", other)
    lead = licensed(
        edge(TUNED, "lab/teacher", Grade.INFERRED, Relation.DISTILLED), teacher="llama3"
    )
    assert not only("licence-outputs", lead)


def test_one_developer_may_set_other_terms() -> None:
    """The same developer in two namespaces is one licensor."""
    found = licensed(edge(TUNED, "meta-llama/base"), tuned="mit", base="cc-by-nc-4.0")
    assert only("licence-grants-more", found)
    by_meta = {model: replace(one, developer=META) for model, one in found.attributions.items()}
    own = case(found.graph, attributions=by_meta, licences=dict(found.licences))
    assert not only("licence-grants-more", own)


def test_policies_set_the_level() -> None:
    """The pack of licences asks for a review."""
    found = licensed(edge(TUNED, "lab/base"), tuned="mit", base="cc-by-nc-4.0")
    strict = policy({"licence-grants-more": Level.REVIEW})
    assert [one.level for one in only("licence-grants-more", found, strict)] == [Level.REVIEW]
