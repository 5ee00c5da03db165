"""The signature that a model's repository carries: who signed which files. A signer is no
developer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.core.record import ModelRecord, may_sign
from lineage.core.value import dataclass
from lineage.core.word import Word

if TYPE_CHECKING:
    from lineage.signing.model_signature import Method

_MOST_FILES = 4


class SignatureState(Word):
    """What is shown of a signature."""

    VERIFIED = "verified"
    """Of whom `signer` names, and every file that could be compared is as it was signed."""
    NOT_VERIFIED = "not-verified"
    """Nobody who is known here made it, or it could not be looked at: it shows nothing."""
    BROKEN = "broken"
    """It does not fit, or files are not what was signed."""


@dataclass(frozen=True)
class TrustedSigner:
    """Whom the user believes to sign for a publisher: by key, by root certificate, or by
    account."""

    publishers: tuple[str, ...]
    """Namespaces on the Hub."""
    key: str = ""
    """PEM."""
    certificate: str = ""
    """PEM, of the authority that certifies the signers."""
    identity: str = ""
    issuer: str = ""
    trust: str = ""
    """A file with the trust of another Sigstore than the public one."""

    def signs_for(self, publisher: str) -> bool:
        """Whether the user names it for this namespace."""
        return publisher.casefold() in {one.casefold() for one in self.publishers}


@dataclass(frozen=True)
class ModelSignature:
    """One signature of one model of the lineage."""

    model: str
    file: str
    state: SignatureState
    method: Method | None = None
    """None where it could not be read."""
    signer: str = ""
    """Who is shown to have signed; where nothing is shown, by what the signature names itself."""
    is_signer_shown: bool = False
    """Whether the signature is good and of that signer, whatever became of the files."""
    signs_for_publisher: bool | None = None
    """Whether that is who signs for the publisher, by the user's word or by the account's own name;
    None where the model has no publisher, or nothing is shown of the signer."""
    reason: str = ""
    """Why it is not verified or broken, as one clause."""
    signed: int = 0
    """Files that it lists."""
    compared: int = 0
    """Files of these whose digest is known here."""
    differing: tuple[str, ...] = ()
    """Files that are not what was signed, each with how."""
    touches_weights: bool = False
    """Whether weights or code are among those that differ."""


def signature_files(record: ModelRecord | None) -> list[str]:
    """Files at the root of a repository that may sign it, the usual name first."""
    listed = (record.files or ()) if record else ()
    paths = [f.path for f in listed if may_sign(f.path)]
    return sorted(paths, key=lambda path: (path != "model.sig", path))[:_MOST_FILES]
