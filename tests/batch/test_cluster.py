"""A real scheduler and real worker processes: the same results as on one machine, whatever dies in
the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from conftest import Ran
from hub import HubModel, Quota, TestHub
from lineage.batch.cluster import Cluster
from lineage.batch.executor import Done, Threads
from lineage.batch.work import AuditTarget
from lineage.core.errors import CannotRunError
from lineage.workflows.options import HubAccess, Options

pytest.importorskip("distributed")
NAMES = [f"org/m{i:03}" for i in range(60)]
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


@dataclass
class Running:
    """A cluster of processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(clean_env: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    place = tmp_path / "scheduler.json"
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": clean_env,
        "cwd": tmp_path,
    }
    dask = [sys.executable, "-m", "dask"]
    started = [
        subprocess.Popen(
            [
                *dask,
                "scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                str(place),
            ],
            **quiet,  # type: ignore[call-overload]
        )
    ]
    worker = [
        *dask,
        "worker",
        "--scheduler-file",
        str(place),
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
        "--host",
        "127.0.0.1",
    ]
    try:
        while not (place.exists() and place.read_text().strip().endswith("}")):
            assert started[0].poll() is None
            time.sleep(0.05)
        started += [subprocess.Popen(worker, **quiet) for _ in range(3)]  # type: ignore[call-overload]
        yield Running(json.loads(place.read_text())["address"], started[1:])
    finally:
        for process in started:
            process.kill()
            process.wait()


def asked(hub: TestHub) -> Counter[str]:
    """How often each model's record was asked for."""
    return Counter(
        call.path.removeprefix("/api/models/")
        for call in hub.calls
        if call.path.startswith("/api/models/")
    )


@pytest.mark.posix
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_killed_in_the_middle_costs_nothing(cluster: Running) -> None:
    """Same reports as from threads; no finished model is asked for again; nobody ever hits the
    quota."""
    with TestHub(
        [HubModel(name, downloads=i) for i, name in enumerate(NAMES)],
        latency=0.02,
        quota=Quota(api=30, window=1.0),
    ) as hub:
        work = AuditTarget.of(Options(hub=HubAccess(hub.url, prefetch=False), now=NOW))
        found: list[Done[str]] = []
        for done in Cluster(cluster.address).run(work, NAMES):
            found.append(done)
            if len(found) == 20:
                os.kill(cluster.workers[0].pid, signal.SIGKILL)
        assert cluster.workers[0].wait(10) == -signal.SIGKILL
        calls = asked(hub)
        assert set(calls) == set(NAMES)
        # What the killed worker had in hand was not done; nothing else is asked for twice.
        again = {name for name, count in calls.items() if count > 1}
        assert len(again) <= 1
        assert not again & {done.item for done in found[:20]}
        alone = list(Threads(2).run(work, NAMES))
    assert sorted(done.item for done in found) == NAMES
    assert not [done for done in found if done.problem]
    assert _facts(found) == _facts(alone)


def _facts(done: list[Done[str]]) -> dict[str, str]:
    """All of each report but the moments of the hub's answers."""
    return {one.item: re.sub(r'"retrieved_at":"[^"]*"', "", one.result or "") for one in done}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_audits_on_a_cluster_are_those_of_one_machine(
    cluster: Running, lineage: Callable[..., Ran]
) -> None:
    """The same report through the same command, with and without the flag."""
    models = [
        HubModel("acme/base"),
        *(HubModel(f"acme/tune{i}", card={"base_model": "acme/base"}) for i in range(6)),
    ]
    with TestHub(models) as hub:
        env = {"HF_ENDPOINT": hub.url, "SOURCE_DATE_EPOCH": "1795305600"}
        alone = lineage("audit", "--org", "acme", "-f", "json", "-q", env=env)
        both = lineage(
            "audit", "--org", "acme", "-f", "json", "-q", "--cluster", cluster.address, env=env
        )
    assert both.code == alone.code, both.err
    one, other = json.loads(alone.out), json.loads(both.out)
    assert [(t["model"], t["verdict"], t["roots"], t["edges"]) for t in one["targets"]] == [
        (t["model"], t["verdict"], t["roots"], t["edges"]) for t in other["targets"]
    ]


def test_a_cluster_that_is_not_there_is_reported() -> None:
    """With the way out."""
    with warnings.catch_warnings(), pytest.raises(CannotRunError, match="does not answer"):
        warnings.simplefilter("ignore")
        list(Cluster("tcp://127.0.0.1:9", timeout=0.3).run(AuditTarget(Options()), NAMES[:1]))
