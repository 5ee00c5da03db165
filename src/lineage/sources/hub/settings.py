"""What huggingface_hub knows of the user's setup: endpoint, token, offline mode.

Asked once, imported late.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineage.core.errors import UsageError
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.sources.web.address import Endpoint

PUBLIC = "https://huggingface.co"


@dataclass(frozen=True)
class HubSettings:
    """The endpoint and the token."""

    endpoint: Endpoint
    token: str | None = field(default=None, repr=False)
    is_offline: bool = False
    notice: str = ""
    """Something that the user should hear, such as a token that could not be used."""


_ENDPOINT_THEN: ContextVar[str | None] = ContextVar("endpoint of an earlier run", default=None)


def own_endpoint() -> str:
    """The hub's address that the user set, as written; empty where there is none."""
    then = _ENDPOINT_THEN.get()
    return (os.environ.get("HF_ENDPOINT", "") if then is None else then).strip().rstrip("/")


@contextmanager
def endpoint_of_then(endpoint: str) -> Iterator[None]:
    """Read names as a run did for which this hub was set; nothing is asked of it."""
    token = _ENDPOINT_THEN.set(endpoint)
    try:
        yield
    finally:
        _ENDPOINT_THEN.reset(token)


def discover(endpoint: str | None = None, token: str | bool | None = None) -> HubSettings:
    """Fill in what is not given: HF_ENDPOINT, HF_TOKEN or the stored login, HF_HUB_OFFLINE.

    `token=False` means anonymous.

    Only constants and the token reader of huggingface_hub are used: its HTTP headers would cost a
    call of their own (`/api/agent-harnesses`) on first use.
    """
    from lineage.sources.web.address import parse_endpoint  # names are read without

    # huggingface_hub reads the address when it is imported, and a wrong one breaks the import.
    if own := own_endpoint():
        parse_endpoint(own)
    constants = _constants()
    found = parse_endpoint(endpoint or constants.ENDPOINT.strip() or PUBLIC)
    offline = endpoint is None and bool(constants.HF_HUB_OFFLINE)
    notice = ""
    if token is None:
        implicit = not constants.HF_HUB_DISABLE_IMPLICIT_TOKEN and not offline
        token, notice = _stored_token() if implicit else (None, "")
    elif token is True:
        token, notice = _stored_token()
    cleaned = token.strip() if isinstance(token, str) else ""
    if cleaned and not (cleaned.isascii() and cleaned.isprintable() and " " not in cleaned):
        # Such a text cannot be in a header, and an error about it would print it.
        cleaned, notice = (
            "",
            "The hub token contains characters that no token has; asking without it.",
        )
    return HubSettings(found, cleaned or None, offline, notice)


def _constants() -> Any:
    try:
        from huggingface_hub import constants
    except ValueError as problem:  # a number or an address that is none
        raise UsageError(
            f"One of the HF_ environment variables cannot be used: {str(problem)[:200]}.",
            "Correct it or remove it.",
        ) from None
    return constants


def _stored_token() -> tuple[str | None, str]:
    constants = _constants()
    # huggingface_hub's own reader loads its HTTP stack; it is left out
    # where it could only find what is seen here.
    plain = not os.environ.get("HF_OIDC_RESOURCE") and "google.colab" not in sys.modules
    given = os.environ.get("HF_TOKEN") or os.environ.get("HUGGING_FACE_HUB_TOKEN")
    if plain and (given or not Path(constants.HF_TOKEN_PATH).exists()):
        return given, ""
    from huggingface_hub import get_token

    try:
        return get_token(), ""
    except Exception as problem:  # noqa: BLE001 - an OAuth or OIDC refresh may fail in any way; the public hub still answers
        return (
            None,
            f"The stored hub token could not be read ({type(problem).__name__}); asking without "
            "it.",
        )
