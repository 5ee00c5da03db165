"""The options of `lineage serve` for TLS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lineage.cli.options import Decorator, grouped
from lineage.core.errors import UsageError
from lineage.core.value import dataclass

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@dataclass(frozen=True)
class TlsChoice:
    """Certificate and key, and whose clients are let in, as the user gave it."""

    cert: Path | None
    key: Path | None
    client_ca: Path | None

    def check(self) -> None:
        """Raises UsageError for halves, and for files that cannot be used."""
        if (self.cert is None) is not (self.key is None):
            raise UsageError("--tls-cert and --tls-key must be given together.")
        if self.client_ca is not None and self.cert is None:
            raise UsageError("--tls-client-ca needs --tls-cert and --tls-key.")
        if self.cert is not None:
            self._try()

    def _try(self) -> None:
        import ssl

        context, last = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), f"{self.cert} and {self.key}"
        try:
            # A server asks nobody for a password.
            context.load_cert_chain(str(self.cert), self.key and str(self.key), password="")
            if self.client_ca is not None:
                last = str(self.client_ca)
                context.load_verify_locations(str(self.client_ca))
        except OSError as problem:  # SSLError is one
            raise UsageError(
                f"{last} cannot be used for TLS: {problem}.",
                "Give a PEM certificate and its key, without a password.",
            ) from problem

    def config(self) -> dict[str, Any]:
        """What uvicorn is told."""
        import ssl

        if self.cert is None or self.key is None:
            return {}
        return {
            "ssl_certfile": str(self.cert),
            "ssl_keyfile": str(self.key),
            "ssl_ca_certs": str(self.client_ca) if self.client_ca else None,
            "ssl_cert_reqs": ssl.CERT_REQUIRED if self.client_ca else ssl.CERT_NONE,
        }


tls_options: Decorator = grouped(
    "tls",
    TlsChoice,
    click.option(
        "--tls-cert", "cert", type=_FILE, metavar="FILE", help="Serve TLS with this certificate."
    ),
    click.option(
        "--tls-key",
        "key",
        type=_FILE,
        metavar="FILE",
        help="Use this private key of the certificate.",
    ),
    click.option(
        "--tls-client-ca",
        "client_ca",
        type=_FILE,
        metavar="FILE",
        help="Accept only clients with a certificate of this authority.",
    ),
)
