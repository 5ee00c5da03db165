"""The lineage graph as an indented tree: the audited model on top, what it is built on below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass
from lineage.evidence.evidence import State
from lineage.graph.edge import Edge
from lineage.report.cells import cells, from_left, padded, wrapped
from lineage.report.document import TargetReport
from lineage.report.printable import printable
from lineage.report.sentences.findings import deciding
from lineage.report.sentences.people import developer
from lineage.report.sentences.tested import short_found

MARK = "▸ "
"""Before every line that is part of a path which decides."""
_LEAST = 16
_NAME = 24
"""Cells that a name needs at least beside its developer."""
_RELATIONS = {
    Relation.FINETUNE: "fine-tuned from",
    Relation.ADAPTER: "adapter of",
    Relation.QUANTIZED: "quantized from",
    Relation.MERGE: "merged from",
    Relation.DISTILLED: "taught by",
    Relation.CONVERSION: "converted from",
    Relation.SAME_WEIGHTS: "same weights as",
    Relation.UNKNOWN: "made from",
}


@dataclass(frozen=True)
class _Row:
    """One line of the drawing before it is laid out."""

    branch: str
    """Forks and bars."""
    relation: str
    model: str
    who: str
    notes: tuple[str, ...]
    decides: bool
    edge: Edge | None


def lines(target: TargetReport, width: int = 100, limit: int | None = None) -> list[str]:
    """Every model and edge, depth first, each with its relation and grade; a model drawn before is
    only named again. At most `limit` models."""
    rows = list(_rows(target, _grade_words, lambda edge: True))
    shown = rows if limit is None else rows[:limit]
    drawn = _laid_out(shown, width)
    if rest := len(rows) - len(shown):
        text = f"… {rest} more; lineage tree {printable(target.model, 120)} shows all"
        drawn += wrapped(text, width)
    return drawn


def brief(target: TargetReport, width: int, most: int) -> list[str]:
    """At most `most` models in words, those on a path that decides before the others; the rest is
    counted."""
    steps = _deciding_steps(target)
    ways = _chosen(target, steps, most - 1)
    rows = list(_rows(target, _words, lambda edge: edge in ways))
    drawn = _laid_out(rows, width, marked=True)
    models = {row.model for row in rows}
    if hidden := set(target.graph.nodes) - models:
        on_path = len({model for step in steps for model in step} & hidden)
        also = f", {on_path} of them on a path that decides" if on_path else ""
        drawn += wrapped(f"… {len(hidden)} more models{also} (-v)", width, "  ")
    return drawn


def _deciding_steps(target: TargetReport) -> set[tuple[str, str]]:
    """The steps of the paths of the findings that made the verdict."""
    paths = (one.path for line in deciding(target) for one in line.findings)
    return {step for path in paths for step in pairwise(path)}


def _chosen(target: TargetReport, steps: set[tuple[str, str]], most: int) -> set[Edge]:
    """Edges to draw, each connected to the audited model: the deciding ones first, then the
    nearest."""
    graph, kept, reached = target.graph, set[Edge](), {target.graph.target}
    for first in (True, False):
        todo = sorted(reached, key=lambda model: (graph.nodes[model].depth, model))
        seen = set(todo)
        while todo:
            model = todo.pop(0)
            for edge in _parents(target, model):
                is_wanted = not first or (edge.child, edge.parent) in steps
                if is_wanted and len(kept) < most:
                    kept.add(edge)
                if edge in kept and edge.parent not in seen:
                    seen.add(edge.parent)
                    todo.append(edge.parent)
        reached = seen
    return kept


def _rows(
    target: TargetReport, words: Callable[[Edge], str], wanted: Callable[[Edge], bool]
) -> Iterator[_Row]:
    """Written with a stack of its own: real chains are 75 deep, and a hostile one may be deeper."""
    graph, steps = target.graph, _deciding_steps(target)
    alone = any(len(one.path) < 2 for line in deciding(target) for one in line.findings)
    yield _row(target, "", "", graph.target, bool(steps) or alone, None)
    seen = {graph.target}

    def below(model: str, bars: str) -> list[tuple[Edge, str, bool]]:
        found = [edge for edge in _parents(target, model) if wanted(edge)]
        return [(edge, bars, i == 0) for i, edge in enumerate(reversed(found))]

    stack = below(graph.target, "")
    while stack:
        edge, bars, is_last = stack.pop()
        again = edge.parent in seen
        row = _row(
            target,
            f"{bars}{'└─ ' if is_last else '├─ '}",
            words(edge),
            edge.parent,
            (edge.child, edge.parent) in steps,
            edge,
        )
        if again and graph.parents(edge.parent):
            row = replace(row, notes=("drawn above",))
        yield row
        if not again:
            seen.add(edge.parent)
            stack.extend(below(edge.parent, f"{bars}{'   ' if is_last else '│  '}"))


def _row(
    target: TargetReport,
    branch: str,
    relation: str,
    model: str,
    decides: bool,
    edge: Edge | None,
) -> _Row:
    who = target.attributions[model]
    notes = (
        "foundation" if who.is_foundation else "",
        _found(target, model),
        "" if target.graph.nodes[model].is_read else "not read",
        "files withheld" if str(target.graph.nodes[model].status) in ("gated", "disabled") else "",
    )
    return _Row(branch, relation, model, developer(who), tuple(filter(None, notes)), decides, edge)


def _found(target: TargetReport, model: str) -> str:
    """What tests of this very model found, where it counts against it."""
    own = target.exposure.own
    tested = {hit.path[-1] for hit in target.exposure.hits if hit.result.id in own.adverse}
    standings = [one.standing for one in target.exposure.ancestors if one.model == model]
    standings += [own] if model in tested else []
    words = {State.CENSORS: "censors", State.PARTLY: "below others in one test"}
    adverse = [one for one in standings if one.state in words]
    return short_found(words[adverse[0].state], adverse[0]) if adverse else ""


def _parents(target: TargetReport, model: str) -> list[Edge]:
    return sorted(
        target.graph.parents(model),
        key=lambda e: (not e.carries_weights, e.component is not None, *e.sort_key),
    )


def _grade_words(edge: Edge) -> str:
    component = f" {printable(edge.component, 30)}" if edge.component else ""
    return f"[{edge.relation}{component}, {edge.grade}]"


def _words(edge: Edge) -> str:
    """In words; a mere lead says that it is one."""
    part = f"its {printable(edge.component, 30).replace('_', ' ')} " if edge.component else ""
    lead = "perhaps " if edge.grade is Grade.INFERRED else ""
    return f"{part}{lead}{_RELATIONS[edge.relation]}"


def _laid_out(rows: list[_Row], width: int, *, marked: bool = False) -> list[str]:
    """In columns where the names, developers and notes fit beside each other; else what is known of
    a model under its name."""
    heads = [_head(row, marked, width) for row in rows]
    names = [printable(row.model, 200) for row in rows]
    notes = [" · ".join(row.notes) for row in rows]
    who = max((cells(row.who) for row in rows), default=0)
    right = who + 4 + max(map(cells, notes), default=0)
    short = _fitting(heads, names, width - right)
    left = max((cells(h) + cells(n) for h, n in zip(heads, short, strict=True)), default=0)
    if left + right <= width and min(width - right - cells(head) for head in heads) >= _NAME:
        return [
            f"{padded(head + name, left)}  {padded(row.who, who)}  {note}".rstrip()
            for head, name, row, note in zip(heads, short, rows, notes, strict=True)
        ]
    branches = [_branch(row, marked, width) for row in rows]
    drawn = []
    for branch, name, row, note in zip(
        branches, _fitting(branches, names, width), rows, notes, strict=True
    ):
        under = " " * cells(branch)
        drawn += wrapped(f"{row.relation} {name}", width, branch, under)
        drawn += wrapped(" · ".join(filter(None, (row.who, note))), width, under)
    return drawn


def _head(row: _Row, marked: bool, width: int) -> str:
    return f"{_branch(row, marked, width)}{row.relation}{'  ' if row.relation else ''}"


def _branch(row: _Row, marked: bool, width: int) -> str:
    """Mark and forks; forks that would take half of the width become a number."""
    mark = (MARK if row.decides else " " * len(MARK)) if marked else ""
    deep = len(row.branch) > width // 2
    return mark + (f"…{len(row.branch) // 3} {row.branch[-3:]}" if deep else row.branch)


def _fitting(heads: Iterable[str], names: list[str], width: int) -> list[str]:
    """The names, each shortened to what its line has room for."""
    return [
        from_left(names, max(width - cells(head), _LEAST))[name]
        for head, name in zip(heads, names, strict=True)
    ]
