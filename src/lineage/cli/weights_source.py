"""Opens the weights of what a user names: a path, a weights file, or a repo on the Hub."""

from __future__ import annotations

from pathlib import Path

import click

from lineage.cli.cache import cache_directory
from lineage.cli.options import Decorator, is_set
from lineage.core.errors import CannotRunError
from lineage.core.record import ModelRecord
from lineage.fingerprint.opening import (
    Files,
    OpenedWeights,
    files_of_path,
    open_weights,
)
from lineage.fingerprint.ranges import Tally
from lineage.fingerprint.references import References, load_file, shipped
from lineage.sources.auto import target_ref
from lineage.sources.interface import Source
from lineage.sources.local.place import is_local_id
from lineage.workflows.comparing import files_on_hub

store_option: Decorator = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Use this file for your own references.  [default: in the user's cache]",
)


def store_path(given: Path | None) -> Path:
    """The user's references file."""
    return given or cache_directory() / "fingerprints.jsonl"


def all_references(given: Path | None) -> References:
    """Those shipped with the package and the user's own."""
    return shipped().with_more(load_file(store_path(given)).all())


class WeightsSource:
    """Paths are read from disk; for repo ids the live Hub is opened when the first one is named."""

    def __init__(self, *, offline: bool, source: Source | None = None) -> None:
        self._offline = offline
        self._source = source

    @property
    def hub(self) -> Source:
        """The live Hub. Raises CannotRunError where no network is wanted."""
        if self._source is None:
            if self._offline or is_set("HF_HUB_OFFLINE"):
                raise CannotRunError(
                    "Weights of a repo can only be read from the Hub.",
                    "Leave out --offline, or give the path of a local copy.",
                )
            from lineage.sources.hub.source import HubSource

            self._source = HubSource()
        return self._source

    def files(self, target: str) -> tuple[Files, ModelRecord | None]:
        """What the target consists of, and its record where it is a repo."""
        ref = target_ref(target)
        if is_local_id(ref.id):
            return files_of_path(Path(ref.id)), None
        return files_on_hub(ref, self.hub)

    def open(self, target: str, *, thorough: bool = False) -> OpenedWeights:
        """The target's tensors."""
        return open_weights(self.files(target)[0], tally=Tally(), thorough=thorough)
