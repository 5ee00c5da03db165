"""`lineage data`: which facts this installation goes by, and how newer ones get in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lineage.cli.data_choice import data_folder, embedded_date, no_home
from lineage.cli.exits import PASSED
from lineage.cli.groups import NamedGroup
from lineage.cli.options import examples, format_option, number_option
from lineage.core import clock
from lineage.core.errors import USAGE, CannotRunError, DataError, UsageError
from lineage.core.packaged import DATA, EMBEDDED_VERSION, MANIFEST
from lineage.core.plain_file import read_plain
from lineage.evidence.document import load
from lineage.report.printable import printable
from lineage.sources.release.store import Installed, Store

if TYPE_CHECKING:
    from lineage.sources.release.fetchers import ArchiveFetcher, SiteFetcher
    from lineage.sources.release.renewal import Root

_ROOT = "root.json"
_LARGEST_ROOT = 512_000


@click.group(
    cls=NamedGroup,
    epilog=examples(
        "lineage data status", "lineage data update", "lineage data use lineage-data.zip"
    ),
)
def data() -> None:
    """Show and update the data that verdicts use: developers, families, results, names and the
    snapshot.

    The package contains a copy. Newer data comes as signed releases, and only on request: `update`
    downloads the newest from the data site, `use` installs one from a file. Every run then uses the
    newer of the two; --data-version pins one.
    """


@data.command(epilog=examples("lineage data status", "lineage data status --json"))
@format_option()
def status(form: str) -> int:
    """Show the data in the package and the installed data: versions, dates, expiry, folder, and
    which of the two runs use.

    Exit codes: 0, or 2 where what is installed is damaged.
    """
    found = _status()
    click.echo(json.dumps(found, indent=2) if form == "json" else _described(found))
    return USAGE if any(row["problem"] for row in found["installed"]) else PASSED


@data.command(epilog=examples("lineage data update"))
@number_option(
    "--timeout", 30.0, "Give up a file after this many seconds; a large one gets more.", least=0.1
)
def update(timeout: float) -> None:
    """Download the newest release from the data site (LINEAGE_DATA_URL) and install it.

    It must be signed by the keys that the package trusts, or by ones that these vouch for, must not
    have expired and must not be older than what was seen before. It is installed whole or not at
    all. Needs: pip install 'lineage-audit[data]'. Exit codes: 0 installed or up to date, 2 refused,
    4 not reached or not writable.
    """
    _need_tuf()
    from lineage.sources.release.fetchers import SITE, SiteFetcher

    address = os.environ.get("LINEAGE_DATA_URL", "").strip() or SITE
    _renew(SiteFetcher(address, timeout), address.rstrip("/"))


@data.command(epilog=examples("lineage data use lineage-data-2026-12-01.7.zip"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def use(file: Path) -> None:
    """Install a release from FILE, for machines without a network.

    It is checked as `update` checks one. Exit codes are the same.
    """
    _need_tuf()
    from lineage.sources.release.fetchers import ArchiveFetcher

    _renew(ArchiveFetcher(file), file.name)


def _renew(fetcher: SiteFetcher | ArchiveFetcher, origin: str) -> None:
    from lineage.sources.release.renewal import renew
    from lineage.workflows.data_reading import read_through

    store = _store()
    try:
        found = renew(store, _root(), fetcher, origin, read_through)
    finally:
        fetcher.close()
    one = found.installed
    state = "Installed" if found.is_new else "Up to date"
    click.echo(f"{state}: data {one.version}, to be used until {one.expires[:10]}.")
    if one.date < embedded_date():
        click.echo(
            f"The data in this version of lineage, of {embedded_date()}, is newer and remains in "
            "use.",
            err=True,
        )


def _root() -> Root:
    """The root of trust: the package's, or the one that the user names for a site of their own."""
    from lineage.sources.release.renewal import Root

    given = os.environ.get("LINEAGE_DATA_ROOT", "").strip()
    path = Path(given).expanduser() if given else DATA / _ROOT
    try:
        return Root(read_plain(path, _LARGEST_ROOT), is_own=not given)
    except FileNotFoundError as problem:
        if given:
            raise UsageError(f"LINEAGE_DATA_ROOT names {path}, which is not there.") from problem
        raise CannotRunError(
            "This build of lineage has no root of trust, so that no release can be checked.",
            "Upgrade lineage; or, for a data site of your own, set LINEAGE_DATA_ROOT to its "
            "root.json.",
        ) from problem
    except OSError as problem:
        raise UsageError(
            f"The root of trust {path} cannot be read: {problem.strerror or problem}."
        ) from problem


def _store() -> Store:
    folder = data_folder()
    if folder is None:
        raise no_home()
    return Store(folder)


def _need_tuf() -> None:
    try:
        import cryptography  # noqa: F401 - without it the framework's client checks no signature
        import tuf.ngclient  # noqa: F401
    except ImportError as problem:
        raise CannotRunError(
            "Releases of data are checked with python-tuf.",
            "Run: pip install 'lineage-audit[data]'",
        ) from problem


def _status() -> dict[str, Any]:
    """What `status --json` prints. Raises DataError where what is installed is damaged."""
    embedded, store, now = load(MANIFEST), _store(), clock.stamp(clock.now())
    contents = store.contents()
    current = contents.get(contents.current)
    is_newer = current is not None and current.date >= embedded["date"]
    rows = [_row(store, one, now) for one in contents.versions]
    return {
        "in_use": current.version if current and is_newer else EMBEDDED_VERSION,
        "embedded": {"date": embedded["date"], **embedded["dates"], "folder": str(DATA)},
        "folder": str(store.folder),
        "installed": rows,
    }


def _row(store: Store, one: Installed, now: str) -> dict[str, Any]:
    try:
        store.data(one)
        problem = ""
    except DataError as damage:
        problem = damage.message
    state = {"expired": bool(one.expires) and now >= one.expires, "problem": problem}
    return {**asdict(one), "folder": str(store.folder / one.folder), **state}


def _described(found: dict[str, Any]) -> str:
    embedded = found["embedded"]
    parts = ", ".join(f"{name} {embedded[name]}" for name in ("registry", "results", "snapshot"))
    lines = [f"embedded: {parts}{_in_use(found, EMBEDDED_VERSION)}"]
    for row in found["installed"]:
        until = f"{'expired' if row['expired'] else 'to be used until'} {row['expires'][:10]}"
        root = f", by the root {row['root'][:16]}" if row["root"] else ""
        lines.append(
            f"{row['version']}: installed {row['installed_at'][:10]} from {row['origin']}{root}, "
            f"{until}{_in_use(found, row['version'])}"
        )
        if row["problem"]:
            lines.append(f"  {row['problem']}")
    if not found["installed"]:
        lines.append("Nothing is installed.")
    lines.append(f"folder: {found['folder']}")
    return "\n".join(map(printable, lines))


def _in_use(found: dict[str, Any], version: str) -> str:
    return " (in use)" if found["in_use"] == version else ""
