"""The real server as a subprocess, and the protocol's own client on it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import bare_environment

pytest.importorskip("mcp", reason="the SDK of the Model Context Protocol is not installed")

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

_BLOCK = re.compile(r"<(untrusted-[0-9a-f]{12})>\n.*?\n</\1>", re.DOTALL)


@dataclass(frozen=True)
class Told:
    """What a call gave."""

    is_error: bool
    text: str
    content: dict[str, Any] | None

    @property
    def own(self) -> str:
        """The text without what is marked as strangers'."""
        return _BLOCK.sub("", self.text)


@dataclass(frozen=True)
class Client:
    """A connected client; every method waits for the answer."""

    portal: BlockingPortal
    session: ClientSession

    def tools(self) -> dict[str, Any]:
        """The tools that are listed, by name."""
        return {tool.name: tool for tool in self.portal.call(self.session.list_tools).tools}

    def call(self, tool: str, **arguments: Any) -> Told:
        """One call; the client itself checks the answer by the schema that was listed."""
        done = self.portal.call(self.session.call_tool, tool, arguments)
        return Told(
            done.is_error,
            "\n".join(part.text for part in done.content),
            done.structured_content,
        )


@contextmanager
def connected(home: Path, *options: str, **variables: str) -> Iterator[Client]:
    """A client of a server that was started with these options."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "lineage", "mcp", *options],
        env=bare_environment(home) | variables,
        cwd=home.parent,
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_opened(parameters, home.parent / "stderr")) as session,
    ):
        yield Client(portal, session)


@asynccontextmanager
async def _opened(parameters: StdioServerParameters, log: Path) -> Any:
    with log.open("w", encoding="utf-8") as stderr:
        async with (
            stdio_client(parameters, errlog=stderr) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            yield session
