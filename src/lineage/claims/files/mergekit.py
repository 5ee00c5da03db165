"""The recipe that mergekit leaves beside a merge, in all its forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lineage.claims.files.documents import DocumentReader, Opened, text_of
from lineage.claims.files.wanted import is_of_tools, wanted_where
from lineage.claims.interface import FileRequest
from lineage.claims.trace import MOST_CLAIMS, Trace
from lineage.core.claim import Claim, Observation, ObservationKind
from lineage.core.record import ModelRecord
from lineage.core.relation import Relation
from lineage.core.value import dataclass

_INSIDE = (
    "slices",
    "modules",
    "genome",
    "models",
    "sources",
    "experts",
    "shared_experts",
    "input_model",
    "components",
)
_MODEL_KEYS = ("model", "source_model", "base_model", "lora", "adapter")
_SIGNS = ("merge_method", "slices", "experts", "genome", "gate_mode")
_RECIPE = re.compile(r"merge|recipe|franken|(?<![a-z])(?:moe|slerp|dare|ties|passthrough)(?![a-z])")
_TOKENIZER_WORDS = ("", "base", "union", "none", "null")
_DEEPEST = 12


@dataclass(frozen=True)
class Ingredient:
    """One model of a recipe."""

    place: str
    value: object
    method: str
    weight: str = ""
    component: str | None = None


class Mergekit(DocumentReader):
    """Reads `mergekit_config.yml`, and any other recipe whose name says so."""

    name = "mergekit"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Every file that is called a recipe, in any folder: parts of a merge are merged on the
        way."""
        return wanted_where(record, _may_be_recipe)

    def find(self, opened: Opened) -> Iterator[Claim | Observation]:
        """One claim per model in the recipe, with its method and weight as the excerpt."""
        found = list(recipe_claims(opened.trace, _recipes(opened)))
        yield from found
        if not found and not opened.problem and _is_called_so(opened.trace.file):
            problem = "names no models, as a recipe does"
            yield opened.trace.observe(ObservationKind.UNREADABLE, "", problem)


def _is_called_so(path: str) -> bool:
    return path.rpartition("/")[2].lower().startswith("mergekit_config")


def _recipes(opened: Opened) -> Sequence[Mapping[str, Any]]:
    """What may be a recipe; under the merge tool's own file name a list of models is one even where
    its method was cut off."""
    if not _is_called_so(opened.trace.file):
        return opened.all
    return [
        content
        if is_recipe(content) or not content.get("models")
        else {**content, "merge_method": ""}
        for content in opened.all
    ]


def _may_be_recipe(path: str) -> bool:
    low = path.lower()
    return (
        low.endswith((".yml", ".yaml"))
        and not is_of_tools(path)
        and bool(_RECIPE.search(low) or low.rpartition("/")[2] in ("config.yaml", "config.yml"))
    )


def recipe_claims(
    trace: Trace, documents: Sequence[Mapping[str, Any]], line: str = ""
) -> Iterator[Claim]:
    """Claims from a recipe's documents: each model once, however many layers it gives; no steps of
    a chain, which only have a name."""
    steps = {text_of(item.get("name")).lower() for item in documents if item.get("name")}
    seen: set[tuple[str, str | None]] = set()
    for found in (
        ingredient for item in documents if is_recipe(item) for ingredient in ingredients(item)
    ):
        for value in _parts(found.value):
            key = (value.lower(), found.component)
            if key not in seen and value.lower() not in steps and len(seen) <= MOST_CLAIMS:
                seen.add(key)
                excerpt = ", ".join(
                    part
                    for part in (found.method and f"merge_method: {found.method}", found.weight)
                    if part
                )
                yield from trace.claims(
                    value,
                    f"{line}, {found.place}" if line else found.place,
                    Relation.MERGE,
                    excerpt=excerpt,
                    component=found.component,
                )


def is_recipe(content: Mapping[str, Any]) -> bool:
    """Whether a YAML mapping is a merge recipe and not some other configuration."""
    return any(sign in content for sign in _SIGNS)


def ingredients(
    content: Mapping[str, Any], place: str = "", method: str = "", depth: int = 0
) -> Iterator[Ingredient]:
    """Every model of one recipe, found in models, slices, sources, modules, experts and the
    base."""
    method = text_of(content.get("merge_method")) or method
    weight = _weight(content.get("parameters"))
    for key in _MODEL_KEYS:
        if content.get(key):
            yield Ingredient(f"{place}{key}", _path(content[key]), method, weight)
    yield from _tokenizer(content, place, method)
    if depth < _DEEPEST:
        for key in _INSIDE:
            yield from _inside(content.get(key), f"{place}{key}", method, depth)


def _inside(content: object, place: str, method: str, depth: int) -> Iterator[Ingredient]:
    if isinstance(content, Mapping):
        if any(key in content for key in (*_INSIDE, *_MODEL_KEYS)):
            yield from ingredients(content, f"{place}.", method, depth + 1)
            return
        for key, item in content.items():
            yield from (
                _inside(item, f"{place}.{key}", method, depth + 1) if depth < _DEEPEST else ()
            )
    elif isinstance(content, list):
        for number, item in enumerate(content[:1000]):
            if isinstance(item, Mapping):
                yield from ingredients(item, f"{place}[{number}].", method, depth + 1)
            elif isinstance(item, str):
                yield Ingredient(f"{place}[{number}]", item, method)


def _path(value: object) -> object:
    """mergekit writes a model as a text or as `{model: {path, revision}, lora: …}`."""
    for _ in range(3):
        if isinstance(value, Mapping):
            value = value.get("path") or value.get("model")
    return value


def _parts(value: object) -> Iterable[str]:
    """`model+lora` is two models."""
    return (
        [part.strip() for part in value.split("+") if part.strip()]
        if isinstance(value, str)
        else []
    )


def _weight(parameters: object) -> str:
    value = parameters.get("weight") if isinstance(parameters, Mapping) else None
    return f"weight: {value}" if isinstance(value, str) else ""


def _tokenizer(content: Mapping[str, Any], place: str, method: str) -> Iterator[Ingredient]:
    tokenizer = content.get("tokenizer")
    value = text_of(
        content.get("tokenizer_source")
        or (tokenizer.get("source") if isinstance(tokenizer, Mapping) else None)
    )
    value = value.removeprefix("model:")
    if value.lower() not in _TOKENIZER_WORDS and "/" in value:
        yield Ingredient(f"{place}tokenizer_source", value, method, component="tokenizer")
