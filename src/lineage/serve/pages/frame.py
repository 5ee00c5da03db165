"""What every page has: the head, the way about, one form's hidden field, one table's frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from lineage.report.html.markup import Child, Markup, join, shown, tag
from lineage.serve.pages.assets import asset

_WAYS = (("Audit", "/"), ("History", "/history"), ("About", "/about"))
_FOOT = "A jurisdiction is no evidence of behaviour; an untested model is not a cleared one."


def page(
    request: Request,
    title: str,
    *content: Child,
    status: int = 200,
    refresh: int = 0,
    is_open: bool = True,
) -> HTMLResponse:
    """A whole page. `refresh` seconds are for browsers without a script alone; a page that is not
    `is_open` shows no way to the others."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="same-origin"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{shown(title, 120)} · lineage"),
        tag("link", rel="stylesheet", href=asset("css").address),
        tag("link", rel="icon", href="data:,"),
        tag("script", src=asset("js").address, defer=True),
        tag("noscript", tag("meta", http_equiv="refresh", content=refresh)) if refresh else None,
    )
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#main", class_="skip"),
        _top(request, is_open=is_open),
        tag("main", *content, id="main", tabindex="-1"),
        tag("footer", tag("p", _FOOT)),
    )
    return HTMLResponse("<!DOCTYPE html>\n" + tag("html", head, body, lang="en") + "\n", status)


def _top(request: Request, *, is_open: bool) -> Markup:
    here = request.url.path
    ways = [
        tag("a", name, href=path, aria_current="page" if here == path else None)
        for name, path in _WAYS
    ]
    who = shown(getattr(request.state, "who", "") or "", 60)
    is_session = getattr(request.state, "is_session", False)
    leave = tag("button", "Log out", type="submit", class_="plain")
    return tag(
        "header",
        tag("p", tag("b", "lineage"), f" · {who}" if who else None, class_="brand"),
        tag("nav", ways, aria_label="Pages") if is_open else None,
        form(request, "/logout", leave) if is_session else None,
        class_="top",
    )


def form(request: Request, action: str, *content: Child, **attributes: object) -> Markup:
    """A form that changes something: it shows that it comes from one of our pages."""
    csrf = getattr(request.state, "csrf", "")
    return tag(
        "form",
        tag("input", type="hidden", name="csrf", value=csrf),
        *content,
        method="post",
        action=action,
        **attributes,
    )


def button(text: str, kind: str = "", **attributes: object) -> Markup:
    """A button that sends its form."""
    return tag("button", text, type="submit", class_=f"act {kind}".rstrip(), **attributes)


def act(text: str, href: str, kind: str = "", **attributes: object) -> Markup:
    """A link that looks like a button, for what changes nothing."""
    return tag("a", text, href=href, class_=f"act {kind}".rstrip(), **attributes)


def card(title: str, *content: Child, id: str, level: int = 2) -> Markup:
    """A part of a page with its head."""
    return tag("section", tag(f"h{level}", title, id=f"{id}-head"), *content, id=id)


def table(caption: str, heads: Sequence[str], rows: Iterable[Markup], class_: str = "") -> Markup:
    """A table that becomes a list of cards on a phone: its cells carry `data-label`."""
    head = tag("tr", (tag("th", name, scope="col") for name in heads))
    content = tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", head),
        tag("tbody", rows),
        class_=f"stack {class_}".rstrip(),
    )
    return tag("div", content, class_="scroll", tabindex="0", role="region", aria_label=caption)


def select(
    name: str, options: Iterable[tuple[str, str]], chosen: str, /, **attributes: object
) -> Markup:
    """A choice of one; `options` are value and text."""
    attributes = {"name": name, **attributes}
    listed = (
        tag("option", shown(text, 160), value=value, selected=value == chosen)
        for value, text in options
    )
    return tag("select", listed, **attributes)


def pager(request: Request, number: int, size: int, total: int) -> Markup | None:
    """The ways to the pages before and after; None where there is one page."""
    last = max(1, -(-total // size))
    if last == 1:
        return None
    ways = [
        tag("a", text, href=with_query(request, page=str(to)), rel=rel)
        for text, to, rel in (("Previous", number - 1, "prev"), ("Next", number + 1, "next"))
        if 1 <= to <= last
    ]
    first = (number - 1) * size + 1
    position = f"{first:,} to {min(total, number * size):,} of {total:,}"
    return tag("nav", tag("span", position), ways, class_="pager", aria_label="Pages of the table")


def page_number(request: Request, size: int, total: int) -> int:
    """The page of a table that is asked for, from 1; the nearest that there is."""
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return min(max(1, number), max(1, -(-total // size)))


def with_query(request: Request, **changes: str) -> str:
    """This address with other parameters; empty ones go."""
    asked = {**request.query_params, **changes}
    kept = urlencode({key: value for key, value in asked.items() if value})
    return f"{quote(request.url.path)}?{kept}" if kept else quote(request.url.path)


def paragraphs(*lines: str) -> Markup:
    """Some lines, those that are empty left out."""
    return join(*(tag("p", shown(line, 1200)) for line in lines if line))
