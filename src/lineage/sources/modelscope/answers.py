"""What an answer of ModelScope's API means: its own code tells, whatever the status of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineage.core.errors import WithheldError
from lineage.core.record import Status
from lineage.sources.web.exchange import Response
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import UnansweredError, refusal

_NOT_FOUND, _NO_ACCESS, _NO_REVISION = 10010205001, 10010200001, 10990101004
_ABSENT = ("record not found", "不存在", "not exist")
"""In the words of an answer that there is no such model. An overloaded site has the same code."""


class NoAccessError(UnansweredError):
    """The site shows this to nobody without access: it is private, or an agreement guards it."""


def data_of(response: Response, who: str, what: str) -> Any:
    """The `Data` of an answer about `what`. Raises UnansweredError, PayloadError."""
    if response.is_web_page:
        raise UnansweredError(f"a web page came where {who}'s answer was expected")
    envelope = _envelope(response, who)
    if envelope is None:
        if response.status != 200:
            raise refusal(response, who)
        raise PayloadError(f"{who}'s answer is not one of its API")
    if envelope.get("Code") != 200:
        raise refused(envelope, response, who, what)
    if response.status != 200:
        raise refusal(response, who)
    return envelope.get("Data")


def refused(fields: Mapping[str, Any], response: Response, who: str, what: str) -> UnansweredError:
    """What a code other than 200 means."""
    code, words = fields.get("Code"), str(fields.get("Message", ""))
    if code == _NO_ACCESS:
        return NoAccessError(f"{who} shows {what} to nobody without access to it")
    if code == _NO_REVISION:
        return UnansweredError(f"{who} has no such revision of {what}", Status.NOT_FOUND)
    is_absent = code in (_NOT_FOUND, 404) and any(one in words.lower() for one in _ABSENT)
    if is_absent:
        return UnansweredError(f"{who} has no {what}", Status.NOT_FOUND)
    if response.status != 200:
        return refusal(response, who)
    return UnansweredError(f"{who} answered with its error {str(code)[:20]}")


def file_refusal(response: Response, who: str) -> Exception:
    """Why a file did not come."""
    envelope = _envelope(response, who) if not response.is_web_page else None
    if envelope is None:
        return refusal(response, who)
    problem = refused(envelope, response, who, "its files")
    return WithheldError(problem.reason) if isinstance(problem, NoAccessError) else problem


def _envelope(response: Response, who: str) -> Mapping[str, Any] | None:
    """The answer, where it has the form that all of them have."""
    try:
        answer = parse_json(response.body, who)
    except PayloadError:
        if response.status == 200:
            raise
        return None
    return answer if isinstance(answer, dict) and type(answer.get("Code")) is int else None
