"""One run: how far it is, its verdict, its models, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lineage.core.value import dataclass
from lineage.policy.finding import Verdict
from lineage.report.html.answer import badge
from lineage.report.html.markup import Markup, join, prose, shown, tag
from lineage.report.sentences import next_step, why
from lineage.serve.listing import Listed, Wanted, counts, models, of_same_list
from lineage.serve.orders import asked_again
from lineage.serve.pages.files import MOST
from lineage.serve.pages.frame import (
    act,
    button,
    card,
    form,
    page,
    page_number,
    pager,
    paragraphs,
    select,
    table,
    with_query,
)
from lineage.serve.pages.once import ONCE, key_of, once
from lineage.serve.pages.taking import taking
from lineage.serve.pages.words import (
    STATES,
    WAITING,
    WORST_FIRST,
    history_of,
    stamped,
    waiting,
    when,
)
from lineage.serve.run import Run, State
from lineage.serve.site import Site, site_of

_SIZE = 100
_REFRESH = 5
_SORTS = (("worst", "the worst first"), ("list", "as in the list"), ("name", "by name"))
_HEADS = ("Verdict", "Model", "Built on", "From", "Tests")


@dataclass(frozen=True)
class _Seen:
    """A run as it is at this moment."""

    site: Site
    run: Run
    counts: dict[str, int]

    @property
    def address(self) -> str:
        """Of its page."""
        return f"/audits/{self.run.id}"


def look(request: Request) -> Response:
    """The run's page."""
    site = site_of(request)
    run = site.runs.look(request.path_params["id"])
    seen = _Seen(site, run, counts(site.store, run.id))
    is_still = "still" in request.query_params
    return page(
        request,
        f"{run.verdict or STATES[run.state]}: {run.title}",
        _answer(request, seen),
        _models(request, seen),
        taking(run) if run.state is State.DONE else None,
        _further(request, seen),
        refresh=0 if run.state.is_over or is_still else _REFRESH,
    )


# --- the first screen


def _answer(request: Request, seen: _Seen) -> Markup:
    run = seen.run
    facts = [
        f"Policy {shown(run.policy, 80)} · asked for ",
        when(run.created),
        f" by {shown(run.by, 60)}" if run.by else None,
        join(" · ended ", when(run.finished)) if run.finished else None,
    ]
    return tag(
        "div",
        badge(Verdict(run.verdict)) if run.state is State.DONE else None,
        tag("h1", shown(run.title, 200)),
        _outcome(seen) if run.state is State.DONE else _progress(request, seen),
        _notes(seen),
        tag("p", join(*facts), class_="fine"),
        _first_acts(request, seen),
        class_="answer",
    )


def _outcome(seen: _Seen) -> Markup:
    """The same words as in the report: of one model why and what to do, of several how many."""
    run = seen.run
    target = seen.site.store.target_report(run.id, 0) if run.rows == 1 else None
    if target is None:
        if len(seen.counts) == 1:
            return tag("p", f"All {run.rows:,} models.", class_="why")
        text = f"The gravest of {run.rows:,} models; each has its own verdict below."
        return join(tag("p", text, class_="why"), tag("ul", _tiles(seen), class_="tiles"))
    todo = tag(
        "p",
        tag("b", "What to do: "),
        prose(next_step(target), 600),
        class_=f"do v-{target.verdict}",
    )
    notice = tag("p", shown(target.notice, 600), class_="notice") if target.notice else None
    return join(tag("p", prose(why(target), 4000), class_="why"), todo, notice)


def _notes(seen: _Seen) -> Iterator[Markup]:
    """What a reader must know of the run itself, such as how the list was read."""
    head = seen.site.store.head(seen.run.id)
    for note in head.notes if head else ():
        yield tag("p", shown(note, 600), class_="notice")


def _tiles(seen: _Seen) -> Iterator[Markup]:
    """How many of each verdict, the worst first; each leads to its models."""
    for one in WORST_FIRST:
        if count := seen.counts.get(one):
            words = join(badge(one), " ", tag("b", f"{count:,}"))
            yield tag("li", tag("a", words, href=f"{seen.address}?verdict={one}#models"))


def _progress(request: Request, seen: _Seen) -> Markup:
    """A bar and a line; the script keeps both up to date."""
    run = seen.run
    if run.state.is_over:
        return tag(
            "div",
            tag("p", f"{STATES[run.state].capitalize()}.", class_="why"),
            paragraphs(run.problem),
            class_="notice",
        )
    turn = "It waits for other runs. " if run.state is State.QUEUED else ""
    text = f"{turn}{run.done:,} of {run.rows:,} models are done."
    still = with_query(request, still="yes")
    return tag(
        "div",
        tag("label", "Progress", for_="progress", class_="unseen"),
        tag("progress", text, id="progress", value=run.done, max=max(1, run.rows)),
        tag("p", text, id="told", role="status"),
        tag("p", waiting(seen.site.runs.desk.waiting), id="waiting", class_="fine"),
        tag(
            "noscript",
            tag(
                "p",
                f"This page looks again every {_REFRESH} seconds. ",
                tag("a", "Stop that", href=still),
                class_="fine",
            )
            if "still" not in request.query_params
            else tag("p", tag("a", "Look again", href=seen.address)),
        ),
        id="live",
        data_events=f"/v1{seen.address}/events",
        data_waiting=WAITING,
    )


def _first_acts(request: Request, seen: _Seen) -> Markup | None:
    run = seen.run
    if run.state is State.DONE:
        report = act("Read the report", f"{seen.address}/report", "first")
        answers = act("Answers for buyers", f"{seen.address}/answers")
        return tag(
            "p",
            report if run.rows <= MOST else None,
            answers if run.fingerprint else None,
            act("Download the pack", f"{seen.address}/files/pack") if run.fingerprint else None,
            class_="acts",
        )
    if run.state.is_over:
        return None
    return form(request, f"{seen.address}/cancel", tag("p", button("Cancel"), class_="acts"))


# --- the models


def _models(request: Request, seen: _Seen) -> Markup | None:
    run, asked = seen.run, request.query_params
    wanted = Wanted(
        text=asked.get("q", "")[:200],
        verdict=asked.get("verdict", "") if asked.get("verdict") in seen.counts else "",
        sort=asked.get("sort", "worst" if run.state is State.DONE else "list"),
    )
    number = page_number(request, _SIZE, 10**7)
    listed, count = models(seen.site.store, run.id, wanted, (number - 1) * _SIZE, _SIZE)
    last = page_number(request, _SIZE, count)
    if last != number:
        listed, count = models(seen.site.store, run.id, wanted, (last - 1) * _SIZE, _SIZE)
    is_done = run.state is State.DONE
    return card(
        "Models",
        _filter(wanted, seen) if run.rows > 5 else None,
        table("Models", _HEADS, (_row(run, one, is_done=is_done) for one in listed), "models-of")
        if listed
        else tag("p", "No model fits."),
        pager(request, last, _SIZE, count),
        id="models",
    )


def _filter(wanted: Wanted, seen: _Seen) -> Markup:
    """Asks for the same page with other parameters; works without a script."""
    verdicts = [("", "every"), *((str(v), str(v)) for v in WORST_FIRST if seen.counts.get(v))]
    return tag(
        "form",
        tag("label", "Name ", tag("input", type="search", name="q", value=wanted.text)),
        tag("label", "Verdict ", select("verdict", verdicts, wanted.verdict)),
        tag("label", "Order ", select("sort", _SORTS, wanted.sort)),
        button("Show"),
        method="get",
        action=f"{seen.address}#models",
        class_="controls",
        role="search",
        aria_label="Models of this run",
    )


def _row(run: Run, one: Listed, *, is_done: bool) -> Markup:
    name = one.model or one.target
    verdict = badge(Verdict(one.verdict)) if one.verdict else tag("span", "–", class_="state")
    summary = one.summary
    named = tag("a", shown(name, 120), href=f"/audits/{run.id}/models/{one.number}")
    past = history_of(one.model) if is_done and one.verdict else None
    why_ = join(shown(summary.because, 300), " " if past else None, past)
    asked = f"asked for as {shown(one.target, 120)}" if one.target != name else ""
    cells = (summary.built_on, summary.countries, summary.tests)
    return tag(
        "tr",
        tag("td", verdict, data_label="Verdict"),
        tag(
            "th",
            named if is_done and one.verdict else shown(name, 120),
            tag("span", asked, class_="fine block") if asked else None,
            tag("span", why_, class_="fine block") if why_ else None,
            scope="row",
        ),
        (
            tag("td", shown(cell, 200), data_label=head)
            for cell, head in zip(cells, _HEADS[2:], strict=True)
        ),
        data_number=one.number,
    )


# --- what can be done


def _further(request: Request, seen: _Seen) -> Markup:
    run = seen.run
    return card(
        "What next",
        _comparing(seen) if run.state is State.DONE else None,
        tag(
            "div",
            _once_more(request, seen) if run.state.is_over else None,
            act("Delete this run", f"{seen.address}/delete") if run.state.is_over else None,
            act("Audit other models", "/"),
            class_="acts",
        ),
        id="further",
    )


def _once_more(request: Request, seen: _Seen) -> Markup:
    settings = seen.site.settings
    chosen = seen.run.policy if seen.run.policy in settings.policies else settings.usual
    policies = [(name, name) for name in settings.policies]
    return form(
        request,
        f"{seen.address}/again",
        once(),
        tag("label", "Policy ", select("policy", policies, chosen)),
        button("Audit again"),
        class_="controls",
    )


def _comparing(seen: _Seen) -> Markup:
    others = of_same_list(seen.site.store, seen.run)
    if not others:
        text = "Audit again later to see what changed: both runs can then be compared."
        return tag("p", text, class_="fine")
    listed = [(one.id, f"{stamped(one)}: {one.verdict} under {one.policy}") for one in others]
    return tag(
        "form",
        tag(
            "label",
            "Compare with another run of the same list ",
            select("before", listed, listed[0][0]),
        ),
        tag("input", type="hidden", name="after", value=seen.run.id),
        button("Compare"),
        method="get",
        action="/compare",
        class_="controls",
    )


def cancel(request: Request) -> Response:
    """Stop it."""
    site, id_ = site_of(request), request.path_params["id"]
    site.runs.cancel(site.store.run(id_).id)
    return RedirectResponse(f"/audits/{id_}", 303)


async def again(request: Request) -> Response:
    """The same list, now."""
    async with request.form(max_files=0, max_fields=5) as sent:
        once_, policy = (str(sent.get(name, "")) for name in (ONCE, "policy"))
    return await run_in_threadpool(_again, request, once_, policy)


def _again(request: Request, once_: str, policy: str) -> Response:
    site, who = site_of(request), getattr(request.state, "who", "") or ""
    order = site.store.order(request.path_params["id"])
    order = asked_again(site.settings, order, policy=policy, by=who)
    run = site.runs.submit(order, *key_of(once_, order))
    return RedirectResponse(f"/audits/{run.id}", 303)


def ask_to_delete(request: Request) -> Response:
    """Nothing is deleted by one press."""
    run = site_of(request).store.run(request.path_params["id"])
    text = f"{run.rows:,} models, asked for {stamped(run)}."
    pack = "Its pack is deleted with it. A pack that you downloaded stays valid."
    return page(
        request,
        "Delete this run?",
        tag(
            "section",
            tag("h1", "Delete this run?"),
            tag("p", tag("b", shown(run.title, 200))),
            paragraphs(text, pack if run.fingerprint else "", "It cannot be brought back."),
            form(
                request,
                f"/audits/{run.id}/delete",
                tag(
                    "p",
                    button("Delete", "grave"),
                    act("Keep it", f"/audits/{run.id}"),
                    class_="acts",
                ),
            ),
        ),
    )


def delete(request: Request) -> Response:
    """Delete it, with its pack."""
    site_of(request).store.delete(request.path_params["id"])
    return RedirectResponse("/history?deleted=yes", 303)


ROUTES = [
    Route("/audits/{id}", look, methods=["GET"]),
    Route("/audits/{id}/cancel", cancel, methods=["POST"]),
    Route("/audits/{id}/again", again, methods=["POST"]),
    Route("/audits/{id}/delete", ask_to_delete, methods=["GET"]),
    Route("/audits/{id}/delete", delete, methods=["POST"]),
]
