"""Who is behind a model, in words: names of developers and countries, and short names of
models."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lineage.core.country import country
from lineage.evidence.evidence import Attribution, Developer, Foundation
from lineage.report.printable import printable

_SHORT = 16
"""Letters of a name that a genitive can take."""


def developer(who: Attribution) -> str:
    """`Meta, United States`, or what is not established."""
    if who.developer is None:
        return "developer unknown"
    return f"{known_as(who.developer)}, {country(who.jurisdiction)}"


def maker(who: Attribution) -> str:
    """`Meta (United States)`, for sentences."""
    if who.developer is None:
        return "an unknown developer"
    return f"{known_as(who.developer)} ({country(who.jurisdiction)})"


def known_as(who: Developer) -> str:
    """Its name without what the registry adds in brackets: `Qwen team, Alibaba Cloud`."""
    return printable(re.sub(r" *\([^()]*\)", "", who.name).strip() or who.name, 80)


def short_name(model: str, who: Attribution) -> str:
    """`DeepSeek-R1` where it is in its developer's own namespace, so that nothing is hidden;
    else the whole id."""
    is_own = who.developer is not None and who.basis == "namespace"
    return printable(model.rpartition("/")[2] if is_own else model, 120)


def made(one: Foundation) -> str:
    """`Meta's Llama-3.1-8B (United States)`, or the whole id with what is not established."""
    who = one.attribution
    name = short_name(one.model, who)
    if who.developer is None or name == printable(one.model, 120):
        return f"{name} ({developer(who)})"
    named = known_as(who.developer)
    if len(named) > _SHORT:
        return f"{name} by {maker(who)}"
    return f"{named}'{'' if named.endswith('s') else 's'} {name} ({country(who.jurisdiction)})"


def listed(words: Iterable[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`; beyond `most` they are counted."""
    each = list(dict.fromkeys(words))
    shown, rest = each[:most], len(each) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)
