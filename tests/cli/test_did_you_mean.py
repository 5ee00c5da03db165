"""A slip of the fingers is met with the name that was meant, and never taken for it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from conftest import Ran
from hub import HubModel, Quota, TestHub

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    "typed",
    [
        ("audti", "org/name"),
        ("policy", "pakcs"),
        ("audit", "org/name", "-f", "jsn"),
        ("explain", "exposure-inherted"),
        ("policy", "packs", "strct"),
        ("schema", "reprt"),
        ("developers", "depseek"),
        ("families", "--developer", "depseek"),
        ("help", "audti"),
        ("help", "policy", "pakcs"),
    ],
    ids=" ".join,
)
def test_a_misspelt_word_is_met_with_the_nearest(lineage: Run, typed: tuple[str, ...]) -> None:
    """Commands, formats, rules, packs, schemas, developers: wrong usage, with the word."""
    ran = lineage(*typed)
    assert ran.code == 2
    assert "Did you mean" in " ".join(ran.err.split())
    assert ran.out == ""


def test_a_model_that_the_offline_data_lacks(lineage: Run) -> None:
    """The near name is told, and nothing is audited in its place."""
    ran = lineage("audit", "--offline", "deepseek-ai/DeepSeek-R1-Distil-Llama-8B")
    assert ran.code == 4
    told = " ".join(ran.err.split())
    assert "did you mean deepseek-ai/DeepSeek-R1-Distill-Llama-8B" in told


def missed(lineage: Run, hub: TestHub, *targets: str) -> list[str]:
    """The reasons of the targets that a run over the test hub could not read."""
    ran = lineage("audit", *targets, "--json", "--no-cache", env={"HF_ENDPOINT": hub.url})
    assert ran.code == 3, ran.err
    return [target["unresolved"][0]["reason"] for target in json.loads(ran.out)["targets"]]


def searches(hub: TestHub) -> list[str]:
    return [call.target for call in hub.calls if call.path == "/api/models"]


def test_the_offline_data_answers_before_the_hub_is_searched(lineage: Run) -> None:
    """What is known here costs no call."""
    with TestHub([HubModel("org/other")]) as hub:
        (reason,) = missed(lineage, hub, "deepseek-ai/DeepSeek-R1-Distil-Llama-8B")
        assert "did you mean deepseek-ai/DeepSeek-R1-Distill-Llama-8B" in reason
        assert searches(hub) == []


def test_the_right_name_under_another_owner(lineage: Run) -> None:
    """One search by the name."""
    with TestHub([HubModel("zed-labs/quiet-otter-9b"), HubModel("org/other")]) as hub:
        (reason,) = missed(lineage, hub, "zedlabs/quiet-otter-9b")
        assert "(did you mean zed-labs/quiet-otter-9b?)" in reason
        (search,) = searches(hub)
        assert "search=quiet-otter-9b" in search


def test_a_wrong_letter_under_a_known_owner(lineage: Run) -> None:
    """One list of the owner's models."""
    with TestHub([HubModel("zai-org/brand-new-otter-9b"), HubModel("zai-org/owl")]) as hub:
        (reason,) = missed(lineage, hub, "zai-org/brand-new-oter-9b")
        assert "(did you mean zai-org/brand-new-otter-9b?)" in reason
        (search,) = searches(hub)
        assert "author=zai-org" in search


def test_one_search_a_run_and_none_without_a_miss(lineage: Run) -> None:
    """Three misses, one call; a model that is found asks nothing."""
    with TestHub([HubModel("zed-labs/quiet-otter-9b"), HubModel("org/base")]) as hub:
        found = lineage("audit", "org/base", "--no-cache", env={"HF_ENDPOINT": hub.url})
        assert found.code != 4
        assert searches(hub) == []
        missed(lineage, hub, "a1/quiet-otter-9b", "b1/quiet-otter-9b", "c1/quiet-otter-9b")
        assert len(searches(hub)) == 1


def test_a_base_that_is_missing_is_not_searched(lineage: Run) -> None:
    """Only what the user typed may be a slip of the user's."""
    with TestHub(
        [HubModel("org/tune", card={"base_model": "zedlabs/otter-9b"}), HubModel("zed/otter-9b")]
    ) as hub:
        lineage("audit", "org/tune", "--no-cache", env={"HF_ENDPOINT": hub.url})
        assert searches(hub) == []


def test_a_search_that_fails_leaves_the_plain_error(lineage: Run) -> None:
    """Quota gone after the miss: no wait, no message but the miss."""
    with TestHub([HubModel("zed-labs/quiet-otter-9b")], quota=Quota(api=1)) as hub:
        (reason,) = missed(lineage, hub, "zedlabs/quiet-otter-9b")
    assert "did you mean" not in reason
    assert "does not exist, is private" in reason


def test_hostile_names_of_a_hub_are_no_suggestions(lineage: Run) -> None:
    """Only what has the form of a model's name is told."""
    evil = "zed-labs/quiet-otter-9b$(touch x)"
    with TestHub([HubModel(evil), HubModel("\x1b[31mred/quiet-otter-9b")]) as hub:
        (reason,) = missed(lineage, hub, "zedlabs/quiet-otter-9b")
    assert "did you mean" not in reason


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "--offline", "NousResearch/Hermes-2-Pro-Mistral-7B"),
        ("rules",),
        ("developers", "deepseek"),
        ("families", "llama"),
        ("results", "deepseek-ai/DeepSeek-R1"),
        ("policy", "show"),
        ("snapshot", "info"),
        ("cache", "info"),
    ],
    ids=lambda command: command[0],
)
def test_json_is_short_for_the_format(lineage: Run, command: tuple[str, ...]) -> None:
    """The same document, byte for byte but for the time that it was made."""
    env = {"SOURCE_DATE_EPOCH": "1780000000"}
    short, full = (lineage(*command, *form, env=env) for form in (["--json"], ["-f", "json"]))
    assert short.out == full.out
    assert json.loads(short.out) is not None
    assert short.code == full.code


def test_two_formats_for_one_document_are_wrong_usage(lineage: Run) -> None:
    """Nothing is chosen between them."""
    assert lineage("rules", "--json", "-f", "text").code == 2
    assert lineage("rules", "--json", "-f", "json").code == 0
    assert lineage("audit", "org/name", "--json", "-f", "text").code == 2


def test_help_of_a_command_is_its_help(lineage: Run) -> None:
    """`help X` and `X --help` print the same."""
    for words in ((), ("audit",), ("policy", "packs"), ("pack",), ("probe", "run")):
        assert lineage("help", *words).out == lineage(*words, "--help").out
        assert lineage("help", *words).code == 0
    assert lineage("help", "audit", "more").code == 2
