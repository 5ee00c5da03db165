"""Every test starts from a site with one release and a store in which it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Ran
from lineage.sources.release.fetchers import ArchiveFetcher
from lineage.sources.release.manifest import digest
from lineage.sources.release.renewal import Renewed, Root, renew
from lineage.sources.release.store import Store
from lineage.workflows.data_reading import read_through

from .site import DataSite, Maker, named, write_facts

FIRST = "2031-01-01.1"


@dataclass
class World:
    """A site, whoever publishes there, and a user."""

    maker: Maker
    site: DataSite
    store: Path
    env: dict[str, str]
    run: Callable[..., Ran]
    tmp: Path

    def lineage(self, *args: str, **env: str) -> Ran:
        """The real command line, with the site and the store."""
        return self.run(*args, env=self.env | env)

    def update(self, timeout: str = "5", **env: str) -> Ran:
        return self.lineage("data", "update", "--timeout", timeout, **env)

    def use(self, file: Path) -> Renewed:
        """What `lineage data use` does, in this process."""
        root = Root(self.maker.root.read_bytes(), is_own=False)
        fetcher = ArchiveFetcher(file)
        return renew(Store(self.store), root, fetcher, file.name, read_through)

    def kept(self) -> tuple[str, dict[str, str]]:
        """What is written down of the installed versions, and every file of them; nothing half
        done may lie beside."""
        store = Store(self.store)
        data = [store.data(one) for one in store.contents().versions]
        files = {str(path): digest(path.read_bytes()) for d in data for path in d.folder.iterdir()}
        known = {path.name for path in self.store.iterdir()} - {d.folder.name for d in data}
        assert known <= {"installed.json", "lock", "trust"}
        return (self.store / "installed.json").read_text(), files

    def name(self, *more: str) -> str:
        """What the facts in use call Alibaba's line."""
        ran = self.lineage("developers", "alibaba-qwen", *more)
        assert ran.code == 0, ran.err
        return ran.out.splitlines()[0]

    def facts(self, name: str, day: str = "2031-01-01") -> Path:
        """New facts, told by that name."""
        return write_facts(self.tmp / f"facts-{name}", day, named(name))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Maker, Path]:
    """A site with one release, and a store in which a run of the command line installed it."""
    folder = tmp_path_factory.mktemp("published")
    maker = Maker(folder / "site")
    maker.new_root()
    assert maker.publish(write_facts(folder / "facts", edit=named("First"))) == FIRST
    with DataSite(maker.site) as site:
        env = {**os.environ, "LINEAGE_DATA_DIR": str(folder / "store")}
        env |= {"LINEAGE_DATA_URL": site.url, "LINEAGE_DATA_ROOT": str(maker.root)}
        command = [sys.executable, "-m", "lineage", "data", "update"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Installed: data {FIRST}")
    return maker, folder / "store"


@pytest.fixture
def world(
    published: tuple[Maker, Path], lineage: Callable[..., Ran], tmp_path: Path
) -> Iterator[World]:
    """A copy of both, so that a test may spoil them."""
    made, installed = published
    maker = Maker(shutil.copytree(made.site, tmp_path / "site"), dict(made.keys))
    store = shutil.copytree(installed, tmp_path / "store", symlinks=True)
    with DataSite(maker.site) as site:
        env = {"LINEAGE_DATA_DIR": str(store), "LINEAGE_DATA_URL": site.url}
        env["LINEAGE_DATA_ROOT"] = str(maker.root)
        yield World(maker, site, store, env, lineage, tmp_path)
