"""A data site and whoever publishes there: real keys, made for one test run, the project's own tool
for releases, and a server that can do everything wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization.json import JSONSerializer

from docs.tools import ROOT
from docs.tools import load as load_tool
from hub import TestServer
from hub.routes import Answer
from lineage.core.packaged import DATA, DOCUMENTS, FACTS, MANIFEST
from lineage.evidence.document import load, packed, unpacked

TOOL = ROOT / "tools" / "release_data.py"
tool: Any = load_tool("release_data")
NOW = datetime.now(timezone.utc).replace(microsecond=0)
Edit = Callable[[dict[str, dict[str, Any]]], None]


def named(name: str) -> Edit:
    """Facts in which Alibaba's line has another name: whoever shows it goes by them."""

    def edit(documents: dict[str, dict[str, Any]]) -> None:
        developers = documents["registry.json"]["developers"]
        row = unpacked(developers["alibaba-qwen"])
        developers["alibaba-qwen"] = packed({**row, "name": name})

    return edit


def write_facts(folder: Path, day: str = "2031-01-01", edit: Edit | None = None) -> Path:
    """The package's facts, changed and of another day."""
    folder.mkdir(parents=True, exist_ok=True)
    dates = load(MANIFEST)["dates"]
    if edit is not None:
        dates = dict.fromkeys(dates, day)
    documents = {name: json.loads((DATA / name).read_bytes()) for name in DOCUMENTS}
    for document in documents.values():
        document["version"] = day
    if edit is not None:
        edit(documents)
    for name in FACTS:
        if name in documents and edit is not None:
            (folder / name).write_text(json.dumps(documents[name], sort_keys=True))
        else:
            shutil.copyfile(DATA / name, folder / name)
    (folder / MANIFEST).write_text(json.dumps({"dates": dates}))
    return folder


def _new_keys(roles: tuple[str, ...] = ("root", "root2", *tool.ROLES)) -> dict[str, Any]:
    return {role: Ed25519PrivateKey.generate() for role in roles}


@dataclass
class Maker:
    """Whoever holds the keys of a site."""

    site: Path
    keys: dict[str, Any] = field(default_factory=_new_keys)

    def new_root(self, signers: Mapping[str, Any] | None = None, *, days: int = 365) -> None:
        """The next root, naming the keys of now, signed by them and by the given ones too."""
        public = {
            role: tool.SSlibKey.from_crypto(key.public_key()) for role, key in self.keys.items()
        }
        named_keys = {role: [public[role]] for role in tool.ROLES}
        named_keys["root"] = [public["root"], public["root2"]]
        last = tool.newest(self.site / "metadata", "root")
        made: Metadata[Root] = tool.new_root(
            last.read_bytes() if last else None, named_keys, {"root": 2}, NOW + timedelta(days=days)
        )
        for held in (signers or {}, self.keys):
            for role in ("root", "root2"):
                if role in held:
                    made.sign(CryptoSigner(held[role]), append=True)
        place = self.site / "metadata" / f"{made.signed.version}.root.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made.to_bytes(JSONSerializer()))

    def publish(self, facts: Path, *, now: datetime = NOW, **keys: Any) -> str:
        """A release of these facts; some roles may sign with other keys than they should."""
        version: str = tool.release(self.site, facts, self.keys | keys, now)
        return version

    @property
    def root(self) -> Path:
        """The first root: what a client is given."""
        return self.site / "metadata" / "1.root.json"


class _Files:
    """Serves a folder."""

    cdn_url = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = self.folder / target.lstrip("/")
        if not path.is_file():
            return Answer(404, {}, b"no such file")
        return Answer(200, {"Content-Type": "application/octet-stream"}, path.read_bytes())

    deliver = answer


class DataSite(TestServer):
    """The server."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_Files(folder))
