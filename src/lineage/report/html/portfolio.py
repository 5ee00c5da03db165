"""The index of a report over several models: counts, and one table to sort and filter."""

from __future__ import annotations

from lineage.policy.finding import Level, Verdict
from lineage.report.breakdown import (
    breakdown,
    developers,
    exposure_words,
    foundations,
    jurisdictions,
)
from lineage.report.document import Report, TargetReport
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.sentences import standing_words

_HEADS = (
    "Model",
    "Verdict",
    "Foundations",
    "Developers",
    "Jurisdictions",
    "What tests found",
    "Open findings",
    "Not read",
)
_MOST = 12


def index(report: Report, *, brief: bool) -> Markup:
    """Summary first, then every model in a table whose first column leads to its section."""
    counts = breakdown(report)
    tiles = [
        tag(
            "li",
            badge(verdict),
            tag("b", str(counts["verdicts"].get(str(verdict), 0)), class_="number"),
        )
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
    named = [
        (exposure_words(name) if exposures else shown(name, 70), n) for name, n in counts.items()
    ]
    rows = [tag("li", tag("span", words), tag("b", str(n))) for words, n in named[:_MOST]]
    more = tag("li", f"and {len(named) - _MOST} more") if len(named) > _MOST else None
    return tag("div", tag("h2", title), tag("ul", rows, more, class_="counts"), class_="card")


def _controls() -> Markup:
    """Filled with life by the script; hidden without it."""
    options = [
        tag("option", "every verdict", value=""),
        *(tag("option", str(v), value=str(v)) for v in Verdict),
    ]
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
    table = tag(
        "table",
        tag("caption", "Audited models"),
        head,
        tag("tbody", rows),
        class_="sortable stack",
        id="all",
    )
    return tag(
        "div", table, class_="scroll", tabindex="0", role="region", aria_label="Audited models"
    )


def supplied(target: TargetReport) -> Markup | None:
    """What the input file says of the model beside what was found; None for a target that came from
    no file."""
    held = target.supplied
    if held is None or not (held.problem or held.columns or held.compared):
        return None
    rows = [
        tag(
            "tr",
            tag("th", one.subject, scope="row", data_label="About"),
            tag(
                "td",
                shown(one.said, 300) if one.said else "names none",
                data_label="The supplier says",
            ),
            tag("td", shown(one.found, 300), data_label="Found"),
            tag("td", str(one.agreement), data_label="Agrees"),
        )
        for one in held.compared
    ]
    head = tag(
        "thead",
        tag(
            "tr",
            (
                tag("th", name, scope="col")
                for name in ("About", "The supplier says", "Found", "Agrees")
            ),
        ),
    )
    table = tag(
        "table",
        tag("caption", "The supplier's statements beside what was found"),
        head,
        tag("tbody", rows),
        class_="stack",
    )
    columns = [
        join(tag("dt", shown(name, 80)), tag("dd", shown(value, 300)))
        for name, value in held.columns
    ]
    return tag(
        "div",
        tag("p", f"From {shown(held.file, 120)}, {shown(held.place, 60)}", class_="fine"),
        tag("p", shown(held.problem, 400), class_="notice") if held.problem else None,
        tag("dl", columns) if columns else None,
        tag(
            "div",
            table,
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label="The supplier's statements",
        )
        if rows
        else None,
        class_="supplied",
    )


def _row(target: TargetReport, number: int) -> Markup:
    open_ones = sum(
        f.waived is None and f.level in (Level.FAIL, Level.REVIEW) for f in target.findings
    )
    cells = (
        join(badge(target.verdict)),
        _listed(foundations(target)),
        _listed(developers(target)),
        join(", ".join(jurisdictions(target))),
        join(standing_words(target.exposure)),
        join(str(open_ones)),
        join(str(len(target.graph.unresolved()))),
    )
    told = target.supplied
    fine = "; ".join(f"{name}: {value}" for name, value in told.columns[:4]) if told else ""
    differs = told is not None and any(one.agrees is False for one in told.compared)
    first = tag(
        "th",
        tag("a", shown(target.model, 100), href=f"#t{number}"),
        tag("span", shown(fine, 200), class_="fine block") if fine else None,
        tag("span", "the supplier says otherwise", class_="fine block") if differs else None,
        scope="row",
        data_label=_HEADS[0],
    )
    rest = [tag("td", cell, data_label=name) for name, cell in zip(_HEADS[1:], cells, strict=True)]
    return tag("tr", first, rest, data_verdict=str(target.verdict))


def _listed(names: list[str]) -> Markup:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    return join(", ".join(shown(name, 90) for name in unique[:3]) + more)
