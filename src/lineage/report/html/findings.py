"""Findings as sentences, each with what to do; the rule stands small beside it, and the full text,
path and evidence unfold."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.policy.finding import Finding, Verdict, Waived
from lineage.report.html.markup import Markup, link, prose, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.html.way import path_words
from lineage.report.printable import counted
from lineage.report.sentences import FindingLine, closing, finding_lines

TITLES = {
    Verdict.PASS: "Findings",
    Verdict.REVIEW: "Why this asks for a review",
    Verdict.FAIL: "Why this fails",
    Verdict.INCONCLUSIVE: "Why this cannot be judged yet",
}
_ON_PAPER = 9
"""Rules that are reported on a printed sheet; the gravest come first."""
_SHOWN = 60
"""Findings of one rule whose full text is on the page."""


def findings(subject: Subject) -> Markup:
    """One entry for each rule and level, the gravest first; a waived finding stays, marked."""
    lines = finding_lines(subject.target)
    if not lines:
        return tag("p", "No rule of the policy found anything.")
    late = len(lines) - _ON_PAPER
    note = f"{counted(late, 'more finding')} in the HTML report."
    return tag(
        "div",
        tag(
            "ul",
            (_entry(subject, line, late=i >= _ON_PAPER) for i, line in enumerate(lines)),
            class_="findings",
        ),
        tag("p", note, class_="paper") if late > 0 else None,
    )


def _entry(subject: Subject, line: FindingLine, *, late: bool) -> Markup:
    first = line.findings[0]
    step = None if line.is_waived else line.step
    kinds = [*(["waived"] if line.is_waived else []), *(["late"] if late else [])]
    return tag(
        "li",
        tag("span", str(line.level), class_=f"level l-{line.level}"),
        tag(
            "div",
            tag("p", prose(line.text, 900)),
            tag("p", shown(line.rule, 100), *_roles(first), class_="rule"),
            _waiver(first.waived) if first.waived else None,
        ),
        tag("p", prose(step, 500), class_="todo") if step else tag("p", class_="todo"),
        tag(
            "details",
            tag("summary", _summary(line)),
            (_full(subject, one) for one in line.findings[:_SHOWN]),
            tag("p", f"and {len(line.findings) - _SHOWN} more; -f json lists them")
            if len(line.findings) > _SHOWN
            else None,
        ),
        class_=" ".join(kinds) or None,
    )


def _roles(finding: Finding) -> Iterator[str]:
    if finding.decides_unknown and finding.waived is None:
        yield " · leaves the verdict open"


def _summary(line: FindingLine) -> str:
    pieces = sum(len(one.evidence) for one in line.findings)
    lines = [f"{len(line.findings)} findings"] if len(line.findings) > 1 else []
    lines += [f"{counted(pieces, 'piece')} of evidence"] if pieces else []
    return ", ".join(lines) or "details"


def _full(subject: Subject, one: Finding) -> Markup:
    closes = "" if one.waived else closing(subject.target, one)
    help_ = link(one.help_url, "What this rule means") if one.help_url else None
    return tag(
        "div",
        tag("p", shown(one.message, 2000)),
        tag("p", tag("b", "To close it: "), shown(closes, 300)) if closes else None,
        tag("p", path_words(subject, one.path), class_="path") if len(one.path) > 1 else None,
        tag("ul", (tag("li", link(item)) for item in one.evidence)) if one.evidence else None,
        tag("p", help_, class_="fine") if help_ else None,
        class_="full",
    )


def _waiver(waiver: Waived) -> Markup:
    return tag(
        "p",
        tag("b", f"Waived until {shown(waiver.until)}"),
        f" by {shown(waiver.owner)}: {shown(waiver.reason, 600)}",
    )
