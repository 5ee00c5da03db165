"""Puts the server together: what it works with, and what answers where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lineage.core.errors import LineageError, UsageError
from lineage.serve.admission.kept import KeptVerdicts
from lineage.serve.admission.webhook import Webhook
from lineage.serve.api import problem as api
from lineage.serve.api.table import ROUTES
from lineage.serve.guard import health, login
from lineage.serve.guard.acts import Acts
from lineage.serve.guard.answers import answer_to
from lineage.serve.guard.call import Call
from lineage.serve.guard.gate import Gate
from lineage.serve.guard.identity import Identity
from lineage.serve.guard.refusal import Refused
from lineage.serve.pages import about, assets, audit, compare, files, history, start
from lineage.serve.pages.problems import is_for_programs, problem_page
from lineage.serve.runs import Runs
from lineage.serve.settings import Settings
from lineage.serve.site import Site
from lineage.serve.store import Store
from lineage.workflows.check import services_of

_STATUS = {**api.STATUS, UsageError: 400}
"""By kind of error, the first that fits; a person is told less exactly."""
_PAGES = [
    *(*start.ROUTES, *audit.ROUTES, *files.ROUTES, *history.ROUTES, *compare.ROUTES),
    *(*about.ROUTES, *assets.ROUTES),
]
_GUARD = [*login.ROUTES, *health.ROUTES]


def application(settings: Settings) -> Gate:
    """The server over the runs of its folder.

    Raises CannotRunError where the folder cannot be used, UsageError where the tokens cannot.
    """
    identity = Identity(settings.access, settings.limits)
    store = Store(settings.folder)
    runs = Runs(settings, store)

    @asynccontextmanager
    async def working(_: Starlette) -> AsyncIterator[None]:
        runs.start()
        yield
        if await run_in_threadpool(runs.close):
            store.close()

    app = Starlette(
        routes=[*ROUTES, *_PAGES, *_GUARD, *_webhook(settings, store, runs)],
        exception_handlers={
            LineageError: _expected,
            Refused: _not_let_through,
            HTTPException: _refused,
            Exception: _broken,
        },
        lifespan=working,
    )
    app.state.site = Site(settings, store, runs)
    gate = app.state.gate = Gate(app, settings, identity, Acts(store, settings.access))
    gate.stop = runs.stop
    return gate


def _webhook(settings: Settings, store: Store, runs: Runs) -> list[Route]:
    """Where a cluster's reviews are answered, if they are."""
    admission = settings.admission
    if admission is None:
        return []

    def note(who: str, what: str, outcome: str) -> None:
        store.note_act(who, "", "admission", what, outcome)

    verdicts = KeptVerdicts(settings, admission, store, runs)
    services = services_of(settings.options.where.data)
    return Webhook(admission, verdicts, services, note).routes


def _expected(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, LineageError)  # noqa: S101 - it is registered for nothing else
    status = next(status for kind, status in _STATUS.items() if isinstance(problem, kind))
    if is_for_programs(request):
        return api.of_error(problem)
    return problem_page(request, status, problem.message, problem.next_step or "")


def _broken(request: Request, _: Exception) -> Response:
    """It stands in the log; a stranger is told no more."""
    message = "The server failed during this request; see its log."
    if is_for_programs(request):
        return api.problem(500, message)
    return problem_page(request, 500, message)


def _not_let_through(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refused)  # noqa: S101 - the same
    return answer_to(Call(request.scope), problem)


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - the same
    if is_for_programs(request):
        return api.problem(problem.status_code, f"{problem.detail}.", "", problem.headers)
    return problem_page(request, problem.status_code)
