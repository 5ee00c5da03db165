"""Verifies a model's signature with a key or a root certificate that the user trusts, as
`model_signing` does. Needs `cryptography` (extra `sign`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from lineage.signing.envelope import IN_TOTO, Envelope
from lineage.signing.model_signature import ModelBundle


def hint_of(pem: str) -> str:
    """By which a bundle names this public key. Raises ValueError where the text holds none that
    signs models."""
    from cryptography.hazmat.primitives import serialization

    encoded = _key(pem).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(encoded).hexdigest()


def check_pem(key: str = "", certificate: str = "") -> None:
    """Raises ValueError where a text holds no key or certificate that can sign models."""
    from cryptography import x509

    if key:
        _key(key)
    if certificate:
        x509.load_pem_x509_certificate(certificate.encode())


def is_signed_by_key(bundle: ModelBundle, pem: str) -> bool:
    """Whether this key made the signature, whatever the bundle says of its key."""
    return _fits(bundle.envelope, _key(pem))


def subject_of(bundle: ModelBundle, roots: Iterable[str]) -> str | None:
    """Whose certificate signed, where one of the roots (PEM) vouches for it; None where none does.

    The time of signing is not shown by such a bundle: the certificate counts as of its first day,
    as it does for `model_signing`.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        chain = [x509.load_der_x509_certificate(one) for one in bundle.certificates]
        trusted = [x509.load_pem_x509_certificate(one.encode()) for one in roots]
        if not chain or not trusted or not _is_vouched_for(chain, trusted):
            return None
        leaf = chain[0]
        if not _may_sign(leaf) or not _fits(bundle.envelope, leaf.public_key()):
            return None
        return f"{leaf.subject.rfc4514_string()} (issuer {leaf.issuer.rfc4514_string()})"
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return None


def fits_own_certificate(bundle: ModelBundle) -> bool:
    """Whether whoever holds the certificate in the bundle signed it, whoever that is."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        leaf = x509.load_der_x509_certificate(bundle.certificates[0])
        return _fits(bundle.envelope, leaf.public_key())
    except (IndexError, ValueError, UnsupportedAlgorithm):
        return False


def _key(pem: str) -> Any:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = serialization.load_pem_public_key(pem.strip().encode() + b"\n")
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("models are signed with elliptic-curve keys")  # noqa: TRY004 - of a file
    return key


def _fits(envelope: Envelope, key: Any) -> bool:
    """The one signature over the payload, also as the versions before 1.0 made it."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(envelope.signatures) != 1 or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    by_size = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
    hashing = by_size.get(key.curve.key_size)
    if hashing is None or envelope.payload_type != IN_TOTO:
        return False
    first = _first_pae(envelope.payload)
    ways = ((envelope.signed, hashing), (first, hashing), (first, hashes.SHA256()))
    return any(_verifies(key, envelope, data, ec.ECDSA(how)) for data, how in ways)


def _verifies(key: Any, envelope: Envelope, data: bytes, algorithm: Any) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(envelope.signatures[0].value, data, algorithm)
    except InvalidSignature:
        return False
    return True


def _first_pae(payload: bytes) -> bytes:
    """What versions before 1.0 signed: their encoding held Python's spelling of the bytes."""
    return f"DSSEV1 {len(IN_TOTO)} {IN_TOTO} {len(payload)} {payload!r}".encode()


def _is_vouched_for(chain: list[Any], trusted: list[Any]) -> bool:
    from cryptography import x509
    from cryptography.x509 import verification as check

    def is_authority(_policy: Any, _certificate: Any, found: Any) -> None:
        if not found.ca:
            raise ValueError("not the certificate of an authority")

    authority = check.ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, check.Criticality.AGNOSTIC, is_authority
    )
    moment = chain[0].not_valid_before_utc.replace(tzinfo=None)
    verifier = (
        check.PolicyBuilder()
        .store(check.Store(trusted))
        .time(moment)
        .extension_policies(ca_policy=authority, ee_policy=check.ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(chain[0], chain[1:])
    except check.VerificationError:
        return False
    return True


def _may_sign(leaf: Any) -> bool:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    for one in leaf.extensions:
        if isinstance(one.value, x509.KeyUsage) and one.value.digital_signature:
            return True
        if (
            isinstance(one.value, x509.ExtendedKeyUsage)
            and ExtendedKeyUsageOID.CODE_SIGNING in one.value
        ):
            return True
    return False
