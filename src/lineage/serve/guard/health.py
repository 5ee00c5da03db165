"""How the server is: alive, ready, and its numbers for Prometheus."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lineage.core.errors import LineageError
from lineage.core.version import __version__
from lineage.serve.guard.metrics import MEDIA, Sample, family, single
from lineage.serve.run import State
from lineage.serve.site import Site, site_of

if TYPE_CHECKING:
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
        return PlainTextResponse("the kept runs cannot be read\n", 503)
    if site.runs.open >= site.settings.limits.queued:
        return PlainTextResponse("as many runs wait as are taken\n", 503)
    return PlainTextResponse("ready\n")


def metrics(request: Request) -> Response:
    """All numbers."""
    gate: Gate = request.app.state.gate
    text = [
        family(
            "lineage_build_info",
            "gauge",
            "The version that answers.",
            [
                Sample(
                    1,
                    {
                        "version": __version__,
                        "data": site_of(request).settings.options.where.data.version,
                    },
                )
            ],
        ),
        *_work(site_of(request)),
        single(
            "lineage_event_streams",
            "gauge",
            "Browsers and programs that watch a run.",
            gate.answering.streams,
        ),
        single(
            "lineage_acts_left_out_total",
            "counter",
            "Refusals that were too many for the audit log.",
            gate.acts.left_out,
        ),
        gate.requests.families(),
    ]
    return Response("".join(text), media_type=None, headers={"Content-Type": MEDIA})


def _work(site: Site) -> list[str]:
    counts = site.store.counts()
    states = dict.fromkeys(State, 0)
    for state, _, number in counts:
        states[State(state)] += number
    by_state = [Sample(number, {"state": state}) for state, number in states.items()]
    by_verdict = [
        Sample(number, {"verdict": verdict}) for state, verdict, number in counts if verdict
    ]
    budget = site.runs.desk.budget()
    quota = {"remaining": budget.remaining, "limit": budget.limit} if budget else {}
    return [
        family("lineage_runs", "gauge", "Runs that are kept, by how far they are.", by_state),
        family("lineage_run_verdicts", "gauge", "Runs that are done, by verdict.", by_verdict),
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
