"""Where the trail ends, or leads on to what nobody could match."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.claim import Claim
from lineage.core.pattern import late
from lineage.core.relation import Grade
from lineage.evidence.attribution import bare_name
from lineage.policy.case import Case
from lineage.policy.open_points.point import Gap, OpenPoint
from lineage.policy.open_points.subject import LINEAGE, Subject
from lineage.policy.paths import (
    claim_line,
    descent,
    developed,
    is_whole,
    joined,
    known_models,
    path_evidence,
    path_to,
)
from lineage.policy.questions import Question


def trail_ends(subject: Subject) -> Iterator[OpenPoint]:
    """Models without a base that no cited source shows to be foundations."""
    case = subject.case
    # What nobody names has a licence as well.
    ends = [(model, LINEAGE | {Question.LICENCE}) for model in case.graph.roots()]
    ends += [
        (one.model, frozenset({Question.ORIGIN}))
        for one in case.origin.foundations
        if one.component is not None
    ]
    for model, questions in ends:
        node, attribution = case.graph.nodes[model], case.attributions.get(model)
        if not node.is_read or (attribution is not None and attribution.is_foundation):
            continue
        path = path_to(case.graph, model)
        yield from subject.point(
            Gap.TRAIL_END,
            model,
            questions,
            _trail_end(subject, model, path),
            path_evidence(case, path),
            "Ask the publisher what the model was initialised from, or compare its weights "
            "with `lineage compare`.",
        )


def _trail_end(subject: Subject, model: str, path: tuple[str, ...]) -> str:
    case = subject.case
    way = "" if len(path) < 2 else f"{descent(case, path)}. "
    attribution = case.attributions.get(model)
    who = (
        f" It is {developed(attribution)}."
        if attribution is not None and attribution.developer
        else ""
    )
    named = [c for c in case.graph.unlinked if c.child == model and c.grade is not Grade.INFERRED]
    if named:
        return (
            f"{way}{model} names {named[0].value!r} as a base, which could not be matched to a "
            f"model.{who}"
        )
    hidden = any(seen.is_gap for seen in case.graph.nodes[model].observations)
    read = "what could be read of" if hidden else "anything read of"
    return (
        f"{way}No base model is named in {read} {model}, and no cited source shows that it "
        f"was trained from scratch.{who}"
    )


# Words of a path that say where a file lies, not which model it is.
_PATH_WORDS = late(
    r"(?i)[^a-z]*(checkpoint|ckpt|step|epoch|final|best|last|latest|merged?|outputs?|"
    r"results?|models?|base|weights|data|mnt|home|root|"
    r"workspace|content|tmp|cache|hub|snapshots?|saves?|saved|runs?|exp(eriment)?s?|"
    r"train(ed|ing)?|sft|dpo|lora|adapter|hf|full|out|"
    r"pretrained|finetuned?|drive|mydrive|kaggle|working|input|users?|local|scratch|"
    r"shared?|nfs|data\d*|llm|ft|v\d+|\d+)[^a-z]*"
)


def unmatched_bases(subject: Subject) -> Iterator[OpenPoint]:
    """Values that name a base and could not be matched to a model."""
    case = subject.case
    for claim in case.graph.unlinked:
        if claim.child not in case.graph.nodes or not _is_unmatched(subject, claim):
            continue
        path = path_to(case.graph, claim.child)
        disputed = claim.problem == "disputed"
        what = (
            f"Sources disagree whether {claim.child} is built on {claim.value}."
            if disputed
            else f"{claim.child} names {claim.value!r} as a base ({claim.file} {claim.location}); "
            "the name could not be matched to a model."
        )
        questions = subject.questions(claim.child) & LINEAGE
        if claim.component is not None:
            questions &= {Question.ORIGIN}
        elif not claim.relation.carries_weights:
            questions &= {Question.TEACHERS, Question.TESTS}
        yield from subject.point(
            Gap.UNMATCHED,
            claim.child,
            questions,
            what,
            (claim_line(claim),),
            "Ask the publisher for the exact repository.",
            path=path,
        )


def _is_unmatched(subject: Subject, claim: Claim) -> bool:
    if claim.problem in ("self", "empty", "placeholder") or not claim.value.strip():
        return False
    if claim.grade is Grade.INFERRED and claim.problem != "disputed":
        return False  # a guess that led nowhere
    graph = subject.case.graph
    edges = graph.parents(claim.child)
    if any(c.value == claim.value for edge in edges for c in edge.claims):
        return False  # a guess of the same words led to a model
    if claim.problem == "local path":
        tail = [part for part in re.split(r"[/\\]+", claim.value) if part and part not in ".~"]
        names = [part for part in tail if not _PATH_WORDS.fullmatch(part)]
        if edges and not names:
            return False  # a folder of the trainer's own machine, beside a base that is known
        known = {_letters(edge.parent) for edge in edges}
        known |= {_letters(graph.nodes[edge.parent].id) for edge in edges}
        if any(_letters(part) in known for part in names):
            return False
    return True


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", bare_name(name.replace("--", "/").rpartition("/")[2]))


def undeclared_families(subject: Subject) -> Iterator[OpenPoint]:
    """Traces that point to a family which the known lineage does not contain."""
    for found in subject.case.undeclared:
        first = found.leads[0]
        place = ", ".join(part for part in (first.file, first.location) if part)
        known = _family_names(subject.case, found.lineage)
        yield from subject.point(
            Gap.LEAD,
            found.model,
            subject.questions(found.model) & {Question.ORIGIN, Question.TRAINERS},
            f"A trace in {found.model} points to {_family_names(subject.case, found.families)} "
            f"({place}: {first.value!r}); "
            f"{f'its known lineage is {known}' if known else 'no family is known in its lineage'}.",
            tuple(
                f"{lead.model}: {lead.file} {lead.location}: {lead.value!r} ({lead.kind})"
                for lead in found.leads
            ),
            "Compare the weights with `lineage compare`, or ask the publisher what the "
            "model was made from.",
        )


def _family_names(case: Case, families: tuple[str, ...]) -> str:
    names = [case.family_names.get(family, family) for family in families]
    return joined(list(dict.fromkeys(names)), limit=3) if names else ""


def weak_steps(subject: Subject) -> Iterator[OpenPoint]:
    """The first step of a path that rests on claims below what the policy counts as known."""
    case, grades = subject.case, subject.policy.known_grades
    by_kind = {kind: known_models(case.graph, grades, whole=kind) for kind in (True, False)}
    for edge in case.graph.edges:
        known = by_kind[is_whole(edge)]
        if edge.child not in known or edge.parent in known or edge.parent == edge.child:
            continue
        path = (*path_to(case.graph, edge.child), edge.parent)
        if is_whole(edge):
            questions = LINEAGE
        elif edge.component is not None:
            questions = frozenset({Question.ORIGIN})
        else:
            questions = frozenset({Question.TEACHERS, Question.TESTS})
        yield from subject.point(
            Gap.WEAK,
            edge.parent,
            questions,
            f"{descent(case, path)}, on the strength of a claim graded {edge.grade} only: "
            "a lead, not a statement.",
            path_evidence(case, path),
            "Look at the claims with `lineage explain`; compare the weights; ask the publisher.",
            path=path,
        )
