"""The parts of a saved image: an OCI layout or a docker archive, as one file or as a folder."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lineage.core.errors import UsageError

_LARGEST_JSON = 8 << 20
_MOST_LAYERS = 500
_DIGEST = re.compile(r"(sha256|sha512):([0-9a-f]{64,128})\Z")
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_ENDS = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_NEXT = "Save it with `docker save IMAGE -o image.tar` or `skopeo copy … oci-archive:image.tar`."


def is_image(path: Path) -> bool:
    """Whether a path has the form of a saved image; says nothing of whether it is a whole one."""
    if path.is_dir():
        return (path / "oci-layout").is_file() and (path / "index.json").is_file()
    return path.is_file() and path.name.lower().endswith(_ENDS)


class ImageArchive:
    """One saved image file or folder, opened for reading.

    Every failure is a UsageError that names it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tar: tarfile.TarFile | None = None
        self._members: dict[str, tarfile.TarInfo] = {}
        if not path.is_dir():
            try:
                self._tar = tarfile.open(path, "r:*")  # noqa: SIM115 - closed by close()
                self._members = {_plain(one.name): one for one in self._tar.getmembers()}
            except (tarfile.TarError, OSError, EOFError, ValueError) as problem:
                raise self.broken(f"it is no tar archive that can be read ({problem})") from None

    def close(self) -> None:
        """Let go of the file."""
        if self._tar is not None:
            self._tar.close()

    def broken(self, reason: str) -> UsageError:
        """The error for anything wrong with the image."""
        return UsageError(f"The image {str(self.path)!r} cannot be read: {reason[:300]}.", _NEXT)

    def open(self, name: str) -> IO[bytes]:
        """One part, for reading from its beginning."""
        if self._tar is None:
            part = self.path / name
            if part.is_symlink() or not part.is_file():
                raise self.broken(f"it has no part {name!r}")
            return part.open("rb")
        member = self._members.get(_plain(name))
        if member is not None and member.issym():  # older docker: a layer that is another one's
            aim = PurePosixPath(name).parent / member.linkname
            member = self._members.get(_plain(_resolved(str(aim))))
        found = self._tar.extractfile(member) if member is not None and member.isreg() else None
        if found is None:
            raise self.broken(f"it has no part {name!r}")
        return found

    def size(self, name: str) -> int:
        """Bytes of one part as it is stored."""
        with self.open(name) as part:
            return part.seek(0, io.SEEK_END)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return (self.path / name).is_file() if self._tar is None else name in self._members

    def json(self, name: str) -> Any:
        """One part as JSON, within a bound."""
        with self.open(name) as part:
            raw = part.read(_LARGEST_JSON + 1)
        if len(raw) > _LARGEST_JSON:
            raise self.broken(f"{name} is larger than {_LARGEST_JSON >> 20} MB")
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise self.broken(f"{name} is not valid JSON") from None

    def images(self) -> list[tuple[dict[str, Any], list[str]]]:
        """Each image: its configuration, and its layers from the lowest on."""
        found = self._docker() if self.has("manifest.json") else self._oci()
        if not found:
            raise self.broken("it holds no image for any platform")
        if any(len(layers) > _MOST_LAYERS for _, layers in found):
            raise self.broken(f"it has more than {_MOST_LAYERS} layers")
        return found

    def _docker(self) -> list[tuple[dict[str, Any], list[str]]]:
        found = []
        for one in _dicts(self.json("manifest.json")):
            layers = [str(name) for name in one.get("Layers") or () if isinstance(name, str)]
            config = one.get("Config")
            found.append((_dict(self.json(config)) if isinstance(config, str) else {}, layers))
        return found

    def _oci(self) -> list[tuple[dict[str, Any], list[str]]]:
        if not self.has("index.json"):
            raise self.broken("it has neither manifest.json nor index.json")
        todo, found = [_dict(self.json("index.json"))], list[tuple[dict[str, Any], list[str]]]()
        for depth, index in enumerate(todo):
            if depth > 50:
                raise self.broken("its indexes go on without end")
            for entry in _dicts(index.get("manifests")):
                if _dict(entry.get("annotations")).get("vnd.docker.reference.type"):
                    continue  # an attestation, no image
                part = _dict(self.json(self._blob(entry)))
                if entry.get("mediaType") in _INDEXES or "manifests" in part:
                    todo.append(part)
                elif "layers" in part:
                    config = _dict(self.json(self._blob(_dict(part.get("config")))))
                    found.append((config, [self._blob(one) for one in _dicts(part["layers"])]))
        return found

    def _blob(self, entry: dict[str, Any]) -> str:
        digest = _DIGEST.match(str(entry.get("digest")))
        if digest is None:
            raise self.broken("one of its parts is named by no digest")
        return f"blobs/{digest[1]}/{digest[2]}"


def _plain(name: str) -> str:
    return name.removeprefix("./").rstrip("/")


def _resolved(path: str) -> str:
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
