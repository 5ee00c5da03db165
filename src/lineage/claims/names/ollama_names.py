"""What Ollama writes where a base is: a name of its library or of a user, a Hub repository, or
a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.claims.names.placeholder import is_placeholder
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.elsewhere import at_address
from lineage.core.ollama import parse_ollama
from lineage.core.relation import Relation

BLOB = re.compile(r"sha256[-:][0-9a-f]{64}\Z")
"""The end of a path in Ollama's store."""
_FILES = (".gguf", ".bin", ".safetensors")


def ollama_claims(
    value: str, trace: Trace, location: str, relation: Relation, *, excerpt: str = ""
) -> Iterator[Claim]:
    """The claim that this name or file is a base model, and what a path may mean beside it."""
    is_path = value.startswith((".", "/", "~", "\\")) or value.lower().endswith(_FILES)
    if BLOB.search(value):
        return  # weights without a name
    is_path = is_path or is_placeholder(value)
    page = None if is_path else at_address(value)
    named = parse_ollama(value) if page is None and not is_path else None
    if page is not None:
        yield trace.elsewhere(value, page.id, location, relation, excerpt=excerpt)
    elif named is not None and named.hub_id:
        yield from trace.claims(named.hub_id, location, relation, excerpt=excerpt or value)
    elif named is not None:
        yield trace.elsewhere(value, named.id, location, relation, excerpt=excerpt)
    else:
        yield from trace.claims(value, location, relation, excerpt=excerpt)
