"""Signs a run with an Ed25519 key, so that a policy can name whose runs it takes."""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.signing import keys

if TYPE_CHECKING:
    from lineage.probe.record import Signature


def sign(digest: str, key_file: Path) -> Signature:
    """Sign with the private key of this file."""
    from lineage.probe.record import Signature

    name, value = keys.sign(digest.encode(), key_file)
    return Signature(name, base64.b64encode(value).decode())


def is_signed(digest: str, signature: Signature) -> bool:
    """Whether the key that the signature names made it for this digest."""
    try:
        value = base64.b64decode(signature.value, validate=True)
    except (NotBase64, ValueError):
        return False
    return keys.is_signed(digest.encode(), signature.key, value)
