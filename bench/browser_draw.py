"""How long a browser takes to draw the report of 300 models, from opening the file to the painted
graph, and to show one of them.

    python bench/browser_draw.py [--runs 5]

Needs playwright (pip) and Debian's chromium; says so where they are missing. Prints the median and
the best of the runs.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

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
    drawn, chosen = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        file = Path(folder) / "report.html"
        file.write_text(render(reports.report(reports.wide()), "html"), encoding="utf-8")
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(runs):
            page = browser.new_context(
                offline=True, viewport={"width": 1280, "height": 900}
            ).new_page()
            start = time.perf_counter()
            page.goto(file.as_uri())
            page.evaluate(PAINTED)
            drawn.append(time.perf_counter() - start)
            assert page.locator("svg a.node").count() == 300
            start = time.perf_counter()
            page.locator("svg a.node.target").dispatch_event("click")
            page.evaluate(PAINTED)
            chosen.append(time.perf_counter() - start)
            page.close()
        browser.close()
    for what, times in (("opened and drawn", drawn), ("one model chosen", chosen)):
        print(
            f"{what:<20} median {statistics.median(times):.2f} s, best {min(times):.2f} s over {runs} runs"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
