"""How fast a portfolio of models is audited at a hub, beside the bare requests client that asks for
the same records.

    python bench/portfolio_rate.py [--models 2000] [--latency 0]

A local test Hub in a process of its own serves unrelated models without files. Both ask it for
every record, in turn, in one run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from lineage.batch.audits import SIDE_BY_SIDE, audit_many
from lineage.workflows.audit import Auditor
from lineage.workflows.options import HubAccess, Options

TESTS = Path(__file__).resolve().parent.parent / "tests"
EXPAND = (
    *(
        "baseModels",
        "cardData",
        "config",
        "createdAt",
        "disabled",
        "downloads",
        "gated",
        "gguf",
        "lastModified",
    ),
    *("library_name", "likes", "pipeline_tag", "private", "sha", "siblings", "tags"),
)


def bare(url: str, names: list[str]) -> float:
    """Seconds of one session, with as many threads as audits run side by side."""
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=SIDE_BY_SIDE))
    query = "&".join(f"expand={key}" for key in EXPAND) + "&blobs=true"
    start = time.perf_counter()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        assert all(
            pool.map(
                lambda name: (
                    session.get(f"{url}/api/models/{name}?{query}", timeout=30).json()["id"] == name
                ),
                names,
            )
        )
    return time.perf_counter() - start


def ours(url: str, names: list[str]) -> float:
    """Seconds of whole audits: walk, evidence, policy, one report."""
    with Auditor(Options(hub=HubAccess(url, "", prefetch=False))) as auditor:
        start = time.perf_counter()
        report = auditor.report(report for _, report in audit_many(auditor, names))
        seconds = time.perf_counter() - start
    assert all(target.source == "hub" for target in report.targets)
    return seconds


def main() -> None:
    """Three rounds, in turn."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    given = parser.parse_args()
    names = [f"many/m{i}" for i in range(given.models)]
    command = [
        sys.executable,
        "-m",
        "hub",
        "--count",
        str(given.models),
        "--latency",
        str(given.latency),
    ]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        try:
            for _ in range(3):
                slow, quick = ours(url, names), bare(url, names)
                print(
                    f"lineage {given.models / slow:6.0f} models/s, bare requests {given.models / quick:6.0f} models/s,"
                    f" ratio {quick / slow:.2f}",
                    flush=True,
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
