"""What the gate itself answers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.pages.problems import problem_page


def answer_to(call: Call, refused: Refused) -> Response:
    """Why a request was refused: for a person a page, for a program JSON."""
    if call.is_for_programs:
        told = {"error": refused.message, "next_step": refused.next_step or None}
        return JSONResponse(told, refused.status, refused.headers)
    shown = problem_page(Request(call.scope), refused.status, refused.message, refused.next_step)
    shown.headers.update(refused.headers)
    return shown
