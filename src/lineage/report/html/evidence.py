"""The published tests by language and suite, each beside its control and with its citation; and
what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lineage.evidence.evidence import ResultHit, TestResult
from lineage.evidence.tested import language
from lineage.report.document import TargetReport
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.sentences import (
    IN_LANGUAGE,
    OUTCOMES,
    language_rank,
    reading_sentences,
)

_APPLIES = {
    "direct": "this model itself",
    "same-weights": "same weights",
    "quantized": "what it was quantized from",
    "inherited": "an ancestor",
    "teacher": "a teacher",
    "family": "the same family",
}
_HEADS = (
    "Suite and metric",
    "Result",
    "Control",
    "Tested model",
    "Bears on it as",
    "Outcome",
    "Published",
    "Caveat",
)


def evidence(target: TargetReport) -> Markup:
    """One table per language; suites are never added up."""
    hits = sorted(target.exposure.hits, key=_key)
    if not hits:
        return tag(
            "p",
            "No published test of this model, or of one that it is built on, is known. "
            "That does not clear it.",
        )
    tables = [
        _table(target, code, list(group))
        for code, group in groupby(hits, key=lambda h: h.result.language)
    ]
    note = (
        "Metrics of two suites do not compare. A control is the same model's mean on the "
        "suite's own control questions."
    )
    return join(tag("p", note, class_="fine"), tables)


def _key(hit: ResultHit) -> tuple[object, ...]:
    result = hit.result
    return (
        language_rank(result.language),
        result.language,
        not hit.counts,
        result.suite,
        result.id,
    )


def _table(target: TargetReport, code: str, hits: list[ResultHit]) -> Markup:
    state = target.exposure.own.by_language.get(code)
    caption = tag(
        "caption",
        tag("b", shown(language(code), 60)),
        f" · {IN_LANGUAGE[state]}" if state else " · no test of its own",
    )
    head = tag("thead", tag("tr", (tag("th", name, scope="col") for name in _HEADS)))
    rows = [_row(hit) for hit in hits]
    table = tag("table", caption, head, tag("tbody", rows), class_="evidence stack")
    return tag(
        "div",
        table,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Published tests, {shown(language(code), 60)}",
    )


def _row(hit: ResultHit) -> Markup:
    result = hit.result
    informs = (
        tag("span", f"Also reported, not used: {shown(hit.reason, 300)}", class_="fine block")
        if not hit.counts
        else None
    )
    metric = tag("span", shown(result.metric.replace("_", " "), 80), class_="fine block")
    layer = tag("span", f"layer: {shown(result.layer, 60)}", class_="fine block")
    cells = [
        tag("th", shown(result.suite, 120), metric, scope="row", data_label=_HEADS[0]),
        _cell(1, _figure(result.value, result), _size(result), _reading(result)),
        _cell(2, _figure(result.control_value, result) or "not published"),
        _cell(3, shown(result.model or result.model_as_named, 120), layer),
        _cell(4, _APPLIES[hit.applicability], informs),
        _cell(5, tag("span", OUTCOMES[result.outcome], class_=f"outcome o-{result.outcome}")),
        _cell(
            6,
            link(result.url, result.publisher),
            tag("span", shown(result.published_on or "undated", 20), class_="fine block"),
        ),
        _cell(7, shown(result.caveat or "none stated", 500)),
    ]
    return tag("tr", cells, class_=None if hit.counts else "informs")


def _cell(column: int, *children: str | Markup | None) -> Markup:
    return tag("td", children, data_label=_HEADS[column])


def _figure(value: float | None, result: TestResult) -> str:
    if value is None:
        return ""
    unit = "%" if result.unit in ("percent", "%") else f" {shown(result.unit or '', 30)}".rstrip()
    return f"{value:g}{unit}"


def _size(result: TestResult) -> Markup | None:
    return tag("span", f"n = {result.n}", class_="fine block") if result.n else None


def _reading(result: TestResult) -> Markup | None:
    return (
        tag("span", f"higher is {shown(result.higher_is, 40)}", class_="fine block")
        if result.higher_is
        else None
    )


def reading(target: TargetReport) -> Markup:
    """What was read of each model, and what was not."""
    return tag("ul", (tag("li", shown(sentence, 900)) for sentence in reading_sentences(target)))


def unknowns(target: TargetReport) -> Markup:
    """Everything that was looked for and could not be established."""
    items = list(_unknown_items(target))
    return (
        tag("ul", items)
        if items
        else tag(
            "p",
            "Every model that is named was read, and the developer of each origin is established.",
        )
    )


def _unknown_items(target: TargetReport) -> Iterator[Markup]:
    for node in target.graph.unresolved():
        yield tag(
            "li",
            tag("b", shown(node.id)),
            f" could not be read ({node.status}): {shown(node.reason or 'no reason given', 400)}",
        )
    for sentence in target.graph.bounds_hit:
        yield tag("li", "The walk was cut short: ", shown(sentence, 400))
    for claim in target.graph.unlinked:
        where = (
            f"({shown(claim.file, 120)}, {shown(claim.location, 80)}; "
            f"{shown(claim.problem or 'unclear', 60)})"
        )
        yield tag(
            "li",
            tag("b", shown(claim.child)),
            " names as a base what is no model on the Hub: ",
            tag("code", shown(claim.value, 200)),
            f" {where}",
        )
    for model in target.origin.unknown:
        yield tag("li", tag("b", shown(model)), ": developer or jurisdiction not established")
    if not target.exposure.hits:
        yield tag("li", "No published test of this model or of an ancestor is known.")
    for node in target.graph.nodes.values():
        for seen in node.observations:
            if str(seen.kind) in ("unreadable", "truncated", "duplicate-key"):
                yield tag(
                    "li",
                    tag("b", shown(node.id)),
                    f": {seen.kind} in {shown(seen.file, 120)}: {shown(seen.text, 300)}",
                )
