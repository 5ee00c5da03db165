"""A run's files for a browser: the report to read, one model's report, the buyers' answers, and
everything to take home."""

from __future__ import annotations

import zipfile
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from lineage.core.errors import UsageError
from lineage.report.html.page import policy_of, with_way_back
from lineage.serve.files import as_file, unpacked, written
from lineage.serve.site import site_of

MOST = 300
"""Models of which one page can be read; beyond that each has its own."""


def report(request: Request) -> Response:
    """The whole report, as its file has it, with one way back."""
    store, id_ = site_of(request).store, request.path_params["id"]
    if store.run(id_).rows > MOST:
        raise UsageError(
            f"The report on more than {MOST} models is too long for one page here.",
            "Open one model's report from the run's page, or download the file.",
        )
    return _shown(unpacked(written(store, id_, "html")).decode(), id_)


def one_model(request: Request) -> Response:
    """The report on one model of a run."""
    store, id_ = site_of(request).store, request.path_params["id"]
    number: int = request.path_params["number"]
    target, head = store.target_report(id_, number), store.head(id_)
    if target is None or head is None:
        raise UsageError("There is no report on this model yet.", "Wait until the run is done.")
    report = replace(head, targets=(target,), verdict=target.verdict)
    return _shown(report.render("html"), id_)


def answers(request: Request) -> Response:
    """What buyers ask, answered: the page out of the pack, byte for byte."""
    store, id_ = site_of(request).store, request.path_params["id"]
    run = store.run(id_)
    if not run.fingerprint:
        raise UsageError("This run has no pack.", "Audit again with a pack.")
    with zipfile.ZipFile(store.pack_path(id_)) as pack:
        return _document(pack.read("pack/answers.html").decode())


def file(request: Request) -> Response:
    """The report in one format, or the pack."""
    return as_file(request, request.path_params["id"], request.path_params["form"])


def _shown(text: str, id_: str) -> Response:
    return _document(with_way_back(text, f"/audits/{id_}", "Back to the run"))


def _document(text: str) -> Response:
    """A page that brings its own policy, which no other may weaken: it is the header's as well."""
    policy = f"{policy_of(text)}; frame-ancestors 'none'"
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})


ROUTES = [
    Route("/audits/{id}/report", report, methods=["GET"]),
    Route("/audits/{id}/answers", answers, methods=["GET"]),
    Route("/audits/{id}/models/{number:int}", one_model, methods=["GET"]),
    Route("/audits/{id}/files/{form}", file, methods=["GET"]),
]
