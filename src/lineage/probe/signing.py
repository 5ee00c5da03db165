"""Signs a run with an Ed25519 key, so that a policy can name whose runs it takes. Needs
`cryptography` (extra `sign`)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineage.core.errors import CannotRunError, UsageError

if TYPE_CHECKING:
    from lineage.probe.record import Signature

_PREFIX = "ed25519:"


def sign(digest: str, key_file: Path) -> Signature:
    """Sign with the private key of this file (PEM, as `openssl genpkey -algorithm ed25519` writes
    it)."""
    from lineage.probe.record import Signature

    serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as problem:
        raise UsageError(f"{key_file} is no private key that can be read.", _HOW) from problem
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise UsageError(f"{key_file} holds another kind of key.", _HOW)
    public = key.public_key().public_bytes_raw()
    return Signature(_PREFIX + _text(public), _text(key.sign(digest.encode())))


_HOW = "Make one with: openssl genpkey -algorithm ed25519 -out key.pem"


def is_signed(digest: str, signature: Signature) -> bool:
    """Whether the key that the signature names made it for this digest."""
    _, ed25519 = _library()
    try:
        public = base64.b64decode(signature.key.removeprefix(_PREFIX), validate=True)
        value = base64.b64decode(signature.value, validate=True)
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        key.verify(value, digest.encode())
    except Exception as problem:
        if type(problem).__name__ in ("InvalidSignature", "Error", "ValueError"):
            return False
        raise
    return signature.key.startswith(_PREFIX)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as problem:
        raise CannotRunError(
            "Signatures need the package cryptography.",
            "Install it with: pip install 'lineage-audit[sign]'",
        ) from problem
    return serialization, ed25519
