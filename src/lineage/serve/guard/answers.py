"""What the gate itself answers: why a request was refused, the way to the login, and a page that
asks for itself once more."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lineage.report.html.markup import tag
from lineage.serve.api.problem import problem
from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.pages.problems import problem_page


def answer_to(call: Call, refused: Refused) -> Response:
    """Why a request was refused: for a person a page, for a program a problem."""
    if call.is_for_programs:
        return problem(refused.status, refused.message, refused.next_step, refused.headers)
    shown = problem_page(Request(call.scope), refused.status, refused.message, refused.next_step)
    shown.headers.update(refused.headers)
    return shown


def to_login(call: Call) -> Response:
    """The login, and from there back."""
    return RedirectResponse(f"/login?next={quote(call.address, safe='')}", 303)


def again(call: Call) -> Response:
    """For a link that was followed from elsewhere: the same page, asked for from here."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="refresh", content=f"0;url={call.address}"),
        tag("title", "lineage"),
    )
    body = tag("body", tag("p", tag("a", "Open the page", href=call.address)))
    return HTMLResponse("<!DOCTYPE html>\n" + tag("html", head, body, lang="en"))
