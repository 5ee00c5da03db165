"""What a call may name: a model on the Hub or in another register. Never a path of this machine,
and no address that the user did not name when the server was started."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from lineage.core.elsewhere import Elsewhere, Place, as_typed, parse_elsewhere
from lineage.core.errors import InvalidRefError, UsageError
from lineage.core.ref import ModelRef, unwrapped
from lineage.report.printable import printable
from lineage.sources.auto import target_ref
from lineage.sources.local.place import is_local_id
from lineage.sources.places import PlaceAccess

NOWHERE = Path(os.devnull) / "nothing"
"""A folder below which nothing can be: a name is never looked for on the disk."""
MOST_NAME = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def named(target: str, places: PlaceAccess) -> ModelRef:
    """The model that a call names. Nothing is looked for on the disk, whatever it looks like.

    Raises UsageError for a path and for an address that the server may not ask; InvalidRefError for
    what is no name.
    """
    if _CONTROL.search(target) or len(target) > MOST_NAME:
        raise InvalidRefError(
            f"{printable(target, 80)} is not a model name: it holds control characters or is "
            f"longer than {MOST_NAME}.",
            "Write it as org/name.",
        )
    if _is_path(unwrapped(target)) or _is_path(target.strip()):
        raise UsageError(
            f"{printable(target, 80)} is a path, and this server reads no paths.",
            "Name a model such as org/name; `lineage audit PATH` audits a local model.",
        )
    ref = target_ref(target, root=NOWHERE)
    if is_local_id(ref.id):
        raise UsageError(f"{printable(target, 80)} is a path, and this server reads no paths.")
    elsewhere = parse_elsewhere(as_typed(ref.id))
    if elsewhere is not None:
        _check_host(elsewhere, places)
    return ref


def _is_path(text: str) -> bool:
    return (
        text.startswith((".", "~", "\\"))
        or text.lower().startswith("file:")
        or is_local_id(text)
        or PurePosixPath(text).is_absolute()
        or bool(PureWindowsPath(text).drive and "\\" in text)
        or PureWindowsPath(text).is_absolute()
        or ".." in text.replace("\\", "/").split("/")
    )


def _check_host(named: Elsewhere, places: PlaceAccess) -> None:
    if named.place is Place.SERVER and named.host not in places.servers:
        raise UsageError(
            f"{printable(named.host, 80)} is the address of a server that this one may not ask.",
            "The user can allow it: lineage mcp --server ADDRESS.",
        )
    if named.place is Place.OCI and named.host not in places.registries:
        raise UsageError(
            f"{printable(named.host, 80)} is a container registry that this server may not ask.",
            "The user can allow it: lineage mcp --registry HOST.",
        )
