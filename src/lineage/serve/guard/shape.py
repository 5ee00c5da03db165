"""The form of a request: its method, its length, its path."""

from __future__ import annotations

import re

from lineage.serve.guard.call import SAFE, Call
from lineage.serve.guard.refusal import Refused
from lineage.serve.settings import Limits

METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
"""All that are used here."""
_ALLOW = {"Allow": ", ".join(sorted(METHODS))}
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\\]|^//|(^|/)\.{1,2}(/|$)")
"""No address of ours has a control character, a backslash, two slashes in front or a step up."""


def check(call: Call, limits: Limits) -> None:
    """Raises Refused."""
    if call.method not in METHODS:
        raise Refused(
            405, "This method is not used here.", headers={"Allow": ", ".join(sorted(METHODS))}
        )
    target = len(call.scope["raw_path"]) + len(call.scope["query_string"])
    if target > limits.address:
        raise Refused(414, f"The address has more than {limits.address:,} characters.")
    headers = call.scope["headers"]
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > limits.headers or size > limits.head:
        raise Refused(431, f"More than {limits.headers} headers, or {limits.head:,} bytes of them.")
    if call.all("transfer-encoding") and call.all("content-length"):
        raise Refused(400, "The request states its length in two ways.")
    if _ODD.search(call.path) or not call.path.startswith("/"):
        raise Refused(400, "There is no such address.")
