"""One model on one screen: verdict, why, what to do, the deciding path, the deciding tests, the
findings, and what was not read. What is not here is counted here, with the flag that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.record import Status
from lineage.evidence.evidence import Applicability, Beside, ResultHit
from lineage.evidence.tested import language
from lineage.policy.finding import Level
from lineage.report import tree
from lineage.report.cells import cells, padded, wrapped
from lineage.report.columns import table
from lineage.report.document import TargetReport
from lineage.report.formats import View
from lineage.report.printable import counted, printable
from lineage.report.sentences.decision import next_steps, why
from lineage.report.sentences.findings import FindingLine, finding_lines
from lineage.report.sentences.people import listed, short_name
from lineage.report.sentences.reading import unread_files, unread_models
from lineage.report.sentences.signing import signature_sentences
from lineage.report.sentences.tested import language_rank, value_words
from lineage.report.text import page

_TREE = 8
_RESULTS = 5
_HEADERS = ("  Language", "Tested", "Answered", "Others: mean, worst", "Source")


def blocks(target: TargetReport, view: View) -> Iterator[str]:
    """The parts of the screen, those without anything to say left out."""
    yield "\n".join(decision(target, view))
    yield "\n".join(f"  {line}" for line in tree.brief(target, page.width(view) - 2, _TREE))
    if target.exposure.hits:
        yield "\n".join(_results(target, view))
    lines = [*findings(target, view), *_others(target, view), *_not_read(target, view)]
    if lines:
        yield "\n".join(lines)


def decision(target: TargetReport, view: View) -> Iterator[str]:
    """Verdict, why, and what to do next."""
    yield from page.head(target, view)
    yield from page.lines(why(target), view)
    yield from step(target, view, "→ ")
    if target.notice:
        yield from page.lines(f"Note: {printable(target.notice)}", view)


def step(target: TargetReport, view: View, first: str) -> list[str]:
    """What to do, and how many more things there are to do."""
    chosen, *rest = next_steps(target)
    more = f" ({counted(len(rest), 'more step')}: -v)" if rest else ""
    return page.lines(f"{chosen}{more}", view, first)


def _results(target: TargetReport, view: View) -> list[str]:
    """A small table of what counts, the deciding tests first and marked; the rest as numbers."""
    deciding = _deciding(target)
    counting = sorted(
        (hit for hit in target.exposure.hits if hit.counts or hit.result.id in deciding),
        key=lambda hit: (
            hit.result.id not in deciding,
            len(hit.path),
            language_rank(hit.result.language),
            hit.result.id,
        ),
    )
    shown = counting[:_RESULTS]
    rows = [_cells_of(target, hit, hit.result.id in deciding) for hit in shown]
    lines = []
    if rows:
        text = table(rows, _HEADERS, page.width(view) - 2, names=(1,), rule=False)
        lines = [f"  {line}".rstrip() for line in text.splitlines()]
    more = len(counting) - len(shown)
    reports = len(target.exposure.hits) - len(counting)
    parts = [f"{counted(more, 'more test')} of the same kind"] if more else []
    parts += [f"{counted(reports, 'report')} that cannot decide"] if reports else []
    return lines + page.lines(f"{' and '.join(parts)} (-v)", view, "    ") if parts else lines


def _deciding(target: TargetReport) -> set[str]:
    """Ids of the tests that count against the model, or against what it is built on."""
    standings = [one.standing for one in target.exposure.ancestors]
    own = target.exposure.own
    standings += [own] if own.state.is_measured else []
    return {id_ for standing in standings for id_ in standing.adverse}


def _cells_of(target: TargetReport, hit: ResultHit, decides: bool) -> list[str]:
    result, beside = hit.result, hit.beside
    tested = hit.path[-1]
    who = target.attributions.get(tested)
    name = short_name(tested, who) if who is not None else printable(tested, 120)
    source = printable(result.publisher.partition(" (")[0], 40)
    day = printable((result.published_on or "undated")[:7], 10)
    return [
        f"{tree.MARK if decides else '  '}{language(result.language)}",
        "this model" if hit.applicability is Applicability.DIRECT else name,
        _answered(hit),
        _others_words(beside, result.higher_is) if beside is not None else "–",
        f"{source}, {day}",
    ]


def _answered(hit: ResultHit) -> str:
    beside, result = hit.beside, hit.result
    if beside is not None and beside.complete is not None:
        return f"{beside.complete} of {beside.n}"
    if beside is not None:
        metric = "" if result.higher_is == "more open" else f" {result.metric.replace('_', ' ')}"
        return printable(f"{beside.rate:.0f} % of {beside.n}{metric}", 60)
    return value_words(result) if result.value is not None else printable(str(result.outcome))


def _others_words(beside: Beside, higher_is: str | None) -> str:
    worst = "lowest" if higher_is == "more open" else "highest"
    return f"{beside.mean:.0f} %, {worst} {beside.worst:.0f} %"


def findings(target: TargetReport, view: View) -> Iterator[str]:
    """One line for each rule; what only informs is counted."""
    every = finding_lines(target)
    loud = [f for f in every if f.level is not Level.INFO or f.decides_unknown or f.is_waived]
    labels = ["waived" if one.is_waived else str(one.level) for one in loud]
    indent = max(map(len, labels), default=0)
    for label, one in zip(labels, loud, strict=True):
        first = f"  {paint_padded(label, indent, view)}  "
        yield from _finding(one, first, indent + 4, view)
    if quiet := sum(len(one.findings) for one in every if one not in loud):
        yield from page.lines(f"{counted(quiet, 'more finding')} for information (-v)", view, "  ")


def paint_padded(label: str, width: int, view: View) -> str:
    """The label in its colour, padded by what is seen of it."""
    return padded(label, width).replace(label, page.paint(label, label, view), 1)


def _finding(one: FindingLine, first: str, indent: int, view: View) -> list[str]:
    """The sentence with the rule at the right, or below where there is no room."""
    waiver = one.findings[0].waived
    text = one.text
    if waiver is not None:
        text += f" Waived until {printable(waiver.until)} by {printable(waiver.owner, 80)}."
    rule = printable(one.rule, 120)
    body = wrapped(text, page.width(view), " " * indent)
    body[0] = first + body[0][indent:]
    room = (
        page.width(view) - cells(body[-1])
        if len(body) > 1
        else (page.width(view) - indent - cells(text))
    )
    if cells(rule) + 2 <= room:
        body[-1] += " " * (room - cells(rule)) + rule
        return body
    return [*body, *wrapped(rule, page.width(view), " " * indent)]


def _others(target: TargetReport, view: View) -> Iterator[str]:
    """What a supplier's file says and what the weights show, where somebody asked; who signed."""
    supplied = target.supplied
    if supplied is not None and supplied.problem:
        yield from page.lines(printable(supplied.problem), view, "  ")
    elif supplied is not None and supplied.compared:
        agreements = [str(one.agreement) for one in supplied.compared]
        text = ", ".join(f"{word} {agreements.count(word)}" for word in dict.fromkeys(agreements))
        yield from page.lines(f"The supplier's file: {text} (-v)", view, "  ")
    if target.weights is not None:
        yield from page.lines(f"{printable(target.weights['statement'])} (-v)", view, "  ")
    for sentence in signature_sentences(target)[:3]:
        yield from page.lines(sentence, view, "  ")
    if target.graph.unlinked:
        named = counted(len(target.graph.unlinked), "name")
        yield from page.lines(f"{named} of a base could not be matched (-v)", view, "  ")


def _not_read(target: TargetReport, view: View) -> Iterator[str]:
    models = unread_models(target)
    files = unread_files(target)
    names = [
        "this model"
        if node.id == target.model
        else short_name(node.id, target.attributions[node.id])
        for node in models
    ]
    lines = [f"{listed(names, 3)}"] if names else []
    if files:
        lines.append(f"{counted(len(files), 'file')}, wholly or in part")
    if lines:
        # What may be mended by running again is said at once.
        failed = (n.reason for n in models if n.status is Status.UNREACHABLE and n.reason)
        why_not = printable(next(failed, ""), 160).rstrip(".")
        more = f" ({why_not}; -v says more)" if why_not else " (-v says why)"
        yield from page.lines(f"Not read: {'; '.join(lines)}{more}", view, "  ")
