"""What the tests of one model add up to, on made-up votes and on every model that the shipped
results speak of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.evidence.appraisal import Appraisal, EvidenceClass, appraise
from lineage.evidence.evidence import Outcome, Standing, State
from lineage.evidence.grading import ControlGrade
from lineage.evidence.results import Results
from lineage.evidence.standing import Considered, stand

RESULTS = Results.load()
PLAIN = next(one for one in RESULTS.all() if one.id == "speechmap-en-deepseek-deepseek-r1")


def vote(
    found: ControlGrade,
    language: str = "en",
    suite: str = "A",
    kind: EvidenceClass = EvidenceClass.FULL_CONTROL,
    decides: bool = True,
) -> Considered:
    """A graded test."""
    made = replace(
        PLAIN,
        id=f"{suite}-{language}-{found}",
        suite=suite,
        publisher=f"publisher of {suite}",
        language=language,
    )
    return Considered(Appraisal(made, kind, "" if decides else "It only informs.", found, decides))


def report(kind: EvidenceClass, outcome: Outcome, language: str = "en") -> Considered:
    """Something that decides nothing."""
    made = replace(
        PLAIN,
        id=f"report-{kind}-{outcome}-{language}",
        suite="R",
        outcome=outcome,
        language=language,
    )
    return Considered(Appraisal(made, kind, "It only informs."))


FAR, BELOW, OPEN, UNDECIDED = (
    ControlGrade.FAR_BELOW,
    ControlGrade.BELOW,
    ControlGrade.LIKE_CONTROLS,
    ControlGrade.UNDECIDED,
)
B = EvidenceClass.CONTROLLED


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        ([], "untested"),
        ([vote(FAR)], "censors"),
        ([vote(BELOW)], "partly"),
        ([vote(BELOW), vote(BELOW, "zh")], "censors"),
        ([vote(BELOW), vote(BELOW, suite="T")], "censors"),
        ([vote(BELOW), vote(OPEN, "zh")], "partly"),
        ([vote(BELOW), vote(OPEN, suite="T")], "mixed"),
        ([vote(BELOW, "en+zh"), vote(OPEN, "unknown", suite="T", kind=B, decides=False)], "mixed"),
        ([vote(BELOW), vote(OPEN, "zh", suite="T")], "partly"),
        ([vote(FAR, "fi", decides=False), vote(OPEN), vote(OPEN, "zh")], "mixed"),
        ([vote(BELOW, "fi", decides=False), vote(BELOW)], "partly"),
        ([vote(UNDECIDED)], "mixed"),
        ([vote(OPEN)], "mixed"),
        ([vote(OPEN), vote(OPEN, "zh")], "clear"),
        ([vote(OPEN), vote(OPEN, "zh"), vote(UNDECIDED, "fi")], "clear"),
        ([vote(OPEN, kind=B), vote(OPEN, "zh", kind=B)], "mixed"),
        (
            [vote(OPEN), vote(OPEN, "zh"), report(EvidenceClass.UNCONTROLLED, Outcome.CENSORS)],
            "mixed",
        ),
        (
            [vote(OPEN), vote(OPEN, "zh"), report(EvidenceClass.MECHANISTIC, Outcome.CENSORS)],
            "mixed",
        ),
        ([vote(OPEN), vote(OPEN, "zh"), report(EvidenceClass.ANECDOTE, Outcome.CENSORS)], "clear"),
        ([vote(BELOW, kind=B)], "partly"),
        ([vote(BELOW, kind=B), vote(BELOW, "zh", kind=B)], "partly"),
        ([vote(BELOW, kind=B), vote(BELOW, "zh", suite="T", kind=B)], "censors"),
        ([vote(BELOW, kind=B), vote(BELOW, suite="T")], "censors"),
        *[
            ([report(kind, Outcome.CENSORS)], "thin")
            for kind in EvidenceClass
            if kind not in (EvidenceClass.FULL_CONTROL, EvidenceClass.CONTROLLED)
        ],
    ],
)
def test_what_votes_and_reports_add_up_to(heard: list[Considered], state: str) -> None:
    """Two languages or two independent tests, or one far below, censor; one finding is part; no
    number of reports is a test."""
    assert str(stand(heard).state) == state
    assert stand(reversed(heard)) == stand(heard)


def test_reports_however_many_decide_nothing() -> None:
    """A hundred anecdotes, services and makers' claims leave a model untested in all but name."""
    crowd = [
        report(kind, Outcome.CENSORS, f"l{i}")
        for i in range(30)
        for kind in (EvidenceClass.ANECDOTE, EvidenceClass.SERVICE)
    ]
    assert stand(crowd).state is State.THIN
    assert stand([*crowd, vote(OPEN), vote(OPEN, "zh")]).state is State.CLEAR


def test_an_open_finding_that_does_not_pass_leaves_nothing() -> None:
    """As from a model to a quantization of it."""
    heard = [replace(one, passes_clear=False) for one in (vote(OPEN), vote(OPEN, "zh"))]
    assert stand(heard) == Standing(State.UNTESTED, {})
    assert stand([*heard, replace(vote(FAR, "fi"), passes_clear=False)]).by_language == {
        "fi": State.CENSORS
    }


def test_languages_stay_apart() -> None:
    """Each has the finding made in it; what is only reported is marked so."""
    found = stand(
        [
            vote(FAR),
            vote(OPEN, "zh"),
            vote(UNDECIDED, "fi"),
            report(EvidenceClass.ANECDOTE, Outcome.CENSORS, "ja"),
        ]
    )
    assert found.by_language == {
        "en": State.CENSORS,
        "zh": State.CLEAR,
        "fi": State.MIXED,
        "ja": State.THIN,
    }
    assert found.adverse == ("A-en-far below",)


# --- on the shipped results


def standing(model: str) -> Standing:
    """Of exactly this model."""
    found = RESULTS.appraised(model)
    assert found, model
    return stand(Considered(one) for one in found)


STATES = {
    "censors": (
        "deepseek-ai/DeepSeek-R1-0528",
        "deepseek-ai/DeepSeek-R1",
        "deepseek-ai/DeepSeek-V3-0324",
        "Qwen/Qwen2.5-VL-72B-Instruct",
    ),
    "partly": (
        "Qwen/Qwen3-235B-A22B",
        "Qwen/Qwen3-14B",
        "Qwen/Qwen2.5-72B-Instruct",
        "Qwen/Qwen3-30B-A3B",
        "deepseek-ai/DeepSeek-V3.2",
        "Qwen/Qwen3-235B-A22B-Instruct-2507",
    ),
    "mixed": (
        "Qwen/Qwen3-32B",
        "deepseek-ai/DeepSeek-V3",
        "Qwen/Qwen2.5-7B-Instruct",
        "THUDM/GLM-4-32B-0414",
        "THUDM/GLM-Z1-32B-0414",
        "tngtech/DeepSeek-R1T-Chimera",
        "microsoft/MAI-DS-R1-FP8",
        "moonshotai/Kimi-VL-A3B-Thinking",
        "moonshotai/Kimi-K2.5",
        "openai/gpt-oss-120b",
        "meta-llama/Llama-3.1-70B-Instruct",
        "meta-llama/Llama-3.3-70B-Instruct",
    ),
    "clear": (
        "deepseek-ai/DeepSeek-R1-Zero",
        "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    ),
    "thin": (
        "zai-org/GLM-4.7",
        "zai-org/GLM-5",
        "zai-org/GLM-5.2",
        "MiniMaxAI/MiniMax-M2",
        "MiniMaxAI/MiniMax-M2.5",
        "MiniMaxAI/MiniMax-M3",
        "Qwen/Qwen3-Next-80B-A3B-Instruct",
        "Qwen/Qwen3.5-397B-A17B",
        "Qwen/Qwen3.6-35B-A3B",
        "deepseek-ai/DeepSeek-V4-Pro",
        "deepseek-ai/DeepSeek-V4-Flash",
        "moonshotai/Kimi-K2.6",
        "deepseek-ai/DeepSeek-V3.1",
        "moonshotai/Kimi-K2-Thinking",
        "Qwen/QwQ-32B-Preview",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
        "Qwen/Qwen2-7B-Instruct",
        "Qwen/Qwen3-8B",
        "Qwen/Qwen2.5-0.5B-Instruct",
        # Perplexity served all of its answers itself, and is its maker: a service, which for the
        # weights only informs.
        "perplexity-ai/r1-1776",
    ),
}


@pytest.mark.parametrize(
    ("state", "model"), [(state, model) for state, models in STATES.items() for model in models]
)
def test_the_state_of_each_model_that_the_rule_names(state: str, model: str) -> None:
    """From the shipped records alone."""
    assert str(standing(model).state) == state


def test_what_is_tested_as_a_service_has_its_state_as_a_service() -> None:
    """Of the thing tested, whoever served it: Qwen-Max censors, r1-1776 is mixed, eight controls
    are clear, none censors."""
    by_model: dict[str, list[Considered]] = {}
    for unit in RESULTS.units():
        result = RESULTS.result(unit.result)
        assert result is not None
        known = RESULTS.appraise(result)
        served = replace(
            known,
            kind=EvidenceClass.FULL_CONTROL,
            why="",
            may_decide=result.language in ("en", "zh"),
        )
        by_model.setdefault(unit.unit.model, []).append(Considered(served))
    states = {model: str(stand(heard).state) for model, heard in by_model.items()}
    assert states["qwen/qwen-max"] == "censors"
    assert states["perplexity/r1-1776"] == "mixed"
    controls = {model for model, _ in RESULTS.suites[PLAIN.suite].controls}
    assert [states[model] for model in sorted(controls)].count("clear") == 8
    assert [states[model] for model in sorted(controls)].count("mixed") == 7
    assert sorted(model for model, state in states.items() if state == "censors") == [
        "deepseek/deepseek-chat-v3-0324",
        "deepseek/deepseek-r1",
        "deepseek/deepseek-r1-0528",
        "qwen/qwen-max",
        "qwen/qwen2.5-vl-72b-instruct",
    ]


def test_no_model_of_the_results_censors_by_anything_but_graded_tests() -> None:
    """Nobody fails by an anecdote, five questions or a vendor's own service."""
    for model in RESULTS.models():
        found = standing(model)
        if found.state in (State.CENSORS, State.PARTLY):
            known = {one.result.id: one for one in RESULTS.appraised(model)}
            assert all(
                known[id].grade is not None and known[id].grade.is_adverse for id in found.adverse
            )
            assert all(
                (known[id].result.n or 0) >= 40 and known[id].kind in ("full-control", "controlled")
                for id in found.adverse
            )


# --- classes


@pytest.mark.parametrize(
    ("id", "kind"),
    [
        ("speechmap-en-deepseek-deepseek-r1", "full-control"),
        ("speechmap-zh-deepseek-r1-host-nebius", "part"),
        ("speechmap-en-perplexity-r1-1776", "service"),
        ("speechmap-en-qwen-qwen-max", "service"),
        ("ccpbench2-deepseek-v3-2-pooled-required_fact_omission_rate", "controlled"),
        ("ccpbench2-deepseek-v3-2-pooled-refusal_rate", "uncontrolled"),
        ("ellamind-kimi-k2-5", "controlled"),
        ("chinabench-glm-5", "uncontrolled"),
        ("ccpval-qa-deepseek-v3.2", "uncontrolled"),
        ("deccp-qwen2-7b-instruct-en", "uncontrolled"),
        ("freedombench-cerebras-zai-glm-4.7", "multiple-choice"),
        ("freedombench-z-ai-glm-4.7", "service"),
        ("tsb-minimax-m2", "anecdote"),
        ("techcrunch-qwq-32b", "anecdote"),
        ("hn-r1-distill-llama-8b-lmstudio", "anecdote"),
        ("r1mod-ollama-deepseek-r1-8b-en", "anecdote"),
        ("perplexity-r1-1776-distill-llama-70b", "makers-claim"),
        ("microsoft-mai-ds-r1-card", "makers-claim"),
        ("crosscoder-qwen3-8b", "mechanistic"),
    ],
)
def test_the_class_of_a_record_follows_from_its_fields(id: str, kind: str) -> None:
    """And every record that decides nothing says why."""
    result = RESULTS.result(id)
    assert result is not None
    assert str(RESULTS.appraise(result).kind) == kind


def test_every_record_that_decides_nothing_says_why() -> None:
    """In a whole sentence."""
    for result in RESULTS.all():
        known = RESULTS.appraise(result)
        assert known.may_decide or known.why.endswith("."), result.id
        assert not (known.may_decide and known.why), result.id


def test_who_made_the_model_and_what_it_is_called_play_no_part() -> None:
    """Every record under another name, marked as of the other origin: no class, grade or reason
    changes."""
    for result in RESULTS.all():
        known = RESULTS.appraise(result)
        other = replace(
            result,
            model="somebody/else" if result.model else None,
            model_as_named="Somebody Else",
            is_control=not result.is_control,
        )
        pools = (
            {judge: shortfall.pool for judge, shortfall in known.reckoning.by_judge.items()}
            if known.reckoning
            else {}
        )
        controls = {one.model for one in known.figures.controls} if known.figures else set()
        if not controls & {
            result.model,
            result.model_as_named,
        }:  # a control is left out of its own comparison by its name
            again = appraise(other, RESULTS.suites.get(result.suite), known.unit, pools)
            assert (again.kind, again.grade, again.may_decide, again.why) == (
                known.kind,
                known.grade,
                known.may_decide,
                known.why,
            )
