"""Untrusted YAML: bounded before it is built, and nothing but
texts, lists, mappings and null come out.

libyaml's recursion kills the whole process on deep nesting and its scan of it is quadratic, so the
events are walked first and the walk stops at the first bound; only a text that passed is
constructed. Aliases are refused (they multiply), tags are ignored (they choose constructors), and
plain scalars stay texts (`no`, `012` and `2024-01-01` are names here).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from lineage.core.value import dataclass

DEEPEST = 64
MOST_NODES = 20_000
LONGEST = 256_000
"""Characters of one YAML text."""
MOST_DOCUMENTS = 50

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_IN_PYTHON = 64_000  # the scanner written in Python is some thirty times slower
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff]"
)


class YamlRefused(Exception):  # noqa: N818 - named for what happened
    """Text that is not read, with the reason: not YAML, or past a bound."""


@dataclass(frozen=True)
class YamlReading:
    """What came out of one text."""

    documents: tuple[Any, ...] = ()
    problem: str = ""
    """Why there is nothing, or not all."""
    duplicate_keys: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Top-level keys of the first document that occur more than once, with their lines (from 1)."""


class _PlainLoader(_Loader):  # type: ignore[misc]
    """Builds texts, lists, mappings and null only, whatever tags say."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own protocol
        first: [("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"))]
        for first in ("~", "n", "N", "")
    }
    yaml_constructors: dict[Any, Any] = {}  # noqa: RUF012
    yaml_multi_constructors: dict[Any, Any] = {}  # noqa: RUF012


def _construct(loader: Any, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, child) for child in node.value]
    return {_key(key): _construct(loader, child) for key, child in node.value}


def _key(node: Any) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else f"({node.id})"


_PlainLoader.add_constructor(None, _construct)
_PlainLoader.add_constructor("tag:yaml.org,2002:null", _construct)


def read_yaml(text: str) -> YamlReading:
    """Read all documents of a text.

    Never raises on content: a text that is refused has a problem and no documents.
    """
    longest = LONGEST if _Loader is not yaml.SafeLoader else _LONGEST_IN_PYTHON
    if len(text) > longest:
        return YamlReading(problem=f"longer than {longest:,} characters")
    text = _CONTROL.sub(" ", text)
    try:
        duplicates = _scan(text)
        return YamlReading(_construct_all(text), duplicate_keys=duplicates)
    except YamlRefused as refused:
        return YamlReading(problem=str(refused))
    except yaml.YAMLError as error:
        return YamlReading(problem=_explained(error))
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        return YamlReading(problem=f"not readable as YAML ({type(error).__name__})")


def _construct_all(text: str) -> tuple[Any, ...]:
    loader = _PlainLoader(text)
    found: list[Any] = []
    try:
        while len(found) < MOST_DOCUMENTS and loader.check_data():
            found.append(loader.get_data())
    finally:
        loader.dispose()
    return tuple(found)


def _scan(text: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Walk the events up to the first bound; the lines of duplicate
    keys of the first document's top level."""
    depth = documents = 0
    keys: dict[str, list[int]] = {}
    expects_key = False
    for nodes, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if nodes > MOST_NODES:
            raise YamlRefused(f"more than {MOST_NODES:,} nodes")
        if isinstance(event, yaml.AliasEvent):
            raise YamlRefused("holds an alias, which is not followed")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise YamlRefused(f"nested deeper than {DEEPEST} levels")
            expects_key = (
                depth == 1 and documents == 1 and isinstance(event, yaml.MappingStartEvent)
            )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            expects_key = depth == 1
        elif isinstance(event, yaml.ScalarEvent) and depth == 1 and documents == 1:
            if expects_key:
                keys.setdefault(event.value, []).append(_line(event))
            expects_key = not expects_key
    return tuple((key, tuple(lines)) for key, lines in keys.items() if len(lines) > 1)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _explained(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return (
            f"not valid YAML at line {error.problem_mark.line + 1}: "
            f"{error.problem or error.context or 'no reason given'}"
        )
    return f"not valid YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
