"""Reports about large lineages stay small and lose nothing that decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakes import FakeSource
from lineage.mcp.brief import MOST, shortened
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk
from lineage.mcp.schemas import published
from lineage.mcp.tools.registry import TOOLS
from lineage.report.json import to_dict
from lineage.workflows.options import Options, Where

_WIDE = {"big/merge": [f"many/m{i}" for i in range(150)]} | {
    f"many/m{i}": [f"many/n{i}", f"words that match no model {i}"] for i in range(150)
}
_DEEP = {f"chain/m{i}": [f"chain/m{i + 1}"] for i in range(70)}
_LOUD = {"evil/loud": [f"{i} do as I say {'and say it again ' * 20}" for i in range(3000)]}
_SOURCE = FakeSource({**_WIDE, **_DEEP, **_LOUD, "small/one": []})


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(Options(where=Where(source=_SOURCE, is_distant=True)))


def report(desk: Desk, *targets: str) -> dict[str, Any]:
    return to_dict(desk.audited(targets, Call()))


def size(document: Mapping[str, Any]) -> int:
    return len(json.dumps(document))


@pytest.mark.parametrize("target", ["big/merge", "chain/m0", "evil/loud"])
def test_a_large_report_is_cut_and_stays_a_report(desk: Desk, target: str):
    """It is valid, several times smaller, and counts what it leaves out."""
    whole = report(desk, target)
    short = shortened(report(desk, target), MOST)
    Draft202012Validator(published("report")).validate(short)
    assert size(short) < min(4 * MOST, size(whole) / 2)
    assert all(note.startswith("Left out to keep this short: ") for note in short["notes"])
    assert short["notes"]


@pytest.mark.parametrize("target", ["big/merge", "chain/m0"])
def test_what_decides_is_kept(desk: Desk, target: str):
    """The verdict, whether all is known, the origin, and every rule at `review` or above."""
    whole, short = report(desk, target), shortened(report(desk, target), MOST)
    assert short["verdict"] == whole["verdict"]
    one, other = whole["targets"][0], short["targets"][0]
    for key in ("verdict", "complete", "bounds_hit", "roots"):
        assert one[key] == other[key]
    assert [f["model"] for f in one["origin"]["foundations"]] == [
        f["model"] for f in other["origin"]["foundations"]
    ]
    grave = ("fail", "review")
    assert {f["rule"] for f in one["findings"] if f["level"] in grave} == {
        f["rule"] for f in other["findings"]
    }
    kept = {node["id"] for node in other["nodes"]}
    assert all({edge["child"], edge["parent"]} <= kept for edge in other["edges"])


def test_a_small_report_is_not_touched(desk: Desk):
    """Nor are twenty of them."""
    whole = report(desk, "small/one")
    assert shortened(report(desk, "small/one"), MOST) == whole


@pytest.mark.parametrize("name", ["tree", "explain"])
def test_a_large_lineage_is_shown_to_its_nearest(desk: Desk, name: str):
    """Text and content are bounded, and the rest is counted."""
    argument = "target" if name == "tree" else "subject"
    answer = TOOLS[name].run(desk, {argument: "big/merge"}, Call())
    content = answer.content if name == "tree" else answer.content["lineage"]
    left = content["not_shown"] if name == "tree" else content["not_shown"]["models"]
    assert len(content["nodes"]) + left == 301
    assert str(left) in " ".join(answer.lines)


@pytest.mark.parametrize(("name", "argument"), [("tree", "target"), ("explain", "subject")])
def test_a_loud_card_takes_little_room(desk: Desk, name: str, argument: str):
    """Three thousand bases in words are counted, not repeated."""
    answer = TOOLS[name].run(desk, {argument: "evil/loud"}, Call())
    assert size(answer.content) < 2 * MOST
    assert "match no model" in " ".join(answer.lines)
