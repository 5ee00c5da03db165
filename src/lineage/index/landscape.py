"""What an index shows about a whole hub: which models its models are built on, since
when, how they came about, and what tests found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.evidence.attribution import attribute
from lineage.evidence.evidence import Attribution, TestResult
from lineage.evidence.reach import is_base
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.graph.graph import LineageGraph, Node
from lineage.index.attribute import attribute_all
from lineage.index.columns import load_columns
from lineage.index.counts import HubCounts, LabelCount, Share, Timeline
from lineage.index.exposures import Exposures
from lineage.index.layout import open_index, read_info

AXES = ("developer", "family", "jurisdiction")
METHOD = (
    "A model is one that the index holds; names that are only mentioned, and repos that were gone, "
    "are not counted.",
    "Its roots are the models without a known base that its weights lead to, over every relation "
    "but distillation; encoders and other "
    "components do not count.",
    "A root counts for a developer, family or jurisdiction where the curated registry, with "
    "citations, says so of its very repo or "
    "namespace; else it is not known. A jurisdiction is where the developer has its headquarters.",
    "A model with roots of several developers counts under each of them, so shares may add up to "
    "more than the whole; `only` counts "
    "those that are built on nobody else.",
    "Downloads are the hub's count of the last 30 days before the index was made; models without a "
    "count add nothing.",
    "Periods go by the day on which a repo was made; models that are gone by now are missing in "
    "the early ones.",
    "The effective number of developers is 1 divided by the sum of squared shares, over models "
    "whose every root is known, each model "
    "split evenly over its developers: 1 means that all are built on one.",
    "Exposure states are those that an audit of each model gives, from published tests only: "
    "untested means that no result is known.",
)


@dataclass(frozen=True)
class Landscape:
    """The whole picture."""

    source: str
    as_of: str
    models: int
    derived: int
    """Models with a base."""
    unseen: int
    """Of the models: known by name only, so that their having no base says nothing."""
    downloads: int
    counted: int
    """Models with a count of downloads."""
    shares: dict[str, tuple[Share, ...]]
    """By axis, largest first; what is not known comes last."""
    timelines: dict[str, Timeline]
    relations: tuple[LabelCount, ...]
    exposures: tuple[LabelCount, ...]
    effective: dict[str, float]
    """Effective number of labels, by axis."""
    method: tuple[str, ...] = METHOD


def survey(path: Path, registry: Registry, results: Results, *, most: int = 8) -> Landscape:
    """Look at every model of the index once. `most` labels get a line of their own in time."""
    with closing(open_index(path)) as database:
        info = read_info(database)
        exposures = exposures_of(tested_models(database, results, registry), results)
        found = attribute_all(load_columns(path), exposures, cited_models(database, registry))
        tables = HubCounts(found.database)
        known = _root_attributions(database, tables.roots(), registry)
    totals: dict[str, Any] = tables.totals()
    by_axis = {axis: tables.label(axis, _labels(known, axis)) for axis in AXES}
    shares = {axis: labels.shares() for axis, labels in by_axis.items()}
    named = {axis: [s for s in found if s.id][:most] for axis, found in shares.items()}
    source = {
        "hub": info.origin,
        "parquet": "Parquet files of a hub's statistics",
        "snapshot": "the lineage snapshot",
    }.get(info.source, "")
    return Landscape(
        source=source,
        as_of=info.built_on,
        **totals,
        shares=shares,
        timelines={axis: labels.timeline(named[axis]) for axis, labels in by_axis.items()},
        relations=tables.relations(),
        exposures=tables.exposures(),
        effective={axis: labels.effective() for axis, labels in by_axis.items()},
    )


def exposures_of(tested: dict[int, list[TestResult]], results: Results) -> Exposures:
    """The results about each model, appraised."""
    bases = {
        number
        for number, found in tested.items()
        if any(one.model and is_base(one.model) for one in found)
    }
    return Exposures(
        {number: [results.appraise(one) for one in found] for number, found in tested.items()},
        bases,
    )


def tested_models(
    database: sqlite3.Connection, results: Results, registry: Registry
) -> dict[int, list[TestResult]]:
    """The published results by the number of the model that they are about, under
    any name that the registry or the index knows."""
    found: dict[int, list[TestResult]] = {}
    for model in results.models():
        names = (model, registry.canonical(model), *registry.former_names(model))
        for number in _numbers(database, names):
            of_model = found.setdefault(number, [])
            of_model += [one for one in results.for_model(model) if one not in of_model]
    return found


def cited_models(database: sqlite3.Connection, registry: Registry) -> set[int]:
    """Models whose origin the registry's cited sources tell."""
    roots = (root for family in registry.families() for root in family.roots)
    cited = [root for root in roots if (e := registry.root_evidence(root)) and e.shows_origin]
    cited += registry.stated_by_makers()
    names = (name for repo in cited for name in (repo, registry.canonical(repo)))
    return set(_numbers(database, names))


def _numbers(database: sqlite3.Connection, names: Iterable[str]) -> list[int]:
    """The models that the index knows under one of these names, aliases included."""
    wanted = sorted({name.casefold() for name in names})
    found: list[int] = []
    for at in range(0, len(wanted), 10_000):
        rows = database.execute(
            "SELECT coalesce(m.id, a.model, n.id) FROM name n LEFT JOIN model m ON m.id = n.id "
            "LEFT JOIN alias a ON a.name = n.id "
            "WHERE n.key IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted[at : at + 10_000]),),
        )
        found += [number for (number,) in rows]
    return found


def _root_attributions(
    database: sqlite3.Connection, roots: Iterable[int], registry: Registry
) -> dict[int, Attribution]:
    """Who developed each root, where the registry knows.

    A namespace that it does not know costs one look.
    """
    names = {}
    chunk = list(roots)
    for at in range(0, len(chunk), 50_000):
        query = "SELECT id, text FROM name WHERE id IN (SELECT value FROM json_each(?))"
        for number, text in database.execute(query, (json.dumps(chunk[at : at + 50_000]),)):
            namespace = ModelRef(registry.canonical(text)).namespace
            if registry.developer_of_namespace(namespace) or registry.is_listed(text):
                names[text] = number
    nodes = {text: Node(text, Status.RESOLVED, 0) for text in sorted(names)}
    if not nodes:
        return {}
    graph = LineageGraph(next(iter(nodes)), nodes, ())
    return {names[text]: one for text, one in attribute(graph, registry).items() if one.developer}


def _labels(known: dict[int, Attribution], axis: str) -> dict[int, tuple[str, str]]:
    """Id and name of the label of each root that has one."""
    found: dict[int, tuple[str, str]] = {}
    for root, one in known.items():
        if axis == "developer" and one.developer:
            found[root] = (one.developer.id, one.developer.name)
        elif axis == "jurisdiction" and one.jurisdiction:
            found[root] = (one.jurisdiction, one.jurisdiction)
        elif axis == "family" and one.family and one.family_name:
            found[root] = (one.family, one.family_name)
    return found
