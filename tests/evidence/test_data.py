"""Walks every curated record: schema, citations, dates, references, and whether the compiled files are in step."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lineage.core import packaged
from lineage.core.ref import is_repo_id
from lineage.evidence import compile as compile_data

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "lineage" / "data"
FOLDERS = {
    "developers": "developer",
    "families": "family",
    "results": "result",
    "lineage": "lineage",
    "suites": "suite",
    "units": "units",
}
FILES = ("prehash", "renames", "removals")


pytestmark = pytest.mark.skipif(
    not (DATA / "developers").is_dir(),
    reason="the records are in the source tree, not in the wheel",
)


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, dict[str, Any]]]:
    """Every record by folder and file name."""
    return {
        folder: {
            path.stem: compile_data.read(path) for path in sorted((DATA / folder).glob("*.toml"))
        }
        for folder in FOLDERS
    }


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((DATA / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_record_keeps_its_schema(records, folder):
    """No record has a missing, unknown or misshapen field."""
    check = validator(FOLDERS[folder])
    assert records[folder]
    wrong = [
        f"{name}: {problem.json_path}: {problem.message}"
        for name, row in records[folder].items()
        for problem in check.iter_errors(row)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_every_single_file_keeps_its_schema(name):
    """The same for the files that hold many small records."""
    assert [
        problem.message
        for problem in validator(name).iter_errors(compile_data.read(DATA / f"{name}.toml"))
    ] == []


def _citations(value: Any) -> list[dict[str, str]]:
    if isinstance(value, dict):
        own = [value] if "url" in value else []
        return own + [one for child in value.values() for one in _citations(child)]
    return [one for child in value for one in _citations(child)] if isinstance(value, list) else []


def test_dates_are_real_and_in_order(records):
    """Nothing was published after it was seen, and no date is in the future of its curation."""
    wrong = []
    for rows in records.values():
        for name, row in rows.items():
            curated = date.fromisoformat(row["curated_on"])
            for cited in _citations(row):
                seen = date.fromisoformat(cited["seen_on"])
                published = cited.get("published_on", "0001")
                early = seen > curated or published > cited["seen_on"][: len(published)]
                wrong += [(name, cited["url"])] if early else []
    assert wrong == []


def test_records_refer_only_to_records_that_exist(records):
    """A family's developer and base, a claim's repos, a subset's whole: no orphan."""
    developers, families, results = records["developers"], records["families"], records["results"]
    assert [name for name, row in families.items() if row["developer"] not in developers] == []
    assert [
        name for name, row in families.items() if row.get("derived_from", name) not in families
    ] == []
    hashes = compile_data.read(DATA / "prehash.toml")["prehash"]
    assert {
        family for row in hashes for family in row.get("families", [])
    } - families.keys() == set()
    claims = [claim for file in records["lineage"].values() for claim in file["claims"]]
    assert [
        claim
        for claim in claims
        if not (is_repo_id(claim["child"]) and is_repo_id(claim["parent"]))
    ] == []
    assert [
        row["subset_of"]
        for row in results.values()
        if row.get("subset_of") and row["subset_of"] not in results
    ] == []


def test_no_record_rests_on_what_somebody_remembered(records):
    """A jurisdiction has a citation or is unknown, and no record says `from memory`."""
    told = json.dumps(records, ensure_ascii=False)
    assert re.findall(r"from memory", told) == []
    assert "/work/" not in told
    homes = [row["jurisdiction"] for row in records["developers"].values()]
    assert all(home["code"] == "unknown" or home["citations"] for home in homes)
    assert sum(home["code"] == "unknown" for home in homes) > 50


def test_no_namespace_has_two_owners(records):
    """Two developers never claim one namespace, in any letter case."""
    owners: dict[str, set[str]] = {}
    for key, row in records["developers"].items():
        for one in row.get("namespaces", []):
            owners.setdefault(one["name"].casefold(), set()).add(key)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_claims_about_a_model_never_lead_back_to_it(records):
    """Stated bases form no circle."""
    parents: dict[str, set[str]] = {}
    for file in records["lineage"].values():
        for claim in file["claims"]:
            parents.setdefault(claim["child"].casefold(), set()).add(claim["parent"].casefold())
    for start, direct in parents.items():
        seen: set[str] = set()
        todo = list(direct)
        while todo:
            model = todo.pop()
            if model not in seen:
                seen.add(model)
                todo.extend(parents.get(model, ()))
        assert start not in seen


def test_compiled_files_are_in_step_with_the_records():
    """What the program loads is what the records say, byte for byte."""
    for name, text in compile_data.compiled(DATA).items():
        assert (packaged.DATA / name).read_text(encoding="utf-8") == text


def test_name_patterns_are_quick_on_names_made_to_be_slow(records):
    """Each pattern passes the guard, and every family's own roots fit it where it may match at all."""
    for row in records["families"].values():
        for pattern in row.get("id_patterns", []):
            compile_data.check_pattern(pattern)
            assert compile_data.literal(pattern) == compile_data.literal(pattern).casefold()


@pytest.mark.parametrize("slow", ["(a+)+$", "(a|b*)*c", ".*x.*y", "(?i)(q*)+"])
def test_the_guard_refuses_slow_patterns(slow):
    """Repeats inside repeats, and two open-ended ones, do not get in."""
    with pytest.raises(ValueError, match="could be made slow"):
        compile_data.check_pattern(slow)


def test_a_withdrawn_record_is_kept_and_not_compiled(tmp_path):
    """`withdrawn_on` takes a record out of use without deleting it."""
    (tmp_path / "kept.toml").write_text('id = "kept"\ncurated_on = "2026-01-01"\n')
    (tmp_path / "gone.toml").write_text(
        'id = "gone"\ncurated_on = "2026-01-01"\nwithdrawn_on = "2026-02-02"\n'
    )
    assert [row["id"] for row in compile_data.records(tmp_path)] == ["kept"]


def test_a_misnamed_record_is_refused(tmp_path):
    """A file is named after the id in it."""
    (tmp_path / "one.toml").write_text('id = "two"\n')
    with pytest.raises(ValueError, match=r"one\.toml holds the record 'two'"):
        list(compile_data.records(tmp_path))


def test_a_checkout_compiles_when_a_record_is_newer(tmp_path):
    """An edited record is in the next run; nothing is written where all is in step, or where there are no records."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy, ignore=shutil.ignore_patterns("*.json", "*.sqlite"))
    assert compile_data.is_stale(copy, "registry.json")
    assert compile_data.write(copy) == ["registry.json", "results.json"]
    assert not compile_data.is_stale(copy, "registry.json")
    record = next((copy / "developers").glob("*.toml"))
    newer = (copy / "registry.json").stat().st_mtime + 10
    os.utime(record, (newer, newer))
    assert compile_data.is_stale(copy, "registry.json")
    assert not compile_data.is_stale(tmp_path, "registry.json")
