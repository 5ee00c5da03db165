"""Read KitOps' Kitfiles: what a ModelKit is packed from."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.core.ref import HUB_ADDRESSES
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.entries import yaml_entries
from lineage.scan.images import container_model
from lineage.scan.names import Bare, Judged, judge, judged_use


def kitfile_uses(text: str, file: str) -> Iterator[ModelUse]:
    """The model of a kit and its parts: another kit, a repository of the Hub, or files here."""
    for entry in yaml_entries(text):
        steps = [step for step in entry.path if isinstance(step, str)]
        value = entry.value.strip()
        if steps not in (["model", "path"], ["model", "parts", "path"]) or not value:
            continue
        judged = _judged(value)
        if judged is not None:
            place = (file, entry.line, entry.column)
            yield judged_use(judged, place, f"Kitfile {'.'.join(steps)}", Certainty.CERTAIN)


def _judged(value: str) -> Judged | None:
    if value.partition("/")[0].lower() in HUB_ADDRESSES or "://" in value:
        return judge(value, Bare.IGNORED, tagged=True)
    if ":" in value.rpartition("/")[2] or "@" in value:
        found = container_model(value)
        return found if found is not None and found.target else None
    return Judged(UseKind.LOCAL, value, reason="a path")
