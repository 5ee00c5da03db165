"""Whole texts that are the id of a model which the tables know: nobody writes one by chance, so no
key has to say model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse
from lineage.scan.entries import Entry
from lineage.scan.names import Bare, judge, judged_use
from lineage.scan.place import Places
from lineage.scan.services import Services

VIA = "the id of a known model"
_QUOTED = re.compile(r"[\"'`](?P<id>[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,90})[\"'`]")
_SET = re.compile(
    r"(?<![\w$])(?P<key>[A-Za-z_]\w{0,60})\s*[?:]{0,2}=\s*[\"']?"
    r"(?P<id>[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,90})[\"']?(?=[\s;,\])}]|\Z)"
)
# Below or under such names stand lists of what is told of models, and names of anything else.
_TELLS = re.compile(
    r"(?i)dataset|result|eval|leaderboard|price|pricing|cost|widget|model.index|catalog|docs?\Z"
    r"|uses|image|repos?\Z|repository|chart|description|title|comment|example|test"
)


def known_in_entries(entries: list[Entry], file: str, services: Services) -> Iterator[ModelUse]:
    """Scalars of a structured file; a member of a list is only possible."""
    for entry in entries:
        value = entry.value.strip()
        if value.casefold() not in services.hub_ids or any(
            isinstance(step, str) and _TELLS.search(step) for step in entry.path
        ):
            continue
        judged = judge(value, Bare.IGNORED)
        if judged is not None:
            in_list = any(isinstance(step, int) for step in entry.path)
            certainty = Certainty.POSSIBLE if in_list else Certainty.LIKELY
            yield judged_use(judged, (file, entry.line, entry.column), VIA, certainty)


def known_in_settings(text: str, file: str, services: Services) -> Iterator[ModelUse]:
    """What commands set a variable or an option to: `ARG M=org/name`, whatever its name."""
    places = Places(text)
    for match in _SET.finditer(text) if services.hub_ids else ():
        judged = judge(match["id"], Bare.IGNORED)
        if (
            judged is not None
            and match["id"].casefold() in services.hub_ids
            and not _TELLS.search(match["key"])
        ):
            place = (file, *places.of(match.start("id")))
            yield judged_use(judged, place, VIA, Certainty.LIKELY)


def known_in_text(code: str, file: str, services: Services) -> Iterator[ModelUse]:
    """Quoted texts of a language without a parser here."""
    places = Places(code)
    for match in _QUOTED.finditer(code) if services.hub_ids else ():
        judged = judge(match["id"], Bare.IGNORED)
        if judged is not None and match["id"].casefold() in services.hub_ids:
            place = (file, *places.of(match.start("id")))
            yield judged_use(judged, place, VIA, Certainty.LIKELY)
