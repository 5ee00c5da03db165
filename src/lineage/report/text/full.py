"""Everything that a report holds about each model: the lineage with its grades, every test with its
figures and address, every finding with its ground, and what was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.core.country import country
from lineage.evidence.evidence import Applicability, ResultHit
from lineage.evidence.tested import conditions, language, tested_sentence
from lineage.policy.finding import Finding, Level
from lineage.report import licence_table, tree, uses
from lineage.report.breakdown import breakdown
from lineage.report.document import Report, Supplied, TargetReport
from lineage.report.formats import View
from lineage.report.licence_table import Row
from lineage.report.printable import printable
from lineage.report.sentences.findings import (
    FindingLine,
    finding_lines,
    minor_open_sentence,
    what_to_do,
)
from lineage.report.sentences.findings import sentence as plain
from lineage.report.sentences.people import listed
from lineage.report.sentences.reading import reading_sentences
from lineage.report.sentences.tested import language_rank, result_words, tested_model
from lineage.report.text import page
from lineage.report.text.many import totals
from lineage.report.text.short import decision

_MOST_ALIKE = 2
"""Findings of one rule about one model that are reported in full."""
_TREE_LINES = 40
_RESULT_ROWS = 12
_USES = 8
_ALSO = "Also reported, and not used for the verdict:"


def blocks(report: Report, view: View) -> Iterator[str]:
    """The parts of every model, then what the code showed."""
    if len(report.targets) > 1:
        yield _summary(report, view)
    for target in report.targets:
        yield from _target(target, view)
    seen = list(uses.scan_lines(report, None if view.verbosity > 0 else 12))
    if seen:
        yield _listed("Code", seen, view)


def caveats(report: Report, view: View) -> list[str]:
    """The dates of the data, and what no report says."""
    data = report.data
    return [
        *page.lines(
            f"Data: registry {data.registry}, results {data.results}, snapshot {data.snapshot}.",
            view,
        ),
        *page.lines(
            "A jurisdiction is no evidence of behaviour; an untested model is not a cleared one.",
            view,
        ),
    ]


def _target(target: TargetReport, view: View) -> Iterator[str]:
    inner = page.inner(view)
    whole = view.verbosity > 0
    shown: set[str] = set()
    yield "\n".join(decision(target, view))
    if target.uses:
        yield _listed("Used at", uses.lines(target, None if whole else _USES), view)
    if target.supplied and (target.supplied.compared or target.supplied.problem):
        yield page.section("The supplier says", _supplier(target.supplied, inner), view)
    drawn = tree.lines(target, inner.width, None if whole else _TREE_LINES)
    yield page.section("Lineage", drawn, view)
    yield page.section("What was read", _reading(target, inner), view)
    if target.exposure.hits:
        yield page.section("Published tests", _results(target, inner, shown), view)
    if target.weights is not None:
        from lineage.report import weights

        lines = (part for line in weights.lines(target.weights) for part in _item(line, inner))
        yield page.section("Weights", lines, view)
    found = [one for one in finding_lines(target) if whole or one.level is not Level.INFO]
    if found:
        yield page.section("Findings", _findings(target, found, inner, shown), view)
    licences = [part for row in licence_table.rows(target) for part in _licence(row, inner)]
    if licences:
        yield page.section("Licences", licences, view)
    unknown = list(_unknowns(target, inner))
    if unknown:
        yield page.section("Not known", unknown, view)


def _listed(title: str, parts: Iterable[str], view: View) -> str:
    """Lines that carry an indent of their own."""
    inner, lines = page.inner(view), []
    for line in parts:
        indent = line[: len(line) - len(line.lstrip())]
        lines += page.lines(line.strip(), inner, indent, f"{indent}  ")
    return page.section(title, lines, view)


def _item(text: str, view: View) -> list[str]:
    return page.lines(text, view, "- ")


def _supplier(supplied: Supplied, view: View) -> Iterable[str]:
    if supplied.problem:
        yield from _item(printable(supplied.problem), view)
    for one in supplied.compared:
        yield from _item(f"{one.agreement}: {printable(one.sentence, 500)}", view)


def _licence(row: Row, view: View) -> Iterator[str]:
    yield from _item(f"{row.title}.", view)
    for term in row.text.terms if row.text else ():
        yield from page.lines(f"{term.says}, clause {term.clause}: {term.text}", view, "  ", "    ")
    for cited in row.text.citations if row.text else ():
        yield f"    {page.link(cited.url, view)}"


def _results(target: TargetReport, view: View, said: set[str]) -> list[str]:
    """Deciding ones first, then the nearest, by language; those of mere relatives only where
    everything is wanted or nothing is nearer."""
    hits = sorted(
        target.exposure.hits,
        key=lambda hit: (not hit.counts, len(hit.path), language_rank(hit.result.language)),
    )
    near = [
        hit
        for hit in hits
        if hit.applicability is not Applicability.FAMILY or hit.path[-1] in target.graph.nodes
    ]
    counting = sum(hit.counts for hit in hits)
    shown = hits if view.verbosity > 0 else (near or hits)[: max(_RESULT_ROWS, counting)]
    lines = [line for hit in shown if hit.counts for line in _result(hit, view, said)]
    reported = [line for hit in shown if not hit.counts for line in _result(hit, view, said)]
    lines += [*page.lines(_ALSO, view), *reported] if reported else []
    if hidden := len(hits) - len(shown):
        lines += page.lines(f"… {hidden} more results that decide nothing (-v)", view)
    return lines


def _result(hit: ResultHit, view: View, shown: set[str]) -> Iterator[str]:
    result = hit.result
    if hit.counts and hit.beside is not None:
        sentence = printable(tested_sentence(hit), 400)
        shown.add(f"{sentence}.")
        shown.add(f"{printable(tested_sentence(hit, itself=False), 400)}.")
        yield from _item(sentence, view)
        test = f"{printable(result.suite, 90)}; {printable(conditions(hit), 400)}"
        yield from page.lines(test, view, "  ")
    else:
        text = f"{language(result.language)} · {result_words(result)} · in {tested_model(hit)}"
        yield from _item(text, view)
    when = printable(result.published_on or "undated")
    where = (
        f"{hit.applicability}, {printable(result.layer)}, {when}, {printable(result.publisher, 60)}"
    )
    informs = "" if hit.counts else f" · {printable(hit.reason)}"
    yield from page.lines(where + informs, view, "  ")
    yield f"    {page.link(result.url, view)}"


def _findings(
    target: TargetReport, found: list[FindingLine], view: View, said: set[str]
) -> Iterator[str]:
    """Each finding with its ground; of many by one rule the first few, and the models of the
    rest."""
    for line in found:
        few = len(line.findings) <= _MOST_ALIKE + 1 or view.verbosity > 0
        shown = line.findings if few else line.findings[:_MOST_ALIKE]
        for one in shown:
            yield from _finding(target, one, view, said)
        if rest := line.findings[len(shown) :]:
            models = listed([printable(one.model, 120) for one in rest], 6)
            text = f"and {len(rest)} more by {line.rule}, about {models} (-v)"
            yield from page.lines(text, view, " " * (len(line.level) + 2))


def _finding(target: TargetReport, one: Finding, view: View, shown: set[str]) -> Iterator[str]:
    """The plain sentence, what of the message was not said before, and what to do."""
    waiver = one.waived
    level = f"{one.level}, waived" if waiver else str(one.level)
    indent = " " * (len(level) + 2)
    first = plain(target, one)
    body = page.lines(f"{first} ({printable(one.rule, 120)})", view, indent)
    yield page.paint(level, "info" if waiver else str(one.level), view) + body[0][len(level) :]
    yield from body[1:]
    shown.add(first)
    message = printable(one.message, 2000)
    if message.replace(printable(target.model), "It", 1) == first:
        message = first
    fresh = [s for s in re.split(r"(?<=[.!?]) (?=[A-Z])", message) if s not in shown]
    shown.update(fresh)
    if fresh:
        yield from page.lines(" ".join(fresh), view, indent)
    if waiver:
        why = f"Waived until {printable(waiver.until)} by {printable(waiver.owner)}: "
        yield from page.lines(f"{why}{printable(waiver.reason, 300)}", view, indent)
    step = f"What to do: {what_to_do(target, one)}"
    if waiver is None and step not in shown:
        shown.add(step)
        yield from page.lines(step, view, indent)
    if view.verbosity > 0:
        for piece in one.evidence:
            yield from page.lines(f"evidence: {printable(piece, 300)}", view, "    ", "      ")


def _reading(target: TargetReport, view: View) -> Iterable[str]:
    sentences = (
        reading_sentences(target, len(target.graph.nodes))
        if view.verbosity > 0
        else reading_sentences(target)
    )
    for sentence in sentences:
        yield from _item(sentence, view)


def _unknowns(target: TargetReport, view: View) -> Iterable[str]:
    for sentence in target.graph.bounds_hit:
        yield from _item(printable(sentence), view)
    for claim in target.graph.unlinked:
        text = (
            f"{printable(claim.child)} names {printable(claim.value, 120)!r} as a base "
            f"({claim.file}, {claim.location}): {claim.problem}"
        )
        yield from _item(text, view)
    for model in target.origin.unknown:
        yield from _item(f"{printable(model)}: its developer or their country is unknown", view)
    if not target.exposure.hits:
        yield from _item("no published test of an ancestor of it either", view)
    minor = minor_open_sentence(target)
    if minor and view.verbosity == 0:
        yield from _item(f"{minor} (-v)", view)


def _summary(report: Report, view: View) -> str:
    lines = page.lines(totals(report), view)
    by = breakdown(report)
    countries = {country(code): n for code, n in by["jurisdictions"].items()}
    groups = (
        ("Built on", by["foundations"]),
        ("Developers", by["developers"]),
        ("Countries", countries),
    )
    for title, counts in groups:
        most = [f"{printable(name, 60)} {n}" for name, n in list(counts.items())[:6]]
        rest = [f"and {len(counts) - 6} more"] if len(counts) > 6 else []
        lines += page.lines(f"{title}: {', '.join([*most, *rest])}", view, "  ", "    ")
    return "\n".join(lines)
