"""The page from which a request comes: one of ours, or none.

Browsers say it in `Sec-Fetch-Site` (to https and to this machine) and in `Origin` (with whatever
changes something). Programs say nothing, and are let through to the other rules.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from lineage.serve.guard.call import Call
from lineage.serve.guard.refusal import Refused


def is_from_browser(call: Call) -> bool:
    """Whether a browser says where it comes from."""
    return bool(call.one("origin") or call.one("sec-fetch-site"))


def is_followed_link(call: Call) -> bool:
    """Whether somebody followed a link that stands elsewhere. Their session is not sent along with
    it, so the page has to be asked for once more, from here."""
    return (
        call.method == "GET"
        and not call.is_for_programs
        and call.one("sec-fetch-site") in ("cross-site", "same-site")
        and call.one("sec-fetch-mode") == "navigate"
        and call.one("sec-fetch-dest") == "document"
    )


def check(call: Call) -> None:
    """Raises Refused for what a page of another origin sends, by whatever means."""
    origin, site = call.one("origin"), call.one("sec-fetch-site")
    if origin and not _is_same(origin, call):
        raise _foreign()
    if site not in ("", "none", "same-origin") and not is_followed_link(call):
        raise _foreign()
    if site == "none" and not call.is_safe:
        raise _foreign()


def _is_same(origin: str, call: Call) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # Behind a proxy that ends TLS the server itself need not know of https.
    schemes = ("https",) if call.is_tls else ("http", "https")
    return parts.scheme in schemes and parts.netloc.lower() == call.one("host").lower()


def _foreign() -> Refused:
    return Refused(
        403,
        "The request comes from another site.",
        "Open the page of this server and do it there.",
    )
