"""How long the HTML report is: bytes, height on a phone, and printed pages, for one model and for the
vendors of a list.

    python bench/report_size.py [--lineage PROGRAM] [--input docs/examples/fifteen-vendors.csv]

Needs playwright (pip) and Debian's chromium; says so where they are missing. `--lineage` names the
program to measure, so that two versions can be set side by side.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[1]
ONE = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


def main() -> int:
    """Make both reports, open them, print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lineage", default="lineage")
    parser.add_argument("--input", type=Path, default=ROOT / "docs/examples/fifteen-vendors.csv")
    arguments = parser.parse_args()
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
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, what in (("one model", [ONE]), ("the list", ["--input", str(arguments.input)])):
            file = Path(folder, "report.html")
            command = [
                arguments.lineage,
                "audit",
                "--offline",
                "-f",
                "html",
                "-o",
                str(file),
                *what,
            ]
            subprocess.run(command, check=False)
            rows.append((name, f"{file.stat().st_size:,}", *measured(browser, file)))
        browser.close()
    print(tabulate(rows, ["report", "bytes", "phone height (px)", "printed pages"]))
    return 0


def measured(browser: Any, file: Path) -> tuple[str, str]:
    """Height on a phone 390 pixels wide, and pages of A4."""
    context = browser.new_context(offline=True, **PHONE)
    page = context.new_page()
    page.goto(file.as_uri())
    height = page.evaluate("document.documentElement.scrollHeight")
    context.close()
    page = browser.new_context(offline=True).new_page()
    page.goto(file.as_uri())
    pages = len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(prefer_css_page_size=True)))
    page.close()
    return f"{height:,}", str(pages)


if __name__ == "__main__":
    sys.exit(main())
