"""How a run differed from the usual one stands in every report and pack, through the real command
line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from hub import HubModel, TestHub
from lineage.report.circumstances import Circumstances
from lineage.report.formats import FORMATS
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options

Run = Callable[..., Ran]
DATED = {"SOURCE_DATE_EPOCH": "1577836800"}
DIAGRAMS = {"mermaid", "dot"}
MODELDNA = json.dumps(
    {
        "tool_version": "0.1.0",
        "target": "acme/tune",
        "verdict": {"verdict": "FINE_TUNE", "probability": 0.9, "best_candidate": "acme/base"},
    }
)


@pytest.fixture
def hub() -> Iterator[TestHub]:
    with TestHub(
        [HubModel("acme/base"), HubModel("acme/tune", card={"base_model": "acme/base"})]
    ) as it:
        yield it


def told(ran: Ran) -> dict[str, Any]:
    """What the JSON report says of its run."""
    found: dict[str, Any] = json.loads(ran.out)["circumstances"]
    return found


def test_a_usual_run_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public Hub, now, no cache: no line in any format."""
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with Auditor(Options()) as auditor:
        report = auditor.report([])
    assert report.circumstances == Circumstances()
    assert report.remarks == ()


@pytest.mark.parametrize(
    ("args", "env"),
    [(("--offline",), {}), ((), {"HF_HUB_OFFLINE": "1"})],
    ids=["option", "variable"],
)
def test_offline_and_a_given_date(lineage: Run, args: tuple[str, ...], env: dict[str, str]) -> None:
    """By whatever way it was asked for."""
    ran = lineage("audit", "gpt2", "-f", "json", *args, env=env)
    assert told(ran) == {"offline": True}
    ran = lineage("audit", "gpt2", "-f", "json", *args, env=env | DATED)
    assert told(ran) == {"offline": True, "date_given": True}


def test_the_hub_that_was_asked_and_the_cache(lineage: Run, hub: TestHub) -> None:
    """Another hub than the public one, and how many answers did not come from it just now."""
    env = {"HF_ENDPOINT": hub.url}
    args = ("audit", "acme/tune", "-f", "json")
    assert told(lineage(*args, "--no-cache", env=env)) == {"endpoint": hub.url}
    assert told(lineage(*args, env=env)) == {"endpoint": hub.url}
    again = told(lineage(*args, env=env))
    assert again["cache"]["answers"] >= 2
    assert again["cache"]["oldest"].startswith("20")


def test_a_snapshot_and_an_index_of_ones_own(lineage: Run, hub: TestHub, tmp_path: Path) -> None:
    """Each with its path and day."""
    env = {"HF_ENDPOINT": hub.url}
    ran = lineage("snapshot", "create", "acme/tune", "-o", "own.sqlite", env=env)
    assert ran.code == 0, ran.err
    ran = lineage(
        "index", "build", "--from-snapshot", "--snapshot", "own.sqlite", "-o", "own.index"
    )
    assert ran.code == 0, ran.err
    for option, path in (("snapshot", "own.sqlite"), ("index", "own.index")):
        found = told(lineage("audit", "acme/tune", "--offline", f"--{option}", path, "-f", "json"))
        assert found["offline"] is True
        assert found[option]["path"] == path
        assert found[option]["date"].startswith("20")


@pytest.mark.parametrize("form", sorted(set(FORMATS) - DIAGRAMS))
def test_every_format_says_it(lineage: Run, form: str) -> None:
    """All that have a place for words."""
    ran = lineage("audit", "gpt2", "--offline", "-f", form, env=DATED)
    said = '"offline": true' if form == "json" else "Made offline; with a date that was given"
    assert said in ran.out


def test_a_pack_says_it(lineage: Run, tmp_path: Path) -> None:
    """In its manifest and on its first page."""
    ran = lineage("pack", "gpt2", "--offline", "-o", "filed", env=DATED)
    assert ran.code == 0, ran.err
    manifest = json.loads((tmp_path / "filed" / "manifest.json").read_text())
    assert manifest["circumstances"] == {"offline": True, "date_given": True}
    assert "Made offline; with a date" in (tmp_path / "filed" / "README.txt").read_text()


def test_a_journal_goes_on_under_the_same_circumstances_only(
    lineage: Run, hub: TestHub, tmp_path: Path
) -> None:
    """Another hub, no network, other evidence, another bound: each is refused and named; the first
    again goes on."""
    (tmp_path / "models.csv").write_text("model\nacme/tune\n")
    (tmp_path / "told.json").write_text(MODELDNA)
    (tmp_path / "more.json").write_text(MODELDNA.replace("acme/base", "acme/other"))
    env = {"HF_ENDPOINT": hub.url}
    args = ("audit", "--input", "models.csv", "--resume", "j", "--no-cache", "-q")
    first = ("--evidence", "told.json")
    assert lineage(*args, *first, env=env).code in (0, 3)
    with TestHub([]) as other:
        for more, where, named in (
            (first, {"HF_ENDPOINT": other.url}, f"endpoint was {hub.url}, now {other.url}"),
            ((*first, "--offline"), env, "offline was no, now yes"),
            ((), env, "evidence was 1 "),
            (("--evidence", "more.json"), env, "evidence was 1 "),
            ((*first, "--max-depth", "1"), env, "bounds was "),
        ):
            ran = lineage(*args, *more, env=where)
            assert (ran.code, named in ran.err) == (2, True), ran.err
        assert other.calls == []
    assert "1 of 1 rows were finished earlier" in lineage(*args[:-1], *first, env=env).err
