"""ModelScope as a source: description, commit and file list of a model, and its files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from lineage.core.elsewhere import parse_elsewhere
from lineage.core.errors import ReadError, WithheldError
from lineage.core.modelscope import CHINA, INTERNATIONAL, ModelScopeName, parse_modelscope
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import COMMIT, ModelRef
from lineage.sources.interface import unread
from lineage.sources.modelscope.answers import NoAccessError, data_of, file_refusal
from lineage.sources.modelscope.listing import Listing, list_files
from lineage.sources.modelscope.payload import SOURCE, digests_of, record_of
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.digests import check_digest
from lineage.sources.web.exchange import Response
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Answer, Manner, Site, UnansweredError

_COOKIE = "m_session_id"
SERVERS = {
    CHINA: Server(
        "ModelScope",
        "MODELSCOPE_ENDPOINT",
        "https://modelscope.cn",
        "MODELSCOPE_API_TOKEN",
        ("modelscope.cn", "www.modelscope.cn"),
        _COOKIE,
    ),
    INTERNATIONAL: Server(
        "ModelScope's international site",
        "LINEAGE_MODELSCOPE_AI",
        "https://www.modelscope.ai",
        "",
        ("modelscope.ai", "www.modelscope.ai"),
        _COOKIE,
    ),
}
BRANCH = "master"
_CAP = 8 << 20
_WHOLE = 2 << 20
"""Bytes of a file that is read whole and compared with its hash."""
_LARGEST = 64 << 20
_FRESH = 600.0


class ModelScopeSource:
    """Asks the two sites. `token` goes to the first one's address and nowhere else: the other has
    accounts of its own."""

    name = SOURCE

    def __init__(self, china: str, international: str, manner: Manner, token: str = "") -> None:
        self._sites = {
            site: Site(
                parse_endpoint(address or server.example, server),
                manner,
                token if site == CHINA else "",
            )
            for address, (site, server) in zip((china, international), SERVERS.items(), strict=True)
        }

    def close(self) -> None:
        """End every wait and call."""
        for site in self._sites.values():
            site.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `modelscope:…`, in three calls. What is wrong with it is in its status."""
        name = _named(ref.id)
        if name is None:
            return unread(ref, SOURCE, Status.INVALID, "the name has no form of ModelScope's")
        if ref.revision:
            name = replace(name, revision=ref.revision)
        try:
            return self._record(ref, name)
        except UnansweredError as problem:
            return unread(ref, SOURCE, problem.status, problem.reason, problem.cause)
        except PayloadError as problem:
            return unread(ref, SOURCE, Status.INVALID, str(problem))

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file: a small one whole and compared with its hash. Raises ReadError."""
        name, entry = _named(record.id), record.file(path)
        if name is None or entry is None:
            raise ReadError(f"{record.id} has no file {path[:200]}.")
        try:
            return self._read(name, record, entry, start, end)
        except UnansweredError as problem:
            raise ReadError(f"{path[:200]} of {record.id} could not be read: {problem}.") from None
        except WithheldError as problem:
            words = f"{path[:200]} of {record.id} could not be read: {problem.message}."
            raise WithheldError(words) from None

    def _record(self, ref: ModelRef, name: ModelScopeName) -> ModelRecord:
        site = self._sites[name.site]
        answer, data = self._ask(site, _api(name))
        record = record_of(name, ref.id, data, site.who, answer.at)
        commit = self._commit(site, name)
        record = replace(record, revision=commit)
        try:
            listing = self._listing(site, name, commit, digests_of(data))
        except NoAccessError:
            reason = "the description is public; the files need access that ModelScope grants"
            return replace(record, status=Status.GATED, reason=reason, gated="manual")
        except (UnansweredError, PayloadError) as problem:
            if isinstance(problem, UnansweredError) and problem.status is Status.NOT_FOUND:
                raise
            return replace(
                record, gaps=(*record.gaps, f"its file list could not be read: {problem}")
            )
        return replace(record, files=listing.files, gaps=(*record.gaps, *listing.gaps))

    def _commit(self, site: Site, name: ModelScopeName) -> str | None:
        """The commit that a branch or tag stands for; None where the site does not tell."""
        if COMMIT.match(name.revision):
            return name.revision
        asked = urlencode({"Ref": name.revision or BRANCH, "PageSize": 1})
        try:
            _, data = self._ask(site, f"{_api(name)}/commits?{asked}")
        except (UnansweredError, PayloadError):
            if name.revision:
                raise
            return None
        rows = data.get("Commit") if isinstance(data, dict) else None
        if rows is None and name.revision:
            words = f"{site.who} has no revision {name.revision} of {name.repo}"
            raise UnansweredError(words, Status.NOT_FOUND)
        first = rows[0] if isinstance(rows, list) and rows else None
        found = str(first.get("Id", "")) if isinstance(first, dict) else ""
        if not COMMIT.match(found) and name.revision:
            raise UnansweredError(f"{site.who} tells no commit of revision {name.revision}")
        return found if COMMIT.match(found) else None

    def _listing(
        self, site: Site, name: ModelScopeName, commit: str | None, digests: dict[str, str]
    ) -> Listing:
        def ask(folder: str, recursive: bool) -> list[Any]:
            wanted = {"Revision": commit or name.revision or BRANCH, "Recursive": str(recursive)}
            query = urlencode({**wanted, **({"Root": folder} if folder else {})})
            _, data = self._ask(site, f"{_api(name)}/repo/files?{query}")
            rows = data.get("Files") if isinstance(data, dict) else None
            if not isinstance(rows, list):
                raise PayloadError(f"{site.who}'s answer lists no files")
            return rows

        return list_files(ask, digests)

    def _ask(self, site: Site, path: str) -> tuple[Answer, Any]:
        def check(response: Response) -> None:
            data_of(response, site.who, _repo_in(path))

        answer = site.ask(path, check, cap=_CAP, fresh_for=_FRESH)
        return answer, parse_json(answer.body, site.who).get("Data")

    def _read(
        self,
        name: ModelScopeName,
        record: ModelRecord,
        entry: FileEntry,
        start: int,
        end: int | None,
    ) -> bytes:
        site = self._sites[name.site]
        wanted = {"Revision": record.revision or BRANCH, "FilePath": entry.path}
        path = f"{_api(name)}/repo?{urlencode(wanted)}"
        kept = None if record.revision else _FRESH
        if entry.size is not None and entry.size <= _WHOLE:
            return self._whole(site, path, record, entry, kept)[start:end]
        stop = min(one for one in (end, entry.size, start + _LARGEST) if one is not None)
        if stop <= start:
            return b""
        refused = partial(file_refusal, who=site.who)
        data = site.part(path, start, stop, refused, fresh_for=kept)
        if entry.size is not None and len(data) != stop - start:
            raise UnansweredError(
                f"{len(data):,} bytes came where the file list promises {stop - start:,}"
            )
        return data

    def _whole(
        self, site: Site, path: str, record: ModelRecord, entry: FileEntry, kept: float | None
    ) -> bytes:
        size = entry.size or 0

        def check(response: Response) -> None:
            if response.status != 200:
                raise file_refusal(response, site.who)
            if entry.sha256 is not None:
                check_digest(response.body, entry, record.id)
            elif len(response.body) != size:
                came = f"{len(response.body):,} bytes came"
                raise UnansweredError(f"{came} where the file list promises {size:,}")

        answer = site.ask(path, check, cap=size + 1, accept="*/*", fresh_for=kept, off_host=True)
        return answer.body


def _named(id: str) -> ModelScopeName | None:
    named = parse_elsewhere(id)
    return parse_modelscope(named.name) if named is not None else None


def _api(name: ModelScopeName) -> str:
    return f"/api/v1/models/{quote(name.repo)}"


def _repo_in(path: str) -> str:
    return "/".join(path.split("?", maxsplit=1)[0].split("/")[4:6])
