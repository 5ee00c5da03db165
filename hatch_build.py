"""Compiles the curated records into the documents that the program loads, when a wheel is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledData(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Writes `data/registry.json` and the other compiled documents before the files of a wheel are
    chosen."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the files taken in although git ignores them."""
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from lineage.core.packaged import DATA
            from lineage.evidence.compile import write
        finally:
            sys.path.remove(str(source))
        build_data["artifacts"] += [f"src/lineage/data/{name}" for name in write(DATA)]
