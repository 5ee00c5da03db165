"""What a release is read from: the data site, or one file. Needs `tuf` (extra `data`)."""

from __future__ import annotations

import zipfile
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient import FetcherInterface

from lineage.core.errors import DataError, UsageError
from lineage.core.plain_file import read_plain
from lineage.core.version import __version__
from lineage.sources.web.address import Endpoint, Server, parse_endpoint
from lineage.sources.web.breaker import NotAskedError
from lineage.sources.web.exchange import Request, TransportError
from lineage.sources.web.limits import Limiter, QuotaError
from lineage.sources.web.transport import Transport

SITE = "https://lineage-audit.github.io/lineage/data"
"""Where the project publishes its data."""

_SERVER = Server("the data site", "LINEAGE_DATA_URL", SITE)
_UNREADABLE = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError)
_LARGEST = 256 << 20
_SLOWEST = 50_000  # bytes a second; a larger file gets more time


class _Fetcher(FetcherInterface):
    """Gives whole bodies, none longer than the signed lists or the standard's bounds allow."""

    base: str
    """What addresses begin with."""

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """The body at an address."""
        yield BytesIO(self._body(url.removeprefix(self.base), max_length))

    def _fetch(self, url: str) -> Iterator[bytes]:
        return iter((self._body(url.removeprefix(self.base), _LARGEST),))

    @abstractmethod
    def _body(self, path: str, most: int) -> bytes: ...

    def close(self) -> None:
        """Let go of what is open."""


class SiteFetcher(_Fetcher):
    """Asks the data site, within the bounds that all servers are asked in."""

    def __init__(self, address: str, timeout: float) -> None:
        endpoint: Endpoint = parse_endpoint(address, _SERVER)
        self.base = endpoint.url
        self._timeout = timeout
        self._transport = Transport(
            endpoint,
            Limiter(max_wait=timeout),
            user_agent=f"lineage/{__version__}",
            workers=1,
            connect_timeout=min(10.0, timeout),
            idle_timeout=timeout,
        )

    def _body(self, path: str, most: int) -> bytes:
        seconds = round(self._timeout + most / _SLOWEST, 1)
        try:
            request = Request(path, "calls", most, off_host=True, seconds=seconds)
            response = self._transport.get(request)
        except (TransportError, NotAskedError, QuotaError) as problem:
            raise DownloadError(f"{_name(path)}: {problem}") from problem
        if response.status != 200:
            text = f"{_name(path)}: the data site answered {response.status}"
            raise DownloadHTTPError(text, response.status)
        return response.body

    def close(self) -> None:
        """Drop the connections."""
        self._transport.close()


class ArchiveFetcher(_Fetcher):
    """Reads a release that came as one file; nothing of it is unpacked to the disk."""

    base = "file:"

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(read_plain(path, _LARGEST)))
        except OSError as problem:
            raise UsageError(
                f"{path} cannot be read: {problem.strerror or problem}.",
                "Give a bundle such as lineage-data-2026-12-01.7.zip.",
            ) from problem
        except zipfile.BadZipFile as problem:
            raise DataError(
                f"{path} is not a whole bundle of data: {problem}.", "Get it again."
            ) from problem

    def _body(self, path: str, most: int) -> bytes:
        try:
            with self._archive.open(path.lstrip("/")) as member:
                content = member.read(most + 1)
        except KeyError:
            raise DownloadHTTPError(f"{_name(path)} is not in the bundle", 404) from None
        except _UNREADABLE as problem:
            raise DownloadError(f"{_name(path)}: {problem}") from problem
        if len(content) > most:
            raise DownloadLengthMismatchError(f"{_name(path)} is larger than {most:,} bytes")
        return content

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


def _name(path: str) -> str:
    return path.rpartition("/")[2]
