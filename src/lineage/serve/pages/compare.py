"""What changed between two runs: as a page, and as the files that `lineage diff` writes."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.report.drift import FORMATS, Change, Drift, Effect, Kind, by_model, headline
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.serve.comparing import changes
from lineage.serve.pages.frame import act, card, page
from lineage.serve.pages.words import link_to, stamped, when
from lineage.serve.run import Run
from lineage.serve.site import site_of

_MOST = 200
_OTHER_POLICY = "The two runs go by different policies: a verdict may differ because of that alone."
_FILES = {"json": ("application/json", "json"), "markdown": ("text/markdown", "md")}
_SIGNS = {
    Effect.WORSE: ("!", "worse"),
    Effect.OPEN: ("?", "open"),
    Effect.BETTER: ("+", "better"),
    Effect.NONE: ("·", ""),
}


def compare(request: Request) -> Response:
    """Two runs beside each other; of one model alone where one is named."""
    store, asked = site_of(request).store, request.query_params
    before, after = (store.run(asked.get(name, "")) for name in ("before", "after"))
    model = asked.get("model", "")
    drift = changes(store, before.id, after.id, model, named=_named)
    form = asked.get("format", "")
    if form in _FILES:
        media, ending = _FILES[form]
        name = f'attachment; filename="lineage-changes-{after.id}.{ending}"'
        return Response(FORMATS[form](drift), 200, {"Content-Disposition": name}, media)
    return page(
        request,
        headline(drift),
        _answer(before, after, model, drift),
        *(_about(i, *one) for i, one in enumerate(by_model(drift.changes), 1)),
    )


def _named(run: Run) -> str:
    return f"{run.title}, {stamped(run)}"


def _answer(before: Run, after: Run, model: str, drift: Drift) -> Markup:
    word, _, rest = headline(drift).partition(": ")
    again = {"before": before.id, "after": after.id, "model": model}
    files = (
        act(name, f"/compare?{urlencode({**again, 'format': form})}")
        for name, form in (("Download as Markdown", "markdown"), ("Download as JSON", "json"))
    )
    turned = urlencode({**again, "before": after.id, "after": before.id})
    return tag(
        "div",
        tag("p", tag("b", word), class_=f"change c-{word.lower()}"),
        tag("h1", f"What changed for {shown(model, 120)}" if model else "What changed"),
        tag("p", f"{rest[:1].upper()}{rest[1:]}", class_="why"),
        tag("p", _OTHER_POLICY, class_="notice") if before.policy != after.policy else None,
        tag(
            "dl",
            (
                join(tag("dt", name), tag("dd", _side(run)))
                for name, run in (("Before", before), ("After", after))
            ),
        ),
        tag(
            "p",
            "Not compared, because one of the two has none: ",
            f"{', '.join(drift.not_compared)}.",
            class_="fine",
        )
        if drift.not_compared
        else None,
        tag("p", files, act("Turn around", f"/compare?{turned}"), class_="acts"),
        class_="answer",
    )


def _side(run: Run) -> Markup:
    verdict = f", {run.verdict}, policy {shown(run.policy, 80)}"
    return join(link_to(run), ", ", when(run.created), verdict)


def _about(number: int, name: str, changes: list[Change]) -> Markup:
    more = len(changes) - _MOST
    return card(
        shown(name, 160) or "Both runs",
        tag("ul", _lines(changes[:_MOST]), class_="changes"),
        tag("p", f"and {more} more; the files have all.") if more > 0 else None,
        id=f"change-{number}",
    )


def _lines(changes: Iterable[Change]) -> Iterable[Markup]:
    for one in changes:
        sign, word = _SIGNS[one.effect]
        is_grave = one.kind is Kind.VERDICT
        text = shown(one.message, 600)
        yield tag(
            "li",
            tag("span", sign, class_="sign", aria_hidden="true"),
            tag("span", f"{word}: ", class_="unseen") if word else None,
            tag("b", text) if is_grave else text,
            class_=f"e-{word}" if word else None,
        )


ROUTES = [Route("/compare", compare, methods=["GET"])]
