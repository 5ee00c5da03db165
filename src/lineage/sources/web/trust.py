"""Which certificates are trusted: those that the environment names, else the usual ones."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from lineage.sources.web.exchange import SERVER, TransportError

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""In the order in which they count; the first two are those of requests."""


def trusted() -> str | bool:
    """A file or folder of certificates, or True for those that come with requests.

    Raises TransportError, naming the variable, where it names nothing that can be used.
    """
    for variable in VARIABLES:
        path = os.environ.get(variable, "").strip()
        if path:
            _check(variable, path)
            return path
    return True


def _check(variable: str, path: str) -> None:
    is_folder = Path(path).is_dir()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
            cafile=None if is_folder else path, capath=path if is_folder else None
        )
    except (OSError, ValueError) as problem:  # an SSLError is an OSError
        what = "is not there" if isinstance(problem, FileNotFoundError) else "cannot be used"
        raise TransportError(
            f"the certificates that {variable} names, {path[:200]!r}, {_reason(what, problem)}",
            connected=False,
        ) from None


def _reason(what: str, problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError):
        return f"{what}: it holds no certificate in PEM form"
    if isinstance(problem, PermissionError):
        return f"{what}: no permission to read it"
    return what


def refused(problem: ssl.SSLCertVerificationError) -> str:
    """Why a certificate was not accepted, and what to do where its authority is not known."""
    reason = getattr(problem, "verify_message", "") or "no reason given"
    clause = f"{SERVER}'s certificate was not accepted ({reason[:160]})"
    if "self" in reason or "local issuer" in reason or "first certificate" in reason:
        clause += (
            "; where it is signed by an authority of your own, name its certificate in "
            "SSL_CERT_FILE"
        )
    return clause
