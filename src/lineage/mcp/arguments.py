"""Checks what a client gives a tool, by the tool's own schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lineage.core.errors import UsageError
from lineage.mcp.tools.interface import Tool
from lineage.policy.nearest import did_you_mean
from lineage.report.printable import printable

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_WORDS = {
    "maxItems": "has more than {limit} items",
    "minItems": "needs at least {limit} item",
    "maxLength": "is longer than {limit} characters",
    "minLength": "is empty or too short",
    "maximum": "is more than {limit}",
    "minimum": "is less than {limit}",
    "type": "must be of type {limit}",
    "enum": "must be one of {limit}",
}


def checked(tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the tools take them: JSON does not tell 3.0 from 3, and a client may write
    either.

    Raises UsageError that says which argument is wrong and what is allowed; it never repeats a long
    one.
    """
    from jsonschema import Draft202012Validator  # comes with the SDK

    problems = Draft202012Validator(tool.input_schema).iter_errors(given)
    first = next(problems, None)
    if first is not None:
        raise UsageError(f"{tool.name}: {_described(first, tool, given)}.", _takes(tool))
    return {key: int(one) if isinstance(one, float) else one for key, one in given.items()}


def _described(problem: ValidationError, tool: Tool, given: Mapping[str, Any]) -> str:
    place = "".join(f"[{p}]" if isinstance(p, int) else str(p) for p in problem.absolute_path)
    rule, limit = str(problem.validator), problem.validator_value
    if rule == "required":
        return f"{next(name for name in tool.required if name not in given)} is missing"
    if rule == "additionalProperties":
        odd = next(name for name in given if name not in tool.takes)
        hint = did_you_mean(odd, tool.takes)
        return f"there is no argument {printable(odd, 40)!r}. {hint}".strip(" .")
    allowed = ", ".join(map(str, limit)) if isinstance(limit, list) else str(limit)
    return f"{place or 'the arguments'} {_WORDS.get(rule, 'is not allowed').format(limit=allowed)}"


def _takes(tool: Tool) -> str:
    words = [f"{name}{'' if name in tool.required else ' (optional)'}" for name in tool.takes]
    return f"It takes: {', '.join(words)}."
