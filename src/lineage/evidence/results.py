"""The published test results: looked up by the exact model they are about."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import fields
from functools import cache, cached_property
from typing import Any

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.evidence.appraisal import Appraisal, appraise
from lineage.evidence.document import load, unpacked
from lineage.evidence.evidence import Outcome, TestResult
from lineage.evidence.grading import Pool
from lineage.evidence.near_names import best, near_names, rank
from lineage.evidence.registry import Registry
from lineage.evidence.suites import AnsweredUnit, Suite, pools, read_suite, read_unit

_FIELDS = frozenset(field.name for field in fields(TestResult))
_OPTIONAL = ("value", "unit", "higher_is", "n")


class Results:
    """Every published result, each about the model that its source names."""

    def __init__(self, document: dict[str, Any], registry: Registry) -> None:
        self._document = document
        self._registry = registry
        self._appraised: dict[str, Appraisal] = {}
        self._added: dict[str, list[TestResult]] = {}
        self._pool: dict[tuple[str, str], dict[str, Pool]] = {}

    @staticmethod
    def load(data: DataSet = EMBEDDED) -> Results:
        """The results of this data, read once."""
        return _loaded(data)

    def having(self, found: Iterable[Appraisal]) -> Results:
        """These results with further ones, such as a team's own, that are appraised already."""
        other = copy(self)
        other._appraised = dict(self._appraised)
        other._added = {}
        for one in found:
            other._appraised[one.result.id] = one
            if one.result.model:
                other._added.setdefault(self._key(one.result.model), []).append(one.result)
        return other

    @property
    def version(self) -> str:
        """ISO date of the newest record."""
        return str(self._document["version"])

    def all(self) -> tuple[TestResult, ...]:
        """Every result, by id."""
        return self._results

    def result(self, id: str) -> TestResult | None:
        """The result with this id."""
        return next((one for one in self._results if one.id == id), None)

    def models(self) -> list[str]:
        """The exact models that any result is about, as their sources spell them, sorted."""
        return sorted({one.model for one in self._results if one.model}, key=str.casefold)

    def for_model(self, id: str) -> list[TestResult]:
        """Results about this very model, whatever the letter case, under its present or a known
        former name."""
        key = self._key(id)
        return [*self._published("results_of", key), *self._added.get(key, ())]

    def for_family(self, family: str) -> list[TestResult]:
        """Results about models that the registry counts to this family, by its id."""
        return self._published("results_in", family)

    def _published(self, table: str, key: str) -> list[TestResult]:
        rows = self._document["results"]
        return [_result(rows[place]) for place in self._document[table].get(key, ())]

    def appraise(self, result: TestResult) -> Appraisal:
        """Its class, its grade beside the suite's comparison models, and why it decides nothing
        where it does not."""
        if result.id not in self._appraised:
            suite = self.suites.get(result.suite)
            unit = self._units.get(result.id)
            pool = self._pools(suite.id, result.language) if suite and unit else {}
            self._appraised[result.id] = appraise(result, suite, unit, pool)
        return self._appraised[result.id]

    def appraised(self, id: str) -> list[Appraisal]:
        """All results about this very model, appraised."""
        return [self.appraise(result) for result in self.for_model(id)]

    def units(self) -> tuple[AnsweredUnit, ...]:
        """Every unit whose answers were counted."""
        return tuple(self._units.values())

    @cached_property
    def suites(self) -> dict[str, Suite]:
        """The suites that have a record, by the name that results give them."""
        suites = self._document.get("suites", {})
        return {name: read_suite(row) for row in suites.values() for name in row["result_suites"]}

    @cached_property
    def _units(self) -> dict[str, AnsweredUnit]:
        """By the id of the published result."""
        rows = map(unpacked, self._document.get("units", ()))
        return {row["result"]: read_unit(row) for row in rows}

    def _pools(self, suite: str, language: str) -> dict[str, Pool]:
        if (suite, language) not in self._pool:
            found = next(one for one in self.suites.values() if one.id == suite)
            units = [
                u
                for u in self._units.values()
                if (u.unit.suite, u.unit.language) == (suite, language)
            ]
            self._pool[suite, language] = pools(found, units)
        return self._pool[suite, language]

    def search(self, text: str) -> list[TestResult]:
        """Results whose model, name in the source, suite or publisher holds `text`, punctuation
        aside."""
        found = best((rank(_searched(one), text), one) for one in self._results)
        return sorted(found, key=lambda one: one.id)

    def near_models(self, text: str) -> tuple[str, ...]:
        """Models with a result whose names are spelled nearly so."""
        return near_names(text, self.models())

    @cached_property
    def _results(self) -> tuple[TestResult, ...]:
        return tuple(_result(row) for row in self._document["results"])

    def _key(self, model: str) -> str:
        return self._registry.canonical(model).casefold()


def _searched(result: TestResult) -> tuple[str, ...]:
    return (result.id, result.model or "", result.model_as_named, result.suite, result.publisher)


def _result(text: str) -> TestResult:
    row = unpacked(text)
    known = dict.fromkeys(_OPTIONAL) | {
        name: value for name, value in row.items() if name in _FIELDS
    }
    return TestResult(
        **known | {"outcome": Outcome(row["outcome"]), "topics": tuple(row["topics"])}
    )


@cache
def _loaded(data: DataSet) -> Results:
    return Results(load("results.json", data), Registry.load(data))
