"""What public questionnaires ask about a model's lineage, answered from the report, with the
evidence for each answer.

An answer is `answered` only where nothing that it rests on is open; what the report does not know
is never filled in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from lineage.core.packaged import DATA
from lineage.core.record import CardRead
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.citation import Citation
from lineage.evidence.evidence import Foundation
from lineage.policy.questions import Question as Asks
from lineage.report.claim_words import claim_words, edge_words, result_line
from lineage.report.document import TargetReport
from lineage.report.facts import architecture, count, datasets, licence
from lineage.report.printable import printable
from lineage.report.sentences.certainty import established
from lineage.report.sentences.people import developer
from lineage.report.sentences.tested import ancestor_words, own_sentence

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MOST = 60
"""Lines of one answer; what is beyond is counted, and is in report.json."""


class Extent(Word):
    """How far a question is answered."""

    ANSWERED = "answered"
    PART = "in part"
    UNKNOWN = "unknown"
    SUPPLIER = "for the supplier"


@dataclass(frozen=True)
class Question:
    """One question, in our words."""

    id: str
    text: str
    asked_in: tuple[Citation, ...]


@dataclass(frozen=True)
class Answer:
    """What the report tells of one question about one model."""

    question: Question
    extent: Extent
    lines: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """What is not known, each with what would close it."""


@dataclass(frozen=True)
class _Found:
    """What one question finds in a report."""

    lines: list[str]
    """Empty where nothing is known."""
    evidence: list[str]
    is_partial: bool = False
    """Whether more would be needed even where nothing is open."""


def questions() -> tuple[Question, ...]:
    """Every question, in the order of the page."""
    text = (DATA / "questions" / "lineage.toml").read_text(encoding="utf-8")
    return tuple(
        Question(row["id"], row["text"], tuple(Citation(**one) for one in row["asked_in"]))
        for row in tomllib.loads(text)["questions"]
    )


def answers(target: TargetReport) -> tuple[Answer, ...]:
    """Every question about one model, answered as far as the report does."""
    return tuple(_answer(question, target) for question in questions())


def _answer(question: Question, target: TargetReport) -> Answer:
    look, rests_on = _ANSWERS[question.id]
    if look is None:
        return Answer(question, Extent.SUPPLIER, (_SUPPLIER,))
    found = look(target)
    gaps = [one.point for one in target.open if rests_on & one.point.questions]
    open_ones = [f"{one.message} {one.closes}".strip() for one in gaps]
    state = Extent.PART if gaps or found.is_partial else Extent.ANSWERED
    return Answer(
        question,
        state if found.lines else Extent.UNKNOWN,
        _bounded(found.lines or ["Nothing that was read tells it."]),
        _bounded(found.evidence),
        _bounded(open_ones),
    )


_SUPPLIER = "No public source tells it; the supplier answers this."


def _bounded(lines: Iterable[str]) -> tuple[str, ...]:
    each = list(dict.fromkeys(printable(line, 1000) for line in lines))
    more = len(each) - _MOST
    return (*each[:_MOST], *([f"{more} more, in report.json."] if more > 0 else []))


def _named(one: Foundation, target: TargetReport) -> str:
    node = target.graph.nodes.get(one.model)
    revision = f", revision {node.revision}" if node and node.revision else ", revision unknown"
    part = f" ({one.component} only)" if one.component else ""
    is_taught = one in target.origin.teachers
    sure = established(target.graph, weights=not is_taught)
    perhaps = "" if one.model in sure else "perhaps "
    return f"{perhaps}{one.model}{part}: {developer(one.attribution)}{revision}"


def _shown(one: Foundation) -> list[str]:
    """The cited evidence that a foundation is one."""
    shown = one.attribution.root_evidence
    if shown is None:
        return []
    return [f"{one.model}: {shown.statement} {each.url}" for each in shown.citations]


def _claims(target: TargetReport) -> list[str]:
    return [
        f"{edge.child} → {edge.parent}: {claim_words(claim)}"
        for edge in target.graph.edges
        for claim in edge.claims
    ]


def _foundations(target: TargetReport) -> _Found:
    """Where the trail ends: shown by citation, or only as far as could be read."""
    lines, is_partial = [], False
    for one in target.origin.foundations:
        node = target.graph.nodes[one.model]
        is_read, is_partial = node.status.has_statements, is_partial or not node.revision
        if one.attribution.is_origin_cited:
            lines.append(_named(one, target))
        elif is_read or one.model != target.model:
            is_partial = True
            end = "what was read of it names no base model" if is_read else "it could not be read"
            lines.append(f"{_named(one, target)}; {end}")
    evidence = [line for one in target.origin.foundations for line in _shown(one)]
    return _Found(lines, evidence + _claims(target), is_partial)


def _made(target: TargetReport) -> _Found:
    edges = target.graph.edges
    lines = [f"{edge.child}, from {edge.parent}: {edge_words(edge)}" for edge in edges]
    whole = [f for f in target.origin.foundations if f.attribution.is_foundation]
    lines += [f"{one.model}: trained from scratch, as a cited source shows" for one in whole]
    return _Found(lines, _claims(target) + [line for one in whole for line in _shown(one)])


def _developers(target: TargetReport) -> _Found:
    known = [
        (id_, target.attributions[id_])
        for id_ in target.graph.nodes
        if target.attributions[id_].developer
    ]
    unknown = [id_ for id_ in target.graph.nodes if target.attributions[id_].developer is None]
    lines = [f"{id_}: {developer(who)}" for id_, who in known]
    if lines:
        lines += [f"{id_}: developer unknown" for id_ in unknown]
    evidence = [
        f"{who.developer.name}: {one.title or one.url} {one.url}"
        for _, who in known
        if who.developer
        for one in who.developer.citations
    ]
    return _Found(lines, evidence, bool(unknown))


def _teachers(target: TargetReport) -> _Found:
    lines = [_named(one, target) for one in target.origin.teachers]
    ids = {one.model for one in target.origin.teachers}
    evidence = [line for line in _claims(target) if any(f"→ {id_}:" in line for id_ in ids)]
    if not lines and _is_read(target):
        return _Found(["What was read names no model whose outputs were used."], [], True)
    return _Found(lines, evidence, True)


def _is_read(target: TargetReport) -> bool:
    return target.graph.nodes[target.model].status.has_statements


def _data(target: TargetReport) -> _Found:
    named = [(id_, datasets(node)) for id_, node in target.graph.nodes.items()]
    lines = [f"{id_}: its card names {', '.join(names)}" for id_, names in named if names]
    return _Found(lines, [f"{id_} README.md, datasets" for id_, names in named if names], True)


def _licences(target: TargetReport) -> _Found:
    declared = {id_: licence(node) for id_, node in target.graph.nodes.items()}
    lines = [f"{id_}: {text}" for id_, text in declared.items() if text]
    if lines:
        lines += [f"{id_}: not read" for id_, text in declared.items() if not text]
    evidence = [f"{id_} README.md, license" for id_, text in declared.items() if text]
    return _Found(lines, evidence, not all(declared.values()))


def _architecture(target: TargetReport) -> _Found:
    node = target.graph.nodes[target.model]
    form = architecture(node)
    size = node.record.parameters if node.record else None
    lines = [f"Architecture {form}"] if form else []
    lines += [f"{count(size)} parameters ({size})"] if size else []
    return _Found(lines, [f"{target.model} config.json"] if form else [], not (form and size))


def _documents(target: TargetReport) -> _Found:
    record = target.graph.nodes[target.model].record
    read = record.card_read if record else CardRead.NONE
    if read is CardRead.ABSENT:
        return _Found(["No: its files hold no README.md."], [f"{target.model}, list of files"])
    if read is CardRead.NONE or record is None:
        return _Found([], [])
    when = f", read {record.retrieved_at}" if record.retrieved_at else ""
    return _Found([f"Yes: README.md of {target.model}{when}."], ["inputs/records.json"])


def _bill(target: TargetReport) -> _Found:
    lines = ["bom.cdx.json (CycloneDX) and bom.spdx.json (SPDX) in this pack, made by lineage."]
    return _Found([*lines, "Whether the supplier has one is for the supplier to say."], [], True)


def _tests(target: TargetReport) -> _Found:
    if not target.exposure.hits and not _is_read(target):
        return _Found([], [])
    lines = [own_sentence(target)]
    lines += [f"{name}: {words}" for name, words in ancestor_words(target)]
    hits = target.exposure.hits
    lines += [f"Published results that bear on it: {len(hits)} (inputs/results.json)."]
    return _Found(lines, [f"{hit.result.id}: {result_line(hit.result)}" for hit in hits])


_ANSWERS: dict[str, tuple[Callable[[TargetReport], _Found] | None, frozenset[Asks]]] = {
    "foundations": (_foundations, frozenset({Asks.ORIGIN, Asks.TRACES})),
    "made": (_made, frozenset({Asks.ORIGIN, Asks.TRACES})),
    "developers": (_developers, frozenset({Asks.ORIGIN, Asks.TRAINERS, Asks.PUBLISHER})),
    "teachers": (_teachers, frozenset({Asks.TEACHERS})),
    "data": (_data, frozenset()),
    "licences": (_licences, frozenset({Asks.LICENCE})),
    "architecture": (_architecture, frozenset()),
    "documents": (_documents, frozenset()),
    "bill": (_bill, frozenset()),
    "tests": (_tests, frozenset({Asks.TESTS})),
    "hosting": (None, frozenset()),
    "changes": (None, frozenset()),
}
"""By question: what answers it, and which questions of the policy it rests on."""
