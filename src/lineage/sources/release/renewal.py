"""Gets a release by the rules of The Update Framework and installs it. Needs `tuf` (extra `data`).

The framework's client checks signatures, versions, expiry and hashes; here is only what it leaves
to its user: that the files belong together, that this lineage can read them, and that a release is
installed whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tuf.api import exceptions as broken
from tuf.api.metadata import Metadata, Targets
from tuf.ngclient import Updater, UpdaterConfig

from lineage.core import clock
from lineage.core.errors import CannotRunError, DataError, LineageError
from lineage.core.packaged import DATA, FACTS, MANIFEST, DataSet
from lineage.core.value import dataclass
from lineage.sources.release.fetchers import ArchiveFetcher, SiteFetcher
from lineage.sources.release.manifest import digest, parse
from lineage.sources.release.store import Installed, Store, unwritable

_PROJECT = "project"
_PATIENCE = 120.0  # seconds; another process that is renewing is done by then, or stuck
_BOUNDS = UpdaterConfig(max_root_rotations=64)
_STAYS = "Nothing was installed; the data in use stays."


@dataclass(frozen=True)
class Root:
    """The first keys that are trusted; every later ones are vouched for by those before."""

    content: bytes
    is_own: bool = True
    """Whether it came with the package, and was not named by the user."""

    @property
    def id(self) -> str:
        """Empty for the package's; else its SHA-256."""
        return "" if self.is_own else digest(self.content)


@dataclass(frozen=True)
class Renewed:
    """What a renewal came to."""

    installed: Installed
    is_new: bool


def renew(
    store: Store,
    root: Root,
    fetcher: SiteFetcher | ArchiveFetcher,
    origin: str,
    accept: Callable[[DataSet], None],
) -> Renewed:
    """Install the newest release that the fetcher gives, unless it is there already.

    `accept` raises where this lineage cannot read what came. Raises DataError for a release that
    breaks a rule, CannotRunError where none came or the store cannot be written. In every such
    case what was installed stays as it was.
    """
    with store.locked(_PATIENCE):
        try:
            return _renewed(store, root, fetcher, origin, accept)
        except broken.DownloadError as problem:
            raise CannotRunError(
                f"The data was not renewed from {origin}: {problem}.", _STAYS
            ) from problem
        except broken.RepositoryError as problem:
            text = f"The release from {origin} is refused: {_explained(problem)}"
            raise DataError(text, _STAYS) from problem
        except OSError as problem:
            raise unwritable(store.folder, problem) from problem


def _renewed(
    store: Store,
    root: Root,
    fetcher: SiteFetcher | ArchiveFetcher,
    origin: str,
    accept: Callable[[DataSet], None],
) -> Renewed:
    trust = store.folder / "trust" / (root.id[:32] or _PROJECT)
    trust.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in trust.glob("tmp*"):  # of a run that was killed
        left.unlink()
    updater = Updater(
        str(trust),
        f"{fetcher.base}/metadata/",
        target_base_url=f"{fetcher.base}/targets/",
        fetcher=fetcher,
        config=_BOUNDS,
        bootstrap=root.content,
    )
    updater.refresh()
    with store.staging() as staged:
        _get(updater, MANIFEST, staged, ())
        manifest = parse((staged / MANIFEST).read_bytes())
        one = Installed(
            manifest.version,
            "",
            digest((staged / MANIFEST).read_bytes()),
            manifest.date,
            clock.stamp(_signed_targets(trust).expires),
            clock.stamp(clock.now()),
            origin,
            root.id,
        )
        known = store.known(one)
        if known is not None:
            store.keep(known)
            return Renewed(known, is_new=False)
        for name in FACTS:
            _get(updater, name, staged, (DATA, *store.places()))
        _check_readable(DataSet(staged, one.version, one.expires, one.root), accept)
        return Renewed(store.install(staged, one), is_new=True)


def _get(updater: Updater, name: str, staged: Path, at_hand: tuple[Path, ...]) -> None:
    """One file of the release: copied from one of the folders `at_hand` where it is the same."""
    found = updater.get_targetinfo(name)
    if found is None:
        raise broken.RepositoryError(f"it has no {name}")
    same = (updater.find_cached_target(found, str(folder / name)) for folder in at_hand)
    known = next(filter(None, same), None)
    if known is None:
        updater.download_target(found, str(staged / name))
    else:
        shutil.copyfile(known, staged / name)


def _signed_targets(trust: Path) -> Targets:
    """The list of files that was verified last."""
    return Metadata[Targets].from_file(str(trust / f"{Targets.type}.json")).signed


def _check_readable(data: DataSet, accept: Callable[[DataSet], None]) -> None:
    try:
        accept(data)
    except LineageError:
        raise
    except Exception as problem:
        raise DataError(
            f"The data {data.version} is signed, but this lineage cannot read it "
            f"({type(problem).__name__}: {problem}).",
            f"Upgrade lineage, or tell whoever publishes it. {_STAYS}",
        ) from problem


def _explained(problem: broken.RepositoryError) -> str:
    """Which rule a release breaks, and what that may mean."""
    kinds = {
        broken.ExpiredMetadataError: "it has expired: newer ones are held back, or there are none",
        broken.BadVersionNumberError: "it is older than what was seen before, or its parts are of "
        "different releases",
        broken.UnsignedMetadataError: "it is not signed by enough of the keys that are trusted",
        broken.LengthOrHashMismatchError: "a file is not the one that was signed",
    }
    found = next((text for kind, text in kinds.items() if isinstance(problem, kind)), "")
    detail = str(problem) or type(problem).__name__
    return f"{found} ({detail})." if found else f"{detail}."
