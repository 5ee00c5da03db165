"""What the Hub answers: routes, access, redirects, errors and their headers. No sockets here."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from .model import DETAIL_ONLY, EXPANDABLE, HubFile, HubModel

_JSON = "application/json; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_ID = r"(?P<id>[^/]+(?:/[^/]+)?)"
_DETAIL = re.compile(rf"/api/models/{_ID}\Z")
_REVISION = re.compile(r"/api/models/(?P<id>[^/]+(?:/[^/]+)?)/revision/(?P<rev>[^/]+)\Z")
_TREE = re.compile(r"/api/models/(?P<id>[^/]+(?:/[^/]+)?)/(?:tree|commits)/(?P<rev>[^/]+)\Z")
_RESOLVE = re.compile(r"/(?P<id>[^/]+(?:/[^/]+)?)/(?:resolve|raw)/(?P<rev>[^/]+)/(?P<path>.+)\Z")
_CACHED = re.compile(
    r"/api/resolve-cache/models/(?P<id>[^/]+(?:/[^/]+)?)/(?P<rev>[0-9a-f]{40})/(?P<path>.+)\Z"
)
_RANGE = re.compile(r"bytes=(\d+)-(\d*)\Z")


@dataclass
class Answer:
    """One HTTP answer, whole."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def as_json(body: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer."""
    return Answer(status, {"Content-Type": _JSON} | headers, _dumped(body))


def _dumped(body: Any) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # lone surrogates, which JSON can only carry escaped
        return json.dumps(body, separators=(",", ":")).encode()


def error(status: int, message: str, code: str = "", *, text: bool = False) -> Answer:
    """An error as the Hub words it: the message in the body and again in a header, a code where it
    has one."""
    # Header values are Latin-1; the Hub's own are ASCII.
    headers = {"X-Error-Message": message.encode("ascii", "replace").decode()[:500]} | (
        {"X-Error-Code": code} if code else {}
    )
    if text:
        return Answer(status, {"Content-Type": _TEXT} | headers, message.encode())
    return Answer(
        status, {"Content-Type": _JSON} | headers, json.dumps({"error": message}).encode()
    )


class Routes:
    """The Hub's content and its rules of access."""

    def __init__(self, models: list[HubModel], tokens: Mapping[str, str], page_size: int) -> None:
        self.tokens = dict(tokens)
        """Token to `full`, or `narrow`: a fine-grained one that is refused on public routes."""
        self.page_size = page_size
        self.cdn_url = ""
        self.rejected_expand: frozenset[str] = frozenset()
        """Tokens of `expand` that this Hub does not know (an older or newer one)."""
        self.link_host = ""
        """Another host to name in the list's next-page links."""
        self.registry_at = ""
        """A path below which this Hub is a company's registry, as Artifactory is one: it refuses
        queries, tells no commits of files and words its errors in its own way."""
        self.knows_only_revisions = False
        """Such a registry answers for a model only where the address names a revision."""
        self.is_list_stuck = False
        """The list's next page is always the same one."""
        self.models: dict[str, HubModel] = {}
        self._names: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        for model in models:
            self.add(model)

    def add(self, model: HubModel) -> None:
        """Publish or replace a model."""
        self.models[model.id] = model
        for name in (model.id, *model.aliases):
            self._names[name.lower()] = model.id
            self._aliases[name] = model.id

    def rename(self, old: str, new: str) -> None:
        """Move a model: the old name redirects from now on."""
        model = self.models[old]
        self.remove(old)
        model.aliases = (*model.aliases, old)
        model.id = new
        self.add(model)

    def remove(self, model_id: str) -> None:
        """Delete a model and its aliases."""
        self.models.pop(model_id)
        self._names = {name: target for name, target in self._names.items() if target != model_id}
        self._aliases = {
            name: target for name, target in self._aliases.items() if target != model_id
        }

    def linked(self, name: str) -> HubModel | None:
        """What the Hub links in its tree: exact names and old names, never a name in the wrong
        case."""
        return self.models.get(self._aliases.get(name, name))

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of `target` (path and query)."""
        return (
            self._registry(target, headers) if self.registry_at else self._answer(target, headers)
        )

    def post(self, target: str, content: bytes) -> Answer:
        """The answer to a POST, which the Hub has none for."""
        return error(405, "Method not allowed")

    def _registry(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = target.removeprefix(self.registry_at)
        is_unknown = self.knows_only_revisions and _DETAIL.match(path)
        if path == target or "expand=" in path or "blobs=" in path or is_unknown:
            return as_json({"errors": [{"status": 404, "message": "Unable to find resource"}]}, 404)
        answer = self._answer(path, headers)
        if answer.headers.get("Location", "").startswith("/"):
            answer.headers["Location"] = self.registry_at + answer.headers["Location"]
        own = ("X-Repo-Commit", "X-Error-Code", "X-Error-Message", "X-Hub-Cache")
        kept = {key: value for key, value in answer.headers.items() if key not in own}
        return Answer(answer.status, kept, answer.body)

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        token = headers.get("authorization", "").removeprefix("Bearer ") or None
        refused = self._refused(token)
        if refused is not None and not self._is_gated_file(parts.path):
            return refused
        if parts.path.rstrip("/") == "/api/models":
            return self._list(parse_qsl(parts.query), token, headers.get("host", ""))
        routes = (
            (_REVISION, self._detail),
            (_TREE, self._tree),
            (_CACHED, self._cached),
            (_DETAIL, self._detail),
            (_RESOLVE, self._resolve),
        )
        for pattern, handler in routes:
            if found := pattern.match(parts.path):
                if pattern is _RESOLVE and parts.path.startswith("/api/"):
                    continue
                return handler(
                    {key: unquote(value) for key, value in found.groupdict().items()},
                    target,
                    token,
                    headers,
                )
        return error(404, "Sorry, we can't find the page you are looking for.")

    def _is_gated_file(self, path: str) -> bool:
        """For a gated model's file any token that does not open it gets the anonymous answer."""
        found = None if path.startswith("/api/") else _RESOLVE.match(path)
        model = self.models.get(unquote(found["id"])) if found else None
        return model is not None and bool(model.gated)

    def _refused(self, token: str | None) -> Answer | None:
        if token is None or self.tokens.get(token) == "full":
            return None
        if token not in self.tokens:
            return error(401, "Invalid credentials in Authorization header")
        return error(403, "This token does not have the permissions needed for this route.")

    def _find(
        self, name: str, token: str | None, target: str, *, text: bool = False
    ) -> HubModel | Answer:
        model = self.models.get(name)
        if model is None:
            renamed = self._names.get(name.lower())
            if renamed is not None and self._may_see(self.models[renamed], token):
                place = target.replace(f"/{quote(name)}", f"/{quote(renamed)}", 1)
                words = f"Temporary Redirect. Redirecting to {place}"
                return Answer(307, {"Location": place, "Content-Type": _TEXT}, words.encode())
        if model is None or not self._may_see(model, token):
            if token is None:
                return error(401, "Invalid username or password.", text=text)
            return error(404, "Repository not found", "RepoNotFound", text=text)
        return model

    def _may_see(self, model: HubModel, token: str | None) -> bool:
        return not model.private or token in model.readers

    def _detail(
        self, at: Mapping[str, str], target: str, token: str | None, _: Mapping[str, str]
    ) -> Answer:
        query = parse_qsl(urlsplit(target).query)
        expand = [value for key, value in query if key in ("expand", "expand[]")]
        if unknown := self._unknown_expand(expand):
            return unknown
        model = self._find(at["id"], token, target)
        if isinstance(model, Answer):
            return model
        commit = model.commit(at.get("rev", "main"))
        if commit is None:
            return error(404, f"Invalid rev id: {at['rev']}", "RevisionNotFound")
        return as_json(
            model.payload(
                self.linked, expand=expand, blobs=("blobs", "true") in query, commit=commit
            )
        )

    def _unknown_expand(self, expand: list[str], unlisted: Sequence[str] = ()) -> Answer | None:
        barred = {*self.rejected_expand, *unlisted}
        valid = [token for token in EXPANDABLE if token not in barred]
        for index, token in enumerate(expand):
            if token not in valid:
                options = "|".join(f'"{option}"' for option in valid)
                return error(
                    400, f"✖ Invalid option: expected one of {options}\n  → at expand[{index}]"
                )
        return None

    def _tree(
        self, at: Mapping[str, str], target: str, token: str | None, _: Mapping[str, str]
    ) -> Answer:
        model = self._find(at["id"], token, target)
        if isinstance(model, Answer):
            return model
        if (barred := self._barred(model, token, text=False)) is not None:
            return barred
        if model.commit(at["rev"]) is None:
            return error(404, f"Invalid rev id: {at['rev']}", "RevisionNotFound")
        rows = []
        for path in sorted(model.files):
            file = model.file(path)
            assert file is not None
            lfs = (
                {"lfs": {"oid": file.sha256, "size": file.length, "pointerSize": 134}}
                if file.lfs
                else {}
            )
            rows.append(
                {"type": "file", "oid": file.blob_id, "size": file.length, "path": path} | lfs
            )
        return as_json(rows)

    def _barred(self, model: HubModel, token: str | None, *, text: bool = True) -> Answer | None:
        if model.disabled and token is None:
            return error(401, "Invalid username or password.", text=text)
        if model.disabled:
            return error(403, "Access to this resource is disabled.", text=text)
        if model.gated and token not in model.readers:
            words = f"Access to model {model.id} is restricted. You must have access to it and be authenticated to access it. Please log in."
            is_account = self.tokens.get(token or "") is not None
            barred = error(403 if is_account else 401, words, "GatedRepo", text=text)
            barred.headers["WWW-Authenticate"] = (
                'Bearer realm="Authentication required", charset="UTF-8"'
            )
            return barred
        return None

    def _file(
        self, at: Mapping[str, str], target: str, token: str | None
    ) -> tuple[HubModel, HubFile, str] | Answer:
        model = self._find(at["id"], token, target, text=True)
        if isinstance(model, Answer):
            return model
        if (barred := self._barred(model, token)) is not None:
            return barred
        commit = model.commit(at["rev"])
        if commit is None:
            return error(404, f"Invalid rev id: {at['rev']}", "RevisionNotFound", text=True)
        file = model.file(at["path"])
        if file is None:
            missing = error(404, "Entry not found", "EntryNotFound", text=True)
            missing.headers |= {"X-Repo-Commit": commit, "X-Hub-Cache": "MISS"}
            return missing
        return model, file, commit

    def _resolve(
        self, at: Mapping[str, str], target: str, token: str | None, _: Mapping[str, str]
    ) -> Answer:
        found = self._file(at, target, token)
        if isinstance(found, Answer):
            return found
        model, file, commit = found
        path = quote(at["path"])
        headers = {
            "X-Repo-Commit": commit,
            "X-Linked-Size": str(file.length),
            "Accept-Ranges": "bytes",
        }
        if file.lfs:
            headers |= {
                "X-Linked-Etag": f'"{file.sha256}"',
                "Location": f"{self.cdn_url}/xet-bridge-us/{model.id}/{path}?Expires=1&Signature=s",
            }
            return Answer(302, headers)
        etag = quote(f'"{file.blob_id}"')
        place = f"/api/resolve-cache/models/{model.id}/{commit}/{path}?{quote(urlsplit(target).path, safe='')}=&etag={etag}"
        return Answer(307, headers | {"X-Linked-Etag": f'"{file.blob_id}"', "Location": place})

    def _cached(
        self, at: Mapping[str, str], target: str, token: str | None, headers: Mapping[str, str]
    ) -> Answer:
        found = self._file(at, target, token)
        if isinstance(found, Answer):
            return found
        _, file, commit = found
        answer = ranged(file, headers.get("range", ""))
        answer.headers |= {
            "Content-Type": _TEXT,
            "ETag": f'"{file.blob_id}"',
            "X-Repo-Commit": commit,
        }
        return answer

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The CDN's answer: bytes to whoever holds the signed address."""
        path = unquote(urlsplit(target).path).removeprefix("/xet-bridge-us/")
        model = next(
            (model for model in list(self.models.values()) if path.startswith(model.id + "/")), None
        )
        file = model.file(path.removeprefix(model.id + "/")) if model else None
        if file is None or "Signature=s" not in target:
            return Answer(
                403,
                {"Content-Type": "application/xml"},
                b"<Error><Code>AccessDenied</Code></Error>",
            )
        return ranged(file, headers.get("range", ""))

    def _list(self, query: list[tuple[str, str]], token: str | None, host: str) -> Answer:
        # The next page's link spells `expand` without brackets, however it was asked.
        query = [("expand" if key == "expand[]" else key, value) for key, value in query]
        asked = dict(query)
        expand = [value for key, value in query if key == "expand"]
        if unknown := self._unknown_expand(expand, DETAIL_ONLY):
            return unknown
        rows = [
            model
            for model in list(self.models.values())
            if self._may_see(model, token) and self._is_listed(model, query)
        ]
        if asked.get("sort") == "lastModified":
            return self._latest(rows, asked, expand, host)
        rows.sort(key=lambda model: (model.created_at, model.repo_key))
        try:
            after = (
                json.loads(base64.urlsafe_b64decode(asked["cursor"]))
                if "cursor" in asked and not self.is_list_stuck
                else None
            )
        except ValueError:
            return error(400, "Invalid cursor")
        if after is not None:
            rows = [model for model in rows if [model.created_at, model.repo_key] > after]
        size = min(int(asked.get("limit", "1000")), self.page_size)
        page, rest = rows[:size], rows[size:]
        answer = as_json([model.row(self.linked, expand) for model in page])
        if rest:
            cursor = base64.urlsafe_b64encode(
                json.dumps([page[-1].created_at, page[-1].repo_key]).encode()
            ).decode()
            again = urlencode(
                [(key, value) for key, value in query if key != "cursor"] + [("cursor", cursor)]
            )
            answer.headers["Link"] = (
                f'<http://{self.link_host or host}/api/models?{again}>; rel="next"'
            )
        return answer

    def _latest(
        self, rows: list[HubModel], asked: dict[str, str], expand: list[str], host: str
    ) -> Answer:
        """The list by last change, newest first where the direction says so; its cursor counts
        rows."""
        rows.sort(
            key=lambda model: (model.last_modified, model.repo_key),
            reverse=asked.get("direction") == "-1",
        )
        first = int(asked.get("cursor", "0"))
        after = first + min(int(asked.get("limit", "1000")), self.page_size)
        answer = as_json([model.row(self.linked, expand) for model in rows[first:after]])
        if after < len(rows):
            again = urlencode({**asked, "cursor": str(after)})
            answer.headers["Link"] = f'<http://{host}/api/models?{again}>; rel="next"'
        return answer

    def _is_listed(self, model: HubModel, query: list[tuple[str, str]]) -> bool:
        tags = model.all_tags(self.linked)
        for key, value in query:
            if key == "author" and (model.author or "").lower() != value.lower():
                return False
            if key == "filter" and value not in tags:
                return False
            if key == "search" and value.lower() not in model.id.lower():
                return False
        return True


def ranged(file: HubFile, asked: str) -> Answer:
    """The file, or the part of it that a Range header asks for."""
    found = _RANGE.match(asked)
    if not found:
        return Answer(200, {"Accept-Ranges": "bytes"}, file.read(0, min(file.length, 2**26)))
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else file.length
    if start >= file.length:
        return Answer(416, {"Content-Range": f"bytes */{file.length}"})
    end = min(end, file.length)
    return Answer(
        206,
        {"Content-Range": f"bytes {start}-{end - 1}/{file.length}", "Accept-Ranges": "bytes"},
        file.read(start, end),
    )
