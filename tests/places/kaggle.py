"""Kaggle's API: a model with its variations, the list of a version's files page by page, and files
that lie at another host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub import Answer, HubFile, TestServer, as_json, ranged

_PATH = re.compile(
    r"/api/v1/models/(?P<owner>[^/]+)/(?P<model>[^/]+)"
    r"(?:/(?P<framework>[^/]+)/(?P<variation>[^/]+)(?:/(?P<version>\d+))?)?"
    r"/(?P<what>get|files|download)(?:/(?P<path>.+))?\Z"
)


@dataclass
class KaggleModel:
    """One variation, with the fields that the official client's types name."""

    name: str
    """`owner/model/framework/variation`."""
    base: str = ""
    """The parent on Kaggle, written so too."""
    external: str = ""
    description: str = ""
    licence: str = "Apache 2.0"
    files: Mapping[str, bytes | HubFile] = field(default_factory=dict)
    version: int = 1
    is_private: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> list[str]:
        return self.name.split("/")

    def instance(self) -> dict[str, Any]:
        """As both answers hold it."""
        _, _, framework, slug = self.parts
        kind = "KAGGLE_VARIANT" if self.base else "BASE_MODEL"
        held = {
            "id": 4711,
            "slug": slug,
            "framework": framework,
            "fineTunable": True,
            "overview": "",
            "usage": "",
            "downloadUrl": f"https://www.kaggle.com/api/v1/models/{self.name}/1/download",
            "versionId": 1,
            "versionNumber": self.version,
            "trainingData": [],
            "url": f"https://www.kaggle.com/models/{self.name}",
            "licenseName": self.licence,
            "modelInstanceType": "MODEL_INSTANCE_TYPE_"
            + ("EXTERNAL_VARIANT" if self.external else kind),
            "externalBaseModelUrl": self.external,
            "totalUncompressedBytes": 1000,
            **self.more,
        }
        if self.base:
            owner, model, base_framework, base_slug = self.base.split("/")
            held["baseModelInstanceInformation"] = {
                "id": 12,
                "owner": {"id": 3, "name": owner.title(), "slug": owner, "userTier": "STAFF"},
                "modelSlug": model,
                "instanceSlug": base_slug,
                "framework": base_framework,
            }
        return held


class _Routes:
    def __init__(self, models: Iterable[KaggleModel], page: int) -> None:
        self.models = list(models)
        self.page = page
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        asked = _PATH.match(unquote(parts.path))
        owned = [
            m for m in self.models if asked and m.parts[:2] == [asked["owner"], asked["model"]]
        ]
        if asked is None or not owned:
            return as_json({"code": 404, "message": "Not found"}, 404)
        if any(one.is_private for one in owned) and "authorization" not in headers:
            return as_json({"code": 403, "message": "Permission 'models.get' was denied"}, 403)
        if asked["framework"] is None:
            return as_json(self._model(owned))
        wanted = [asked["framework"], asked["variation"]]
        one = next((m for m in owned if m.parts[2:] == wanted), None)
        if one is None:
            return as_json({"code": 404, "message": "Not found"}, 404)
        if asked["what"] == "get":
            return as_json(one.instance())
        if asked["what"] == "files":
            return as_json(self._files(one, parse_qs(parts.query)))
        if asked["path"] not in one.files:
            return as_json({"code": 404, "message": "Not found"}, 404)
        return Answer(302, {"Location": f"{self.cdn_url}{parts.path}"})

    def _model(self, owned: list[KaggleModel]) -> dict[str, Any]:
        owner, slug, *_ = owned[0].parts
        return {
            "id": 99,
            "ref": f"{owner}/{slug}",
            "title": slug.title(),
            "author": owner.title(),
            "slug": slug,
            "isPrivate": owned[0].is_private,
            "description": owned[0].description,
            "instances": [one.instance() for one in owned],
            "tags": [],
            "provenanceSources": "",
        }

    def _files(self, one: KaggleModel, query: Mapping[str, list[str]]) -> dict[str, Any]:
        start = int(query.get("page_token", ["0"])[0])
        rows = [
            {"name": path, "size": held.length if isinstance(held, HubFile) else len(held)}
            for path, held in one.files.items()
        ]
        more = str(start + self.page) if start + self.page < len(rows) else ""
        return {"files": rows[start : start + self.page], "nextPageToken": more}

    def post(self, target: str, content: bytes) -> Answer:
        return as_json({"code": 405, "message": "Method not allowed"}, 405)

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        asked = _PATH.match(unquote(urlsplit(target).path))
        for one in self.models:
            if asked and one.parts[2:] == [asked["framework"], asked["variation"]]:
                held = one.files[asked["path"]]
                file = held if isinstance(held, HubFile) else HubFile(held)
                return ranged(file, headers.get("range", ""))
        return Answer(404)


class Kaggle(TestServer):
    """A Kaggle with these variations; lists of files have pages of `page`."""

    def __init__(self, models: Iterable[KaggleModel] = (), *, page: int = 2, **how: Any) -> None:
        super().__init__(_Routes(models, page), **how)
