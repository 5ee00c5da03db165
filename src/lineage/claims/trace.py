"""One trace of one model (a file, or the hub's answer), and the claims that are made from what
is in it."""

from __future__ import annotations

from dataclasses import replace

from lineage.claims.names.parent_name import ParentName, read_parent_name
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.elsewhere import bare, beside, is_elsewhere
from lineage.core.record import ModelRecord
from lineage.core.ref import is_repo_id
from lineage.core.relation import Grade, Relation
from lineage.core.value import dataclass

LONGEST_EXCERPT = 200
LONGEST_VALUE = 300
_NEARLY_CERTAIN = 0.9
MOST_CLAIMS = 200
"""Of one reader in one model; real merges have 47 parents."""


@dataclass(frozen=True)
class Trace:
    """Where statements are: all claims made from it share the child, the source, the file and the
    grade."""

    record: ModelRecord
    source: str
    file: str
    grade: Grade

    def claims(
        self,
        value: object,
        location: str,
        relation: Relation,
        *,
        excerpt: str = "",
        component: str | None = None,
        confidence: float | None = None,
        revision: str | None = None,
        canonical: bool = False,
    ) -> tuple[Claim, ...]:
        """The claim that `value` is a base model; beside it tentative ones for what a path or a
        bare name may mean.

        An empty value makes none. A `canonical` value comes from the hub itself, so whatever has
        the form of an id is one.
        """
        known = canonical and isinstance(value, str) and is_repo_id(value)
        name = (
            ParentName(str(value), str(value), is_bare=True)
            if known
            else read_parent_name(value, self._namespace)
        )
        if name.problem == "empty":
            return ()
        if name.id is not None and name.is_bare:
            name = replace(name, id=beside(self.record.id, name.id))
        claim = Claim(
            child=self.record.id,
            value=name.written,
            parent=name.id,
            relation=relation,
            grade=self.grade,
            source=self.source,
            file=self.file,
            location=location,
            excerpt=clip(excerpt, LONGEST_EXCERPT),
            confidence=confidence,
            component=component,
            parent_revision=revision or name.revision,
            problem=name.problem,
        )
        if name.id is not None and self.is_self(name.id):
            return (replace(claim, parent=None, problem="self"),)
        return (claim, *self._guesses(claim, name))

    def elsewhere(
        self,
        value: str,
        parent: str,
        location: str,
        relation: Relation,
        *,
        excerpt: str = "",
        component: str | None = None,
    ) -> Claim:
        """The claim that `value` names `parent`, an id outside the Hub."""
        is_self = self.is_self(parent)
        return Claim(
            child=self.record.id,
            value=clip(value, LONGEST_VALUE),
            parent=None if is_self else parent,
            relation=relation,
            grade=self.grade,
            source=self.source,
            file=self.file,
            location=location,
            excerpt=clip(excerpt, LONGEST_EXCERPT),
            component=component,
            problem="self" if is_self else "",
        )

    def _guesses(self, claim: Claim, name: ParentName) -> tuple[Claim, ...]:
        """What a text that is no repo id may mean: kept only where the walk finds such a repo, and
        graded lowest.

        Each guess costs the walk a question, so where a base is declared prose makes only the
        nearly certain ones.
        """
        if (
            self.grade.rank > Grade.EMBEDDED.rank
            and name.certainty < _NEARLY_CERTAIN
            and declares_base(self.record)
        ):
            return ()
        return tuple(
            replace(
                claim,
                parent=guess,
                problem="",
                grade=Grade.INFERRED,
                written_as=claim.grade,
                tentative=True,
                confidence=name.certainty,
            )
            for guess in name.guesses
            if not self.is_self(guess)
        )

    def observe(self, kind: ObservationKind, location: str, text: str) -> Observation:
        """Something noticed in this file that names no parent."""
        return Observation(kind, self.record.id, self.file, location, clip(text, LONGEST_EXCERPT))

    def is_self(self, repo: str) -> bool:
        """Whether a repo id is one of the child's own names."""
        own = {
            name.lower()
            for name in (self.record.id, self.record.requested, *self.record.redirected_from)
        }
        return repo.lower() in own

    def is_own(self, repo: str) -> bool:
        """The same, whichever of two places a card says that it lies at: a page of its own at
        another place is no base in prose."""
        names = (self.record.id, self.record.requested, *self.record.redirected_from)
        return bare(repo).lower() in {bare(name).lower() for name in names}

    @property
    def _namespace(self) -> str:
        repo = self.record.id
        is_hub = repo.count("/") == 1 and self.record.source != "local" and not is_elsewhere(repo)
        return repo.partition("/")[0] if is_hub else ""


def declares_base(record: ModelRecord) -> bool:
    """Whether the card, the Hub's tags or its tree name at least one base model by a repo id."""
    if record.base_models or any(tag.startswith("base_model:") for tag in record.tags):
        return True
    listed = record.card.get("base_model")
    values = listed[:50] if isinstance(listed, (list, tuple)) else [listed]
    return any(read_parent_name(value).id for value in values)


def clip(text: str, limit: int) -> str:
    """`text` on one line, cut to `limit` characters with an ellipsis."""
    flat = " ".join(text.split()) if len(text) < 4 * limit else " ".join(text[: 4 * limit].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
