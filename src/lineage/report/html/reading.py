"""What was read of each model, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.sentences import reading_sentences

_OPEN = 5
"""Entries that stand unfolded, and on paper."""


def reading(subject: Subject) -> Markup:
    """First what could not be established, then what was read."""
    unknown = list(_unknown(subject))
    read = [tag("li", shown(sentence, 900)) for sentence in reading_sentences(subject.target)]
    return join(
        _list(unknown)
        if unknown
        else tag("p", "Every model that is named was read, and who made each origin is known."),
        tag("details", tag("summary", "What was read"), tag("ul", read), class_="more"),
    )


def _list(items: list[Markup]) -> Markup:
    first, rest = items[:_OPEN], items[_OPEN:]
    return join(
        tag("ul", first),
        tag(
            "details",
            tag("summary", f"{len(rest)} more"),
            tag("ul", rest),
            class_="more",
        )
        if rest
        else None,
        tag("p", f"and {len(rest)} more in the HTML report.", class_="paper") if rest else None,
    )


def _unknown(subject: Subject) -> Iterator[Markup]:
    """Everything that was looked for and could not be established; no model twice."""
    target = subject.target
    graph = target.graph
    for sentence in graph.bounds_hit:
        yield tag("li", "The walk was cut short: ", shown(sentence, 400))
    unread = graph.unresolved()
    for node in unread:
        why = shown(node.reason or "no reason given", 400)
        yield tag("li", tag("b", shown(node.id)), f" could not be read ({node.status}): {why}")
    for claim in graph.unlinked:
        place = ", ".join(shown(part, 120) for part in (claim.file, claim.location) if part)
        yield tag(
            "li",
            tag("b", shown(claim.child)),
            " names as a base what is not a model on the Hub: ",
            tag("code", shown(claim.value, 200)),
            f" ({place}; {shown(claim.problem or 'unclear', 60)})",
        )
    known = {node.id for node in unread}
    for model in target.origin.unknown:
        if model not in known:
            yield tag("li", tag("b", shown(model)), ": who made it, or where, is not known")
    for node in graph.nodes.values():
        for seen in node.observations:
            if str(seen.kind) in ("unreadable", "truncated", "duplicate-key"):
                yield tag(
                    "li",
                    tag("b", shown(node.id)),
                    f": {seen.kind} in {shown(seen.file, 120)}: {shown(seen.text, 300)}",
                )
