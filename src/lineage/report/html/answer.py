"""The first screen: the verdict, why in plain words, what to do, the way to it, and the facts of
origin and tests as one strip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.core.ref import shortened
from lineage.evidence.evidence import Applicability, Foundation, Standing, State
from lineage.evidence.tested import language
from lineage.policy.finding import Verdict
from lineage.report.html.markup import Markup, join, link, prose, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.html.way import way
from lineage.report.purl import page_of
from lineage.report.sentences import IN_LANGUAGE, STANDINGS, language_rank, next_step, why
from lineage.report.sentences.certainty import established
from lineage.report.sentences.people import listed

_MOST = 3
_WHOLE = ("Tests", "Listed")
"""Rows of the strip that take its whole width."""
SIGNS = {Verdict.PASS: "✓", Verdict.REVIEW: "!", Verdict.FAIL: "✕", Verdict.INCONCLUSIVE: "?"}


def badge(verdict: Verdict) -> Markup:
    """The verdict as sign, word and colour."""
    return tag(
        "span",
        tag("span", SIGNS[verdict], class_="sign", aria_hidden="true"),
        str(verdict),
        class_=f"verdict v-{verdict}",
    )


def answer(subject: Subject, level: int) -> Markup:
    """All that a decision needs, before anybody scrolls."""
    target = subject.target
    return tag(
        "div",
        badge(target.verdict),
        tag(f"h{level}", shown(target.model)),
        tag("p", prose(why(target), 4000), class_="why"),
        tag(
            "p",
            tag("b", "What to do: "),
            prose(next_step(target), 600),
            class_=f"do v-{target.verdict}",
        ),
        tag("p", shown(target.notice, 600), class_="notice") if target.notice else None,
        way(subject),
        _strip(subject),
        class_="answer",
    )


def _strip(subject: Subject) -> Markup:
    return tag(
        "dl",
        (
            tag(
                "div", tag("dt", name), tag("dd", value), class_="whole" if name in _WHOLE else None
            )
            for name, value in _facts(subject)
        ),
        class_="strip",
    )


def _facts(subject: Subject) -> Iterator[tuple[str, Markup]]:
    target, origin = subject.target, subject.target.origin
    node = target.graph.nodes[target.model]
    whole = [f for f in origin.foundations if f.component is None]
    parts = [f for f in origin.foundations if f.component is not None]
    yield "Weights", _made(subject, whole) if whole else join("not established")
    if parts:
        yield "Parts of", _made(subject, parts)
    if origin.trained_by:
        yield "Trained further by", _makers(subject, origin.trained_by)
    if origin.teachers:
        yield "Taught by", _made(subject, origin.teachers)
    yield "Tests", join(*_between("; ", _tests(subject)))
    supplied = target.supplied
    if supplied is not None:
        text = "; ".join(
            f"{shown(name, 80)}: {shown(value, 300)}" for name, value in supplied.columns
        )
        yield "Listed", join(f"{shown(supplied.file, 120)}, {shown(supplied.place, 60)}. ", text)
    if node.publisher:
        yield "Published by", join(shown(node.publisher, 80))
    yield "Read", _read(subject)


def _made(subject: Subject, found: Iterable[Foundation]) -> Markup:
    """With `perhaps` before those that only a lead shows."""
    is_taught = found is subject.target.origin.teachers
    sure = established(subject.target.graph, weights=not is_taught)
    named = [
        join(
            "" if one.model in sure else "perhaps ",
            tag("a", shown(one.model, 90), href=f"#{subject.anchor(one.model)}"),
            f" ({shown(one.component, 40)})" if one.component else "",
            " · ",
            subject.maker(one.attribution),
        )
        for one in found
    ]
    return _few(subject, named)


def _makers(subject: Subject, found: Iterable[Foundation]) -> Markup:
    return _few(subject, [subject.maker(one.attribution) for one in found])


def _few(subject: Subject, items: Iterable[Markup]) -> Markup:
    unique = list(dict.fromkeys(items))
    more = len(unique) - _MOST
    rest = [f" and {more} more"] if more > 0 else []
    return join(*_between("; ", unique[:_MOST]), *rest)


def _between(mark: str, items: Iterable[Markup]) -> Iterator[str]:
    for i, item in enumerate(items):
        if i:
            yield mark
        yield item


def _tests(subject: Subject) -> Iterator[Markup]:
    """The model itself, then what is known of its teachers and ancestors: never one sum."""
    exposure = subject.target.exposure
    own = exposure.own
    yield join(tag("b", "this model"), ": ", _found(own) or STANDINGS[own.state])
    for one in exposure.ancestors[:_MOST]:
        role = "teacher" if one.applicability is Applicability.TEACHER else "built on"
        name = tag("a", shown(one.model, 90), href=f"#{subject.anchor(one.model)}")
        yield join(name, f" ({role}): ", _found(one.standing) or STANDINGS[one.standing.state])
    if len(exposure.ancestors) > _MOST:
        yield join(f"{len(exposure.ancestors) - _MOST} more below")
    if exposure.removal_claimed:
        yield join("refusals are said to be removed; a claim is not a test")


def _found(standing: Standing) -> str:
    """`it censors (English, Chinese); mixed (Finnish)`; empty where no language is apart."""
    by: dict[str, list[str]] = {}
    for code in sorted(standing.by_language, key=language_rank):
        if standing.state.is_measured and standing.by_language[code] is State.THIN:
            continue  # mere reports beside tests
        words = IN_LANGUAGE[standing.by_language[code]]
        by.setdefault(words, []).append(shown(language(code), 60))
    return ", ".join(f"{words} ({listed(spoken)})" for words, spoken in by.items())


def _read(subject: Subject) -> Markup:
    target = subject.target
    nodes = target.graph.nodes.values()
    unread = sum(not node.is_read for node in nodes)
    where = {"hub": "the Hub", "snapshot": "offline data"}.get(target.source, target.source)
    revision = f", revision {shortened(target.revision)}" if target.revision else ""
    asked = f", asked for as {shown(target.target)}" if target.target != target.model else ""
    page = page_of(target.model) if target.source != "local" else None
    count = (
        f"{len(nodes) - unread} of {len(nodes)} models, from {shown(where, 60)}{revision}{asked}"
    )
    further = [tag("a", "what is not known", href=f"#t{subject.number}-unknown")]
    further += [link(page, "its page")] if page else []
    return join(count, (tag("span", " · ", one, class_="screen") for one in further))
