"""What all texts for a terminal share: wrapped lines, colours, sections, the head and the foot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.core.ref import shortened
from lineage.report.cells import clipped, wrapped
from lineage.report.circumstances import Circumstances
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.printable import counted, printable
from lineage.report.sentences.decision import because

_COLORS = {
    "pass": "32",
    "review": "33",
    "fail": "31",
    "inconclusive": "35",
    "warn": "33",
    "info": "36",
}
LEAST = 30
"""Columns below which nothing is fitted."""


def width(view: View) -> int:
    """Cells of a line."""
    return max(view.width, LEAST)


def lines(text: str, view: View, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines that fit, indents counted."""
    return wrapped(text, width(view), first, rest)


def section(title: str, body: Iterable[str], view: View) -> str:
    """A title, and lines that were made for a view two columns narrower."""
    return "\n".join([paint(title, "title", view), *(f"  {line}" for line in body)])


def inner(view: View) -> View:
    """The view inside a section."""
    return replace(view, width=max(view.width - 2, LEAST))


def paint(text: str, kind: str, view: View) -> str:
    """In the colour of a verdict or level, bold for anything else; plain where no colour is
    wanted."""
    if not view.color:
        return text
    return f"\x1b[1;{_COLORS[kind]}m{text}\x1b[0m" if kind in _COLORS else f"\x1b[1m{text}\x1b[0m"


def link(url: str, view: View) -> str:
    """An address that a terminal can open, where it shows links."""
    shown = printable(url, 300)
    is_web = url.startswith(("https://", "http://")) and shown == url
    return f"\x1b]8;;{url}\x1b\\{shown}\x1b]8;;\x1b\\" if view.links and is_web else shown


def head(target: TargetReport, view: View) -> list[str]:
    """`REVIEW  org/name`, with the revision and what was asked for."""
    name = str(target.verdict).upper()
    revision = f" @ {printable(shortened(target.revision))}" if target.revision else ""
    asked = (
        f" (asked for as {printable(target.target)})"
        if target.model not in (target.target, target.target.partition("@")[0])
        else ""
    )
    first, *rest = lines(f"{printable(target.model)}{revision}{asked}", view, f"{name}  ")
    return [first.replace(name, paint(name, str(target.verdict), view), 1), *rest]


def verdict_and_reason(report: Report, view: View) -> str:
    """Two lines for each model."""
    parts = []
    for target in report.targets:
        parts += head(replace(target, target=target.model), view)[:1]
        parts.append(f"  {clipped(because(target), width(view) - 2)}")
    return "".join(f"{line}\n" for line in parts)


def verdicts(report: Report) -> str:
    """One line for each model, for scripts."""
    return "".join(f"{t.verdict} {printable(t.model)}\n" for t in report.targets)


def remarks(report: Report, view: View) -> Iterator[str]:
    """What the reader must know about the run; that it was made offline is said in the foot."""
    if report.circumstances == Circumstances(offline=True):
        parts = list(report.notes)
    else:
        parts = list(report.remarks)
    for note in parts:
        yield from lines(f"Note: {printable(note)}", view)


def foot(report: Report, view: View) -> list[str]:
    """Policy, place, how many models were read, and the date of the oldest data."""
    nodes = {node.id: node for target in report.targets for node in target.graph.nodes.values()}
    unread = sum(not node.is_read for node in nodes.values())
    data = report.data
    day = min(data.registry, data.results, data.snapshot)
    parts = (
        f"policy {printable(report.policy_name)}",
        _place(report),
        f"{counted(len(nodes) - unread, 'model')} read, {unread} not read",
        f"data of {printable(day, 40)}",
    )
    return lines(" · ".join(parts), view)


def _place(report: Report) -> str:
    """What was asked: the Hub, another one, or stored data."""
    run = report.circumstances
    stored = run.index or run.snapshot
    if stored:
        return printable(f"{'index' if run.index else 'snapshot'} {stored.path}", 120)
    if run.offline:
        return "offline data"
    return printable(run.endpoint.partition("://")[2] or run.endpoint, 120) or "huggingface.co"
