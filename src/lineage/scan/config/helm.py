"""Fill a Helm chart's templates with its own values, as far as they are plain; the rest stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lineage.scan.entries import NotReadableError, yaml_entries

_TEMPLATE = re.compile(r"\{\{-?\s*(?P<inner>(?:[^{}\"`]|\"[^\"\n]*\"|`[^`]*`)*?)\s*-?\}\}")
_DEFINE = re.compile(
    r"\{\{-?\s*define\s+\"(?P<name>[^\"]+)\"\s*-?\}\}(?P<body>.*?)\{\{-?\s*end\s*-?\}\}", re.DOTALL
)
_CONTROL = re.compile(r"(?:if|else|end|range|with|define|template|block|/\*|\$\w+\s*:?=)")
_WORD = re.compile(r"\"[^\"]*\"|`[^`]*`|\S+")
_QUOTES = '"`'
_VALUES = re.compile(r"(?:[\w-]+/)?[\w.-]*values[\w.-]*\.ya?ml")
_MOST = 12
_ROUNDS = 4
_LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class Chart:
    """What the templates of one chart are filled with."""

    values: tuple[dict[str, str], ...]
    """By dotted path: of `values.yaml`, and with each other file of values laid over it."""
    helpers: dict[str, str]
    """The named pieces of templates."""


class Charts:
    """The charts of one repository."""

    def __init__(self, names: Iterable[str], read: Callable[[str], str | None]) -> None:
        self._names = frozenset(names)
        self._read = read
        self._known: dict[str, Chart] = {}

    def texts(self, text: str, file: str) -> list[str]:
        """A template with each of its chart's files of values; any other text as it is."""
        folder = self._folder_of(file) if "{{" in text else None
        if folder is None:
            return [text]
        if folder not in self._known:
            self._known[folder] = chart_at(folder, self._names, self._read)
        chart = self._known[folder]
        return list(dict.fromkeys(rendered(text, one, chart.helpers) for one in chart.values))

    def _folder_of(self, file: str) -> str | None:
        parts = PurePosixPath(file).parts
        for at in range(len(parts) - 1, 0, -1):
            folder = "/".join(parts[: at - 1])
            if parts[at - 1] == "templates" and f"{folder}/Chart.yaml".lstrip("/") in self._names:
                return folder
        return None


def chart_at(folder: str, names: Iterable[str], read: Callable[[str], str | None]) -> Chart:
    """The chart of a folder, by the files of the repository."""
    inside = f"{folder}/".lstrip("/")
    mine = sorted(name for name in names if name.startswith(inside))
    files = [n for n in mine if _VALUES.fullmatch(n[len(inside) :])]
    own = _values(read(f"{inside}values.yaml"))
    laid = [own | _values(read(n)) for n in files[:_MOST] if n != f"{inside}values.yaml"]
    helpers: dict[str, str] = {}
    for name in mine:
        if name.endswith(".tpl"):
            found = _DEFINE.finditer(read(name) or "")
            helpers |= {match["name"]: match["body"].strip() for match in found}
    return Chart((own, *(one for one in laid if one != own)), helpers)


def _values(text: str | None) -> dict[str, str]:
    try:
        entries = yaml_entries(text) if text else []
    except NotReadableError:
        return {}  # told when the file itself was read
    return {".".join(map(str, one.path)): one.value for one in entries}


def rendered(text: str, values: Mapping[str, str], helpers: Mapping[str, str]) -> str:
    """The template with its values; every line stays on its line."""
    if "{{" not in text or len(text) > _LONGEST_TEXT:
        return text

    def value(match: re.Match[str]) -> str:
        inner = match["inner"]
        if _CONTROL.match(inner):
            return "\n" * match.group().count("\n")
        found = _value(inner, values, helpers, 0)
        return match.group() if found is None else found

    return _TEMPLATE.sub(value, text)


def _value(
    inner: str, values: Mapping[str, str], helpers: Mapping[str, str], depth: int
) -> str | None:
    """What an expression is; None where that is not known."""
    first, *pipes = (part.strip() for part in inner.split("|"))
    found = _first(first, values, helpers, depth)
    for pipe in pipes:
        words = _WORD.findall(pipe)
        if found is None and len(words) == 2 and words[0] == "default":
            found = _first(words[1], values, helpers, depth)
    return found


def _first(
    text: str, values: Mapping[str, str], helpers: Mapping[str, str], depth: int
) -> str | None:
    words = _WORD.findall(text.strip("() "))
    if len(words) == 1:
        word: str = words[0]
        if word[:1] in _QUOTES:
            return word[1:-1]
        return values.get(word.partition("Values.")[2]) if "Values." in word else None
    if words[:1] == ["printf"] and len(words) > 1:
        given = [_first(one, values, helpers, depth) for one in words[2:]]
        form = words[1].strip(_QUOTES)
        if None in given or form.count("%s") != len(given):
            return None
        pieces: list[str] = form.split("%s")
        texts = (one or "" for one in given)
        return pieces[0] + "".join(a + b for a, b in zip(texts, pieces[1:], strict=True))
    if words[:1] == ["default"] and len(words) == 3:
        known = _first(words[2], values, helpers, depth)
        return known or _first(words[1], values, helpers, depth)
    if words[:1] in (["include"], ["template"], ["tpl"]) and len(words) > 1 and depth < _ROUNDS:
        body = helpers.get(words[1].strip(_QUOTES))
        text = rendered(body, values, helpers) if body is not None else ""
        return text.strip() if text and "{{" not in text else None
    if words[:1] in (["quote"], ["toString"], ["required"], ["trim"], ["lower"]):
        return _first(words[-1], values, helpers, depth)
    return None
