"""Licences as the hub's metadata names them, model by model along the lineage."""

from __future__ import annotations

from fnmatch import fnmatchcase

from lineage.core.record import ModelRecord

_SAYS_NOTHING = frozenset({"", "other", "unknown", "none"})


def licences_of(record: ModelRecord | None) -> tuple[str, ...]:
    """Identifiers in lower case: the card's, else the tags'. The custom name of an `other` licence
    counts. Empty where none is named."""
    if record is None:
        return ()
    written = record.card.get("license")
    names = [written] if isinstance(written, str) else []
    if isinstance(written, (list, tuple)):
        names = [str(name) for name in written]
    if not names:
        names = [tag.partition(":")[2] for tag in record.tags if tag.startswith("license:")]
    found = {name.strip().lower() for name in names}
    custom = record.card.get("license_name")
    if isinstance(custom, str) and found <= _SAYS_NOTHING:
        found.add(custom.strip().lower())
    return tuple(sorted(found - _SAYS_NOTHING))


def is_like(licence: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern such as `cc-by-nc-*` takes it; letter case is ignored."""
    return any(fnmatchcase(licence, pattern.lower()) for pattern in patterns)
