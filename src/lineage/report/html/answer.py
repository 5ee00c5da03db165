"""The first screen: the verdict, one plain sentence, the four answers, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lineage.core.ref import shortened
from lineage.evidence.evidence import Foundation
from lineage.evidence.tested import language
from lineage.policy.finding import Finding, Level, Verdict
from lineage.report.document import TargetReport
from lineage.report.html.markup import Markup, join, link, shown, tag
from lineage.report.purl import page_of
from lineage.report.sentences import (
    IN_LANGUAGE,
    STANDINGS,
    closing,
    developer,
    inconclusive_sentences,
    language_rank,
    origin_sentence,
    standing_words,
)

_MOST = 4
SIGNS = {Verdict.PASS: "✓", Verdict.REVIEW: "!", Verdict.FAIL: "✕", Verdict.INCONCLUSIVE: "?"}
MEANINGS = {
    Verdict.PASS: "Nothing that the policy asks about was found.",
    Verdict.REVIEW: "Nothing failed; a person should look at what was found.",
    Verdict.FAIL: "The policy does not accept what was found.",
    Verdict.INCONCLUSIVE: "Something that the policy needs to know could not be established.",
}


def badge(verdict: Verdict) -> Markup:
    """The verdict as sign, word and colour."""
    return tag(
        "span",
        tag("span", SIGNS[verdict], class_="sign", aria_hidden="true"),
        str(verdict),
        class_=f"verdict v-{verdict}",
    )


def answer(target: TargetReport, anchor: Callable[[str], str], level: int) -> Markup:
    """Verdict, sentence and the four answers that are never summed into one score."""
    revision = f"revision {shortened(target.revision)}" if target.revision else "revision not known"
    asked = f" · asked for as {shown(target.target)}" if target.target != target.model else ""
    page = page_of(target.model) if target.source != "local" else None
    return tag(
        "div",
        tag(
            "p",
            badge(target.verdict),
            tag("span", MEANINGS[target.verdict], " ", _why(target), class_="meaning"),
            class_="verdict-line",
        ),
        tag(f"h{level}", shown(target.model)),
        tag(
            "p",
            revision,
            asked,
            f" · read from {shown(target.source)}",
            *([" · ", link(page, "page on the Hub")] if page else []),
            class_="fine",
        ),
        tag("p", shown(origin_sentence(target), 1500), " ", _tested(target), class_="lead"),
        tag("p", shown(target.notice, 600), class_="notice") if target.notice else None,
        tag("p", shown(inconclusive_sentences(target), 4000), class_="missing")
        if target.verdict is Verdict.INCONCLUSIVE
        else None,
        _four(target, anchor, level + 1),
        class_="answer",
    )


def _why(target: TargetReport) -> Markup:
    """The rules behind the verdict."""
    level = {Verdict.FAIL: Level.FAIL, Verdict.REVIEW: Level.REVIEW}.get(target.verdict)
    active = [f for f in target.findings if f.waived is None]
    unsure = target.verdict is Verdict.INCONCLUSIVE
    rules = dict.fromkeys(
        f.rule for f in active if (f.decides_unknown if unsure else f.level is level)
    )
    named = [
        part
        for i, rule in enumerate(rules)
        for part in ((", ", tag("code", shown(rule, 60))) if i else (tag("code", shown(rule, 60)),))
    ]
    return join("By ", named, ".") if rules else join()


def _tested(target: TargetReport) -> str:
    """The worst state with its languages; figures and citations stand in the table of tests."""
    own = target.exposure.own
    where = [
        language(code)
        for code in sorted(own.by_language, key=language_rank)
        if own.by_language[code] is own.state
    ]
    words = standing_words(target.exposure)
    if not where or not own.state.is_measured:
        return shown(f"{words[:1].upper()}{words[1:]}.", 600)
    return shown(f"{words[:1].upper()}{words[1:]} (in {', '.join(where)}).", 600)


def _four(target: TargetReport, anchor: Callable[[str], str], level: int) -> Markup:
    node = target.graph.nodes[target.model]
    whole = [f for f in target.origin.foundations if f.component is None]
    parts = [f for f in target.origin.foundations if f.component is not None]
    trained = [("Trained on the way", f) for f in target.origin.trained_by] + [
        ("Teacher", f) for f in target.origin.teachers
    ]
    own = target.exposure.own
    states = sorted(own.by_language.items(), key=lambda item: language_rank(item[0]))
    removal = (
        tag("li", "Says that refusals were removed; a claim, not a result.")
        if target.exposure.removal_claimed
        else None
    )
    weights = [
        *(_made(f, anchor, "") for f in whole),
        *(_made(f, anchor, f.component or "") for f in parts),
    ]
    others = [_made(f, anchor, kind) for kind, f in trained] or [tag("li", "Nobody else is known.")]
    publisher = [
        tag("li", shown(node.publisher or "no namespace")),
        tag("li", "A publisher is not a developer.", class_="fine"),
    ]
    found = [
        tag("li", tag("b", f"{language(code)}: "), IN_LANGUAGE[state]) for code, state in states
    ]
    found = found or [tag("li", STANDINGS[own.state])]
    found += [
        tag(
            "li",
            tag("b", f"{shown(one.model, 120)} ({one.applicability}): "),
            STANDINGS[one.standing.state],
        )
        for one in target.exposure.ancestors[:3]
    ]
    return tag(
        "div",
        _card(level, "Whose weights", weights),
        _card(level, "Trained or taught by others", others),
        _card(level, "Published by", publisher),
        _card(level, "What tests found", [*found, removal]),
        class_="four",
    )


def _card(level: int, title: str, items: Sequence[Markup | None]) -> Markup:
    unique = list(dict.fromkeys(item for item in items if item))
    more = len(unique) - _MOST
    rest = tag("li", f"and {more} more, below", class_="fine") if more > 0 else None
    return tag("div", tag(f"h{level}", title), tag("ul", unique[:_MOST], rest), class_="card")


def _made(one: Foundation, anchor: Callable[[str], str], kind: str) -> Markup:
    return tag(
        "li",
        tag("b", f"{kind}: ") if kind else None,
        tag("a", shown(one.model, 70), href=f"#{anchor(one.model)}"),
        tag("span", developer(one.attribution), class_="fine block"),
    )


def findings(target: TargetReport, anchor: Callable[[str], str]) -> Markup:
    """What the rules say, active ones first; a waived finding stays, marked."""
    if not target.findings:
        return tag("p", "No rule of the policy found anything.")
    ordered = sorted(target.findings, key=lambda f: (f.waived is not None, f.level.rank))
    return tag("ul", (_finding(target, one, anchor) for one in ordered), class_="findings")


def _finding(target: TargetReport, one: Finding, anchor: Callable[[str], str]) -> Markup:
    waived = (
        tag(
            "p",
            tag("b", f"Waived until {shown(one.waived.until)}"),
            f" by {shown(one.waived.owner)}: {shown(one.waived.reason, 600)}",
        )
        if one.waived
        else None
    )
    path = [_step(target, id_, anchor) for id_ in one.path[:40]]
    evidence = [tag("li", link(item)) for item in one.evidence]
    closes = closing(target, one)
    return tag(
        "li",
        tag(
            "p",
            tag("span", str(one.level), class_=f"level l-{one.level}"),
            " ",
            tag("code", shown(one.rule)),
            class_="rule",
        ),
        tag("p", shown(one.message, 2000)),
        tag("p", tag("b", "To close it: "), shown(closes, 300)) if closes and not waived else None,
        waived,
        tag("p", tag("span", "Path: ", class_="fine"), _arrows(path), class_="path")
        if len(path) > 1
        else None,
        tag("details", tag("summary", f"Evidence ({len(evidence)})"), tag("ul", evidence))
        if evidence
        else None,
        tag("p", link(one.help_url, "What this rule means"), class_="fine")
        if one.help_url
        else None,
        class_="waived" if one.waived else None,
    )


def _step(target: TargetReport, id_: str, anchor: Callable[[str], str]) -> Markup:
    return (
        tag("a", shown(id_, 70), href=f"#{anchor(id_)}")
        if id_ in target.graph.nodes
        else join(shown(id_, 70))
    )


def _arrows(steps: Sequence[Markup]) -> Markup:
    """Each step after the first with an arrow that is read as words."""
    between = join(" ", tag("span", "→", role="img", aria_label="made from"), " ")
    return join(
        *(part for i, step in enumerate(steps) for part in ((between, step) if i else (step,)))
    )
