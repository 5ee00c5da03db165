"""Regular expressions that are compiled when they are first used: most runs meet few of the texts
that they are for."""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for the compiled expression until a method of it is asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for method in ("match", "fullmatch", "search", "sub", "split", "findall", "finditer"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, at the first use. What is wrong with the expression shows then."""
    return cast("re.Pattern[str]", _Late(text, flags))
