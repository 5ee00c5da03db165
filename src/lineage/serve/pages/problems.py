"""What a browser is shown where something is not there or not possible."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from lineage.report.html.markup import tag
from lineage.serve.pages.frame import act, page, paragraphs

_TITLES = {
    400: "That is not possible",
    403: "That is not allowed",
    404: "There is no such page",
    405: "That is not possible",
    413: "That is too large",
    429: "Too many requests",
    503: "Busy",
}
_NOT_HERE = "The address may be mistyped, or the run was deleted, by hand or by its age."


def problem_page(request: Request, status: int, message: str = "", next_step: str = "") -> Response:
    """The page for a status, with what is known of why."""
    title = _TITLES.get(status, "Something went wrong")
    detail = message if message and status != 405 else ""
    return page(
        request,
        title,
        tag(
            "section",
            tag("h1", title),
            paragraphs(detail, next_step, _NOT_HERE if status == 404 and not detail else ""),
            tag(
                "p",
                act("Audit models", "/", "first"),
                act("Find a run", "/history"),
                class_="acts",
            ),
        ),
        status=status,
    )


def is_for_programs(request: Request) -> bool:
    """Whether an answer is to be JSON."""
    return request.url.path.startswith("/v1/")
