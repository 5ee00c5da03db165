"""Looks into the curated data as text and as JSON: developers, families and published test results,
with their citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from lineage.core.country import country_and_code
from lineage.evidence.appraisal import Appraisal
from lineage.evidence.evidence import Citation, Developer, TestResult
from lineage.evidence.family import Family, RootEvidence
from lineage.evidence.names_elsewhere import Operator
from lineage.evidence.registry import Registry
from lineage.evidence.tested import language
from lineage.report.printable import printable
from lineage.report.sentences import figure, result_words


def result_summaries(results: Iterable[TestResult]) -> Iterator[str]:
    """Two lines a result: model, language, outcome and figure; then suite, layer and day."""
    for r in results:
        parts = [language(r.language), str(r.outcome), figure(r)]
        yield f"{printable(r.model or f'({r.model_as_named})')} · {' · '.join(filter(None, parts))}"
        yield f"  {printable(r.suite, 120)}; {r.layer}; published {r.published_on or 'undated'}"


def result_lines(result: TestResult) -> Iterator[str]:
    """Everything about one result, its source last."""
    yield f"{printable(result.model or result.model_as_named)} · {language(result.language)}"
    yield f"  {result_words(result)}"
    yield f"  {printable(result.finding, 1000)}"
    tested = f"tested {result.tested_on}, " if result.tested_on else ""
    yield (
        f"  named there as {printable(result.model_as_named, 120)}; {result.layer}; "
        f"{result.evidence_class}"
    )
    yield (
        f"  {tested}published {result.published_on or 'undated'} by "
        f"{printable(result.publisher, 120)}: {printable(result.title, 200)}"
    )
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
    """One row a developer: id, name, where it is based, namespaces; who only mirrors or also
    mirrors others is marked."""
    return [
        [d.id, f"{d.name}{_MIRRORS.get(d.role, '')}", _home(d), _some(d.namespaces)]
        for d in developers
    ]


_MIRRORS = {"mirror": " (a mirror)", "developer-and-mirror": " (also a mirror)"}


def _some(names: tuple[str, ...], most: int = 4) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


DEVELOPER_HEADERS = ["id", "name", "based in", "namespaces on the Hub"]


def developer_lines(developer: Developer) -> Iterator[str]:
    """Everything about one developer, each claim with its citations."""
    yield f"{developer.name} ({developer.id})"
    yield f"  jurisdiction: {_jurisdiction(developer)}"
    yield from _sources(developer.citations, "    ")
    owner = f", part of {developer.parent_company}" if developer.parent_company else ""
    yield f"  {developer.kind}, {developer.role}{owner}"
    yield f"  namespaces on the Hub: {', '.join(developer.namespaces) or 'none known'}"
    if developer.note:
        yield f"  note: {developer.note}"
    for entry in developer.lists:
        yield (
            f"  official list: {entry.name}: "
            f"{entry.status}{f', {entry.date}' if entry.date else ''}. {entry.detail}"
        ).rstrip()
        yield from _sources(entry.citations, "    ")


def _jurisdiction(developer: Developer) -> str:
    if developer.jurisdiction_candidates:
        return f"disputed: {' or '.join(map(country_and_code, developer.jurisdiction_candidates))}"
    return country_and_code(developer.jurisdiction)


def _home(developer: Developer) -> str:
    return country_and_code(developer.jurisdiction) if developer.jurisdiction else "-"


def _sources(citations: Iterable[Citation], indent: str) -> Iterator[str]:
    yield from (f"{indent}{cited(citation)}" for citation in citations)


def operator_lines(operators: Iterable[Operator]) -> Iterator[str]:
    """Who operates an address, and what that does not tell."""
    for one in operators:
        home = f", based in {one.country}" if one.country else ""
        yield (
            f"{', '.join(one.hosts)}: operated by {printable(one.operator, 120)}{home} ({one.kind})"
        )
        if one.disputed:
            yield f"  disputed: {printable(one.disputed, 400)}"
        yield from _sources(one.citations, "  ")
    yield "An operator is not the developer of every model that it serves."


FAMILY_HEADERS = ["id", "name", "developer", "based in", "shown"]


def family_rows(families: Iterable[Family], registry: Registry) -> list[list[str]]:
    """One row a family: id, name, developer's id, where that is based, and of how many roots a
    source tells."""
    rows = []
    for family in families:
        owner = registry.developer(family.developer)
        shown = sum(1 for _, evidence in _evidence(family, registry) if evidence.citations)
        rows.append(
            [
                family.id,
                family.name,
                family.developer,
                _home(owner) if owner else "-",
                f"{shown} of {len(family.roots)}",
            ]
        )
    return rows


def family_lines(family: Family, registry: Registry) -> Iterator[str]:
    """Everything about one family: its developer, then each root with what is shown of its weights
    and whose word that is."""
    owner = registry.developer(family.developer)
    yield f"{family.name} ({family.id})"
    if owner:
        yield f"  developer: {owner.name} ({owner.id}), jurisdiction: {_jurisdiction(owner)}"
    if family.released:
        yield f"  first released: {family.released}"
    if family.note:
        yield f"  note: {printable(family.note, 1000)}"
    for repo, evidence in _evidence(family, registry):
        yield f"  {repo}: {evidence.kind}{f', {evidence.strength}' if evidence.strength else ''}"
        for base in evidence.bases:
            part = f" for its {base.component}" if base.component else ""
            sure = f", confidence {base.confidence:g}" if base.confidence is not None else ""
            yield f"    from {base.repo}{part} ({base.relation}{sure})"
        if evidence.statement:
            yield f"    {printable(evidence.statement, 1000)}"
        if evidence.tried:
            yield f"    What was looked at: {printable(evidence.tried, 1000)}"
        yield from _sources(evidence.citations, "    ")
    yield "  the family itself:"
    yield from _sources(family.citations, "    ")


def _evidence(family: Family, registry: Registry) -> Iterator[tuple[str, RootEvidence]]:
    for repo in family.roots:
        evidence = registry.root_evidence(repo)
        if evidence is not None:
            yield repo, evidence


def families_as_json(families: Iterable[Family], registry: Registry) -> list[dict[str, Any]]:
    """Each family with its roots, and the evidence of each root."""
    return [
        {
            **asdict(family),
            "roots": [
                {"repo": repo, **asdict(evidence), "kind": str(evidence.kind)}
                for repo, evidence in _evidence(family, registry)
            ],
        }
        for family in families
    ]


def cited(citation: Citation) -> str:
    """A citation on one line: address, title, dates."""
    dates = [
        f"published {citation.published_on}" if citation.published_on else "",
        f"seen {citation.seen_on}" if citation.seen_on else "",
    ]
    text = ", ".join(part for part in (citation.title, *dates) if part)
    return f"{printable(citation.url, 300)}{f' ({printable(text, 200)})' if text else ''}"


def as_json(records: Iterable[Developer | Operator | TestResult]) -> list[dict[str, Any]]:
    """The records as plain values for `--format json`."""
    return [asdict(record) for record in records]
