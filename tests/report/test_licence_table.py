"""The licences along a lineage, in every format that shows them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lineage.evidence.licences import Declared
from lineage.evidence.registry import Registry
from lineage.report.document import Report
from lineage.report.formats import View, render
from report import reports

HOSTILE = "mine | <script>alert(1)</script>"


@pytest.fixture(scope="module")
def told() -> Report:
    """A model with a licence that no record holds, over one whose text is known."""
    target = reports.simple()
    own, *above = sorted(target.graph.nodes.values(), key=lambda node: node.depth)
    licences = {
        own.id: (Declared(HOSTILE, None),),
        above[0].id: (Declared("llama3.1", Registry.load().licence_text("llama3.1")),),
    }
    return reports.report(replace(target, licences=licences))


def test_json_tells_the_text_apart_from_the_name(told: Report) -> None:
    """A known text has terms and sources; for the rest there is null and no guess."""
    own, base, *rest = json.loads(render(told, "json"))["targets"][0]["licences"]
    assert (own["licence"], own["known"], own["terms"], own["sources"]) == (
        HOSTILE,
        "name",
        None,
        [],
    )
    assert (base["licence"], base["known"]) == ("llama3.1", "text")
    name = next(term for term in base["terms"] if term["about"] == "model-name")
    assert (name["says"], name["clause"]) == ("asks", "1.b.i")
    assert base["sources"][0]["url"].startswith("https://")
    assert {row["known"] for row in rest} <= {"not-declared", "not-read"}
    listed = [model for row in (own, base, *rest) for model in row["models"]]
    assert sorted(listed) == sorted(told.targets[0].graph.nodes)


def test_a_report_without_cards_has_no_table() -> None:
    """Nothing was looked at: the key is absent."""
    bare = reports.report(replace(reports.simple(), licences={}))
    assert "licences" not in json.loads(render(bare, "json"))["targets"][0]


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_people_see_clause_words_and_address(told: Report, name: str) -> None:
    """Who declares what, the clause in our words with its number, and where to read it."""
    page = render(told, name, View(full=True))
    flat = " ".join(page.split())
    for part in ("1.b.i", "Built with Llama", "what its text says is unknown", "llama-models"):
        assert part in flat.replace("&#45;", "-")
    assert name == "text" or "<script>alert" not in page


def test_the_short_text_is_not_longer(told: Report) -> None:
    """What a terminal shows first has no table."""
    bare = reports.report(replace(told.targets[0], licences={}))
    assert render(told, "text") == render(bare, "text")


def test_markdown_stays_a_table_whatever_the_licence_is_called(told: Report) -> None:
    """A bar in a name makes no cell."""
    rows = [line for line in render(told, "markdown").splitlines() if "what its text" in line]
    assert len(rows) == 1
    assert rows[0].count("|") == 5
