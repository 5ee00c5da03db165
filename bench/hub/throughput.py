"""How close the Hub client comes to a bare requests client: the same server, the same calls, the
same threads, in one run.

PYTHONPATH=src python bench/hub/throughput.py [--models 2000] [--workers 16] [--latency 0]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.hub.source import HubSource

_ROOT = Path(__file__).parents[2]
_QUERY = "expand=baseModels&expand=cardData&expand=config&expand=createdAt&expand=disabled&expand=downloads&expand=gated&expand=gguf&expand=lastModified&expand=library_name&expand=likes&expand=pipeline_tag&expand=private&expand=safetensors&expand=sha&expand=siblings&expand=tags&blobs=true"


def main() -> None:
    """Print one line for each client and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    command = [
        sys.executable,
        "-m",
        "tests.hub",
        "--count",
        str(asked.models),
        "--latency",
        str(asked.latency),
    ]
    server = subprocess.Popen(
        command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        names = [f"many/m{number}" for number in range(asked.models)]
        best = {"requests": 0.0, "lineage": 0.0}
        for _ in range(asked.rounds):
            best["requests"] = max(
                best["requests"], _rate(_bare(url, asked.workers), names, asked.workers)
            )
            best["lineage"] = max(
                best["lineage"], _rate(_ours(url, asked.workers), names, asked.workers)
            )
        for name, rate in best.items():
            print(f"{name:<9} {rate:8.0f} models/s")
        print(f"ratio     {best['lineage'] / best['requests']:8.2f}")
    finally:
        server.terminate()
        server.wait()


def _bare(url: str, workers: int) -> Callable[[str], None]:
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=workers))

    def fetch(name: str) -> None:
        answer = session.get(f"{url}/api/models/{name}?{_QUERY}", timeout=30)
        assert answer.json()["id"] == name

    return fetch


def _ours(url: str, workers: int) -> Callable[[str], None]:
    source = HubSource(url, False, workers=workers)

    def fetch(name: str) -> None:
        assert source.fetch(ModelRef(name)).status is Status.RESOLVED

    return fetch


def _rate(fetch: Callable[[str], None], names: list[str], workers: int) -> float:
    fetch(names[0])
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fetch, names))
    return len(names) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
