"""Signatures of models, as OpenSSF's `model_signing` writes them: a Sigstore bundle around a
statement that lists the digest of every file."""

from __future__ import annotations

import base64
import hashlib
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.core.pattern import late
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.signing.envelope import Envelope, NotSignedError, envelope_of, strict_json
from lineage.signing.statement import Statement, statement_in

_PREDICATE = "https://model_signing/signature/v1.0"
_FIRST = "https://model_signing/Digests/v0.1"
"""Of versions before 1.0, whose subjects are the files."""
_HEX = late(r"(?:[0-9a-fA-F]{2}){16,128}\Z")
_MOST_FILES = 100_000


class Method(Word):
    """With what a model was signed."""

    KEY = "key"
    CERTIFICATE = "certificate"
    SIGSTORE = "sigstore"


@dataclass(frozen=True)
class SignedFile:
    """One file of a signed model, or a part of one."""

    path: str
    algorithm: str
    digest: str
    start: int = 0
    end: int | None = None
    """Exclusive; None is the whole file."""


@dataclass(frozen=True)
class ModelBundle:
    """A signature file, not yet verified."""

    content: bytes
    envelope: Envelope
    method: Method
    files: tuple[SignedFile, ...]
    ignored: tuple[str, ...]
    """Paths that the signer left out, each with all below it."""
    hint: str = ""
    """Of a key: the SHA-256 of its PEM text, by the bundle's own word."""
    certificates: tuple[bytes, ...] = ()
    """DER, the signer's own first."""


def read_bundle(content: bytes) -> ModelBundle | None:
    """What a file holds; None where it is something else than a signature of a model.

    Raises NotSignedError where it is one and broken.
    """
    try:
        row = strict_json(content)
        material, envelope = row["verificationMaterial"], envelope_of(row["dsseEnvelope"])
    except (NotSignedError, KeyError, TypeError):
        if b"verificationMaterial" in content and b"dsseEnvelope" in content:
            raise NotSignedError("it is a bundle that cannot be read") from None
        return None
    statement = statement_in(envelope)
    if statement.predicate_type not in (_PREDICATE, _FIRST):
        return None
    files = tuple(_files(statement))
    return ModelBundle(content, envelope, *_material(material, files, _ignored(statement)))


def _ignored(statement: Statement) -> tuple[str, ...]:
    serialization = statement.predicate.get("serialization")
    found = serialization.get("ignore_paths") if isinstance(serialization, dict) else None
    if found is not None and not isinstance(found, list):
        raise NotSignedError("what it leaves out is not a list")
    return tuple(map(str, found or ()))


def _material(
    material: Any, files: tuple[SignedFile, ...], ignored: tuple[str, ...]
) -> tuple[Method, tuple[SignedFile, ...], tuple[str, ...], str, tuple[bytes, ...]]:
    """How it was signed. Raises NotSignedError where more than one way is named, or none."""
    try:
        named = [
            kind
            for kind in ("publicKey", "x509CertificateChain", "certificate")
            if material.get(kind)
        ]
        is_logged = bool(material.get("tlogEntries"))
        if "publicKey" in material and named in ([], ["publicKey"]) and not is_logged:
            hint = (material["publicKey"] or {}).get("hint")
            return Method.KEY, files, ignored, str(hint or ""), ()
        if len(named) != 1:
            raise NotSignedError("it names no signer, or more than one")
        is_sigstore = is_logged or named == ["certificate"]
        one = material.get("certificate")
        chain = [one] if one else material["x509CertificateChain"]["certificates"]
        der = tuple(base64.b64decode(one["rawBytes"], validate=True) for one in chain)
    except (AttributeError, KeyError, TypeError, NotBase64, ValueError) as problem:
        if isinstance(problem, NotSignedError):
            raise
        raise NotSignedError("what it says of its signer cannot be read") from problem
    method = Method.SIGSTORE if is_sigstore else Method.CERTIFICATE
    return method, files, ignored, "", der


def _files(statement: Statement) -> Iterator[SignedFile]:
    """Raises NotSignedError where the list is not one of a model's own files, each once, or does
    not add up to the subject."""
    seen = set()
    digests = hashlib.sha256()
    for number, one in enumerate(_listed(statement)):
        place = (one.path, one.start)
        if number >= _MOST_FILES:
            raise NotSignedError(f"it lists more than {_MOST_FILES:,} files")
        if place in seen:
            raise NotSignedError("it lists a file twice")
        parts = one.path.split("/")
        if one.path.startswith("/") or "\\" in one.path or {"", "..", "."} & {*parts}:
            raise NotSignedError("it lists a file outside of the model")
        seen.add(place)
        digests.update(bytes.fromhex(one.digest))
        yield one
    if not seen:
        raise NotSignedError("it lists no file")
    expected = statement.subjects[0].digest.get("sha256")
    if statement.predicate_type == _PREDICATE and (
        len(statement.subjects) != 1 or expected != digests.hexdigest()
    ):
        raise NotSignedError("its files do not add up to its subject")


def _listed(statement: Statement) -> Iterator[SignedFile]:
    if statement.predicate_type == _FIRST:
        for subject in statement.subjects:
            yield _file({"name": subject.name, "digest": subject.digest.get("sha256")}, statement)
        return
    resources = statement.predicate.get("resources")
    if not isinstance(resources, list):
        raise NotSignedError("it lists no file")
    for one in resources:
        yield _file(one, statement)


def _file(row: Any, statement: Statement) -> SignedFile:
    if not isinstance(row, Mapping):
        raise NotSignedError("a file of it has no name")
    name, digest = row.get("name"), row.get("digest")
    algorithm = str(row.get("algorithm", "sha256")).lower()
    if not (isinstance(name, str) and isinstance(digest, str) and _HEX.match(digest)):
        raise NotSignedError("a file of it has no name or no digest")
    serialization = statement.predicate.get("serialization")
    if isinstance(serialization, dict) and serialization.get("method") == "shards":
        path, start, end = _part(name)
        return SignedFile(path, algorithm, digest.lower(), start, end)
    # A model that is one file is signed as `.`; the subject has its name.
    return SignedFile(
        statement.subjects[0].name if name == "." else name, algorithm, digest.lower()
    )


def _part(name: str) -> tuple[str, int, int]:
    path, _, bounds = name.rpartition(":")
    path, _, start = path.rpartition(":")
    if not (path and start.isdecimal() and bounds.isdecimal() and len(start + bounds) < 40):
        raise NotSignedError("a part of a file has no bounds")
    return path, int(start), int(bounds)
