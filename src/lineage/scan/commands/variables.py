"""Environment variables whose name says that their value is a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.commands.word import ShellWord
from lineage.scan.names import Bare, is_hub_shaped, judge, judged_use
from lineage.scan.telling import says_learning, suggests_model

_NAMED = re.compile(r"[a-z][\w-]{0,60}=")
_HUB_VARIABLES = frozenset({"MODEL_ID", "HF_MODEL_ID", "LLAMA_ARG_HF_REPO"})


def variable_uses(name: str, value: ShellWord, file: str) -> Iterator[ModelUse]:
    """The uses that setting a variable makes; of a list each name, and each entry that sets a
    variable of its own (`MODEL_ID=a/b,PORT=80`)."""
    pieces = list(re.finditer(r"[^,;\s\"']+", value.text))
    name_of = _NAMED.match(value.text)
    if name_of and is_hub_shaped(value.text[name_of.end() :]):  # `support=org/name` of adapters
        yield from _single(name, value.part(name_of.end()), file)
        return
    if [p.group() for p in pieces] == [value.text]:
        yield from _single(name, value, file)
        return
    items: list[ShellWord] = []
    for piece in pieces:
        key, equals, _ = piece.group().partition("=")
        start = piece.start() + (len(key) + 1 if equals else 0)
        item = value.part(start, piece.end())
        if equals and key.isupper():
            yield from _single(key, item, file)
        else:
            items.append(item)
    if all(is_hub_shaped(item.text) for item in items):
        for item in items:
            yield from _single(name, item, file)


def _single(name: str, value: ShellWord, file: str) -> Iterator[ModelUse]:
    upper = name.upper()
    if not suggests_model(name):
        return
    tagged = upper.startswith("LLAMA_ARG")
    judged = judge(value.text, Bare.IGNORED, tagged=tagged) if value.is_known else None
    if judged is None or judged.kind in (UseKind.UNRESOLVED, UseKind.LOCAL):
        return
    sure = upper in _HUB_VARIABLES and not value.is_default
    certainty = Certainty.CERTAIN if sure else Certainty.LIKELY
    place, is_loose = (file, value.line, value.column), not says_learning(name)
    yield judged_use(judged, place, f"variable {name}", certainty, if_found=is_loose)
