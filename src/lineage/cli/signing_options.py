"""The options that sign, and that name whose signature is expected."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator, grouped
from lineage.core.errors import CannotRunError, UsageError
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.workflows.pack_signature import Expected

_SIGSTORE = "sigstore"
_TRUST = click.option(
    "--trust-config",
    "trust",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Use this trust configuration instead of the public Sigstore's.",
)


@dataclass(frozen=True)
class SigningChoice:
    """With what to sign, as the user gave it."""

    sign: str | None
    trust: Path | None

    def check(self) -> None:
        """Before the work: a key that cannot sign ends it now."""
        if self.sign is None:
            if self.trust is not None:
                raise UsageError("--trust-config needs --sign sigstore.")
        elif self.sign == _SIGSTORE:
            from lineage.signing import install, installed

            if "sigstore" not in installed():
                raise CannotRunError("Signing with Sigstore needs its client.", install("sigstore"))
        else:
            from lineage.signing.keys import name_in

            name_in(Path(self.sign))

    def attestation(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """What is added to a pack: nothing where it is not to be signed."""
        from lineage.workflows.pack_signature import sign_with_key, sign_with_sigstore

        if self.sign is None:
            return {}
        if self.sign != _SIGSTORE:
            return sign_with_key(files, Path(self.sign))
        from lineage.signing.sigstore import Signer

        token = os.environ.get("SIGSTORE_IDENTITY_TOKEN", "")
        signer = Signer(self.trust, token, lambda text: click.echo(text, err=True))
        return sign_with_sigstore(files, signer)


sign_options: Decorator = grouped(
    "signing",
    SigningChoice,
    click.option(
        "--sign",
        metavar="KEY.pem|sigstore",
        help="Sign with this Ed25519 key (extra `sign`), or with Sigstore (extra `sigstore`) as "
        "the pipeline that runs this or as who logs in.",
    ),
    _TRUST,
)


@dataclass(frozen=True)
class ExpectedChoice:
    """Whose signature is expected, as the user gave it."""

    key: str | None
    identity: str | None
    issuer: str | None
    trust: Path | None

    def expected(self) -> Expected:
        """Checked: half a name names nobody."""
        from lineage.workflows.pack_signature import Expected

        if (self.identity is None) != (self.issuer is None):
            raise UsageError(
                "--identity and --issuer belong together.",
                "A name needs the issuer that vouches for it.",
            )
        if self.key is not None and self.identity is not None:
            raise UsageError("--key and --identity exclude each other.")
        for option, given in (("--key", self.key), ("--identity", self.identity)):
            if given is not None and not given.strip():
                raise UsageError(f"{option} is empty.", "Name whose signature is expected.")
        if self.issuer is not None and not self.issuer.strip():
            raise UsageError("--issuer is empty.", "Give the issuer's URL.")
        key = ""
        if self.key is not None:
            from lineage.signing.keys import public_name

            key = public_name(self.key)
        return Expected(key, self.identity or "", self.issuer or "", self.trust)


expected_options: Decorator = grouped(
    "expected",
    ExpectedChoice,
    click.option(
        "--key",
        metavar="KEY.pub",
        help="Require a signature by this Ed25519 key: a PEM file, or its name ed25519:….",
    ),
    click.option(
        "--identity",
        metavar="NAME",
        help="Require a Sigstore signature by this account or pipeline.",
    ),
    click.option("--issuer", metavar="URL", help="Require this issuer for --identity."),
    _TRUST,
)
