"""Auditing the rows of a file: comparison with the supplier's word, repeats, the journal, and the
real command line."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineage.core.codec import decode, encode
from lineage.core.errors import CannotRunError, DataError, LineageError, UsageError
from lineage.core.record import Status
from lineage.report.document import TargetReport
from lineage.report.json import to_dict
from lineage.workflows.audit import audit
from lineage.workflows.options import Options
from lineage.workflows.portfolio.compare import compare
from lineage.workflows.portfolio.journal import Journal
from lineage.workflows.portfolio.row import InputRow, SupplierStatement
from lineage.workflows.portfolio.run import audit_rows
from report import reports

KEY = b"k" * 32
HERE = {"tool": "1", "policy": "p"}


def row(target: str, place: str = "row 2", **more: Any) -> InputRow:
    """A row of a spreadsheet."""
    return InputRow("v.csv", place, target, **more)


class Audits:
    """Answers with hand-built reports and remembers what it was asked."""

    def __init__(self, answers: dict[str, TargetReport]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, target: str) -> TargetReport:
        self.asked.append(target)
        return self.answers.get(target) or replace(reports.simple(), target=target)


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_a_report_survives_the_journal(tmp_path: Path, shape: str) -> None:
    """Written and read back, every shape is the same report, hostile strings and lone surrogates
    included."""
    report = replace(reports.ALL[shape](), target="a\ud800b" if shape == "hostile" else "x")
    # Models that could not be asked are asked again by design; here they count as looked for and
    # not found.
    nodes = {
        k: replace(n, status=Status.NOT_FOUND) if n.status is Status.UNREACHABLE else n
        for k, n in report.graph.nodes.items()
    }
    report = replace(report, graph=replace(report.graph, nodes=nodes))
    Journal(tmp_path / "j", HERE, KEY).add(row("x"), report)
    read = Journal(tmp_path / "j", HERE, KEY).finished(row("x"))
    assert read is not None and (shape == "hostile" or read == report)
    assert (
        to_dict(reports.report(read))["targets"][0]["nodes"]
        == to_dict(reports.report(report))["targets"][0]["nodes"]
    )


def test_a_report_of_real_data_survives_the_journal() -> None:
    """Every kind of evidence that a curated record can attach is read back by its type."""
    options = Options(offline=True)
    for name in ("Nexusflow/Athene-V2-Chat", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"):
        (report,) = audit(name, options).targets
        assert decode(TargetReport, json.loads(json.dumps(encode(report)))) == report


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    """What was finished is not asked again; the report is that of a run without interruption."""
    rows = [row(f"org/m{i}", f"row {i}") for i in range(5)]
    whole = audit_rows(rows, Audits({}))

    class Stops(Audits):
        def __call__(self, target: str) -> TargetReport:
            if target == "org/m3":
                raise KeyboardInterrupt
            return super().__call__(target)

    with pytest.raises(KeyboardInterrupt):
        audit_rows(rows, Stops({}), journal=Journal(tmp_path / "j", HERE, KEY))
    second = Audits({})
    assert audit_rows(rows, second, journal=Journal(tmp_path / "j", HERE, KEY)) == whole
    assert second.asked == ["org/m3", "org/m4"]


def test_a_line_that_was_cut_in_two_is_audited_again(tmp_path: Path) -> None:
    """Power went while a line was written: that row alone is done again, and the journal is whole
    afterwards."""
    file = tmp_path / "j"
    rows = [row("org/a", "row 1"), row("org/b", "row 2")]
    audit_rows(rows, Audits({}), journal=Journal(file, HERE, KEY))
    file.write_bytes(file.read_bytes()[:-40])
    again = Audits({})
    audit_rows(rows, again, journal=Journal(file, HERE, KEY))
    assert again.asked == ["org/b"]
    assert len(Journal(file, HERE, KEY)) == 2 and len(file.read_text().splitlines()) == 3


def test_what_could_not_be_asked_is_asked_again(tmp_path: Path) -> None:
    """A model that was unreachable in the first run gets its second chance."""
    rows = [row("org/local")]
    unreachable = reports.local_folder()
    assert any(n.status is Status.UNREACHABLE for n in unreachable.graph.nodes.values())
    audit_rows(rows, Audits({"org/local": unreachable}), journal=Journal(tmp_path / "j", HERE, KEY))
    again = Audits({})
    audit_rows(rows, again, journal=Journal(tmp_path / "j", HERE, KEY))
    assert again.asked == ["org/local"]


def test_a_journal_of_another_run_is_refused(tmp_path: Path) -> None:
    """Another policy or data version, a file that is something else, a folder: reported with what to do."""
    Journal(tmp_path / "j", HERE, KEY).add(row("x"), reports.simple())
    with pytest.raises(UsageError, match="policy was"):
        Journal(tmp_path / "j", HERE | {"policy": "q"}, KEY)
    for content in (b"no journal", b"{}\n", b"[1]\n", b"\xff\xfe\n", b'{"schema":"x"}\n'):
        (tmp_path / "k").write_bytes(content)
        with pytest.raises(UsageError):
            Journal(tmp_path / "k", HERE, KEY)
    with pytest.raises(CannotRunError):
        Journal(tmp_path, HERE, KEY)


def test_a_journal_is_sealed(tmp_path: Path) -> None:
    """A line changed, left out, swapped or written with another key is refused; the lines before it are not believed either."""
    file = tmp_path / "j"
    journal = Journal(file, HERE, KEY)
    for name in "xyz":
        journal.add(row(name), reports.simple())
    head, *lines = file.read_text().splitlines()
    changed = [line.replace('"verdict":"pass"', '"verdict":"fail"') for line in lines]
    for forged in (changed, lines[1:], lines[::-1]):
        file.write_text("\n".join([head, *forged]) + "\n")
        with pytest.raises(UsageError, match="changed since"):
            Journal(file, HERE, KEY)
    file.write_text("\n".join([head, *lines]) + "\n")
    with pytest.raises(UsageError, match="key of this user"):
        Journal(file, HERE, b"another" * 5)
    assert len(Journal(file, HERE, KEY)) == 3


def test_what_a_journal_holds_grows_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a week a finished row is audited again, and so is one of the future."""
    file = tmp_path / "j"
    Journal(file, HERE, KEY).add(row("x"), reports.simple())
    now = time.time()
    for later, kept in ((6 * 86400, 1), (8 * 86400, 0), (-86400, 0)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        assert len(Journal(file, HERE, KEY)) == kept


def test_each_row_keeps_its_own_columns() -> None:
    """A model in two rows is audited once; a row with a problem is asked for as what no name can
    be."""
    audits = Audits({})
    rows = [
        row("org/a", "row 2", columns=(("vendor", "A"),)),
        row("org/a", "row 3", columns=(("vendor", "B"),)),
    ]
    held = audit_rows(
        [
            *rows,
            row("", "row 4", problem="v.csv row 4 names no model."),
            row("org/b", "c 1", hub_only=True),
        ],
        audits,
    )
    assert audits.asked == ["org/a", "<row 4>", "hf://org/b"]
    assert [t.supplied.columns for t in held[:2]] == [(("vendor", "A"),), (("vendor", "B"),)]
    assert held[2].supplied.problem and held[2].target == "row 4" and held[3].target == "org/b"


def test_the_suppliers_word_is_compared() -> None:
    """A base model that is there, one further up, one that nobody knows, and one that the supplier
    does not mention."""
    tangle = reports.tangle()
    said = SupplierStatement(
        ("T/B", "hf.co/t/d", "x/other"), ("apache-2.0",), reports.SHA[:10], "Acme Inc"
    )
    held = {(c.subject, c.said): c for c in compare(said, tangle)}
    assert held["base model", "T/B"].agrees is True and held["base model", "T/B"].found == "t/b"
    assert held["base model", "hf.co/t/d"].found == "t/d"
    assert held["base model", "x/other"].agrees is None
    assert held["licence", "apache-2.0"].agrees is True
    assert held["revision", reports.SHA[:10]].agrees is True
    assert held["developer", "Acme Inc"].agrees is None
    assert ("base model", "") not in held  # what both are built on was named
    first, left = compare(SupplierStatement(("someone/part-00",)), reports.merge())
    assert first.agrees is True and left.is_omission and "someone/part-01" in left.found


def test_nothing_stated_nothing_compared() -> None:
    """A list without statements brings no comparison."""
    assert compare(SupplierStatement(), reports.merge()) == ()


def test_encode_keeps_only_json() -> None:
    """Sets come sorted, enums as their words; a value of the wrong type is refused on the way
    back."""
    assert encode({"a": frozenset({"y", "x"}), "b": Status.GATED}) == {
        "a": ["x", "y"],
        "b": "gated",
    }
    with pytest.raises(DataError):
        decode(TargetReport, {"target": 7})
    with pytest.raises(LineageError):
        decode(TargetReport, [])


def test_the_command_line_audits_a_file(lineage: Callable[..., Any], tmp_path: Path) -> None:
    """`--input` and `--resume`: bad rows are reported, never pass, never stop the others; the
    second run asks for nothing."""
    (tmp_path / "v.csv").write_text(
        "Vendor,Model,Base model\n=1+1,Nexusflow/Athene-V2-Chat,x/y\nB,not a model!!,\nC,,x\n"
    )
    arguments = (
        "audit",
        "--offline",
        "--input",
        "v.csv",
        "--resume",
        "run.jsonl",
        "-f",
        "csv=out.csv",
        "-f",
        "json=out.json",
        "-qq",
    )
    first = lineage(*arguments, cwd=tmp_path)
    assert first.code in (1, 3), first.err
    held = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [r["model"] for r in held][:2] == ["Nexusflow/Athene-V2-Chat", "not a model!!"]
    assert held[0]["input Vendor"] == "'=1+1" and "x/y" in held[0]["supplier_says"]
    assert {r["verdict"] for r in held[1:]} == {"inconclusive"} and held[2]["input_problem"]
    assert json.loads((tmp_path / "out.json").read_text())["summary"]["by"]["foundations"] == {
        "not established": 2,
        "Qwen/Qwen2.5-72B": 1,
    }
    before = (tmp_path / "run.jsonl").read_bytes()
    second = lineage(*arguments, cwd=tmp_path)
    assert second.code == first.code and (tmp_path / "run.jsonl").read_bytes() == before
    assert "3 of 3 rows were finished earlier" in second.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit",),
        ("audit", "--resume", "x", "a/b"),
        ("audit", "--input", "v.csv", "a/b"),
        ("audit", "--input", "none.csv"),
    ],
)
def test_a_command_line_that_says_nothing_or_too_much(
    lineage: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Wrong usage, with what to do instead."""
    ran = lineage(*arguments, cwd=tmp_path)
    assert ran.code == 2 and ran.err
