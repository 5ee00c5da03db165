"""A table of facts about many models uses none of them; a file that sets anything is none."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty
from lineage.scan.scan import scan
from lineage.workflows.check import services_of


def table(count: int, fact: str, head: str = "", more: str = "") -> str:
    """So many models of a service, each with a fact, one with more below it."""
    rows = [f"    gpt-4o-{number}:\n      {fact}\n" for number in range(count)]
    return f"openai:\n{head}  models:\n    deepseek-r1-7b:\n      {fact}\n{more}" + "".join(rows)


def sure(folder: Path, text: str, file: str = "facts.yml") -> int:
    """How many models of services an audit would be told of."""
    (folder / file).write_text(text)
    uses = scan(folder, services=partial(services_of, EMBEDDED)).uses
    return sum(bool(u.target) and u.certainty is not Certainty.POSSIBLE for u in uses)


DATED, SIZED = "release_date: 2026-01-30", "context_length: 4096"


@pytest.mark.parametrize(("count", "fact"), [(12, DATED), (30, SIZED)], ids=["dated", "many"])
def test_a_table_of_facts_uses_no_model(tmp_path: Path, count: int, fact: str) -> None:
    """Of models that have their dates, fewer make one."""
    assert not sure(tmp_path, table(count, fact, "  display_name: Acme\n"))


SET = {
    "few": table(5, DATED),
    "no dates, and not many": table(20, SIZED),
    "an address": table(30, DATED, "  base_url: https://api.openai.com/v1\n"),
    "a key": table(30, DATED, "  api_key: ${OPENAI_API_KEY}\n"),
    "one is chosen": table(30, DATED) + "default: deepseek-r1-7b\n",
    "how one is called": table(30, DATED, more="      temperature: 0.2\n"),
    "what one is run with": table(30, DATED, more="      options:\n        think: true\n"),
    "settings of calls": table(30, "max_tokens: 4096"),
    "one of which nothing is told": table(30, DATED).replace(
        f"deepseek-r1-7b:\n      {DATED}", "deepseek-r1-7b:\n      max_tokens: 1"
    ),
}


@pytest.mark.parametrize("text", SET.values(), ids=SET.keys())
def test_settings_are_no_table(tmp_path: Path, text: str) -> None:
    """Facts beside them change nothing."""
    assert sure(tmp_path, text) > 5


def test_what_else_names_a_model_of_the_table_uses_it(tmp_path: Path) -> None:
    """Code that calls it, whatever a table tells."""
    (tmp_path / "facts.yml").write_text(table(30, DATED))
    code = 'from openai import OpenAI\nOpenAI().responses.create(model="gpt-4o-1", input="x")\n'
    assert sure(tmp_path, code, "a.py") == 1


def about(count: int, name: str = "openai/gpt-4o-{}", more: str = "") -> str:
    """A list of so many models, and which other each goes with."""
    row = "- name: " + name + "\n  style: diff\n  helper_model_name: gpt-4o-mini-{}\n"
    return "".join(row.format(number, number) for number in range(count)) + more


def test_a_long_list_about_models_uses_none(tmp_path: Path) -> None:
    """Which others go with each, for whoever chooses it."""
    assert not sure(tmp_path, about(60))


LISTS = {
    "few": about(20),
    "one is addressed": about(60, more="  api_base: https://api.openai.com/v1\n"),
    "members that are no models": about(60, name="helper-of-team-{}"),
    "their own model": about(60).replace("helper_model_name", "model"),
    "one is the default": about(60, more="- default: gpt-4o\n"),
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS.keys())
def test_a_list_of_what_asks_models_uses_them(tmp_path: Path, text: str) -> None:
    """Nobody writes an address beside what is only told."""
    assert sure(tmp_path, text) > 5
