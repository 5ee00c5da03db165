"""Which texts of a list name a model: of the Hub, of another register, or a local path."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.errors import InvalidRefError
from lineage.core.ref import parse_ref, unwrapped
from lineage.sources.hub.settings import own_endpoint

CLEAR, BARE, NONE = 2, 1, 0
"""How surely a text names a model: with its owner or as an address; as one word; not at all."""
_LONGEST = 8000
"""Characters of a line or cell that are searched."""
_PATH = re.compile(r"(?:\.{1,2}[/\\]|[/~]|[A-Za-z]:\\)\S")
_ATTEMPT = re.compile(r"[^\s/:<>{}\"'()]+/[^\s/:<>{}\"'()]+\Z")
"""A misspelt name, which is reported as that."""
_OTHER_FILE = re.compile(
    r"\.(?:py|md|txt|json|ya?ml|toml|cfg|ini|sh|js|ts|html?|png|svg|pdf|docx?|csv)\Z", re.IGNORECASE
)
"""What is named like a model and is a file of a project."""
_ADDRESS = re.compile(r"(?:https?://|hf://|pkg:|git@)[^\s<>()\"'`|\]]+|\bhf\.co/[^\s<>()\"'`|\]]+")
_QUOTED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


def clearness(text: str) -> int:
    """How surely the whole of a text names a model."""
    written = text.strip()
    if parse_elsewhere(written) or _PATH.match(written):
        return CLEAR
    try:
        ref = parse_ref(unwrapped(written), endpoint=own_endpoint())
    except InvalidRefError:
        return BARE if _ATTEMPT.match(written) else NONE
    return CLEAR if "/" in ref.id and not _OTHER_FILE.search(ref.id) else BARE


def names_in(text: str) -> tuple[str, ...]:
    """The models that a line or cell names: the whole of it, what is between separators, or
    the addresses and quoted names in it."""
    whole = text[:_LONGEST].strip().strip("*_").strip()
    if clearness(whole) == CLEAR:
        return (unwrapped(whole),)
    parts = [part for part in re.split(r"[;,\n]", whole) if part.strip()]
    if len(parts) > 1 and all(clearness(part) == CLEAR for part in parts):
        return _once(parts)
    addresses = addresses_in(whole)
    quoted = [first or second for first, second in _QUOTED.findall(whole)]
    head = re.split(r"\s+[–—:|(-]|:\s|\s+\(", whole, maxsplit=1)[0]
    named = addresses or _once(one for one in (*quoted, head) if clearness(one) == CLEAR)
    return named or ((unwrapped(whole),) if clearness(whole) == BARE else ())


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses of models in a sentence; the text of a link often says the name again."""
    return _once(one for one in _ADDRESS.findall(text[:_LONGEST]) if clearness(one) == CLEAR)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unwrapped(one) for one in texts))
