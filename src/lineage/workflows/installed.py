"""The models of a computer's stores as uses, so that they are audited as those of code are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.evidence.names_elsewhere import NamesElsewhere
from lineage.scan.result import ScanResult, Unreadable
from lineage.sources.installed.found import Installed, Inventory

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def uses_of(
    inventory: Inventory,
    *,
    root: str = "this computer",
    pinned: bool = True,
    data: DataSet = EMBEDDED,
) -> ScanResult:
    """Each model as a use at its place, with its size and when it was last used.

    Not `pinned`: the revisions of the Hub are left out, because what answers holds no old ones.
    """
    uses = [use for one in inventory.models for use in _uses(one, pinned, data)]
    return ScanResult(
        root,
        tuple(sorted(uses, key=lambda use: use.sort_key)),
        (),
        tuple(sorted(Unreadable(path, reason) for path, reason in inventory.problems)),
        len(inventory.models),
        unpacked_at="/",
    )


def _uses(one: Installed, pinned: bool, data: DataSet) -> Iterator[ModelUse]:
    if one.hub:
        yield _use(one, UseKind.HUB, one.hub, one.revision if pinned else None)
    if one.elsewhere:
        yield _use(one, UseKind.OTHER, one.elsewhere.partition(":")[2], target=one.elsewhere)
    # Where nobody can say what a name stands for, its weights may.
    if not one.hub and not _is_known(one.elsewhere, data):
        for path in one.weights:
            yield _use(one, UseKind.LOCAL, path)


def _is_known(name: str, data: DataSet) -> bool:
    named = parse_elsewhere(name) if name else None
    if named is None or named.place is not Place.OLLAMA:
        return False
    tag, _, digest = named.name.partition("@sha256:")
    return bool(NamesElsewhere.load(data).ollama(tag, digest))


def _use(
    one: Installed, kind: UseKind, model: str, revision: str | None = None, *, target: str = ""
) -> ModelUse:
    return ModelUse(
        file=one.path,
        line=1,
        column=1,
        kind=kind,
        model=model,
        via=", ".join(part for part in (one.store, _sized(one.size), _day(one.last_used)) if part),
        certainty=Certainty.CERTAIN,
        revision=revision,
        target=target,
    )


def _sized(size: int) -> str:
    unit = next(((base, word) for base, word in _UNITS if size >= base), None)
    return f"{size / unit[0]:.1f} {unit[1]}" if unit else f"{size} bytes"


def _day(seconds: float | None) -> str:
    if not seconds:
        return ""
    return f"last used {datetime.fromtimestamp(seconds, timezone.utc).strftime('%Y-%m-%d')}"
