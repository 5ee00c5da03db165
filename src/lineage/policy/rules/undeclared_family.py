"""Traces in a model point to a family that its lineage does not contain.

A declared base says nothing of what the files hold. Configuration and sizes, tokenizer, chat template, licence, names and card may
point to a family that neither the declared nor any other known base belongs to. Code and tokenizers travel without weights, and
a licence is sometimes copied by mistake: so this is a question to answer, with both sides shown, and never a parent.

What to do: ask the publisher which model the weights started from; `lineage audit --weights` compares the weights themselves. A
wrong table is a fault of the registry: report it with the values shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import Lead
from lineage.evidence.leads.undeclared import Undeclared, undeclared
from lineage.evidence.registry import Registry
from lineage.policy.case import Case
from lineage.policy.finding import Finding
from lineage.policy.paths import joined, path_to
from lineage.policy.rules.interface import Rule, Settings

_MOST_NAMES = 3


def check(case: Case, settings: Settings) -> Iterator[Finding]:
    """One finding for each line that unanswered traces of one model point to."""
    registry = Registry.load()
    for found in undeclared(case.graph, case.attributions, registry):
        path = path_to(case.graph, found.model)
        evidence = [lead_line(lead) for lead in found.leads]
        yield settings.finding(found.model, path, _message(found, registry), evidence)


def lead_line(lead: Lead) -> str:
    """One line of evidence: kind, place and value."""
    place = " ".join(part for part in (lead.file, lead.location) if part)
    return f"{lead.model}: {lead.kind} ({place}): {lead.value!r}"


def _message(found: Undeclared, registry: Registry) -> str:
    first = found.leads[0]
    place = ", ".join(part for part in (first.file, first.location) if part)
    names = _names(found.families, registry)
    known = _names(found.lineage, registry) if found.lineage else ""
    told = f"its lineage tells of {known}" if known else "its lineage tells of no family"
    return f"{found.model}: a trace points to {names} ({first.kind}, {place}: “{first.value}”), and {told}."


def _names(families: tuple[str, ...], registry: Registry) -> str:
    names = [family.name for key in families if (family := registry.family(key))]
    more = len(names) - _MOST_NAMES
    return joined(names[:_MOST_NAMES]) + (f" and {more} more of the line" if more > 0 else "")


RULE = Rule(
    id="undeclared-family",
    summary="Traces in a model point to a family that its lineage does not contain",
    explanation=__doc__,
    check=check,
)
