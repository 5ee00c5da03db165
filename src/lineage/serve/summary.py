"""One audited model in a few words: kept beside its report, so that a page of rows need not read
the reports."""

from __future__ import annotations

from lineage.core.value import dataclass
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences.decision import because
from lineage.report.sentences.origin import built_on, countries
from lineage.report.sentences.tested import short_standing


@dataclass(frozen=True)
class Summary:
    """The columns of one row."""

    built_on: str = ""
    countries: str = ""
    tests: str = ""
    because: str = ""


def summary_of(target: TargetReport) -> Summary:
    """The same words as in the report of several models."""
    return Summary(
        *(printable(part(target), 400) for part in (built_on, countries, short_standing, because))
    )
