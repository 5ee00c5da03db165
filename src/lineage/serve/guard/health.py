"""How the server is: alive, ready, and its numbers for Prometheus."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lineage.core.errors import LineageError
from lineage.core.version import __version__
from lineage.policy.finding import Verdict
from lineage.serve.guard.metrics import MEDIA, Sample, family, single
from lineage.serve.run import State
from lineage.serve.site import Site, site_of

if TYPE_CHECKING:
    from lineage.serve.desk import Desk
    from lineage.serve.guard.gate import Gate


async def alive(_: Request) -> Response:
    """Whether the process answers at all."""
    return PlainTextResponse("alive\n")


def ready(request: Request) -> Response:
    """Whether it takes more runs: 503 where it does not."""
    site = site_of(request)
    try:
        site.store.runs(1)
    except (sqlite3.Error, LineageError):
        return PlainTextResponse("the stored runs cannot be read\n", 503)
    if site.runs.open >= site.settings.limits.queued:
        return PlainTextResponse("too many runs are waiting\n", 503)
    return PlainTextResponse("ready\n")


def metrics(request: Request) -> Response:
    """All numbers."""
    gate: Gate = request.app.state.gate
    site = site_of(request)
    build = {"version": __version__, "data": site.settings.options.where.data.version}
    text = [
        family("lineage_build_info", "gauge", "What answers.", [Sample(1, build)]),
        *_kept(site),
        *_made(site.runs.desk),
        single(
            *("lineage_event_streams", "gauge", "Browsers and programs that watch a run."),
            gate.answering.streams,
        ),
        single(
            *("lineage_acts_left_out_total", "counter"),
            "Refusals that were too many for the audit log.",
            gate.acts.left_out,
        ),
        gate.requests.families(),
    ]
    return Response("".join(text), headers={"Content-Type": MEDIA})


def _kept(site: Site) -> list[str]:
    counts = site.store.counts()
    states = dict.fromkeys(State, 0)
    for state, _, number in counts:
        states[State(state)] += number
    verdicts = ((verdict, number) for _, verdict, number in counts if verdict)
    return [
        family(
            *("lineage_runs", "gauge", "Stored runs, by state."),
            (Sample(number, {"state": state}) for state, number in states.items()),
        ),
        family(
            *("lineage_run_verdicts", "gauge", "Runs that are done, by verdict."),
            (Sample(number, {"verdict": verdict}) for verdict, number in verdicts),
        ),
    ]


def _made(desk: Desk) -> list[str]:
    """Since the server was started."""
    budget = desk.budget()
    quota = {"remaining": budget.remaining, "limit": budget.limit} if budget else {}
    calls = (Sample(number, {"quota": name}) for name, number in sorted(desk.calls.items()))
    return [
        family(
            *(
                "lineage_audits_total",
                "counter",
                "Reports on models that were written, by verdict.",
            ),
            (Sample(desk.audited[verdict], {"verdict": verdict}) for verdict in Verdict),
        ),
        single(
            *("lineage_audits_shared_total", "counter"),
            "Reports on models that were taken from another run.",
            desk.taken_over,
        ),
        family("lineage_hub_calls_total", "counter", "Calls to the Hub, by their quota.", calls),
        *(
            single(f"lineage_hub_quota_{name}", "gauge", "The Hub's word on its quota.", number)
            for name, number in quota.items()
            if number is not None
        ),
    ]


ROUTES = [
    Route("/healthz", alive, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
