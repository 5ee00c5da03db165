"""The report for a person at a terminal: the answer first, then the tree, the evidence, and what is
not known."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from lineage.core.ref import shortened
from lineage.evidence.evidence import Applicability, ResultHit
from lineage.evidence.tested import conditions, language, tested_sentence
from lineage.policy.finding import Finding, Level, Verdict
from lineage.policy.paths import joined
from lineage.report import tree, uses
from lineage.report.breakdown import breakdown
from lineage.report.document import Report, Supplied, TargetReport
from lineage.report.formats import View
from lineage.report.json import summary
from lineage.report.printable import printable
from lineage.report.sentences import (
    closing,
    inconclusive_sentences,
    language_rank,
    minor_open_sentence,
    reading_sentences,
    result_words,
    tested_model,
    why,
)
from lineage.report.uses import scan_lines

_COLORS = {
    "pass": "32",
    "review": "33",
    "fail": "31",
    "inconclusive": "35",
    "warn": "33",
    "info": "36",
}
_MOST_ALIKE = 2
"""Findings of one rule about one model that are told in full."""
_TREE_LINES = 40
_RESULT_ROWS = 12
_ALSO = "Also reported, and not used for the verdict:"


def render(report: Report, view: View) -> str:
    """Plain text up to `view.width` columns; reads without colour."""
    if view.verbosity < 0:
        return "".join(f"{t.verdict} {printable(t.model)}\n" for t in report.targets)
    blocks = [block for target in report.targets for block in _target(target, view)]
    if len(report.targets) > 1:
        blocks.append(_summary(report, view))
    seen = list(scan_lines(report, None if view.verbosity > 0 else 12))
    if seen:
        blocks.append(_section("Code", seen, view))
    blocks.append(_footer(report, view))
    return "\n\n".join(blocks) + "\n"


def _target(target: TargetReport, view: View) -> Iterable[str]:
    yield _answer(target, view)
    if target.uses:
        yield _section("Used at", list(uses.lines(target, None if view.verbosity > 0 else 8)), view)
        if (
            view.verbosity == 0
        ):  # a repository has many models: the findings, and the rest on request
            loud = [f for f in target.findings if f.level is not Level.INFO]
            if loud:
                yield _section("Findings", list(_findings(target, loud, view)), view)
            return
    limit = None if view.verbosity > 0 else _TREE_LINES
    if target.supplied and (target.supplied.compared or target.supplied.problem):
        yield _section("The supplier says", list(_supplier(target.supplied, view)), view)
    yield _section("Lineage", tree.lines(target, limit), view)
    yield _section("What was read", list(_reading(target, view)), view)
    if target.exposure.hits:
        yield _section("Published tests", _results(target, view), view)
    if target.weights is not None:
        from lineage.report import weights

        yield _section(
            "Weights",
            [part for line in weights.lines(target.weights) for part in _wrapped(line, view, "- ")],
            view,
        )
    loud = [f for f in target.findings if view.verbosity > 0 or f.level is not Level.INFO]
    if loud:
        yield _section("Findings", list(_findings(target, loud, view)), view)
    unknown = list(_unknowns(target, view))
    if unknown:
        yield _section("Not known", unknown, view)


def _answer(target: TargetReport, view: View) -> str:
    badge = _paint(str(target.verdict).upper(), str(target.verdict), view)
    revision = f" @ {shortened(target.revision)}" if target.revision else ""
    asked = (
        f" (asked for as {printable(target.target)})"
        if target.target.partition("@")[0] != target.model
        else ""
    )
    head = f"{badge}  {printable(target.model)}{revision}{asked}"
    lines = [head, *_wrapped(why(target), view)]
    reason = _reason(target)
    if reason:
        lines += _wrapped(reason, view)
    if target.notice:
        lines += _wrapped(f"Note: {target.notice}", view)
    return "\n".join(lines)


def _reason(target: TargetReport) -> str:
    """Why this verdict, from the findings that made it."""
    wanted = {Verdict.FAIL: Level.FAIL, Verdict.REVIEW: Level.REVIEW}.get(target.verdict)
    active = [f for f in target.findings if f.waived is None]
    if target.verdict is Verdict.INCONCLUSIVE:
        return printable(inconclusive_sentences(target), 4000)
    rules = list(dict.fromkeys(f.rule for f in active if f.level is wanted))
    return f"Verdict {target.verdict} by {', '.join(rules)}." if rules else ""


def _supplier(held: Supplied, view: View) -> Iterable[str]:
    if held.problem:
        yield from _wrapped(printable(held.problem), view, "- ")
    for one in held.compared:
        yield from _wrapped(f"{one.agreement}: {printable(one.sentence, 500)}", view, "- ")


def _results(target: TargetReport, view: View) -> list[str]:
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
    shown = hits if view.verbosity > 0 else (near or hits)[:_RESULT_ROWS]
    lines = [line for hit in shown if hit.counts for line in _result(hit, view)]
    reported = [line for hit in shown if not hit.counts for line in _result(hit, view)]
    lines += [_ALSO, *reported] if reported else []
    hidden = len(hits) - len(shown)
    return (
        [
            *lines,
            f"… {hidden} more results that decide nothing; --verbose or --format json shows all",
        ]
        if hidden
        else lines
    )


def _result(hit: ResultHit, view: View) -> Iterable[str]:
    result = hit.result
    if hit.counts and hit.beside is not None:
        yield from _wrapped(f"{printable(tested_sentence(hit), 400)}", view, "- ")
        yield from _wrapped(
            f"{printable(result.suite, 90)}; {printable(conditions(hit), 400)}", view, "  "
        )
    else:
        yield from _wrapped(
            f"{language(result.language)} · {result_words(result)} · in {tested_model(hit)}",
            view,
            "- ",
        )
    when = printable(result.published_on or "undated")
    where = (
        f"{hit.applicability}, {printable(result.layer)}, {when}, {printable(result.publisher, 60)}"
    )
    informs = "" if hit.counts else f" · {printable(hit.reason)}"
    yield from _wrapped(where + informs, view, "  ")
    yield f"    {_link(result.url, view)}"


def _findings(target: TargetReport, found: list[Finding], view: View) -> Iterable[str]:
    """Each finding; of many by one rule the first few, and the models of the rest."""
    alike: dict[tuple[str, Level, bool], list[Finding]] = {}
    for one in found:
        alike.setdefault((one.rule, one.level, one.waived is not None), []).append(one)
    for same in alike.values():
        few = len(same) <= _MOST_ALIKE + 1 or view.verbosity > 0
        shown = same if few else same[:_MOST_ALIKE]
        for one in shown:
            yield from _finding(target, one, view)
        if rest := same[len(shown) :]:
            models = joined([printable(one.model) for one in rest])
            text = f"and {len(rest)} more by {same[0].rule}, about {models}; -v shows them"
            yield from _wrapped(text, view, " " * (len(same[0].level) + 2))


def _finding(target: TargetReport, finding: Finding, view: View) -> Iterable[str]:
    held = finding.waived
    waived = (
        f" Waived until {held.until} by {printable(held.owner)}: {printable(held.reason, 300)}"
        if held
        else ""
    )
    level = f"{finding.level}, waived" if held else str(finding.level)
    label = _paint(level, "info" if held else level, view)
    first, *rest = _wrapped(
        f"{finding.rule}: {printable(finding.message, 2000)}{waived}", view, " " * (len(level) + 2)
    )
    yield f"{label}  {first.strip()}"
    yield from rest
    closes = closing(target, finding)
    if closes and held is None:
        yield from _wrapped(f"To close it: {printable(closes, 300)}", view, " " * (len(level) + 2))
    if view.verbosity > 0:
        for one in finding.evidence:
            yield f"    evidence: {printable(one, 300)}"


def _reading(target: TargetReport, view: View) -> Iterable[str]:
    sentences = (
        reading_sentences(target, len(target.graph.nodes))
        if view.verbosity > 0
        else reading_sentences(target)
    )
    for sentence in sentences:
        yield from _wrapped(sentence, view, "- ")


def _unknowns(target: TargetReport, view: View) -> Iterable[str]:
    for sentence in target.graph.bounds_hit:
        yield from _wrapped(printable(sentence), view, "- ")
    for claim in target.graph.unlinked:
        text = (
            f"{printable(claim.child)} names {printable(claim.value, 120)!r} as a base "
            f"({claim.file}, {claim.location}): {claim.problem}"
        )
        yield from _wrapped(text, view, "- ")
    for model in target.origin.unknown:
        yield f"- {printable(model)}: developer or jurisdiction not established"
    if not target.exposure.hits:
        yield (
            "- no published test of this model or of an ancestor is known (that does not clear it)"
        )
    minor = minor_open_sentence(target)
    if minor and view.verbosity == 0:
        yield from _wrapped(f"{minor}; --verbose shows them", view, "- ")


def _summary(report: Report, view: View) -> str:
    counts = summary(report)
    told = ", ".join(f"{n} {name}" for name, n in counts.items() if name != "targets" and n)
    lines = [f"{counts['targets']} models: {told}"]
    by = breakdown(report)
    for title in ("foundations", "developers", "jurisdictions"):
        most = [f"{printable(name, 60)} {n}" for name, n in list(by[title].items())[:6]]
        rest = [f"and {len(by[title]) - 6} more"] if len(by[title]) > 6 else []
        lines += _wrapped(f"{title.capitalize()}: {', '.join([*most, *rest])}", view, "  ")
    return "\n".join(lines)


def _footer(report: Report, view: View) -> str:
    data = report.data
    lines = [f"Note: {printable(note)}" for note in report.remarks]
    lines.append(
        f"Policy {printable(report.policy_name)}. Data: registry {data.registry}, results "
        f"{data.results}, snapshot {data.snapshot}."
    )
    lines.append(
        "A jurisdiction is no evidence of behaviour; an untested model is not a cleared one."
    )
    return "\n".join(line for note in lines for line in _wrapped(note, view))


def _section(title: str, lines: list[str], view: View) -> str:
    return "\n".join([_paint(title, "title", view), *(f"  {line}" for line in lines)])


def _wrapped(text: str, view: View, indent: str = "") -> list[str]:
    hanging = " " * len(indent)
    width = max(view.width, 40)
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def _paint(text: str, kind: str, view: View) -> str:
    if not view.color:
        return text
    return f"\x1b[1;{_COLORS[kind]}m{text}\x1b[0m" if kind in _COLORS else f"\x1b[1m{text}\x1b[0m"


def _link(url: str, view: View) -> str:
    shown = printable(url, 300)
    is_web = url.startswith(("https://", "http://")) and shown == url
    return f"\x1b]8;;{url}\x1b\\{shown}\x1b]8;;\x1b\\" if view.links and is_web else shown
