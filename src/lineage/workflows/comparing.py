"""Compares the weights of two models."""

from __future__ import annotations

from lineage.core.errors import CannotRunError
from lineage.core.record import ModelRecord
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.fingerprint.comparison import Comparison
from lineage.fingerprint.comparison import compare as compare_profiles
from lineage.fingerprint.opening import Files, OpenedWeights, files_of_record
from lineage.fingerprint.profile import LiveProfile
from lineage.fingerprint.verdict import Ruling, rule
from lineage.sources.interface import Source


@dataclass(frozen=True)
class Compared:
    """What was found, what it amounts to, and the two models."""

    found: Comparison
    ruling: Ruling
    sides: tuple[LiveProfile, LiveProfile]


def compared(a: OpenedWeights, b: OpenedWeights, *, same_publisher: bool, deep: bool) -> Compared:
    """Plainly first; `deep` also undoes changes of basis where that shows no match, and needs
    numpy."""
    sides = LiveProfile(a), LiveProfile(b)
    found = compare_profiles(*sides)
    ruling = rule(found, same_publisher=same_publisher)
    if deep and not ruling.kind.is_match:
        from lineage.fingerprint.deep import compare_deep

        found = compare_deep(*sides, found)
        ruling = rule(found, same_publisher=same_publisher)
    return Compared(found, ruling, sides)


def have_one_publisher(a: str, b: str) -> bool:
    """Whether two names are of one namespace."""
    return "/" in a and a.partition("/")[0].casefold() == b.partition("/")[0].casefold()


def files_on_hub(ref: ModelRef, hub: Source) -> tuple[Files, ModelRecord]:
    """What a model of the Hub consists of, and its record. Raises CannotRunError where the Hub does
    not show it."""
    record = hub.fetch(ref)
    if not record.status.is_known:
        raise CannotRunError(
            f"{record.id}: {record.reason or record.status}.",
            "Check the name, and HF_TOKEN for a gated or private repo.",
        )
    return files_of_record(record, hub), record
