"""An MLflow server as a source: one version of a registered model, and the files that the server
itself hands out. Nothing is written, and no other storage is opened."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.mlflow import URI, MlflowName, parse_mlflow
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import unread
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.exchange import Response
from lineage.sources.web.listed import descriptions, is_path, odd_entries
from lineage.sources.web.login import Login
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal
from lineage.sources.web.whole import read_part

SERVER = Server(
    "the MLflow server", "MLFLOW_TRACKING_URI", "http://127.0.0.1:5000", "MLFLOW_TRACKING_TOKEN"
)
VERSION = "mlflow-version.json"
"""Under this name a record shows the version's answer."""
_API, _FILES = "/api/2.0/mlflow", "/api/2.0/mlflow-artifacts/artifacts"
_PROXIED = "mlflow-artifacts"
_CAP = 4 << 20
_MOST_FOLDERS, _DEEPEST, _MOST_FILES = 40, 6, 5_000
_FRESH = 600.0


class MlflowSource:
    """Asks the one server that the user named; the key goes to it and nowhere else."""

    name = "mlflow"

    def __init__(self, address: str, manner: Manner, key: str | Login = "") -> None:
        is_web = address.startswith(("http://", "https://"))
        self._site = Site(parse_endpoint(address, SERVER), manner, key) if is_web else None
        self._lock = threading.Lock()
        self._texts: dict[str, dict[str, bytes]] = {}
        self._folders: dict[str, str] = {}

    def close(self) -> None:
        """End every wait and call."""
        if self._site is not None:
            self._site.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `mlflow:…`. What is wrong with it is in its status."""
        named = parse_elsewhere(ref.id)
        name = parse_mlflow(named.name) if named and named.place is Place.MLFLOW else None
        if name is None:
            return unread(ref, self.name, Status.INVALID, "the name has no form of MLflow's")
        try:
            return self._record(ref, name)
        except UnansweredError as problem:
            return unread(ref, self.name, problem.status, problem.reason, problem.cause)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file of a fetched record. Raises ReadError with the reason."""
        with self._lock:
            text = self._texts.get(record.id, {}).get(path)
            folder = self._folders.get(record.id, "")
        if text is not None:
            return text[start:end]
        entry = record.file(path)
        if entry is None or not folder or self._site is None:
            raise ReadError(f"{record.id} has no file {path[:200]}.")
        place = f"{_FILES}/{quote(f'{folder}/{path}')}"
        return read_part(self._site, place, record, entry, start, end, _FRESH)

    def _asked(self) -> Site:
        if self._site is None:
            raise UnansweredError(
                "set MLFLOW_TRACKING_URI to the http address of its server", Status.NOT_READ
            )
        return self._site

    def _record(self, ref: ModelRef, name: MlflowName) -> ModelRecord:
        if name.is_logged:
            version: Mapping[str, Any] = {"name": name.name, "source": f"{URI}{name.name}"}
            found = name
        else:
            version = self._version(name)
            found = MlflowName(name.name, str(version.get("version", "")))
        folder, gaps = self._folder(found, str(version.get("source") or ""))
        files: list[FileEntry] = []
        if folder:
            files, missing = self._listed(folder)
            gaps += missing
        texts = {VERSION: json.dumps(version).encode()}
        texts |= descriptions(files, version.get("description"))
        with self._lock:
            self._texts[found.id] = texts
            self._folders[found.id] = folder
        shown = tuple(FileEntry(path, len(text)) for path, text in texts.items())
        return ModelRecord(
            id=found.id,
            requested=ref.id,
            status=Status.RESOLVED,
            source=self.name,
            revision=found.version or None,
            files=(*shown, *(one for one in files if one.path not in texts)),
            library="mlflow",
            gaps=tuple(gaps),
        )

    def _version(self, name: MlflowName) -> Mapping[str, Any]:
        """The answer about one version: by its number, by its alias, or the newest."""
        asked = f"name={quote(name.name, safe='')}"
        if name.alias:
            alias = quote(name.alias, safe="")
            content = self._object(f"{_API}/registered-models/alias?{asked}&alias={alias}")
        elif name.version:
            content = self._object(f"{_API}/model-versions/get?{asked}&version={name.version}")
        else:
            model = self._object(f"{_API}/registered-models/get?{asked}").get("registered_model")
            rows = model.get("latest_versions") if isinstance(model, dict) else None
            known = [row for row in (rows if isinstance(rows, list) else ()) if _number(row)]
            content = {"model_version": max(known, key=_number, default=None)}
        version = content.get("model_version")
        if not isinstance(version, dict) or not _number(version):
            raise UnansweredError("the MLflow server tells no version of it", Status.INVALID)
        if version.get("name") != name.name:
            raise UnansweredError("the MLflow server's answer is of another model", Status.INVALID)
        return version

    def _folder(self, name: MlflowName, source: str) -> tuple[str, list[str]]:
        """Where the server keeps a version's files, below its own route; empty where it does not
        hand them out, with the reason."""
        scheme, _, rest = source.partition(":/")
        try:
            if scheme == "models" and rest.startswith("m-"):
                answer = self._object(f"{_API}/logged-models/{quote(rest, safe='')}")
                address = _inner(answer, "model", "info", "artifact_uri")
            elif scheme == "runs":
                run, _, below = rest.partition("/")
                answer = self._object(f"{_API}/runs/get?run_id={quote(run, safe='')}")
                address = f"{_inner(answer, 'run', 'info', 'artifact_uri')}/{below}"
            elif scheme in (_PROXIED, "hf"):
                address = source
            else:
                asked = f"name={quote(name.name, safe='')}&version={name.version}"
                answer = self._object(f"{_API}/model-versions/get-download-uri?{asked}")
                address = str(answer.get("artifact_uri") or source)
        except UnansweredError as problem:
            return "", [f"where its files lie could not be asked ({problem})"]
        try:
            parts = urlsplit(address)
        except ValueError:
            return "", ["its files have no usable address"]
        folder = parts.path.strip("/")
        own = urlsplit(self._asked().endpoint.url).netloc
        if parts.scheme == _PROXIED and parts.netloc in ("", own) and ".." not in folder:
            return folder, []
        where = parts.scheme or "on a disk"
        return "", [f"its files lie in a storage that is not opened ({where[:20]})"]

    def _listed(self, folder: str) -> tuple[list[FileEntry], list[str]]:
        """Every file below a folder, and what of the list is missing."""
        found: list[FileEntry] = []
        waiting = deque([("", 0)])
        odd, is_deep = 0, False
        for _ in range(_MOST_FOLDERS):
            if not waiting or len(found) > _MOST_FILES:
                break
            inside, depth = waiting.popleft()
            try:
                path = quote(f"{folder}/{inside}".rstrip("/"), safe="")
                # Of an empty folder it answers nothing at all.
                rows = self._object(f"{_FILES}?path={path}").get("files", [] if inside else None)
            except UnansweredError as problem:
                return found, [f"the list of files could not be fetched ({problem})"]
            if not isinstance(rows, list):
                return found, [f"the answer about {inside or 'its folder'} holds no file list"]
            for row in rows:
                path = _path(inside, row)
                if not path:
                    odd += 1
                elif row.get("is_dir") is not True:
                    found.append(FileEntry(path, _size(row.get("file_size"))))
                elif depth < _DEEPEST:
                    waiting.append((f"{path}/", depth + 1))
                else:
                    is_deep = True
        cut = [f"folders that lie deeper than {_DEEPEST} are not listed"] if is_deep else []
        if waiting or len(found) > _MOST_FILES:
            cut.append(f"the file list was cut at {min(len(found), _MOST_FILES):,} files")
        return found[:_MOST_FILES], [*cut, *odd_entries(odd)]

    def _object(self, path: str) -> Mapping[str, Any]:
        site = self._asked()
        content = parse_json(site.ask(path, self._check, cap=_CAP, fresh_for=_FRESH).body, site.who)
        return content if isinstance(content, dict) else {}

    def _check(self, response: Response) -> None:
        who = SERVER.who
        if response.is_web_page:
            raise PayloadError(f"{who} answered with a web page")
        if response.status in (400, 404) and _code(response, who) in _ABSENT:
            raise UnansweredError(f"{who} has no such model, version or alias", Status.NOT_FOUND)
        if response.status != 200:
            raise refusal(response, who)
        if not isinstance(parse_json(response.body, who), dict):
            raise PayloadError(f"{who}'s answer is not a model")


_ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def _code(response: Response, who: str) -> str:
    content = parse_json(response.body, who)
    return str(content.get("error_code", "")) if isinstance(content, dict) else ""


def _number(row: Any) -> int:
    text = str(row.get("version", "")) if isinstance(row, dict) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _inner(content: Mapping[str, Any], *keys: str) -> str:
    value: Any = content
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _path(inside: str, row: Any) -> str:
    """Of a row of the list of the folder `inside`; empty where it has none."""
    path = f"{inside}{row.get('path')}" if isinstance(row, dict) else ""
    return path if is_path(path) else ""


def _size(value: Any) -> int | None:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    return number if type(number) is int and 0 <= number < 1 << 50 else None
