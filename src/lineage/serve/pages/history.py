"""What was audited so far: every run, and one model over all of them."""

from __future__ import annotations

from urllib.parse import quote_plus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.policy.finding import Verdict
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, shown, tag
from lineage.report.printable import counted
from lineage.serve.listing import Sighting, Wanted, runs, sightings
from lineage.serve.pages.frame import (
    act,
    button,
    card,
    page,
    page_number,
    pager,
    select,
    table,
)
from lineage.serve.pages.words import WORST_FIRST, link_to, runs_table, stamped, when
from lineage.serve.site import site_of

_SIZE = 50


def history(request: Request) -> Response:
    """All runs, the newest first."""
    site, asked = site_of(request), request.query_params
    policy, verdict = asked.get("policy", ""), asked.get("verdict", "")
    wanted = Wanted(
        text=asked.get("q", "")[:200],
        verdict=verdict if verdict in list(Verdict) else "",
        policy=policy if policy in site.settings.policies else "",
    )
    _, count = runs(site.store, wanted, 0, 0)
    number = page_number(request, _SIZE, count)
    listed, _ = runs(site.store, wanted, (number - 1) * _SIZE, _SIZE)
    gone = tag("p", "The run is deleted.", class_="notice", role="status")
    return page(
        request,
        "History",
        gone if "deleted" in asked else None,
        tag(
            "section",
            tag("h1", "History"),
            _filter(wanted, list(site.settings.policies)),
            tag("p", f"{counted(count, 'run')}.", class_="fine"),
            runs_table(listed, "Runs") if listed else None,
            pager(request, number, _SIZE, count),
        ),
    )


def _filter(wanted: Wanted, policies: list[str]) -> Markup:
    verdicts = [("", "every"), *((str(one), str(one)) for one in WORST_FIRST)]
    named = [("", "every"), *((name, name) for name in policies)]
    return tag(
        "form",
        tag("label", "Title or model ", tag("input", type="search", name="q", value=wanted.text)),
        tag("label", "Verdict ", select("verdict", verdicts, wanted.verdict)),
        tag("label", "Policy ", select("policy", named, wanted.policy)),
        button("Show"),
        method="get",
        action="/history",
        class_="controls",
        role="search",
        aria_label="Runs",
    )


def model(request: Request) -> Response:
    """One model: each run that told of it, and whether its verdict changed."""
    name: str = request.path_params["name"]
    found = sightings(site_of(request).store, name)
    if not found:
        return page(
            request,
            "Not audited yet",
            tag(
                "section",
                tag("h1", shown(name, 160)),
                tag(
                    "p",
                    "No run here has audited this model, or they were deleted because of their "
                    "age.",
                ),
                tag("p", act("Audit it", f"/?models={_query(name)}", "first"), class_="acts"),
            ),
            status=404,
        )
    newest = found[0]
    return page(
        request,
        name,
        tag(
            "div",
            badge(Verdict(newest.verdict)),
            tag("h1", shown(name, 160)),
            tag(
                "p",
                f"The verdict of the newest of {counted(len(found), 'run')}: ",
                when(newest.run.created),
                f", policy {shown(newest.run.policy, 80)}.",
            ),
            tag(
                "p",
                act("Read its report", _report(newest), "first"),
                act("Audit it again", f"/?models={_query(name)}"),
                class_="acts",
            ),
            class_="answer",
        ),
        _over_time(name, found),
    )


def _over_time(name: str, found: list[Sighting]) -> Markup:
    is_several = len(found) > 1
    heads = ["Run", "Verdict", "Change", "Policy", "Asked for"]
    heads += ["Compare"] if is_several else []
    same = (i for i, one in enumerate(found) if i and one.run.policy == found[0].run.policy)
    chosen = next(same, 1)
    rows = (_row(i, found, heads, is_before=i == chosen) for i in range(len(found)))
    listed = table("Runs that audited this model", heads, rows)
    if not is_several:
        return card("Over time", listed, id="over-time")
    return card(
        "Over time",
        tag(
            "form",
            tag("input", type="hidden", name="model", value=name),
            listed,
            tag("p", button("Compare the two", "first"), class_="acts"),
            method="get",
            action="/compare",
        ),
        id="over-time",
    )


def _row(i: int, found: list[Sighting], heads: list[str], *, is_before: bool) -> Markup:
    one = found[i]
    cells: list[str] = [
        badge(Verdict(one.verdict)),
        _change(i, found),
        shown(one.run.policy, 60),
        tag("a", when(one.run.created), href=_report(one)),
    ]
    if len(found) > 1:
        cells.append(join(_choice("before", one, is_before), " ", _choice("after", one, i == 0)))
    return tag(
        "tr",
        tag("th", link_to(one.run), scope="row"),
        (tag("td", cell, data_label=head) for cell, head in zip(cells, heads[1:], strict=True)),
    )


def _change(i: int, found: list[Sighting]) -> str:
    """Against the run before it under the same policy: another policy is another question."""
    one = found[i]
    earlier = next((old for old in found[i + 1 :] if old.run.policy == one.run.policy), None)
    if earlier is None:
        return "first under this policy"
    same = earlier.verdict == one.verdict
    return "as before" if same else f"was {earlier.verdict}"


def _choice(name: str, one: Sighting, is_chosen: bool) -> Markup:
    return tag(
        "label",
        tag("input", type="radio", name=name, value=one.run.id, checked=is_chosen),
        f" {name}",
        tag("span", f", {stamped(one.run)}", class_="unseen"),
        class_="radio",
    )


def _report(one: Sighting) -> str:
    return f"/audits/{one.run.id}/models/{one.number}"


def _query(name: str) -> str:
    return quote_plus(name)


ROUTES = [
    Route("/history", history, methods=["GET"]),
    Route("/models/{name:path}", model, methods=["GET"]),
]
