"""Puts the page together: a strict content policy, the sections, the style and the script, in one
file that asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache

from lineage.core.packaged import DATA
from lineage.core.version import __version__
from lineage.report.document import Report, TargetReport
from lineage.report.formats import View
from lineage.report.html import portfolio
from lineage.report.html.answer import answer, findings
from lineage.report.html.evidence import evidence, reading, unknowns
from lineage.report.html.graph import graph
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.models import models, steps
from lineage.report.html.record import decision, method

_BRIEF_FROM = 25
"""Targets from which each one's details stand folded: a portfolio of a thousand must open."""


def render(report: Report, view: View) -> str:
    """The whole document. Works from `file://`, offline, without script too."""
    about = (
        shown(report.targets[0].model, 80)
        if len(report.targets) == 1
        else f"{len(report.targets)} models"
    )
    return document(f"Lineage report: {about}", _body(report), report.tool_version)


def document(title: str, content: Markup, version: str = __version__) -> str:
    """A page with the style and the script, and the policy that allows nothing else."""
    style, script = _asset("report.css"), _asset("report.js")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_content_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content=f"lineage {version}"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag("body", content, tag("script", Markup(script)))
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang="en") + "\n"


@cache
def _asset(name: str) -> str:
    return (DATA / "html" / name).read_text(encoding="utf-8")


def _content_policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere; the one style and the one script are allowed by their
    hashes."""
    return (
        f"default-src 'none'; style-src '{_sha256(style)}'; script-src '{_sha256(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _body(report: Report) -> Markup:
    several = len(report.targets) != 1
    header = tag(
        "header",
        tag(
            "p",
            tag("b", "Lineage report"),
            f" · {shown(report.generated_at, 40)} · policy {shown(report.policy_name, 80)}",
            class_="brand",
        ),
        tag(
            "nav",
            (tag("a", name, href=f"#{address}") for name, address in _contents(several)),
            aria_label="Sections",
        ),
        class_="top",
    )
    notes = [tag("p", shown(note, 600), class_="notice") for note in report.remarks]
    brief = len(report.targets) >= _BRIEF_FROM
    targets = [
        _target(target, i, level=2 if several else 1, brief=brief)
        for i, target in enumerate(report.targets, 1)
    ]
    index = portfolio.index(report, brief=brief) if several else None
    closing = [
        tag("section", tag("h2", "Record of the decision"), decision(report), id="decision"),
        tag("section", tag("h2", "Method and versions"), method(report), id="method"),
    ]
    return join(
        tag("a", "Skip to the answer", href="#main", class_="skip"),
        header,
        tag("main", notes, index, targets, closing, id="main", tabindex="-1"),
        tag(
            "footer",
            tag(
                "p",
                "A jurisdiction is no evidence of behaviour; an untested model is not a "
                "cleared one.",
            ),
        ),
    )


def _contents(several: bool) -> list[tuple[str, str]]:
    if several:
        return [
            ("Summary", "summary"),
            ("Models", "index"),
            ("Decision", "decision"),
            ("Method", "method"),
        ]
    names = ["Answer", "Graph", "Findings", "Tests", "Read", "Not known", "Models"]
    ids = ["t1", "t1-graph", "t1-findings", "t1-tests", "t1-read", "t1-unknown", "t1-models"]
    return [*zip(names, ids, strict=True), ("Decision", "decision"), ("Method", "method")]


def _anchors(target: TargetReport, number: int) -> Callable[[str], str]:
    """Ids on the page are numbers of ours: no stranger's text is part of one."""
    known = {model: f"t{number}-m{i}" for i, model in enumerate(target.graph.nodes, 1)}
    return lambda model: known.get(model, f"t{number}")


def _target(target: TargetReport, number: int, *, level: int, brief: bool) -> Markup:
    anchor = _anchors(target, number)
    inner = level + 1 if level > 1 else 2
    facts = [
        _section("Lineage graph", f"t{number}-graph", inner, _drawing(target, anchor)),
        _section("Findings", f"t{number}-findings", inner, findings(target, anchor)),
        _section("Published tests", f"t{number}-tests", inner, evidence(target)),
        _section("What was read", f"t{number}-read", inner, reading(target)),
        _section("What is not known", f"t{number}-unknown", inner, unknowns(target)),
        _section("Every step, and who says so", f"t{number}-steps", inner, steps(target, anchor)),
        _section(
            "Models", f"t{number}-models", inner, models(target, anchor, inner + 1, brief=brief)
        ),
    ]
    summary = join(answer(target, anchor, level), _supplied(target, number, inner))
    if level == 1:
        return tag("section", summary, facts, id=f"t{number}", class_="audited")
    more = tag(
        "details",
        tag("summary", f"Graph, findings, tests and models of {shown(target.model, 120)}"),
        facts,
        open=not brief,
    )
    return tag("section", summary, more, id=f"t{number}", class_="audited", tabindex="-1")


def _supplied(target: TargetReport, number: int, level: int) -> Markup | None:
    told = portfolio.supplied(target)
    return _section("What the supplier says", f"t{number}-supplied", level, told) if told else None


def _section(title: str, address: str, level: int, content: Markup) -> Markup:
    return tag("section", tag(f"h{level}", title), content, id=address)


def _drawing(target: TargetReport, anchor: Callable[[str], str]) -> Markup:
    return tag(
        "div",
        graph(target, anchor),
        tag("aside", class_="panel", aria_label="Chosen model", aria_live="polite", hidden=True),
        class_="graph-area",
    )
