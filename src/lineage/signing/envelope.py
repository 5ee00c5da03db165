"""DSSE envelopes, read strictly: what two readers might read in two ways is no envelope."""

from __future__ import annotations

import base64
from binascii import Error as NotBase64
from typing import Any

from lineage.core import codec
from lineage.core.value import dataclass

IN_TOTO = "application/vnd.in-toto+json"
LARGEST = 16 * 2**20
_MOST_SIGNATURES = 20


class NotSignedError(ValueError):
    """The bytes are no envelope, bundle or statement; the text says what is wrong with them."""


@dataclass(frozen=True)
class EnvelopeSignature:
    """One signature over an envelope."""

    key_id: str
    """A hint of the writer, not covered by the signature."""
    value: bytes


@dataclass(frozen=True)
class Envelope:
    """A payload with its type and whoever signed both."""

    payload_type: str
    payload: bytes
    signatures: tuple[EnvelopeSignature, ...]

    @property
    def signed(self) -> bytes:
        """The bytes that a signature covers: type and payload with their lengths (DSSE's PAE)."""
        return pae(self.payload_type, self.payload)

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "payload": _text(self.payload),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": one.key_id, "sig": _text(one.value)} for one in self.signatures
            ],
        }


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed of a payload of this type."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope_of(row: Any) -> Envelope:
    """The envelope that a JSON document holds. Raises NotSignedError where it holds none."""
    try:
        payload_type, signatures = row["payloadType"], row["signatures"]
        if not isinstance(payload_type, str) or not isinstance(signatures, list):
            raise NotSignedError("its type or its signatures are not what DSSE says")
        if not 0 < len(signatures) <= _MOST_SIGNATURES:
            raise NotSignedError(f"it holds {len(signatures)} signatures")
        found = tuple(
            EnvelopeSignature(str(one.get("keyid") or ""), _bytes(one["sig"])) for one in signatures
        )
        return Envelope(payload_type, _bytes(row["payload"]), found)
    except (KeyError, TypeError, AttributeError) as problem:
        raise NotSignedError(f"it lacks what DSSE says ({type(problem).__name__})") from problem


def strict_json(content: bytes) -> Any:
    """JSON in which no key occurs twice and every number is one. Raises NotSignedError."""
    if len(content) > LARGEST:
        raise NotSignedError(f"it is larger than {LARGEST // 2**20} MB")
    try:
        return codec.strict_json(content)
    except (ValueError, RecursionError) as problem:
        raise NotSignedError(f"it is not JSON: {str(problem)[:120]}") from problem


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except (NotBase64, ValueError) as problem:
        raise NotSignedError("a part of it is not base64") from problem


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
