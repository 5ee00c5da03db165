"""A real browser without a network; the tests are skipped, with the reason, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lineage.report.document import Report
from lineage.report.formats import render
from report import reports

_NODE_MODULES = Path(os.environ.get("NODE_MODULES", Path(__file__).parent / "node_modules"))
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Opened:
    """A page, and everything that it said or asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def program() -> str:
    """Where Debian's chromium lies, or another of its kind."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def chromium(program: str) -> Iterator[Any]:
    """It, headless."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: make test-browser"
    )
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "without script": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Render a report, open it from a file, and listen."""
    contexts = []

    def opening(report: Report, look: str = "light") -> Opened:
        file = tmp_path / "report.html"
        file.write_text(render(report, "html"), encoding="utf-8")
        context = chromium.new_context(offline=True, reduced_motion="reduce", **LOOKS[look])
        contexts.append(context)
        held = Opened(context.new_page())
        held.page.on("console", lambda message: held.said.append(message.text))
        held.page.on("pageerror", lambda error: held.said.append(str(error)))
        held.page.on("request", lambda request: held.asked.append(request.url))
        held.page.goto(file.as_uri())
        return held

    yield opening
    for context in contexts:
        context.close()


def script(package: str, path: str) -> str:
    """A script out of an npm package; skips the test where `make test-browser` did not install
    it."""
    file = _NODE_MODULES / package / path
    if not file.is_file():
        pytest.skip(f"{package} is not installed: make test-browser")
    return file.read_text(encoding="utf-8")


def every_report() -> dict[str, Report]:
    """One report per shape, and one over several targets."""
    single = {name: reports.report(shape()) for name, shape in reports.ALL.items()}
    return single | {
        "several": reports.report(
            *(shape() for name, shape in reports.ALL.items() if name != "wide")
        )
    }
