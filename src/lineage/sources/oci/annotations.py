"""What an artefact tells in words: its licences and descriptions, in the annotations of its
manifest and in its configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.sources.web.payload import PayloadError, parse_json

_KEY, _DESCRIBED = "org.opencontainers.image.licenses", "org.opencontainers.image.description"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,99}")
_WORDS = frozenset({"and", "or", "with"})
_MOST = 20


def licence_tags(manifest: bytes, config: bytes) -> tuple[str, ...]:
    """One tag for each, in the Hub's form: `license:apache-2.0`. An SPDX expression names
    several."""
    texts = (*_of_manifest(_held(manifest)), *_of_config(_held(config)))
    names = (name.lower() for text in texts for name in _NAME.findall(text[:1000]))
    return tuple(dict.fromkeys(f"license:{name}" for name in names if name not in _WORDS))[:_MOST]


def described(manifest: bytes, config: bytes) -> tuple[str, ...]:
    """What it is said to be, where nothing else is known of it than of the model."""
    notes, settings = _mapping(_held(manifest).get("annotations")), _held(config)
    sections = [_mapping(settings.get(key)) for key in ("package", "model", "descriptor")]
    texts = (notes.get(_DESCRIBED), *(section.get("description") for section in sections))
    return tuple(dict.fromkeys(text for one in texts for text in _texts(one)))


def _of_manifest(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts(_mapping(content.get("annotations")).get(_KEY))


def _of_config(content: Mapping[str, Any]) -> Iterator[str]:
    """ModelPack lists them, a Kitfile has one of the kit and one of the model."""
    yield from _texts(_mapping(content.get("descriptor")).get("licenses"))
    for section in ("model", "package"):
        yield from _texts(_mapping(content.get(section)).get("license"))


def _texts(value: Any) -> Iterator[str]:
    for one in value[:_MOST] if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _held(raw: bytes) -> Mapping[str, Any]:
    try:
        return _mapping(parse_json(raw))
    except PayloadError:
        return {}  # whoever reads its claims tells what is wrong with it
