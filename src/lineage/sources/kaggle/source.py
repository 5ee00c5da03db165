"""Kaggle as a source: two answers about a variation, its list of files, and small files by
path."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lineage.core.elsewhere import Place, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.kaggle import KaggleName, framework_slug, parse_kaggle
from lineage.core.record import FileEntry, ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.sources.interface import unread
from lineage.sources.modelscope.licences import licence_word
from lineage.sources.web.address import Server, parse_endpoint
from lineage.sources.web.exchange import Response
from lineage.sources.web.listed import descriptions, is_path, odd_entries
from lineage.sources.web.login import Login
from lineage.sources.web.payload import PayloadError, parse_json
from lineage.sources.web.site import Manner, Site, UnansweredError, refusal
from lineage.sources.web.whole import read_part

PUBLIC = "https://www.kaggle.com"
SERVER = Server("Kaggle", "KAGGLE_API_ENDPOINT", PUBLIC, "KAGGLE_KEY", ("www.kaggle.com",))
INSTANCE, MODEL = "kaggle-instance.json", "kaggle-model.json"
"""Under these names a record shows the two answers."""
_CAP = 8 << 20
_FRESH = 600.0
_MOST_PAGES = 20
_PAGE = 200
_MOST_NAMED = 5


class KaggleSource:
    """Asks one Kaggle; the key goes to it and nowhere else."""

    name = "kaggle"

    def __init__(self, address: str, manner: Manner, key: str | Login = "") -> None:
        self._site = Site(parse_endpoint(address or PUBLIC, SERVER), manner, key)
        self._lock = threading.Lock()
        self._texts: dict[str, dict[str, bytes]] = {}
        self._paths: dict[str, str] = {}

    def close(self) -> None:
        """End every wait and call."""
        self._site.close()

    def fetch(self, ref: ModelRef) -> ModelRecord:
        """The record of `kaggle:…`. What is wrong with it is in its status."""
        named = parse_elsewhere(ref.id)
        name = parse_kaggle(named.name) if named and named.place is Place.KAGGLE else None
        if name is None:
            return unread(ref, self.name, Status.INVALID, "the name has no form of Kaggle's")
        try:
            return self._record(ref, name)
        except UnansweredError as problem:
            return unread(ref, self.name, problem.status, problem.reason, problem.cause)

    def read(self, record: ModelRecord, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes of one file of a fetched record. Raises ReadError with the reason."""
        with self._lock:
            text = self._texts.get(record.id, {}).get(path)
            folder = self._paths.get(record.id)
        if text is not None:
            return text[start:end]
        entry = record.file(path)
        if entry is None or folder is None:
            raise ReadError(f"{record.id} has no file {path[:200]}.")
        # Without its number a version's path does not tell what it holds.
        kept = None if record.revision else _FRESH
        place = f"{folder}/download/{quote(path)}"
        return read_part(self._site, place, record, entry, start, end, kept)

    def _record(self, ref: ModelRef, name: KaggleName) -> ModelRecord:
        gaps: list[str] = []
        model: Mapping[str, Any] = {}
        base = f"/api/v1/models/{name.owner}/{name.model}"
        try:
            model = self._object(f"{base}/get", name.model)
        except UnansweredError as problem:
            if not name.variation:
                raise
            gaps.append(f"the model's description could not be fetched ({problem})")
        name = name if name.variation else _only_one(name, model)
        place = f"{base}/{name.framework}/{name.variation}"
        instance = self._object(f"{place}/get", name.variation)
        newest = _number(instance.get("versionNumber")) or 0
        if name.version and 0 < newest < int(name.version):
            why = f"Kaggle has no version {name.version} of it; the newest is {newest}"
            raise UnansweredError(why, Status.NOT_FOUND)
        number = name.version or (str(newest) if newest else "")
        folder = f"{place}/{number}" if number else place
        files, missing = self._files(folder)
        gaps += missing
        fields = {INSTANCE: instance, MODEL: _without_instances(model)}
        texts = {path: json.dumps(answer).encode() for path, answer in fields.items() if answer}
        own = (instance.get("overview"), instance.get("usage"))
        texts |= descriptions(files, model.get("description"), *own)
        with self._lock:
            self._texts[name.id] = texts
            self._paths[name.id] = folder
        licence = instance.get("licenseName")
        shown = tuple(FileEntry(path, len(text)) for path, text in texts.items())
        return ModelRecord(
            id=name.id,
            requested=ref.id,
            status=Status.RESOLVED,
            source=self.name,
            revision=number or None,
            tags=(f"license:{licence_word(licence)}",)
            if licence and isinstance(licence, str)
            else (),
            files=(*shown, *(one for one in files if one.path not in texts)),
            library=name.framework,
            gaps=tuple(gaps),
        )

    def _files(self, folder: str) -> tuple[list[FileEntry], list[str]]:
        """Every file of a version, page by page; and what of the list is missing."""
        found: list[FileEntry] = []
        token, odd = "", 0
        for _ in range(_MOST_PAGES):
            more = f"&page_token={quote(token, safe='')}" if token else ""
            try:
                page = self._object(f"{folder}/files?page_size={_PAGE}{more}")
            except UnansweredError as problem:
                cut = f"the list of files could not be fetched ({problem})"
                return found, [cut, *odd_entries(odd)]
            rows = page.get("files")
            if not isinstance(rows, list):
                return found, [
                    "the answer holds no file list, so no file could be looked for",
                    *odd_entries(odd),
                ]
            entries = [_entry(row) for row in rows]
            found += [entry for entry in entries if entry is not None]
            odd += entries.count(None)
            token = str(page.get("nextPageToken") or "")
            if not token:
                return found, odd_entries(odd)
        return found, [f"the file list was cut at {len(found):,} files", *odd_entries(odd)]

    def _object(self, path: str, slug: str = "") -> Mapping[str, Any]:
        """The answer; one about a model must be about the one that was asked for."""
        answer = self._site.ask(path, lambda response: self._check(response, slug), cap=_CAP)
        content = parse_json(answer.body, self._site.who)
        return content if isinstance(content, dict) else {}

    def _check(self, response: Response, slug: str) -> None:
        who = self._site.who
        if response.status == 404:
            raise UnansweredError("Kaggle has no such model, or it is private", Status.NOT_FOUND)
        if response.status != 200:
            raise refusal(response, who)
        if response.is_web_page:
            raise PayloadError(f"{who} answered with a web page")
        content = parse_json(response.body, who)
        if not isinstance(content, dict):
            raise PayloadError(f"{who}'s answer is not a model")
        if slug and str(content.get("slug", "")).casefold() != slug.casefold():
            raise PayloadError(f"{who}'s answer is of another model")


def _only_one(name: KaggleName, model: Mapping[str, Any]) -> KaggleName:
    """The variation of a model that has one alone. Raises UnansweredError where there are others
    to choose from."""
    rows = model.get("instances")
    found = [
        KaggleName(name.owner, name.model, framework_slug(framework), slug)
        for row in (rows if isinstance(rows, list) else ())[:10_000]
        if isinstance(row, dict)
        and isinstance(framework := row.get("framework"), str)
        and isinstance(slug := row.get("slug"), str)
        and parse_kaggle(f"{name.plain}/{framework_slug(framework)}/{slug}") is not None
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnansweredError("Kaggle lists no variation of it", Status.INVALID)
    shown = ", ".join(f"{one.framework}/{one.variation}" for one in found[:_MOST_NAMED])
    more = ", …" if len(found) > _MOST_NAMED else ""
    raise UnansweredError(
        f"it has {len(found)} variations ({shown}{more}); name one behind {name.plain}/",
        Status.INVALID,
    )


def _without_instances(model: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is reported of the model itself: what other variations are made from is theirs."""
    return {key: value for key, value in model.items() if key not in ("instances", "description")}


def _entry(row: Any) -> FileEntry | None:
    name = row.get("name") if isinstance(row, dict) else None
    path = name.lstrip("/") if isinstance(name, str) else None
    return FileEntry(str(path), _number(row.get("size"))) if is_path(path) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 50 else None
