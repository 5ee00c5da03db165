"""What an index shows about a whole hub: which models its models are built on, since
when, how they came about, and what tests found."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.evidence.attribution import attribute
from lineage.evidence.evidence import Attribution, ExposureState, TestResult
from lineage.evidence.reach import is_base
from lineage.evidence.registry import Registry
from lineage.evidence.results import Results
from lineage.graph.graph import LineageGraph, Node
from lineage.index.attribute import Attributed, attribute_all
from lineage.index.columns import NOBODY, Columns, load_columns, require_numpy
from lineage.index.exposures import Exposures
from lineage.index.layout import open_index, read_info
from lineage.index.stored import RELATIONS, STATUSES, day_of

NOT_KNOWN = "not known"
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
class Share:
    """What is built on one developer, family or jurisdiction."""

    label: str
    models: int
    only: int
    """Those that are built on nothing else."""
    derived: int
    """Those that have a base themselves."""
    downloads: int
    id: str = ""
    """Registry id, or ISO code; empty where it is not known."""


@dataclass(frozen=True)
class LabelCount:
    """Models and their downloads in one class of a partition."""

    label: str
    models: int
    downloads: int


@dataclass(frozen=True)
class Timeline:
    """Models by the period in which they were made."""

    periods: tuple[str, ...]
    totals: tuple[int, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    """For the largest labels: how many of each period's models are built on them."""


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
    columns = load_columns(path)
    with closing(open_index(path)) as database:
        info = read_info(database)
        exposures = exposures_of(tested_models(database, results, registry), results)
        found = attribute_all(columns, exposures, cited_models(database, registry))
        surveyor = _Surveyor(columns, found, exposures)
        known = _root_attributions(database, surveyor.used_roots(), registry)
    shares, timelines, effective = {}, {}, {}
    for axis in AXES:
        labels = surveyor.label(_labels(known, axis))
        shares[axis] = labels.shares()
        timelines[axis] = labels.timeline([s.label for s in shares[axis] if s.id][:most])
        effective[axis] = labels.effective()
    source = {
        "hub": info.origin,
        "parquet": "Parquet files of a hub's statistics",
        "snapshot": "the lineage snapshot",
    }.get(info.source, "")
    return surveyor.landscape(source, info.built_on, shares, timelines, effective)


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
    cited = [root for root in roots if (e := registry.root_evidence(root)) and e.tells_origin]
    cited += registry.told_by_makers()
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


class _Surveyor:
    """The columns that every table needs."""

    def __init__(self, columns: Columns, found: Attributed, exposures: Exposures) -> None:
        self._numpy = numpy = require_numpy()
        self.columns = columns
        self.found = found
        self._exposures = exposures
        known = numpy.array(
            [
                *(status.has_statements for status in STATUSES),
                *[False] * (NOBODY + 1 - len(STATUSES)),
            ]
        )
        self.models = numpy.flatnonzero(known[columns.status])
        self.downloads = numpy.maximum(columns.downloads[self.models], 0).astype(numpy.int64)
        edges = numpy.bincount(columns.child, minlength=columns.size)
        self.has_base = edges[self.models] > 0
        self.roots = found.roots[self.models]

    def used_roots(self) -> list[int]:
        """Every root of any model."""
        numpy, size = self._numpy, self.columns.size
        single = self.roots[self.roots < size]
        sets = numpy.unique(self.roots[self.roots >= size]) - size
        members = [self.found.sets.members_of(number) for number in sets.tolist()]
        return (
            numpy.unique(numpy.concatenate([single, *members])).tolist()
            if len(single) or members
            else []
        )

    def label(self, labels: dict[int, tuple[str, str]]) -> _Labelled:
        """The models under the labels of one axis."""
        return _Labelled(self, labels)

    def landscape(
        self,
        source: str,
        as_of: str,
        shares: dict[str, tuple[Share, ...]],
        timelines: dict[str, Timeline],
        effective: dict[str, float],
    ) -> Landscape:
        return Landscape(
            source=source,
            as_of=as_of,
            models=len(self.models),
            derived=int(self.has_base.sum()),
            unseen=int(self.columns.partial[self.models].sum()),
            downloads=int(self.downloads.sum()),
            counted=int((self.columns.downloads[self.models] >= 0).sum()),
            shares=shares,
            timelines=timelines,
            relations=self._relations(),
            exposures=self._states(),
            effective=effective,
        )

    def _relations(self) -> tuple[LabelCount, ...]:
        """By the relation to the strongest-known base that gave
        weights; models without a base come last."""
        numpy, columns = self._numpy, self.columns
        order = numpy.lexsort((columns.relation, columns.grade, columns.is_part, columns.child))
        first = numpy.full(columns.size, len(RELATIONS), numpy.uint8)
        first[columns.child[order][::-1]] = columns.relation[order][::-1]
        words = [*map(str, RELATIONS), "no base known"]
        counts = [
            LabelCount(word, *self._sum(first[self.models] == number))
            for number, word in enumerate(words)
        ]
        return tuple(sorted((c for c in counts[:-1] if c.models), key=lambda c: -c.models)) + tuple(
            counts[-1:]
        )

    def _states(self) -> tuple[LabelCount, ...]:
        numpy = self._numpy
        words = list(ExposureState)
        by_number = numpy.full(int(self.found.exposure.max(initial=0)) + 1, len(words), numpy.uint8)
        for number in numpy.unique(self.found.exposure[self.models]).tolist():
            state = self._exposures.state(number)
            by_number[number] = len(words) if state is None else words.index(state)
        undecided = numpy.where(
            self.found.incomplete,
            words.index(ExposureState.UNKNOWN),
            words.index(ExposureState.UNTESTED),
        )
        states = by_number[self.found.exposure]
        states = numpy.where(states == len(words), undecided, states)
        counts = [
            LabelCount(str(word), *self._sum(states[self.models] == number))
            for number, word in enumerate(words)
        ]
        return tuple(count for count in counts if count.models)

    def _sum(self, chosen: Any) -> tuple[int, int]:
        return int(chosen.sum()), int(self.downloads[chosen].sum())


class _Labelled:
    """Every model with the set of labels of its roots; few sets are
    distinct, so sums are made over those."""

    def __init__(self, surveyor: _Surveyor, labels: dict[int, tuple[str, str]]) -> None:
        self._numpy = numpy = require_numpy()
        self._of = surveyor
        self._labels = sorted(set(labels.values()))
        place = {label: number for number, label in enumerate(self._labels)}
        unknown = len(self._labels)
        label_of = numpy.full(surveyor.columns.size, unknown, numpy.int64)
        for root, label in labels.items():
            label_of[root] = place[label]
        self._sets: dict[tuple[int, ...], int] = {
            (number,): number for number in range(unknown + 1)
        }
        size = surveyor.columns.size
        roots = surveyor.roots
        self._class = label_of[numpy.minimum(roots, size - 1)] if size else roots
        many = roots >= size
        class_of_set = numpy.zeros(len(surveyor.found.sets), numpy.int64)
        for number in numpy.unique(roots[many] - size).tolist():
            found = tuple(numpy.unique(label_of[surveyor.found.sets.members_of(number)]).tolist())
            class_of_set[number] = self._sets.setdefault(found, len(self._sets))
        self._class[many] = class_of_set[roots[many] - size]

    def _sums(self, weights: Any) -> list[float]:
        sums: list[float] = self._numpy.bincount(
            self._class, weights, minlength=len(self._sets)
        ).tolist()
        return sums

    def shares(self) -> tuple[Share, ...]:
        """Largest first; what is not known last."""
        models, downloads = self._sums(None), self._sums(self._of.downloads)
        derived = self._sums(self._of.has_base)
        total: dict[int, Counter[str]] = {}
        for members, number in self._sets.items():
            for label in members:
                sums = total.setdefault(label, Counter())
                sums["models"] += int(models[number])
                sums["downloads"] += int(downloads[number])
                sums["derived"] += int(derived[number])
                sums["only"] += int(models[number]) if len(members) == 1 else 0
        named = [*self._labels, ("", NOT_KNOWN)]
        found = [
            Share(
                named[label][1],
                s["models"],
                s["only"],
                s["derived"],
                s["downloads"],
                named[label][0],
            )
            for label, s in total.items()
            if s["models"]
        ]
        return tuple(sorted(found, key=lambda s: (not s.id, -s.models, s.label)))

    def timeline(self, names: Sequence[str]) -> Timeline:
        """By quarter, from the first to the last with a model."""
        numpy = self._numpy
        days = self._of.columns.created[self._of.models]
        dated = days >= 0
        if not dated.any():
            return Timeline((), (), ())
        distinct, places = numpy.unique(days[dated], return_inverse=True)
        quarter_of_day = [_quarter(day_of(int(day))) for day in distinct.tolist()]
        periods = _quarters(quarter_of_day[0], quarter_of_day[-1])
        number = {period: at for at, period in enumerate(periods)}
        at = numpy.array([number[quarter] for quarter in quarter_of_day])[places]
        classes = self._class[dated]
        series = []
        for name in names:
            label = next(i for i, (_, shown) in enumerate(self._labels) if shown == name)
            wanted = numpy.array(
                [number for members, number in self._sets.items() if label in members]
            )
            counts = numpy.bincount(at[numpy.isin(classes, wanted)], minlength=len(periods))
            series.append((name, tuple(counts.tolist())))
        return Timeline(
            periods, tuple(numpy.bincount(at, minlength=len(periods)).tolist()), tuple(series)
        )

    def effective(self) -> float:
        """1 / sum of squared shares over models whose every root
        is known; 0 where there is none."""
        unknown = len(self._labels)
        models = self._sums(None)
        weight: dict[int, float] = {}
        for members, number in self._sets.items():
            if unknown not in members:
                for label in members:
                    weight[label] = weight.get(label, 0.0) + models[number] / len(members)
        total = sum(weight.values())
        return round(total**2 / sum(w * w for w in weight.values()), 2) if total else 0.0


def _quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def _quarters(first: str, last: str) -> tuple[str, ...]:
    found = []
    year, quarter = int(first[:4]), int(first[-1])
    while (period := f"{year}-Q{quarter}") <= last:
        found.append(period)
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return tuple(found)
