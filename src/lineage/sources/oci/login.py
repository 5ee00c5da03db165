"""How a container registry is shown who asks: nobody where that will do, else a token that it sends
for, else the user's login."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import field, replace
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from lineage.core.errors import UsageError
from lineage.core.value import dataclass
from lineage.sources.oci.docker_config import Credentials, DockerConfig
from lineage.sources.web.address import (
    Endpoint,
    Server,
    is_literal_private,
    is_loopback,
    parse_endpoint,
)
from lineage.sources.web.exchange import Response
from lineage.sources.web.login import Key, Shown
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal

_REPO = re.compile(r"/v2/(.+)/(?:manifests|blobs)/[^/]+\Z")
_FIELD = re.compile(r"([A-Za-z_]{1,30})\s*=\s*(?:\"([^\"]{0,2000})\"|([^\s,\"]{1,2000}))")
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}\Z")
_CAP = 1 << 18
_DEFAULT, _LONGEST = 60, 86_400
"""Seconds that a token lasts which does not tell it, and at most."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class _Pass:
    """What opens one repository at the moment."""

    shown: Shown = field(repr=False)
    is_named: bool
    """Whether it was had with the user's login."""
    until: float = 0.0
    """When it runs out, by the monotonic clock."""


class RegistryLogin:
    """The login of one registry, repository by repository.

    The user's login is used where the registry does not answer without one. It goes to the registry
    itself, or to the service that hands out its tokens where that is on the same host or domain;
    never over plain HTTP, but to this machine. A token opens one repository for reading.
    """

    def __init__(self, host: str, endpoint: Endpoint, config: DockerConfig, manner: Manner) -> None:
        self._host = host
        self._endpoint = endpoint
        self._config = config
        self._manner = replace(manner, cache=None)
        self._lock = threading.Lock()
        self._passes: dict[str, _Pass] = {}
        self._challenges: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._sites: dict[tuple[str, str | None], Site] = {}
        self._found: Credentials | None = None
        self._is_looked_up = False

    def close(self) -> None:
        """End every wait and call."""
        for site in list(self._sites.values()):
            site.close()

    @property
    def name(self) -> str | None:
        """The login that the user keeps for this registry, used or not."""
        return self._config.name(self._host)

    def of(self, path: str) -> Shown | None:
        """What opens the repository of this path, where that is known."""
        value = self._passes.get(_repo_of(path))
        return value.shown if value is not None else None

    def learn(self, path: str, shown: Shown | None, response: Response) -> bool:
        """Get a token without a login, then with one. Raises UnansweredError."""
        if response.status not in (401, 403, 404):
            return False
        repo = _repo_of(path)
        with self._lock:
            listed = self._passes.get(repo)
            if response.status == 401 and listed is not None and listed.shown != shown:
                return True  # another call of this moment has got one
            value = response.headers.get("WWW-Authenticate", "")
            challenge = _read_challenge(value) if response.status == 401 else None
            challenge = challenge or self._challenges.get(repo)
            if not repo or challenge is None:
                return False
            self._challenges[repo] = challenge
            found = self._next(repo, listed, *challenge)
            if found is None or found == listed:
                return False
            self._passes[repo] = found
            return True

    def _next(
        self, repo: str, current: _Pass | None, scheme: str, fields: Mapping[str, str]
    ) -> _Pass | None:
        """Another pass than the one that was turned down, or that has run out."""
        is_nobodys = current is None or (not current.is_named and _is_over(current))
        found = self._token(repo, fields, None) if is_nobodys and scheme == "bearer" else None
        if found is not None:
            return found
        login = self._login()
        if login is None or (current is not None and current.is_named and not _is_over(current)):
            return None
        if scheme == "basic":
            return _Pass(Shown(login.basic, "Basic"), True, math.inf) if login.password else None
        if login.bearer:
            return _Pass(Shown(login.bearer), True, math.inf)
        return self._token(repo, fields, login)

    def _login(self) -> Credentials | None:
        origin = self._endpoint.origin
        if origin.scheme != "https" and not is_loopback(origin.host):
            return None
        if not self._is_looked_up:
            try:
                self._found = self._config.of(self._host)
            except UsageError as problem:
                raise UnansweredError(problem.message.rstrip(".")) from None
            self._is_looked_up = True
        return self._found

    def _token(
        self, repo: str, fields: Mapping[str, str], login: Credentials | None
    ) -> _Pass | None:
        """A token for reading one repository; None where the service wants another login."""
        realm = self._realm(fields.get("realm", ""))
        service = fields.get("service", "")
        asked = {"scope": f"repository:{repo}:pull", **({"service": service} if service else {})}
        if login is not None and not _is_kin(self._endpoint.origin.host, realm.hostname or ""):
            raise UnansweredError(
                f"{self._host} sends for a token to {realm.hostname}, another host, which gets no "
                "login"
            )
        if login is not None and login.refresh:
            body = self._refreshed(realm, asked, login)
        else:
            site = self._site(realm, login.basic if login is not None else "")
            query = "&".join(
                part for part in (realm.query, urlencode(asked, quote_via=quote)) if part
            )
            body = site.ask(f"{realm.path or '/'}?{query}", _is_token, cap=_CAP, fresh_for=0).body
        return _pass_in(body, login is not None)

    def _refreshed(self, realm: SplitResult, asked: Mapping[str, str], login: Credentials) -> bytes:
        form = {
            "grant_type": "refresh_token",
            "client_id": "lineage",
            "refresh_token": login.refresh,
            **asked,
        }
        answer = self._site(realm, "").ask(
            realm.path or "/",
            _is_token,
            cap=_CAP,
            fresh_for=0,
            content=urlencode(form).encode("ascii"),
            content_type=_FORM,
        )
        return answer.body

    def _site(self, realm: SplitResult, basic: str) -> Site:
        key = f"{realm.scheme}://{realm.netloc}", basic or None
        if key not in self._sites:
            server = Server(f"the token service of {self._host}", "DOCKER_CONFIG", "")
            endpoint = parse_endpoint(key[0], server)
            self._sites[key] = Site(endpoint, self._manner, Key(basic, "Basic"))
        return self._sites[key]

    def _realm(self, text: str) -> SplitResult:
        """Where the tokens of this registry are had. Raises UnansweredError for an address that is
        not asked, whoever names it."""
        try:
            realm = urlsplit(text)
            host, _ = (realm.hostname or "").lower(), realm.port
        except ValueError:
            host = ""
        if not host or realm.username is not None or not text.isprintable():
            raise UnansweredError(f"{self._host} names no address at which tokens are had")
        is_plain = realm.scheme == "http" and self._endpoint.origin.scheme == "http"
        if realm.scheme != "https" and not (is_plain and is_loopback(host)):
            raise UnansweredError(f"{self._host} sends for a token to an unencrypted address")
        if is_literal_private(host) and not _may_send(self._endpoint.origin.host, host):
            raise UnansweredError(f"{self._host} sends for a token to a private address")
        return realm


def _may_send(host: str, private: str) -> bool:
    """Whether a registry may send to this private address: one of a private network to another,
    one on this computer to itself, and nobody to where a cloud keeps its machines' secrets."""
    if host == private:
        return True
    try:
        is_near = ip_address(private).is_link_local
    except ValueError:
        is_near = False
    return is_literal_private(host) and not is_near and is_loopback(host) <= is_loopback(private)


def _repo_of(path: str) -> str:
    found = _REPO.match(path)
    return found[1] if found else ""


def _read_challenge(text: str) -> tuple[str, Mapping[str, str]] | None:
    """The scheme and fields of a challenge of the two kinds that registries make."""
    scheme, _, rest = text.strip()[:8000].partition(" ")
    if scheme.lower() not in ("bearer", "basic"):
        return None
    fields = {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _FIELD.finditer(rest)}
    return scheme.lower(), fields


def _is_kin(host: str, other: str) -> bool:
    """Whether a token service belongs to a registry: the same host, or one of the same domain."""
    other = other.lower()
    if host == other:
        return True
    labels, others = host.split("."), other.split(".")
    if labels[-1].isdigit() or others[-1].isdigit() or ":" in host + other:
        return False
    # `co.uk` and the like are nobody's domain.
    is_short = len(labels) > 1 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    least = 3 if is_short else 2
    return len(labels) >= least and labels[-least:] == others[-least:]


def _is_token(response: Response) -> None:
    if response.status in (400, 401, 403, 404) and not response.is_web_page:
        return  # it wants another login
    if response.is_web_page:
        raise UnansweredError("a web page came where a token of the registry was expected")
    if response.status != 200:
        raise refusal(response, "the registry's token service")
    if _pass_in(response.body, False) is None:
        raise PayloadError("the registry's token service sent no token")


def _pass_in(body: bytes, is_named: bool) -> _Pass | None:
    try:
        content = parse_json(body, "the registry's token service")
    except PayloadError:
        return None
    if not isinstance(content, dict):
        return None
    token, seconds = content.get("token") or content.get("access_token"), content.get("expires_in")
    if not isinstance(token, str) or not _TOKEN.match(token):
        return None
    lasts = min(seconds, _LONGEST) if type(seconds) is int else _DEFAULT
    return _Pass(Shown(token), is_named, time.monotonic() + lasts)


def _is_over(token: _Pass) -> bool:
    return time.monotonic() >= token.until
