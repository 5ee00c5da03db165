"""One word of a command."""

from __future__ import annotations

import re
from dataclasses import replace

from lineage.core.value import dataclass

_UNKNOWN = re.compile(r"\$|\{\{|%\w+%|!\w+!|\A\{\w+\}\Z")


@dataclass(frozen=True)
class ShellWord:
    """One word of a command, unquoted and with the variables that are known filled in."""

    text: str
    line: int
    column: int
    is_default: bool = False
    """It contained a variable: its value here is what holds unless somebody sets another."""

    @property
    def is_known(self) -> bool:
        """Whether no unknown variable is left in it."""
        return not _UNKNOWN.search(self.text)

    def part(self, start: int, end: int | None = None) -> ShellWord:
        """A piece of it, with its own column."""
        return replace(self, text=self.text[start:end], column=self.column + start)
