"""Small charts as SVG of our own: bars, and columns over time. They need no script, print, and
differ line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from lineage.report.printable import printable

# Okabe and Ito's colours, told apart by most colour-blind readers; grey is for the rest.
COLOURS = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#b8a800",
    "#7a5195",
    "#3f7d6e",
    "#8c564b",
)
_WIDTH = 860
_ROW = 24
_LABEL = 260


def bars(title: str, rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> str:
    """Two bars for each row, shares between 0 and 1; `names` says what they are."""
    height = 64 + len(rows) * (_ROW + 10)
    room = _WIDTH - _LABEL - 120
    most = max([value for _, *values in rows for value in values], default=0.0) or 1.0
    parts = [
        _text(0, 18, title, weight="bold", size=15),
        *_legend(34, zip(names, COLOURS, strict=False)),
    ]
    for number, (label, first, second) in enumerate(rows):
        top = 52 + number * (_ROW + 10)
        parts.append(_text(_LABEL - 8, top + 16, label, anchor="end"))
        for place, value in enumerate((first, second)):
            width = round(room * value / most, 1)
            parts.append(_rect(_LABEL, top + place * 13, max(width, 0.5), 11, COLOURS[place]))
            parts.append(_text(_LABEL + width + 5, top + place * 13 + 10, f"{value:.1%}", size=10))
    return _svg(height, title, parts)


def columns(
    title: str,
    periods: Sequence[str],
    totals: Sequence[int],
    series: Sequence[tuple[str, Sequence[int]]],
) -> str:
    """For each period one column for each line of the series, as a share of all models of that
    period."""
    left, top, room, tall = 50, 70, _WIDTH - 70, 260
    legend = list(zip((name for name, _ in series), COLOURS, strict=False))
    rows = -(-len(legend) // 3)
    top += rows * 16
    parts = [_text(0, 18, title, weight="bold", size=15), *_legend(34, legend, per_row=3)]
    for tick in range(0, 101, 20):
        y = top + tall - tall * tick / 100
        parts.append(f'<path d="M{left} {y:.1f}H{left + room}" stroke="#8888" stroke-width="0.5"/>')
        parts.append(_text(left - 6, y + 4, f"{tick}%", anchor="end", size=10))
    step = room / max(1, len(periods))
    for number, period in enumerate(periods):
        x, y = left + number * step + step * 0.1, float(top + tall)
        # A model of several labels counts in each, so a column is cut to the whole.
        scale = max(totals[number], sum(values[number] for _, values in series), 1)
        for (_, values), colour in zip(series, COLOURS, strict=False):
            high = tall * values[number] / scale
            y -= high
            if high:
                parts.append(_rect(x, y, step * 0.8, high, colour))
        if len(periods) <= 24 or number % (len(periods) // 24 + 1) == 0:
            parts.append(_text(x + step * 0.4, top + tall + 14, period, anchor="middle", size=8))
            parts.append(
                _text(
                    x + step * 0.4, top + tall + 26, f"{totals[number]:,}", anchor="middle", size=8
                )
            )
    parts.append(
        _text(left, top + tall + 42, "Below each column: how many models were made then.", size=10)
    )
    return _svg(top + tall + 52, title, parts)


def stacked(charts: Sequence[str]) -> str:
    """Several charts below each other as one SVG document."""
    heights = [float(chart.partition('height="')[2].partition('"')[0]) for chart in charts]
    parts, y = [], 12.0
    for chart, height in zip(charts, heights, strict=True):
        parts.append(f'<g transform="translate(12 {y:.0f})">{chart}</g>')
        y += height + 24
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + 24} {y:.0f}" '
        f'width="{_WIDTH + 24}" height="{y:.0f}">'
    )
    return f'{whole}<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'width="{_WIDTH}" height="{height:.0f}" role="img"'
    )
    label = (
        f' aria-label="{escape(printable(title, 200), quote=True)}" '
        'font-family="sans-serif" fill="currentColor">'
    )
    return head + label + "\n" + "\n".join(parts) + "\n</svg>"


def _legend(y: float, named: Iterable[tuple[str, str]], per_row: int = 4) -> list[str]:
    parts = []
    for number, (name, colour) in enumerate(named):
        x, line = (number % per_row) * (_WIDTH / per_row), y + 16 * (number // per_row)
        parts += [_rect(x, line - 9, 10, 10, colour), _text(x + 14, line, name, size=11)]
    return parts


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: str = "normal"
) -> str:
    shown = escape(printable(text, 44 if anchor == "end" else 90), quote=True)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}">{shown}</text>'
    )
