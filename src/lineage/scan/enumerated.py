"""Models that code names by a constant of a library's own list: `EmbeddingModel::BGEM3`,
`OpenAiModels.GPT_4O`. What such a constant spells is a model that the tables know, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lineage.core.use import Certainty, ModelUse
from lineage.scan.names import judged_use
from lineage.scan.place import Places
from lineage.scan.services import UNKNOWN, Services, folded

_CONSTANT = re.compile(
    r"\b(?P<list>[A-Z]\w{0,60}(?:Models?|ModelNames?|ModelTypes?|Registry))(?:::|\.)"
    r"(?P<name>[A-Za-z]\w{3,80})\b(?!\s*[(:.])"
)


def enumerated_uses(code: str, file: str, services: Services) -> Iterator[ModelUse]:
    """Constants of lists of models."""
    if not any(mark in code for mark in ("Model", "Registry")):
        return
    places = Places(code)
    for match in _CONSTANT.finditer(code):
        name = _spelled(services).get(folded(match["name"]), "")
        judged = services.judge(UNKNOWN, name) if name else None
        if judged is not None:
            at = (file, *places.of(match.start("name")))
            yield judged_use(judged, at, f"constant of {match['list']}", Certainty.LIKELY)


@lru_cache(maxsize=1)
def _spelled(services: Services) -> dict[str, str]:
    """The names of the tables by what is left of them in a constant; a service's name before the
    Hub's, and that before a tag of Ollama."""
    tags = [name for name, host in services.named.items() if host != UNKNOWN]
    hosted = [name for name, host in services.named.items() if host == UNKNOWN]
    names = (*sorted(tags), *sorted(services.hub_ids), *sorted(hosted))
    return {folded(name.rpartition("/")[2]): name for name in names}
