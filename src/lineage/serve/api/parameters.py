"""What an operation may be asked with: declared once, read and published from the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.datastructures import QueryParams

from lineage.core.errors import UsageError
from lineage.core.value import dataclass
from lineage.report.printable import printable

_LONGEST = 1000


@dataclass(frozen=True)
class Parameter:
    """One of the path, the query or the headers."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """A JSON Schema of one type: string, integer, number or boolean."""
    place: str = "query"
    required: bool = False

    def read(self, text: str) -> Any:
        """The value. Raises UsageError, naming the parameter."""
        kind = self.schema["type"]
        try:
            value = _READ[kind](text)
        except (ValueError, KeyError):
            raise self._wrong(f"not {_ARTICLE[kind]}", text) from None
        if kind in ("integer", "number"):
            low, high = self.schema.get("minimum"), self.schema.get("maximum")
            if (low is not None and value < low) or (high is not None and value > high):
                raise self._wrong(f"not between {low} and {high}", text)
        if "enum" in self.schema and value not in self.schema["enum"]:
            raise self._wrong(f"none of {', '.join(self.schema['enum'])}", text)
        if len(text) > self.schema.get("maxLength", _LONGEST):
            raise self._wrong("too long", text)
        return value

    def _wrong(self, why: str, text: str) -> UsageError:
        return UsageError(
            f"`{self.name}` is {why}: {printable(text, 60)!r}.", f"{self.description}"
        )


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    whole, _, part = text.partition(".")
    _integer(whole + part)
    return float(text)


_READ: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": {"true": True, "false": False, "1": True, "0": False}.__getitem__,
}
_ARTICLE = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
}


def read(parameters: Sequence[Parameter], query: QueryParams) -> dict[str, Any]:
    """The values of a query; one that is not declared, or stands twice, is refused: a slip in a
    name must not change an answer in silence."""
    known = {one.name: one for one in parameters if one.place == "query"}
    found: dict[str, Any] = {}
    for name, text in query.multi_items():
        if name not in known:
            raise UsageError(
                f"There is no parameter {printable(name, 60)!r} here.",
                f"Known: {', '.join(known) or 'none'}.",
            )
        if name in found:
            raise UsageError(f"`{name}` appears twice in the address.", "Give it once.")
        found[name] = known[name].read(text)
    for one in known.values():
        if one.required and one.name not in found:
            raise UsageError(f"`{one.name}` is missing.", one.description)
    return found
