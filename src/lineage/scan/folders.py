"""Folders of a repository that have a model's name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lineage.core.use import ModelUse, UseKind
from lineage.scan.names import WEIGHT_FILES, looks_like_repo

_HUB_ONLY = re.compile(
    r"(?i)snapshot_?download|hf_hub_(?:download|url)|hf download|huggingface-cli|vllm serve"
)
"""Loaders, in the words of a use's `via`, that take no folder for a model's name."""
_DESCRIBED = ("config.json", "adapter_config.json", "modules.json", "model_index.json", "Modelfile")


def with_folder(use: ModelUse, root: Path) -> Iterator[ModelUse]:
    """The use, and the folder of the repository that has the model's name as well.

    Most loaders take the folder where there is one, some ask the Hub alone; a folder never
    stands in for a model of the Hub, or a change of the code could put one there.
    """
    yield use
    if use.kind is not UseKind.HUB or not looks_like_repo(use.model):
        return
    if use.via.startswith("hf://") or _HUB_ONLY.search(use.via):
        return
    for above in dict.fromkeys(("", use.file.rpartition("/")[0])):
        # `Path` would cost as much as all that is done with what was read.
        if not os.path.isdir(f"{root}/{above}/{use.model}"):  # noqa: PTH112
            continue
        place = PurePosixPath(above) / use.model
        if not use.if_found or _holds_model(root / place):
            yield replace(
                use,
                kind=UseKind.LOCAL,
                model=str(place),
                reason="a folder of this repository has the name too",
            )
            return


def _holds_model(folder: Path) -> bool:
    """Whether files of a model are in it: code lies in folders of two names everywhere."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return True  # nobody can say that there is none
    return any(name in _DESCRIBED or name.lower().endswith(WEIGHT_FILES) for name in names)
