"""What is built on a model, as text, tree, JSON, CSV, DOT and Mermaid."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lineage.core.value import dataclass
from lineage.graph.descendants import Below, Descendant, Descent
from lineage.report.csv import table
from lineage.report.dot import quoted
from lineage.report.mermaid import label
from lineage.report.printable import printable

SCHEMA = "lineage-descendants/1"


@dataclass(frozen=True)
class DescentView:
    """What of a descent is shown."""

    shown: tuple[Descendant, ...]
    mine: tuple[str, ...] = ()
    """The publishers that were asked for; empty for all."""
    limit: int | None = 50
    """Rows of text; None is all."""


def text(descent: Descent, view: DescentView) -> str:
    """Sums first, then the models, each with its way up where only some publishers' were asked
    for."""
    lines = [f"{printable(descent.target, 200)}: {_count(len(descent.descendants))} known below it"]
    if view.mine:
        lines.append(
            f"{len(view.shown):,} of them hosted by "
            f"{', '.join(printable(name, 100) for name in view.mine)}"
        )
    lines += [*_sums(view.shown), ""]
    shown = view.shown if view.limit is None else view.shown[: view.limit]
    for one in shown:
        facts = [f"depth {one.depth}", str(one.relation)]
        facts += [f"{one.downloads:,} downloads"] if one.downloads is not None else []
        facts += [one.created] if one.created else []
        lines.append(f"  {printable(one.model, 200)} · {' · '.join(facts)}")
        if view.mine:
            lines.append(f"    {_way(descent, one)}")
    if len(view.shown) > len(shown):
        lines.append(f"  … {len(view.shown) - len(shown):,} more; --limit 0 or -f csv shows all")
    return "\n".join([*lines, *([""] if shown else []), *_notes(descent)]) + "\n"


def _count(number: int) -> str:
    return f"{number:,} model{'' if number == 1 else 's'}"


def _sums(shown: Sequence[Descendant]) -> Iterator[str]:
    if not shown:
        return
    relations = Counter(str(one.relation) for one in shown)
    yield "  by relation   " + ", ".join(f"{word} {n:,}" for word, n in relations.most_common())
    depths = Counter(one.depth for one in shown)
    yield (
        "  by depth      "
        + ", ".join(f"{depth}: {n:,}" for depth, n in sorted(depths.items())[:12])
        + (" …" if len(depths) > 12 else "")
    )
    publishers = sorted(
        Counter(one.publisher for one in shown).items(), key=lambda pair: (-pair[1], pair[0])
    )
    named = [f"{printable(name, 60) or '(none)'} {n:,}" for name, n in publishers[:5]]
    more = f" and {len(publishers) - 5:,} more" if len(publishers) > 5 else ""
    yield f"  by publisher  {', '.join(named)}{more}"
    if known := [one.downloads for one in shown if one.downloads is not None]:
        yield f"  downloads     {sum(known):,} in 30 days, of {len(known):,} models that tell them"


def _way(descent: Descent, one: Descendant) -> str:
    """`ours/product <- merge <- mixer/merge <- finetune <- acme/base`."""
    steps = [f"{printable(step.model, 120)} <- {step.relation}" for step in descent.path(one.model)]
    return " <- ".join([*steps, printable(descent.target, 120)])


def _notes(descent: Descent) -> list[str]:
    calls = f" {descent.calls} calls." if descent.calls else ""
    return [
        f"{printable(descent.note)}{calls}",
        *(f"Not complete: {printable(sentence)}" for sentence in descent.bounds_hit),
    ]


def as_tree(descent: Descent, view: DescentView) -> str:
    """An indented tree: each model once, below the next one on its shortest way up; siblings by
    downloads."""
    steps = {step.model: step for one in view.shown for step in descent.path(one.model)}
    children: dict[str, list[Descendant]] = {}
    for one in sorted(steps.values(), key=lambda step: (-(step.downloads or 0), step.model)):
        children.setdefault(one.parent, []).append(one)
    lines = [printable(descent.target, 200)]
    # A stack of its own: real chains are 75 deep.
    stack = [
        (one, "", number == 0)
        for number, one in enumerate(reversed(children.get(descent.target, ())))
    ]
    while stack:
        one, indent, is_last = stack.pop()
        lines.append(
            f"{indent}{'└─ ' if is_last else '├─ '}[{one.relation}] {printable(one.model, 200)}"
        )
        below = indent + ("   " if is_last else "│  ")
        stack.extend(
            (child, below, number == 0)
            for number, child in enumerate(reversed(children.get(one.model, ())))
        )
    return "\n".join([*lines, "", *_notes(descent)]) + "\n"


def to_dict(descent: Descent, view: DescentView) -> dict[str, Any]:
    """One document; every model with its shortest way up."""
    return {
        "schema": SCHEMA,
        "target": descent.target,
        "source": descent.source,
        "note": descent.note,
        "complete": descent.is_complete,
        "bounds_hit": list(descent.bounds_hit),
        "calls": descent.calls,
        "mine": list(view.mine),
        "known_below": len(descent.descendants),
        "descendants": [
            {
                "model": one.model,
                "depth": one.depth,
                "relation": str(one.relation),
                "grade": str(one.grade),
                "publisher": one.publisher,
                "downloads": one.downloads,
                "created": one.created or None,
                "path": [*(step.model for step in descent.path(one.model)), descent.target],
            }
            for one in view.shown
        ],
        "edges": [
            {
                "child": e.child,
                "parent": e.parent,
                "relation": str(e.relation),
                "grade": str(e.grade),
                "component": e.component,
            }
            for e in _edges(descent, view)
        ],
    }


def as_json(descent: Descent, view: DescentView) -> str:
    """The document as text."""
    return json.dumps(to_dict(descent, view), indent=2, ensure_ascii=False) + "\n"


def as_csv(descent: Descent, view: DescentView) -> str:
    """One row for each model."""
    header = (
        "model",
        "depth",
        "relation",
        "grade",
        "parent",
        "publisher",
        "downloads",
        "created",
        "path",
    )
    rows = (
        (
            one.model,
            str(one.depth),
            str(one.relation),
            str(one.grade),
            one.parent,
            one.publisher,
            "" if one.downloads is None else str(one.downloads),
            one.created,
            " <- ".join([*(step.model for step in descent.path(one.model)), descent.target]),
        )
        for one in view.shown
    )
    return table(header, rows)


def as_dot(descent: Descent, view: DescentView) -> str:
    """A digraph with the target on top."""
    edges = _edges(descent, view)
    short = _numbered(descent, edges)
    lines = ["digraph descendants {", "  rankdir=TB;", '  node [shape=box, fontname="sans-serif"];']
    lines += [
        f"  {short[m]} [label={quoted(m)}{', penwidth=3' if m == descent.target else ''}];"
        for m in short
    ]
    lines += [
        f"  {short[e.parent]} -> {short[e.child]} [label={quoted(str(e.relation))}];" for e in edges
    ]
    return "\n".join([*lines, "}"]) + "\n"


def as_mermaid(descent: Descent, view: DescentView) -> str:
    """A flowchart with the target on top."""
    edges = _edges(descent, view)
    short = _numbered(descent, edges)
    lines = ["flowchart TB", *(f'    {short[m]}["{label(m)}"]' for m in short)]
    lines += [
        f'    {short[e.parent]} -->|"{label(str(e.relation))}"| {short[e.child]}' for e in edges
    ]
    lines += ["    classDef target stroke-width:3px", f"    class {short[descent.target]} target"]
    return "\n".join(lines) + "\n"


def _edges(descent: Descent, view: DescentView) -> tuple[Below, ...]:
    return descent.edges_to(view.shown) if view.mine else descent.edges


def _numbered(descent: Descent, edges: Sequence[Below]) -> dict[str, str]:
    models = dict.fromkeys(
        [descent.target, *(name for edge in edges for name in (edge.parent, edge.child))]
    )
    return {model: f"m{number}" for number, model in enumerate(models, 1)}


FORMATS: dict[str, Callable[[Descent, DescentView], str]] = {
    "text": text,
    "tree": as_tree,
    "json": as_json,
    "csv": as_csv,
    "dot": as_dot,
    "mermaid": as_mermaid,
}
