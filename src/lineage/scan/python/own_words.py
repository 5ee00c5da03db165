"""Weigh what a name says of its value by what the repository itself does under that name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.core.use import Certainty, ModelUse
from lineage.scan.python.flow import Inlet
from lineage.scan.python.undone import NOT_READ
from lineage.scan.telling import is_weak, says_only_repository

OF_OTHERS = "handed under that name to what loads data sets, or code"
_NAME = "name "


def with_own_words(uses: Iterable[ModelUse], inlets: Iterable[Inlet]) -> Iterator[ModelUse]:
    """The uses; those by a name that may hold anything (`path`) are likely where this very
    repository hands models to its loaders under that name, and those by a name under which it
    hands data sets alone to theirs are only possible, as are those that it gives beside a loader
    which does not read them."""
    known = [one for one in inlets if not (one.before or one.after)]
    handed = {
        one.parameter for one in known if not (one.is_attribute or one.is_data or one.is_word)
    }
    words = {f"{_NAME}{parameter}" for parameter in handed if is_weak(parameter)}
    reported = list(uses)
    others = dict.fromkeys(_of_others(reported, known), OF_OTHERS)
    others.update(((use.at, use.model), NOT_READ) for use in reported if use.reason == NOT_READ)
    loaded = {
        use.model
        for use in reported
        if not (use.via.startswith(_NAME) or use.certainty is Certainty.POSSIBLE)
    }
    for use in reported:
        reason = others.get((use.at, use.model), "") if use.via.startswith(_NAME) else ""
        if reason and use.model not in loaded:
            yield replace(use, certainty=Certainty.POSSIBLE, reason=reason)
        elif use.via in words:
            yield replace(use, certainty=Certainty.LIKELY)
        else:
            yield use


def _of_others(uses: list[ModelUse], inlets: list[Inlet]) -> set[tuple[str, str]]:
    """Where names are written, and which, that are handed on to what loads no models."""
    of_model = {one.parameter for one in inlets if not one.is_data}
    of_data = [one for one in inlets if one.is_data]
    words = {
        one.parameter
        for one in of_data
        if one.owner and not one.is_hinted and "model" not in one.parameter.lower()
    } - of_model
    named = {f"{_NAME}{word}" for word in words}
    # The constant that is handed on under such a name stands where its value does.
    found = {(use.at, use.model) for use in uses if use.via in named}
    seen, hinted = set[tuple[str, str]](), set[tuple[str, str]]()
    for one in of_data:
        if not one.owner:
            (hinted if one.is_hinted else seen).add((f"{one.file}:{one.position}", one.parameter))
    seen -= {(use.at, use.model) for use in uses if "model" in use.via.lower()}
    hinted -= {
        (use.at, use.model)
        for use in uses
        if use.via.startswith(_NAME) and not says_only_repository(use.via.removeprefix(_NAME))
    }
    return found | seen | hinted
