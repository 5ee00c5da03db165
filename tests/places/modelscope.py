"""ModelScope: descriptions, commits, cut file lists and files, with the codes of the live site."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hub import Answer, HubFile, TestServer, as_json, ranged

_API = re.compile(r"/api/v1/models/(?P<id>[^/]+/[^/]+)(?P<what>/commits|/repo/files|/repo)?\Z")
_LFS = re.compile(r".*\.(?:safetensors|gguf|bin|pt|ckpt)\Z")


@dataclass
class ModelScopeModel:
    """One model. What is left out is made up, the same on every run."""

    id: str
    files: Mapping[str, HubFile | bytes | str] = field(default_factory=dict)
    base_model: Any = None
    """`BaseModel`: a list of ids, as a rule."""
    licence: Any = "Apache License 2.0"
    told: Mapping[str, Any] = field(default_factory=dict)
    """Laid over `Data`."""
    needs_token: str = ""
    """Who has this token alone sees any of it."""
    gated: str = ""
    """Who has this token alone sees the files."""
    branches: Sequence[str] = ("master",)
    is_hashed: bool = True

    @property
    def commit(self) -> str:
        """Of every branch."""
        return hashlib.sha1(self.id.encode(), usedforsecurity=False).hexdigest()

    def file(self, path: str) -> HubFile:
        """The content of a file."""
        held = self.files[path]
        data = held.encode() if isinstance(held, str) else held
        return data if isinstance(data, HubFile) else HubFile(data)

    def sha256(self, path: str) -> str:
        """As the list tells it: of what is larger than its bytes one made up."""
        file = self.file(path)
        return file.sha256 if file.size is not None else hashlib.sha256(file.data).hexdigest()

    def data(self) -> dict[str, Any]:
        """The description."""
        owner, _, name = self.id.partition("/")
        readme = next((path for path in self.files if path.lower() == "readme.md"), None)
        return {
            "Id": 1,
            "Path": owner,
            "Name": name,
            "ChineseName": "",
            "Visibility": 1 if self.needs_token else 5,
            "License": self.licence,
            "Downloads": 10,
            "Stars": 3,
            "CreatedTime": 1726000000,
            "LastUpdatedTime": 1727000000,
            "Architectures": [],
            "ModelType": [],
            "Tags": [],
            "OfficialTags": None,
            "ReadMeContent": self.file(readme).data.decode("utf-8", "replace") if readme else "",
            "Revision": "master",
            "AigcType": "",
            "VisionFoundation": "",
            "BaseModel": self.base_model,
            "ModelInfos": {},
            **self.told,
        }

    def rows(self, root: str, recursive: bool) -> list[dict[str, Any]]:
        """The entries below a folder, folders first."""
        below = f"{root.rstrip('/')}/" if root else ""
        paths = [path for path in sorted(self.files) if path.startswith(below)]
        folders = {path[: at.start()] for path in paths for at in re.finditer("/", path)} - {
            root.rstrip("/")
        }
        listed = [one for one in (*sorted(folders), *paths) if one.startswith(below)]
        if not recursive:
            listed = [one for one in listed if "/" not in one.removeprefix(below)]
        return [self._row(one, is_folder=one in folders) for one in listed]

    def _row(self, path: str, *, is_folder: bool) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        if is_folder:
            return {"Name": name, "Path": path, "Size": 0, "Type": "tree", "Sha256": ""}
        return {
            "Name": name,
            "Path": path,
            "Size": self.file(path).length,
            "Type": "blob",
            "IsLFS": bool(_LFS.match(path)),
            "Sha256": self.sha256(path) if self.is_hashed else "",
        }


class _Routes:
    def __init__(self, models: Iterable[ModelScopeModel], cut_at: int) -> None:
        self.models = list(models)
        self.cut_at = cut_at
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        found = _API.match(unquote(parts.path))
        model = found and next(
            (m for m in self.models if m.id.lower() == found["id"].lower()), None
        )
        if not found or not model:
            return failed(10010205001, "获取模型信息失败，信息：record not found", 404)
        is_guarded = model.needs_token or (
            found["what"] in ("/repo/files", "/repo") and model.gated
        )
        if is_guarded and (model.needs_token or model.gated) != _token(headers):
            return failed(10010200001, "无权限访问", 404)
        query = dict(parse_qsl(parts.query))
        return self._of(model, found["what"] or "", query, headers)

    def _of(
        self,
        model: ModelScopeModel,
        what: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> Answer:
        if not what:
            return done(model.data())
        revision = query.get("Ref", "master") if what == "/commits" else query["Revision"]
        is_known = revision in (*model.branches, model.commit)
        if what == "/commits":
            rows = [{"Id": model.commit, "Title": "upload"}] if is_known else None
            return done({"Commit": rows, "TotalCount": len(rows or ())})
        if not is_known:
            return failed(10990101004, "获取模型目录树失败", 404)
        if what == "/repo/files":
            rows = model.rows(query.get("Root", ""), query.get("Recursive", "").lower() == "true")
            committer = {"Id": "", "ShortId": model.commit[:8]}
            return done({"Files": rows[: self.cut_at], "LatestCommitter": committer})
        path = query["FilePath"]
        if path not in model.files:
            return failed(10010205001, "文件不存在", 404)
        if _LFS.match(path):
            # With raw spaces, as the live one writes them.
            place = f"{self.cdn_url}/prod/lfs-objects/{model.id}/{path}?auth_key=1-s"
            return Answer(302, {"Location": place})
        return _in_place(model.file(path), headers.get("range", ""))

    def post(self, target: str, content: bytes) -> Answer:
        return failed(404, "page not found", 404)

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        steps = unquote(urlsplit(target).path).removeprefix("/prod/lfs-objects/").split("/", 2)
        model = next(one for one in self.models if one.id == "/".join(steps[:2]))
        return ranged(model.file(steps[2]), headers.get("range", ""))


def done(data: Any) -> Answer:
    """An answer of the API that tells something."""
    return as_json({"Code": 200, "Data": data, "Message": "success", "Success": True})


def failed(code: int, message: str, status: int = 200) -> Answer:
    """One that tells nothing: the code is the site's own."""
    return as_json({"Code": code, "Message": message, "RequestId": "1", "Success": False}, status)


def _token(headers: Mapping[str, str]) -> str:
    return headers.get("cookie", "").partition("m_session_id=")[2]


def _in_place(file: HubFile, wanted: str) -> Answer:
    """A part comes with status 200; its header tells that it is one."""
    answer = ranged(file, wanted)
    answer.status = 200 if answer.status == 206 else answer.status
    return answer


class ModelScope(TestServer):
    """A site with these models; large files lie at another host, as the live one's do."""

    def __init__(
        self, models: Iterable[ModelScopeModel] = (), *, cut_at: int = 3_000, **how: Any
    ) -> None:
        super().__init__(_Routes(models, cut_at), **how)


def readme(text: str = "# A model\n", **front: Any) -> str:
    """A card with this metadata."""
    lines = "".join(f"{key}: {json.dumps(held)}\n" for key, held in front.items())
    return f"---\n{lines}---\n{text}"
