"""One policy document as it was written: parsed, checked, and able to say on which line something
stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lineage.core.errors import NoSuchPolicyError, PolicyError
from lineage.core.plain_file import read_plain
from lineage.core.value import dataclass
from lineage.policy.format import policy_shape
from lineage.policy.lines import line_of
from lineage.policy.packs import pack_text
from lineage.policy.shape import Problem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LARGEST = 1_000_000
_MOST_PROBLEMS = 8


@dataclass(frozen=True)
class Layer:
    """A document that was found to say nothing but what is allowed."""

    place: str
    """The file as the user knows it, or `pack NAME`."""
    folder: Path | None
    """What relative paths in `extends` are relative to; None for a pack."""
    text: str
    prefix: tuple[str, ...]
    """Where the policy stands inside the document: `tool`, `lineage` in a pyproject.toml."""
    values: Mapping[str, Any]

    def where(self, *path: str | int) -> str:
        """File and line of a key."""
        line = line_of(self.text, (*self.prefix, *path))
        return f"{self.place}, line {line}" if line else self.place

    def problem(self, path: tuple[str | int, ...], message: str) -> PolicyError:
        """An error at a key of this document."""
        return PolicyError(
            self.told(Problem(path, message)),
            "`lineage policy check FILE` checks a policy; docs/policy.md has every key.",
        )

    def told(self, problem: Problem) -> str:
        """One problem with its file, line and key."""
        return f"{self.where(*problem.path)}: {dotted(problem.path)} {problem.message}"


def read_pack(name: str, version: str) -> Layer:
    """A pack that ships with the package."""
    return _layer(f"pack {name}", None, pack_text(name), (), version)


def read_file(path: Path, version: str) -> Layer:
    """A `lineage.toml`, or the `[tool.lineage]` of a `pyproject.toml`. Raises PolicyError with
    file, line and key."""
    try:
        text = read_plain(path, _LARGEST).decode("utf-8")
    except FileNotFoundError as gone:
        raise NoSuchPolicyError(
            f"The policy file {path} does not exist.",
            "`lineage policy packs` lists policies that ship with the tool.",
        ) from gone
    except OSError as problem:
        raise PolicyError(
            f"The policy file {path} cannot be read: {problem.strerror}.",
            "Name a TOML file, or a pack (lineage policy packs).",
        ) from problem
    except UnicodeDecodeError as problem:
        raise PolicyError(
            f"The policy file {path} is not UTF-8 text (byte {problem.start}).", "Save it as UTF-8."
        ) from problem
    prefix = ("tool", "lineage") if path.name == "pyproject.toml" else ()
    return _layer(str(path), path.parent, text, prefix, version)


def _layer(
    place: str, folder: Path | None, text: str, prefix: tuple[str, ...], version: str
) -> Layer:
    layer = Layer(place, folder, text, prefix, _inside(place, _parsed(place, text), prefix))
    _check_version(layer, version)
    problems = [layer.told(p) for p in policy_shape().check(layer.values, ())]
    if problems:
        more = (
            [f"… and {len(problems) - _MOST_PROBLEMS} more."]
            if len(problems) > _MOST_PROBLEMS
            else []
        )
        raise PolicyError(
            "\n".join([*problems[:_MOST_PROBLEMS], *more]),
            "docs/policy.md has every key; `lineage rules` lists the rules.",
        )
    return layer


def _parsed(place: str, text: str) -> Mapping[str, Any]:
    try:
        document: Mapping[str, Any] = tomllib.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as problem:  # besides TOMLDecodeError: numbers of more digits than Python converts
        raise PolicyError(f"{place} is not valid TOML: {problem}.") from problem
    return document


def _inside(place: str, document: Mapping[str, Any], prefix: tuple[str, ...]) -> Mapping[str, Any]:
    found: Any = document
    for key in prefix:
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise PolicyError(
            f"{place} has no table [{'.'.join(prefix)}].",
            "Write the policy there, or into a lineage.toml.",
        )
    return found


def _check_version(layer: Layer, version: str) -> None:
    """First of all: a file for a newer tool may say things that this one does not know."""
    wanted = layer.values.get("requires-lineage")
    if not isinstance(wanted, str):
        return
    try:
        fits = SpecifierSet(wanted).contains(version, prereleases=True)
    except InvalidSpecifier as problem:
        raise layer.problem(
            ("requires-lineage",), f"is {wanted!r}, which is not a version range such as >=0.1."
        ) from problem
    if not fits:
        raise PolicyError(
            f"{layer.where('requires-lineage')}: the policy asks for lineage {wanted}; "
            f"this is {version}.",
            "Install such a version.",
        )


def dotted(path: tuple[str | int, ...]) -> str:
    """A path of keys as people write it: `rules.licence-denied.level`, `waiver[1].until`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else str(part)
    return f"`{text}`" if text else "the policy"
