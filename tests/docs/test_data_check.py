"""`make data-check`: the shipped records pass, and each thing that may be wrong with a record is
named with its file."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docs.tools import ROOT, load

data_check = load("data_check")
data_page = load("generate_data_page")

pytestmark = pytest.mark.skipif(
    not data_check.DATA.is_dir(), reason="the records are in the source tree"
)

Records = dict[str, dict[str, Any]]
JD, YI, LINEAGE, RESULT, UNITS = (
    "developers/jd.toml",
    "families/yi.toml",
    "lineage/deepseek.toml",
    "results/tsb-qwen3-32b.toml",
    "units/speechmap-en.toml",
)


@pytest.fixture(scope="module")
def shipped() -> Records:
    """Every record as it stands in the tree."""
    records: Records = data_check.load()
    return records


def test_the_shipped_records_have_no_problem(shipped: Records) -> None:
    """What `make lint` runs; the policy packs name developers that exist."""
    packs = {
        f"packs/{path.name}": data_check.read(path)
        for path in sorted((data_check.DATA / "packs").glob("*.toml"))
    }
    assert [str(problem) for problem in data_check.check(shipped, packs)] == []
    asked, unfair = data_check.batteries()
    assert [one.id for one in asked] == ["lineage"]
    assert [str(problem) for problem in unfair] == []


def test_the_page_of_coverage_is_fresh() -> None:
    """Run tools/generate_data_page.py where this fails."""
    for path, text in data_page.outputs().items():
        assert path.read_text(encoding="utf-8") == text


def test_the_page_counts_what_the_records_say(shipped: Records) -> None:
    """The generator and a plain count agree."""
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    developers = [row for file, row in shipped.items() if file.startswith("developers/")]
    unknown = sum(1 for row in developers if row["jurisdiction"]["state"] == "unknown")
    roots = [
        root
        for file, row in shipped.items()
        if file.startswith("families/")
        for root in row["roots"]
    ]
    not_shown = sum(1 for root in roots if root["evidence"]["kind"] == "not-shown")
    assert f"| unknown | {unknown} |" in page
    assert f"list {len(roots)} roots" in page
    assert f"| {not_shown} |\n| all |" in page
    assert "| written by models on the Hub |" in page


def _evidence(records: Records) -> dict[str, Any]:
    return next(  # type: ignore[no-any-return]
        root["evidence"] for root in records[YI]["roots"] if root["evidence"]["kind"] != "not-shown"
    )


def _not_shown(records: Records) -> None:
    _evidence(records).clear()
    for root in records[YI]["roots"]:
        root["evidence"] = {"kind": "not-shown", "tried": " "}


def _second(records: Records, file: str, name: str, **changes: Any) -> None:
    records[name] = {**copy.deepcopy(records[file]), **changes}


BREAKS: dict[str, tuple[str, Callable[[Records], Any], str]] = {
    "no address": (JD, lambda r: r[JD]["namespaces"][0]["citations"][0].pop("url"), "no address"),
    "a package for an address": (
        JD,
        lambda r: r[JD]["namespaces"][0]["citations"][0].update(url="pypi:vllm"),
        "no address: 'pypi:vllm'",
    ),
    "no day": (JD, lambda r: r[JD]["jurisdiction"]["citations"][0].pop("seen_on"), "no day"),
    "no such day": (
        JD,
        lambda r: r[JD]["jurisdiction"]["citations"][0].update(seen_on="2026-02-30"),
        "no day",
    ),
    "no title": (YI, lambda r: _evidence(r)["citations"][0].pop("title"), "has no title"),
    "a namespace without a source": (
        JD,
        lambda r: r[JD]["namespaces"][0].update(citations=[]),
        "namespaces: jdopensource has no citation",
    ),
    "a home without a source": (
        JD,
        lambda r: r[JD]["jurisdiction"].update(citations=[]),
        "its jurisdiction has no citation",
    ),
    "a result without a source": (RESULT, lambda r: r[RESULT].pop("citation"), "no citation"),
    "a claim without a source": (
        LINEAGE,
        lambda r: r[LINEAGE]["claims"][0].pop("citations"),
        "has no citation",
    ),
    "a teacher without a source": (
        "teachers.toml",
        lambda r: r["teachers.toml"]["teachers"][0].pop("citations"),
        "has no citation",
    ),
    "a root without evidence": (
        YI,
        lambda r: r[YI]["roots"][0].pop("evidence"),
        "has no evidence and does not say not-shown",
    ),
    "a root that nobody tried": (YI, _not_shown, "does not say what was tried"),
    "a root shown by nothing": (
        YI,
        lambda r: _evidence(r).update(citations=[]),
        "without a statement and a citation",
    ),
    "a namespace of two": (
        "developers/zhipu.toml",
        lambda r: r["developers/zhipu.toml"]["namespaces"].append(
            {**r[JD]["namespaces"][0], "name": "JDopensource"}
        ),
        "namespace jdopensource stands twice (also in developers/jd.toml)",
    ),
    "a root of two families": (
        "families/zhinao.toml",
        lambda r: r["families/zhinao.toml"]["roots"].append(copy.deepcopy(r[YI]["roots"][0])),
        "stands twice (also in families/yi.toml)",
    ),
    "a result twice": (
        "results/zz-again.toml",
        lambda r: _second(r, RESULT, "results/zz-again.toml", id="zz-again"),
        "stands twice (also in results/tsb-qwen3-32b.toml)",
    ),
    "a claim twice": (
        LINEAGE,
        lambda r: r[LINEAGE]["claims"].append(copy.deepcopy(r[LINEAGE]["claims"][0])),
        "stands twice (also in the same file)",
    ),
    "one source as two": (
        JD,
        lambda r: r[JD]["jurisdiction"]["citations"].append(
            dict(r[JD]["jurisdiction"]["citations"][0])
        ),
        "is cited twice for one fact",
    ),
    "a developer that is none": (
        YI,
        lambda r: r[YI].update(developer="nobody"),
        "'nobody' is the id of none of the developers",
    ),
    "a result that is none": (
        UNITS,
        lambda r: r[UNITS]["units"][0].update(result="gone"),
        "'gone' is the id of none of the results",
    ),
    "a family that is none": (
        "licences.toml",
        lambda r: r["licences.toml"]["licences"][0]["families"].append("qwen99"),
        "'qwen99' is the id of none of the families",
    ),
    "a base that is no model": (
        LINEAGE,
        lambda r: r[LINEAGE]["claims"][0].update(parent="the V3 model"),
        "'the V3 model' is no id of a model",
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_what_is_wrong_is_named_with_its_file(shipped: Records, case: str) -> None:
    """One fault at a time, in a copy of the shipped records."""
    file, damage, reason = BREAKS[case]
    records = copy.deepcopy(shipped)
    damage(records)
    problems = data_check.check(records)
    assert [p for p in problems if p.file == file and reason in p.reason], problems


def test_a_pack_names_developers_that_exist(shipped: Records) -> None:
    """A misspelt developer would match nothing, and nobody would notice."""
    pack = {"requirement": [{"match": [{"developers": ["deepsek"]}]}]}
    problems = data_check.check(shipped, {"packs/x.toml": pack})
    assert [str(one) for one in problems] == [
        "packs/x.toml: 'deepsek' is the id of none of the developers"
    ]


def test_an_old_citation_is_listed_and_no_error(shipped: Records) -> None:
    """Half a year after the newest day, each source is due; the day after it was seen, none is."""
    newest = max(
        date.fromisoformat(cited["seen_on"])
        for row in shipped.values()
        for _, cited in data_check.citations(row)
    )
    assert data_check.old(shipped, newest) == []
    later = data_check.old(shipped, date(newest.year + 1, newest.month, newest.day))
    assert len(later) > 1000
    assert later[0][2] >= later[-1][2] > data_check.OLD_AFTER
    told = data_check.report([], later, len(shipped))
    assert "was last seen" in told
    assert told.splitlines()[-1].startswith(f"{len(shipped)} files; 0 problems;")


def test_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 for the tree as it is; 1 with file and reason for a copy with one fault."""
    assert data_check.main() == 0
    folder = tmp_path / "data"
    shutil.copytree(
        data_check.DATA, folder, ignore=shutil.ignore_patterns("*.json", "*.sqlite", "html")
    )
    record = folder / JD
    record.write_text(record.read_text(encoding="utf-8").replace("https://", "ftp://"), "utf-8")
    capsys.readouterr()
    assert data_check.main(folder) == 1
    assert "developers/jd.toml: a citation under" in capsys.readouterr().out
