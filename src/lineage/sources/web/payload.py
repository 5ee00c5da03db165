"""JSON from a server, whatever it put into it."""

from __future__ import annotations

import json
import re
from typing import Any

_DEEPEST = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


class PayloadError(Exception):
    """The answer is none that such a server gives; the text is a clause for a report."""


def parse_json(body: bytes, who: str = "the hub") -> Any:
    """The value, free of lone surrogates and not nested deeply. Raises PayloadError, which calls
    the server `who`."""
    try:
        value = json.loads(body.decode("utf-8", "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as problem:
        raise PayloadError(f"{who}'s answer is not JSON") from problem
    return _cleaned(value, who)


def _cleaned(value: Any, who: str) -> Any:
    # A loop and not recursion: the depth is what is being checked. Containers are cleaned in place.
    holder = [value]
    queue: list[tuple[Any, int]] = [(holder, 0)]
    while queue:
        container, depth = queue.pop()
        if depth > _DEEPEST:
            raise PayloadError(f"{who}'s answer is nested too deeply")
        if isinstance(container, dict):
            for key in [key for key in container if _SURROGATE.search(key)]:
                container[_SURROGATE.sub("\ufffd", key)] = container.pop(key)
        for place, item in (
            list(container.items()) if isinstance(container, dict) else enumerate(container)
        ):
            if isinstance(item, str):
                if _SURROGATE.search(item):
                    container[place] = _SURROGATE.sub("\ufffd", item)
            elif isinstance(item, (dict, list)):
                queue.append((item, depth + 1))
    return holder[0]
