"""The containers and pods of a resource, wherever they stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.core.value import dataclass
from lineage.scan.commands.launchers import is_hub_program, program_name, program_of_image
from lineage.scan.entries import Step

Path = tuple[Step, ...]

_STARTS = ("containers", "initContainers", "ephemeralContainers")
_MARKS = ("env", "envFrom", "args", "command")
_ACCELERATOR = re.compile(r"(?i)gpu|tpu|npu|neuron|gaudi|xpu|accelerator|mig-")
CARRIES_MODEL = re.compile(
    r"(?:(?i:nvcr\.io)/nim|(?:(?i:(?:index\.|registry-1\.)?docker\.io)/)?ai)/"
)
"""Images of registries that hold a model and the server for it in one."""
MOST_VALUES = 5_000
MOST_TEXT = 300_000
MOST_CONTAINERS = 100
MOST_GIVEN = 2_000
"""Words and variables of all containers: what a node could start has hundreds."""
DEEPEST = 200
_MODEL_CONTAINER = re.compile(r"modelcar(?!-init)")


@dataclass(frozen=True)
class Container:
    """One mapping that tells how a program is started: a container, or what a custom resource
    makes one of."""

    path: Path
    body: Mapping[str, Any]

    @property
    def pod(self) -> Path:
        """Where its pod's spec stands; its own mapping where it is no container of a list."""
        return self.path[:-2] if self.is_listed else self.path

    @property
    def is_listed(self) -> bool:
        """Whether it is a container of a pod's spec."""
        return len(self.path) > 1 and self.path[-2] in _STARTS

    @property
    def image(self) -> str:
        """Its image; of a custom resource, `repository` and `tag` of one."""
        image = self.body.get("image")
        if isinstance(image, dict):
            parts = (image.get("repository"), image.get("tag"))
            return ":".join(str(part) for part in parts if part)
        return image if isinstance(image, str) else ""

    @property
    def image_paths(self) -> tuple[Path, Path]:
        """Where its image may stand."""
        return (*self.path, "image"), (*self.path, "image", "repository")

    @property
    def is_model(self) -> bool:
        """Whether its image is a model, or holds one: KServe's modelcars, NVIDIA's NIM."""
        name = str(self.body.get("name", ""))
        return bool(CARRIES_MODEL.match(self.image) or _MODEL_CONTAINER.match(name))

    @property
    def words(self) -> tuple[str, ...]:
        """Its command and arguments."""
        lists = (self.body.get(key) for key in ("command", "args"))
        return tuple(str(word) for words in lists if isinstance(words, list) for word in words)

    @property
    def server(self) -> str:
        """The serving engine that it starts, by its image or command; empty for other programs."""
        program = program_of_image(self.image)
        if program:
            return program[0]
        first = self.words[:3]
        if len(first) == 3 and first[1] == "-m":
            first = first[2:]
        name = program_name(first[0]) if first else ""
        return name if name == "ollama" or is_hub_program(name) else ""

    @property
    def accelerator(self) -> str:
        """What it asks for of a kind that models run on; empty for nothing."""
        asked = self.body.get("resources")
        for part in asked.values() if isinstance(asked, dict) else ():
            for name in part if isinstance(part, dict) else ():
                if _ACCELERATOR.search(str(name)):
                    return str(name)
        return ""

    @property
    def variables(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Each variable that it sets, with its path."""
        listed = self.body.get("env")
        for at, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict):
                yield (*self.path, "env", at), one

    @property
    def mounts(self) -> tuple[tuple[str, str], ...]:
        """Where it sees which volume: path and the volume's name."""
        listed = self.body.get("volumeMounts")
        return tuple(
            (str(one.get("mountPath", "")).rstrip("/"), str(one.get("name", "")))
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict)
        )

    def volume_of(self, path: str) -> str:
        """The volume that a path of its lies in; empty where it lies in none."""
        fit = [(at, name) for at, name in self.mounts if at and f"{path}/".startswith(f"{at}/")]
        return max(fit, key=lambda one: len(one[0]))[1] if fit else ""


def containers_of(document: object) -> tuple[Container, ...]:
    """Every container, in order."""
    return tuple(
        Container(path, body)
        for path, body in mappings(document)
        if (len(path) > 1 and path[-2] in _STARTS)
        or any(isinstance(body.get(mark), list) for mark in _MARKS)
        or isinstance(body.get("image"), dict)
    )


def too_much(document: object) -> str | None:
    """What a resource has more of than is read in the time that an API server waits; read by one
    walk, which ends where the bound is."""
    todo: list[tuple[object, object, int]] = [("", document, 0)]
    values = text = containers = given = 0
    while todo:
        key, node, depth = todo.pop()
        if depth > DEEPEST:
            return f"nested deeper than {DEEPEST}"
        if isinstance(node, dict | list):
            values += len(node)
            containers += isinstance(node, list) and len(node) * (key in _STARTS)
            given += isinstance(node, list) and len(node) * (key in _MARKS)
        else:
            text += len(str(node))
        for count, most, what in (
            (values, MOST_VALUES, "values"),
            (text, MOST_TEXT, "characters"),
            (containers, MOST_CONTAINERS, "containers"),
            (given, MOST_GIVEN, "words and variables"),
        ):
            if count > most:
                return f"more than {most} {what}"
        if isinstance(node, dict):
            todo.extend((str(name), value, depth + 1) for name, value in node.items())
        elif isinstance(node, list):
            todo.extend((key, value, depth + 1) for value in node)
    return None


def volumes_of(document: object) -> dict[tuple[Path, str], tuple[Path, Mapping[str, Any]]]:
    """Every volume, by its pod's path and its name, with its own path."""
    found = {}
    for path, body in mappings(document):
        if len(path) > 1 and path[-2] == "volumes":
            found[path[:-2], str(body.get("name", ""))] = (path, body)
    return found


def mappings(document: object) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every mapping, with its path; recurses nowhere."""
    todo: list[tuple[Path, object]] = [((), document)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, dict):
            yield path, node
            todo.extend(reversed([((*path, str(key)), value) for key, value in node.items()]))
        elif isinstance(node, list):
            todo.extend(reversed([((*path, at), value) for at, value in enumerate(node)]))


def shown_path(document: object, path: Path) -> str:
    """`spec.containers[engine].args[1]`: what has a name is told by it."""
    text, node = "", document
    for step in path:
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and step < len(node) else None
            name = node.get("name") if isinstance(node, dict) else None
            text += f"[{name if isinstance(name, str) and name else step}]"
        else:
            node = node.get(step) if isinstance(node, dict) else None
            text += f".{step}" if text else step
    return text
