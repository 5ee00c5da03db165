"""All stores of a computer, one after another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lineage.sources.installed.folders import read_lm_studio, read_modelscope
from lineage.sources.installed.found import Inventory, Stores
from lineage.sources.installed.hub_cache import read_hub_cache
from lineage.sources.installed.ollama import read_ollama


def take_inventory(stores: Stores) -> Inventory:
    """What every store holds; one that cannot be read is a problem of its own."""
    readers: list[tuple[Callable[[Path], Inventory], tuple[Path, ...]]] = [
        (read_hub_cache, stores.hub_caches),
        (read_ollama, stores.ollama),
        (read_lm_studio, stores.lm_studio),
        (read_modelscope, stores.modelscope),
    ]
    found: list[Inventory] = []
    for read, folders in readers:
        for folder in dict.fromkeys(folders):
            try:
                found.append(read(folder))
            except OSError as problem:
                reason = f"cannot be read: {problem.strerror or problem}"
                found.append(Inventory((), ((str(folder), reason),)))
    return Inventory(
        tuple(one for part in found for one in part.models),
        tuple(one for part in found for one in part.problems),
    )
