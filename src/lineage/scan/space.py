"""The card of a Space, the Hub's kind of repository for an app: its metadata names the models that
the app uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.pattern import late
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.entries import yaml_entries
from lineage.scan.names import Bare, judge, judged_use

_METADATA = late(r"\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_OF_SPACE = late(r"^(?:sdk|app_file|sdk_version)[ \t]*:", re.MULTILINE)
_NAMES = {"models": Certainty.LIKELY, "preload_from_hub": Certainty.CERTAIN}
"""Keys that list models: those that the app uses, and those that are fetched when it is built."""


def metadata_of_space(text: str) -> str:
    """The metadata of a Space's card, behind as many lines as stand before it; empty for any other
    README."""
    found = _METADATA.match(text)
    if found is None or not _OF_SPACE.search(found[1]):
        return ""
    return "\n" * text.count("\n", 0, found.start(1)) + found[1]


def space_uses(text: str, file: str) -> Iterator[ModelUse]:
    """The models that a Space's card names.

    Raises NotReadableError where its metadata is no YAML.
    """
    for entry in yaml_entries(metadata_of_space(text)):
        certainty = _NAMES.get(str(entry.path[0])) if entry.path else None
        judged = None
        if certainty is not None:  # `org/name file,file` for files of it
            judged = judge(entry.value.partition(" ")[0], Bare.HUB)
        if judged is not None and certainty is not None and judged.kind is not UseKind.LOCAL:
            place = (file, entry.line, entry.column)
            # What is fetched may be a data set too.
            is_loose = entry.path[0] == "preload_from_hub"
            via = f"{entry.path[0]} of the Space"
            yield judged_use(judged, place, via, certainty, if_found=is_loose)
