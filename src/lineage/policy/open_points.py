"""What is not known of an audited model, computed once: each point with the questions that it
leaves open.

A rule that asks one of these questions cannot answer `clear`. Nothing here knows any rule: a rule
that is added later is held open by the same points. Every source of open points is one function of
`SOURCES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from lineage.core.claim import Claim, ObservationKind
from lineage.core.elsewhere import is_elsewhere
from lineage.core.pattern import late
from lineage.core.record import Status
from lineage.core.relation import Grade
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.evidence.attribution import bare_name
from lineage.evidence.evidence import Attribution
from lineage.graph.graph import CARDS, Node
from lineage.policy.axes import AxisPlace, places
from lineage.policy.case import Case
from lineage.policy.observations import place_of
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
from lineage.policy.policy import Policy
from lineage.policy.questions import Question
from lineage.policy.requirement import Axis


class Gap(Word):
    """Why something is not known."""

    NOT_READ = "not-read"
    """A model that could not be read, or of which only the name is known."""
    WITHHELD = "withheld"
    """Files behind an access agreement, or of a repository that the Hub disabled."""
    FILE = "file-not-read"
    """A card or trace file that was not read, or only in part."""
    TRAIL_END = "trail-end"
    """A model that names no base and is not shown to be a foundation."""
    UNMATCHED = "unmatched-base"
    """A base is named, and the name could not be matched to a model."""
    LEAD = "undeclared-family"
    """A trace points to a family that the known lineage does not contain."""
    BOUND = "bound"
    """The walk stopped before the end."""
    WEAK = "weak-claim"
    """A step that rests only on claims below what the policy counts as known."""
    NO_HOME = "unknown-home"
    """A registered developer whose home is not established, or disputed."""
    UNKNOWN_DEVELOPER = "unknown-developer"
    """A teacher or a part by somebody whom the registry does not know."""
    UNKNOWN_TRAINER = "unknown-trainer"
    """A trainer whom the registry does not know: the usual case on a hub."""
    UNKNOWN_PUBLISHER = "unknown-publisher"
    """A namespace that is nobody's in the registry."""
    FALLBACK = "fallback"
    """The Hub was wanted, and stored data answered."""


@dataclass(frozen=True)
class OpenPoint:
    """One thing that is not known, about one model, with what would close it."""

    gap: Gap
    model: str
    path: tuple[str, ...]
    """Ids from the audited model to `model`."""
    questions: frozenset[Question]
    message: str
    evidence: tuple[str, ...] = ()
    closes: str = ""
    """What would answer it, as one imperative sentence."""
    homes: tuple[str, ...] = ()
    """Of a disputed home: the countries that sources name."""
    is_news: bool = True
    """False where it matters only to whoever asks, such as the licence of a foundation that is
    shown by citation."""
    is_copy_line: bool = False
    """Whether the model is the audited one, or one that it may be a copy, conversion or
    quantization of."""


_LINEAGE = frozenset({Question.ORIGIN, Question.TRAINERS, Question.TEACHERS, Question.TESTS})
_WHOLE = _LINEAGE | {Question.TRACES, Question.LICENCE}
_SHOWN = _LINEAGE | {Question.TRACES}
"""What cited sources answer for the very repository whose origin they tell."""
UNREAD_CODE = _LINEAGE
"""What a file of code that was not read leaves open: whatever may be asked of a model that it
names."""
_TARGET = frozenset({Question.DOCUMENTS, Question.NAMES})


@dataclass(frozen=True)
class Subject:
    """One case under one policy, with the lines of its graph worked out once."""

    case: Case
    policy: Policy

    @cached_property
    def whole(self) -> set[str]:
        """The audited model and everything whose whole weights reach it."""
        return self.case.graph.weight_ancestors(self.case.target) | {self.case.target}

    @cached_property
    def parts(self) -> set[str]:
        """Everything of which only a part reaches it."""
        routes = self.case.graph.routes(lambda edge: edge.carries_weights)
        return set(routes) - self.whole

    @cached_property
    def teachers(self) -> set[str]:
        """Direct teachers of the audited model and of everything whose weights are in it."""
        graph = self.case.graph
        taught = {e.parent for m in self.whole for e in graph.parents(m) if not e.carries_weights}
        return taught - self.whole - self.parts

    @cached_property
    def copy_line(self) -> set[str]:
        """The audited model, and whatever it may be a mere copy of: each step copies, or does not
        say what was done."""
        graph = self.case.graph
        line, todo = {self.case.target}, [self.case.target]
        while todo:
            for edge in graph.parents(todo.pop()):
                if is_whole(edge) and edge.relation.may_copy and edge.parent not in line:
                    line.add(edge.parent)
                    todo.append(edge.parent)
        return line

    def questions(self, model: str) -> frozenset[Question]:
        """What stays open when nothing is known of this model."""
        if model in self.whole:
            return _WHOLE | (_TARGET if model == self.case.target else frozenset())
        if model in self.parts:
            return frozenset({Question.ORIGIN, Question.TRACES, Question.LICENCE})
        attribution = self.case.attributions.get(model)
        if model in self.teachers and (attribution is None or attribution.developer is None):
            return frozenset({Question.TEACHERS, Question.TESTS})
        return frozenset()

    def is_cited(self, model: str) -> bool:
        """Whether cited sources tell what this very model's weights started from: it speaks for
        itself, even unread."""
        attribution = self.case.attributions.get(model)
        if attribution is None:
            return False
        return attribution.is_origin_cited or self._is_declared_by_maker(model, attribution)

    def _is_declared_by_maker(self, model: str, attribution: Attribution) -> bool:
        """Whether a gated repository of a registered developer declares, in public, bases of that
        same developer.

        It is the maker's own statement of its own line, as a citation of its card would be; only
        its files are withheld.
        """
        graph = self.case.graph
        edges = [edge for edge in graph.parents(model) if is_whole(edge) and edge.parent != model]
        return (
            graph.nodes[model].status is Status.GATED
            and attribution.developer is not None
            and attribution.basis in ("namespace", "family")
            and any(edge.grade is Grade.DECLARED for edge in edges)
            and all(
                self.case.attributions[edge.parent].developer == attribution.developer
                for edge in edges
            )
        )

    def point(
        self,
        gap: Gap,
        model: str,
        questions: frozenset[Question],
        message: str,
        evidence: tuple[str, ...] = (),
        closes: str = "",
        *,
        path: tuple[str, ...] | None = None,
        homes: tuple[str, ...] = (),
        is_news: bool = True,
    ) -> Iterator[OpenPoint]:
        """The point, unless it leaves nothing open."""
        if questions:
            way = path or path_to(self.case.graph, model)
            on_line = model in self.copy_line
            yield OpenPoint(
                gap, model, way, questions, message, evidence, closes, homes, is_news, on_line
            )


Source = Callable[[Subject], Iterator[OpenPoint]]


def open_points(case: Case, policy: Policy) -> tuple[OpenPoint, ...]:
    """Everything that is not known, each point once, in a stable order."""
    subject = Subject(case, policy)
    found = dict.fromkeys(point for source in SOURCES for point in source(subject))
    return tuple(sorted(found, key=lambda p: (len(p.path), p.model, p.gap, p.message)))


# --- models and files that were not read

_WHY = {
    Status.NOT_FOUND: "it does not exist or is private; the Hub does not say which",
    Status.UNREACHABLE: "it could not be asked now",
    Status.INVALID: "its name or its record is not one that a hub gives",
}


_CLOSES_NOT_READ = (
    "Give a token that may read it, ask its publisher, or audit where it can be read."
)
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
            questions -= _SHOWN
        path = path_to(case.graph, node.id)
        yield from subject.point(
            Gap.NOT_READ,
            node.id,
            questions,
            _not_read(subject, node, path),
            path_evidence(case, path),
            _CLOSES_ELSEWHERE if is_elsewhere(node.id) else _CLOSES_NOT_READ,
            # Of the audited model itself nothing was read: a person should know, whatever is cited
            # of its name.
            is_news=not subject.is_cited(node.id) or node.id == case.target,
        )


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
        text = f"{node.id} was not read ({why}), so we cannot say what it is built on."
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
        if node.status not in (Status.GATED, Status.DISABLED):
            continue
        questions = subject.questions(node.id) - {Question.LICENCE, Question.NAMES}
        if subject.is_cited(node.id):
            questions -= _SHOWN
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
        is_withheld = node.status in (Status.GATED, Status.DISABLED)
        for seen in node.observations:
            if not seen.is_gap or (is_withheld and seen.kind is ObservationKind.UNREADABLE):
                continue
            questions = subject.questions(node.id)
            if seen.file.lower() in CARDS:
                questions -= {Question.NAMES}
            else:
                questions -= {Question.NAMES, Question.LICENCE, Question.DOCUMENTS}
            if subject.is_cited(node.id):
                questions -= _SHOWN
            yield from subject.point(
                Gap.FILE,
                node.id,
                questions,
                f"{seen.file} of {node.id} {_HOW[seen.kind]}, so what it says of the "
                "lineage is not known.",
                (place_of(seen),),
                "Run again where it could not be fetched; otherwise look at the file and "
                "tell the publisher.",
                is_news=not subject.is_cited(node.id),
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


# --- where the trail ends, or leads on to what nobody could match


def trail_ends(subject: Subject) -> Iterator[OpenPoint]:
    """Models without a base that no cited source shows to be foundations."""
    case = subject.case
    # What nobody names has a licence as well.
    ends = [(model, _LINEAGE | {Question.LICENCE}) for model in case.graph.roots()]
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
        questions = subject.questions(claim.child) & _LINEAGE
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
        told = [part for part in tail if not _PATH_WORDS.fullmatch(part)]
        if edges and not told:
            return False  # a folder of the trainer's own machine, beside a base that is known
        known = {_letters(edge.parent) for edge in edges}
        known |= {_letters(graph.nodes[edge.parent].id) for edge in edges}
        if any(_letters(part) in known for part in told):
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


def bounds(subject: Subject) -> Iterator[OpenPoint]:
    """Bounds that cut the walk short."""
    case = subject.case
    for sentence in case.graph.bounds_hit:
        yield from subject.point(
            Gap.BOUND,
            case.target,
            _WHOLE,
            f"The lineage of {case.target} was not walked to its end: {sentence}",
            closes="Raise --max-depth or --max-models.",
        )


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
            questions = _LINEAGE
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


# --- people

_ASKED = {
    Axis.FOUNDATION: frozenset({Question.ORIGIN}),
    Axis.COMPONENT: frozenset({Question.ORIGIN}),
    Axis.TRAINER: frozenset({Question.TRAINERS}),
    Axis.TEACHER: frozenset({Question.TEACHERS}),
}
_ROLE = {
    Axis.FOUNDATION: "developed",
    Axis.COMPONENT: "developed a part of it",
    Axis.TRAINER: "trained it further",
    Axis.TEACHER: "developed the model that taught it",
}


def unknown_people(subject: Subject) -> Iterator[OpenPoint]:
    """Developers whom the registry does not know, or whose home is not established."""
    for axis, questions in _ASKED.items():
        for place in places(subject.case, axis):
            yield from _unknown(subject, place, questions)
    yield from _unknown_self(subject)
    for place in places(subject.case, Axis.PUBLISHER):
        yield from _unknown_publisher(subject, place)


def _unknown_publisher(subject: Subject, place: AxisPlace) -> Iterator[OpenPoint]:
    asked = frozenset({Question.PUBLISHER})
    who, state = place.developer, "in no record of the registry"
    if who is not None:
        state = "based in a place that is not established"
    if who is None or who.jurisdiction is None:
        yield from subject.point(
            Gap.UNKNOWN_PUBLISHER if who is None else Gap.NO_HOME,
            place.model,
            asked,
            f"The publisher of {place.model} is {state}.",
            closes="State the publisher in the policy under [[developers]].",
            path=place.path,
            homes=who.jurisdiction_candidates if who else (),
            is_news=False,
        )


def _unknown(
    subject: Subject, place: AxisPlace, questions: frozenset[Question]
) -> Iterator[OpenPoint]:
    axis, developer = place.axis, place.developer
    if developer is not None and developer.jurisdiction is None:
        countries = " or ".join(developer.jurisdiction_candidates)
        state = f"disputed ({countries})" if countries else "not established"
        yield from subject.point(
            Gap.NO_HOME,
            place.model,
            questions,
            f"The home of {developer.name}, who {_ROLE[axis]} ({place.model}), is {state}.",
            closes="State it in the policy under [[developers]], or send a cited correction to "
            "the registry.",
            path=place.path,
            homes=developer.jurisdiction_candidates,
        )
    if developer is None and axis is not Axis.FOUNDATION:
        gap = Gap.UNKNOWN_TRAINER if axis is Axis.TRAINER else Gap.UNKNOWN_DEVELOPER
        yield from subject.point(
            gap,
            place.model,
            questions,
            f"Whoever {_ROLE[axis]} ({place.model}) is not in the registry.",
            closes="State the developer in the policy under [[developers]].",
            path=place.path,
        )


def _unknown_self(subject: Subject) -> Iterator[OpenPoint]:
    """The audited model's own trainer; a copy was trained by nobody, and where nothing is
    underneath the trail's end says it."""
    case = subject.case
    own = case.attributions.get(case.target)
    has_base = any(is_whole(edge) for edge in case.graph.parents(case.target))
    if own is not None and own.developer is None and own.basis != "parent" and has_base:
        yield from subject.point(
            Gap.UNKNOWN_TRAINER,
            case.target,
            frozenset({Question.TRAINERS}),
            f"Whoever trained {case.target} is not in the registry.",
            closes="State the developer in the policy under [[developers]].",
        )


# --- circumstances


def fallback(subject: Subject) -> Iterator[OpenPoint]:
    """Stored data that answered because the Hub could not be reached."""
    case = subject.case
    if case.fallback and not case.offline_wanted:
        day = case.data_dates.get("snapshot", "a date that is not recorded")
        yield from subject.point(
            Gap.FALLBACK,
            case.target,
            frozenset(Question),
            f"The Hub could not be reached; what is said of {case.target} comes from "
            f"offline data of {day} and may be out of date.",
            closes="Run again, or say --offline where offline data is what you want.",
        )


SOURCES: tuple[Source, ...] = (
    unread_models,
    withheld,
    unread_files,
    unlisted_files,
    trail_ends,
    unmatched_bases,
    undeclared_families,
    bounds,
    weak_steps,
    unknown_people,
    fallback,
)
