"""The labels under which results of different languages are kept apart."""

from __future__ import annotations

from lineage.evidence.evidence import TestResult

_LANGUAGES = {"zh-hans": "zh", "zh-cn": "zh", "zh-tw": "zh-Hant", "zh-hant": "zh-Hant"}
NOT_NAMED = "unknown"


def language_of(result: TestResult) -> str:
    """The label under which its state is kept. Simplified is plain `zh`; Traditional, and pooled
    languages, stand by themselves."""
    return _LANGUAGES.get(result.language.casefold(), result.language)


def parts(language: str) -> frozenset[str]:
    """The single languages under a label."""
    return frozenset(_LANGUAGES.get(one.casefold(), one) for one in language.split("+"))


def overlap(one: str, other: str) -> bool:
    """Whether two labels may be of the same language; one that the source does not name may be
    any."""
    unnamed = (NOT_NAMED, "multilingual")
    return one in unnamed or other in unnamed or bool(parts(one) & parts(other))
