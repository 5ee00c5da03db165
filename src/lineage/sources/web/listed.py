"""What servers tell of the files of a model, and of the model in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lineage.core.record import FileEntry

CARD, ABOUT = "README.md", "about.md"
"""Under these names a record shows what a place says of a model beside its files: as the card, or
beside one."""
_LONGEST = 1024
_MOST_TOLD = 1_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_path(content: Any) -> bool:
    """Whether it is a path below a repository's own folder that a file may have."""
    return (
        isinstance(content, str)
        and 0 < len(content) <= _LONGEST
        and not _CONTROL.search(content)
        and not any(step in ("", ".", "..") for step in content.split("/"))
    )


def odd_entries(count: int) -> list[str]:
    """The clause of a report on entries of a list that have no such path: what they are is not
    known."""
    return [f"its file list names no file in {count} of its entries"] if count else []


def descriptions(files: Iterable[FileEntry], *fields: Any) -> dict[str, bytes]:
    """What people wrote into the fields of a place, as the file that readers of cards look for."""
    text = "\n\n".join(one for one in fields if isinstance(one, str) and one.strip())
    has_card = any(one.path.lower() == CARD.lower() for one in files)
    path = ABOUT if has_card else CARD
    return {path: text[:_MOST_TOLD].encode("utf-8", "replace")} if text else {}
