"""One chaos run: the real command line as its own process, measured, and held against the run with
nothing wrong."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub import Quota, TestHub, TestServer

from .faults import FAULTS, Plan
from .shapes import KAGGLE, KEY, LOGIN, MLFLOW, SCOPE, SHAPES, TOKEN, Shape, arguments, write_files

BOUND = 100.0
"""A guard against a hang, over twenty times what a run takes with `--timeout 1.5 --max-wait 1`."""
MEMORY = 300 << 20
"""Bytes of resident memory that no run may exceed."""
_LIMITS = ("--timeout", "1.5", "--max-wait", "1")
RANK = {"pass": 0, "review": 1, "inconclusive": 2, "fail": 2}
_CODES = {"pass": 0, "review": 0, "fail": 1, "inconclusive": 3}
_TELLING = frozenset(
    {"unreadable-trace", "unresolved-ancestor", "snapshot-fallback", "bounds-hit", "limited-access"}
)
_KNOWN = frozenset({"resolved", "gated", "disabled", "local"})
_CLOSED = "http://127.0.0.1:9"
_BASIC = base64.b64encode(LOGIN.encode()).decode()
_SECRETS = {
    TOKEN: "hub",
    KEY: "server",
    SCOPE: "modelscope",
    _BASIC: "registry",
    KAGGLE: "kaggle",
    MLFLOW: "mlflow",
    "Bearer token-": "registry",
}
"""And the only server that each may reach."""
_ADDRESSES = {
    "docker": "LINEAGE_DOCKER_REGISTRY",
    "kaggle": "KAGGLE_API_ENDPOINT",
    "mlflow": "MLFLOW_TRACKING_URI",
    "modelscope": "MODELSCOPE_ENDPOINT",
}
BY_NAME = {shape.name: shape for shape in SHAPES}


@dataclass(frozen=True)
class Outcome:
    """How one process ended."""

    code: int | None
    """None where it had to be killed."""
    seconds: float
    memory: int
    out: bytes
    err: bytes
    report: Mapping[str, Any] | None
    struck: int
    """Calls on which a fault fell."""
    leaks: tuple[str, ...]
    """Places where the token was found."""

    @property
    def verdict(self) -> str:
        """As the report says it; no report at all is no answer, which is inconclusive."""
        return str(self.report["verdict"]) if self.report else "inconclusive"


@dataclass(frozen=True)
class Trial:
    """One plan with its outcome and everything in it that must not be."""

    plan: Plan
    outcome: Outcome
    violations: tuple[str, ...]


Servers = Mapping[str, TestServer]
"""The Hub and the places of a shape, by their names."""


def environment(folder: Path, endpoint: str, ollama: str = _CLOSED) -> dict[str, str]:
    """A machine with nothing set up but a token; its cache and home lie in `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            ("HF_", "HUGGING", "KAGGLE_", "LINEAGE_", "MLFLOW_", "MODELSCOPE_", "XDG_")
        )
    }
    return kept | {
        "HOME": str(folder),
        "HF_HOME": str(folder / "hf"),
        "HF_TOKEN": TOKEN,
        "HF_ENDPOINT": endpoint,
        "LINEAGE_OLLAMA_REGISTRY": ollama,
        "MODELSCOPE_ENDPOINT": _CLOSED,
        "LINEAGE_MODELSCOPE_AI": _CLOSED,
        "MODELSCOPE_API_TOKEN": SCOPE,
        "LINEAGE_DOCKER_REGISTRY": _CLOSED,
        "LINEAGE_OCI_INSECURE": "1",
        "DOCKER_CONFIG": str(folder / "docker"),
        "KAGGLE_API_ENDPOINT": _CLOSED,
        "KAGGLE_API_TOKEN": KAGGLE,
        "MLFLOW_TRACKING_URI": _CLOSED,
        "MLFLOW_TRACKING_TOKEN": MLFLOW,
        "LINEAGE_ENDPOINT_KEY": KEY,
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "LINEAGE_CACHE_DIR": str(folder / "cache"),
        "PYTHONIOENCODING": "utf-8",
        "no_proxy": "*",
    }


# A child's rusage counts what its parent held when it forked; the peak of the new program alone is
# in /proc.
_LAUNCH = """
import runpy, sys
place, sys.argv = sys.argv[1], ["lineage", *sys.argv[2:]]
try:
    runpy.run_module("lineage", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status, open(place, "w") as told:
        told.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def run_cli(
    args: list[str], folder: Path, env: Mapping[str, str], bound: float = BOUND
) -> tuple[int | None, float, int, bytes, bytes]:
    """Exit code (None: killed after `bound` seconds), seconds, peak resident bytes, stdout and
    stderr."""
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        began = time.monotonic()
        peak = folder / "peak"
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(peak), *args],
            cwd=folder,
            env=dict(env),
            stdout=out,
            stderr=err,
        )
        watchdog = threading.Timer(bound, process.send_signal, (signal.SIGKILL,))
        watchdog.start()
        _, status = os.waitpid(process.pid, 0)
        seconds = time.monotonic() - began
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    code = None if process.returncode == -signal.SIGKILL else process.returncode
    memory = int(peak.read_text()) * 1024 if peak.exists() else 0
    return code, seconds, memory, (folder / "stdout").read_bytes(), (folder / "stderr").read_bytes()


def run(plan: Plan, *, again: bool = False) -> tuple[Outcome, Outcome | None]:
    """Carry a plan out; with `again`, and then once more with nothing wrong and what the first run
    left in the cache."""
    shape = BY_NAME[plan.shape]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        write_files(shape, folder)
        quota = Quota(api=1) if plan.cut == "quota of one call" else None
        hub = stack.enter_context(TestHub(shape.models(), tokens={TOKEN: "full"}, quota=quota))
        places = {name: stack.enter_context(one) for name, one in shape.places().items()}
        servers: Servers = {"hub": hub, **places}
        if plan.warm:
            _once(shape, folder, servers, hub.url)
            for server in servers.values():
                server.forget()
        troubles = spoil(servers, shape, plan)
        first = _once(shape, folder, servers, _endpoint(plan, hub, stack), troubles)
        if not again:
            return first, None
        for server in servers.values():
            server.troubles.clear()
        return first, _once(shape, folder, servers, hub.url)


def spoil(servers: Servers, shape: Shape, plan: Plan) -> int:
    """Set up what is to go wrong; how many things."""
    for strike in plan.strikes:
        fault, how = FAULTS[strike.fault]
        where, match = shape.steps[strike.step]
        name, _, part = where.partition("-")
        label = "cdn" if where == "cdn" or part else "hub"
        told = {**how, "times": strike.times, "server": label}
        if "target" in told:
            elsewhere = servers["hub"].cdn_url
            told["target"] = str(told["target"]).replace("{elsewhere}", elsewhere)
        servers["hub" if where == "cdn" else name].trouble(fault, match, **told)
    return len(plan.strikes)


def _endpoint(plan: Plan, hub: TestHub, stack: ExitStack) -> str:
    if plan.cut == "refused":
        return "http://127.0.0.1:9"
    if plan.cut == "no such host":
        return "http://hub.invalid"
    if plan.cut == "TLS failure":
        return hub.url.replace("http:", "https:")
    if plan.cut == "hub goes away":
        done = threading.Event()
        watcher = threading.Thread(
            target=_shut_after, args=(hub, 1 + plan.seed % 6, done), daemon=True
        )
        watcher.start()
        stack.callback(done.set)
    return hub.url


def _shut_after(hub: TestHub, calls: int, done: threading.Event) -> None:
    while not done.wait(0.002):
        if len(hub.calls) >= calls:
            hub.close_door()
            return


def _once(
    shape: Shape, folder: Path, servers: Servers, endpoint: str, troubles: int = 0
) -> Outcome:
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    named = {
        "{server}": servers["server"].url if "server" in servers else "",
        "{registry}": servers["registry"].url[7:] if "registry" in servers else "",
    }
    args = [
        *(_replaced(word, named) for word in arguments(shape)),
        *_LIMITS,
        "-f",
        "text",
        "-f",
        f"json={report}",
        "-f",
        f"html={folder / 'report.html'}",
    ]
    env = environment(folder, endpoint, servers["ollama"].url if "ollama" in servers else _CLOSED)
    for name, variable in _ADDRESSES.items():
        if name in servers:
            env[variable] = servers[name].url
    _log_in(folder, named["{registry}"])
    code, seconds, memory, out, err = run_cli(args, folder, env)
    told = report.read_text(encoding="utf-8") if report.exists() else ""
    return Outcome(
        code,
        seconds,
        memory,
        out,
        err,
        json.loads(_replaced(told, {url: word for word, url in named.items()})) if told else None,
        sum(one.troubles.struck for one in servers.values()) if troubles else 0,
        tuple(_leaks(folder, servers)),
    )


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for word, other in words.items():
        text = text.replace(word, other) if word and other else text
    return text


def _log_in(folder: Path, host: str) -> None:
    config = folder / "docker" / "config.json"
    config.parent.mkdir(exist_ok=True)
    config.write_text(json.dumps({"auths": {host: {"auth": _BASIC}}} if host else {}))


def _leaks(folder: Path, servers: Servers) -> list[str]:
    """Files that hold a secret, and calls that carry one to a host that it is not meant for."""
    found = [
        str(path.name)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.parent.name != "docker"
        and any(secret.encode() in path.read_bytes() for secret in _SECRETS)
    ]
    return found + [
        f"call to {name} ({call.server})"
        for name, server in servers.items()
        for call in server.calls
        for secret, home in _SECRETS.items()
        if secret in str(call.headers) and (name != home or call.server != "hub")
    ]


def violations(shape: Shape, clean: Outcome, outcome: Outcome) -> tuple[str, ...]:
    """Everything that must not be, in an outcome with something wrong beside the one with nothing
    wrong."""
    found: list[str] = []
    if outcome.code is None or outcome.seconds > BOUND:
        found.append(f"no end within {BOUND:g} s")
    if outcome.memory > MEMORY:
        found.append(f"{outcome.memory >> 20} MB of memory")
    found += [f"the token is in {place}" for place in outcome.leaks]
    if any(
        word in stream
        for word in (b"Traceback", b"Internal error", b"Exception ")
        for stream in (outcome.out, outcome.err)
    ):
        found.append("a traceback: " + outcome.err.decode("utf-8", "replace")[-300:])
    if outcome.report is None:
        if outcome.code != 4:
            found.append(f"exit code {outcome.code} without a report")
        return tuple(found)
    if outcome.code != _CODES[outcome.verdict]:
        found.append(f"exit code {outcome.code} for {outcome.verdict}")
    assert clean.report is not None
    if RANK[outcome.verdict] < RANK[clean.verdict]:
        found.append(f"the verdict {clean.verdict} became {outcome.verdict}")
    return (*found, *compared(shape, clean.report, outcome.report))


def compared(shape: Shape, clean: Mapping[str, Any], report: Mapping[str, Any]) -> list[str]:
    """Everything that must not be, in a report beside the one with nothing wrong."""
    named = [target["target"] for target in report["targets"]]
    if sorted(named) != sorted(shape.targets):
        return [f"targets {named} where {list(shape.targets)} were asked for"]
    found = []
    before = {target["target"]: target for target in clean["targets"]}
    for target in report["targets"]:
        was = before[target["target"]]
        if RANK[target["verdict"]] < RANK[was["verdict"]]:
            found.append(f"{target['target']}: {was['verdict']} became {target['verdict']}")
        lost = {node["id"].lower() for node in was["nodes"]} - {
            node["id"].lower() for node in target["nodes"]
        }
        told = any(node["status"] not in _KNOWN for node in target["nodes"]) or any(
            f["rule"] in _TELLING for f in target["findings"]
        )
        if lost and not told:
            found.append(f"{target['target']}: {sorted(lost)} lost without a word")
        found += [
            f"{n['id']}: {n['status']} without a reason"
            for n in target["nodes"]
            if n["status"] not in _KNOWN and not n["reason"]
        ]
        listed = {one["id"] for one in target["unresolved"]}
        found += [
            f"{n['id']}: not listed as unresolved"
            for n in target["nodes"]
            if n["status"] not in _KNOWN and n["id"] not in listed
        ]
    return found


def clean_run(shape: Shape) -> Outcome:
    """The answer while nothing is wrong."""
    outcome, _ = run(Plan(shape.name))
    assert outcome.report is not None, outcome.err
    return outcome


def trial(plan: Plan, clean: Outcome, *, again: bool = False) -> Trial:
    """Carry a plan out and hold it against the clean run; with `again` also what the cache kept of
    it."""
    shape = BY_NAME[plan.shape]
    outcome, after = run(plan, again=again)
    found = violations(shape, clean, outcome)
    if after is not None:
        found += tuple(f"in the next run: {one}" for one in violations(shape, clean, after))
    return Trial(plan, outcome, found)
