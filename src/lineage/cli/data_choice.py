"""Which data a run goes by: the newest of the package's and the installed, or the version that was
pinned."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage.cli.options import Decorator
from lineage.core import clock
from lineage.core.errors import UsageError
from lineage.core.packaged import EMBEDDED, EMBEDDED_VERSION, MANIFEST, DataSet

if TYPE_CHECKING:
    from lineage.sources.release.store import Contents, Store

_PINNED, _CHOSEN = "lineage.data.pinned", "lineage.data.chosen"


def data_folder() -> Path | None:
    """LINEAGE_DATA_DIR, or the platform's own place for programs' data; None where nothing tells
    a user's home."""
    if given := os.environ.get("LINEAGE_DATA_DIR", "").strip():
        return Path(given).expanduser()
    home = os.path.expanduser("~")  # noqa: PTH111 - pathlib raises where there is none
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or f"{home}/AppData/Local"
        place = Path(base) / "lineage" / "Data"
    elif sys.platform == "darwin":
        place = Path(home) / "Library" / "Application Support" / "lineage" / "data"
    else:
        xdg = os.environ.get("XDG_DATA_HOME", "")
        base = xdg if xdg.startswith("/") else f"{home}/.local/share"
        place = Path(base) / "lineage" / "data"
    return place if place.is_absolute() else None


def _pin(context: click.Context, _: click.Parameter, version: str | None) -> None:
    if version is not None and not version.strip():
        # A pipeline's variable that is empty would otherwise pin nothing, and nobody would see it.
        raise UsageError("--data-version is empty.", "Give a version, or leave the option out.")
    context.meta[_PINNED] = (version or "").strip()


data_option: Decorator = click.option(
    "--data-version",
    metavar="VERSION",
    expose_value=False,
    callback=_pin,
    help="Use this version of the data: `embedded`, or an installed one (lineage data status).",
)


def chosen_data(scanned: Iterable[Path] = ()) -> DataSet:
    """The facts of this run.

    Raises UsageError for a pinned version that is not there and for a data folder inside what is
    `scanned`, DataError for installed data that was changed: it is never used in part, and nothing
    else takes its place unasked.
    """
    context = click.get_current_context(silent=True)  # a shell that completes has none
    meta = context.meta if context else {}
    if _CHOSEN not in meta:
        meta[_CHOSEN] = _chosen(meta.get(_PINNED, ""))
    found: DataSet = meta[_CHOSEN]
    if found is not EMBEDDED:
        _refuse_inside(scanned)
    return found


def _chosen(pinned: str) -> DataSet:
    folder = data_folder()
    if pinned == EMBEDDED_VERSION or not (pinned or _is_there(folder)):
        return EMBEDDED
    if folder is None:
        raise no_home()
    from lineage.sources.release.store import Store

    store = Store(folder)
    contents = store.contents()
    found = _named(store, contents, pinned) if pinned else _newest(store, contents)
    if found.is_expired(clock.now()):
        click.echo(
            f"Warning: the installed data {found.version} expired on {found.expires[:10]}; newer "
            "facts may be missing. Run `lineage data update`, or upgrade lineage.",
            err=True,
        )
    return found


def installed_data(version: str) -> DataSet | None:
    """The data that is installed under this name; None where it is not there. Raises DataError
    where it was changed since."""
    folder = data_folder()
    if folder is None or not _is_there(folder):
        return None
    from lineage.sources.release.store import Store

    store = Store(folder)
    one = store.contents().get(version)
    return store.data(one) if one is not None else None


def _is_there(folder: Path | None) -> bool:
    """Whether this user can have installed anything there: one look, before anything is loaded."""
    return folder is not None and os.access(folder, os.F_OK)


def no_home() -> UsageError:
    """What a user is told whose home nothing tells."""
    return UsageError(
        "There is no home folder to store data in.", "Set LINEAGE_DATA_DIR to a folder."
    )


def _named(store: Store, contents: Contents, version: str) -> DataSet:
    one = contents.get(version)
    if one is not None:
        return store.data(one)
    there = ", ".join([EMBEDDED_VERSION, *(other.version for other in contents.versions)])
    raise UsageError(
        f"The data {version[:60]!r} is not installed in {store.folder} (there: {there}).",
        "Install it with `lineage data update`, or from a file with `lineage data use FILE`.",
    )


def _newest(store: Store, contents: Contents) -> DataSet:
    """The version that was installed last, unless the package's own data is newer: an upgrade of
    the tool never takes a fact away."""
    one = contents.get(contents.current)
    return EMBEDDED if one is None or one.date < embedded_date() else store.data(one)


def embedded_date() -> str:
    """The day of the newest record in the package."""
    from lineage.evidence.document import load

    return str(load(MANIFEST)["date"])


def _refuse_inside(scanned: Iterable[Path]) -> None:
    """Whoever changes what is audited could write the facts that it is judged by."""
    folder = data_folder()
    for place in scanned:
        if folder and folder.resolve().is_relative_to(place.resolve()):
            raise UsageError(
                f"The data folder {folder} lies inside {place}, which is what is audited.",
                "Set LINEAGE_DATA_DIR to a folder outside, or give --data-version embedded.",
            )
