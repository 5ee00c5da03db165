"""The models in a saved container image: in its code and settings, its caches, and its folders
of weights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lineage.core.packaged import EMBEDDED, DataSet
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.container.archive import ImageArchive
from lineage.scan.container.unpack import unpack
from lineage.scan.result import ScanResult, Unreadable
from lineage.sources.installed.found import Stores
from lineage.sources.installed.inventory import take_inventory
from lineage.workflows.check import scanned
from lineage.workflows.installed import uses_of

_PIPELINES = ("model_index.json", "modules.json")


@contextmanager
def opened_image(
    path: Path,
    *,
    exclude: tuple[str, ...] = (),
    pinned: bool = True,
    data: DataSet = EMBEDDED,
) -> Iterator[ScanResult]:
    """What the image shows; its files lie in a temporary folder until this is left.

    Raises UsageError where it is no image that can be read.
    """
    with TemporaryDirectory(prefix="lineage-image-") as temporary:
        folder = Path(temporary).resolve()
        archive = ImageArchive(path)
        try:
            unpacked = unpack(archive, folder)
        finally:
            archive.close()
        stores = _stores(folder)
        stored = uses_of(take_inventory(stores), pinned=pinned, data=data)
        # What a store holds is no code, and its own reader has told it.
        for cached in [path for one in stores.hub_caches for path in one.glob("*--*")]:
            shutil.rmtree(cached, ignore_errors=True)
        others = (*stores.ollama, *stores.lm_studio, *stores.modelscope)
        kept = tuple(one.relative_to(folder).as_posix() for one in others)
        code = scanned(folder, (*exclude, *kept), data=data)
        weights = tuple(_weights(folder))
        yield ScanResult(
            str(path),
            (*code.uses, *(_inside(use, folder) for use in stored.uses), *weights),
            code.unresolved,
            (*code.unreadable, *(_described(one, folder) for one in stored.unreadable)),
            unpacked.files,
            (*code.bounds_hit, *unpacked.left_out),
            unpacked_at=str(folder),
        )


def _inside(use: ModelUse, folder: Path) -> ModelUse:
    """The use with its places as they are in the image."""
    start = f"{folder}{os.sep}"
    model = use.model.removeprefix(start) if use.kind is UseKind.LOCAL else use.model
    return replace(use, file=use.file.removeprefix(start), model=model)


def _described(one: Unreadable, folder: Path) -> Unreadable:
    start = f"{folder}{os.sep}"
    return Unreadable(one.file.removeprefix(start), one.reason.replace(start, ""))


def _stores(folder: Path) -> Stores:
    """The stores of tools, wherever they lie in the image."""
    hub, ollama, lm_studio, modelscope = (list[Path]() for _ in range(4))
    for place, folders, _ in os.walk(folder):
        here = Path(place)
        if any(name.startswith("models--") for name in folders):
            hub.append(here)
        if here.name == "manifests" and {"registry.ollama.ai", "hf.co"} & {*folders}:
            ollama.append(here.parent)
        if here.name == "models" and here.parent.name in (".lmstudio", "lm-studio"):
            lm_studio.append(here)
        if here.name == "hub" and here.parent.name == "modelscope":
            modelscope.append(here)
    return Stores(tuple(hub), tuple(ollama), tuple(lm_studio), tuple(modelscope))


def _weights(folder: Path) -> Iterator[ModelUse]:
    """Each folder of weights outside the stores; of a pipeline the folder that holds its parts."""
    seen: set[Path] = set()
    for place, _, files in os.walk(folder):
        here = Path(place)
        steps = here.relative_to(folder).parts
        if any(step.startswith("models--") for step in steps) or "modelscope" in steps:
            continue
        if not _holds_weights(files):
            continue
        parts = [one for one in here.parents if one.is_relative_to(folder) and one != folder]
        whole = [one for one in parts if any((one / name).is_file() for name in _PIPELINES)]
        top = whole[-1] if whole else here
        if top not in seen and top != folder:
            seen.add(top)
            inner = top.relative_to(folder).as_posix()
            yield ModelUse(
                inner, 1, 1, UseKind.LOCAL, inner, "folder of weights", Certainty.CERTAIN
            )


def _holds_weights(files: list[str]) -> bool:
    names = [name.lower() for name in files]
    if any(name.endswith((".safetensors", ".gguf")) for name in names):
        return True
    is_described = "config.json" in names or "adapter_config.json" in names
    return is_described and any(name.endswith((".bin", ".pt", ".onnx", ".npz")) for name in names)
