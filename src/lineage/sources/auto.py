"""Chooses where a run's records come from: local paths from the disk, the
rest from the Hub, or all of it from the snapshot.

The choice between Hub and snapshot is made once for a whole run and reported: a graph put together
from live answers and old ones would look whole and be neither. So the snapshot answers only when
the Hub gave no answer at all: refused or stalled connections, errors of the 5xx kind. A refusal
(403, 429) or an answer that cannot be used shows that the Hub is there; then, as after any good
answer, what cannot be reached stays unreachable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from lineage.core.elsewhere import (
    Elsewhere,
    Place,
    as_typed,
    at_address,
    is_elsewhere,
    parse_elsewhere,
    server_at,
)
from lineage.core.errors import InvalidRefError, LineageError
from lineage.core.kaggle import parse_kaggle
from lineage.core.mlflow import parse_mlflow
from lineage.core.modelscope import parse_modelscope
from lineage.core.oci import DOCKER_HUB, parse_oci
from lineage.core.ollama import parse_ollama
from lineage.core.record import Cause, ModelRecord, Status
from lineage.core.ref import ModelRef, has_password, is_repo_id, parse_ref, unwrapped
from lineage.sources.hub.settings import own_endpoint
from lineage.sources.interface import Source
from lineage.sources.local.place import is_local_id, is_model_file, local_id
from lineage.sources.places import Places

LOCAL = "local"
"""The name under which local records come, so that none has to be fetched to know it."""


class _Hub(Enum):
    """What this run knows of the Hub."""

    UNTRIED = 0
    ANSWERS = 1
    DOWN = 2
    UNWANTED = 3


def target_ref(target: str, endpoint: str = "", *, root: Path = Path()) -> ModelRef:
    """What has the form of a name on the Hub is one, whatever folder is called so; `ollama:…`
    and the like are names elsewhere, and so are their pages; another path that exists is local,
    and a bare address is a running server's.

    A checkout cannot put a folder in the place of a model. `./org/name`, an absolute path and a
    weights file are local. `root`: the folder from which relative paths are looked up.
    `endpoint`: the hub whose addresses are names of models too; empty finds the user's own.

    Raises InvalidRefError for what can be neither.
    """
    if (named := elsewhere_ref(target.strip())) is not None:
        return named
    path = root / target if target.strip() else None
    if path is not None and _exists(path) and (not _is_hub_name(target) or is_model_file(path)):
        return ModelRef(local_id(target))
    if as_typed(target).startswith("oci:"):
        raise _misspelt(target, Place.OCI)
    if is_local_id(target) or target.startswith("~"):
        raise InvalidRefError(
            f"There is no file or folder {target[:200]!r}.",
            "Give the path of a local model, or a name such as org/name.",
        )
    if has_password(target):
        raise InvalidRefError(
            "The address of a model contains a user name or password.",
            "Remove it: a report quotes what was asked for. HF_TOKEN is the place for a token.",
        )
    try:
        return parse_ref(unwrapped(target), endpoint=endpoint or own_endpoint())
    except InvalidRefError as problem:
        # A bare address that is not the Hub's is that of a running server.
        if (server := server_at(unwrapped(target))) is None:
            raise _with_place(target.strip(), problem) from None
        return ModelRef(server.id)


def _with_place(target: str, problem: InvalidRefError) -> InvalidRefError:
    """The error, with the place that a name seems to be of."""
    spelt = [f"oci://{target}"] if parse_oci(target) else []
    spelt += [f"ollama:{target}"] if ":" in target and not spelt and parse_ollama(target) else []
    return InvalidRefError(problem.message, f"Did you mean {spelt[0]}?") if spelt else problem


_SPELLINGS: Mapping[Place, tuple[Callable[[str], object], str]] = {
    Place.OLLAMA: (parse_ollama, "ollama:name:tag or ollama:user/name:tag"),
    Place.MODELSCOPE: (parse_modelscope, "modelscope:org/name or modelscope:org/name@revision"),
    Place.DOCKER: (lambda name: parse_oci(name, DOCKER_HUB), "docker:ai/name:tag"),
    Place.OCI: (parse_oci, "oci://host/repository:tag or oci://host/repository@sha256:digest"),
    Place.KAGGLE: (parse_kaggle, "kaggle:owner/model/framework/variation or kaggle:owner/model"),
    Place.MLFLOW: (parse_mlflow, "mlflow:name/version, mlflow:name@alias or mlflow:name"),
}
"""By place: what reads a name there, and how it is written."""


def _misspelt(target: str, place: Place) -> InvalidRefError:
    where = "a container registry" if place is Place.OCI else Elsewhere(place, "").where
    words = f"{target[:200]!r} is not the name of a model of {where}."
    return InvalidRefError(words, f"Write it as {_SPELLINGS[place][1]}.")


def elsewhere_ref(target: str) -> ModelRef | None:
    """A name or page outside the Hub; Ollama's name of a Hub repository is that repository."""
    named = parse_elsewhere(as_typed(target)) or at_address(unwrapped(target))
    if named is None or has_password(target):
        return None
    spelling = None if named.place is Place.OCI else _SPELLINGS.get(named.place)
    if spelling is not None and spelling[0](named.name) is None:
        raise _misspelt(target, named.place)
    if named.place is Place.MODELSCOPE and (scope := parse_modelscope(named.name)) is not None:
        return ModelRef(scope.id, scope.revision or None)
    hub = parse_ollama(named.name) if named.place is Place.OLLAMA else None
    return ModelRef(hub.hub_id if hub is not None and hub.hub_id else named.id)


def named_servers(targets: Iterable[str]) -> tuple[str, ...]:
    """The addresses of the running servers among the targets, each up to `/v1`."""
    found = (server_at(unwrapped(target).partition("#")[0]) for target in targets)
    return tuple(dict.fromkeys(one.host for one in found if one is not None))


def named_registries(targets: Iterable[str]) -> tuple[str, ...]:
    """The hosts of the container registries among the targets."""
    found = (parse_elsewhere(as_typed(target)) for target in targets)
    return tuple(dict.fromkeys(one.host for one in found if one and one.place is Place.OCI))


def namesake(target: str) -> str:
    """The folder or file of this machine that is called like a target which is asked of the Hub,
    in the spelling that names it; empty where there is none."""
    path = Path(target)
    is_taken = _is_hub_name(target) and _exists(path) and not is_model_file(path)
    return local_id(target) if is_taken else ""


def _is_hub_name(target: str) -> bool:
    return is_repo_id(target.strip().rstrip("/").partition("@")[0])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


class KeptInfo(Protocol):
    """What an offline source describes itself as."""

    @property
    def built_on(self) -> str:
        """The day that its records describe, ISO 8601."""


class KeptSource(Source, Protocol):
    """A source that needs no network: a snapshot, or an index."""

    def info(self) -> KeptInfo:
        """Its own description. Raises DataError where it cannot be read."""

    def expected_ancestors(self, repo_id: str, limit: int = 500) -> tuple[str, ...]:
        """The ids expected beneath a model, nearest first."""


class AutoSource:
    """One run's source. `hub=None` means that no network is wanted.

    `has_answered`: whether the Hub gave any answer so far, usable or not.
    """

    def __init__(
        self,
        hub: Source | None,
        snapshot: KeptSource,
        *,
        local: Source | None = None,
        places: Places | None = None,
        has_answered: Callable[[], bool] = lambda: False,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        self._hub = hub
        self._snapshot = snapshot
        self._given_local = local
        self._places = places or Places({})
        self._has_answered = has_answered
        self._on_notice = on_notice
        self._turn = threading.Condition()
        self._state = _Hub.UNTRIED if hub is not None else _Hub.UNWANTED
        self._asking = 0
        self._why = ""
        self._cause: Cause | None = None

    @property
    def name(self) -> str:
        """`hub`, or the kept source's where the run is offline or fell back."""
        return self._snapshot.name if self._state in (_Hub.DOWN, _Hub.UNWANTED) else "hub"

    @cached_property
    def _local(self) -> Source:
        from lineage.sources.local.directory import (
            DirectorySource,  # most runs audit no local model
        )

        return self._given_local or DirectorySource()

    @property
    def fell_back(self) -> bool:
        """Whether the snapshot answers although the Hub was wanted."""
        return self._state is _Hub.DOWN

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record from the source that this run uses; only an id with the
        form of a path is looked for on the disk."""
        if is_local_id(ref.id):
            return self._local.fetch(ref)
        if (elsewhere := self._places.fetch(ref)) is not None:
            return elsewhere
        if self._hub is None or not self._may_ask():
            return self._fallback_record(ref)
        try:
            record = self._hub.fetch(ref)
        except BaseException:
            self._settle(None)
            raise
        return record if self._settle(record) else self._fallback_record(ref)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of a file, from where the record came."""
        if record.source == LOCAL:
            return self._local.read(record, path, start, end)
        if is_elsewhere(record.id):
            return self._places.read(record, path, start, end)
        if record.source == self._snapshot.name or self._hub is None:
            return self._snapshot.read(record, path, start, end)
        return self._hub.read(record, path, start, end)

    def expected_ancestors(self, repo_id: str, limit: int = 500) -> tuple[str, ...]:
        """What the snapshot expects beneath a model; nothing for a local one."""
        return () if is_local_id(repo_id) else self._snapshot.expected_ancestors(repo_id, limit)

    def _may_ask(self) -> bool:
        with self._turn:
            if self._state is _Hub.DOWN:
                return False
            self._asking += 1
            return True

    def _settle(self, record: ModelRecord | None) -> bool:
        """Count one answer in; whether it is used.

        The first requests of a run go out together, so that one which failed waits for the others:
        they decide whether the Hub is down or only this model out of reach.
        """
        # A name of a wrong form is turned down without asking anybody,
        # so it shows nothing about the Hub.
        is_answer = record is not None and record.status not in (Status.UNREACHABLE, Status.INVALID)
        with self._turn:
            self._asking -= 1
            if is_answer and self._state is _Hub.UNTRIED:
                self._state = _Hub.ANSWERS
            self._turn.notify_all()
            if record is None or record.status is not Status.UNREACHABLE:
                return True
            self._turn.wait_for(lambda: self._state is not _Hub.UNTRIED or self._asking == 0)
            if self._state is _Hub.UNTRIED and self._has_answered():
                self._state = _Hub.ANSWERS
            elif self._state is _Hub.UNTRIED:
                self._cause = record.cause
                self._give_up(record.reason)
            return self._state is _Hub.ANSWERS

    def _give_up(self, why: str) -> None:
        self._state = _Hub.DOWN
        self._why = why or "no answer"
        if self._on_notice:
            self._on_notice(
                f"{self._said[:1].upper()}{self._said[1:]} ({self._why}). "
                f"Used {self._stored()}, which may be out of date."
            )

    @property
    def _said(self) -> str:
        """What became of the calls: turned away is not out of reach."""
        is_turned_away = self._cause in (Cause.EDGE, Cause.QUOTA)
        return "calls to the Hub were turned away" if is_turned_away else "could not reach the Hub"

    def _stored(self) -> str:
        try:
            return f"offline data of {self._snapshot.info().built_on}"
        except LineageError as problem:
            return f"offline data that cannot be read ({problem.message})"

    def _fallback_record(self, ref: ModelRef) -> ModelRecord:
        record = self._snapshot.fetch(ref)
        if self._state is _Hub.DOWN and record.status is Status.UNREACHABLE:
            return replace(
                record,
                reason=f"{self._said} ({self._why}); {record.reason}",
                cause=self._cause or record.cause,
            )
        return record
