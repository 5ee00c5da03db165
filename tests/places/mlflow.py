"""An MLflow server: its registry, and the route by which it hands out files. The answers have the
fields of `mlflow server` 3.17.2, recorded from one that ran beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub import Answer, HubFile, TestServer, as_json, ranged

_API, _FILES = "/api/2.0/mlflow/", "/api/2.0/mlflow-artifacts/artifacts"
RUN = "48753ea8796744e99df66a2a744dd1cf"


@dataclass
class Version:
    """One version of a registered model, and the files behind it."""

    name: str
    number: int = 1
    source: str = ""
    """Empty: a logged model of its own."""
    files: Mapping[str, bytes | HubFile] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    description: str = ""
    storage: str = "mlflow-artifacts:/0"

    @property
    def logged(self) -> str:
        return f"m-{abs(hash((self.name, self.number))):032x}"[-34:]

    @property
    def folder(self) -> str:
        """Where its files lie below the server's own storage."""
        if self.source.startswith("runs:/"):
            return f"0/{RUN}/artifacts/{self.source.rpartition('/')[2]}"
        return f"0/models/{self.logged}/artifacts"

    def told(self) -> dict[str, Any]:
        held: dict[str, Any] = {
            "name": self.name,
            "version": str(self.number),
            "creation_timestamp": 1795944393167,
            "last_updated_timestamp": 1795944393167,
            "current_stage": "None",
            "description": self.description,
            "source": self.source or f"models:/{self.logged}",
            "run_id": RUN,
            "status": "READY",
            "run_link": "",
            "aliases": list(self.aliases),
        }
        if self.tags:
            held["tags"] = [{"key": key, "value": value} for key, value in self.tags.items()]
        return held


def absent(what: str, status: int = 404) -> Answer:
    code = "RESOURCE_DOES_NOT_EXIST" if status == 404 else "INVALID_PARAMETER_VALUE"
    return as_json({"error_code": code, "message": f"{what} not found"}, status)


class _Routes:
    def __init__(self, versions: Iterable[Version], key: str) -> None:
        self.versions = list(versions)
        self.key = key
        self.cdn_url = ""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if self.key and headers.get("authorization") != self.key:
            return as_json({"error_code": "UNAUTHENTICATED", "message": "no login"}, 401)
        if parts.path == _FILES:
            return self._list(asked.get("path", ""))
        if parts.path.startswith(f"{_FILES}/"):
            return self._file(unquote(parts.path.removeprefix(f"{_FILES}/")), headers)
        route = parts.path.removeprefix(_API)
        if route.startswith("logged-models/"):
            return self._logged(route.partition("/")[2])
        return {
            "registered-models/get": self._model,
            "registered-models/alias": self._alias,
            "model-versions/get": self._version,
            "model-versions/get-download-uri": self._address,
            "runs/get": self._run,
        }.get(route, lambda _: Answer(404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>"))(
            asked
        )

    def _found(self, asked: Mapping[str, str]) -> Version | None:
        wanted = asked.get("name"), asked.get("version")
        return next((v for v in self.versions if (v.name, str(v.number)) == wanted), None)

    def _version(self, asked: Mapping[str, str]) -> Answer:
        found = self._found(asked)
        return as_json({"model_version": found.told()}) if found else absent("Model Version")

    def _alias(self, asked: Mapping[str, str]) -> Answer:
        for one in self.versions:
            if one.name == asked.get("name") and asked.get("alias") in one.aliases:
                return as_json({"model_version": one.told()})
        return absent(f"Registered model alias {asked.get('alias')}", 400)

    def _model(self, asked: Mapping[str, str]) -> Answer:
        found = [one for one in self.versions if one.name == asked.get("name")]
        if not found:
            return absent("Registered Model")
        latest = [max(found, key=lambda one: one.number).told()]
        return as_json({"registered_model": {"name": found[0].name, "latest_versions": latest}})

    def _address(self, asked: Mapping[str, str]) -> Answer:
        found = self._found(asked)
        told = found.source or f"{found.storage}/models/x/artifacts" if found else ""
        return as_json({"artifact_uri": told}) if found else absent("Model Version")

    def _logged(self, logged: str) -> Answer:
        found = next((one for one in self.versions if one.logged == logged), None)
        if found is None:
            return absent("Logged model")
        address = f"{found.storage}/models/{logged}/artifacts"
        info = {"model_id": logged, "artifact_uri": address, "status": "LOGGED_MODEL_READY"}
        return as_json({"model": {"info": info, "data": {}}})

    def _run(self, asked: Mapping[str, str]) -> Answer:
        address = f"mlflow-artifacts:/0/{asked.get('run_id')}/artifacts"
        return as_json({"run": {"info": {"run_id": RUN, "artifact_uri": address}, "data": {}}})

    def _list(self, folder: str) -> Answer:
        rows: dict[str, dict[str, Any]] = {}
        for version in self.versions:
            for path, held in version.files.items():
                whole = f"{version.folder}/{path}"
                if not whole.startswith(f"{folder}/"):
                    continue
                name, slash, _ = whole.removeprefix(f"{folder}/").partition("/")
                size = held.length if isinstance(held, HubFile) else len(held)
                row = {"path": name, "is_dir": bool(slash)}
                rows[name] = row if slash else {**row, "file_size": size}
        return as_json({"files": list(rows.values())})

    def _file(self, whole: str, headers: Mapping[str, str]) -> Answer:
        for version in self.versions:
            for path, held in version.files.items():
                if whole == f"{version.folder}/{path}":
                    file = held if isinstance(held, HubFile) else HubFile(held)
                    return ranged(file, headers.get("range", ""))
        return absent("No such artifact")

    def post(self, target: str, content: bytes) -> Answer:
        return as_json({"error_code": "BAD_REQUEST"}, 405)

    def deliver(self, target: str, headers: Mapping[str, str]) -> Answer:
        return Answer(404)


class Mlflow(TestServer):
    """A server with these versions; with a `key`, only for who shows this header."""

    def __init__(self, versions: Iterable[Version] = (), *, key: str = "", **how: Any) -> None:
        super().__init__(_Routes(versions, key), **how)
