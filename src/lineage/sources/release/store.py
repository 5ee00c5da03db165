"""Where a user's installed data is, what of it may be used, and how a version gets in: whole, or
not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import mkdtemp

from lineage.core.errors import CannotRunError, DataError
from lineage.core.packaged import FACTS, MANIFEST, DataSet
from lineage.core.plain_file import read_plain
from lineage.core.value import dataclass
from lineage.sources.release.manifest import digest, parse

_STATE = "installed.json"
_SCHEMA = "lineage-installed-data/1"
_STAGED = ".lineage-new-"
_PLACE = re.compile(r"\d{4}-\d\d-\d\d\.\d+-\w{8}", re.ASCII)
"""The name of a version's folder: what is called otherwise is not ours to delete."""
_LARGEST = 256 << 20
_REPAIR = "Run `lineage data update` or `lineage data use FILE`, or give --data-version embedded."


@dataclass(frozen=True)
class Installed:
    """One version in the store."""

    version: str
    folder: str
    """Its name below the store."""
    manifest: str
    """SHA-256 of its list of files, by which everything in it is checked."""
    date: str
    """Of its newest record."""
    expires: str
    installed_at: str
    origin: str
    """Where it came from: an address, or a file's name."""
    root: str = ""
    """SHA-256 of the root of trust, where it is not the package's own."""


@dataclass(frozen=True)
class Contents:
    """What a store holds."""

    versions: tuple[Installed, ...] = ()
    """By day and number."""
    current: str = ""
    """The version that was installed last."""

    def get(self, version: str) -> Installed | None:
        """The version of this name."""
        return next((one for one in self.versions if one.version == version), None)


class Store:
    """A folder of installed versions. One small file says which are whole: it is replaced in one
    step, after everything that it names is on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def contents(self) -> Contents:
        """What is installed; nothing where the folder is not there. Raises DataError where it
        cannot be trusted or read."""
        path = self.folder / _STATE
        try:
            content = read_plain(path, _LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            return Contents()
        except OSError as problem:
            raise self._damaged(f"{path.name}: {problem.strerror or problem}") from problem
        if os.name == "posix" and self.folder.stat().st_mode & 0o022:
            raise DataError(
                f"Others may write to the data folder {self.folder}, so that what is in it may be "
                "theirs.",
                f"Run: chmod go-w {self.folder}, or give --data-version embedded.",
            )
        try:
            value = json.loads(content)
            if value["schema"] != _SCHEMA:
                raise ValueError(f"its schema is {str(value['schema'])[:60]!r}")
            if value["check"] != _check(value["current"], value["versions"]):
                raise ValueError("it was changed")
            found = (Installed(**row) for row in value["versions"])
            return Contents(tuple(sorted(found, key=_order)), str(value["current"]))
        except (ValueError, KeyError, TypeError) as problem:
            raise self._damaged(f"{path.name} is not what lineage wrote ({problem})") from problem

    def data(self, one: Installed) -> DataSet:
        """An installed version, after every file of it was seen to be the one that was signed for.
        Raises DataError where one is not: no part of it is used."""
        folder = self.folder / one.folder
        try:
            if problem := _difference(folder, one.manifest):
                raise self._damaged(f"{problem} of {one.version} was changed")
        except OSError as problem:
            named = Path(problem.filename or folder).name
            text = f"{named} of {one.version}: {problem.strerror or problem}"
            raise self._damaged(text) from problem
        return DataSet(folder, one.version, one.expires, one.root)

    def known(self, one: Installed) -> Installed | None:
        """The same version where it is installed already and whole, with what is new of it."""
        try:
            value = self.contents().get(one.version)
            if value is None or value.manifest != one.manifest:
                return None
            self.data(value)
        except DataError:
            return None
        return replace(one, folder=value.folder, installed_at=value.installed_at)

    def places(self) -> tuple[Path, ...]:
        """The folders of all versions, whole or not."""
        try:
            return tuple(self.folder / one.folder for one in self.contents().versions)
        except DataError:
            return ()

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Keep other processes from changing the store; they are waited for. The lock of a process
        that died is free. Raises CannotRunError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as problem:
            raise unwritable(self.folder, problem) from problem
        try:
            ends = time.monotonic() + seconds
            while not _try_lock(descriptor):
                if time.monotonic() > ends:
                    raise CannotRunError(
                        f"Another process is renewing the data in {self.folder}.",
                        "Run again when it is done.",
                    )
                time.sleep(0.05)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A new folder in which a version is put together; what earlier runs left half done goes
        first, and this one too unless it was installed."""
        for left in self.folder.glob(f"{_STAGED}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(mkdtemp(prefix=_STAGED, dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def install(self, folder: Path, one: Installed) -> Installed:
        """Take in a staged version, and make it the current one. Raises DataError where its files
        are not those that its own list names."""
        if problem := _difference(folder, one.manifest):
            raise DataError(
                f"{problem} is not the file that the release's own list names.",
                "Nothing was installed. Tell whoever publishes it.",
            )
        for path in (folder, *folder.iterdir()):
            path.chmod(0o700 if path is folder else 0o600)
            _to_disk(path)
        place = self.folder / f"{one.version}-{folder.name.removeprefix(_STAGED)}"
        folder.rename(place)
        one = replace(one, folder=place.name)
        self.keep(one)
        return one

    def keep(self, one: Installed) -> None:
        """Write down that a version is whole and the current one; folders that nothing names any
        more go."""
        try:
            held = self.contents()
        except DataError:
            held = Contents()  # what cannot be read cannot be kept; every version can be had again
        others = [other for other in held.versions if other.version != one.version]
        rows = [asdict(each) for each in sorted((*others, one), key=_order)]
        check = _check(one.version, rows)
        document = {"schema": _SCHEMA, "check": check, "current": one.version, "versions": rows}
        new = self.folder / f"{_STATE}.new"
        with open(new, "w", encoding="utf-8", opener=_private) as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / _STATE)
        _to_disk(self.folder)
        named = {row["folder"] for row in rows}
        for path in self.folder.iterdir():
            if _PLACE.fullmatch(path.name) and path.name not in named:
                shutil.rmtree(path, ignore_errors=True)

    def _damaged(self, text: str) -> DataError:
        return DataError(
            f"The installed data in {self.folder} is damaged, and none of it is used: {text}.",
            _REPAIR,
        )


def unwritable(folder: Path, problem: OSError) -> CannotRunError:
    """What a user reads of a store that cannot be written."""
    return CannotRunError(
        f"The data folder {folder} cannot be written: {problem.strerror or problem}.",
        "Set LINEAGE_DATA_DIR to a folder of your own. The data in use stays.",
    )


def _difference(folder: Path, manifest: str) -> str:
    """The first file of a version that is not what it must be; empty where all are. Raises OSError
    where one cannot be read."""
    content = read_plain(folder / MANIFEST, _LARGEST)
    if digest(content) != manifest:
        return MANIFEST
    files = parse(content).files
    wrong = (n for n in FACTS if digest(read_plain(folder / n, _LARGEST)) != files[n])
    return next(wrong, "")


def _check(current: str, rows: list[dict[str, str]]) -> str:
    return digest(json.dumps([current, rows], sort_keys=True).encode())


def _order(one: Installed) -> tuple[str, int]:
    day, _, number = one.version.rpartition(".")
    return day, int(number)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _to_disk(path: Path) -> None:
    """Have the system write it before anything names it; Windows does so for files alone."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
