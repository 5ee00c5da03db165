"""One model of an input file, as the file names it, and what the file states about it."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare."""
        return not (self.bases or self.licences or self.revision or self.developer)


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
        """What a journal knows the row by: place and target, so
        that an edited file is not mixed up."""
        return f"{self.place}\t{self.target}"


def clipped(value: object) -> str:
    """A cell or field of an untrusted file as text of bounded length."""
    return str(value).strip()[:_CLIP]
