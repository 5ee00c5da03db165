"""The landscape of a hub as text, JSON, CSV, SVG and one HTML page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from html import escape

from lineage.index.counts import LabelCount, Share
from lineage.index.landscape import AXES, Landscape
from lineage.report.charts import bars, columns, stacked
from lineage.report.csv import table as csv_table
from lineage.report.printable import printable

SCHEMA = "lineage-landscape/1"
TITLES = {
    "developer": "developer of the foundation",
    "family": "foundation family",
    "jurisdiction": "jurisdiction of the developer",
}
_HEADS = {"developer": "Developer", "family": "Family", "jurisdiction": "Jurisdiction"}
_MEASURES = ("models", "only", "derived", "downloads")
_HEADS_OF_COUNTS = ("Models", "Share", "Downloads", "Share")
_COLUMNS = ("Models", "Share", "Only", "With a base", "Downloads", "Share")


def text(view: Landscape, top: int) -> str:
    """Tables for a terminal."""
    lines = [*_opening(view), ""]
    for axis in AXES:
        lines += [f"What they are built on, by {TITLES[axis]}"]
        lines += _aligned(
            [
                (_HEADS[axis], *_COLUMNS),
                *(_row(view, share) for share in _top(view.shares[axis], top)),
            ]
        )
        lines += [f"  Effective number: {view.effective[axis]:g}", ""]
    lines += [
        "How they came about",
        *_aligned(
            [("Relation", "Models", "Share", "Downloads", "Share"), *_counts(view, view.relations)]
        ),
        "",
    ]
    lines += [
        "What published tests say",
        *_aligned(
            [("State", "Models", "Share", "Downloads", "Share"), *_counts(view, view.exposures)]
        ),
        "",
    ]
    lines += _over_time(view)
    lines += ["Method", *(f"  - {sentence}" for sentence in view.method)]
    return "\n".join(lines) + "\n"


def _opening(view: Landscape) -> list[str]:
    unknown = next((s for s in view.shares["developer"] if not s.id), None)
    missing = unknown.models if unknown else 0
    lines = [
        (
            f"{view.models:,} models of {printable(view.source, 200)}, as of "
            f"{view.as_of or 'an unknown day'}"
        ),
        f"{view.derived:,} ({_part(view.derived, view.models)}) have a base; {missing:,} "
        f"({_part(missing, view.models)}) are built, "
        "wholly or in part, on roots whose developer is not known",
        f"{view.downloads:,} downloads in 30 days, counted for {view.counted:,} models",
    ]
    if view.unseen:
        lines.append(
            f"{view.unseen:,} of the models are known by name only: that no base of theirs "
            "is known says nothing"
        )
    return lines


def _part(number: int, whole: int) -> str:
    return f"{number / whole:.1%}" if whole else "–"


def _row(view: Landscape, share: Share) -> tuple[str, ...]:
    return (
        share.label,
        f"{share.models:,}",
        _part(share.models, view.models),
        f"{share.only:,}",
        f"{share.derived:,}",
        f"{share.downloads:,}",
        _part(share.downloads, view.downloads),
    )


def _top(shares: Sequence[Share], top: int) -> list[Share]:
    return [
        *[share for share in shares if share.id][:top],
        *(share for share in shares if not share.id),
    ]


def _counts(view: Landscape, counts: Sequence[LabelCount]) -> list[tuple[str, ...]]:
    return [
        (
            c.label,
            f"{c.models:,}",
            _part(c.models, view.models),
            f"{c.downloads:,}",
            _part(c.downloads, view.downloads),
        )
        for c in counts
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    shown = [[printable(cell, 48) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in shown) for i in range(len(shown[0]))]
    return [
        "  "
        + "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in shown
    ]


def _over_time(view: Landscape) -> list[str]:
    line = view.timelines["developer"]
    if not line.periods:
        return []
    heads = ("Made in", "Models", *(name for name, _ in line.series[:4]))
    rows = [
        (
            period,
            f"{line.totals[at]:,}",
            *(_part(values[at], line.totals[at]) for _, values in line.series[:4]),
        )
        for at, period in enumerate(line.periods)
    ]
    return [
        "Over time: share of the models made in a quarter, by developer of the foundation",
        *_aligned([heads, *rows]),
        "",
    ]


def as_json(view: Landscape, top: int) -> str:
    """Everything, whatever `top`."""
    return json.dumps({"schema": SCHEMA, **asdict(view)}, indent=2, ensure_ascii=False) + "\n"


def as_csv(view: Landscape, top: int) -> str:
    """One row for each number: table, label, measure, value."""
    rows: list[tuple[str, ...]] = []
    for axis in AXES:
        rows += [
            (axis, s.label, measure, str(getattr(s, measure)))
            for s in view.shares[axis]
            for measure in _MEASURES
        ]
        line = view.timelines[axis]
        for name, values in (("all", line.totals), *line.series):
            rows += [
                (f"{axis} over time", name, period, str(values[at]))
                for at, period in enumerate(line.periods)
            ]
        rows.append((axis, "all", "effective number", f"{view.effective[axis]:g}"))
    for name, counts in (("relation", view.relations), ("exposure", view.exposures)):
        rows += [
            (name, c.label, measure, str(getattr(c, measure)))
            for c in counts
            for measure in ("models", "downloads")
        ]
    return csv_table(("table", "label", "measure", "value"), rows)


def charts(view: Landscape, top: int) -> list[str]:
    """Each plot as one SVG."""
    found = []
    for axis in AXES:
        rows = [
            (s.label, _ratio(s.models, view.models), _ratio(s.downloads, view.downloads))
            for s in _top(view.shares[axis], top)
        ]
        found.append(
            bars(
                f"Models built on its weights, by {TITLES[axis]}",
                rows,
                ("share of models", "share of downloads"),
            )
        )
    for axis in ("developer", "jurisdiction"):
        line = view.timelines[axis]
        if line.periods:
            found.append(
                columns(
                    f"Models by quarter of making and {TITLES[axis]}",
                    line.periods,
                    line.totals,
                    line.series,
                )
            )
    for title, counts in (
        ("How models came about", view.relations),
        ("What published tests say", view.exposures),
    ):
        rows = [
            (c.label, _ratio(c.models, view.models), _ratio(c.downloads, view.downloads))
            for c in counts
        ]
        found.append(bars(title, rows, ("share of models", "share of downloads")))
    return found


def _ratio(number: int, whole: int) -> float:
    return number / whole if whole else 0.0


def as_svg(view: Landscape, top: int) -> str:
    """All plots in one picture."""
    return stacked(charts(view, top))


def as_html(view: Landscape, top: int) -> str:
    """One page that loads nothing and runs no script."""
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem "
        "auto;padding:0 1rem;color-scheme:light dark}"
        "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem "
        ".7rem;text-align:right;border-bottom:1px solid #8884}"
        "td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto;margin:1rem "
        "0}"
    )
    parts = [
        "<h1>The landscape of models, by what is underneath</h1>",
        *(f"<p>{_html(line)}</p>" for line in _opening(view)),
    ]
    parts += charts(view, top)
    for axis in AXES:
        parts += [
            f"<h2>By {TITLES[axis]}</h2>",
            _table(
                (_HEADS[axis], *_COLUMNS), [_row(view, s) for s in _top(view.shares[axis], top)]
            ),
        ]
        parts.append(f"<p>Effective number: {view.effective[axis]:g}</p>")
    heads = _HEADS_OF_COUNTS
    parts += [
        "<h2>How they came about</h2>",
        _table(("Relation", *heads), _counts(view, view.relations)),
    ]
    parts += [
        "<h2>What published tests say</h2>",
        _table(("State", *heads), _counts(view, view.exposures)),
    ]
    parts += [
        "<h2>Method</h2><ul>",
        *(f"<li>{_html(sentence)}</li>" for sentence in view.method),
        "</ul>",
    ]
    parts.append(
        "<p>A jurisdiction is no evidence of behaviour; an untested model is not a cleared one.</p>"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    head = (
        '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><meta name="referrer" content="no-referrer">'
    )
    return (
        (
            f'<!DOCTYPE html>\n<html lang="en"><head>{head}<title>Landscape of '
            f"models</title><style>{style}</style></head>\n<body>\n"
        )
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _html(text: object) -> str:
    return escape(printable(text, 600), quote=True)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{_html(cell)}</th>" for cell in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


FORMATS: dict[str, Callable[[Landscape, int], str]] = {
    "text": text,
    "json": as_json,
    "csv": as_csv,
    "svg": as_svg,
    "html": as_html,
}
