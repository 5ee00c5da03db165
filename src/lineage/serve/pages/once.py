"""A form that is sent twice from one page asks for one run: the second press leads to the first."""

from __future__ import annotations

import hashlib
import secrets

from lineage.report.html.markup import Markup, tag
from lineage.serve.run import Order

ONCE = "once"


def once() -> Markup:
    """The hidden field that tells one page from another."""
    return tag("input", type="hidden", name=ONCE, value=secrets.token_urlsafe(12))


def key_of(once: str, order: Order) -> tuple[str, str]:
    """As `Runs.submit` takes it. A list that was changed and sent again is another one; without
    `once` each is."""
    if not once:
        return "", ""
    sent = (once, order.file_name, order.model_column, order.policy, order.title, order.has_pack)
    digest = hashlib.sha256(repr(sent).encode("utf-8", "surrogatepass") + order.file).hexdigest()
    return f"form {digest}", digest
