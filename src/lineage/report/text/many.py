"""Several models: a table with the worst first, then what asks for action; the rest is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.policy.finding import Level, Verdict
from lineage.report.columns import table
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.json import summary
from lineage.report.printable import counted, printable
from lineage.report.sentences.decision import because, next_steps
from lineage.report.sentences.origin import built_on, countries
from lineage.report.sentences.people import listed
from lineage.report.sentences.tested import short_standing
from lineage.report.text import page
from lineage.report.text.short import step

_ROWS = 40
_WIDE = 90
"""Cells from which on the table has room for the number of findings."""
_ACTIONS = 10
_HEADERS = ("Verdict", "Model", "Built on", "From", "Tests", "Findings")


def blocks(report: Report, view: View) -> Iterator[str]:
    """How many of each verdict, the table, and what to do."""
    yield "\n".join(page.lines(totals(report), view))
    if not report.targets:
        return
    ordered = worst_first(report.targets)
    yield "\n".join(_table(ordered, view))
    asking = [target for target in ordered if target.verdict is not Verdict.PASS]
    if asking:
        yield "\n".join([page.paint("What to do", "title", view), *_actions(asking, view)])
    yield "\n".join(
        page.lines("One model: lineage audit MODEL · everything: -v · a page: -o report.html", view)
    )


def totals(report: Report) -> str:
    """`15 models: 3 fail, 12 pass`: the worst first."""
    counts = summary(report)
    ordered = sorted(Verdict, key=lambda verdict: -verdict.rank)
    text = ", ".join(f"{counts[name]} {name}" for name in ordered if counts.get(name))
    return f"{counted(counts['targets'], 'model')}{': ' + text if text else ''}"


def worst_first(targets: Iterable[TargetReport]) -> list[TargetReport]:
    """By verdict, then as they were given."""
    return sorted(targets, key=lambda target: -target.verdict.rank)


def _table(ordered: list[TargetReport], view: View) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [
        (
            str(target.verdict).upper(),
            printable(target.model, 200),
            built_on(target),
            countries(target),
            short_standing(target),
            _counts(target),
        )
        for target in ordered[:_ROWS]
    ]
    width, least = page.width(view) - 2, {1: 26, 2: 16, 3: 13, 4: 13}
    headers: tuple[str, ...] = _HEADERS
    if width < _WIDE:  # the reasons are counted below the table too
        headers, least = _HEADERS[:-1], {1: 26, 2: 12, 3: 9, 4: 9}
        rows = [row[:-1] for row in rows]
    text = table(rows, headers, width, (1, 2), least, rule=False)
    for line in text.splitlines():
        yield f"  {_painted(line, view)}".rstrip()
    if rest := ordered[_ROWS:]:
        yield from page.lines(f"… {len(rest)} more models, none of them worse (-v)", view, "  ")


def _painted(line: str, view: View) -> str:
    word = line.partition(" ")[0]
    verdict = word.lower()
    return (
        line.replace(word, page.paint(word, verdict, view), 1) if verdict in set(Verdict) else line
    )


def _counts(target: TargetReport) -> str:
    """How many findings decide or warn, and how many are waived."""
    loud = (Level.FAIL, Level.REVIEW, Level.WARN)
    active = sum(f.level in loud and f.waived is None for f in target.findings)
    waived = sum(f.waived is not None for f in target.findings)
    return f"{active}{f' ({waived} waived)' if waived else ''}"


def _actions(asking: list[TargetReport], view: View) -> Iterator[str]:
    """Model, reason and step; models that ask for the same step for the same reason stand
    together."""
    alike: dict[tuple[Verdict, str, tuple[str, ...]], list[TargetReport]] = {}
    for target in asking:
        key = (target.verdict, because(target), tuple(next_steps(target)))
        alike.setdefault(key, []).append(target)
    groups = list(alike.items())
    for (_, reason, _), targets in groups[:_ACTIONS]:
        yield from _action(targets, reason, view)
    if rest := sum(len(targets) for _, targets in groups[_ACTIONS:]):
        text = f"… {counted(rest, 'more model')} that ask for action (-v)"
        yield from page.lines(text, view, "  ")


def _action(targets: list[TargetReport], reason: str, view: View) -> Iterator[str]:
    """The names of models, then why, then what to do."""
    first = targets[0]
    word = str(first.verdict).upper()
    names = listed((printable(target.model, 120) for target in targets), 3)
    lines = page.lines(names, view, f"  {word}  ", "    ")
    yield lines[0].replace(word, page.paint(word, str(first.verdict), view), 1)
    yield from lines[1:]
    yield from page.lines(reason, view, "    ")
    yield from step(first, view, "    → ")
