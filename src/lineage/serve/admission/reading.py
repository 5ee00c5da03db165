"""Find the models that a resource starts, by the readers that `lineage check` has for files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lineage.core.oci import DOCKER_HUB
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.document import DocumentRead, read_document
from lineage.scan.entries import Entry
from lineage.scan.images import container_model
from lineage.scan.names import Bare, is_hub_shaped, judge, judged_use
from lineage.scan.result import ScanResult
from lineage.scan.services import Services
from lineage.scan.telling import suggests_model
from lineage.serve.admission.expanded import expanded
from lineage.serve.admission.pods import (
    Container,
    Path,
    containers_of,
    shown_path,
    too_much,
    volumes_of,
)
from lineage.serve.admission.started import Blind, Named, Started
from lineage.serve.admission.unshown import (
    odd_names,
    paths_given,
    unread_stores,
    unread_variables,
    unread_volume,
)
from lineage.workflows.check import wanted_models

_FILE = ""
_BETWEEN = re.compile(r"[\s,;|\[\]\"']+")
_GIVEN = ("args", "command", "env", "lifecycle")
_NOTES = ("managedFields",)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def started_by(resource: object, services: Services) -> Started:
    """What a cluster that accepts this resource would start."""
    resource = _without_records(resource)
    if (reason := too_much(resource)) is not None:
        return Started(blind=(Blind("", f"The resource was not read whole: {reason}."),))
    return _Reading(expanded(resource), services).started()


class _Reading:
    """One resource, read."""

    def __init__(self, resource: object, services: Services) -> None:
        self._resource, self._services = resource, services
        self._read: DocumentRead = read_document(resource, services)
        self._values = {entry.path: entry.value for entry in self._read.entries}
        self._containers = {one.path: one for one in containers_of(resource)}
        self._volumes = volumes_of(resource)
        self._mounting: dict[tuple[Path, str], set[Path]] = {}
        """The containers that have a volume, by their pod's path and its name."""
        self._set = Counter[str]()
        """How many containers set a variable to a value."""
        for one in self._containers.values():
            for _, name in one.mounts:
                self._mounting.setdefault((one.pod, name), set()).add(one.path)
            self._set.update({str(v.get("name")) for _, v in one.variables if "value" in v})
        self._uses: dict[Path, list[ModelUse]] = {}
        for use, path in self._all_uses():
            self._uses.setdefault(path, []).append(use)
        self._used, self._named = set[Path](), set[Path]()
        """The paths below which a model is used, and where it can be asked for."""
        for path, uses in self._uses.items():
            above = {path[:length] for length in range(len(path) + 1)}
            if any(use.certainty is not Certainty.POSSIBLE for use in uses):
                self._used |= above
            if any(map(_can_be_asked, uses)):
                self._named |= above

    def started(self) -> Started:
        """Everything in it."""
        models = self._models()
        blind = {*self._unread(), *self._unresolved()}
        for container in self._containers.values():
            blind |= set(self._unshown(container))
        if not models and not blind:
            blind |= set(self._unnamed())
        return Started(models, tuple(sorted(blind)), tuple(self._notes(bool(models or blind))))

    # -- uses --------------------------------------------------------------------------------------

    def _all_uses(self) -> Iterator[tuple[ModelUse, Path]]:
        read = [(use, self._read.path_at(use.line)) for use in self._read.uses]
        found = {path for use, path in read if use.certainty is not Certainty.POSSIBLE}
        for use, path in read:
            is_given = use.certainty is Certainty.POSSIBLE and self._is_given(path)
            yield (replace(use, certainty=Certainty.LIKELY) if is_given else use), path
        for entry in self._read.entries:
            if entry.path not in found:
                yield from ((use, entry.path) for use in self._more(entry))

    def _more(self, entry: Entry) -> Iterator[ModelUse]:
        """What a running program is given that no reader of files takes for a model's: nothing in
        a repository says that it runs."""
        place = (_FILE, entry.line, entry.column)
        path, value = entry.path, entry.value.strip()
        if path[-2:] == ("image", "reference") and "volumes" in path:
            yield from _of_image(value, place, "volume")
            return
        container = self._container_at(path)
        if container is not None and container.is_model and path in container.image_paths:
            yield from _of_image(container.image, place, "image")
            return
        if self._is_given(path) and "env" not in path:
            for found in addresses(value):
                yield judged_use(found.judged, place, "address", Certainty.LIKELY)
        if container is not None and container.accelerator and self._is_given(path):
            judged = judge(value.rpartition("=")[2], Bare.IGNORED)
            if judged is not None and judged.kind is UseKind.HUB:
                yield judged_use(judged, place, "word", Certainty.LIKELY, if_found=True)
        if container is not None and self._is_given(path):
            yield from self._listed(entry, is_wanted=bool(container.accelerator))

    def _listed(self, entry: Entry, *, is_wanted: bool) -> Iterator[ModelUse]:
        """Models in one word: behind an option, or several of them (`--models=acme/a,acme/b`)."""
        before, _, value = entry.value.rpartition("=")
        names = [part for part in _BETWEEN.split(value) if part]
        if not all("/" in name for name in names):
            return  # a sentence
        is_wanted = len(names) > 1 and (is_wanted or suggests_model(before or self._key(entry)))
        for name in filter(is_hub_shaped, names):
            is_known = name.casefold() in self._services.hub_ids
            judged = judge(name, Bare.IGNORED) if is_known or is_wanted else None
            if judged is not None:
                place = (_FILE, entry.line, entry.column)
                yield judged_use(judged, place, "list", Certainty.LIKELY, if_found=not is_known)

    def _key(self, entry: Entry) -> str:
        """What a word or value is called: by the option before it, or as a variable."""
        *above, last = entry.path
        if last == "value":
            return self._values.get((*above, "name"), "")
        return self._values.get((*above, last - 1), "") if isinstance(last, int) else ""

    def _is_given(self, path: Path) -> bool:
        """Whether a program is given what stands there: a word, a variable, a volume."""
        container = self._container_at(path)
        if container is None:
            return "volumes" in path
        below = path[len(container.path) :]
        return bool(below) and below[0] in _GIVEN

    def _container_at(self, path: Path) -> Container | None:
        above = (path[:length] for length in range(len(path), -1, -1))
        return next((self._containers[one] for one in above if one in self._containers), None)

    def _models(self) -> tuple[Named, ...]:
        """What can be audited, each once with its places."""
        lines = {
            use: path for path, uses in self._uses.items() for use in uses if _can_be_asked(use)
        }
        named = []
        for wanted in wanted_models(ScanResult("", tuple(lines), (), (), 0, ())):
            places = dict.fromkeys(self._place_of(lines[use]) for use in wanted.uses)
            named.append(Named(wanted.target, wanted.name, tuple(places), wanted.if_found))
        return tuple(named)

    # -- what is not shown -------------------------------------------------------------------------

    def _unread(self) -> Iterator[Blind]:
        for problem in self._read.problems:
            yield Blind("", f"The resource was not read whole: {problem}.")

    def _unresolved(self) -> Iterator[Blind]:
        for path, uses in self._uses.items():
            for use in uses:
                place = self._place_of(path)
                if use.kind is UseKind.UNRESOLVED:
                    written = use.expression or use.via
                    yield Blind(place, f"A model's name is not in the resource: {written}.")
                elif use.kind is UseKind.LOCAL and use.certainty is not Certainty.POSSIBLE:
                    yield from self._unread_path(path, use.model)
        for container in self._containers.values():
            for path, model in paths_given(container):
                yield from self._unread_path(path, model)
            for path, model in odd_names(container):
                yield Blind(
                    self._place_of(path), f"{ascii(model)[1:-1][:150]} is no name of a model."
                )
        yield from unread_stores(self._read.entries, self._container_at, self._place_of)

    def _unread_path(self, path: Path, model: str) -> Iterator[Blind]:
        place = self._place_of(path)
        container = self._container_at(path)
        if container is None or (not container.is_listed and container.path[:-1] in self._named):
            return  # what puts the model there stands beside it
        name = container.volume_of(model)
        volume = self._volumes.get((container.pod, name))
        if volume is None:
            image = f"the image {container.image}" if container.image else "the image"
            yield Blind(place, f"The model at {model} lies in {image} or on the node.")
        elif not self._fills(container, name, volume[0]):
            yield unread_volume(place, model, name, volume[1])

    def _fills(self, container: Container, volume: str, at: Path) -> bool:
        """Whether a model is named that fills a volume: by the volume itself, or by another
        container that has it too."""
        if at in self._named:
            return True
        others = self._mounting.get((container.pod, volume), set())
        return any(one in self._named for one in others if one != container.path)

    def _unshown(self, container: Container) -> Iterator[Blind]:
        place = self._place_of(container.path)
        own = {str(one.get("name")) for _, one in container.variables if "value" in one}
        yield from unread_variables(
            container, self._place_of, lambda name: self._set[name] > (name in own)
        )
        if not container.server or container.path in self._used:
            return
        from_elsewhere = " Its variables come from elsewhere (envFrom)."
        if container.pod not in self._named:
            yield Blind(
                place,
                f"It starts {container.server} and names no model."
                f"{from_elsewhere if container.body.get('envFrom') else ''}",
            )

    def _unnamed(self) -> Iterator[Blind]:
        """A resource that is a model by its kind, and names none in a way that is known here."""
        kind = self._resource.get("kind") if isinstance(self._resource, dict) else None
        if isinstance(kind, str) and suggests_model(kind):
            yield Blind("kind", f"A {kind} in which no model was found.")

    def _notes(self, is_reported: bool) -> Iterator[str]:
        for container in self._containers.values():
            place = self._place_of(container.path)
            if container.body.get("envFrom"):
                yield f"{place}: what envFrom sets was not read."
            if container.accelerator and not is_reported:
                yield f"{place}: asks for {container.accelerator} and names no model."
        for path, uses in self._uses.items():
            for use in uses:
                if use.certainty is Certainty.POSSIBLE and use.kind is UseKind.HUB:
                    yield f"{self._place_of(path)}: {use.model} is named, not shown to be started."

    def _place_of(self, path: Path) -> str:
        return shown_path(self._resource, path)


def _of_image(value: str, place: tuple[str, int, int], via: str) -> Iterator[ModelUse]:
    judged = container_model(value, DOCKER_HUB)
    if judged is not None and judged.target:
        yield judged_use(judged, place, via, Certainty.CERTAIN)


def _can_be_asked(use: ModelUse) -> bool:
    return use.certainty is not Certainty.POSSIBLE and (
        use.kind is UseKind.HUB or (use.kind is UseKind.OTHER and bool(use.target))
    )


def _without_records(resource: object) -> object:
    """Without what a cluster writes down of a resource and nothing reads to start it: its status,
    who set which field, and the text that was applied before."""
    if not isinstance(resource, dict):
        return resource
    kept: dict[str, Any] = {key: value for key, value in resource.items() if key != "status"}
    metadata = kept.get("metadata")
    if isinstance(metadata, dict):
        metadata = {key: value for key, value in metadata.items() if key not in _NOTES}
        notes = metadata.get("annotations")
        if isinstance(notes, dict):
            metadata["annotations"] = {k: v for k, v in notes.items() if k != _LAST_APPLIED}
        kept["metadata"] = metadata
    return kept
