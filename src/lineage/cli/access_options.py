"""The options of `lineage serve` for who may reach it."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator, grouped
from lineage.core.errors import UsageError
from lineage.core.value import dataclass

if TYPE_CHECKING:
    from lineage.serve.guard.access import Access

_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_CLEAR = (
    "Without TLS, whoever can listen on the network reads tokens and reports, and can log in. Give "
    "--tls-cert and --tls-key, or put a proxy with TLS in front and name it by --proxy."
)
_SHOWN = (
    "Everybody with a token of this server is shown what your token of the Hub may read, private "
    "models too. --anonymous asks without it."
)


@dataclass(frozen=True)
class AccessChoice:
    """Where it listens and to whom, as the user gave it."""

    host: str
    names: tuple[str, ...]
    proxies: tuple[str, ...]
    tokens: Path | None
    new_token: str
    audit_log: Path | None
    anonymous: bool

    def access(self, *, is_quiet: bool) -> Access:
        """Raises UsageError for names that are none, and where others reach it without a token."""
        from lineage.serve.guard.access import Access

        for name in self.names:
            if not _NAME.fullmatch(name):
                raise UsageError(
                    f"--name {name[:100]!r} is not the name of a host.",
                    "Give it without a scheme and a port, such as lineage.example.org.",
                )
        for proxy in self.proxies:
            try:
                ip_network(proxy)
            except ValueError as problem:
                raise UsageError(
                    f"--proxy {proxy[:100]!r} is neither an address nor a network: {problem}.",
                    "Give it such as 127.0.0.1 or 10.0.0.0/24.",
                ) from problem
        names = tuple(name.lower() for name in self.names)
        access = Access(
            self.host, names, self.proxies, self.tokens, self.audit_log, is_quiet=is_quiet
        )
        if access.needs_tokens and self.tokens is None:
            raise UsageError(
                "Anyone who can reach this address could use the server without a token.",
                "Create one for each person: lineage serve --token-file FILE --new-token "
                "NAME; then give --token-file FILE.",
            )
        return access

    def warnings(self, *, has_tls: bool, asks_with_token: bool) -> list[str]:
        """What whoever starts it should know."""
        from lineage.serve.guard.access import is_loopback

        is_clear = not (has_tls or self.proxies or is_loopback(self.host))
        is_shown = asks_with_token and self.tokens is not None
        return [_CLEAR] * is_clear + [_SHOWN] * is_shown

    def made_token(self) -> str:
        """A new token, which only its owner keeps. Raises UsageError."""
        from lineage.serve.guard.tokens import add

        if self.tokens is None:
            raise UsageError("--new-token needs --token-file FILE.")
        return add(self.tokens, self.new_token)


access_options: Decorator = grouped(
    "access",
    AccessChoice,
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        help="Listen at this address; any that others reach needs --token-file.",
    ),
    click.option(
        "--name",
        "names",
        multiple=True,
        metavar="HOST",
        help="Accept requests for this host name too.",
    ),
    click.option(
        "--proxy",
        "proxies",
        multiple=True,
        metavar="ADDRESS",
        help="Trust the client address that a proxy at this address or network reports.",
    ),
    click.option(
        "--token-file",
        "tokens",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Require a token from this file.",
    ),
    click.option(
        "--new-token",
        "new_token",
        default="",
        metavar="NAME",
        help="Add a token for NAME to the file, print it once, and end.",
    ),
    click.option(
        "--audit-log",
        "audit_log",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write who did what to this file instead of standard error.",
    ),
    click.option(
        "--anonymous",
        is_flag=True,
        help="Ask the Hub without a token, so that nobody is shown a private model.",
    ),
)
