"""The licences along the lineage as a table: who declares which, and what each text says."""

from __future__ import annotations

from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.licence_table import Row, rows

_HEADS = ("Says", "About", "Clause", "In our words")


def licences(subject: Subject) -> Markup | None:
    """One table for each licence; None where no card was looked at."""
    found = rows(subject.target)
    return tag("div", map(_licence, found)) if found else None


def _licence(row: Row) -> Markup:
    if row.text is None:
        return tag("p", shown(row.title, 900), ".")
    cited = row.text.citations[0]
    rows = (
        (str(one.says), str(one.about).replace("-", " "), one.clause, one.text)
        for one in row.text.terms
    )
    read = join("Read ", cited.seen_on or "", ": ", link(cited.url, cited.title))
    return tag(
        "details",
        tag("summary", shown(row.title, 900)),
        tag(
            "table",
            tag("thead", tag("tr", (tag("th", one, scope="col") for one in _HEADS))),
            tag("tbody", (tag("tr", (tag("td", cell) for cell in cells)) for cells in rows)),
        ),
        tag("p", read),
        class_="more",
    )
