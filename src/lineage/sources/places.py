"""The table of places: for each kind of name outside the Hub, what answers for it.

A place that is not in the table, or that a run may not ask, is answered by the name alone: the
cited tables tell what they know of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.value import dataclass
from lineage.sources.interface import Source

if TYPE_CHECKING:
    from lineage.sources.oci.source import OciSource
    from lineage.sources.ollama.source import Shelf
    from lineage.sources.web.site import Manner

NAMES = "names"
"""The source of records of which the name alone is known."""


class PlaceSource(Source, Protocol):
    """The source of one place."""

    def close(self) -> None:
        """End every wait and call; nothing can be asked afterwards."""


@dataclass(frozen=True)
class PlaceAccess:
    """Which places are asked, where, and as whom."""

    ollama_registry: str = ""
    """Empty is the public one."""
    ollama: str = ""
    """A running Ollama's address, or the folder of a store, which is asked before the registry."""
    ollama_stores: tuple[Path, ...] = ()
    """Stores of this machine that are looked through before anybody is asked."""
    modelscope: str = ""
    """Empty is the public site; so with the international one, whose catalogue is another."""
    modelscope_ai: str = ""
    modelscope_token: str = field(default="", repr=False)
    """Goes to the first site's address, and nowhere else."""
    servers: tuple[str, ...] = ()
    """Addresses of running servers, up to `/v1`, that the user named: no others are asked, whatever
    a card or a list of models names."""
    endpoint_key: str = field(default="", repr=False)
    """Goes to the first of these servers, and nowhere else."""
    registries: tuple[str, ...] = ()
    """Hosts of container registries, with their ports, that the user named: no others are asked,
    but Docker Hub for its own names."""
    docker_registry: str = ""
    """Address of Docker Hub's registry or of a mirror; empty is the public one."""
    docker_config: Path | None = None
    """Docker's `config.json`, in which the logins of registries are kept."""
    is_insecure: bool = False
    """Whether registries on this machine are asked over plain HTTP."""
    kaggle: str = ""
    """Kaggle's address; empty is the public one."""
    kaggle_key: str = field(default="", repr=False)
    """Of the header, its scheme included; empty is what the folder below holds."""
    kaggle_folder: Path | None = None
    """Where Kaggle's client keeps a key; looked into when the first of its names is asked for."""
    mlflow: str = ""
    """Address of an MLflow server; empty asks none."""
    mlflow_key: str = field(default="", repr=False)
    """Of the header, its scheme included."""

    @property
    def keyless(self) -> PlaceAccess:
        """The same without secrets and without where they lie, which is of one machine: for what is
        kept of a run."""
        return replace(
            self,
            endpoint_key="",
            modelscope_token="",
            kaggle_key="",
            mlflow_key="",
            docker_config=None,
            kaggle_folder=None,
        )


class Places:
    """The sources of one run, each opened when the first of its names is asked for."""

    def __init__(self, openers: Mapping[Place, Callable[[], PlaceSource | None]]) -> None:
        self._openers = openers
        self._lock = threading.Lock()
        self._opened: dict[Place, PlaceSource | None] = {}

    def fetch(self, ref: ModelRef) -> ModelRecord | None:
        """The record of a name outside the Hub; None for what is no such name."""
        named = parse_elsewhere(ref.id)
        if named is None:
            return None
        source = self.source(named.place)
        if source is None:
            return _name_alone(ref, named)
        record = source.fetch(ref)
        if named.place is Place.SERVER or record.status not in (
            Status.UNREACHABLE,
            Status.NOT_READ,
        ):
            return record
        # What the tables tell of the name is as good as where nobody could be asked at all.
        return replace(_name_alone(ref, named, record.reason), cause=record.cause)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of a file of such a record. Raises ReadError."""
        named = parse_elsewhere(record.id)
        source = self.source(named.place) if named is not None else None
        if source is None:
            raise ReadError(f"{record.id} has no files here.")
        return source.read(record, path, start, end)

    def source(self, place: Place) -> PlaceSource | None:
        """What answers for a place; None where this run asks nobody."""
        with self._lock:
            if place not in self._opened:
                opener = self._openers.get(place)
                self._opened[place] = opener() if opener is not None else None
            return self._opened[place]

    def expanded(self, ref: ModelRef) -> tuple[str, ...]:
        """The ids of all models of a running server, where its address is all that is named; else
        the id itself."""
        named = parse_elsewhere(ref.id)
        if named is None or named.place is not Place.SERVER or named.name:
            return (ref.id,)
        source = self.source(Place.SERVER)
        return getattr(source, "expanded", lambda _: ())(named) or (ref.id,)

    def close(self) -> None:
        """End every wait and call."""
        with self._lock:
            for source in self._opened.values():
                if source is not None:
                    source.close()


def _name_alone(ref: ModelRef, named: Elsewhere, why: str = "") -> ModelRecord:
    reason = f"it is a name of {named.where}, not a repository of the Hub"
    return ModelRecord(
        ref.id,
        ref.id,
        Status.NOT_READ,
        NAMES,
        f"{reason}; {why}" if why else reason,
        partial=True,
    )


def open_places(access: PlaceAccess, manner: Callable[[], Manner], *, offline: bool) -> Places:
    """The table. Each place is a row: what opens its source, None where nobody may be asked."""
    registries: list[OciSource] = []

    def oci() -> PlaceSource | None:
        # Docker Hub is one registry among others.
        if not registries and not offline:
            registries.append(_oci(access, manner))
        return registries[0] if registries else None

    return Places(
        {
            Place.OLLAMA: lambda: _ollama(access, manner, offline=offline),
            Place.MODELSCOPE: lambda: None if offline else _modelscope(access, manner),
            Place.DOCKER: oci,
            Place.OCI: oci,
            Place.KAGGLE: lambda: None if offline else _kaggle(access, manner),
            Place.MLFLOW: lambda: None if offline else _mlflow(access, manner),
            Place.SERVER: lambda: None if offline else _served(access, manner),
        }
    )


def _modelscope(access: PlaceAccess, manner: Callable[[], Manner]) -> PlaceSource:
    from lineage.sources.modelscope.source import ModelScopeSource

    return ModelScopeSource(
        access.modelscope, access.modelscope_ai, manner(), access.modelscope_token
    )


def _oci(access: PlaceAccess, manner: Callable[[], Manner]) -> OciSource:
    from lineage.sources.oci.source import OciSource

    return OciSource(access, manner())


def _kaggle(access: PlaceAccess, manner: Callable[[], Manner]) -> PlaceSource:
    from lineage.sources.kaggle.credentials import kept_key
    from lineage.sources.kaggle.source import KaggleSource
    from lineage.sources.web.login import from_header

    key = access.kaggle_key
    if not key and access.kaggle_folder is not None:
        key = kept_key(access.kaggle_folder)
    return KaggleSource(access.kaggle, manner(), from_header(key))


def _mlflow(access: PlaceAccess, manner: Callable[[], Manner]) -> PlaceSource:
    from lineage.sources.mlflow.source import MlflowSource
    from lineage.sources.web.login import from_header

    return MlflowSource(access.mlflow, manner(), from_header(access.mlflow_key))


def _served(access: PlaceAccess, manner: Callable[[], Manner]) -> PlaceSource:
    from lineage.sources.served.source import ServedSource

    return ServedSource(access.servers, manner(), access.endpoint_key)


def _ollama(
    access: PlaceAccess, manner: Callable[[], Manner], *, offline: bool
) -> PlaceSource | None:
    own: list[Shelf] = []
    is_address = access.ollama.startswith(("http://", "https://"))
    folders = [*([Path(access.ollama)] if access.ollama and not is_address else [])]
    for folder in (*folders, *access.ollama_stores):
        from lineage.sources.ollama.store import Store

        own.append(Store(folder))
    if offline and not own:
        return None
    from lineage.sources.ollama.source import OllamaSource

    if offline:
        return OllamaSource(own, None)
    from lineage.sources.ollama.daemon import Daemon
    from lineage.sources.ollama.registry import Registry

    if is_address:
        own.insert(0, Daemon(access.ollama, manner()))
    return OllamaSource(own, Registry(access.ollama_registry, manner()))
