"""What is built on a model: live over the list route, from an index, and by the real command
line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import Ran
from hub import HubModel, TestHub
from index_models import NOW, model
from lineage.cli.schema import schema_text
from lineage.core.errors import CannotRunError, DataError
from lineage.core.ref import ModelRef
from lineage.core.relation import Relation
from lineage.graph.descendants import Descent
from lineage.graph.search_descendants import Reach, descend
from lineage.index.below import below
from lineage.index.build import build_from_hub
from lineage.report.descent import FORMATS, DescentView
from lineage.sources.hub.source import HubSource

BASE = "acme/base-7b"


def names(found: Descent) -> dict[str, int]:
    return {one.model: one.depth for one in found.descendants}


def test_the_live_search_goes_to_any_depth(hub: TestHub, source: HubSource) -> None:
    """Every model that the hub links is found, nearest first and most used first; each is asked
    about once."""
    found = descend(ModelRef("ACME/Base-7B"), source)
    assert found.target == BASE
    assert [(one.model, one.depth) for one in found.descendants] == [
        ("acme/base-7b-instruct", 1),
        ("ours/adapter", 1),
        ("mixer/merge", 2),
        ("ours/product", 3),
    ]
    lists = [call.target for call in hub.calls if "filter=" in call.target]
    assert len(lists) == len(set(lists)) == 5 == found.calls
    assert found.is_complete
    assert {one.model: one.relation for one in found.descendants}[
        "ours/adapter"
    ] is Relation.ADAPTER


def test_an_index_also_finds_what_the_hub_does_not_link(built: Path) -> None:
    """A card in other letter case counts; so does a name that only leads to the model."""
    found = below(built, "ACME/base-7B")
    assert names(found)["quant/base-7b-instruct-gguf"] == 2
    assert len(found.descendants) == 5
    assert "hub.sqlite of 2026-11-22" in found.note


def test_an_old_name_leads_to_the_same_descendants(tmp_path: Path) -> None:
    """Children that name the old and the new name are built on one model."""
    tree = {"relation": "finetune", "models": [{"_id": "0" * 24, "id": "new-org/base"}]}
    models = [
        model("new-org/base"),
        model("a/tune", "old-org/base", base_models=tree),
        model("b/tune", "OLD-org/base", base_models=None),
    ]
    with TestHub(models) as served:
        path = tmp_path / "moved.sqlite"
        build_from_hub(path, HubSource(served.url, False), now=NOW)
    assert (
        names(below(path, "old-org/Base"))
        == names(below(path, "new-org/base"))
        == {"a/tune": 1, "b/tune": 1}
    )


def test_a_base_that_is_gone_still_has_descendants_in_an_index(tmp_path: Path) -> None:
    """Only its name is left; who does not know it says so."""
    with TestHub([model("a/tune", "gone/base", base_models=None)]) as served:
        path = tmp_path / "gone.sqlite"
        build_from_hub(path, HubSource(served.url, False), now=NOW)
        with pytest.raises(CannotRunError, match="could not be looked up"):
            descend(ModelRef("gone/base"), HubSource(served.url, False))
    assert names(below(path, "gone/base")) == {"a/tune": 1}
    with pytest.raises(DataError, match="nor does any model in it name it"):
        below(path, "never/heard")


def test_cycles_and_diamonds_end(tmp_path: Path) -> None:
    """Each model once, at its smallest depth, whatever leads back."""
    models = [
        model("x/a", "x/d"),
        model("x/b", "x/a"),
        model("x/c", "x/a"),
        model("x/d", ["x/b", "x/c", "x/a"]),
    ]
    with TestHub(models) as served:
        path = tmp_path / "cycle.sqlite"
        hub = HubSource(served.url, False)
        build_from_hub(path, hub, now=NOW)
        live = descend(ModelRef("x/a"), hub)
    kept = below(path, "x/a")
    assert names(live) == names(kept) == {"x/b": 1, "x/c": 1, "x/d": 1}
    assert {(e.child, e.parent) for e in live.edges} == {(e.child, e.parent) for e in kept.edges}
    assert len(kept.edges) == 5


@pytest.mark.parametrize(
    ("reach", "told", "found"),
    [
        (Reach(max_depth=1), "at depth 1", 2),
        (Reach(max_models=1), "at 1 models", 1),
        (Reach(max_calls=2), "after 2 calls", 3),
    ],
)
def test_every_bound_is_reported(source: HubSource, reach: Reach, told: str, found: int) -> None:
    """What was found remains, and nobody takes it for all."""
    descent = descend(ModelRef(BASE), source, reach)
    assert not descent.is_complete
    assert told in descent.bounds_hit[0]
    assert len(descent.descendants) == found


def test_a_journal_makes_a_rerun_ask_only_for_the_rest(
    tmp_path: Path, hub: TestHub, source: HubSource
) -> None:
    """Stopped after two calls, with a torn last line: the rest is asked for, the result is the
    whole."""
    journal = tmp_path / "search.jsonl"
    descend(ModelRef(BASE), source, Reach(max_calls=2), journal=journal)
    with journal.open("a") as torn:
        torn.write('{"of": "mixer/me')
    hub.forget()
    again = descend(ModelRef(BASE), source, journal=journal)
    assert len([call for call in hub.calls if "filter=" in call.target]) == 3
    assert names(again) == names(descend(ModelRef(BASE), source))
    with pytest.raises(DataError, match="another search"):
        descend(ModelRef("other/root"), source, journal=journal)


def test_mine_shows_only_ours_with_the_way(built: Path) -> None:
    """Models of others are in the way and in the graph, not in the list."""
    found = below(built, BASE)
    ours = found.hosted_by(["OURS"])
    assert [one.model for one in ours] == ["ours/adapter", "ours/product"]
    text = FORMATS["text"](found, DescentView(ours, ("ours",)))
    assert (
        "ours/product <- finetune <- mixer/merge <- merge <- acme/base-7b-instruct <- finetune <- acme/base-7b"
        in text
    )
    drawn = {(e.parent, e.child) for e in found.edges_to(ours)}
    assert ("mixer/merge", "ours/product") in drawn
    assert not [pair for pair in drawn if "quant/" in pair[1]]


def test_every_format_holds_the_same_models(built: Path) -> None:
    """JSON and CSV parse, DOT and Mermaid name each model once as a node."""
    found = below(built, BASE)
    view = DescentView(found.descendants)
    document = json.loads(FORMATS["json"](found, view))
    Draft202012Validator(json.loads(schema_text("descendants"))).validate(document)
    assert document["schema"] == "lineage-descendants/1"
    assert document["complete"] is True
    assert {row["model"] for row in document["descendants"]} == set(names(found))
    assert document["descendants"][-1]["path"][-1] == BASE
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](found, view))))
    assert [row["model"] for row in rows] == [one.model for one in found.descendants]
    for form in ("dot", "mermaid"):
        drawn = FORMATS[form](found, view)
        assert all(drawn.count(f'"{name}"') == 1 for name in (*names(found), BASE))


def test_the_tree_draws_each_model_once_below_its_parent(built: Path) -> None:
    """With --mine only the ways to ours."""
    found = below(built, BASE)
    assert FORMATS["tree"](found, DescentView(found.descendants)).splitlines()[:6] == [
        BASE,
        "├─ [finetune] acme/base-7b-instruct",
        "│  ├─ [merge] mixer/merge",
        "│  │  └─ [finetune] ours/product",
        "│  └─ [quantized] quant/base-7b-instruct-gguf",
        "└─ [adapter] ours/adapter",
    ]
    assert "quant/" not in FORMATS["tree"](found, DescentView(found.hosted_by(["ours"]), ("ours",)))


def test_hostile_names_cannot_leave_their_place(tmp_path: Path) -> None:
    """A publisher that is a formula, and text that is markup, stay text."""
    found = Descent(BASE, (), (), "hub", "\x1b[31mred\x1b[0m <script>", ("=1+1",))
    assert "\x1b" not in FORMATS["text"](found, DescentView(()))


def test_the_command_line_live_and_with_an_index(lineage: Callable[..., Ran], built: Path) -> None:
    """Exit 0 where all is known, 3 where a bound was hit, 4 without a hub."""
    with TestHub([HubModel(BASE), model("ours/tune", BASE, day=2)]) as served:
        env = {"HF_ENDPOINT": served.url}
        live = lineage("descendants", BASE, "-f", "json", env=env)
        assert live.code == 0
        assert [row["model"] for row in json.loads(live.out)["descendants"]] == ["ours/tune"]
    assert lineage("descendants", BASE).code == 4
    assert lineage("descendants", BASE, env={"HF_HUB_OFFLINE": "1"}).code == 4
    ran = lineage("descendants", BASE, "--index", str(built), "--mine", "ours", "--max-depth", "2")
    assert ran.code == 3
    assert "Not complete" in ran.out
    assert "ours/adapter" in ran.out
    assert "quant/" not in ran.out
    assert lineage("descendants", "not a name", "--index", str(built)).code == 2
