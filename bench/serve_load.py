"""`lineage serve` under load on this machine: each of 50 clients asks for the same 200 models,
against a stand-in Hub that takes its time; server, Hub and clients in processes of their own. In the
first round a client sends one list of all, in the second ten lists of 20 over 200 other models.

    python bench/serve_load.py [--clients 50] [--models 200]

Prints a table for each round: errors, fetches per model at the Hub, memory, and how long the
requests take beside a bare Starlette answer of the same size in the same run. The number of
requests and the time are bounded; it stops by itself.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

HERE = Path(__file__).resolve().parent
BOUND = 580.0
"""Seconds for everything."""
LISTS = (200, 20)
"""Models of one list, by round."""

HUB = """
import json, sys, threading
sys.path.insert(0, sys.argv[1])
from hub import HubModel, TestHub
models = [HubModel("load/base", card={"license": "mit"}, files={"README.md": "# base"})]
for n in range(int(sys.argv[2])):
    card = {"base_model": "load/base", "license": "mit"}
    models.append(HubModel(f"load/m{n}", card=card, files={"README.md": "# m\\n" + "text " * 800}))
with TestHub(models, latency=0.05) as hub:
    print(hub.url, flush=True)
    for line in sys.stdin:
        print(json.dumps([call.path for call in hub.calls if call.path.startswith("/api/models/")]), flush=True)
"""
BARE = """
import socket, sys, threading
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
sizes = {}
async def answer(request):
    size = int(request.path_params["size"])
    body = sizes.setdefault(size, b"x" * size)
    return Response(body, media_type="application/json")
async def take(request):
    await request.body()
    return Response(b"x" * 400, 202, media_type="application/json")
app = Starlette(routes=[Route("/{size}", answer), Route("/", take, methods=["POST"])])
taken = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{taken.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", http="h11")).run([taken])
"""


@contextmanager
def process(args: list[str], **how: Any) -> Iterator[subprocess.Popen[str]]:
    """A program that is ended with the block."""
    found = subprocess.Popen(args, text=True, **how)
    try:
        yield found
    finally:
        found.send_signal(signal.SIGTERM)
        try:
            found.wait(20)
        except subprocess.TimeoutExpired:
            found.kill()
            found.wait()


def memory(pid: int) -> float:
    """Resident megabytes."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


class Load:
    """The clients, with what they saw."""

    def __init__(self, url: str, bare: str) -> None:
        self.url, self.bare = url, bare
        self.times: dict[str, list[float]] = {}
        self.errors: Counter[str] = Counter()
        self.ends = time.monotonic() + BOUND
        self._lock = threading.Lock()
        self._own = threading.local()

    def ask(self, what: str, method: str, url: str, **how: Any) -> requests.Response | None:
        """One request, timed."""
        if time.monotonic() > self.ends:
            raise TimeoutError("the time is over")
        session = getattr(self._own, "session", None) or requests.Session()
        self._own.session = session
        began = time.perf_counter()
        try:
            answer = session.request(method, url, timeout=60, **how)
        except requests.RequestException as problem:
            with self._lock:
                self.errors[f"{what}: {type(problem).__name__}"] += 1
            return None
        with self._lock:
            self.times.setdefault(what, []).append(time.perf_counter() - began)
            if answer.status_code >= 400:
                self.errors[f"{what}: {answer.status_code} {answer.text[:80]}"] += 1
        return answer if answer.ok else None

    def client(self, number: int, models: list[str], size: int) -> int:
        """Asks for all of them in lists of that size, waits, and reads each report; rows that came
        out finished."""
        first = number * size % len(models)
        turned = models[first:] + models[:first]
        rows = 0
        for start in range(0, len(turned), size):
            sent = {"targets": turned[start : start + size]}
            asked = self.ask("POST a run", "POST", f"{self.url}/v1/audits", json=sent)
            if asked is None:
                continue
            self.ask("POST, bare", "POST", f"{self.bare}/", json=sent)
            rows += self._watched(asked.headers["location"])
        return rows

    def _watched(self, path: str) -> int:
        tag = ""
        while True:
            found = self.ask(
                "GET how far", "GET", self.url + path, headers={"If-None-Match": tag} if tag else {}
            )
            if found is None:
                return 0
            tag = found.headers["ETag"]
            if found.status_code == 200 and (told := found.json())["state"] not in (
                "queued",
                "running",
            ):
                break
            time.sleep(0.5)
        report = self.ask("GET a report", "GET", f"{self.url}{path}/json")
        if report is None or told["state"] != "done":
            self.errors[f"run {told['state']}: {told['problem']}"] += 1
            return 0
        size = int(report.headers["Content-Length"])
        self.ask("GET, bare, of its size", "GET", f"{self.bare}/{size}")
        return len(report.json()["targets"])


def shown(name: str, seconds: list[float]) -> str:
    """One line of the table."""
    if not seconds:
        return f"| {name} | 0 | | |"
    p50, p95 = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.95)]
    return f"| {name} | {len(seconds):,} | {p50 * 1e3:.1f} ms | {p95 * 1e3:.1f} ms |"


def p95(seconds: list[float]) -> float:
    """Of the sorted."""
    return sorted(seconds)[int(len(seconds) * 0.95)]


def main() -> int:
    """Run it all; 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--models", type=int, default=200)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tests = str(HERE.parent / "tests")
        hub = stack.enter_context(
            process(
                [sys.executable, "-c", HUB, tests, str(2 * asked.models)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        bare = stack.enter_context(process([sys.executable, "-c", BARE], stdout=subprocess.PIPE))
        endpoint = hub.stdout.readline().strip()  # type: ignore[union-attr]
        env = {
            "HF_ENDPOINT": endpoint,
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "no_proxy": "*",
            "HF_TOKEN": "",
        }
        server = stack.enter_context(
            process(
                [
                    sys.executable,
                    "-m",
                    "lineage",
                    "serve",
                    "--port",
                    "0",
                    "--state",
                    str(folder / "state"),
                    "--no-cache",
                ],
                env=env,
                stderr=subprocess.PIPE,
                cwd=folder,
            )
        )
        url = ""
        while "http" not in url:
            url = server.stderr.readline()  # type: ignore[union-attr]
        url = re.search(r"http\S+", url)[0]  # type: ignore[index]
        threading.Thread(target=server.stderr.read, daemon=True).start()  # type: ignore[union-attr]
        load = Load(url, bare.stdout.readline().strip())  # type: ignore[union-attr]
        return measured(load, asked.clients, asked.models, server.pid, lambda: _calls(hub))


def _calls(hub: subprocess.Popen[str]) -> Counter[str]:
    hub.stdin.write("\n")  # type: ignore[union-attr]
    hub.stdin.flush()  # type: ignore[union-attr]
    return Counter(json.loads(hub.stdout.readline()))  # type: ignore[union-attr]


def measured(
    load: Load, clients: int, models: int, pid: int, calls: Callable[[], Counter[str]]
) -> int:
    """Two rounds, each with its table."""
    marks, is_good = [memory(pid)], True
    for around, size in enumerate(LISTS):
        names = [f"load/m{n}" for n in range(around * models, (around + 1) * models)]
        load.times = {}
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            asked = [pool.submit(load.client, number, names, size) for number in range(clients)]
            rows = sum(one.result() for one in asked)
        seconds = time.perf_counter() - began
        marks.append(memory(pid))
        wanted = clients * models
        print(f"\n{clients} clients, each asking for {models} models in lists of {size}:\n")
        print("| what | requests | p50 | p95 |\n| --- | ---: | ---: | ---: |")
        for name in sorted(load.times):
            print(shown(name, load.times[name]))
        print(f"\n{seconds:.1f} s; {rows:,} of {wanted:,} rows")
        for mine, its in (("POST a run", "POST, bare"), ("GET a report", "GET, bare, of its size")):
            ratio = p95(load.times[mine]) / p95(load.times[its])
            print(f"p95 of {mine}: {ratio:.1f} times the bare answer's")
        is_good = is_good and rows == wanted
    fetched = calls()
    per_model = Counter(fetched[f"/api/models/load/m{n}"] for n in range(2 * models))
    print(f"\nerrors: {dict(load.errors) or 'none'}")
    base = fetched["/api/models/load/base"]
    print(f"fetches per model: {dict(per_model)}; the base they share: {base}")
    told = ", ".join(f"{mark:.0f} MB" for mark in marks)
    print(f"memory: {told} (start, first round, second round)")
    return 0 if is_good and not load.errors and set(per_model) == {1} else 1


if __name__ == "__main__":
    sys.exit(main())
