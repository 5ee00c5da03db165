"""Who may reach one server, and under which names."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from lineage.core.value import dataclass


@dataclass(frozen=True)
class Access:
    """As the command line gave it."""

    host: str = "127.0.0.1"
    """The address that is listened at."""
    names: tuple[str, ...] = ()
    """Host names under which browsers reach it, in lower case; loopback's always count."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies whose word on the client and the scheme is taken."""
    tokens: Path | None = None
    """The file of tokens; None where none is needed, at loopback alone."""
    log: Path | None = None
    """The file that takes a line of JSON for each act; None for standard error."""
    is_quiet: bool = False
    """Whether standard error takes none."""

    @property
    def is_local(self) -> bool:
        """Whether it listens to this machine alone."""
        return is_loopback(self.host)

    @property
    def needs_tokens(self) -> bool:
        """Whether others than those at this machine reach it."""
        return bool(not self.is_local or self.names or self.proxies)


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, for itself alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
