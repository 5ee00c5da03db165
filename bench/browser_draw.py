"""How long a browser takes to draw the report of 300 and of 1,000 models, from opening the file to the
painted graph, and to show one of them.

    python bench/browser_draw.py [--runs 5]

Needs playwright (pip) and Debian's chromium; says so where they are missing. Prints the file's size,
the median and the best of the runs, and the processor time of the page, which a busy machine changes
less.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from lineage.report.formats import render
from report import reports

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def main() -> int:
    """Open, draw and choose, as often as asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print(
            "not measured: playwright and chromium are needed (pip install playwright; apt-get install chromium)"
        )
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        for count in (300, 1000):
            file = Path(folder) / "report.html"
            file.write_text(render(reports.report(reports.wide(count)), "html"), encoding="utf-8")
            print(f"{count} models, {file.stat().st_size / 1e6:.2f} MB")
            told(*zip(*(opened(browser, file, count) for _ in range(runs)), strict=True))
        browser.close()
    return 0


def opened(browser: Any, file: Path, count: int) -> tuple[float, float, float]:
    """Seconds until the file is drawn, of processor time for that, and until one model is shown."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    inside = context.new_cdp_session(page)
    inside.send("Performance.enable")
    start = time.perf_counter()
    page.goto(file.as_uri())
    page.evaluate(PAINTED)
    drawn = time.perf_counter() - start
    metrics = inside.send("Performance.getMetrics")["metrics"]
    spent = next(one["value"] for one in metrics if one["name"] == "ProcessTime")
    assert page.locator("svg a.node").count() == count
    start = time.perf_counter()
    page.locator("svg a.node.target").dispatch_event("click")
    page.evaluate(PAINTED)
    chosen = time.perf_counter() - start
    context.close()
    return drawn, spent, chosen


def told(*columns: tuple[float, ...]) -> None:
    """One line for each of the three."""
    names = ("opened and drawn", "processor time of that", "one model chosen")
    for what, times in zip(names, columns, strict=True):
        print(f"{what:<23} median {statistics.median(times):.2f} s, best {min(times):.2f} s")


if __name__ == "__main__":
    sys.exit(main())
