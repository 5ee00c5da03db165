"""The supplier's statements, beside what was found.

Who names less, or spells otherwise, is never called wrong: a statement contradicts only where it
names something that the registry knows, and the whole of the lineage was read down to models that
are shown to be foundations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.core.claim import Claim
from lineage.core.errors import InvalidRefError
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.ref import parse_ref, unwrapped
from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Developer
from lineage.evidence.near_names import squeezed
from lineage.evidence.supplied import Agreement, Compared
from lineage.report.document import TargetReport
from lineage.report.licences import licences
from lineage.workflows.portfolio.licence_words import compare_licences
from lineage.workflows.portfolio.row import SupplierStatement
from lineage.workflows.portfolio.words import Fit, Names

_SHOWN = 3
_FROM_SCRATCH = re.compile(
    r"(?:trained |built |developed )?(?:entirely )?from scratch\b|^no base model\b|"
    r"^not (?:based|built) on\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"(?:none|n/?a|nil|null|unknown|tbd|tba|not (?:known|stated|applicable|disclosed)|[-–—?.]*)\Z",
    re.IGNORECASE,
)
_OF_FIT = {
    Fit.SAME: Agreement.AGREES,
    Fit.LESS: Agreement.SAYS_LESS,
    Fit.NEAR: Agreement.IN_PART,
}


def compare(
    statement: SupplierStatement,
    found: TargetReport,
    *,
    is_bill: bool = False,
    data: DataSet = EMBEDDED,
) -> tuple[Compared, ...]:
    """Model, base models and family, then revision, licence and developer; empty where the
    supplier states nothing. `is_bill`: the statement is a component of a bill of materials, whose
    silence about a base model is one."""
    if statement.is_empty and not is_bill:
        return ()
    lineage = _Lineage(found, data)
    return (
        *_model(statement, lineage),
        *_bases(statement, lineage),
        *(
            one
            for family in _stated((statement.family,))
            for one in [lineage.compared("family", family, lineage.models)]
        ),
        *_revision(statement, found),
        *_licences(statement, found),
        *_developer(statement, lineage),
    )


class _Lineage:
    """What was found, as far as a supplier's words can be compared with it."""

    def __init__(self, found: TargetReport, data: DataSet) -> None:
        self.found = found
        self.graph = graph = found.graph
        self.names = Names.load(data)
        self.target = graph.target
        self.models = list(graph.nodes)
        self.above = [model for model in self.models if model != graph.target]
        self.by_name = {
            name: node.id
            for node in graph.nodes.values()
            for alias in (node.id, *node.aliases)
            for name in (alias.lower(), self.names.canonical(alias))
        }
        self.direct = [
            edge.parent
            for edge in graph.parents(self.target)
            if edge.parent != self.target and edge.is_whole
        ]
        self.is_closed = self._is_closed()

    def _is_closed(self) -> bool:
        """Whether all weights are traced, by more than leads, to shown foundations."""
        graph = self.graph
        above = graph.weight_ancestors(self.target)
        roots = graph.roots()
        edges = [
            edge
            for model in {self.target, *above}
            for edge in graph.parents(model)
            if edge.is_whole
        ]
        return (
            bool(roots)
            and not graph.bounds_hit
            and all(self.found.attributions[root].is_foundation for root in roots)
            and all(map(self._is_told, {self.target, *above} - set(roots)))
            and all(edge.grade is not Grade.INFERRED for edge in edges)
            and not any(
                self._is_unmatched(claim, {self.target, *above}) for claim in graph.unlinked
            )
        )

    @staticmethod
    def _is_unmatched(claim: Claim, models: set[str]) -> bool:
        """Whether a model of the lineage names a base that could not be matched: it may be what
        the supplier means."""
        return (
            claim.child in models
            and claim.relation.carries_weights
            and claim.component is None
            and claim.grade is not Grade.INFERRED
            and claim.problem not in ("self", "dataset")
        )

    def _is_told(self, model: str) -> bool:
        """Whether what it was made from was read, or is cited: weights that a model was tuned or
        converted from leave no room for others."""
        whole = [edge for edge in self.graph.parents(model) if edge.is_whole]
        is_cited = bool(whole) and all(edge.relation is not Relation.MERGE for edge in whole)
        return is_cited or self.graph.nodes[model].status.is_known

    def developer(self, model: str) -> Developer | None:
        """Who developed a model of the lineage."""
        return self.found.attributions[model].developer

    def developers(self, models: Iterable[str]) -> dict[str, Developer]:
        """Those of several, by registry id."""
        return {one.id: one for model in models if (one := self.developer(model))}

    def lookup(self, text: str) -> str | None:
        """The model of the lineage that this is an exact name of."""
        plain = _plain(text)
        return self.by_name.get(plain) or self.by_name.get(self.names.canonical(plain))

    def best(self, text: str, models: Iterable[str]) -> tuple[Fit, list[str]]:
        """The models that the words fit best."""
        fits: dict[str, Fit] = {}
        for model in models:
            developer = self.developer(model)
            fits[model] = self.names.fit(_plain(text), model, developer.id if developer else None)
        best = max(fits.values(), default=Fit.NONE)
        return best, [model for model, fit in fits.items() if fit is best and fit]

    def compared(self, subject: str, text: str, models: list[str]) -> Compared:
        """One text against these models of the lineage."""
        known = self.lookup(text)
        if known in models:
            return Compared(subject, text, str(known), Agreement.AGREES)
        fit, fitting = self.best(text, models)
        if fitting == [self.target] and self.above and self._is_foreign(text):
            fit, models = Fit.NONE, self.above  # a name that it was given tells no descent
        if fit in _OF_FIT:
            return Compared(subject, text, _listed(fitting), _OF_FIT[fit])
        return Compared(subject, text, self.shown(models), self._unlike(text, fit, models))

    def _is_maker(self, stated: frozenset[str]) -> bool:
        """Whether the words name a developer of the audited model or of anything in its lineage."""
        return any(self.names.kin(one, stated) for one in self.developers(self.models))

    def _is_foreign(self, text: str) -> bool:
        """Whether the words name a line that is not of the audited model's own developer."""
        own = self.developer(self.target)
        stated = self.names.developers(_plain(text))
        return bool(stated) and not (own and self.names.kin(own.id, stated))

    def shown(self, models: list[str]) -> str:
        """What was found instead, in a few names: the direct bases first."""
        ends = [model for model in self.graph.roots() if model in models]
        items = [model for model in self.direct if model in models]
        return _listed(list(dict.fromkeys((*items, *ends)))) if items or ends else "no base model"

    def _unlike(self, text: str, fit: Fit, models: list[str]) -> Agreement:
        """Of words that fit no model: whether they name something that is known to be another."""
        plain = _plain(text)
        families = self.names.families(plain)
        owner = self.names.owner(plain)
        stated = frozenset({owner}) if owner else self.names.developers(plain)
        if fit is not Fit.OTHER:
            known = {
                family
                for model in models
                for family in (
                    *self.names.families(model),
                    self.found.attributions[model].family or "",
                )
            }
            is_kin = any(self.names.kin(one, stated) for one in self.developers(models))
            if families & known or (is_kin and not families):
                return Agreement.IN_PART
            if not families and not owner and self._is_maker(stated):
                return Agreement.CANNOT_BE_COMPARED  # who made or trained it tells no base
            if not families and not (stated and (owner or self.names.is_plain(plain))):
                return Agreement.CANNOT_BE_COMPARED
        return Agreement.CONTRADICTS if self.is_closed else Agreement.CANNOT_BE_COMPARED


def _model(statement: SupplierStatement, lineage: _Lineage) -> Iterator[Compared]:
    """What the list calls the model beside its address; a product's own name says nothing."""
    for said in _stated((statement.model,)):
        one = lineage.compared("model", said, lineage.models)
        if one.agreement is not Agreement.CANNOT_BE_COMPARED:
            yield one


def _bases(statement: SupplierStatement, lineage: _Lineage) -> Iterator[Compared]:
    named: set[str] = set()
    is_scratch = False
    for said in _stated(statement.bases):
        if _FROM_SCRATCH.search(said):
            is_scratch = True
            yield _scratch(said, lineage)
            continue
        models = lineage.above or lineage.models
        one = lineage.compared("base model", said, models)
        if one.agreement is not Agreement.CONTRADICTS:
            known = lineage.lookup(said)
            named |= {known} if known else set(lineage.best(said, models)[1])
        yield one
    for said in statement.depends:
        if (known := lineage.lookup(said)) and known in lineage.above:
            named.add(known)
            yield Compared("base model", said, known, Agreement.AGREES)
    named |= {model for model in lineage.above if model.lower() in statement.beside}
    if statement.family:
        named |= set(lineage.best(statement.family, lineage.above)[1])
    left = (
        [] if is_scratch else [one for one in lineage.direct if not _is_named(one, named, lineage)]
    )
    is_silent = not _stated(statement.bases) or bool(named)
    if left and is_silent:
        yield Compared("base model", "", _listed(left), Agreement.SAYS_LESS)


def _is_named(base: str, named: set[str], lineage: _Lineage) -> bool:
    """Whether a base, or something above it, is among the named models."""
    return bool(named & {base, *lineage.graph.weight_ancestors(base)})


def _scratch(text: str, lineage: _Lineage) -> Compared:
    sure = [e for e in lineage.graph.parents(lineage.target) if e.is_whole]
    if lineage.found.attributions[lineage.target].is_foundation:
        return Compared("base model", text, "no base model", Agreement.AGREES)
    if any(edge.grade is not Grade.INFERRED for edge in sure):
        return Compared("base model", text, _listed(lineage.direct), Agreement.CONTRADICTS)
    return Compared("base model", text, "no base model", Agreement.CANNOT_BE_COMPARED)


def _revision(statement: SupplierStatement, found: TargetReport) -> Iterator[Compared]:
    """Another commit is no contradiction: the supplier may ship an older one."""
    if statement.revision:
        text, have = statement.revision.lower(), (found.revision or "").lower()
        shorter = min(len(text), len(have))
        same = shorter >= 7 and text[:shorter] == have[:shorter]
        agreement = Agreement.AGREES if same else Agreement.CANNOT_BE_COMPARED
        yield Compared("revision", statement.revision, have or "no revision", agreement)


def _licences(statement: SupplierStatement, found: TargetReport) -> Iterator[Compared]:
    stated = _stated(statement.licences)
    if stated:
        have = [one.spdx or one.name for one in licences(found.graph.nodes[found.model])]
        shown = ", ".join(have) or "no stated licence"
        yield Compared("licence", ", ".join(stated), shown, compare_licences(stated, have))


def _developer(statement: SupplierStatement, lineage: _Lineage) -> Iterator[Compared]:
    for said in _stated((statement.developer,)):
        yield _of_developer(said, lineage)
    for said in _stated((statement.supplier,)):
        # Who delivers a model need not have trained it, so another name says nothing.
        one = _of_developer(said, lineage)
        if one.agreement in (Agreement.AGREES, Agreement.IN_PART) and not statement.developer:
            yield one


def _of_developer(name: str, lineage: _Lineage) -> Compared:
    own = lineage.developer(lineage.target)
    publisher = lineage.graph.nodes[lineage.target].publisher
    shown = own.name if own else "no established developer"
    stated = lineage.names.developers(name)
    others = lineage.developers(lineage.above)
    if publisher and squeezed(name) == squeezed(publisher):
        return Compared("developer", name, shown if own else publisher, Agreement.AGREES)
    if own and (lineage.names.kin(own.id, stated) or squeezed(name) == squeezed(own.name)):
        return Compared("developer", name, shown, Agreement.AGREES)
    if items := [one.name for id_, one in others.items() if lineage.names.kin(id_, stated)]:
        text = f"{shown}, and {_listed(items)} for what it is built on"
        return Compared("developer", name, text, Agreement.IN_PART)
    is_known = own is not None and lineage.found.attributions[lineage.target].basis == "namespace"
    wrong = is_known and stated and own and own.develops and lineage.names.is_plain(name)
    agreement = Agreement.CONTRADICTS if wrong else Agreement.CANNOT_BE_COMPARED
    return Compared("developer", name, shown, agreement)


def _plain(written: str) -> str:
    try:
        return parse_ref(unwrapped(written)).id.lower()
    except InvalidRefError:
        return written.strip().lower()  # no Hub name: it can still be an alias as written


def _stated(texts: Iterable[str]) -> list[str]:
    """Those that say something."""
    return [text for text in texts if not _SAYS_NOTHING.match(text.strip())]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
