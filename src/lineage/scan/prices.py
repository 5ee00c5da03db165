"""Lists of what models cost. A file with more prices than anybody runs models tells what it knows
of them: a service's name among the prices is only possible, as is what nothing but the tables knows
for a model's id, and on what a key calls a model the Hub decides.

A command is run whatever stands around it, and what people write to have models served (YAML, TOML,
variables) is no list, though a gateway's settings say what each of them costs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.core.pattern import late
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.kinds import FileKind
from lineage.scan.known_ids import VIA as KNOWN_ID

_PRICE = late(r"(?:[cC]ost|[pP]ric(?:e|ing))[\w-]*[\"']?\s*:\s*[\"']?[$\d{.-]")
LISTING = frozenset({FileKind.JSON, FileKind.RECORDS, FileKind.XML, FileKind.TEXT, FileKind.OTHER})
"""Kinds of files that such lists are kept in."""
_COMMENT = re.compile(r"[ \t]*(?:#|//|--|;|\*|/\*|<!--)")
_LEAST = 100
"""Prices of a list: a gateway's settings have a few for each model that it serves."""
_NEAR, _FEW = 1500, 3
"""Characters on either side in which so many prices stand around a name of the list."""
_KEY = re.compile(r"(?:a known name, )?key (?![A-Z\d_]+\Z)")
"""What stands under a key of the list, and not what a command or a variable of the environment
takes."""
REASON = "in a list of what models cost"


def with_prices(uses: Iterable[ModelUse], text: str) -> Iterator[ModelUse]:
    """The uses of a file, those among its prices in doubt."""
    found = list(uses)
    prices = [match.start() for match in _PRICE.finditer(text)] if found else []
    if len(prices) >= _LEAST:  # what a comment says costs nothing
        prices = [at for at in prices if not _COMMENT.match(text, text.rfind("\n", 0, at) + 1)]
    if len(prices) < _LEAST:
        yield from found
        return
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for use in found:
        at = starts[min(use.line, len(starts)) - 1] + use.column
        around = bisect_left(prices, at + _NEAR) - bisect_left(prices, at - _NEAR)
        is_listed = use.via == KNOWN_ID or _KEY.match(use.via)
        if around < _FEW or use.kind is UseKind.UNRESOLVED or not is_listed:
            yield use
        elif (
            use.kind is UseKind.HUB and use.via != KNOWN_ID
        ):  # prices beside a name take no model out of the audit
            yield replace(use, if_found=True, reason=use.reason or REASON)
        else:
            yield replace(use, certainty=Certainty.POSSIBLE)
