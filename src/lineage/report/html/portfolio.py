"""The index of a report over several models: totals in a strip, and one table to sort, filter,
group and copy."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.country import country
from lineage.evidence.supplied import Agreement
from lineage.policy.finding import Level, Verdict
from lineage.report.breakdown import NOT_ESTABLISHED, breakdown, exposure_words
from lineage.report.document import Report
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.sentences import built_on, standing_words

_MOST = 6
_VENDOR = ("vendor", "supplier", "manufacturer", "provider", "company")
_PRODUCT = ("product", "application", "service", "system")
_WORST_FIRST = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.REVIEW, Verdict.PASS)


def worst_first(subjects: list[Subject]) -> list[Subject]:
    """By verdict, then in the order of the input."""
    return sorted(subjects, key=lambda one: _WORST_FIRST.index(one.target.verdict))


def index(report: Report, subjects: list[Subject]) -> Markup:
    """Summary first, then every model in a table whose first column leads to its section."""
    counts = breakdown(report)
    tiles = [
        tag("li", badge(verdict), " ", tag("b", str(counts["verdicts"][str(verdict)])))
        for verdict in _WORST_FIRST
        if str(verdict) in counts["verdicts"]
    ]
    facts = (
        ("Built on", _counts({shown(k, 90): n for k, n in counts["foundations"].items()})),
        ("Developers", _counts({shown(k, 90): n for k, n in counts["developers"].items()})),
        ("Countries", _counts({_country(k): n for k, n in counts["jurisdictions"].items()})),
        ("Tests", _counts({exposure_words(k): n for k, n in counts["exposures"].items()}, "; ")),
    )
    strip = tag(
        "dl",
        (
            tag(
                "div",
                tag("dt", name),
                tag("dd", value),
                class_=None if name == "Countries" else "whole",
            )
            for name, value in facts
        ),
        class_="strip",
    )
    return tag(
        "section",
        tag("h1", f"{len(report.targets)} models"),
        tag("ul", tiles, class_="tiles"),
        strip,
        _controls(counts["jurisdictions"], subjects),
        _table(subjects),
        id="index",
    )


def _country(code: str) -> str:
    return code if code == NOT_ESTABLISHED else country(code)


def _counts(counts: dict[str, int], mark: str = ", ") -> str:
    named = [f"{n} {name}" for name, n in list(counts.items())[:_MOST]]
    more = f" and {len(counts) - _MOST} more" if len(counts) > _MOST else ""
    return mark.join(named) + more or "none"


def _controls(countries: dict[str, int], subjects: list[Subject]) -> Markup:
    """Filled with life by the script; hidden without it."""
    has_vendors = any(_column(one, _VENDOR) for one in subjects)
    groups = [
        ("", "nothing"),
        *([("vendor", "vendor")] if has_vendors else []),
        ("foundation", "what it is built on"),
    ]
    named = sorted({_country(code) for code in countries})
    return tag(
        "div",
        tag("label", "Filter ", tag("input", type="search", id="filter", autocomplete="off")),
        _select("Verdict", "verdict", [("", "every"), *((str(v), str(v)) for v in _WORST_FIRST)]),
        _select("Country", "country", [("", "every"), *((name, name) for name in named)]),
        _select("Group by", "group", groups),
        tag("span", class_="buttons", id="buttons"),
        tag("p", class_="fine", id="shown", role="status"),
        class_="controls",
        hidden=True,
    )


def _select(label: str, address: str, options: list[tuple[str, str]]) -> Markup:
    listed = (tag("option", shown(text, 60), value=value) for value, text in options)
    return tag("label", f"{label} ", tag("select", listed, id=address))


def _table(subjects: list[Subject]) -> Markup:
    rows = [dict(_cells(one)) for one in subjects]
    heads = list(rows[0]) if rows else []
    # A column that nobody fills is none.
    heads = [name for name in heads if name not in _OPTIONAL or any(row[name] for row in rows)]
    head = tag(
        "thead",
        tag(
            "tr",
            (
                tag("th", name, scope="col", class_=f"c-{name.partition(' ')[0].lower()}")
                for name in heads
            ),
        ),
    )
    body = [_row(one, row, heads) for one, row in zip(subjects, rows, strict=True)]
    table = tag(
        "table",
        tag("caption", "All models, the worst first"),
        head,
        tag("tbody", body),
        class_="sortable stack",
        id="all",
    )
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label="All models")


_OPTIONAL = ("Vendor", "Product")


def _cells(subject: Subject) -> Iterator[tuple[str, str]]:
    """The columns of the table by name; Model is the head of its row."""
    target = subject.target
    vendor, product = (_column(subject, names) for names in (_VENDOR, _PRODUCT))
    yield "Verdict", badge(target.verdict)
    yield "Vendor", shown(vendor, 80) if vendor else ""
    yield "Product", shown(product, 80) if product else ""
    yield "Model", _model(subject)
    yield "Built on", shown(built_on(target), 120)
    yield "Developers and countries", _developers(subject)
    yield "Tests", shown(standing_words(target.exposure), 300)
    yield "Findings", _open_findings(subject)


def _row(subject: Subject, cells: dict[str, str], heads: list[str]) -> Markup:
    target = subject.target
    made = [
        tag("th", cells[name], scope="row", data_label=name)
        if name == "Model"
        else tag(
            "td",
            cells[name],
            data_label=name,
            data_sort=_WORST_FIRST.index(target.verdict) if name == "Verdict" else None,
        )
        for name in heads
    ]
    homes = [*(country(code) for code in target.origin.jurisdictions)]
    homes += [NOT_ESTABLISHED] if target.origin.unknown or not homes else []
    return tag(
        "tr",
        made,
        data_verdict=str(target.verdict),
        data_country="|".join(homes),
        data_vendor=shown(_column(subject, _VENDOR) or "no vendor named", 80),
        data_foundation=_foundation(subject),
    )


def _foundation(subject: Subject) -> str:
    """The group of a model; everything of which no base is known is one."""
    text = shown(built_on(subject.target), 120)
    return NOT_ESTABLISHED if text == "–" else text


def _model(subject: Subject) -> Markup:
    target = subject.target
    supplied = target.supplied
    wrong = supplied is not None and any(
        one.agreement is Agreement.CONTRADICTS for one in supplied.compared
    )
    return join(
        tag("a", shown(target.model, 100), href=f"#t{subject.number}"),
        tag("span", "the supplier says otherwise", class_="fine block") if wrong else None,
    )


def _developers(subject: Subject) -> Markup:
    origin = subject.target.origin
    every = (*origin.foundations, *origin.trained_by, *origin.teachers)
    unique = list(dict.fromkeys(subject.maker(one.attribution) for one in every))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    listed = [part for one in unique[:3] for part in ("; ", one)][1:]
    return join(listed, more) if unique else join(NOT_ESTABLISHED)


def _open_findings(subject: Subject) -> str:
    open_ = [f.level for f in subject.target.findings if f.waived is None]
    counts = ((str(one), open_.count(one)) for one in (Level.FAIL, Level.REVIEW))
    return ", ".join(f"{n} {name}" for name, n in counts if n) or "0"


def _column(subject: Subject, names: tuple[str, ...]) -> str:
    """The value of the file's column that is called by one of the names, such as `Vendor name`."""
    held = subject.target.supplied
    columns = held.columns if held else ()
    for wanted in names:
        for name, value in columns:
            if wanted in name.casefold() and value:
                return value
    return ""


def supplied(subject: Subject) -> Markup | None:
    """What the input file says of the model beside what was found; None where it says nothing."""
    given = subject.target.supplied
    if given is None or not (given.problem or given.compared):
        return None
    parts = [
        tag("li", tag("b", f"{one.agreement}: "), shown(one.sentence, 500))
        for one in given.compared
    ]
    return tag(
        "div",
        tag("p", shown(given.problem, 400), class_="notice") if given.problem else None,
        tag("ul", parts) if parts else None,
        class_="supplied",
    )
