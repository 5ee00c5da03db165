"""Models and files that were not read."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.claim import ANSWER, Observation, ObservationKind
from lineage.core.elsewhere import Place, is_elsewhere, parse_elsewhere
from lineage.core.record import Status
from lineage.graph.graph import CARDS, Node
from lineage.policy.case import Case
from lineage.policy.observations import place_of
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import LINEAGE, SHOWN, Subject
from lineage.policy.paths import (
    descent,
    developed,
    joined,
    path_evidence,
    path_to,
)
from lineage.policy.questions import Question

_WHY = {
    Status.NOT_FOUND: "it does not exist or is private; the Hub does not say which",
    Status.UNREACHABLE: "it could not be asked now",
    Status.INVALID: "its name or its record is not one that a hub gives",
}


_CLOSES_NOT_READ = (
    "Give a token that may read it, ask its publisher, or audit where it can be read."
)
_CLOSES_OFFLINE = "Audit it without --offline, so that its model card is read."
_CLOSES_ELSEWHERE = (
    "Name the exact weights, by a digest or a repository of the Hub, or ask who serves it what "
    "answers under this name."
)


def unread_models(subject: Subject) -> Iterator[OpenPoint]:
    """Models that could not be read, the audited one included."""
    case = subject.case
    for node in case.graph.nodes.values():
        if node.is_read:
            continue
        questions = subject.questions(node.id)
        if subject.is_cited(node.id):
            questions -= SHOWN
        path = path_to(case.graph, node.id)
        yield from subject.point(
            Gap.NOT_READ,
            node.id,
            questions,
            _not_read(subject, node, path),
            path_evidence(case, path),
            _closes_not_read(case, node),
            # Of the audited model itself nothing was read: a person should know, whatever is cited
            # of its name.
            is_news=not subject.is_cited(node.id) or node.id == case.target,
        )


def _closes_not_read(case: Case, node: Node) -> str:
    named = parse_elsewhere(node.id)
    if named is not None and named.place is Place.OCI and "--registry" in node.reason:
        return f"Audit it with --registry {named.host}, so that it is read."
    if named is not None:
        return _CLOSES_ELSEWHERE
    return _CLOSES_OFFLINE if case.offline_wanted else _CLOSES_NOT_READ


def _not_read(subject: Subject, node: Node, path: tuple[str, ...]) -> str:
    why = (node.reason or _WHY.get(node.status, "only its name is known")).rstrip(".")
    attribution = subject.case.attributions.get(node.id)
    meant = [edge.parent for edge in subject.case.graph.parents(node.id)]
    if is_elsewhere(node.id) and len(meant) > 1:
        text = (
            f"{node.id} stands or stood for {joined(meant, limit=3)}; which of them answers is not "
            f"known ({why})."
        )
    elif is_elsewhere(node.id) and meant:
        text = f"{node.id} stands for {meant[0]}; its own files were not read ({why})."
    elif node.id == subject.case.target:
        so = "what its card names" if subject.is_cited(node.id) else "what it is built on"
        text = f"{node.id} was not read ({why}), so we cannot say {so}."
    else:
        text = f"{descent(subject.case, path)}, which was not read ({why})."
    if attribution is not None and attribution.developer:
        text += f" It is {developed(attribution)}."
    if subject.is_cited(node.id):
        text += " What its weights started from is shown by citation."
    return text


def withheld(subject: Subject) -> Iterator[OpenPoint]:
    """Repositories whose metadata is public and whose files are not."""
    for node in subject.case.graph.nodes.values():
        if not node.is_withheld:
            continue
        questions = subject.questions(node.id) - {Question.LICENCE, Question.NAMES}
        if subject.is_cited(node.id):
            questions -= SHOWN
        why = "behind an access agreement" if node.status is Status.GATED else "disabled by the Hub"
        yield from subject.point(
            Gap.WITHHELD,
            node.id,
            questions,
            f"The files of {node.id} are {why}; only its public metadata was read.",
            closes="Accept the agreement on the Hub, give a token, and audit again.",
            is_news=not subject.is_cited(node.id),
        )


_HOW = {
    ObservationKind.UNREADABLE: "could not be read",
    ObservationKind.UNREACHED: "could not be fetched this time",
    ObservationKind.TRUNCATED: "was read in part",
}


def unread_files(subject: Subject) -> Iterator[OpenPoint]:
    """Cards and trace files that were not read, or not whole."""
    for node in subject.case.graph.nodes.values():
        for seen in node.observations:
            if not seen.is_gap or (node.is_withheld and seen.kind is ObservationKind.UNREADABLE):
                continue
            questions = subject.questions(node.id)
            if seen.file.lower() in CARDS:
                questions -= {Question.NAMES}
            else:
                questions -= {Question.NAMES, Question.LICENCE, Question.DOCUMENTS}
            if subject.is_cited(node.id):
                questions -= SHOWN
            yield from subject.point(
                Gap.FILE,
                node.id,
                questions,
                f"{_unread(node.id, seen)}, so what it says of the lineage is not known.",
                (place_of(seen),),
                "Run again where it could not be fetched; otherwise look at the file and "
                "tell the publisher.",
                is_news=not subject.is_cited(node.id),
            )


def _unread(model: str, seen: Observation) -> str:
    if seen.file == ANSWER:
        return f"Not all that is said of {model} could be read: {seen.text}"
    return f"{seen.file} of {model} {_HOW[seen.kind]}"


def unread_twins(subject: Subject) -> Iterator[OpenPoint]:
    """The same model at another place, whose card may name a base that this one does not."""
    for node in subject.case.graph.nodes.values():
        for seen in node.observations:
            if seen.kind is ObservationKind.UNREAD_TWIN:
                yield from subject.point(
                    Gap.TWIN,
                    node.id,
                    LINEAGE | {Question.TRACES},
                    seen.text,
                    closes="Run again where that place can be reached, or look at its page.",
                )


def unlisted_files(subject: Subject) -> Iterator[OpenPoint]:
    """An audited model whose files nobody listed: what it holds beside its card is not known."""
    record = subject.case.graph.nodes[subject.case.target].record
    if record is not None and record.files is None:
        yield from subject.point(
            Gap.FILE,
            subject.case.target,
            frozenset({Question.DOCUMENTS}),
            f"No list of the files of {subject.case.target} was read.",
            closes="Audit it where its files can be listed.",
            is_news=False,
        )
