"""Walks every curated record: schema, citations, dates, references, and whether the compiled files
are in step."""

from __future__ import annotations

import copy
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
from lineage.evidence import records as record_files
from lineage.evidence.compile_registry import check_pattern, literal

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "lineage" / "data"
FOLDERS = {
    "developers": "developer-2",
    "families": "family-2",
    "results": "result",
    "lineage": "lineage-2",
    "suites": "suite",
    "units": "units",
    "names": "names",
    "licence_texts": "licence-text",
}
FILES = ("prehash", "renames", "removals", "teachers", "licences", "borrowed")


pytestmark = pytest.mark.skipif(
    not (DATA / "developers").is_dir(),
    reason="the records are in the source tree, not in the wheel",
)


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, dict[str, Any]]]:
    """Every record by folder and file name."""
    return {
        folder: {
            path.stem: record_files.read(path) for path in sorted((DATA / folder).glob("*.toml"))
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
        for problem in validator(name).iter_errors(record_files.read(DATA / f"{name}.toml"))
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
    hashes = record_files.read(DATA / "prehash.toml")["prehash"]
    assert {
        family for row in hashes for family in row.get("families", [])
    } - families.keys() == set()
    licences = record_files.read(DATA / "licences.toml")["licences"]
    borrowed = record_files.read(DATA / "borrowed.toml")["architectures"]
    named = {family for row in (*licences, *borrowed) for family in row.get("families", [])}
    assert named - families.keys() == set()
    claims = [claim for file in records["lineage"].values() for claim in file["claims"]]
    assert [
        claim
        for claim in claims
        if not (is_repo_id(claim["child"]) and is_repo_id(claim["parent"]))
    ] == []
    assert [edge for edge in _edges(records) if not all(map(is_repo_id, edge))] == []
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
    assert all(home["state"] == "unknown" or home["citations"] for home in homes)
    assert all(("code" in home) == (home["state"] == "established") for home in homes)
    assert {home["state"] for home in homes} == {"established", "disputed", "unknown"}


def test_no_namespace_has_two_owners(records):
    """Two developers never claim one namespace, in any letter case."""
    owners: dict[str, set[str]] = {}
    for key, row in records["developers"].items():
        for one in row.get("namespaces", []):
            owners.setdefault(one["name"].casefold(), set()).add(key)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def _roots(records: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The evidence of every listed root, by repo."""
    return {
        root["repo"]: root["evidence"]
        for row in records["families"].values()
        for root in row["roots"]
    }


def _edges(records: dict[str, Any]) -> list[tuple[str, str]]:
    """Child and parent of every statement of the registry, case-folded."""
    edges = [
        (claim["child"], claim["parent"])
        for file in records["lineage"].values()
        for claim in file["claims"]
    ]
    edges += [
        (root, base["repo"])
        for root, evidence in _roots(records).items()
        for base in evidence.get("bases", [])
    ]
    return [(child.casefold(), parent.casefold()) for child, parent in edges]


def test_every_root_has_evidence_or_says_what_was_tried(records):
    """Each citation of it can be found again: address, title, day; a root of which nothing is shown
    says what was looked at."""
    roots = _roots(records)
    assert len(roots) >= 827
    for repo, evidence in roots.items():
        if evidence["kind"] == "not-shown":
            assert evidence["tried"], repo
            assert evidence.keys() == {"kind", "tried"}, repo
        else:
            assert evidence["strength"] in ("cited", "supported"), repo
            assert evidence["statement"], repo
            assert all(
                cited["url"] and cited["title"] and cited["seen_on"]
                for cited in evidence["citations"]
            ), repo


def test_the_evidence_of_a_root_and_the_statements_about_it_agree(records):
    """A root of which a cited statement names a base is shown to be derived, in whole or in the
    named part."""
    roots = {repo.casefold(): evidence for repo, evidence in _roots(records).items()}
    for file in records["lineage"].values():
        for claim in file["claims"]:
            evidence = roots.get(claim["child"].casefold())
            if (
                evidence is not None
                and claim["relation"] != "distilled"
                and not claim.get("disputed")
            ):
                assert evidence["kind"] == (
                    "part-derived" if claim.get("component") else "derived"
                ), claim


def test_a_base_from_somebody_else_than_the_maker_is_never_quite_certain(records):
    """Where the evidence is a third party's, each base has a confidence below one."""
    wrong = [
        (repo, base["repo"])
        for repo, evidence in _roots(records).items()
        for base in evidence.get("bases", [])
        if evidence["strength"] == "supported" and not base.get("confidence", 1) < 1
    ]
    assert wrong == []


_MIRRORS = r"workers\.dev|hugflare|fast360|global-rail|sound2gd|deno\.dev|hf-mirror|898520|hf-2025|huface|hf-proxy"


def test_copies_of_cards_are_cited_at_the_hub(records):
    """The address is the card's own, and the title says that a copy of it was read."""
    assert [
        one["url"] for one in _citations(list(records.values())) if re.search(_MIRRORS, one["url"])
    ] == []


def _repos_in(text: str, namespaces: set[str]) -> set[str]:
    """Hub ids in a text, case-folded, of a namespace that the registry or any edge of it knows."""
    found = re.findall(r"(?<![\w./-])([A-Za-z0-9][\w.-]*)/([A-Za-z0-9][\w.-]*[A-Za-z0-9])", text)
    return {f"{space}/{name}".casefold() for space, name in found if space.casefold() in namespaces}


def test_a_base_named_in_words_is_an_edge(records):
    """What is said of a root names no other repo than its bases; a family's note none that no
    record carries as an edge."""
    edges = set(_edges(records))
    in_edges = {name for edge in edges for name in edge} | {
        repo.casefold() for repo in _roots(records)
    }
    namespaces = {
        one["name"].casefold()
        for row in records["developers"].values()
        for one in row.get("namespaces", [])
    }
    namespaces |= {name.partition("/")[0] for name in in_edges if "/" in name}
    for repo, evidence in _roots(records).items():
        told = f"{evidence.get('statement', '')} {evidence.get('tried', '')}"
        named = _repos_in(told, namespaces) - {repo.casefold()}
        assert {base for base in named if (repo.casefold(), base) not in edges} == set(), repo
    for key, row in (*records["families"].items(), *records["developers"].items()):
        assert _repos_in(row.get("note", ""), namespaces) - in_edges == set(), key


def test_the_guard_against_bases_told_in_words_alone_bites(records):
    """The same test fails once a statement names one more repo."""
    altered = copy.deepcopy(records)
    altered["families"]["yi"]["roots"][0]["evidence"]["statement"] = (
        "Built on meta-llama/Llama-2-7b-hf."
    )
    with pytest.raises(AssertionError, match="llama-2-7b-hf"):
        test_a_base_named_in_words_is_an_edge(altered)
    altered = copy.deepcopy(records)
    altered["families"]["yi"]["note"] = "Built on Qwen/Qwen99-7B."
    with pytest.raises(AssertionError, match="qwen99"):
        test_a_base_named_in_words_is_an_edge(altered)


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("thinkingmachines/Inkling", "thinkingmachines/Inkling-NVFP4"),
        ("Qwen/Qwen3-TTS-12Hz-1.7B-Base", "Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice"),
        ("stabilityai/stable-diffusion-3.5-large", "stabilityai/stable-diffusion-3.5-medium"),
        ("nomic-ai/nomic-embed-code", "Qwen/Qwen2.5-Coder-7B-Instruct"),
        ("fishaudio/s2-pro", "Qwen/Qwen3-4B"),
    ],
)
def test_what_nobody_wrote_down_is_no_edge(records, child, parent):
    """Listing slips of a catalogue and bases that somebody only remembered stay out."""
    assert (child.casefold(), parent.casefold()) not in _edges(records)


def test_claims_about_a_model_never_lead_back_to_it(records):
    """Stated bases form no circle, those of the listed roots included."""
    parents: dict[str, set[str]] = {}
    for child, parent in _edges(records):
        parents.setdefault(child, set()).add(parent)
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
    """Each pattern passes the guard, and every family's own roots fit it where it may match at
    all."""
    for row in records["families"].values():
        for pattern in row.get("id_patterns", []):
            check_pattern(pattern)
            assert literal(pattern) == literal(pattern).casefold()


@pytest.mark.parametrize("slow", ["(a+)+$", "(a|b*)*c", ".*x.*y", "(?i)(q*)+"])
def test_the_guard_refuses_slow_patterns(slow):
    """Repeats inside repeats, and two open-ended ones, do not get in."""
    with pytest.raises(ValueError, match="could be made slow"):
        check_pattern(slow)


def test_a_withdrawn_record_is_kept_and_not_compiled(tmp_path):
    """`withdrawn_on` takes a record out of use without deleting it."""
    (tmp_path / "kept.toml").write_text('id = "kept"\ncurated_on = "2026-01-01"\n')
    (tmp_path / "gone.toml").write_text(
        'id = "gone"\ncurated_on = "2026-01-01"\nwithdrawn_on = "2026-02-02"\n'
    )
    assert [row["id"] for row in record_files.records(tmp_path)] == ["kept"]


def test_a_misnamed_record_is_refused(tmp_path):
    """A file is named after the id in it."""
    (tmp_path / "one.toml").write_text('id = "two"\n')
    with pytest.raises(ValueError, match=r"one\.toml holds the record 'two'"):
        list(record_files.records(tmp_path))


def test_a_checkout_compiles_when_a_record_is_newer(tmp_path):
    """An edited record is in the next run; nothing is written where all is in step, or where there
    are no records."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy, ignore=shutil.ignore_patterns("*.json"))
    assert compile_data.is_stale(copy, "registry.json")
    assert compile_data.write(copy) == [*packaged.DOCUMENTS, packaged.MANIFEST]
    assert not compile_data.is_stale(copy, "registry.json")
    record = next((copy / "developers").glob("*.toml"))
    newer = (copy / "registry.json").stat().st_mtime + 10
    os.utime(record, (newer, newer))
    assert compile_data.is_stale(copy, "registry.json")
    assert not compile_data.is_stale(tmp_path, "registry.json")
