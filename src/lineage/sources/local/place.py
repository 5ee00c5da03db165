"""Where a local model is: a folder, a single file, or the hub
client's cache, whose layout gives id and revision."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lineage.core.elsewhere import Place, at_address
from lineage.core.modelscope import parse_modelscope
from lineage.core.pattern import late
from lineage.core.ref import COMMIT, is_repo_id
from lineage.core.value import dataclass

_CACHED = late(r"models--(?P<id>.+)\Z")
_GIT_REMOTE = late(
    r"^\s*url\s*=\s*(?:https://(?:[^@/\s]*@)?|git@|ssh://git@)(?:huggingface\.co|"
    r"hf\.co)[/:](?P<id>[^\s]+?)(?:\.git)?/?\s*$",
    re.MULTILINE,
)
_REMOTE = late(r"^\s*url\s*=\s*https?://(?:[^@/\s]*@)?(?P<address>\S+)\s*$", re.MULTILINE)
_MOST_NAMED = 5


@dataclass(frozen=True)
class LocalPlace:
    """A folder, or one file in it, that holds a model."""

    folder: Path
    only: str | None = None
    """The one file that was named; None for the whole folder."""
    blobs: Path | None = None
    """The cache's store, into which links of the folder may lead."""
    hub_id: str | None = None
    """The repo of which this is a copy, or the model of ModelScope, where the layout gives it."""
    revision: str | None = None
    told_by: str = ""
    """What gave `hub_id`: `hub cache`, `ModelScope cache` or `git remote`."""


class NothingThereError(LookupError):
    """A path at which there is nothing at all."""


def is_local_id(id: str) -> bool:
    """Whether an id has the form that `local_id` gives, which no repo id has:
    what a card names is never looked for on the disk."""
    return id.startswith(("./", "../", "/", ".\\", "..\\")) or Path(id).is_absolute()


_FILES = (".gguf", ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".onnx")


def is_model_file(path: Path) -> bool:
    """Whether it is one file with the weights of a model, or a Modelfile: no repo id ends so."""
    return (path.suffix.lower() in _FILES or path.name == "Modelfile") and path.is_file()


def local_id(path: str) -> str:
    """How a local model is named: as the user wrote it, with `./` before a relative path."""
    plain = os.path.normpath(path)
    if Path(plain).is_absolute() or plain.startswith(".."):
        return plain + ("/" if plain == ".." else "")
    return "./" if plain == "." else f"./{plain}"


def locate(path: Path) -> LocalPlace:
    """The place that `path` names.

    Raises OSError where it cannot be looked at, LookupError with
    the reason where it is not a model.
    """
    if path.is_file():
        return _in_cache(path.parent, path.name) or LocalPlace(path.parent, path.name)
    if not path.is_dir():
        if not os.path.lexists(path):
            raise NothingThereError("there is no such file or folder")
        raise LookupError("it is neither a file nor a folder")
    full = path.resolve()
    if _CACHED.match(full.name) and (full / "snapshots").is_dir():
        return _newest(full)
    if cached := sorted(
        entry.name for entry in path.iterdir() if entry.is_dir() and _CACHED.match(entry.name)
    ):
        more = f" and {len(cached) - _MOST_NAMED} more" if len(cached) > _MOST_NAMED else ""
        raise LookupError(
            "it is a cache of several models; name one of them: "
            f"{', '.join(cached[:_MOST_NAMED])}{more}"
        )
    return _in_cache(full) or _cloned(path) or _in_modelscope(full) or LocalPlace(path)


def _newest(repo: Path) -> LocalPlace:
    """The revision to which the cache's `main` points, or the only one there is."""
    revisions = sorted(entry.name for entry in (repo / "snapshots").iterdir() if entry.is_dir())
    main = _small_text(repo / "refs" / "main").strip()
    if main in revisions:
        revisions = [main]
    if len(revisions) != 1:
        found = (
            f"several revisions ({', '.join(revisions[:_MOST_NAMED])}); name the folder of one"
            if revisions
            else "no revision"
        )
        raise LookupError(f"the cache folder holds {found}")
    place = _in_cache(repo / "snapshots" / revisions[0])
    return place or LocalPlace(repo / "snapshots" / revisions[0])


def _in_cache(folder: Path, only: str | None = None) -> LocalPlace | None:
    """The place inside `models--ORG--NAME/snapshots/REVISION`, wherever below it `folder` is."""
    full = folder.resolve()
    for snapshot in (full, *full.parents):
        cached = _CACHED.match(snapshot.parent.parent.name)
        if snapshot.parent.name == "snapshots" and cached:
            id = cached["id"].replace("--", "/", 1)
            revision = snapshot.name if COMMIT.match(snapshot.name) else None
            blobs = snapshot.parent.parent / "blobs"
            is_whole = full == snapshot
            return LocalPlace(
                folder,
                only,
                blobs,
                id if is_repo_id(id) and is_whole else None,
                revision,
                "hub cache" if is_whole else "",
            )
    return None


def _in_modelscope(full: Path) -> LocalPlace | None:
    """ModelScope's cache keeps a model below `modelscope/hub/models`, or without one of the last
    two, and writes a dot in its name as three underscores."""
    *above, owner, name = ("", *full.parts)[-5:]
    layout = [step for step in above if step not in ("hub", "models")]
    named = parse_modelscope(f"{owner}/{name.replace('___', '.')}")
    if layout[-1:] != ["modelscope"] or above[-1] == "modelscope" or named is None:
        return None
    return LocalPlace(full, hub_id=named.id, told_by="ModelScope cache")


def _cloned(folder: Path) -> LocalPlace | None:
    """A git clone of a hub repo, or of a model of ModelScope, names it as its remote."""
    config = _small_text(folder / ".git" / "config")
    hub = (found["id"].removeprefix("models/") for found in _GIT_REMOTE.finditer(config))
    pages = (at_address(found["address"]) for found in _REMOTE.finditer(config))
    remotes = {
        *filter(is_repo_id, hub),
        *(page.id for page in pages if page is not None and page.place is Place.MODELSCOPE),
    }
    if len(remotes) != 1:
        return None
    id = remotes.pop()
    head = _small_text(folder / ".git" / "HEAD").strip()
    if head.startswith("ref: refs/heads/") and ".." not in head:
        head = _small_text(folder / ".git" / head.removeprefix("ref: ")).strip()
    return LocalPlace(
        folder, hub_id=id, revision=head if COMMIT.match(head) else None, told_by="git remote"
    )


def _small_text(path: Path, limit: int = 64_000) -> str:
    """The start of a text file; nothing where there is none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(limit).decode(errors="replace")
    except OSError:
        return ""
