"""The form by which people ask for a run, with what they typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from starlette.requests import Request

from lineage.core.value import dataclass
from lineage.policy.packs import pack_names, pack_text
from lineage.report.html.markup import Markup, shown, tag
from lineage.serve.pages.frame import button, form, paragraphs, select
from lineage.serve.pages.once import once
from lineage.serve.settings import Settings

_ENDINGS = ".txt,.csv,.tsv,.xlsx,.json,.jsonld,.spdx,.xml,.yaml,.yml,.md"
_FILES = "Choose it or drop it here: CSV, Excel (.xlsx), CycloneDX, SPDX, Markdown, JSON or YAML"
_PACK = "The report with everything that was read for it, so that anybody can check it later."


@dataclass(frozen=True)
class Typed:
    """What somebody filled in."""

    models: str = ""
    column: str = ""
    policy: str = ""
    title: str = ""
    has_pack: bool = True
    file_name: str = ""
    file: bytes = b""
    once: str = ""
    """Of the page that it was filled in on."""


@dataclass(frozen=True)
class Wrong:
    """Why it is no order yet; all is well where there is no message."""

    field: str = ""
    message: str = ""
    next_step: str = ""
    status: int = 400


def summary(wrong: Wrong) -> Markup | None:
    """Read out at once, and the first thing that the keyboard meets."""
    if not wrong.message:
        return None
    way = tag("a", shown(wrong.message, 600), href=f"#{wrong.field}")
    return tag(
        "div",
        tag("p", tag("b", "Nothing was started. "), way),
        paragraphs(wrong.next_step),
        class_="notice wrong",
        role="alert",
    )


def order_form(request: Request, settings: Settings, typed: Typed, wrong: Wrong) -> Markup:
    """The whole form. A file has to be chosen again: no browser keeps it."""
    policies = [(name, named(name)) for name in settings.policies]
    chosen = typed.policy if typed.policy in settings.policies else settings.usual
    choice = select("policy", policies, chosen, **_about("policy", wrong, has_hint=False))
    return form(
        request,
        "/audits",
        once(),
        tag("div", _lists(settings, typed, wrong), class_="pair"),
        _field("policy", "Policy", choice, "", wrong),
        _pack(typed),
        _more(typed, wrong),
        tag("p", button("Audit", "first"), class_="acts"),
        enctype="multipart/form-data",
        class_="order",
    )


def _lists(settings: Settings, typed: Typed, wrong: Wrong) -> Iterator[Markup]:
    limits = settings.limits
    area = tag(
        "textarea",
        _kept(typed.models),
        **_about("models", wrong),
        rows="7",
        spellcheck="false",
        autocapitalize="off",
    )
    hint = f"One a line, such as org/name, or paste a table. At most {limits.rows:,}."
    yield _field("models", "Models", area, hint, wrong)
    file = tag("input", type="file", accept=_ENDINGS, **_about("file", wrong))
    hint = f"{_FILES}, up to {limits.upload / 2**20:.0f} MB."
    yield _field("file", "Or a file", file, hint, wrong, "drop")


def _pack(typed: Typed) -> Markup:
    words = tag("span", "Make a pack to file", tag("span", _PACK, class_="fine block"))
    box = tag("input", type="checkbox", name="pack", value="on", checked=typed.has_pack)
    return tag("label", box, words, class_="check")


def _more(typed: Typed, wrong: Wrong) -> Markup:
    title, column = (
        tag("input", type="text", value=value, maxlength=200, **_about(name, wrong))
        for name, value in (("title", typed.title), ("column", typed.column))
    )
    in_table = "Its header, where a table does not make it plain."
    return tag(
        "details",
        tag("summary", "More: a title, the column of the models"),
        tag(
            "div",
            _field("title", "Title", title, "What the run is called in the history.", wrong),
            _field("column", "Column of the models", column, in_table, wrong),
            class_="pair",
        ),
        class_="more",
        open=bool(typed.title or typed.column or wrong.field == "column"),
    )


def _field(
    name: str, label: str, control: Markup, hint: str, wrong: Wrong, class_: str = ""
) -> Markup:
    message = shown(f"{wrong.message} {wrong.next_step}", 900)
    return tag(
        "div",
        tag("label", label, for_=name),
        tag("p", hint, class_="fine", id=f"{name}-hint") if hint else None,
        tag("p", message, class_="told", id=f"{name}-wrong") if wrong.field == name else None,
        control,
        class_=f"field {class_}".rstrip(),
    )


def _about(name: str, wrong: Wrong, *, has_hint: bool = True) -> dict[str, object]:
    is_wrong = wrong.field == name
    ids = [f"{name}-wrong"] if is_wrong else []
    ids += [f"{name}-hint"] if has_hint else []
    return {
        "id": name,
        "name": name,
        "aria_describedby": " ".join(ids) or None,
        "aria_invalid": "true" if is_wrong else None,
    }


def _kept(text: str) -> Markup:
    """What was typed, letter by letter; a browser drops the first line end of a text area."""
    kept = "".join(char for char in text if char in "\t\n" or char.isprintable())
    return Markup(f"\n{escape(kept)}")


def named(name: str) -> str:
    """A policy with what it is in one line; one of the user's own has its name alone."""
    if name not in pack_names():
        return name
    if name == "default":
        return f"{name}: the usual questions, each at its usual level"
    lines = pack_text(name).splitlines()
    heading = next((line.lstrip("# ") for line in lines if line.startswith("#")), "")
    return f"{name}: {heading}"
