"""Mermaid, DOT and CSV: whatever a model is called, it stays a label or a cell."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from lineage.evidence.supplied import Agreement, Compared
from lineage.report.csv import COLUMNS, cell
from lineage.report.document import Report, Supplied
from lineage.report.formats import render
from lineage.report.printable import printable
from report import reports


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_every_mermaid_line_has_one_of_five_forms(shape: str) -> None:
    """Names stand inside quotes as entities only, so no line can say anything but a box, an arrow
    or a class."""
    forms = re.compile(
        r"flowchart TB"
        r'|    m\d+\["[\w ./,:#;-]*(<br/>[\w ./,:#;-]*){1,2}"\]'
        r'|    m\d+ (-->|-\.->)\|"[\w ./,:#;-]+"\| m\d+'
        r"|    classDef (target|unread) [\w:-]+( \d+)?"
        r"|    class m\d+(,m\d+)* (target|unread)"
    )
    lines = render(reports.report(reports.ALL[shape]()), "mermaid").splitlines()
    assert [line for line in lines if not forms.fullmatch(line)] == []
    graph = reports.ALL[shape]().graph
    assert sum('["' in line for line in lines) == len(graph.nodes)
    assert sum("|" in line for line in lines) == len(
        {e.sort_key for e in graph.edges if e.child != e.parent}
    )


@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_every_dot_line_closes_its_quotes(shape: str) -> None:
    """Between two quotes every quote is escaped; outside of them only our own words stand."""
    for line in render(reports.report(reports.ALL[shape]()), "dot").splitlines():
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert '"' not in outside and re.fullmatch(r"[\w\s=,;:.\[\]{}>-]*", outside), line


@pytest.mark.skipif(
    shutil.which("dot") is None, reason="graphviz is not installed: apt-get install graphviz"
)
@pytest.mark.parametrize("shape", sorted(reports.ALL))
def test_graphviz_reads_what_we_write(shape: str) -> None:
    """Graphviz finds as many models and edges as the graph has, and reads each name back as it
    was."""
    graph = reports.ALL[shape]().graph
    text = render(reports.report(reports.ALL[shape]()), "dot")
    ran = subprocess.run(
        ["dot", "-Tdot_json"], input=text.encode(), capture_output=True, check=True, timeout=30
    )
    read = json.loads(ran.stdout)
    assert ran.stderr == b""
    labels = [one["label"].replace("&amp;", "&") for one in read["objects"]]
    assert len(labels) == len(graph.nodes)
    assert len(read.get("edges", [])) == len(
        {e.sort_key for e in graph.edges if e.child != e.parent}
    )
    for model in graph.nodes:
        # Graphviz keeps a doubled backslash as written until it draws the label.
        name = printable(model, 120).replace("\\", "\\\\")
        assert any(label.startswith(name) for label in labels), model


def rows(report: Report) -> list[dict[str, str]]:
    """The CSV, read back."""
    return list(csv.DictReader(io.StringIO(render(report, "csv"))))


def test_one_row_per_model() -> None:
    """The row tells verdict, origin and what is open; the header does not change with the
    content."""
    held = rows(reports.report(reports.merge(), reports.simple()))
    assert [row["model"] for row in held] == ["acme/Merged-7B", "acme/assistant-7b"]
    assert tuple(held[0]) == COLUMNS
    assert held[0]["verdict"] == "review" and held[0]["jurisdictions"] == "CN US"
    assert held[0]["unresolved"] == "gone/base-model" and held[0]["complete"] == "no"
    assert held[0]["waived"] == "unresolved-base until 2027-01-31"
    assert held[0]["licence"] == "llama3.1; apache-2.0"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]
)
def test_no_cell_begins_a_formula(text: str) -> None:
    """What a spreadsheet could run has an apostrophe before it, after any white space that it would
    skip."""
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["acme/model", "7B", "a=b", "", "x@y"])
def test_plain_cells_stay_plain(text: str) -> None:
    """Nothing is added where nothing can run."""
    assert cell(text) == text


def test_hostile_rows_hold_no_formula_and_no_line_break() -> None:
    """Every cell of a hostile report, the input file's own headers and columns included."""
    supplied = Supplied(
        "=evil.csv",
        "row 2",
        (("=header", "=cell"), ("@", "+1")),
        (Compared("base model", "=x", "-y", Agreement.CONTRADICTS),),
    )
    text = render(reports.report(replace(reports.hostile(), supplied=supplied)), "csv")
    table = list(csv.reader(io.StringIO(text)))
    assert len(table) == 2 and text.count("\n") == 2
    assert not [
        value for row in table for value in row if value.lstrip().startswith(("=", "+", "-", "@"))
    ]
