"""Audits the rows of an input file one after another; whatever happens to one, the others follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lineage.portfolio.compare import compare
from lineage.portfolio.journal import Journal
from lineage.portfolio.row import InputRow
from lineage.report.document import Supplied, TargetReport

AuditOne = Callable[[str], TargetReport]
OnDone = Callable[[int, int, InputRow], None]


def audit_rows(
    rows: Sequence[InputRow], audit: AuditOne, *, journal: Journal | None = None, on_done: OnDone | None = None
) -> list[TargetReport]:
    """One report per row, in the file's order. `on_done` hears (finished, total, row) after each.

    A model that stands in several rows is audited once per run; each row keeps its own columns and comparisons.
    """
    known: dict[str, TargetReport] = {}
    reports: list[TargetReport] = []
    for number, row in enumerate(rows, 1):
        reports.append(_one(row, audit, journal, known))
        if on_done:
            on_done(number, len(rows), row)
    return reports


def _one(row: InputRow, audit: AuditOne, journal: Journal | None, known: dict[str, TargetReport]) -> TargetReport:
    finished = journal.finished(row) if journal is not None else None
    if finished is not None:
        return finished
    asked = _asked(row)
    if asked not in known:
        known[asked] = audit(asked)
    report = replace(known[asked], target=row.target or row.place, supplied=_supplied(row, known[asked]))
    if journal is not None:
        journal.add(row, report)
    return report


def _asked(row: InputRow) -> str:
    """What the audit is asked for. A row without a name is asked for as what no name can be, and is reported as invalid."""
    if row.problem:
        return f"<{row.place}>"
    return f"hf://{row.target}" if row.hub_only else row.target


def _supplied(row: InputRow, found: TargetReport) -> Supplied:
    compared = () if row.problem or not found.graph.nodes[found.model].status.is_known else compare(row.said, found)
    return Supplied(row.file, row.place, row.columns, compared, row.problem)
