"""Puts the page together: a strict content policy, the sections, the style and the script, in one
file that asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import unescape

from lineage.core.packaged import DATA
from lineage.core.version import __version__
from lineage.report.document import Report
from lineage.report.formats import View
from lineage.report.html import portfolio
from lineage.report.html.answer import answer
from lineage.report.html.evidence import evidence
from lineage.report.html.findings import TITLES, findings
from lineage.report.html.graph import PAPER, graph
from lineage.report.html.licences import licences
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.models import models
from lineage.report.html.reading import reading
from lineage.report.html.record import decision, method
from lineage.report.html.subject import Subject

_SECTIONS = '<nav aria-label="Sections">'
_SCRIPTS = ("graph.js", "table.js", "page.js")


def render(report: Report, view: View) -> str:
    """The whole document. Works from `file://`, offline, without script too."""
    about = (
        shown(report.targets[0].model, 80)
        if len(report.targets) == 1
        else f"{len(report.targets)} models"
    )
    made = f"{shown(report.generated_at, 40)} · policy {shown(report.policy_name, 60)}"
    return document(f"Lineage report: {about}", _body(report), report.tool_version, made)


def document(title: str, content: Markup, version: str = __version__, made: str = "") -> str:
    """A page with the style and the script, and the policy that allows nothing else. The title
    is on every printed sheet, with how it was `made` beside it."""
    style = f"{_asset('report.css')}{_sheet(title, made)}"
    script = "".join(map(_asset, _SCRIPTS))
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


def _sheet(title: str, made: str) -> str:
    """The running head of a printed sheet."""
    return (
        f'@page {{ @top-left {{ content: "{_spelled(title)}" }} '
        f'@top-right {{ content: "{_spelled(made)}" }} }}\n'
    )


def _spelled(text: str) -> str:
    """Strangers name models: in a style sheet every character but letters, digits and spaces is
    written as its number."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char == " ") else f"\\{ord(char):x} "
        for char in shown(text, 120)
    )


def _content_policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere; the one style and the one script are allowed by their
    hashes."""
    return (
        f"default-src 'none'; style-src '{_sha256(style)}'; script-src '{_sha256(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def policy_of(text: str) -> str:
    """The content policy that a document of ours has in its head, before any word of a stranger."""
    _, _, rest = text.partition('http-equiv="Content-Security-Policy" content="')
    return unescape(rest.partition('"')[0])


def with_way_back(text: str, address: str, name: str) -> str:
    """A report with one more link before its sections, to the page that led to it."""
    head, mark, rest = text.partition(_SECTIONS)
    return f"{head}{mark}{tag('a', name, href=address)}{rest}"


def _body(report: Report) -> Markup:
    named = frozenset(report.jurisdictions)
    subjects = [Subject(target, i, named) for i, target in enumerate(report.targets, 1)]
    several = len(subjects) != 1
    if several:
        subjects = portfolio.worst_first(subjects)
    notes = [tag("p", shown(note, 600), class_="notice") for note in report.notes]
    closing = [
        tag("section", tag("h2", "Record of the decision"), decision(report), id="decision"),
        tag("section", tag("h2", "How this was made"), method(report), id="method"),
    ]
    main = tag(
        "main",
        notes,
        portfolio.index(report, subjects) if several else None,
        [_one_of_many(one) for one in subjects] if several else _only(subjects[0]),
        closing,
        id="main",
        tabindex="-1",
    )
    footer = "A jurisdiction is no evidence of behaviour; an untested model is not a cleared one."
    return join(
        tag("a", "Skip to the answer", href="#main", class_="skip"),
        _header(report, several=several),
        main,
        tag("footer", tag("p", footer)),
    )


def _header(report: Report, *, several: bool) -> Markup:
    made = f" · {shown(report.generated_at, 40)} · policy {shown(report.policy_name, 80)}"
    return tag(
        "header",
        tag("p", tag("b", "Lineage report"), made, class_="brand"),
        tag(
            "nav",
            (tag("a", name, href=f"#{address}") for name, address in _contents(several)),
            aria_label="Sections",
        ),
        class_="top",
    )


def _contents(several: bool) -> list[tuple[str, str]]:
    own = (
        [("Models", "index")]
        if several
        else [
            ("Answer", "t1"),
            ("Findings", "t1-findings"),
            ("Tests", "t1-tests"),
            ("Not known", "t1-unknown"),
            ("Graph", "t1-graph"),
            ("Models", "t1-models"),
        ]
    )
    return [*own, ("Decision", "decision"), ("Method", "method")]


def _only(subject: Subject) -> Markup:
    """The one audited model, everything in the order in which a person asks for it."""
    return tag(
        "section",
        answer(subject, 1),
        _supplied(subject, 2),
        _findings(subject, 2),
        _tests(subject, 2),
        _rest(subject, 2),
        id=f"t{subject.number}",
        class_="audited",
    )


def _one_of_many(subject: Subject) -> Markup:
    """One of several: the answer and its findings, the rest folded away."""
    more = tag(
        "details",
        tag("summary", f"Tests, graph and models of {shown(subject.target.model, 120)}"),
        _tests(subject, 3),
        _rest(subject, 3),
        class_="more",
    )
    return tag(
        "section",
        answer(subject, 2),
        _supplied(subject, 3),
        _findings(subject, 3),
        more,
        id=f"t{subject.number}",
        class_="audited",
        tabindex="-1",
    )


def _findings(subject: Subject, level: int) -> Markup:
    title = TITLES[subject.target.verdict]
    return _section(title, f"t{subject.number}-findings", level, findings(subject))


def _tests(subject: Subject, level: int) -> Markup:
    return _section(
        "What published tests found", f"t{subject.number}-tests", level, evidence(subject)
    )


def _rest(subject: Subject, level: int) -> Markup:
    number = subject.number
    return join(
        _section("What is not known", f"t{number}-unknown", level, reading(subject)),
        _section("Lineage graph", f"t{number}-graph", level, _drawing(subject)),
        _section("Models", f"t{number}-models", level, models(subject, level + 1), "screen"),
        _licences(subject, level),
    )


def _supplied(subject: Subject, level: int) -> Markup | None:
    section = portfolio.supplied(subject)
    address = f"t{subject.number}-supplied"
    return _section("What the supplier says", address, level, section) if section else None


def _licences(subject: Subject, level: int) -> Markup | None:
    table = licences(subject)
    address = f"t{subject.number}-licences"
    return (
        _section("Licences along the lineage", address, level, table, "screen") if table else None
    )


def _section(
    title: str, address: str, level: int, content: Markup, kind: str | None = None
) -> Markup:
    return tag("section", tag(f"h{level}", title), content, id=address, class_=kind)


def _drawing(subject: Subject) -> Markup:
    count = len(subject.target.graph.nodes)
    panel = tag(
        "aside",
        class_="panel",
        aria_label=subject.called("Chosen model"),
        aria_live="polite",
        hidden=True,
    )
    area = tag(
        "div",
        graph(subject),
        panel,
        class_="graph-area" + (" crowded" if count > PAPER else ""),
    )
    note = tag("p", f"The graph of {count} models is in the HTML report.", class_="paper")
    return join(area, note if count > PAPER else None)
