"""What is kept outlives the process, and what cannot be kept is told."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from hub import HubModel, TestHub
from lineage.core.errors import CannotRunError
from lineage.serve.database import FILE, Database, StoreError
from lineage.serve.orders import order_of
from lineage.serve.run import State
from lineage.serve.runs import Runs
from lineage.serve.store import Store
from serve.conftest import Serve, client_of, settings

NAMES = [f"acme/m{n}" for n in range(30)]
MODELS = [HubModel("acme/base", card={"license": "mit"}, files={"README.md": "# base\n"})]
MODELS += [
    HubModel(name, card={"base_model": "acme/base"}, files={"README.md": "# m\n"}) for name in NAMES
]


class Process:
    """The real command, over a folder."""

    def __init__(self, hub: str, home: Path) -> None:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("HF_", "LINEAGE_", "XDG_"))
        }
        env = kept | {
            "HF_ENDPOINT": hub,
            "HOME": str(home),
            "HF_HOME": str(home / "hf"),
            "no_proxy": "*",
        }
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "lineage",
                "serve",
                "--port",
                "0",
                "--state",
                str(home / "state"),
                "--no-cache",
            ],
            cwd=home,
            env=env,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        found = re.search(r"http://\S+", self.process.stderr.readline())
        assert found, "no address"
        self.client = client_of(found[0], lambda: None)

    def end(self, how: int) -> int:
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


def test_a_killed_server_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    """No finished run, no finished row twice; a pack is whole; what lay around is cleaned up; and
    a server that waits ends when it is told to."""
    with TestHub(MODELS, latency=0.05) as hub:
        server = Process(hub.url, tmp_path)
        client = server.client
        done = client.audited(NAMES[0])
        path = f"/v1/audits/{done['id']}/json"
        before = client.get(path).content
        asked = [
            client.post(
                "/v1/audits", json={"targets": NAMES, "pack": n == 2, "title": f"n{n}"}
            ).json()["id"]
            for n in range(4)
        ]
        while client.get(f"/v1/audits/{asked[0]}").json()["done"] < 3:
            time.sleep(0.02)
        server.end(signal.SIGKILL)
        state = tmp_path / "state"
        (state / "work" / "left").mkdir(parents=True)
        (state / "packs" / "half.part").write_bytes(b"PK")
        server = Process(hub.url, tmp_path)
        client = server.client
        assert client.get(path).content == before
        found = [client.over(id_) for id_ in asked]
        assert {(one["state"], one["done"], len(one["report"]["targets"])) for one in found} == {
            ("done", 30, 30)
        }
        assert {one["verdict"] for one in found} == {found[0]["verdict"]}
        with zipfile.ZipFile(state / "packs" / f"{asked[2]}.zip") as pack:
            assert pack.testzip() is None
        assert [one.name for one in (state / "packs").iterdir()] == [f"{asked[2]}.zip"]
        assert not list((state / "work").iterdir())
        hub.quota.api = 0  # from here on everybody waits for the Hub
        left = client.post("/v1/audits", json={"targets": ["acme/other"]}).json()["id"]
        with client.get(f"/v1/audits/{left}/events", stream=True):
            assert server.end(signal.SIGTERM) in (0, -signal.SIGTERM, 143)
        kept = Store(state)
        assert [id_ for id_, _ in kept.unfinished()] == [left] and kept.run(asked[1]).done == 30
        kept.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Another server's, one of another layout, one that is no database, one that is a file."""
    held = Store(tmp_path / "held")
    with pytest.raises(CannotRunError, match="another server uses it"):
        Store(tmp_path / "held")
    held.close()
    Store(tmp_path / "held").close()
    other = tmp_path / "other"
    Store(other).close()
    with sqlite3.connect(other / FILE) as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(CannotRunError, match="another version of lineage"):
        Store(other)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / FILE).write_bytes(b"no database at all" * 400)
    (tmp_path / "file").write_text("x")
    for name in ("odd", "file"):
        with pytest.raises(CannotRunError, match=r"could not be opened.*--state"):
            Store(tmp_path / name)


def test_what_cannot_be_written_fails_and_is_told(tmp_path: Path, serve: Serve) -> None:
    """A full disk: the run fails with the reason, which is kept once there is room; nobody is told
    that it goes on."""
    usual = settings(tmp_path / "state")
    store = Store(usual.folder)
    run = store.add(order_of(usual, b"Qwen/QwQ-32B-Preview\n"))
    (pages,) = store._database._writer.execute("PRAGMA page_count").fetchone()
    store._database._writer.execute(f"PRAGMA max_page_count = {pages}")
    runs = Runs(usual, store)
    runs.start()
    assert runs.wait(run.id, 60)
    seen = runs.look(run.id)
    assert seen.state is State.FAILED and "full" in seen.problem
    with pytest.raises(CannotRunError, match="full"):
        runs.submit(order_of(usual, b"acme/x\n" * 500))
    store._database._writer.execute("PRAGMA max_page_count = 1000000")
    runs._keep_ends()
    assert store.run(run.id).state is State.FAILED
    runs.close()
    store.close()


def test_damage_is_no_answer(tmp_path: Path, serve: Serve) -> None:
    client = serve(folder=tmp_path / "state")
    run = client.audited("Qwen/QwQ-32B-Preview")
    with sqlite3.connect(tmp_path / "state" / FILE) as database:
        database.execute("UPDATE model SET report = x'00'")
        database.execute("UPDATE document SET body = x'00'")
    database.close()
    for path in ("", "/json", "/csv"):
        answer = client.get(f"/v1/audits/{run['id']}{path}")
        assert answer.status_code == 503 and "damaged" in answer.json()["detail"], path


def test_a_clock_that_is_set_changes_no_order_and_makes_nothing_fresh(tmp_path: Path) -> None:
    usual = settings(tmp_path / "state")
    store = Store(usual.folder)
    first, second = (store.add(order_of(usual, b"Qwen/QwQ-32B-Preview\n")) for _ in range(2))
    store._database.do("UPDATE run SET created = created + 1e7 WHERE id = ?", first.id)
    assert [run.id for run in store.runs()] == [second.id, first.id]
    runs = Runs(usual, store)
    runs.start()
    assert runs.wait(first.id, 60) and runs.wait(second.id, 60)
    since = time.time() - 60
    assert runs.newest("Qwen/QwQ-32B-Preview", "default", since)
    store._database.do("UPDATE model SET at = at + 1e7")
    assert runs.newest("Qwen/QwQ-32B-Preview", "default", since) is None
    runs.close()
    store.close()


def test_another_policy_of_the_same_name_answers_nothing(tmp_path: Path, serve: Serve) -> None:
    """What was found under it is not taken, and an interrupted run begins again."""
    from dataclasses import replace

    from lineage.policy.finding import Level

    usual = settings(tmp_path / "state")
    store = Store(usual.folder)
    runs = Runs(usual, store)
    runs.start()
    run = runs.submit(order_of(usual, b"Qwen/QwQ-32B-Preview\n"))
    assert runs.wait(run.id, 60)
    assert runs.newest("Qwen/QwQ-32B-Preview", "default", 0)
    runs.close()
    changed = replace(usual.policies["default"], levels={"exposure-censors": Level.INFO})
    other = Runs(replace(usual, policies={**usual.policies, "default": changed}), store)
    assert other.newest("Qwen/QwQ-32B-Preview", "default", 0) is None
    store._database.do("UPDATE run SET state = 'running'")
    store.began(run.id, other._bases["default"])
    assert store.run(run.id).done == 0 and store.run(run.id).attempt == 2
    other.close()
    store.close()


def test_writes_that_wait_together_stand_or_fall_each_for_itself(tmp_path: Path) -> None:
    """One that is wrong, in the middle of others that share its transaction, leaves nothing behind
    and takes nothing with it; where the disk is full, nobody is told that it is kept."""
    database = Database(tmp_path, "CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB);")

    def write(number: int) -> int:
        def job(writer: sqlite3.Connection) -> int:
            writer.execute("INSERT INTO t VALUES (?, zeroblob(?))", (number, size))
            if number % 10 == 3:
                writer.execute("INSERT INTO t VALUES (?, NULL)", (number - 3,))
            if number % 10 == 7:
                raise KeyError(number)
            return number

        return database.write(job, is_light=bool(number % 2))

    def written(numbers: range) -> list[Future[int]]:
        with ThreadPoolExecutor(20) as pool:
            with database._writing:  # until all of them wait
                asked = [pool.submit(write, number) for number in numbers]
                while len(database._asked) < 20:
                    time.sleep(0.005)
            return asked

    size = 10
    for number, one in enumerate(written(range(40))):
        failure = one.exception()
        if number % 10 == 3:
            assert isinstance(failure, StoreError)
        elif number % 10 == 7:
            assert isinstance(failure, KeyError)
        else:
            assert one.result() == number
    good = [(n,) for n in range(40) if n % 10 not in (3, 7)]
    assert database.all("SELECT n FROM t ORDER BY n") == good
    (pages,) = database._writer.execute("PRAGMA page_count").fetchone()
    database._writer.execute(f"PRAGMA max_page_count = {pages}")
    size = 5_000
    full = [one.exception() for one in written(range(40, 60))]
    assert all(isinstance(one, StoreError | KeyError) for one in full)
    assert database.all("SELECT n FROM t ORDER BY n") == good
    database._writer.execute("PRAGMA max_page_count = 1000000")
    assert write(60) == 60
    database.close()
