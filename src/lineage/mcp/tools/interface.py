"""What a tool is: a name, what it does, what it takes and gives, and the work itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lineage.core.value import dataclass
from lineage.mcp.call import Call
from lineage.mcp.desk import Desk

Schema = Mapping[str, Any]
MOST_NAME = 300
"""Characters of the name of a model."""


@dataclass(frozen=True)
class Answer:
    """What a tool found, before it is marked."""

    content: dict[str, Any]
    """The structured document."""
    lines: tuple[str, ...]
    """A summary in the tool's own words, the answer first: no name or text of a stranger."""
    quoted: tuple[str, ...] = ()
    """What names models or quotes strangers."""
    more: tuple[str, ...] = ()
    """Where to read more, in the tool's own words."""


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    title: str
    description: str
    takes: Schema
    """Properties of its arguments."""
    required: tuple[str, ...]
    gives: Callable[[], dict[str, Any]]
    """JSON Schema of its structured content."""
    run: Callable[[Desk, Mapping[str, Any], Call], Answer]
    own: frozenset[str] = frozenset()
    """Pointers into that content to texts of the curated data, beside what its schema fixes."""
    is_open_world: bool = True
    """Whether it asks a hub, where the server is not offline."""

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": dict(self.takes),
            "required": list(self.required),
            "additionalProperties": False,
        }


def name_of_model(description: str) -> Schema:
    """The schema of an argument that names a model."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": MOST_NAME,
        "description": f"{description} org/name, org/name@revision, a huggingface.co address, or a "
        "name elsewhere such as ollama:qwen3:8b. Never a path or an address of a server.",
    }
