"""Stores that keep a folder for each publisher and in it one for each model: LM Studio
and ModelScope."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lineage.core.ref import is_repo_id
from lineage.sources.installed.found import Installed, Inventory, size_of

LM_STUDIO = "LM Studio"
MODELSCOPE = "ModelScope cache"
WEIGHTS = (".gguf", ".safetensors", ".bin", ".pt", ".onnx", ".npz")
"""Ends of the names of files with weights."""


def read_lm_studio(folder: Path) -> Inventory:
    """Publisher and model are named as on the Hub, from which LM Studio downloads."""
    return Inventory(
        tuple(
            Installed(LM_STUDIO, str(place), name, None, "", (str(place),), *size_of(place))
            for name, place in _folders(folder)
        )
    )


def read_modelscope(folder: Path) -> Inventory:
    """Names are ModelScope's; a dot in one is kept as three underscores."""
    models = []
    for below in (folder / "models", folder):
        for name, place in _folders(below):
            named = f"modelscope:{name.replace('___', '.')}"
            models.append(
                Installed(MODELSCOPE, str(place), "", None, named, (str(place),), *size_of(place))
            )
    return Inventory(tuple(models))


def _folders(folder: Path) -> Iterator[tuple[str, Path]]:
    """`publisher/model` and its folder, where it holds weights or a configuration."""
    if not folder.is_dir():
        return
    for place in sorted(folder.glob("*/*")):
        name = f"{place.parent.name}/{place.name}"
        if place.is_dir() and not place.is_symlink() and is_repo_id(name) and _holds_model(place):
            yield name, place


def _holds_model(place: Path) -> bool:
    entries = [entry.name.lower() for entry in place.iterdir()]
    return "config.json" in entries or any(name.endswith(WEIGHTS) for name in entries)
