"""Which addresses from strangers may become links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_CLEAN = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]{1,2000}\Z")


def web_url(text: object) -> str | None:
    """`text` where it is an absolute http or https address without a login or odd characters, else
    None."""
    if (
        not isinstance(text, str)
        or not _CLEAN.match(text)
        or not text.lower().startswith(("http://", "https://"))
    ):
        return None
    try:
        parts = urlsplit(text)
        plain = (
            bool(parts.hostname)
            and parts.username is None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return None
    return text if plain else None
