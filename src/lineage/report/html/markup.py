"""HTML that cannot be broken into: a string from outside becomes text or an attribute value, never
markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Union

from lineage.report.printable import printable
from lineage.report.web import web_url

_VOID = frozenset({"meta", "br", "input", "link", "path", "rect", "hr"})


class Markup(str):
    """Text that is HTML already; only `tag` and `join` make it."""

    __slots__ = ()


Child = Union[str, None, Iterable[Union[str, None]]]  # noqa: UP007 - an alias is evaluated, and Python 3.10 has no forward string unions


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """An element. Strings are escaped, Markup is not; `class_` is `class`, `aria_label` is
    `aria-label`, None and False leave out."""
    written = "".join(
        _attribute(key, value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{written}/>" if name in ("path", "rect") else f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children one after another, strings escaped."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, str):
            parts.append(
                child if isinstance(child, Markup) else escape(printable(child, 20_000), quote=True)
            )
        elif child is not None:
            parts.append(join(*child))
    return Markup("".join(parts))


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return (
        f" {name}" if value is True else f' {name}="{escape(printable(value, 20_000), quote=True)}"'
    )


def shown(text: object, limit: int = 160) -> str:
    """One printable line; a longer text keeps its beginning and its end, and one of absurd length
    tells that."""
    line = printable(text, 30_000)
    if len(line) <= limit:
        return line
    clipped = f"{line[: limit * 2 // 3]}…{line[-limit // 4 :]}"
    return f"{clipped} ({len(line)} characters)" if len(line) > 1000 else clipped


def prose(text: object, limit: int) -> Markup:
    """A sentence in which `words between backticks` are shown as code."""
    parts = shown(text, limit).split("`")
    whole = len(parts) % 2 == 1  # a backtick without a partner is one
    return (
        join(*(tag("code", part) if i % 2 else part for i, part in enumerate(parts)))
        if whole
        else join("`".join(parts))
    )


def link(url: object, text: str | None = None) -> Markup:
    """An address as a link where it is a plain web address, as text otherwise."""
    known = web_url(url)
    if known is None:
        return join(shown(text if text is not None else url))
    return tag(
        "a",
        shown(text if text is not None else known),
        href=known,
        rel="noopener noreferrer nofollow external",
    )
