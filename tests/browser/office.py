"""The server of the real command line, over a Hub on loopback, and a person with a keyboard."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import bare_environment
from hub import Fault, HubModel, TestHub

CARD = {"README.md": "# A model\n"}
MODELS = [
    HubModel("acme/base", card={"license": "mit"}, files=CARD),
    HubModel("acme/chat", card={"base_model": "acme/base", "license": "mit"}, files=CARD),
    *(
        HubModel(f"acme/slow{n}", card={"base_model": "acme/base", "license": "mit"}, files=CARD)
        for n in range(1, 5)
    ),
    HubModel("Qwen/Qwen2.5-7B", card={"license": "apache-2.0"}, files=CARD),
    HubModel("vendor/assistant", card={"base_model": "Qwen/Qwen2.5-7B"}, files=CARD),
]
LIST = ("vendor/assistant", "acme/chat", "acme/slow1", "nobody/not-there")


@dataclass
class Office:
    """One running server."""

    url: str
    environment: dict[str, str]
    folder: Path

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(*words, env=self.environment, cwd=self.folder)


def run(*words: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", *words],
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def office(folder: Path, *more: str) -> Iterator[Office]:
    """As `lineage serve` starts it; some models of its Hub take their time."""
    with TestHub(MODELS) as hub:
        hub.trouble(Fault.DRIP, "acme/slow", pause=0.003)
        env = bare_environment(folder / "home") | {"HF_ENDPOINT": hub.url}
        command = ["serve", "--port", "0", "--state", str(folder / "state"), *more]
        with subprocess.Popen(
            [sys.executable, "-m", "lineage", *command],
            env=env,
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stderr is not None
                told = process.stderr.readline()
                found = re.fullmatch(r"Serving at (http://127\.0\.0\.1:\d+) .*\n", told)
                assert found, told + process.stderr.read()
                yield Office(found[1], env, folder)
            finally:
                process.terminate()
                process.wait(30)


@dataclass
class Officer:
    """Somebody at a browser who touches the keyboard alone."""

    page: Any
    said: list[str] = field(default_factory=list)

    def tab_to(self, selector: str, most: int = 120) -> None:
        """Press Tab until an element that fits has the focus, which can be seen."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            at = self.page.locator(":focus")
            if at.count() and at.evaluate("(one, fits) => one.matches(fits)", selector):
                style = at.evaluate("(one) => getComputedStyle(one).outlineStyle")
                assert style != "none", selector
                return
        raise AssertionError(f"no way to {selector} by Tab")

    def follow(self, selector: str) -> None:
        """Go to a link or button and press Enter."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fetched(self, selector: str, folder: Path) -> Path:
        """The file behind a link."""
        self.tab_to(selector)
        with self.page.expect_download() as coming:
            self.page.keyboard.press("Enter")
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path


def unpacked(archive: Path, folder: Path) -> Path:
    """The pack in an archive."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder / "pack"
