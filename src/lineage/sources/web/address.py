"""Which addresses may be asked: the configured endpoint, and where its redirects may lead."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit

from lineage.core.errors import UsageError
from lineage.core.value import dataclass

_PORTS = {"http": 80, "https": 443}
_LONGEST = 8192  # signed CDN addresses take about 2,000
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")


class ForbiddenAddressError(Exception):
    """A redirect that is not followed; the text says why and holds
    no more of the address than its host."""


@dataclass(frozen=True)
class UrlOrigin:
    """Scheme, host and port: what decides who gets the token."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{shown}" + (
            "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        )


@dataclass(frozen=True)
class Server:
    """What kind of server an address is of: its words in errors, and where its mirrors may send
    questions back to."""

    who: str
    """As a sentence calls it."""
    variable: str
    """Where the user sets the address."""
    example: str
    key_variable: str = ""
    """Where a token belongs that somebody put into the address."""
    homes: tuple[str, ...] = ()
    """Hosts of the public one."""
    cookie: str = ""
    """The cookie in which it wants the token as well; empty for most."""


HUB = Server(
    "the hub", "HF_ENDPOINT", "https://huggingface.co", "HF_TOKEN", ("huggingface.co", "hf.co")
)


@dataclass(frozen=True)
class Endpoint:
    """One server that the user configured or named."""

    url: str
    """Without a trailing slash."""
    origin: UrlOrigin
    server: Server = HUB

    @property
    def who(self) -> str:
        """What a sentence calls it."""
        return self.server.who

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine: a test server or a local mirror."""
        return is_loopback(self.origin.host)


def parse_endpoint(text: str, server: Server = HUB) -> Endpoint:
    """Read an endpoint's address. Raises UsageError where it is none, or carries a password."""
    url = text.strip().rstrip("/")
    parts = _split(url)
    origin = _origin(parts) if parts else None
    is_odd = parts is None or parts.query or parts.fragment or _UNPRINTABLE.search(url)
    if parts is None or origin is None or is_odd:
        raise UsageError(
            f"{_begun(server.who)}'s address is not an http or https address.",
            f"Set {server.variable} to one such as {server.example}.",
        )
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"{_begun(server.who)}'s address contains a user name or password.",
            f"Remove it from {server.variable}"
            + (f" and use {server.key_variable}." if server.key_variable else "."),
        )
    return Endpoint(url, origin, server)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def origin_of(url: str) -> UrlOrigin | None:
    """The origin of an http(s) address; None for anything else."""
    parts = _split(url)
    return _origin(parts) if parts else None


def next_address(endpoint: Endpoint, current: str, location: str, *, off_host: bool) -> str:
    """The absolute address that a redirect leads to.

    Raises ForbiddenAddressError where it must not be followed.

    A mirror may send questions home: to the public server, or elsewhere on its own host.
    With `off_host` (files, whose bytes lie on a CDN) another public host is allowed over
    https, or over the endpoint's own scheme where that is plain http. Private and
    loopback hosts are refused, except for the endpoint's own.
    """
    location = location.replace(" ", "%20")  # a host of files writes their names as they are
    if len(location) > _LONGEST or _UNPRINTABLE.search(location):
        raise ForbiddenAddressError("the redirect's address is malformed")
    try:
        target = urljoin(current, location)
    except ValueError:
        target = ""
    parts = _split(target)
    origin = _origin(parts) if parts else None
    if parts is None or origin is None:
        raise ForbiddenAddressError("the redirect leads to something that is not a web address")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddressError("the redirect's address carries a user name")
    if origin != endpoint.origin:
        _check_other(endpoint, origin, off_host=off_host)
    return target


def _check_other(endpoint: Endpoint, origin: UrlOrigin, *, off_host: bool) -> None:
    where = str(origin)[:120]
    if not off_host and not leads_home(endpoint, origin):
        raise ForbiddenAddressError(f"the redirect leads to another host, {where}")
    if origin.scheme != "https" and endpoint.origin.scheme != "http":
        raise ForbiddenAddressError(f"the redirect leads to an unencrypted address, {where}")
    if needs_public(endpoint, origin) and is_literal_private(origin.host):
        raise ForbiddenAddressError(f"the redirect leads to a private address, {where}")


def leads_home(endpoint: Endpoint, origin: UrlOrigin) -> bool:
    """Whether a mirror may send its questions there: the public server, or another port of its own
    host that is no less encrypted."""
    if origin.scheme == "https" and origin.host in endpoint.server.homes and origin.port == 443:
        return True
    is_weaker = endpoint.origin.scheme == "https" and origin.scheme != "https"
    return origin.host == endpoint.origin.host and not is_weaker


def needs_public(endpoint: Endpoint, origin: UrlOrigin) -> bool:
    """Whether a connection to `origin` must end at a public address
    (checked again on the connected socket)."""
    return origin.host != endpoint.origin.host and not endpoint.is_loopback


def is_literal_private(host: str) -> bool:
    """Whether the host is written as an address that is not
    public, or as a name of this machine."""
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        # `127.1`, `0x7f000001` and `2130706433` are addresses to some resolvers;
        # no public host has a numeric last label.
        last = host.rstrip(".").rpartition(".")[2]
        return last in ("localhost", "local", "internal") or bool(
            re.fullmatch(r"\d+|0x[0-9a-f]*", last)
        )


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the open internet, looking through IPv4-in-IPv6."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return is_public(inner) if inner is not None else address.is_global and not address.is_multicast


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _origin(parts: SplitResult) -> UrlOrigin | None:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    return UrlOrigin(parts.scheme, host, port or _PORTS[parts.scheme])
