"""Unpacks what may tell of models into a temporary folder: code, configurations, cards, and the
heads of weights."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lineage.core.errors import CannotRunError
from lineage.scan.container.archive import ImageArchive
from lineage.scan.container.layers import Entry, inner_path, merged, opened

_LARGEST = 40_000_000
_HEAD = 16 << 20
_MOST_BYTES = 4 << 30
_MOST_FILES = 60_000
_HEADED = (".gguf", ".safetensors")
_LISTED = (
    *(".bin", ".pt", ".pth", ".onnx", ".ckpt", ".npz", ".h5", ".msgpack", ".tflite", ".model"),
)
_TELLS_NOTHING = re.compile(
    r"\.(?:png|jpe?g|gif|webp|svg|ico|mp[34]|wav|ogg|webm|so|a|o|whl|t?gz|zip|xz|zst|jar|class"
    r"|woff2?|ttf|otf|pdf|parquet|arrow|db|sqlite|deb|rpm|exe|dll|map|css|mo|pyc|min\.js)\Z"
)
_BLOB = re.compile(r"sha256-[0-9a-f]{64}\Z")
_SYSTEM = re.compile(
    r"(?:usr/(?:lib|lib32|lib64|libexec|share|include|sbin|bin|games"
    r"|local/(?:lib|share|cuda[^/]*|include|bin))|lib|lib64|bin|sbin|boot|dev|proc|sys|run"
    r"|var/(?:lib/(?:dpkg|apt|rpm|dnf|pacman)|cache|log)|opt/(?:conda|nvidia|rocm[^/]*|venv)"
    r"|root/(?:miniconda3|\.cargo|\.rustup))/"
)
_LIBRARIES = re.compile(r"(?:^|/)(?:site-packages|dist-packages|node_modules|__pycache__|\.git)/")
"""Code of others. Weights count wherever they lie."""


class Unpacked:
    """What was taken out of an image, and what the bounds left in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left_out: list[str] = []
        self.files = 0

    @contextmanager
    def trying(self, path: str) -> Iterator[None]:
        """What cannot be written, such as a name that this computer does not take, is told."""
        try:
            yield
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise CannotRunError(
                    "The temporary folder has no room for what has to be read of the image.",
                    "Set TMPDIR to a folder with more room.",
                ) from None
            self.left_out.append(f"{path[:200]}: not read ({problem.strerror or problem})")


def unpack(archive: ImageArchive, folder: Path) -> Unpacked:
    """Write the telling files below `folder`, at their paths in the image.

    Several images of one archive share it.
    """
    done = Unpacked(folder)
    for number, (config, layers) in enumerate(archive.images()):
        files = merged(archive, layers)
        chosen = dict(_chosen(files, done))
        for layer in layers:
            _take(archive, layer, files, chosen, done)
        for path, entry in files.items():
            if entry.link and entry.link in chosen:
                with done.trying(path):
                    _link(folder, path, entry.link)
        _describe(config, folder, number)
    return done


def _chosen(files: Mapping[str, Entry], done: Unpacked) -> Iterator[tuple[str, int]]:
    """Path and number of bytes to take of each file that may tell something."""
    names: dict[str, str] = {}
    for path, entry in files.items():
        if entry.link:  # a cache keeps files under their hash, and their names as links
            names.setdefault(entry.link, path)
    total = count = 0
    for path, entry in files.items():
        if entry.link:
            continue
        source = files.get(entry.same_as, entry)
        wanted = _wanted(names.get(path, path), path, source.size)
        if wanted is None:
            continue
        total, count = total + wanted, count + 1
        if total > _MOST_BYTES or count > _MOST_FILES:
            done.left_out.append(
                "the image holds more code and configuration than is looked at: "
                "the rest was not read"
            )
            return
        yield path, wanted


def _wanted(name: str, path: str, size: int) -> int | None:
    lowered = name.lower()
    if lowered.endswith(_HEADED) or (_BLOB.search(name) and size > _LARGEST):
        return min(size, _HEAD)
    if _LIBRARIES.search(path):
        return None
    if lowered.endswith(_LISTED):
        return 0
    if _TELLS_NOTHING.search(lowered):
        return None
    return min(size, _LARGEST) if not _SYSTEM.match(path) and size <= _LARGEST else None


def _take(
    archive: ImageArchive,
    layer: str,
    files: Mapping[str, Entry],
    chosen: Mapping[str, int],
    done: Unpacked,
) -> None:
    """Write the chosen files of one layer; a hard link is written as its own copy."""
    here: dict[str, list[str]] = {}
    for path in chosen:
        entry = files[path]
        source = files.get(entry.same_as, entry)
        if source.layer == layer:
            here.setdefault(inner_path(source.name) or "", []).append(path)
    if not here:
        return
    with opened(archive, layer) as tar:
        for member in tar:
            paths = here.get(inner_path(member.name) or "") if member.isreg() else None
            if paths and (part := tar.extractfile(member)) is not None:
                with done.trying(paths[0]):
                    first = _write(done.folder, paths[0], part, chosen[paths[0]], member.size)
                    for path in paths[1:]:
                        shutil.copyfile(first, _place(done.folder, path))
                    done.files += len(paths)


def _write(folder: Path, path: str, part: IO[bytes], wanted: int, size: int) -> Path:
    place = _place(folder, path)
    with place.open("wb") as file:
        left = wanted
        while left > 0 and (data := part.read(min(left, 1 << 20))):
            file.write(data)
            left -= len(data)
        file.truncate(size)  # the rest is a hole: nothing but the head of weights is ever read
    return place


def _place(folder: Path, path: str) -> Path:
    """Where a path of the image lies below the folder; only plain folders are made, links last."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _link(folder: Path, path: str, aim: str) -> None:
    """A link to a file that was taken, written so that it cannot lead out of the folder."""
    place = _place(folder, path)
    up = "../" * (len(PurePosixPath(path).parts) - 1)
    if not place.exists() and not place.is_symlink():
        place.symlink_to(up + aim)


def _describe(config: Mapping[str, Any], folder: Path, number: int) -> None:
    """What the image sets and starts, as the Dockerfile that says so: it may name a model."""
    inner = config.get("config")
    inner = inner if isinstance(inner, dict) else {}
    lines = ["FROM scratch"]
    for setting in inner.get("Env") or ():
        name, _, value = str(setting).partition("=")
        lines.append(f"ENV {name}={json.dumps(value)}")
    for word, key in (("ENTRYPOINT", "Entrypoint"), ("CMD", "Cmd")):
        if isinstance(inner.get(key), list):
            lines.append(f"{word} {json.dumps([str(one) for one in inner[key]])}")
    place = folder / "image-config" / (f"{number}/Dockerfile" if number else "Dockerfile")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", "utf-8")
