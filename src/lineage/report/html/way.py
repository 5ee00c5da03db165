"""The way to the verdict, drawn small: one lane for each line of descent that counts, from its
foundation to the audited model. Text that wraps, so that it fits a phone and a sheet of paper."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from lineage.policy.paths import edges_along
from lineage.report.html.bundles import DONE
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.html.subject import Subject
from lineage.report.sentences.people import short_name

_LANES = 3
_HEAD, _TAIL = 2, 3
"""Models of a long lane that are named at either end."""

Path = tuple[str, ...]


def way(subject: Subject) -> Markup | None:
    """The lanes that decide, then that of the weights; None where nothing is underneath."""
    lanes = _lanes(subject)
    if not lanes:
        return None
    rest = len(lanes) - _LANES
    more = tag("p", f"and {rest} more in the graph below", class_="fine") if rest > 0 else None
    return tag(
        "figure",
        (_lane(subject, lane) for lane in lanes[:_LANES]),
        more,
        class_="way",
        aria_label=subject.called("What the verdict rests on"),
    )


def _lanes(subject: Subject) -> list[Path]:
    """Ways of more than one model, none the beginning of another; those of the weights first, and
    of these the ones that decide."""
    origin = subject.target.origin
    every = [
        *subject.paths,
        *(one.path for one in (*origin.foundations, *origin.teachers) if not one.component),
    ]
    whole = [path for path in dict.fromkeys(every) if len(path) > 1 and _is_drawn(subject, path)]
    longest = [
        path
        for path in whole
        if not any(path != other and path == other[: len(path)] for other in whole)
    ]
    return sorted(
        longest, key=lambda path: (_kind(subject, path) != "Weights", not _lit(subject, path))
    )


def _is_drawn(subject: Subject, path: Path) -> bool:
    return all(model in subject.target.graph.nodes for model in path)


def _lit(subject: Subject, path: Path) -> bool:
    return any(step in subject.lit_steps for step in itertools.pairwise(path))


def _kind(subject: Subject, path: Path) -> str:
    edges = edges_along(subject.target.graph, path)
    if any(not edge.carries_weights for edge in edges):
        return "Teacher"
    return "Part" if any(edge.component for edge in edges) else "Weights"


def _lane(subject: Subject, path: Path) -> Markup:
    """From the foundation to the audited model, as the eye reads."""
    return tag(
        "div",
        tag("p", _kind(subject, path), class_="lane-name"),
        tag("ol", _stops(subject, path[::-1]), class_="lane"),
    )


def _stops(subject: Subject, path: Sequence[str]) -> Iterator[Markup]:
    left_out = len(path) - _HEAD - _TAIL
    for i, model in enumerate(path):
        if left_out > 1 and _HEAD <= i < len(path) - _TAIL:
            if i == _HEAD:
                yield tag("li", tag("span", f"… {left_out} more models …", class_="stop fine"))
            continue
        yield tag("li", _step(subject, path[i - 1], model) if i else None, _stop(subject, model))


def _step(subject: Subject, parent: str, child: str) -> Markup:
    graph = subject.target.graph
    done = next((DONE[e.relation] for e in graph.parents(child) if e.parent == parent), "")
    lit = " lit" if (child, parent) in subject.lit_steps else ""
    arrow = tag("span", "→", aria_hidden="true", class_="arrow")
    return tag("span", done, " ", arrow, class_=f"done{lit}")


def _stop(subject: Subject, model: str) -> Markup:
    node, who = subject.target.graph.nodes[model], subject.target.attributions[model]
    kinds = ["stop"]
    kinds += ["named"] if subject.is_named(who) else []
    kinds += ["lit"] if model in subject.lit else []
    kinds += ["target"] if model == subject.target.model else []
    kinds += ["unread"] if not node.status.is_known else []
    role = subject.role(node)
    return tag(
        "a",
        tag("b", shown(short_name(model, who), 100)),
        tag("span", subject.maker(who), f" · {role}" if role else "", class_="block"),
        class_=" ".join(kinds),
        href=f"#{subject.anchor(model)}",
    )


def path_words(subject: Subject, path: Path) -> Markup:
    """A path as one line of links, the audited model first."""
    steps = [
        tag("a", shown(model, 70), href=f"#{subject.anchor(model)}")
        if model in subject.target.graph.nodes
        else join(shown(model, 70))
        for model in path[:40]
    ]
    between = join(" ", tag("span", "←", role="img", aria_label="made from"), " ")
    return join(
        *(part for i, one in enumerate(steps) for part in ((between, one) if i else (one,)))
    )
