"""Thirty suppliers' files, made up after the shapes that are met: what each says is compared with
what offline data shows, and the ten that are wrong are called so."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from lineage.core.version import __version__
from lineage.evidence.supplied import Agreement
from lineage.policy.finding import Level, Verdict
from lineage.policy.load import load_policy
from lineage.report.document import TargetReport
from lineage.workflows.audit import Auditor
from lineage.workflows.options import Options
from lineage.workflows.portfolio.licence_words import compare_licences
from lineage.workflows.portfolio.read import read_inputs
from lineage.workflows.portfolio.run import audit_rows
from lineage.workflows.portfolio.words import Fit, Names

FILES = Path(__file__).parent / "suppliers"
EXPECTED: dict[str, list[list[str]]] = json.loads(
    (FILES / "expected.json").read_text(encoding="utf-8")
)
WRONG = {name for name in EXPECTED if int(name[:2]) > 20}


def audited(file: Path, policy: Path | None = None) -> list[TargetReport]:
    """The rows of a file, audited offline and judged with what it says."""
    options = Options(offline=True, now=datetime(2026, 11, 29, tzinfo=timezone.utc))
    if policy is not None:
        options = Options(offline=True, policy=load_policy(policy, __version__), now=options.now)
    with Auditor(options) as auditor:
        return audit_rows(read_inputs(file), auditor.audit, with_supplied=auditor.with_supplied)


def test_there_are_thirty_and_ten_of_them_wrong() -> None:
    """No file lies beside the table, and none of it is missing."""
    files = {path.name for path in FILES.iterdir()} - {"expected.json"}
    assert files == set(EXPECTED) and (len(files), len(WRONG)) == (30, 10)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_suppliers_file(name: str) -> None:
    """Each statement has the expected agreement; a wrong file asks for a review, and no other one
    does so for what it says."""
    reports = audited(FILES / name)
    compared = [
        [report.model, one.subject, one.said, str(one.agreement)]
        for report in reports
        if report.supplied
        for one in report.supplied.compared
    ]
    assert compared == EXPECTED[name]
    found = [f for report in reports for f in report.findings if f.rule == "supplier-contradicted"]
    assert bool(found) is (name in WRONG)
    assert all(f.level is Level.REVIEW and "we found" in f.message for f in found)
    worst = max((report.verdict for report in reports), key=lambda verdict: verdict.rank)
    assert name not in WRONG or worst is not Verdict.PASS


def test_a_waiver_and_a_level(tmp_path: Path) -> None:
    """What a supplier says is waived and raised like any finding; a waiver that it uses is not
    called unused."""
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[rules]\nsupplier-omits = "fail"\n[[waiver]]\nrule = "supplier-contradicted"\n'
        'model = "NousResearch/*"\nreason = "asked"\nowner = "me"\nuntil = 2026-12-30\n',
        encoding="utf-8",
    )
    (waived,) = audited(FILES / "21-wrong-family.csv", policy)
    (finding,) = [f for f in waived.findings if f.rule == "supplier-contradicted"]
    assert finding.waived and waived.verdict is Verdict.PASS
    assert not [f for f in waived.findings if f.rule == "unused-waiver"]
    (silent,) = audited(FILES / "17-no-answer.csv", policy)
    assert silent.verdict is Verdict.FAIL
    assert [f.rule for f in silent.findings if f.rule == "unused-waiver"]


def test_what_was_not_read_contradicts_nobody(tmp_path: Path) -> None:
    """A model without a known end of its lineage leaves another base open."""
    file = tmp_path / "v.csv"
    file.write_text("model,base model\nmistralai/Mistral-7B-Instruct-v0.2,Llama 3.1 8B\n")
    (report,) = audited(file)
    assert report.supplied is not None
    (one,) = report.supplied.compared
    assert one.agreement is Agreement.CANNOT_BE_COMPARED


def test_who_made_the_model_is_no_false_base(tmp_path: Path) -> None:
    """A company that trained it, in the column of bases, says less than was found; another one is
    wrong."""
    file = tmp_path / "v.csv"
    model = "NousResearch/Hermes-2-Pro-Mistral-7B"
    file.write_text(f"model,base model\n{model},Nous Research\n{model},Google\n")
    agreements = [r.supplied.compared[0].agreement for r in audited(file) if r.supplied]
    assert agreements == [Agreement.CANNOT_BE_COMPARED, Agreement.CONTRADICTS]


def test_a_base_that_could_not_be_matched_contradicts_nobody(
    lineage: Callable[..., Any], tmp_path: Path
) -> None:
    """Where a card names a second base in words, the supplier may mean that one."""
    card = "---\nbase_model:\n- Qwen/Qwen2.5-72B\n{more}---\n"
    told = {}
    for name, more in (("one", ""), ("two", "- our in-house llama\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "README.md").write_text(card.format(more=more))
        (folder / "config.json").write_text('{"model_type": "qwen2"}')
        (tmp_path / f"{name}.csv").write_text(f"model,base model\n./{name},Llama 3.1 8B\n")
        ran = lineage(
            "audit", "--offline", "--input", f"{name}.csv", "-f", "json", "-qq", cwd=tmp_path
        )
        told[name] = json.loads(ran.out)["targets"][0]["supplied"]["compared"][0]["agreement"]
    assert told == {"one": "contradicts", "two": "cannot be compared"}


def test_every_format_says_it(lineage: Callable[..., Any], tmp_path: Path) -> None:
    """Both sides stand in the text, the tables, the page, SARIF and JUnit."""
    formats = ("text", "markdown", "html", "sarif", "junit", "csv", "json")
    outputs = [word for one in formats for word in ("-f", f"{one}={tmp_path / one}")]
    file = FILES / "21-wrong-family.csv"
    ran = lineage("audit", "--offline", "--input", str(file), *outputs)
    assert ran.code == 0, ran.err
    for one in formats:
        text = " ".join((tmp_path / one).read_text(encoding="utf-8").split())
        assert "Llama 3.1 8B" in text and "supplier" in text, one
    told = json.loads((tmp_path / "json").read_text())["targets"][0]["supplied"]["compared"]
    assert told[0]["agreement"] == "contradicts" and told[0]["agrees"] is False
    (row,) = csv.DictReader(io.StringIO((tmp_path / "csv").read_text()))
    assert row["supplier_agrees"] == "no" and "(contradicts)" in row["supplier_says"]


@pytest.mark.parametrize(
    ("said", "found", "expected"),
    [
        ("The MIT License", "MIT", "agrees"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0", "agrees"),
        ("Creative Commons Attribution-NonCommercial 4.0", "CC-BY-NC-4.0", "agrees"),
        ("Apache", "Apache-2.0", "says less"),
        ("MIT OR Apache-2.0", "MIT", "agrees in part"),
        ("GPL-3.0-or-later", "GPL-3.0", "agrees"),
        ("Gemma Terms of Use", "gemma", "agrees"),
        ("Llama 3 Community License", "llama3.1", "agrees in part"),
        ("CC-BY-4.0", "CC-BY-NC-4.0", "says less"),
        ("CC-BY-NC-4.0", "CC-BY-4.0", "contradicts"),
        ("MIT", "Apache-2.0", "contradicts"),
        ("llama2", "llama3.1", "contradicts"),
        ("commercial, see contract", "MIT", "cannot be compared"),
        ("EULA of Acme", "MIT", "cannot be compared"),
    ],
)
def test_licences(said: str, found: str, expected: str) -> None:
    """By the words of their names, in any spelling."""
    assert str(compare_licences((said,), (found,))) == expected


@pytest.mark.parametrize(
    ("said", "model", "developer", "expected"),
    [
        ("Mistral", "mistralai/Mistral-7B-v0.1", "mistral", Fit.LESS),
        ("llama3.1 8 billion", "meta-llama/Llama-3.1-8B", "meta", Fit.SAME),
        ("Facebook", "meta-llama/Llama-3.1-8B", "meta", Fit.LESS),
        ("Llama 3", "meta-llama/Llama-3.1-8B", "meta", Fit.NEAR),
        ("Llama 3.3 70B", "meta-llama/Llama-3.1-70B", "meta", Fit.NEAR),
        ("Llama 2 7B", "meta-llama/Llama-3.1-8B", "meta", Fit.OTHER),
        ("Qwen 7.6B", "Qwen/Qwen2.5-7B", "alibaba-qwen", Fit.LESS),
        ("Qwen2.5-32B", "Qwen/Qwen2.5-7B", "alibaba-qwen", Fit.OTHER),
        ("Mixtral 47B", "mistralai/Mixtral-8x7B-v0.1", "mistral", Fit.LESS),
        ("Gemma", "meta-llama/Llama-3.1-8B", "meta", Fit.NONE),
    ],
)
def test_names(said: str, model: str, developer: str, expected: Fit) -> None:
    """Loosely, by words, sizes and generations."""
    assert Names.load().fit(said, model, developer) is expected


@pytest.mark.parametrize("said", ["our AI lab", "the team", "University", "a dream of a model", ""])
def test_a_chance_word_names_nobody(said: str) -> None:
    """A word of a sentence that is a part of somebody's name is no name."""
    assert not Names.load().developers(said)
