"""Teachers by the data sets that a card declares, from the cited table."""

from __future__ import annotations

from lineage.claims.card.teachers import Teachers
from lineage.core.record import ModelRecord, Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.data_teachers import DataSetTeachers
from lineage.evidence.registry import Registry

REGISTRY = Registry.load()


def _record(*data_sets: str, tags: tuple[str, ...] = ()) -> ModelRecord:
    return ModelRecord(
        "me/child",
        "me/child",
        Status.RESOLVED,
        "hub",
        card={"datasets": list(data_sets)},
        tags=tags,
    )


def test_a_data_set_tells_its_teachers_with_the_citation() -> None:
    """In any letter case, from the card or the Hub's tags; the name alone would not say so."""
    for record in (
        _record("primeintellect/synthetic-1"),
        _record(tags=("dataset:PrimeIntellect/SYNTHETIC-1",)),
    ):
        (claim,) = DataSetTeachers(REGISTRY).read(record, {}).claims
        assert (claim.parent, claim.relation, claim.grade) == (
            "deepseek-ai/DeepSeek-R1",
            Relation.DISTILLED,
            Grade.INFERRED,
        )
        assert claim.file.startswith("https://")


def test_a_disputed_teacher_is_shown_and_makes_no_edge() -> None:
    """Sources differ about which models wrote it."""
    claims = DataSetTeachers(REGISTRY).read(_record("GAIR/LIMO"), {}).claims
    assert {(claim.parent, claim.problem) for claim in claims} == {(None, "disputed")}


def test_a_known_data_set_is_not_guessed_at_by_its_name() -> None:
    """`R1-Distill` in a name often means that a distil answered: where the table knows, the name is
    left alone."""
    record = _record("ServiceNow-AI/R1-Distill-SFT", "acme/DeepSeek-R1-Distill-110k")
    guesses = Teachers(lambda name: REGISTRY.data_teachers(name) is not None)
    assert [claim.value for claim in guesses.read(record, {}).claims] == [
        "acme/DeepSeek-R1-Distill-110k"
    ]
    (told,) = DataSetTeachers(REGISTRY).read(record, {}).claims
    assert told.parent == "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B"


def test_data_without_a_teacher_on_the_hub_makes_no_claim() -> None:
    """Written by a model behind an address, or by many."""
    assert DataSetTeachers(REGISTRY).read(_record("openbmb/UltraFeedback"), {}).claims == ()
