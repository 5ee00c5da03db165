"""Shapes of documents: one description that checks a value, says what is allowed, and writes the
JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any, Protocol

from lineage.core.value import dataclass
from lineage.policy.nearest import did_you_mean

Path = tuple["str | int", ...]
_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """Something that is not allowed, where it is, and what would be."""

    path: Path
    message: str


class Shape(Protocol):
    """What a value may be."""

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Everything that is wrong with a value."""

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True)
class Text:
    """A text that is not empty; with `form`, one that matches it."""

    form: str = ""
    says: str = "a text that is not empty"
    longest: int = 2000

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """The text's form."""
        if (
            not isinstance(value, str)
            or not value.strip()
            or len(value) > self.longest
            or (self.form and not re.fullmatch(self.form, value))
        ):
            yield _wrong(path, value, self.says)

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest} | (
            {"pattern": f"^(?:{self.form})$"} if self.form else {}
        )


@dataclass(frozen=True)
class OneOf:
    """One word of a closed list."""

    words: tuple[str, ...]

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Whether the word is one of them; the nearest is offered."""
        if value not in self.words:
            hint = did_you_mean(value, self.words) if isinstance(value, str) else ""
            yield Problem(
                path,
                f"{_shown(value)} is not allowed. {hint + ' ' if hint else ''}Allowed: "
                f"{', '.join(self.words)}.",
            )

    def schema(self) -> dict[str, Any]:
        """An enum."""
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Whether it is a boolean."""
        if not isinstance(value, bool):
            yield _wrong(path, value, "true or false")

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Count:
    """A whole number, 1 or more."""

    what: str = "days"

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Whether it is such a number; true is none."""
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            yield _wrong(path, value, f"a whole number of {self.what}, 1 or more")

    def schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer", "minimum": 1}


@dataclass(frozen=True)
class Day:
    """A date, as TOML writes it or as an ISO text."""

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Whether it is a date without a time."""
        if day_of(value) is None:
            yield _wrong(path, value, "a date such as 2027-01-31")

    def schema(self) -> dict[str, Any]:
        """A date text; TOML's own dates are none to JSON, and tools hand them over as texts."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class ListOf:
    """A list of one shape."""

    inner: Shape
    least: int = 0

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Whether it is a list, and each of its values."""
        if not isinstance(value, list):
            yield _wrong(path, value, "a list in square brackets")
            return
        if len(value) < self.least:
            yield Problem(
                path, f"must hold at least {self.least} value{'s' if self.least > 1 else ''}."
            )
        for number, one in enumerate(value):
            yield from self.inner.check(one, (*path, number))

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.inner.schema()} | (
            {"minItems": self.least} if self.least else {}
        )


@dataclass(frozen=True)
class Table:
    """Keys with their shapes; a key that is not among them is an error unless `others` takes it."""

    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    others: Shape | None = None
    """The shape of keys that users name themselves."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """One line for a key, for the schema."""

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """Unknown keys, missing keys, and each value."""
        if not isinstance(value, Mapping):
            yield _wrong(path, value, "a table")
            return
        for key, one in value.items():
            shape = self.keys.get(key, self.others)
            if shape is None:
                hint = did_you_mean(key, self.keys)
                yield Problem(
                    (*path, key),
                    f"is not a known key. {hint + ' ' if hint else ''}Allowed here: "
                    f"{', '.join(self.keys)}.",
                )
            else:
                yield from shape.check(one, (*path, key))
        for key in self.required:
            if key not in value:
                yield Problem(path, f"lacks the key `{key}`.")

    def schema(self) -> dict[str, Any]:
        """An object."""
        properties = {
            k: s.schema() | ({"description": self.notes[k]} if k in self.notes else {})
            for k, s in self.keys.items()
        }
        made: dict[str, Any] = {"type": "object", "properties": properties}
        if self.required:
            made["required"] = list(self.required)
        made["additionalProperties"] = self.others.schema() if self.others else False
        return made


@dataclass(frozen=True)
class WordOrTable:
    """One word, or a table that says more; its problems are the table's when a table was
    written."""

    word: OneOf
    table: Table

    def check(self, value: Any, path: Path) -> Iterator[Problem]:
        """As the one or as the other."""
        yield from (
            self.table.check(value, path)
            if isinstance(value, Mapping)
            else self.word.check(value, path)
        )

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [self.word.schema(), self.table.schema()]}


def day_of(value: Any) -> date | None:
    """The date that a value says; None where it says none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _wrong(path: Path, value: Any, says: str) -> Problem:
    return Problem(path, f"must be {says}, not {_shown(value)}.")


def _shown(value: Any) -> str:
    text = repr(str(value) if isinstance(value, (date, datetime)) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
