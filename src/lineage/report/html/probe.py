"""The result of `lineage probe` as one page that asks for nothing: intervals drawn, pairs side by
side."""

from __future__ import annotations

from lineage.probe.decision import LIKE, LanguageFinding
from lineage.probe.outcome import ItemOutcomes, Pair
from lineage.probe.record import Run
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.page import document
from lineage.report.probe import LIMITS, asked, headline, notes, numbers, outcome, subject

_WIDTH = 600


def render(run: Run) -> str:
    """The whole document."""
    body = join(
        tag(
            "header",
            tag(
                "p",
                tag("b", "Result of lineage probe"),
                f" · {shown(run.created, 40)}",
                class_="brand",
            ),
            class_="top",
        ),
        tag(
            "main",
            tag("h1", shown(subject(run), 300)),
            tag("p", shown(asked(run), 400)),
            (_language(run, one) for one in run.findings),
            (tag("p", shown(one, 800)) for one in notes(run)),
            tag("p", LIMITS),
            tag(
                "p",
                f"Transcript: {shown(run.transcript.file)} · sha256 {shown(run.transcript.sha256)}",
            ),
        ),
    )
    return document(f"Result of lineage probe: {shown(run.setup.model, 80)}", body)


def _language(run: Run, found: LanguageFinding) -> Markup:
    outcomes = next(one for one in run.outcomes if one.language == found.language)
    return tag(
        "section",
        tag("h2", headline(found, run.setup.about)),
        tag("p", shown(outcome(found, run.setup.about), 800)),
        _drawn(found) if found.pairs else None,
        tag(
            "table",
            tag(
                "tbody",
                (
                    tag("tr", tag("th", name, scope="row"), tag("td", value))
                    for name, value in numbers(found)
                ),
            ),
        ),
        tag(
            "details",
            tag("summary", f"All {len(outcomes.pairs)} pairs"),
            tag(
                "table",
                tag(
                    "thead",
                    tag(
                        "tr",
                        (
                            tag("th", one, scope="col")
                            for one in ("pair", "form", "treatment", "control")
                        ),
                    ),
                ),
                tag("tbody", (_pair(one) for one in outcomes.pairs)),
            ),
        ),
    )


def _pair(pair: Pair) -> Markup:
    return tag(
        "tr",
        (
            tag("td", one)
            for one in (shown(pair.id), str(pair.form), _side(pair.treatment), _side(pair.control))
        ),
    )


def _side(side: ItemOutcomes) -> str:
    lost = f" (+{side.unmeasured} not measured)" if side.unmeasured else ""
    return ", ".join(map(str, side.outcomes)) + lost


def _drawn(found: LanguageFinding) -> Markup:
    """Both intervals on one line from -100 to +100 points, with zero and the limit under which a
    model is clear."""
    low, high = found.limits
    words = (
        f"Difference {100 * found.difference:+.0f} points, 95 % limits {100 * low:+.0f} to "
        f"{100 * high:+.0f}"
    )
    return tag(
        "svg",
        tag("title", words),
        tag("line", x1=0, x2=_WIDTH, y1=45, y2=45, stroke="currentColor", stroke_width=1),
        (
            _tick(at, word)
            for at, word in ((-1.0, "-100"), (0.0, "0"), (LIKE, "+10"), (1.0, "+100"))
        ),
        (
            _bar(limits, y, name)
            for limits, y, name in (
                (found.newcombe, 15, "Newcombe"),
                (found.bootstrap, 30, "over topics"),
            )
        ),
        tag("circle", cx=_x(found.difference), cy=22, r=5, fill="currentColor"),
        viewBox=f"-30 0 {_WIDTH + 60} 65",
        role="img",
        width="100%",
        height="65",
    )


def _bar(limits: tuple[float, float], y: int, name: str) -> Markup:
    label = tag("text", name, x=0, y=y + 4, font_size=10, fill="currentColor")
    line = tag(
        "line",
        x1=_x(limits[0]),
        x2=_x(limits[1]),
        y1=y,
        y2=y,
        stroke="currentColor",
        stroke_width=4,
    )
    return join(label, line)


def _tick(at: float, word: str) -> Markup:
    line = tag("line", x1=_x(at), x2=_x(at), y1=40, y2=50, stroke="currentColor")
    label = tag(
        "text", word, x=_x(at), y=62, text_anchor="middle", font_size=11, fill="currentColor"
    )
    return join(line, label)


def _x(value: float) -> str:
    return f"{(value + 1) / 2 * _WIDTH:.1f}"
