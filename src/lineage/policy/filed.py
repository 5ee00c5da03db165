"""A policy as it was applied: written into a pack, and read from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lineage.core.codec import decode, encode
from lineage.core.errors import DataError
from lineage.policy.policy import Policy


def filed(policy: Policy) -> dict[str, Any]:
    """As JSON types; rules that a user of the library added are code and are not in it."""
    return dict(encode(replace(policy, rules=())))


def read_filed(document: Any) -> Policy:
    """Raises DataError where it is not what `filed` gave."""
    if isinstance(document, Mapping) and "rules" in document:
        raise DataError("policy.json holds rules, which are code and are never filed.")
    found: Policy = decode(Policy, document)
    return replace(
        found, settings={rule: _plain(values) for rule, values in found.settings.items()}
    )


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has lists for what a policy holds as tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
