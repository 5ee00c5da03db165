"""One SQLite file: fresh answers only, nobody else's, through crashes, damage and full disks."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lineage.core.errors import CannotRunError
from lineage.sources.web.cache import FILE_NAME, Cache, CacheKey, default_directory

KEY = CacheKey("https://hub.example", "anonymous", "org/model", "main", "record")


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def key(name: str) -> CacheKey:
    return CacheKey("https://hub.example", "anonymous", name, "main", "record")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, clock: Clock, notices: list[str]):
    opened = Cache(tmp_path / "sub" / "cache", clock=clock, on_notice=notices.append)
    yield opened
    opened.close()


def test_what_is_put_is_got(cache):
    """Bytes come back as they were, and only under their key."""
    cache.put_all({KEY: (b"\x00body\xff", 60)})
    assert cache.get(KEY) == b"\x00body\xff"
    for other in ("endpoint", "access", "id", "revision", "kind"):
        assert cache.get(CacheKey(**{**vars(KEY), other: "other"})) is None


def test_age(cache, clock):
    """A moving answer is forgotten in time, and also when the clock was set back; a pinned one stays for a month."""
    cache.put_all({KEY: (b"moving", 600), key("pinned"): (b"for ever", None)})
    clock.now += 599
    assert cache.get(KEY) == b"moving"
    clock.now += 2
    assert cache.get(KEY) is None
    assert cache.get(key("pinned")) == b"for ever"
    clock.now -= 100_000
    assert cache.get(KEY) is None
    clock.now += 100_000 + 29 * 86400
    assert cache.get(key("pinned")) == b"for ever"
    clock.now += 2 * 86400
    assert cache.get(key("pinned")) is None


def test_a_file_carries_no_more_than_its_own_time(tmp_path):
    """Answers that claim to be newer than the file, or to hold for ever, are not believed."""
    kept = Cache(tmp_path)
    kept.put_all({KEY: (b"forged", None), key("honest"): (b"honest", None)})
    kept.close()
    db = sqlite3.connect(kept.path)
    db.execute("UPDATE answer SET stored_at = stored_at + 3000 WHERE id = ?", (KEY.id,))
    db.execute(
        "UPDATE answer SET stored_at = stored_at - 3000, expires_at = 9e15 WHERE id != ?", (KEY.id,)
    )
    db.commit()
    db.close()
    read = Cache(tmp_path, clock=lambda: time.time() + 3500)
    assert read.get(KEY) is None
    assert read.get(key("honest"), most_age=600) is None
    assert read.get(key("honest")) == b"honest"
    assert (read.answers, read.oldest is not None) == (1, True)


@pytest.mark.posix
def test_a_file_from_elsewhere_becomes_the_owners_alone(tmp_path):
    """0644 before, 0600 as soon as it is opened."""
    kept = Cache(tmp_path)
    kept.put_all({KEY: (b"x", None)})
    kept.close()
    kept.path.chmod(0o644)
    assert Cache(tmp_path).get(KEY) == b"x"
    assert kept.path.stat().st_mode & 0o777 == 0o600


def test_access_classes_differ_by_token_and_by_cache(cache, tmp_path):
    """The class hides the token, is stable for it, and is salted, so that two caches do not show
    who used them."""
    first = cache.access_class("hf_one")
    assert first != cache.access_class("hf_two") and first == cache.access_class("hf_one")
    assert cache.access_class(None) == "anonymous" and "hf_one" not in first
    other = Cache(tmp_path / "other")
    assert other.access_class("hf_one") != first
    other.close()
    cache.put_all({KEY: (b"x", None)})
    assert all(b"hf_one" not in part.read_bytes() for part in cache.path.parent.iterdir())


def test_nobody_else_may_read_the_file(cache):
    """Private answers lie in it, whatever the umask."""
    cache.put_all({KEY: (b"x", None)})
    assert all(part.stat().st_mode & 0o077 == 0 for part in cache.path.parent.iterdir())


def test_the_size_is_bounded(tmp_path, clock):
    """What was not used for longest goes first, and the file shrinks with it."""
    small = Cache(tmp_path, max_bytes=200_000, clock=clock)
    for number in range(100):
        clock.now += 10
        small.put_all({key(f"m{number}"): (os.urandom(5_000), None)})
    reopened = Cache(tmp_path, max_bytes=200_000, clock=clock)
    clock.now += 7200
    assert reopened.get(key("m70")) is not None
    clock.now += 10
    reopened.put_all({key("last"): (b"x", None)})
    info = reopened.info()
    assert info.body_bytes <= 200_000 and 20 < info.entries < 45
    assert reopened.get(key("m0")) is None and reopened.get(key("m99")) and reopened.get(key("m70"))
    reopened.put_all({key("too large"): (os.urandom(60_000), None)})
    assert reopened.get(key("too large")) is None
    small.close()
    reopened.close()
    assert info.path.stat().st_size < 400_000


def test_info_and_clear(cache, notices):
    """Counting creates nothing; clearing leaves a small, usable file."""
    assert not cache.info().exists and cache.clear() == 0
    assert not cache.path.exists()
    cache.put_all(
        {key(f"m{number}"): (os.urandom(10_000), None if number else 60) for number in range(20)}
    )
    info = cache.info()
    assert (info.exists, info.entries) == (True, 20)
    assert info.body_bytes > 200_000 and info.file_bytes > info.body_bytes
    assert cache.clear() == 20
    assert cache.info().entries == 0 and cache.info().file_bytes < 100_000
    cache.put_all({KEY: (b"x", None)})
    assert cache.get(KEY) == b"x" and notices == []


@pytest.mark.parametrize("damage", ["garbage", "truncated", "page", "text", "foreign", "empty"])
def test_a_damaged_file_is_moved_aside(tmp_path, clock, notices, damage):
    """Whatever is in the file, the cache works on, says so once, and keeps the damaged file for a
    look."""
    first = Cache(tmp_path, clock=clock)
    first.put_all({key(f"m{number}"): (os.urandom(3000), None) for number in range(50)})
    first.close()
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(os.urandom(len(content)))
    elif damage == "truncated":
        path.write_bytes(content[: len(content) // 3])
    elif damage == "page":
        path.write_bytes(content[:4096] + b"\xff" * 40_000 + content[44_096:])
    elif damage == "text":
        path.write_text("this is no database\n" * 100)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        foreign = sqlite3.connect(path)
        foreign.executescript(
            "CREATE TABLE answer (something_else); CREATE TABLE setting (name, value);"
        )
        foreign.close()
    second = Cache(tmp_path, clock=clock, on_notice=notices.append)
    for number in range(50):
        second.get(key(f"m{number}"))
    second.put_all({KEY: (b"new", None)})
    assert second.get(KEY) == b"new"
    second.close()
    assert len(notices) == (damage != "empty")
    assert (tmp_path / (FILE_NAME + ".damaged")).exists() == (damage != "empty")


def test_a_body_with_a_flipped_bit_is_a_miss(cache, tmp_path):
    """Bodies carry a checksum; a wrong one is forgotten."""
    cache.put_all({KEY: (b"body" * 100, None)})
    cache.close()
    raw = sqlite3.connect(cache.path)
    (body,) = raw.execute("SELECT body FROM answer").fetchone()
    raw.execute("UPDATE answer SET body = ?", (body[:-1] + bytes([body[-1] ^ 1]),))
    raw.commit()
    raw.close()
    assert cache.get(KEY) is None
    assert cache.info().entries == 0


def test_a_full_disk(cache, notices):
    """Writing stops with one notice; nothing raises, and the run goes on without a cache."""
    cache.put_all({KEY: (b"first", None)})
    db = cache._file._db
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    for number in range(3):
        cache.put_all({key(f"m{number}"): (os.urandom(100_000), None)})
    assert cache.is_off and len(notices) == 1
    assert "full" in notices[0] and "without it" in notices[0]
    assert cache.get(KEY) is None


def test_a_place_where_nothing_can_be_written(tmp_path, notices):
    """A file where the directory should be: no cache, one notice."""
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file", on_notice=notices.append)
    cache.put_all({KEY: (b"x", None)})
    assert cache.get(KEY) is None and cache.access_class("hf_x")
    assert len(notices) == 1
    assert cache.info().exists is False


def test_clearing_what_cannot_be_cleared(tmp_path, monkeypatch):
    """`cache clear` does not pretend."""
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(CannotRunError, match="could not be cleared"):
        Cache(tmp_path).clear()


def _write(directory: Path, worker: int, count: int) -> None:
    cache = Cache(directory)
    for number in range(count):
        cache.put_all({key(f"w{worker}-{number}"): (b"%d" % number * 50, None)})
        cache.get(key(f"w{(worker + 1) % 4}-{number}"))
    cache.close()
    sys.exit(cache.is_off)


def test_many_processes_at_once(tmp_path):
    """Four processes that open, create, read and write together lose nothing and damage nothing."""
    start = multiprocessing.get_context("spawn" if sys.platform == "win32" else "fork")
    workers = [start.Process(target=_write, args=(tmp_path, worker, 50)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    cache = Cache(tmp_path)
    assert cache.info().entries == 200
    cache.close()
    assert _is_sound(tmp_path)


def test_many_threads_at_once(cache, notices):
    """One object serves all workers of a process."""

    def work(worker: int) -> None:
        for number in range(25):
            cache.put_all({key(f"w{worker}-{number}"): (b"x", None)})
            assert cache.get(key(f"w{worker}-{number}")) == b"x"

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.info().entries == 200 and notices == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_gets_its_own_connection(cache):
    """A child that inherited an open cache may use it, and the parent after it."""
    cache.put_all({KEY: (b"x", None)})
    child = multiprocessing.get_context("fork").Process(
        target=lambda: sys.exit(cache.get(KEY) != b"x")
    )
    child.start()
    child.join()
    assert child.exitcode == 0
    assert cache.get(KEY) == b"x"


_WRITER = """
import os, sys
from pathlib import Path
from lineage.sources.web.cache import Cache, CacheKey
cache = Cache(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(10**9):
    cache.put_all({CacheKey("e", "anonymous", f"m{number % 500}", "main", "record"): (os.urandom(4000), None)})
"""


@pytest.mark.posix
def test_a_kill_at_any_moment(tmp_path, notices):
    """kill -9 amid writes, several times: the file stays sound and the next process reads and
    writes."""
    for delay in (0.0, 0.02, 0.04, 0.06, 0.08):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ},
        )
        assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        after = Cache(tmp_path, on_notice=notices.append)
        after.put_all({KEY: (b"after", None)})
        assert after.get(KEY) == b"after"
        after.close()
    assert notices == [] and _is_sound(tmp_path)


def test_a_busy_file_is_not_a_broken_one(tmp_path, notices, monkeypatch):
    """While another process holds the file for long, an answer is just not kept."""
    monkeypatch.setattr("lineage.sources.web.cache_file._BUSY_SECONDS", 0.05)
    cache = Cache(tmp_path, on_notice=notices.append)
    cache.put_all({KEY: (b"x", None)})
    other = sqlite3.connect(cache.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.put_all({key("other"): (b"y", None)})
    assert cache.get(KEY) == b"x"
    other.execute("ROLLBACK")
    other.close()
    cache.put_all({key("other"): (b"y", None)})
    assert cache.get(key("other")) == b"y" and notices == [] and not cache.is_off
    cache.close()


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", "/home/u/.cache/lineage"),
        ({"XDG_CACHE_HOME": "/var/c"}, "linux", "/var/c/lineage"),
        ({"XDG_CACHE_HOME": "relative"}, "linux", "/home/u/.cache/lineage"),
        ({}, "darwin", "/home/u/Library/Caches/lineage"),
        ({"LOCALAPPDATA": "/home/u/Local"}, "win32", "/home/u/Local/lineage/Cache"),
    ],
)
def test_where_it_lies(environ, platform, expected):
    """Each platform's own place for caches."""
    assert default_directory(environ, platform, Path("/home/u")) == Path(expected)


def _is_sound(directory: Path) -> bool:
    db = sqlite3.connect(directory / FILE_NAME)
    verdict = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    return bool(verdict == "ok")
