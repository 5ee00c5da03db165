"""Signs and verifies with Sigstore, by its own client (extra `sigstore`). Signing asks its servers;
verifying asks nobody: it goes by the trust that the client ships or that a file gives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lineage.core.errors import CannotRunError, UsageError
from lineage.core.value import dataclass
from lineage.signing import install, installed
from lineage.signing.envelope import Envelope, envelope_of, strict_json

_OTHER_NAME = "1.3.6.1.4.1.57264.1.7"
_ISSUER, _ISSUER_V2 = "1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"
_UTF8 = 0x0C


class NotShownError(Exception):
    """Sigstore's client does not bear a bundle out; the text says why."""


@dataclass(frozen=True)
class Identity:
    """Who signed: an account, and who vouches for its login."""

    name: str
    """An e-mail address, or the address of a pipeline's definition."""
    issuer: str

    def __str__(self) -> str:
        return f"{self.name} (issuer {self.issuer})" if self.issuer else self.name


def verified(bundle: bytes, trust: Path | None = None) -> tuple[Identity, Envelope]:
    """Who signed a bundle's envelope, by certificate, log entry and signature, and the envelope.

    Raises NotShownError where any of them is not right, CannotRunError where the client is not
    installed or its trust cannot be read.
    """
    verifier, errors = _verifier(trust)
    from sigstore.models import Bundle

    seen = _Seen()
    try:
        kind, payload = verifier.verify_dsse(Bundle.from_json(bundle), seen)
        identity = _identity(seen.certificate)
    except errors as problem:
        reason = " ".join(str(problem).split())[:200] or type(problem).__name__
        raise NotShownError(reason) from problem
    envelope = envelope_of(strict_json(bundle).get("dsseEnvelope"))
    if (envelope.payload_type, envelope.payload) != (kind, payload):
        raise NotShownError("the bundle is read in two ways")
    return identity, envelope


class Signer:
    """Signs one statement as whoever runs this: by the pipeline's own token where there is one,
    else by a login in the browser."""

    def __init__(self, trust: Path | None, token: str, show: Callable[[str], None]) -> None:
        self._trust, self._token, self._show = trust, token, show

    def bundle(self, statement: bytes) -> bytes:
        """The statement signed, as a bundle. Raises CannotRunError where Sigstore could not be
        asked or turned the login down."""
        if "sigstore" not in installed():
            raise CannotRunError("Signing with Sigstore needs its client.", install("sigstore"))
        from cryptography.exceptions import InvalidSignature
        from requests import RequestException
        from sigstore.dsse import Statement
        from sigstore.errors import Error
        from sigstore.oidc import ExpiredIdentity, IssuerError
        from sigstore.sign import SigningContext

        # The client's errors of Fulcio and Rekor descend from nothing more telling than these.
        failures = (Error, ExpiredIdentity, IssuerError, RequestException, InvalidSignature)
        try:
            config = _config(self._trust, offline=False)
            token = self._identity_token(config)
            with SigningContext.from_trust_config(config).signer(token) as signer:
                signed: str = signer.sign_dsse(Statement(statement)).to_json()
        except (*failures, *_client_errors(), ValueError) as problem:
            raise CannotRunError(
                f"Sigstore did not sign: {' '.join(str(problem).split())[:300]}.",
                "In a pipeline, give it an identity token (id-token: write); else log in, or sign "
                "with a key: --sign KEY.pem.",
            ) from problem
        return f"{signed}\n".encode()

    def _identity_token(self, config: Any) -> Any:
        from sigstore.oidc import IdentityToken, Issuer, detect_credential

        if raw := self._token or detect_credential():
            return IdentityToken(raw)
        self._show("Sigstore asks who signs; the name goes into its public log for good.")
        return Issuer(config.signing_config.get_oidc_url()).identity_token()


class _Seen:
    """Sigstore's client asks a policy about the certificate; this one keeps it and leaves to the
    caller whom to believe."""

    certificate: Any = None

    def verify(self, cert: Any) -> None:
        self.certificate = cert


def _verifier(trust: Path | None) -> tuple[Any, tuple[type[Exception], ...]]:
    if "sigstore" not in installed():
        raise CannotRunError(
            "Verifying a Sigstore signature needs its client.", install("sigstore")
        )
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import ExtensionNotFound
    from sigstore.errors import Error
    from sigstore.verify import Verifier

    # It tells on stderr that no server is asked, which is what was asked for.
    logging.getLogger("sigstore").addHandler(logging.NullHandler())
    config = _config(trust, offline=True)
    hostile = (ValueError, TypeError, KeyError, AttributeError, IndexError)
    errors = (Error, InvalidSignature, UnsupportedAlgorithm, ExtensionNotFound, *hostile)
    return Verifier(trusted_root=config.trusted_root), errors


def _config(trust: Path | None, *, offline: bool) -> Any:
    from sigstore.errors import Error
    from sigstore.models import ClientTrustConfig

    if trust is None:
        try:
            return ClientTrustConfig.production(offline=offline)
        except Error as problem:
            raise CannotRunError(
                f"Sigstore's own trust could not be read: {str(problem)[:200]}.",
                "Give it as a file: --trust-config FILE.",
            ) from problem
    try:
        return ClientTrustConfig.from_json(trust.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{trust} is not a trust configuration of Sigstore.",
            "Give the file that the Sigstore instance publishes.",
        ) from problem


def _client_errors() -> tuple[type[Exception], ...]:
    from sigstore._internal.fulcio.client import FulcioClientError
    from sigstore._internal.rekor import RekorClientError

    return FulcioClientError, RekorClientError


def _identity(certificate: Any) -> Identity:
    """The one name in a certificate, and who vouches for it."""
    from cryptography import x509

    extensions = certificate.extensions
    names = list(extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    if len(names) != 1:
        raise NotShownError(f"its certificate has {len(names)} names")
    (name,) = names
    is_other = isinstance(name, x509.OtherName) and name.type_id.dotted_string == _OTHER_NAME
    text = _text_in(name.value) if is_other else str(name.value)
    found = {one.oid.dotted_string: one.value for one in extensions}
    issuer = ""
    if _ISSUER_V2 in found:
        issuer = _text_in(found[_ISSUER_V2].value)
    elif _ISSUER in found:
        issuer = found[_ISSUER].value.decode()
    return Identity(text, issuer)


def _text_in(der: bytes) -> str:
    """The text of a DER UTF8String of at most 65,535 bytes."""
    length, start = der[1], 2
    if length in (0x81, 0x82):
        start = 2 + (length & 0x0F)
        length = int.from_bytes(der[2:start], "big")
    if der[0] != _UTF8 or len(der) != start + length:
        raise NotShownError("a name in its certificate is not text")
    return der[start:].decode()
