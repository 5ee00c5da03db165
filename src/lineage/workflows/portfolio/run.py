"""Audits the rows of an input file one after another;
whatever happens to one, the others follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.evidence.supplied import Compared
from lineage.report.document import Supplied, TargetReport
from lineage.workflows.portfolio.compare import compare
from lineage.workflows.portfolio.row import InputRow

AuditOne = Callable[[str], TargetReport]
WithSupplied = Callable[[TargetReport, tuple[Compared, ...]], TargetReport]
"""The report, judged with the supplier's words."""
AuditMany = Callable[[Sequence[str]], Iterator[tuple[str, TargetReport]]]
"""Each target once, in any order."""
OnDone = Callable[[int, int, InputRow], None]


class Finished(Protocol):
    """Where finished rows are kept."""

    def finished(self, row: InputRow) -> TargetReport | None:
        """The report of a row that an earlier run finished, where it counts."""

    def add(self, row: InputRow, report: TargetReport) -> None:
        """Keep one."""


def audit_rows(
    rows: Sequence[InputRow],
    audit: AuditOne,
    *,
    journal: Finished | None = None,
    on_done: OnDone | None = None,
    audit_many: AuditMany | None = None,
    with_supplied: WithSupplied | None = None,
    data: DataSet = EMBEDDED,
) -> list[TargetReport]:
    """One report per row, in the file's order. `on_done` hears (finished, total, row) after each.

    A model that occurs in several rows is audited once per run; each row keeps its own columns and
    comparisons. `audit_many` audits several at a time, and each report is kept as it comes.
    """
    reports: dict[int, TargetReport] = {}
    waiting: dict[str, list[int]] = {}

    def finish(number: int, report: TargetReport) -> None:
        reports[number] = report
        if on_done:
            on_done(len(reports), len(rows), rows[number])

    for number, row in enumerate(rows):
        finished = journal.finished(row) if journal is not None else None
        if finished is None:
            waiting.setdefault(_asked(row), []).append(number)
        else:
            finish(number, finished)
    for asked, found in (audit_many or _one_by_one(audit))(list(waiting)):
        for number in waiting[asked]:
            row = rows[number]
            supplied = _supplied(row, found, data)
            report = replace(found, target=row.target or row.place, supplied=supplied)
            if with_supplied and supplied.compared:
                report = with_supplied(report, supplied.compared)
            if journal is not None:
                journal.add(row, report)
            finish(number, report)
    return [reports[number] for number in range(len(rows))]


def _one_by_one(audit: AuditOne) -> AuditMany:
    return lambda targets: ((target, audit(target)) for target in targets)


def _asked(row: InputRow) -> str:
    """What the audit is asked for.

    A row without a name is asked for as what no name can be, and is reported as invalid.
    """
    if row.problem:
        return f"<{row.place}>"
    return f"hf://{row.target}" if row.hub_only else row.target


def _supplied(row: InputRow, found: TargetReport, data: DataSet) -> Supplied:
    is_known = found.graph.nodes[found.model].status.is_known or bool(found.graph.edges)
    compared = (
        compare(row.statement, found, is_bill=row.hub_only, data=data)
        if is_known and not row.problem
        else ()
    )
    return Supplied(row.file, row.place, row.columns, compared, row.problem)
