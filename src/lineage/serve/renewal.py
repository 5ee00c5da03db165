"""Take up a certificate that is renewed while the server runs, as clusters renew theirs."""

from __future__ import annotations

import logging
import ssl
import threading
from pathlib import Path

_LOG = logging.getLogger("lineage.serve")
_LOOK = 30.0


def renewing(context: ssl.SSLContext, cert: Path, key: Path, look: float = _LOOK) -> None:
    """Give new connections the certificate that the files hold, looked at every `look` seconds, as
    long as the process lives. Files that do not fit together (yet) change nothing."""
    threading.Thread(
        target=_watch, args=(context, cert, key, look), name="lineage-tls", daemon=True
    ).start()


def _watch(context: ssl.SSLContext, cert: Path, key: Path, look: float) -> None:
    known, wait = _stamp(cert, key), threading.Event()
    while not wait.wait(look):
        now = _stamp(cert, key)
        if now == known:
            continue
        try:
            context.load_cert_chain(cert, key)
        except (OSError, ssl.SSLError) as problem:
            _LOG.error("the certificate in %s could not be loaded: %s", cert, problem)
        else:
            known = now


def _stamp(*paths: Path) -> tuple[tuple[int, int], ...]:
    """What changes when a file is replaced; nothing for one that is away."""
    found = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((stat.st_mtime_ns, stat.st_ino))
    return tuple(found)
