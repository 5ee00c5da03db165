"""The first page: one form to ask for a run, and the runs of late."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lineage.core.errors import LineageError
from lineage.report.html.markup import Markup, tag
from lineage.serve.listing import Wanted, runs
from lineage.serve.orders import PASTED, order_of
from lineage.serve.pages.frame import act, card, page
from lineage.serve.pages.once import ONCE, key_of
from lineage.serve.pages.order_form import Typed, Wrong, order_form, summary
from lineage.serve.pages.words import runs_table
from lineage.serve.run import Order, Run
from lineage.serve.runs import BusyError
from lineage.serve.site import Site, site_of

_RECENT = 10
_HERE = (
    ("or name it with --model-column", "or name it under Column of the models"),
    ("Give --model-column the header", "Write under Column of the models the header"),
    ("--model-column names another column", "name another under Column of the models"),
)
"""The command line's options as they are called on the page."""


def start(request: Request) -> Response:
    """The form, and the newest runs."""
    models = request.query_params.get("models", "")[:2000]
    return _page(request, Typed(models=models), Wrong())


async def ask(request: Request) -> Response:
    """Take the form: to the run's page, or back to the form with what is wrong."""
    site = site_of(request)
    most = site.settings.limits.upload
    async with request.form(max_files=1, max_fields=20, max_part_size=most) as sent:
        typed = await _typed(sent, most)
    return await run_in_threadpool(_taken, request, site, typed)


def _taken(request: Request, site: Site, typed: Typed) -> Response:
    wrong = _wrong(typed, site.settings.limits.upload)
    if wrong is None:
        try:
            order = _order(site, typed, getattr(request.state, "who", "") or "")
            run = site.runs.submit(order, *key_of(typed.once, order))
            return RedirectResponse(f"/audits/{run.id}", 303)
        except LineageError as problem:
            wrong = _refused(site, typed, problem)
    return _page(request, typed, wrong)


def _wrong(typed: Typed, most: int) -> Wrong | None:
    """What can be seen before anything is read."""
    if typed.file_name and typed.models.strip():
        message = "There are names in the field and a file as well."
        return Wrong("models", message, "Give one of the two.")
    if len(typed.file) > most:
        message = f"The file is larger than {most / 2**20:.0f} MB."
        return Wrong("file", message, "Split the list.", 413)
    if not typed.file_name and not typed.models.strip():
        return Wrong("models", "No model is named.", "Name one, or choose a file.")
    return None


def _refused(site: Site, typed: Typed, problem: LineageError) -> Wrong:
    field = "file" if typed.file_name else "models"
    if typed.column:
        field = "column"
    if typed.policy and typed.policy not in site.settings.policies:
        field = "policy"
    step = problem.next_step or ""
    for theirs, ours in _HERE:
        step = step.replace(theirs, ours)
    return Wrong(field, problem.message, step, 503 if isinstance(problem, BusyError) else 400)


def _order(site: Site, typed: Typed, who: str) -> Order:
    content = typed.file if typed.file_name else typed.models.encode("utf-8", "surrogatepass")
    return order_of(
        site.settings,
        content,
        name=typed.file_name or PASTED,
        column=typed.column,
        policy=typed.policy,
        title=typed.title,
        by=who,
        has_pack=typed.has_pack,
    )


async def _typed(sent: FormData, most: int) -> Typed:
    file = sent.get("file")
    is_file = isinstance(file, UploadFile) and bool(file.filename)
    content = await file.read(most + 1) if isinstance(file, UploadFile) else b""

    def text(name: str) -> str:
        value = sent.get(name, "")
        return value if isinstance(value, str) else ""

    return Typed(
        *(text("models"), text("column").strip()[:200], text("policy"), text("title")[:500]),
        has_pack=text("pack") == "on",
        file_name=str(getattr(file, "filename", ""))[:300] if is_file else "",
        file=content if is_file else b"",
        once=text(ONCE),
    )


def _page(request: Request, typed: Typed, wrong: Wrong) -> Response:
    site = site_of(request)
    newest, count = runs(site.store, Wanted(), 0, _RECENT)
    return page(
        request,
        "Not yet: see the form" if wrong.message else "Audit models",
        tag(
            "section",
            tag("h1", "Audit models"),
            tag(
                "p",
                "What are these models built on, who trained them, where, and what have published "
                "tests found? One report to read, to print and to file.",
            ),
            summary(wrong),
            order_form(request, site.settings, typed, wrong),
        ),
        _recent(newest, count),
        status=wrong.status if wrong.message else 200,
    )


def _recent(newest: list[Run], count: int) -> Markup:
    if not newest:
        return card("Recent runs", tag("p", "None yet.", class_="fine"), id="recent")
    return card(
        "Recent runs",
        runs_table(newest, "Recent runs"),
        tag("p", act(f"All {count:,} runs", "/history"), class_="acts")
        if count > _RECENT
        else None,
        id="recent",
    )


ROUTES = [
    Route("/", start, methods=["GET"]),
    Route("/audits", ask, methods=["POST"]),
]
