"""List the files of a repository that are worth reading, never
following a link and never leaving the folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from lineage.core.value import dataclass
from lineage.scan.ignore import IgnoreRule, ignore_rules, is_ignored
from lineage.scan.kinds import PACKED_CODE, FileKind, kind_of
from lineage.scan.result import Unreadable

# Folders that tools make. git tells whether what is in one belongs to the project all the same.
_TOOLS = frozenset(
    [
        ".venv", "venv", "env", "virtualenv", "node_modules", "__pycache__", ".tox", ".nox",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints", "site-packages",
        "dist-packages", ".eggs", ".terraform", "bower_components", ".cache", ".hypothesis",
    ]
)  # fmt: skip
_NEVER = frozenset({".git", ".hg", ".svn"})
# Names that people give to folders of their own too: left out only where an environment is in them.
_COMMON = frozenset({"env", "venv", ".venv", "virtualenv"})
# Kinds of files that may be anything: nobody has to be told that they were left out.
_ANYTHING = (None, FileKind.SCRIPT, FileKind.OTHER)
_GIT_TIMEOUT = 30
_DEEPEST = 60
_MOST_COUNTED = 20_000


@dataclass(frozen=True)
class Listing:
    """The files of a repository."""

    names: tuple[str, ...]
    """Relative paths with forward slashes, sorted."""
    left_out: tuple[Unreadable, ...] = ()
    """Folders that were not looked into and hold files that could name a model."""


def files_of(root: Path, *, exclude: tuple[str, ...] = (), most: int) -> Listing:
    """At most `most` files that could name a model: what git tracks, wherever it lies, and would
    track; without git the
    folder's own files but for what tools made, and what was left out is told.

    git is only asked for names; its hooks and monitors, which a
    hostile checkout could set, are switched off.
    """
    listed = _from_git(root, exclude)
    if listed is None or not listed.names:
        walk = _Walk(root, exclude, most * 4)
        listed = Listing(tuple(walk.names()), tuple(walk.left_out))
    # Only what will be read counts: thousands of pictures push no code behind the bound.
    wanted = (n for n in listed.names if kind_of(n) is not None or _is_packed(n))
    names = sorted({n for n in wanted if not is_excluded(n, exclude)})
    packed = tuple(
        Unreadable(n, "packed or compiled code", is_searched=False, is_left_out=True)
        for n in names
        if _is_packed(n)
    )
    names = [n for n in names if not _is_packed(n)]
    return Listing(tuple(names[:most]), (*listed.left_out, *packed))


def _is_packed(name: str) -> bool:
    return name.lower().endswith(PACKED_CODE)


def is_excluded(name: str, exclude: tuple[str, ...]) -> bool:
    """Whether a path, or a folder that it is in, is one of those to leave out."""
    if not exclude:
        return False
    parts = PurePosixPath(name).parts
    return any(
        fnmatch(name, e) or fnmatch(name, f"{e.rstrip('/')}/*") or e.rstrip("/") in parts
        for e in exclude
    )


def _is_made_by_tools(name: str) -> bool:
    parts = PurePosixPath(name).parts[:-1]
    return any(p in _TOOLS or p.endswith((".egg-info", ".dist-info")) for p in parts)


def _from_git(root: Path, exclude: tuple[str, ...]) -> Listing | None:
    """What `git ls-files` names; None where this is not a checkout, git is absent, or it
    refuses."""
    quiet = (
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.untrackedCache=false",
        "-c",
        "core.quotePath=false",
    )
    command = ("git", *quiet, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed command, no word from the repository
            command, cwd=root, capture_output=True, timeout=_GIT_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    names: list[str] = []
    left_out: list[Unreadable] = []
    for tagged in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
        tag, _, name = tagged.partition(" ")
        if not name or ".." in PurePosixPath(name).parts:
            continue
        if tag == "?" and _is_made_by_tools(name):
            continue  # nobody added it to the project
        path = root / name
        if path.is_dir() and not path.is_symlink():  # a submodule, or a checkout in the checkout
            walk = _Walk(path, exclude, 100_000)
            inner = [f"{name.rstrip('/')}/{n}" for n in walk.names()]
            names += inner
            left_out += [replace(u, file=f"{name.rstrip('/')}/{u.file}") for u in walk.left_out]
            if not inner and tag != "?":
                reason = "a git submodule that is not checked out"
                left_out.append(Unreadable(name.rstrip("/"), reason, is_searched=False))
        else:
            names.append(name)
    return Listing(tuple(names), tuple(u for u in left_out if not is_excluded(u.file, exclude)))


class _Walk:
    """Every file below a folder, but for what a .gitignore names and what tools made."""

    def __init__(self, root: Path, exclude: tuple[str, ...], most: int) -> None:
        self.root = root
        self.exclude = exclude
        self.most = most
        self.left_out: list[Unreadable] = []
        self._ignored = 0

    def names(self) -> Iterator[str]:
        """The files; when they are read to the end, `left_out` is complete."""
        todo: list[tuple[str, tuple[tuple[str, tuple[IgnoreRule, ...]], ...]]] = [("", ())]
        count = 0
        while todo:
            folder, rules = todo.pop()
            ignore = _read_rules(self.root / folder / ".gitignore")
            if ignore:
                rules = (*rules, (folder, ignore))
            try:
                entries = sorted(os.scandir(self.root / folder), key=lambda e: e.name)
            except OSError as problem:
                self._leave_out(
                    folder or ".", f"cannot be listed: {problem.strerror}", is_left_out=False
                )
                continue
            for entry in entries:
                name = f"{folder}/{entry.name}".lstrip("/")
                if entry.is_dir(follow_symlinks=False):
                    if self._goes_into(entry, name, rules):
                        todo.append((name, rules))
                elif is_excluded(name, self.exclude):
                    continue
                elif _ignored_by_git(name, rules, is_folder=False):
                    self._ignored += kind_of(name) not in _ANYTHING
                else:
                    count += 1
                    yield name
                    if count >= self.most:
                        return
        if self._ignored:
            self._leave_out(
                ".gitignore",
                f"names {self._ignored} files of kinds that could name a model, which were not "
                "read (there is no git to say whether the project keeps them)",
            )

    def _goes_into(
        self,
        entry: os.DirEntry[str],
        name: str,
        rules: tuple[tuple[str, tuple[IgnoreRule, ...]], ...],
    ) -> bool:
        if entry.name in _NEVER or is_excluded(name, self.exclude):
            return False
        if _ignored_by_git(name, rules, is_folder=True):
            self._ignored += _count(Path(entry.path))
            return False
        if name.count("/") >= _DEEPEST:
            self._leave_out(name, f"deeper than {_DEEPEST} folders", is_left_out=False)
            return False
        is_tools = entry.name in _TOOLS - _COMMON or entry.name.endswith(
            (".egg-info", ".dist-info")
        )
        if is_tools or _is_environment(Path(entry.path)):
            count = _count(Path(entry.path))
            if count:
                self._leave_out(
                    name,
                    f"a folder that tools make, not read: {count} files of kinds that could name "
                    "a model (there is no git to say whether the project keeps them; --exclude "
                    "it where it does not)",
                )
            return False
        return True

    def _leave_out(self, name: str, reason: str, *, is_left_out: bool = True) -> None:
        self.left_out.append(Unreadable(name, reason, is_searched=False, is_left_out=is_left_out))


def _count(folder: Path) -> int:
    """How many files of kinds that could name a model lie below, up to a bound."""
    count = seen = 0
    for _, _, files in os.walk(folder):
        seen += len(files) + 1
        count += sum(kind_of(f) not in _ANYTHING for f in files)
        if seen > _MOST_COUNTED:
            break
    return count


def _is_environment(folder: Path) -> bool:
    """Whether a folder is a Python environment, whatever its name."""
    return (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").is_dir()


def _read_rules(path: Path) -> tuple[IgnoreRule, ...]:
    try:
        if path.is_symlink() or not path.is_file():
            return ()
        with path.open(encoding="utf-8", errors="replace") as file:
            return ignore_rules(file.read(200_000))
    except OSError:
        return ()


def _ignored_by_git(
    name: str, rules: tuple[tuple[str, tuple[IgnoreRule, ...]], ...], *, is_folder: bool
) -> bool:
    """The nearest .gitignore that says anything decides."""
    for folder, own in reversed(rules):
        ignored = is_ignored(name[len(folder) :].lstrip("/"), own, is_folder=is_folder)
        if ignored is not None:
            return ignored
    return False
