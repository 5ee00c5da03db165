"""The landscape counts every model once for each of its foundations, and says what an audit of each
would say."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from conftest import Ran
from hub import HubModel, TestHub
from index_models import NOW
from lineage.core.record import Status
from lineage.core.relation import Grade, Relation
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.index.build import build_from_hub, build_from_snapshot
from lineage.index.counts import NOT_KNOWN
from lineage.index.landscape import Landscape, survey
from lineage.report.landscape import FORMATS
from lineage.sources.hub.source import HubSource
from lineage.sources.snapshot.source import SnapshotSource
from lineage.workflows.audit import audit
from lineage.workflows.options import Options, Where

pytest.importorskip("numpy")


def made(name: str, base: object, day: str, downloads: int) -> HubModel:
    card = {"base_model": base} if base else {}
    return HubModel(name, card=card, created_at=f"{day}T00:00:00.000Z", downloads=downloads)


# Two foundations that the registry knows, one that it does not, a merge of two developers, a tune
# of the merge.
MODELS = (
    made("Qwen/Qwen2.5-7B", None, "2024-09-15", 1000),
    made("meta-llama/Llama-3.1-8B", None, "2024-07-14", 500),
    made("nobody/scratch", None, "2024-07-20", 1),
    made("a/tune", "Qwen/Qwen2.5-7B", "2024-10-01", 40),
    made("b/tune", "a/tune", "2025-01-01", 30),
    made("c/merge", ["a/tune", "meta-llama/Llama-3.1-8B"], "2025-02-01", 20),
    made("d/tune", "c/merge", "2025-02-02", 10),
    made("e/odd", ["nobody/scratch", "meta-llama/Llama-3.1-8B"], "2025-03-01", 5),
)


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Landscape]:
    path = tmp_path_factory.mktemp("landscape") / "hub.sqlite"
    with TestHub(MODELS) as served:
        build_from_hub(path, HubSource(served.url, False), now=NOW)
    return path, survey(path, Registry.load(), Results.load())


def test_shares_count_models_and_downloads_under_every_foundation(
    surveyed: tuple[Path, Landscape],
) -> None:
    """A merge of two counts for both; `only` for neither; what nobody knows comes last."""
    shares = surveyed[1].shares["jurisdiction"]
    assert [(s.label, s.models, s.only, s.derived, s.downloads) for s in shares] == [
        ("CN", 5, 3, 4, 1100),
        ("US", 4, 1, 3, 535),
        (NOT_KNOWN, 2, 1, 1, 6),
    ]
    assert surveyed[1].models == 8
    assert surveyed[1].derived == 5
    assert surveyed[1].downloads == 1606


def test_the_effective_number_is_one_over_the_sum_of_squared_shares(
    surveyed: tuple[Path, Landscape],
) -> None:
    """Of the six models whose every root is known, four are built on one developer and two on the
    other, merges split."""
    expected = 1 / ((4 / 6) ** 2 + (2 / 6) ** 2)
    assert surveyed[1].effective["jurisdiction"] == pytest.approx(expected, abs=0.01)


def test_time_goes_by_the_quarter_of_making(surveyed: tuple[Path, Landscape]) -> None:
    """No quarter between is left out."""
    line = surveyed[1].timelines["jurisdiction"]
    assert line.periods == ("2024-Q3", "2024-Q4", "2025-Q1")
    assert line.totals == (3, 1, 4)
    assert dict(line.series) == {"CN": (1, 1, 3), "US": (1, 0, 3)}


def test_relations_and_states_are_partitions(surveyed: tuple[Path, Landscape]) -> None:
    """Each adds up to all models."""
    view = surveyed[1]
    assert {c.label: c.models for c in view.relations} == {
        "finetune": 3,
        "merge": 2,
        "no base known": 3,
    }
    for counts in (view.relations, view.exposures):
        assert sum(c.models for c in counts) == view.models
        assert sum(c.downloads for c in counts) == view.downloads


def test_every_state_is_the_one_that_an_audit_gives(
    surveyed: tuple[Path, Landscape], tmp_path: Path
) -> None:
    """For the small hub, and for real models of the snapshot that descend from tested ones."""
    audited = audit([m.id for m in MODELS], Options(where=Where(index=surveyed[0]), now=NOW))
    states = [str(target.exposure.state) for target in audited.targets]
    assert {c.label: c.models for c in surveyed[1].exposures} == {
        state: states.count(state) for state in states
    }


def test_real_models_of_the_snapshot_get_an_audits_state(tmp_path: Path) -> None:
    """Looked at all at once or one by one, it is the same evidence: roots, completeness and
    exposure."""
    from lineage.index.attribute import attribute_all
    from lineage.index.columns import load_columns
    from lineage.index.landscape import cited_models, exposures_of, tested_models
    from lineage.index.layout import open_index
    from lineage.index.stored import STATUSES

    path = tmp_path / "snapshot.sqlite"
    build_from_snapshot(path, SnapshotSource.embedded())
    database = open_index(path)
    exposures = exposures_of(
        tested_models(database, Results.load(), Registry.load()), Results.load()
    )
    columns = load_columns(path)
    cited = cited_models(database, Registry.load())
    found = attribute_all(columns, exposures, cited)
    numbers = {text: number for number, text in database.execute("SELECT id, text FROM name")}
    looked_at = {STATUSES.index(Status.RESOLVED), STATUSES.index(Status.NOT_READ)}
    reached = {
        number for (number,) in found.database.execute("SELECT model FROM reached").fetchall()
    }
    exposed = [
        text
        for text, number in sorted(numbers.items())
        if number in reached and columns.status[number] in looked_at
    ]
    rest = [
        text
        for text, number in sorted(numbers.items())
        if number not in reached and columns.status[number] in looked_at
    ]
    chosen = [*exposed[::25], *rest[::250]]
    assert len(chosen) > 40
    report = audit(
        chosen, Options(where=Where(index=path), now=datetime(2026, 11, 22, tzinfo=timezone.utc))
    )
    names = {number: text for text, number in numbers.items()}
    for target in report.targets:
        if any(
            e.relation is Relation.DISTILLED and e.grade is Grade.INFERRED
            for e in target.graph.edges
        ):
            continue  # the index keeps no teacher that only a model's own name suggests
        number = numbers[target.model]
        assert str(found.state(number)) == str(target.exposure.state), target.model
        whole = target.graph.weight_ancestors(target.model) | {target.model}
        hidden = [
            one
            for one in whole
            if not target.graph.nodes[one].status.is_known
            and not target.attributions[one].is_origin_cited
        ]
        assert found.is_incomplete(number) is bool(hidden), target.model
        assert len(found.roots_of(number)) == len(target.graph.roots()), target.model
        if all(target.graph.roots_of(root) == [root] for root in target.graph.roots()):
            assert sorted(names[root] for root in found.roots_of(number)) == target.graph.roots(), (
                target.model
            )


def test_every_format_says_the_method_and_the_day(surveyed: tuple[Path, Landscape]) -> None:
    """Tables, data, plots and the page come from one count."""
    view = surveyed[1]
    document = json.loads(FORMATS["json"](view, 3))
    assert document["schema"] == "lineage-landscape/1"
    assert document["method"]
    assert document["as_of"] == "2026-11-22"
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](view, 3))))
    assert {"table": "jurisdiction", "label": "CN", "measure": "models", "value": "5"} in rows
    drawn = ET.fromstring(FORMATS["svg"](view, 3))
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}svg")) == 7
    page = FORMATS["html"](view, 3)
    for form in (FORMATS["text"](view, 3), page):
        assert "2026-11-22" in form
        assert "may add up to more than the whole" in form
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace(
        "http-equiv", ""
    ).replace("http://127.0.0.1", "")


def test_the_picture_in_the_docs_is_what_the_command_draws(tmp_path: Path) -> None:
    """After a change of the data draw it again: `lineage landscape --index INDEX_OF_THE_SNAPSHOT -f
    svg -o docs/images/landscape.svg`."""
    path = tmp_path / "snapshot.sqlite"
    build_from_snapshot(path, SnapshotSource.embedded())
    picture = Path(__file__).parents[2] / "docs" / "images" / "landscape.svg"
    assert FORMATS["svg"](survey(path, Registry.load(), Results.load()), 10) == picture.read_text(
        encoding="utf-8"
    )


def test_an_empty_index_has_an_empty_landscape(tmp_path: Path) -> None:
    """No division by nothing."""
    path = tmp_path / "none.sqlite"
    with TestHub([]) as served:
        build_from_hub(path, HubSource(served.url, False), now=NOW)
    view = survey(path, Registry.load(), Results.load())
    assert view.models == 0
    assert all(render(view, 5) for render in FORMATS.values())


def test_the_command_line(
    surveyed: tuple[Path, Landscape], lineage: Callable[..., Ran], tmp_path: Path
) -> None:
    """Tables on stdout, plots into a file; without DuckDB the line that installs it, and exit 4."""
    ran = lineage("landscape", "--index", str(surveyed[0]), "--top", "1")
    assert ran.code == 0
    assert "8 models of http://127.0.0.1" in ran.out
    assert (
        lineage("landscape", "--index", str(surveyed[0]), "-f", "svg", "-o", "plots.svg").code == 0
    )
    assert (tmp_path / "plots.svg").read_text().startswith("<svg")
    without = tmp_path / "without"
    without.mkdir()
    (without / "duckdb.py").write_text("raise ImportError('not here')")
    poor = lineage("landscape", "--index", str(surveyed[0]), env={"PYTHONPATH": str(without)})
    assert poor.code == 4
    assert "lineage-audit[index]" in poor.err
