"""The published tests, each beside the models it was compared with and with its citation; those
that decide nothing are folded away, none is left out."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.evidence.evidence import Applicability, Beside, ResultHit, TestResult
from lineage.evidence.tested import conditions, language, percent
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.printable import counted
from lineage.report.sentences import OUTCOMES, language_rank

_APPLIES = {
    Applicability.DIRECT: "this model",
    Applicability.SAME_WEIGHTS: "same weights",
    Applicability.QUANTIZED: "quantized from it",
    Applicability.INHERITED: "built on it",
    Applicability.TEACHER: "teacher",
    Applicability.FAMILY: "same family",
}
_ON_PAPER = 6
"""Tests that are reported on a printed sheet."""
_HEADS = ("Language", "Tested model", "Result", "Compared with", "Source")
_ALSO_HEADS = ("Language", "Tested model", "What was reported", "Why it is not used", "Source")


def evidence(subject: Subject) -> Markup:
    """Those that count as a table, the nearest first; suites are never added up."""
    hits = sorted(subject.target.exposure.hits, key=_key)
    counted_, others = [h for h in hits if h.counts], [h for h in hits if not h.counts]
    if not hits:
        text = "No published test of this model, or of one that it is built on, is known."
        return tag("p", f"{text} That does not clear it.")
    late = len(counted_) - _ON_PAPER
    rest = [*([counted(late, "more test")] if late > 0 else []), *_unused(others)]
    return join(
        _table(
            subject.called("Published tests"),
            _HEADS,
            [_row(subject, h, late=i >= _ON_PAPER) for i, h in enumerate(counted_)],
        )
        if counted_
        else tag("p", "No test that could decide is known. That does not clear it."),
        tag("p", f"{' and '.join(rest)} in the HTML report.", class_="paper") if rest else None,
        _also(subject, others) if others else None,
    )


def _unused(others: list[ResultHit]) -> list[str]:
    return [f"{counted(len(others), 'report')} not used for the verdict"] if others else []


def _key(hit: ResultHit) -> tuple[object, ...]:
    result = hit.result
    near = list(Applicability).index(hit.applicability)
    return (near, language_rank(result.language), result.suite, result.id)


def _table(label: str, heads: tuple[str, ...], rows: list[Markup]) -> Markup:
    head = tag("thead", tag("tr", (tag("th", name, scope="col") for name in heads)))
    table = tag(
        "table",
        tag("caption", label, class_="unseen"),
        head,
        tag("tbody", rows),
        class_="evidence stack",
    )
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=label)


def _row(subject: Subject, hit: ResultHit, *, late: bool) -> Markup:
    result, beside = hit.result, hit.beside
    cells = (
        join(_bar(beside) if beside else None, *_result(result, beside)),
        _others(result, beside),
        _source(hit),
    )
    return tag(
        "tr",
        tag("th", shown(language(result.language), 60), scope="row", data_label=_HEADS[0]),
        tag("td", _model(subject, hit), data_label=_HEADS[1]),
        (tag("td", cell, data_label=name) for name, cell in zip(_HEADS[2:], cells, strict=True)),
        class_="late" if late else None,
    )


def _model(subject: Subject, hit: ResultHit) -> Markup:
    model = hit.result.model or hit.result.model_as_named
    known = model in subject.target.graph.nodes
    name = shown(model, 120)
    return join(
        tag("a", name, href=f"#{subject.anchor(model)}") if known else name,
        tag("span", _APPLIES[hit.applicability], class_="fine block"),
    )


def _result(result: TestResult, beside: Beside | None) -> Iterator[str]:
    """What was counted, then what the publisher makes of it."""
    if beside is not None and beside.complete is not None:
        yield f"{beside.complete} of {beside.n} answered in full"
    elif beside is not None:
        yield f"{percent(beside.rate)} of {beside.n}, {_metric(result)}"
    elif result.value is not None:
        yield f"{_figure(result.value, result)}{f' of {result.n}' if result.n else ''}, "
        yield _metric(result)
    else:
        yield shown(result.finding, 300)
    yield tag("span", OUTCOMES[result.outcome], class_=f"outcome o-{result.outcome} block")


def _metric(result: TestResult) -> str:
    higher = f" (higher is {shown(result.higher_is, 40)})" if result.higher_is else ""
    return f"{shown(result.metric.replace('_', ' '), 80)}{higher}"


def _others(result: TestResult, beside: Beside | None) -> Markup:
    if beside is None:
        control = _figure(result.control_value, result)
        return join(f"{control} on its own control questions" if control else "nothing published")
    lowest = "lowest" if result.higher_is != "more censored" else "highest"
    return join(
        f"{percent(beside.mean)} on average of {counted(beside.controls, 'other model')}, "
        f"{lowest} {percent(beside.worst)}",
        tag("span", shown(beside.worst_model, 100), class_="fine block"),
    )


def _bar(beside: Beside) -> Markup:
    """The share as a bar, and the mean of the others as a mark across it; the words say the
    same."""
    wide = 120
    rate, mean = (max(0.0, min(100.0, v)) * wide / 100 for v in (beside.rate, beside.mean))
    return tag(
        "svg",
        tag("rect", x="0", y="4", width=str(wide), height="8", rx="4", class_="bar-all"),
        tag("rect", x="0", y="4", width=f"{rate:.1f}", height="8", rx="4", class_="bar-own"),
        tag("path", d=f"M{mean:.1f} 0V16", class_="bar-mean"),
        class_="bar",
        viewBox="-2 0 124 16",
        width="124",
        height="16",
        aria_hidden="true",
        focusable="false",
    )


def _source(hit: ResultHit) -> Markup:
    result = hit.result
    parts = [shown(result.suite, 120), f"layer: {shown(result.layer, 60)}"]
    parts += [shown(conditions(hit), 600)] if hit.counts else []
    parts += [f"Caveat: {shown(result.caveat, 500)}"] if result.caveat else []
    return join(
        link(result.url, result.publisher),
        ", ",
        tag("span", shown(result.published_on or "undated", 20), class_="date"),
        tag("details", tag("summary", "how it was tested"), (tag("p", one) for one in parts)),
    )


def _also(subject: Subject, hits: list[ResultHit]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", shown(language(h.result.language), 60), scope="row", data_label=_HEADS[0]),
            (
                tag("td", cell, data_label=name)
                for name, cell in zip(
                    _ALSO_HEADS[1:],
                    (
                        _model(subject, h),
                        join(*_reported(h.result)),
                        shown(h.reason or "It informs only.", 300),
                        _source(h),
                    ),
                    strict=True,
                )
            ),
        )
        for h in hits
    ]
    return tag(
        "details",
        tag("summary", f"Also reported, not used for the verdict ({len(hits)})"),
        _table(subject.called("Reports not used"), _ALSO_HEADS, rows),
        class_="more",
    )


def _reported(result: TestResult) -> Iterator[str]:
    if result.value is None:
        yield OUTCOMES[result.outcome]
        return
    yield f"{_figure(result.value, result)}{f', n = {result.n}' if result.n else ''}, "
    yield _metric(result)
    control = _figure(result.control_value, result)
    yield f"; {control} on its own control questions" if control else ""
    yield tag("span", OUTCOMES[result.outcome], class_="fine block")


def _figure(value: float | None, result: TestResult) -> str:
    if value is None:
        return ""
    about = "about " if (result.unit or "").endswith("(about)") else ""
    unit = (result.unit or "").removesuffix("(about)").rstrip()
    return f"{about}{value:g}{'%' if unit in ('percent', '%') else f' {shown(unit, 30)}'.rstrip()}"
