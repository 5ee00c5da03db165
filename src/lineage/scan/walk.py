"""List the files of a repository that are worth reading, never
following a link and never leaving the folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from lineage.scan.ignore import IgnoreRule, ignore_rules, is_ignored

_NEVER = frozenset(
    [
        ".git", ".hg", ".svn", ".venv", "venv", "env", ".env.d", "virtualenv", "node_modules",
        "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache",
        ".ipynb_checkpoints", "site-packages", "dist-packages", ".eggs", ".idea", ".vscode",
        ".terraform", "bower_components", ".cache", ".hypothesis",
    ]
)  # fmt: skip
_GIT_TIMEOUT = 30
_DEEPEST = 60


def files_of(root: Path, *, exclude: tuple[str, ...] = (), most: int) -> Iterator[str]:
    """Relative paths with forward slashes, sorted, at most `most`: what git
    tracks or would track, else the folder's own files.

    git is only asked for names; its hooks and monitors, which a
    hostile checkout could set, are switched off.
    """
    names = _from_git(root)
    if not names:
        names = list(_walked(root, most * 4))
    included = (n for n in sorted(set(names)) if not _is_left_out(n, exclude))
    for count, name in enumerate(included):
        if count >= most:
            return
        yield name


def _is_left_out(name: str, exclude: tuple[str, ...]) -> bool:
    parts = PurePosixPath(name).parts
    if any(p in _NEVER or p.endswith((".egg-info", ".dist-info")) for p in parts[:-1]):
        return True
    return any(
        fnmatch(name, e) or fnmatch(name, f"{e.rstrip('/')}/*") or e.rstrip("/") in parts[:-1]
        for e in exclude
    )


def _from_git(root: Path) -> list[str]:
    """Names from `git ls-files`; empty where this is not a
    checkout, git is absent, or it refuses."""
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
    command = ("git", *quiet, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return []
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed command, no word from the repository
            command, cwd=root, capture_output=True, timeout=_GIT_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    if done.returncode != 0:
        return []
    names = [n for n in done.stdout.decode("utf-8", "surrogateescape").split("\0") if n]
    below = [
        f"{n.rstrip('/')}/{inner}"
        for n in names
        if (root / n).is_dir() and not (root / n).is_symlink()
        for inner in _walked(root / n, 100_000)
    ]
    return [n for n in names if ".." not in PurePosixPath(n).parts] + below


def _walked(root: Path, most: int) -> Iterator[str]:
    """Every regular file below `root` that no .gitignore names."""
    todo: list[tuple[str, tuple[tuple[str, tuple[IgnoreRule, ...]], ...]]] = [("", ())]
    count = 0
    while todo:
        folder, rules = todo.pop()
        ignore = _read_rules(root / folder / ".gitignore")
        if ignore:
            rules = (*rules, (folder, ignore))
        try:
            entries = sorted(os.scandir(root / folder), key=lambda e: e.name)
        except OSError:
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}".lstrip("/")
            is_folder = entry.is_dir(follow_symlinks=False)
            if _ignored_by_git(name, rules, is_folder=is_folder):
                continue
            if is_folder:
                if (
                    entry.name not in _NEVER
                    and name.count("/") < _DEEPEST
                    and not _is_environment(entry.path)
                ):
                    todo.append((name, rules))
            elif entry.is_file(follow_symlinks=False):
                count += 1
                yield name
                if count >= most:
                    return


def _is_environment(folder: str) -> bool:
    """Whether a folder is a Python environment, whatever its name."""
    return (Path(folder) / "pyvenv.cfg").exists() or (Path(folder) / "conda-meta").is_dir()


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
