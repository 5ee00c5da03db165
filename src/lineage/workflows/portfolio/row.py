"""One model of an input file, as the file names it, and what the file states about it."""

from __future__ import annotations

import hashlib
from dataclasses import field

from lineage.core.value import dataclass

MOST_ROWS = 100_000
"""Rows read of one file; more are refused, not cut."""
_CLIP = 500


@dataclass(frozen=True)
class SupplierStatement:
    """What a supplier's file states about a model; an empty field states nothing."""

    bases: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    revision: str = ""
    developer: str = ""
    supplier: str = ""
    """Who delivers it; not always who trained it."""
    family: str = ""
    model: str = ""
    """What it calls the model beside its name on the Hub."""
    beside: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """The other models of the same bill of materials, in lower case: where a base model is among
    them, it is not kept silent."""
    depends: tuple[str, ...] = ()
    """What it depends on by that document: a base model, or another part of a product."""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of the model."""
        return not (
            self.bases
            or self.licences
            or self.revision
            or self.developer
            or self.supplier
            or self.family
            or self.model
            or self.depends
        )


@dataclass(frozen=True)
class InputRow:
    """One line of work; a row with a problem is reported like
    any other and never stops the rest."""

    file: str
    place: str
    """`row 3` (the header is row 1), `line 7`, `component 2`, `entry 1`."""
    target: str
    """What the audit is asked for; empty where the row names nothing."""
    columns: tuple[tuple[str, str], ...] = ()
    statement: SupplierStatement = SupplierStatement()
    problem: str = ""
    hub_only: bool = False
    """The name came from a supplier's file: it is never taken for a path of this machine."""

    @property
    def key(self) -> str:
        """What a journal knows the row by: place, target and what the supplier says, so that an
        edited file is not mixed up."""
        plain = f"{self.place}\t{self.target}"
        if self.statement.is_empty:
            return plain
        return f"{plain}\t{hashlib.sha256(repr(self.statement).encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Listing:
    """How one file is to be read."""

    name: str
    """What rows and messages call it."""
    column: str = ""
    """The header or member that holds the models, where the user named one."""
    notes: list[str] = field(default_factory=list)
    """What the reader of a report must know of the reading."""

    def note(self, text: str) -> None:
        """Tell it once."""
        if text not in self.notes:
            self.notes.append(text)


def clipped(value: object) -> str:
    """A cell or field of an untrusted file as text of bounded length."""
    return str(value).strip()[:_CLIP]
