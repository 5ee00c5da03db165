"""What a scan found: uses of models, places that could not be
resolved, files that could not be read."""

from __future__ import annotations

from dataclasses import field

from lineage.core.use import ModelUse
from lineage.core.value import dataclass

NOT_SHOWN = "the Hub shows no such model: it is none, or a private one"
"""Why a use is only possible."""


@dataclass(frozen=True, order=True)
class Unreadable:
    """A file that could not be read as what it is; what
    patterns found in it is among the uses."""

    file: str
    reason: str
    is_searched: bool = True
    """Whether all of it was read at least by pattern; false where some of it was not read at
    all."""
    is_left_out: bool = False
    """Not read because tools seem to have made it, or an ignore file names it, and no git says
    whether it is the project's."""


@dataclass(frozen=True)
class ScanResult:
    """Everything that one repository shows of the models it uses."""

    root: str
    uses: tuple[ModelUse, ...]
    """Of kinds hub, local and other, in reading order."""
    unresolved: tuple[ModelUse, ...]
    """Places that load a model whose name is known only when the code runs."""
    unreadable: tuple[Unreadable, ...]
    files_read: int
    bounds_hit: tuple[str, ...] = field(default=())
    left_out: tuple[ModelUse, ...] = ()
    """What tests, documentation and examples use, where the scan was asked to leave them out."""
    unpacked_at: str = ""
    """Where the files lie while they are read, if not at `root`: a folder that is gone
    afterwards."""

    @property
    def not_shown(self) -> tuple[ModelUse, ...]:
        """Uses that nothing but a shared word tells, and whose name the Hub was asked for and does
        not show: no model, a private one, or a slip."""
        return tuple(use for use in self.uses if use.reason == NOT_SHOWN)
