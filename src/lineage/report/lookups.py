"""Looks into the curated data as text and as JSON: developers and published test results, with their citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Citation, Developer, TestResult
from lineage.evidence.tested import language
from lineage.report.printable import printable
from lineage.report.sentences import figure, result_words


def result_rows(results: Iterable[TestResult]) -> list[list[str]]:
    """One row a result: model, language, suite, figure, outcome, layer, published."""
    return [
        [
            r.model or f"({r.model_as_named})",
            r.language,
            r.suite,
            figure(r) or "-",
            str(r.outcome),
            r.layer,
            r.published_on or "-",
        ]
        for r in results
    ]


RESULT_HEADERS = ["model", "language", "suite", "figure", "outcome", "layer", "published"]


def result_lines(result: TestResult) -> Iterator[str]:
    """Everything about one result, its source last."""
    yield f"{printable(result.model or result.model_as_named)} · {language(result.language)}"
    yield f"  {result_words(result)}"
    yield f"  {printable(result.finding, 1000)}"
    tested = f"tested {result.tested_on}, " if result.tested_on else ""
    yield f"  named there as {printable(result.model_as_named, 120)}; {result.layer}; {result.evidence_class}"
    yield f"  {tested}published {result.published_on or 'undated'} by {printable(result.publisher, 120)}: {printable(result.title, 200)}"
    yield f"  {printable(result.url, 400)}"
    if result.caveat:
        yield f"  caveat: {printable(result.caveat, 1000)}"


def reckoned(results: Iterable[Appraisal]) -> list[dict[str, Any]]:
    """Each result with its class, its grade and why it decides nothing, beside its fields."""
    return [
        {
            **asdict(one.result),
            "kind": str(one.kind),
            "grade": str(one.grade) if one.grade else None,
            "why_not": one.why or None,
        }
        for one in results
    ]


def developer_rows(developers: Iterable[Developer]) -> list[list[str]]:
    """One row a developer: id, name, jurisdiction, role, namespaces."""
    return [[d.id, d.name, d.jurisdiction or "-", d.role, _some(d.namespaces)] for d in developers]


def _some(names: tuple[str, ...], most: int = 4) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


DEVELOPER_HEADERS = ["id", "name", "jurisdiction", "role", "namespaces on the Hub"]


def developer_lines(developer: Developer) -> Iterator[str]:
    """Everything about one developer, each claim with its citations."""
    yield f"{developer.name} ({developer.id})"
    yield f"  jurisdiction: {developer.jurisdiction or 'not established'}"
    yield from (f"    {cited(citation)}" for citation in developer.citations)
    yield f"  {developer.kind}, {developer.role}{f', part of {developer.parent_company}' if developer.parent_company else ''}"
    yield f"  namespaces on the Hub: {', '.join(developer.namespaces) or 'none known'}"
    if developer.note:
        yield f"  note: {developer.note}"
    for entry in developer.lists:
        yield f"  official list: {entry.name}: {entry.status}{f', {entry.date}' if entry.date else ''}. {entry.detail}".rstrip()
        yield from (f"    {cited(citation)}" for citation in entry.citations)


def cited(citation: Citation) -> str:
    """A citation on one line: address, title, dates."""
    dates = [
        f"published {citation.published_on}" if citation.published_on else "",
        f"seen {citation.seen_on}" if citation.seen_on else "",
    ]
    told = ", ".join(part for part in (citation.title, *dates) if part)
    return f"{printable(citation.url, 300)}{f' ({printable(told, 200)})' if told else ''}"


def as_json(records: Iterable[Developer] | Iterable[TestResult]) -> list[dict[str, Any]]:
    """The records as plain values for `--format json`."""
    return [asdict(record) for record in records]
