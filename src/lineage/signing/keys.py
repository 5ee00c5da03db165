"""Ed25519 keys: signs with a file, names a key by its public half. Needs `cryptography` (extra
`sign`)."""

from __future__ import annotations

import base64
import hashlib
import json
from binascii import Error as NotBase64
from pathlib import Path
from typing import Any

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.pattern import late
from lineage.core.plain_file import read_plain
from lineage.signing import install

_PREFIX = "ed25519:"
_NAME = late(r"ed25519:[A-Za-z0-9+/]{43}=\Z")
_LARGEST = 64_000
HOW = "Make one with: openssl genpkey -algorithm ed25519 -out key.pem"
_PUBLIC = "Its public half: openssl pkey -in key.pem -pubout -out key.pub"


def sign(data: bytes, key_file: Path) -> tuple[str, bytes]:
    """The name of the key in this file (PEM, as `openssl genpkey -algorithm ed25519` writes it),
    and its signature over `data`."""
    private = _private(key_file)
    return _named(private.public_key()), private.sign(data)


def name_in(key_file: Path) -> str:
    """The name of the key whose private half this file holds: `ed25519:` and the public half in
    base64."""
    return _named(_private(key_file).public_key())


def public_name(given: str) -> str:
    """The name of a public key, from that name itself or from the PEM file of it."""
    if _NAME.match(given):
        return given
    serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_public_key(read_plain(Path(given), _LARGEST))
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{given} is neither the name of a public key nor a file with one.", _PUBLIC
        ) from problem
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise UsageError(f"{given} holds another kind of key than Ed25519.", HOW)
    return _named(key)


def is_signed(data: bytes, name: str, signature: bytes) -> bool:
    """Whether the key of this name made the signature over `data`."""
    _, ed25519 = _library()
    from cryptography.exceptions import InvalidSignature

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(_raw(name)).verify(signature, data)
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return name.startswith(_PREFIX)


def key_id(name: str) -> str:
    """The id by which other tools of in-toto look the key up: a hint, and never a reason to believe
    a signature."""
    described = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": _raw(name).hex()}}
    text = json.dumps(described, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _private(key_file: Path) -> Any:
    serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_private_key(read_plain(key_file, _LARGEST), None)
    except (OSError, ValueError, TypeError) as problem:
        raise UsageError(f"{key_file} is not a private key that can be read.", HOW) from problem
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise UsageError(f"{key_file} holds another kind of key.", HOW)
    return key


def _named(public: Any) -> str:
    return _PREFIX + base64.b64encode(public.public_bytes_raw()).decode()


def _raw(name: str) -> bytes:
    return base64.b64decode(name.removeprefix(_PREFIX), validate=True)


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as problem:
        raise CannotRunError(
            "Signatures need the package cryptography.",
            install("sign"),
        ) from problem
    return serialization, ed25519
