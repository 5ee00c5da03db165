"""The index of a report over several models: counts, and one table to sort and filter."""

from __future__ import annotations

from lineage.policy.finding import Level, Verdict
from lineage.report.breakdown import breakdown, developers, exposure_words, foundations, jurisdictions
from lineage.report.document import Report, TargetReport
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.sentences import STATES

_HEADS = ("Model", "Verdict", "Foundations", "Developers", "Jurisdictions", "What tests found", "Open findings", "Not read")
_MOST = 12


def index(report: Report, *, brief: bool) -> Markup:
    """Summary first, then every model in a table whose first column leads to its section."""
    counts = breakdown(report)
    tiles = [
        tag("li", badge(verdict), tag("b", str(counts["verdicts"].get(str(verdict), 0)), class_="number"))
        for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.REVIEW, Verdict.PASS)
    ]
    titles = (
        ("Foundations", "foundations"),
        ("Developers", "developers"),
        ("Jurisdictions", "jurisdictions"),
        ("What tests found", "exposures"),
    )
    lists = [_counts(title, counts[key], exposures=key == "exposures") for title, key in titles]
    return join(
        tag(
            "section",
            tag("h1", f"{len(report.targets)} models"),
            tag("p", _sentence(counts["verdicts"], len(report.targets)), class_="lead"),
            tag("ul", tiles, class_="tiles"),
            tag("div", lists, class_="four"),
            id="summary",
        ),
        tag("section", tag("h2", "All models"), _controls(), _table(report), id="index"),
    )


def _sentence(verdicts: dict[str, int], total: int) -> str:
    told = ", ".join(f"{n} {name}" for name, n in verdicts.items())
    return f"Of {total} models: {told}." if told else "No model was audited."


def _counts(title: str, counts: dict[str, int], *, exposures: bool) -> Markup:
    rows = [
        tag("li", tag("span", exposure_words(name) if exposures else shown(name, 70)), tag("b", str(n)))
        for name, n in list(counts.items())[:_MOST]
    ]
    more = len(counts) - _MOST
    return tag(
        "div", tag("h3", title), tag("ul", rows, tag("li", f"and {more} more") if more > 0 else None, class_="counts"), class_="card"
    )


def _controls() -> Markup:
    """Filled with life by the script; hidden without it."""
    options = [tag("option", "every verdict", value=""), *(tag("option", str(v), value=str(v)) for v in Verdict)]
    return tag(
        "div",
        tag("label", "Filter ", tag("input", type="search", id="filter", autocomplete="off")),
        tag("label", "Verdict ", tag("select", options, id="verdict")),
        tag("p", class_="fine", id="shown", role="status"),
        class_="controls",
        hidden=True,
    )


def _table(report: Report) -> Markup:
    head = tag("thead", tag("tr", (tag("th", name, scope="col") for name in _HEADS)))
    rows = [_row(target, i) for i, target in enumerate(report.targets, 1)]
    table = tag("table", tag("caption", "Audited models"), head, tag("tbody", rows), class_="sortable stack", id="all")
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label="Audited models")


def _row(target: TargetReport, number: int) -> Markup:
    open_ones = sum(f.waived is None and f.level in (Level.FAIL, Level.REVIEW) for f in target.findings)
    cells = (
        join(badge(target.verdict)),
        _listed(foundations(target)),
        _listed(developers(target)),
        join(", ".join(jurisdictions(target))),
        join(STATES[target.exposure.state]),
        join(str(open_ones)),
        join(str(len(target.graph.unresolved()))),
    )
    first = tag("th", tag("a", shown(target.model, 100), href=f"#t{number}"), scope="row", data_label=_HEADS[0])
    rest = [tag("td", cell, data_label=name) for name, cell in zip(_HEADS[1:], cells, strict=True)]
    return tag("tr", first, rest, data_verdict=str(target.verdict))


def _listed(names: list[str]) -> Markup:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    return join(", ".join(shown(name, 60) for name in unique[:3]) + more)
