"""Signs a pack, and tells whose signature a filed pack carries: each way in which one can be wrong
has its own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineage.core.errors import DataError
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.report.printable import printable
from lineage.signing import install, installed, keys
from lineage.signing.envelope import (
    IN_TOTO,
    Envelope,
    EnvelopeSignature,
    NotSignedError,
    envelope_of,
    pae,
    strict_json,
)
from lineage.signing.statement import Statement, statement_in
from lineage.workflows.pack import BY_KEY, BY_SIGSTORE, SUMS
from lineage.workflows.pack_members import digest_of
from lineage.workflows.pack_statement import PACK, PREDICATE, statement_of

if TYPE_CHECKING:
    from lineage.signing.sigstore import Signer as SigstoreSigner


class Standing(Word):
    """What a signature amounts to."""

    NOT_SIGNED = "not-signed"
    EXPECTED = "expected"
    """Good, and of whom the user named."""
    UNNAMED = "unnamed"
    """Good, and the user named nobody to expect: a stranger could have made it."""
    NOT_CHECKED = "not-checked"
    WRONG_SIGNER = "wrong-signer"
    RE_SIGNED = "re-signed"
    """It names one signer and carries the signature of another."""
    ALTERED = "altered"
    SWAPPED = "swapped"
    """A good signature, over a statement that is not about this pack's verdict."""
    UNREADABLE = "unreadable"

    @property
    def is_problem(self) -> bool:
        """Whether something is wrong, rather than unknown."""
        return self not in (
            Standing.NOT_SIGNED,
            Standing.EXPECTED,
            Standing.UNNAMED,
            Standing.NOT_CHECKED,
        )


@dataclass(frozen=True)
class Signed:
    """What was found of one signature."""

    standing: Standing
    signer: str = ""
    """Who made it, where that is shown; else who it says made it."""
    message: str = ""
    """One sentence, where it is not simply good."""


@dataclass(frozen=True)
class Expected:
    """Whose signature the user asks for."""

    key: str = ""
    """Name of an Ed25519 key."""
    identity: str = ""
    issuer: str = ""
    trust: Path | None = None
    """A file with the trust of another Sigstore than the public one."""

    @property
    def names_somebody(self) -> bool:
        """Whether anybody is expected at all."""
        return bool(self.key or self.identity)


# --- signing


def sign_with_key(files: Mapping[str, bytes], key_file: Path) -> dict[str, bytes]:
    """The pack's attestation, signed with this key, under its path in the pack."""
    statement = statement_of(files, keys.name_in(key_file))
    payload = statement.to_bytes()
    name, value = keys.sign(pae(IN_TOTO, payload), key_file)
    signature = EnvelopeSignature(keys.key_id(name), value)
    envelope = Envelope(IN_TOTO, payload, (signature,))
    return {BY_KEY: (json.dumps(envelope.document(), indent=1) + "\n").encode()}


def sign_with_sigstore(files: Mapping[str, bytes], signer: SigstoreSigner) -> dict[str, bytes]:
    """The same by Sigstore: as the pipeline that runs this, or as who logs in."""
    statement = statement_of(files, "sigstore", commits=False)
    return {BY_SIGSTORE: signer.bundle(statement.to_bytes())}


# --- checking


def signatures(
    files: Mapping[str, bytes], expected: Expected, *, is_whole: bool = True
) -> list[Signed]:
    """One answer for each signature that the pack carries; `not-signed` where it carries none.

    `is_whole` is whether the pack's own documents hold together: else nothing is compared with
    them.
    """
    looks = {BY_KEY: _of_key, BY_SIGSTORE: _of_sigstore}
    found = [
        _described(path, look, files, expected, is_whole=is_whole)
        for path, look in looks.items()
        if path in files
    ]
    return found or [Signed(Standing.NOT_SIGNED)]


_Look = Callable[[bytes, Expected], tuple[Signed, Statement | None]]


def _described(
    path: str, look: _Look, files: Mapping[str, bytes], expected: Expected, *, is_whole: bool
) -> Signed:
    try:
        signed, statement = look(files[path], expected)
        if statement is None:
            return signed
        commits = path == BY_KEY
        return _bound(files, statement, signed, commits=commits, is_whole=is_whole)
    except NotSignedError as problem:
        message = f"{path} is not a signature that can be read: {printable(problem, 200)}."
        return Signed(Standing.UNREADABLE, message=message)
    except DataError as problem:
        return Signed(Standing.SWAPPED, message=problem.message)


def _of_key(content: bytes, expected: Expected) -> tuple[Signed, Statement | None]:
    """What is shown of the signer; and the statement, where the signature over it is good."""
    envelope = envelope_of(strict_json(content))
    if "sign" not in installed():
        return _not_checked("with a key", "sign"), None
    if expected.key and _carries(envelope, expected.key):
        return Signed(Standing.EXPECTED, expected.key), statement_in(envelope)
    statement = statement_in(envelope)
    named = str(statement.predicate.get("signer", ""))
    if named.startswith("ed25519:") and _carries(envelope, named):
        if expected.key:
            return Signed(Standing.WRONG_SIGNER, named, _not_by(named, expected.key)), None
        return Signed(Standing.UNNAMED, named), statement
    return _broken(envelope, named, expected.key), None


def _carries(envelope: Envelope, key: str) -> bool:
    return any(keys.is_signed(envelope.signed, key, one.value) for one in envelope.signatures)


def _not_by(signer: str, expected: str) -> str:
    return (
        f"It is signed by {printable(signer, 300)}, not by {printable(expected, 300)}: a stranger "
        "signed it, or the wrong key or identity was named here."
    )


def _broken(envelope: Envelope, named: str, expected: str) -> Signed:
    """No signature fits a key that is known: whose it says that it is tells what happened."""
    ids = {one.key_id for one in envelope.signatures}
    if any(key and keys.key_id(key) in ids for key in _keys(expected, named)):
        return Signed(
            Standing.ALTERED,
            named,
            "Its statement is not what was signed: it was altered after signing.",
        )
    if named:
        return Signed(
            Standing.RE_SIGNED,
            named,
            f"It names {printable(named, 100)} as its signer and carries the signature of another "
            "key: a stranger signed it anew.",
        )
    return Signed(
        Standing.SWAPPED,
        message="Its statement names no signer and no key that is known here fits it: it is not "
        "what lineage signs.",
    )


def _keys(*names: str) -> Iterator[str]:
    for name in names:
        try:
            keys.key_id(name)
        except ValueError:
            continue
        yield name


def _of_sigstore(content: bytes, expected: Expected) -> tuple[Signed, Statement | None]:
    from lineage.signing import sigstore

    strict_json(content)
    if "sigstore" not in installed():
        return _not_checked("with Sigstore", "sigstore"), None
    try:
        identity, envelope = sigstore.verified(content, expected.trust)
    except sigstore.NotShownError as problem:
        text = f"Sigstore does not confirm its signature: {printable(problem, 300)}."
        return Signed(Standing.ALTERED, message=text), None
    shown = str(identity)
    if expected.identity and (identity.name, identity.issuer) != (
        expected.identity,
        expected.issuer,
    ):
        wanted = str(sigstore.Identity(expected.identity, expected.issuer))
        return Signed(Standing.WRONG_SIGNER, shown, _not_by(shown, wanted)), None
    standing = Standing.EXPECTED if expected.identity else Standing.UNNAMED
    return Signed(standing, shown), statement_in(envelope)


def _not_checked(how: str, extra: str) -> Signed:
    message = f"It is signed {how}, which was not checked here. {install(extra)}."
    return Signed(Standing.NOT_CHECKED, message=message)


def _bound(
    files: Mapping[str, bytes],
    statement: Statement,
    good: Signed,
    *,
    commits: bool,
    is_whole: bool,
) -> Signed:
    """The signature is good: whether it is over a statement about this pack."""
    if statement.predicate_type != PREDICATE:
        kind = printable(statement.predicate_type, 120)
        message = f"The signature is over another predicate ({kind}), not over a verdict."
        return Signed(Standing.SWAPPED, good.signer, message)
    digests = [one.digest.get("sha256") for one in statement.subjects if one.name == PACK]
    if digests != [digest_of(files, SUMS)]:
        message = "What was signed is another pack: this one was altered after signing, or its "
        message += "signature was taken from another."
        return Signed(Standing.ALTERED, good.signer, message)
    if not is_whole:
        return good
    made = statement_of(files, str(statement.predicate.get("signer", "")), commits=commits)
    differs = [*_differing(statement.predicate, made.predicate)]
    if statement.subjects != made.subjects or _digests(statement) != _digests(made):
        differs.append("subject")
    if differs:
        listed = ", ".join(printable(one, 60) for one in differs[:10])
        message = f"The signed statement says other than the pack does ({listed})."
        return Signed(Standing.SWAPPED, good.signer, message)
    return good


def _digests(statement: Statement) -> list[dict[str, str]]:
    return [dict(one.digest) for one in statement.subjects]


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield name
