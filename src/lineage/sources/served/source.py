"""A running server as a source: its list of models, and what it tells of the weights of each."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import unread
from lineage.sources.served.kinds import LISTED, routes_for, tells_root
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.exchange import Response
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal

_CAP = 8 << 20
_MOST = 10_000
_MOST_NAMED = 5
_NOT_THERE = frozenset({400, 401, 403, 404, 405, 501})
_ALIAS_ONLY = "the server does not tell which weights it answers with: a name is what it was given"


class ServedSource:
    """Asks the servers that the user named, and no others; the key goes to the first of them."""

    name = "server"

    def __init__(self, servers: Sequence[str], manner: Manner, key: str = "") -> None:
        self._sites = {
            base: Site(parse_endpoint(base, _server(base)), manner, key if number == 0 else "")
            for number, base in enumerate(dict.fromkeys(map(_base, servers)))
        }
        self._lock = threading.Lock()
        self._listed: dict[str, list[Mapping[str, Any]]] = {}
        self._texts: dict[str, dict[str, bytes]] = {}

    def close(self) -> None:
        """End every wait and call."""
        for site in self._sites.values():
            site.close()

    def expanded(self, server: Elsewhere) -> tuple[str, ...]:
        """The ids of all models that a server lists; none where it cannot be asked, which its
        record tells."""
        try:
            rows = self._rows(self._site(server))
        except UnansweredError:
            return ()
        return tuple(Elsewhere(Place.SERVER, str(row["id"]), server.host).id for row in rows)

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of one served model. What is wrong with it is in its status."""
        named = parse_elsewhere(ref.id)
        if named is None or named.place is not Place.SERVER:
            return unread(ref, self.name, Status.INVALID, "it is not an address of a served model")
        try:
            site = self._site(named)
            row = _chosen(self._rows(site), named)
            return self._record(ref, named, site, row)
        except UnansweredError as problem:
            return unread(ref, self.name, problem.status, problem.reason, problem.cause)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of what it answered about a model."""
        with self._lock:
            text = self._texts.get(record.id, {}).get(path)
        if text is None:
            raise ReadError(f"{record.id} has no file {path[:200]}.")
        return text[start:end]

    def _record(
        self, ref: ModelRef, named: Elsewhere, site: Site, row: Mapping[str, Any]
    ) -> ModelRecord:
        id_ = Elsewhere(Place.SERVER, str(row["id"]), named.host).id
        files, gaps = _further(site, row)
        texts = {LISTED: row, **files}
        if not files and not tells_root(row):
            gaps.append(_ALIAS_ONLY)
        content = {path: json.dumps(value).encode() for path, value in texts.items()}
        with self._lock:
            self._texts[id_] = content
        return ModelRecord(
            id=id_,
            requested=ref.id,
            status=Status.RESOLVED,
            source=self.name,
            files=tuple(FileEntry(path, len(text)) for path, text in content.items()),
            gaps=tuple(gaps),
        )

    def _site(self, named: Elsewhere) -> Site:
        site = self._sites.get(_base(named.host))
        if site is None:
            raise UnansweredError(
                "it is not asked: only the servers that you name yourself are", Status.NOT_READ
            )
        return site

    def _rows(self, site: Site) -> list[Mapping[str, Any]]:
        key = site.endpoint.url
        with self._lock:
            known = self._listed.get(key)
        if known is not None:
            return known
        answer = _json(site, "/v1/models")
        rows = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise UnansweredError(f"{site.who} lists no models", Status.INVALID)
        found = [row for row in rows[:_MOST] if _names(row)]
        if len(found) < len(rows):
            raise UnansweredError(f"{site.who} lists models without a name", Status.INVALID)
        with self._lock:
            self._listed[key] = found
        return found


def _server(base: str) -> Server:
    return Server(f"the server at {base}", "the address", "http://127.0.0.1:8000")


def _base(text: str) -> str:
    """A server's address as it is compared: hosts have no letter case."""
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _names(row: Any) -> bool:
    """Whether a row names a model by an id that can be in a report."""
    name = row.get("id") if isinstance(row, dict) else None
    return isinstance(name, str) and parse_elsewhere(f"http://a/v1#{name}") is not None


def _chosen(rows: list[Mapping[str, Any]], named: Elsewhere) -> Mapping[str, Any]:
    found = [row for row in rows if not named.name or row["id"] == named.name]
    if len(found) == 1 or (found and named.name):
        return found[0]
    if not found:
        what = f"no model called {named.name}" if named.name else "no model"
        raise UnansweredError(f"the server at {named.host} has {what}", Status.NOT_FOUND)
    listed = ", ".join(str(row["id"]) for row in found[:_MOST_NAMED])
    more = ", …" if len(found) > _MOST_NAMED else ""
    raise UnansweredError(
        f"the server has {len(found)} models ({listed}{more}); name one behind a #", Status.INVALID
    )


def _further(site: Site, row: Mapping[str, Any]) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """What the first fitting route tells of the model, and which routes could not be asked."""
    gaps: list[str] = []
    for route in routes_for(row):
        try:
            answer = _json(site, route.path)
        except _AbsentError:
            continue
        except UnansweredError as problem:
            gaps.append(f"{route.path} could not be asked ({problem})")
            continue
        if (about := route.about(answer, str(row["id"]))) is not None:
            return {route.file: about}, gaps
    return {}, gaps


class _AbsentError(Exception):
    """A server does not know a route."""


def _json(site: Site, path: str) -> Any:
    def check(response: Response) -> None:
        if response.status in _NOT_THERE and path != "/v1/models":
            raise _AbsentError
        if response.status != 200:
            raise refusal(response, site.who)
        if response.is_web_page:
            if path != "/v1/models":
                raise _AbsentError  # a page for people at an address of its own
            raise PayloadError(f"{site.who} answered with a web page")
        parse_json(response.body, site.who)

    return parse_json(site.ask(path, check, cap=_CAP, fresh_for=0).body, site.who)
