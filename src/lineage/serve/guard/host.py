"""The name under which a request asks for the server.

A page of a stranger can make its own name point to this machine (DNS rebinding); the browser then
takes the server for a part of that page. The name still stands in the request: it must be ours.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from lineage.serve.guard.access import Access, is_loopback
from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def check(call: Call, access: Access) -> None:
    """Raises Refused."""
    found = _HOST.fullmatch(call.one("host"))
    if found is None:
        raise Refused(400, "The request has no Host header.")
    if not _is_ours(found[1].strip("[]").lower().rstrip("."), access):
        raise Refused(
            421,
            "This server does not accept the host name in the address.",
            "Its operator can allow it: lineage serve --name HOST.",
        )
    if access.tokens is None and any(call.all(name) for name in _FORWARDED):
        raise Refused(
            403,
            "The request came through a proxy, and this server is open to its own machine alone.",
            "Its operator can add tokens: lineage serve --token-file FILE.",
        )


def _is_ours(name: str, access: Access) -> bool:
    if is_loopback(name) or name in (*access.names, access.host.lower()):
        return True
    try:
        address = ip_address(name)  # nobody can make an address point elsewhere
    except ValueError:
        return False
    return not access.is_local and (access.host in _EVERYWHERE or str(address) == access.host)
