"""A Sigstore on this machine: an authority that certifies any token, with its certificate log, and
a log of entries, as Fulcio and Rekor answer; and the trust that leads a client to them. Everything
is really signed: the client verifies all of it."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SCT = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ISSUER = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.8")
_FIRST_ISSUER = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_SHA256 = ec.ECDSA(hashes.SHA256())
_HOUR = timedelta(hours=1)


def token(identity: str, issuer: str) -> str:
    """What an identity provider hands out. Sigstore's client leaves its signature to Fulcio."""
    now = int(time.time())
    claims = {"aud": "sigstore", "iss": issuer, "sub": identity, "email": identity}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims | {"iat": now, "exp": now + 600})
    head = ".".join(_url(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_url(b'signature')}"


class Sigstore:
    """The authority, the two logs and their keys."""

    def __init__(self) -> None:
        self.url = ""
        self._root, self._certificates_log, self._log = (
            ec.generate_private_key(ec.SECP256R1()) for _ in range(3)
        )
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
        self._name = name
        public = self._root.public_key()
        self._authority = (
            self._dated(x509.CertificateBuilder(), timedelta(days=1))
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certifies=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._root, hashes.SHA256())
        )

    def trust(self) -> dict[str, Any]:
        """The client's configuration."""
        since = {"start": _stamp(datetime.now(timezone.utc) - timedelta(days=1))}
        place = {"url": self.url, "majorApiVersion": 1, "validFor": since, "operator": "here"}

        def log(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
            return {
                "baseUrl": self.url,
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": _b64(_public(key)),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": since,
                },
                "logId": {"keyId": _b64(_id(key))},
            }

        root = self._authority.public_bytes(serialization.Encoding.DER)
        return {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [log(self._log)],
                "certificateAuthorities": [
                    {
                        "subject": {"organization": "here", "commonName": "stand-in"},
                        "uri": self.url,
                        "certChain": {"certificates": [{"rawBytes": _b64(root)}]},
                        "validFor": since,
                    }
                ],
                "ctlogs": [log(self._certificates_log)],
                "timestampAuthorities": [],
            },
            "signingConfig": {
                "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                "caUrls": [place],
                "oidcUrls": [place],
                "rekorTlogUrls": [place],
                "tsaUrls": [],
                "rekorTlogConfig": {"selector": "ANY"},
                "tsaConfig": {"selector": "ANY"},
            },
        }

    # --- Fulcio

    def certify(self, request: bytes, bearer: str) -> dict[str, Any]:
        """A certificate for whoever the token names."""
        body = bearer.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        asked = x509.load_pem_x509_csr(request)
        issuer = claims["iss"].encode()
        identity: x509.GeneralName = (
            x509.RFC822Name(claims["email"])
            if "@" in claims["email"] and "://" not in claims["email"]
            else x509.UniformResourceIdentifier(claims["email"])
        )
        builder = (
            self._dated(x509.CertificateBuilder(), timedelta(minutes=10))
            .subject_name(x509.Name([]))
            .issuer_name(self._name)
            .public_key(asked.public_key())
            .add_extension(_usage(certifies=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._root.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName([identity]), critical=True)
            .add_extension(
                x509.UnrecognizedExtension(_ISSUER, bytes([0x0C, len(issuer)]) + issuer),
                critical=False,
            )
            .add_extension(x509.UnrecognizedExtension(_FIRST_ISSUER, issuer), critical=False)
        )
        plain = builder.sign(self._root, hashes.SHA256())
        logged = x509.UnrecognizedExtension(_SCT, self._logged(plain.tbs_certificate_bytes))
        leaf = builder.add_extension(logged, critical=False).sign(self._root, hashes.SHA256())
        chain = [
            one.public_bytes(serialization.Encoding.PEM).decode() for one in (leaf, self._authority)
        ]
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}

    def _dated(self, builder: x509.CertificateBuilder, lasts: timedelta) -> x509.CertificateBuilder:
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        return (
            builder.serial_number(x509.random_serial_number())
            .not_valid_before(now - (timedelta(minutes=1) if lasts < _HOUR else lasts))
            .not_valid_after(now + lasts)
        )

    def _logged(self, certificate: bytes) -> bytes:
        """The certificate log's promise, as the extension that holds it."""
        moment = int(time.time() * 1000)
        length = len(certificate).to_bytes(3, "big")
        entry = struct.pack("!BBQH", 0, 0, moment, 1) + _id(self._root) + length + certificate
        value = self._certificates_log.sign(entry + b"\0\0", _SHA256)
        promise = b"\0" + _id(self._certificates_log) + struct.pack("!QH", moment, 0)
        promise += b"\x04\x03" + struct.pack("!H", len(value)) + value
        listed = struct.pack("!H", len(promise)) + promise
        listed = struct.pack("!H", len(listed)) + listed
        return bytes([0x04, len(listed)]) + listed

    # --- Rekor

    def enter(self, proposed: dict[str, Any]) -> dict[str, Any]:
        """A log with this one entry, its proof and its promise."""
        content = proposed["spec"]["proposedContent"]
        envelope = json.loads(content["envelope"])
        payload = base64.b64decode(envelope["payload"])
        body = _canonical(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": _hash(content["envelope"].encode()),
                    "payloadHash": _hash(payload),
                    "signatures": [
                        {"signature": one["sig"], "verifier": content["verifiers"][0]}
                        for one in envelope["signatures"]
                    ],
                },
            }
        )
        moment, root = int(time.time()), hashlib.sha256(b"\0" + body).digest()
        entry = {
            "body": _b64(body),
            "integratedTime": moment,
            "logID": _id(self._log).hex(),
            "logIndex": 0,
        }
        note = f"stand-in\n1\n{_b64(root)}\n"
        signed = _id(self._log)[:4] + self._log.sign(note.encode(), _SHA256)
        proof = {
            "checkpoint": f"{note}\n\u2014 stand-in {_b64(signed)}\n",
            "hashes": [],
            "logIndex": 0,
            "rootHash": root.hex(),
            "treeSize": 1,
        }
        promise = _b64(self._log.sign(_canonical(entry), _SHA256))
        proven = {"inclusionProof": proof, "signedEntryTimestamp": promise}
        return {root.hex(): entry | {"verification": proven}}


@contextmanager
def running() -> Iterator[Sigstore]:
    """It answers on loopback until the block ends."""
    sigstore = Sigstore()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path.endswith("/signingCert"):
                request = base64.b64decode(asked["certificateSigningRequest"])
                answer = sigstore.certify(request, self.headers["Authorization"])
            else:
                answer = sigstore.enter(asked)
            self.answer(201, answer)

        def do_GET(self) -> None:
            """Where to log in, for a client that asks before it needs to."""
            ends = ("authorization_endpoint", "token_endpoint")
            self.answer(200, {end: f"{sigstore.url}/{end}" for end in ends})

        def answer(self, status: int, row: dict[str, Any]) -> None:
            content = json.dumps(row).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sigstore.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield sigstore
        finally:
            server.shutdown()
            thread.join()


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        not certifies, False, False, False, False, certifies, certifies, False, False
    )


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _id(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(_public(key)).digest()


def _hash(content: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()}


def _canonical(row: dict[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":")).encode()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
