"""Verifies the signatures that the repositories of a lineage carry, and holds their files against
what was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from lineage.core.errors import CannotRunError, ReadError
from lineage.core.record import FileEntry, ModelRecord
from lineage.core.value import dataclass
from lineage.evidence.signature import (
    ModelSignature,
    SignatureState,
    TrustedSigner,
    signature_files,
)
from lineage.evidence.signed_files import Comparison, compare
from lineage.graph.graph import Node
from lineage.signing import sigstore
from lineage.signing.envelope import LARGEST, NotSignedError
from lineage.signing.model_signature import Method, ModelBundle, read_bundle
from lineage.sources.interface import Source

_FORGES = ("github.com", "gitlab.com", "huggingface.co")
_SMALL = 2_000_000
_MOST_SMALL = 30
"""Files outside of LFS that are read to be compared: each costs a request."""


@dataclass(frozen=True)
class _Trust:
    """Whom to believe, and what can be looked at."""

    signers: tuple[TrustedSigner, ...]
    verifiers: frozenset[str]


def model_signatures(
    nodes: Iterable[Node],
    source: Source,
    trusted: Sequence[TrustedSigner],
    names: dict[str, tuple[str, ...]],
    verifiers: Collection[str],
) -> tuple[ModelSignature, ...]:
    """What every signature of these models shows. `names` are further names of each
    publisher, by its namespace; `verifiers` are the extras that may verify."""
    found: list[ModelSignature] = []
    for node in nodes:
        own = (node.publisher, *names.get(node.publisher, ())) if node.publisher else ()
        found += _of_node(node, source, _Trust(tuple(trusted), frozenset(verifiers)), own)
    return tuple(found)


def _of_node(
    node: Node, source: Source, trust: _Trust, names: tuple[str, ...]
) -> Iterator[ModelSignature]:
    record = node.record
    for path in signature_files(record):
        if record is not None and (one := _looked_at(node.id, record, path, source, trust)):
            yield one if one.signs_for_publisher is None else _tied(one, trust.signers, names)


def _looked_at(
    model: str,
    record: ModelRecord,
    path: str,
    source: Source,
    trust: _Trust,
) -> ModelSignature | None:
    """None where the file signs no model."""
    try:
        bundle = read_bundle(source.read(record, path, 0, LARGEST + 1))
    except ReadError as problem:
        reason = f"it could not be read ({problem.message})"
        return ModelSignature(model, path, SignatureState.NOT_VERIFIED, reason=reason)
    except NotSignedError as problem:
        return ModelSignature(model, path, SignatureState.BROKEN, reason=str(problem))
    if bundle is None:
        return None
    shown = replace(_verified(bundle, trust), model=model, file=path, method=bundle.method)
    if shown.state is SignatureState.BROKEN:
        return shown
    return _bound(shown, bundle, compare(bundle, record, path, _Digests(record, source).of))


def _bound(shown: ModelSignature, bundle: ModelBundle, files: Comparison) -> ModelSignature:
    """The signature with what became of the files."""
    state, reason = shown.state, shown.reason
    if files.differing:
        state, reason = SignatureState.BROKEN, "files are not what was signed"
    elif state is SignatureState.VERIFIED and (files.unseen or not files.compared):
        state = SignatureState.NOT_VERIFIED
        reason = "it does not cover, by digests that can be compared, " + (
            ", ".join(files.unseen[:5]) or "any file"
        )
    return replace(
        shown,
        state=state,
        reason=reason,
        signed=len({one.path for one in bundle.files}),
        compared=files.compared,
        differing=files.differing[:50],
        touches_weights=files.touches_weights,
    )


# --- who signed


def _verified(bundle: ModelBundle, trust: _Trust) -> ModelSignature:
    """Who is shown to have signed. `signs_for_publisher` is False where that is known and not yet
    compared with the publisher."""
    if len(bundle.envelope.signatures) != 1:
        return _answer(SignatureState.BROKEN, reason="it does not hold exactly one signature")
    needed = "sigstore" if bundle.method is Method.SIGSTORE else "sign"
    if needed not in trust.verifiers:
        reason = f"pip install 'lineage-audit[{needed}]' lets it be verified"
        return _answer(SignatureState.NOT_VERIFIED, _named(bundle), reason)
    trusted = trust.signers
    from lineage.signing.verifying import fits_own_certificate

    if bundle.method is Method.KEY:
        return _by_key(bundle, [one.key for one in trusted if one.key])
    if not fits_own_certificate(bundle):
        reason = "its statement is not what its own certificate signed"
        return _answer(SignatureState.BROKEN, reason=reason)
    if bundle.method is Method.SIGSTORE:
        return _by_sigstore(bundle, ["", *(one.trust for one in trusted if one.trust)])
    return _by_certificate(bundle, [one.certificate for one in trusted if one.certificate])


def _by_key(bundle: ModelBundle, pems: Iterable[str]) -> ModelSignature:
    from lineage.signing.verifying import hint_of, is_signed_by_key

    for pem in pems:
        hint = hint_of(pem)
        if is_signed_by_key(bundle, pem):
            return _answer(SignatureState.VERIFIED, f"key {hint}")
        if bundle.hint == hint:
            reason = "its statement is not what that key signed"
            return _answer(SignatureState.BROKEN, f"key {hint}", reason)
    reason = "no key of the policy made it, and an unknown key identifies nobody"
    return _unknown(bundle, reason)


def _by_certificate(bundle: ModelBundle, roots: Sequence[str]) -> ModelSignature:
    from lineage.signing.verifying import subject_of

    if subject := subject_of(bundle, roots):
        return _answer(SignatureState.VERIFIED, subject)
    return _unknown(bundle, "no authority that the policy names vouches for its certificate")


def _by_sigstore(bundle: ModelBundle, trusts: Iterable[str]) -> ModelSignature:
    """By the public Sigstore, or by one that the policy names."""
    reasons: list[str] = []
    for trust in dict.fromkeys(trusts):
        try:
            identity, envelope = sigstore.verified(bundle.content, Path(trust) if trust else None)
        except sigstore.NotShownError as problem:
            reasons.append(f"Sigstore does not confirm it ({problem})")
        except CannotRunError as problem:
            return _answer(SignatureState.NOT_VERIFIED, reason=problem.message)
        else:
            if envelope == bundle.envelope:
                return _answer(SignatureState.VERIFIED, str(identity))
            reasons.append("it is read in two ways")
    return _answer(SignatureState.NOT_VERIFIED, reason=reasons[0])


def _unknown(bundle: ModelBundle, reason: str) -> ModelSignature:
    """Whoever it was, it is nobody whom the policy names."""
    answer = _answer(SignatureState.NOT_VERIFIED, _named(bundle), reason)
    return replace(answer, signs_for_publisher=False)


def _named(bundle: ModelBundle) -> str:
    return f"key {bundle.hint}" if bundle.hint else ""


def _answer(state: SignatureState, signer: str = "", reason: str = "") -> ModelSignature:
    is_shown = state is SignatureState.VERIFIED
    known = False if is_shown else None
    return ModelSignature("", "", state, None, signer, is_shown, known, reason)


# --- whether that is the publisher


def _tied(
    shown: ModelSignature, trusted: Sequence[TrustedSigner], names: tuple[str, ...]
) -> ModelSignature:
    if not names:
        return replace(shown, signs_for_publisher=None)
    own = [one for one in trusted if one.signs_for(names[0])]
    if own:
        return replace(shown, signs_for_publisher=any(_is(one, shown) for one in own))
    if not shown.is_signer_shown:
        return replace(shown, signs_for_publisher=None)
    owner = _folded(_owner(shown.signer)) if shown.method is Method.SIGSTORE else ""
    return replace(
        shown, signs_for_publisher=bool(owner) and owner in {_folded(name) for name in names}
    )


def _is(one: TrustedSigner, shown: ModelSignature) -> bool:
    if shown.method is Method.KEY and one.key:
        from lineage.signing.verifying import hint_of

        return shown.signer == f"key {hint_of(one.key)}"
    if shown.method is Method.SIGSTORE and one.identity:
        return shown.signer == str(sigstore.Identity(one.identity, one.issuer))
    return shown.method is Method.CERTIFICATE and bool(one.certificate)


def _owner(signer: str) -> str:
    """The account on a forge, or the domain of an e-mail address without its ending."""
    name = signer.partition(" (issuer ")[0]
    place = urlsplit(name)
    if place.scheme == "https":
        is_forge = place.netloc in _FORGES
        return place.path.strip("/").partition("/")[0] if is_forge else ""
    labels = name.rpartition("@")[2].split(".")
    return labels[-2] if "@" in name and len(labels) > 1 else ""


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


# --- digests of files


class _Digests:
    """SHA-256 of a record's files: as the source lists it, and of small files by reading them."""

    def __init__(self, record: ModelRecord, source: Source) -> None:
        self._record, self._source = record, source
        self._small = 0

    def of(self, entry: FileEntry) -> str | None:
        """None where it is not known."""
        if entry.sha256:
            return entry.sha256.lower()
        if entry.size is None or entry.size > _SMALL or self._small >= _MOST_SMALL:
            return None
        self._small += 1
        try:
            content = self._source.read(self._record, entry.path)
        except ReadError:
            # it is counted as not compared, and for weights that is reported
            return None
        return hashlib.sha256(content).hexdigest() if len(content) == entry.size else None
