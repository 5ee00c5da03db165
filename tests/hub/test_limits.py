"""Quota: no 429 while headers warn, one wait for all workers, and an end to waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from hub import Fault, HubModel, Quota, TestHub
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.web.address import parse_endpoint
from lineage.sources.web.exchange import Request
from lineage.sources.web.limits import API, EDGE, RESOLVERS, Limiter, QuotaError
from lineage.sources.web.transport import Transport


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(seconds)
            self.now = max(self.now, self.now + seconds)


class FastClock(Clock):
    """Real time, two hundred times as quick: for threads that sleep side by side."""

    def __call__(self) -> float:
        return time.monotonic() * 200

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        time.sleep(seconds / 200)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _headers(remaining: int, reset: int, limit: int = 100, bucket: str = API) -> dict[str, str]:
    return {
        "RateLimit": f'"{bucket}";r={remaining};t={reset}',
        "RateLimit-Policy": f'"fixed window";"{bucket}";q={limit};w=300',
    }


def _limiter(clock: Clock, **options: object) -> Limiter:
    return Limiter(clock=clock, sleep=clock.sleep, **options)  # type: ignore[arg-type]


def test_a_hub_that_says_nothing_is_not_waited_for(clock):
    """Mirrors without the headers are asked freely."""
    limiter = _limiter(clock)
    for _ in range(1000):
        limiter.acquire(API)
        limiter.report(API, {})
    assert clock.slept == []


def test_the_reserve_is_kept(clock):
    """When only the reserve is left the next call waits for the window's end, and a little."""
    limiter = _limiter(clock, reserve=0.1)
    limiter.acquire(API)
    limiter.report(API, _headers(11, 40))
    limiter.acquire(API)
    assert clock.slept == []
    limiter.report(API, _headers(10, 40))
    limiter.acquire(API)
    assert clock.slept == [41.0]


def test_buckets_are_apart(clock):
    """An empty API bucket does not stop file reads."""
    limiter = _limiter(clock)
    limiter.acquire(API)
    limiter.report(API, _headers(0, 40))
    limiter.acquire(RESOLVERS)
    assert clock.slept == []


def test_a_429_stops_every_worker_once(clock):
    """All workers wait for the same moment; the user hears of it once, and it is counted once."""
    told: list[tuple[float, str]] = []
    limiter = _limiter(clock, on_wait=lambda seconds, bucket: told.append((seconds, bucket)))
    for _ in range(8):
        limiter.acquire(API)
    limiter.report(API, _headers(0, 55), limited=True)
    threads = [threading.Thread(target=limiter.acquire, args=(API,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [(56.0, API)]
    assert limiter.waited == 56.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 8.0),
        ({"Retry-After": "7", **_headers(0, 20)}, 21.0),
        ({"Retry-After": "soon"}, 31.0),
        ({}, 31.0),
    ],
)
def test_what_a_429_may_say(clock, headers, seconds):
    """Retry-After is honoured beside the hub's own header; one that says nothing blocks for half a
    minute."""
    limiter = _limiter(clock)
    limiter.acquire(API)
    limiter.report(API, headers, limited=True)
    limiter.acquire(API)
    assert clock.slept == [seconds]


def test_a_gateway_that_blocks_is_told_of_once(clock):
    """A 429 without the Hub's numbers is no quota: said once, not in every round."""
    told: list[str] = []
    limiter = _limiter(clock, max_wait=300, on_wait=lambda _, why: told.append(why))
    for _ in range(9):
        limiter.acquire(API)
        limiter.report(API, {}, limited=True)
    assert told == [EDGE] and len(clock.slept) == 8
    limiter.report(API, _headers(0, 20), limited=True)
    with pytest.raises(QuotaError, match="quota of api calls"):
        limiter.max_wait = 0
        limiter.acquire(API)


def test_waiting_has_an_end(clock):
    """The run as a whole waits no longer than allowed; the error says how long it would have
    been."""
    limiter = _limiter(clock, max_wait=60)
    limiter.acquire(API)
    limiter.report(API, _headers(0, 40), limited=True)
    limiter.acquire(API)
    limiter.report(API, _headers(0, 40), limited=True)
    with pytest.raises(QuotaError, match="41 s more; waiting is limited to 60 s"):
        limiter.acquire(API)
    assert clock.slept == [41.0]


def test_answers_that_overtake_each_other(clock):
    """Inside one window the smallest number is the newest."""
    limiter = _limiter(clock)
    limiter.acquire(API)
    limiter.acquire(API)
    limiter.report(API, _headers(50, 100))
    limiter.report(API, _headers(51, 100))
    assert limiter.budget(API).remaining <= 50


@pytest.mark.parametrize(
    "value",
    [
        "",
        "garbage",
        '"api";r=-1;t=5',
        '"api";r=1e9;t=5',
        '"other";r=0;t=99',
        '"api";r=' + "9" * 50 + ";t=1",
        "\x00",
    ],
)
def test_headers_that_make_no_sense_are_ignored(clock, value):
    """A limiter fed with noise lets calls through."""
    limiter = _limiter(clock)
    limiter.acquire(API)
    limiter.report(API, {"RateLimit": value})
    limiter.acquire(API)
    assert clock.slept == []


@pytest.fixture
def small_hub(clock: Clock) -> Iterator[TestHub]:
    """A Hub that allows ten API calls in a window of 30 seconds of the test's own time."""
    with TestHub([HubModel("org/base")], quota=Quota(api=10, window=30, clock=clock)) as hub:
        yield hub


def _transport(hub: TestHub, clock: Clock, **options: object) -> Transport:
    return Transport(
        parse_endpoint(hub.url), _limiter(clock, **options), user_agent="t", sleep=clock.sleep
    )


_ASK = Request("/api/models/org/base", API, 1 << 20)


def test_thirty_calls_through_a_quota_of_ten_meet_no_429(small_hub, clock):
    """Against the real server: the client paces itself by the headers alone."""
    transport = _transport(small_hub, clock)
    assert {transport.get(_ASK).status for _ in range(30)} == {200}
    assert len(small_hub.calls) == 30
    assert 2 <= len(clock.slept) <= 4
    transport.close()


def test_many_workers_share_one_quota():
    """Eight threads: every call is answered, and 429 stays the rare exception of the first,
    uninformed burst."""
    clock = FastClock()
    statuses: list[int] = []
    with TestHub([HubModel("org/base")], quota=Quota(api=10, window=30, clock=clock)) as hub:
        transport = _transport(hub, clock)
        work = [
            threading.Thread(
                target=lambda: statuses.extend(transport.get(_ASK).status for _ in range(4))
            )
            for _ in range(8)
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
        transport.close()
        assert statuses == [200] * 32
        assert len(hub.calls) - 32 <= 8


def test_somebody_else_used_the_quota_up(small_hub, clock):
    """The very first call meets a 429 (a shared address): wait as long as it says, then go on."""
    for _ in range(12):
        small_hub.quota.take("anonymous", API)
    transport = _transport(small_hub, clock)
    assert transport.get(_ASK).status == 200
    assert clock.slept == [31.0]
    transport.close()


def test_429_for_ever_ends_as_unreachable(hub, client):
    """The model is unreachable for that reason, and no time is spent beyond what is allowed."""
    hub.trouble(
        Fault.STATUS,
        "",
        status=429,
        headers={
            "RateLimit": '"api";r=0;t=290',
            "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
        },
    )
    told: list[object] = []
    source = client(max_wait=5, on_wait=lambda *wait: told.append(wait))
    record = source.fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE
    assert "quota of api calls" in record.reason and "5 s" in record.reason
    assert told == [] and len(hub.calls) == 1
    assert source.fetch(ModelRef("org/child")).status is Status.UNREACHABLE
    assert len(hub.calls) == 1


def test_429_without_any_wait_is_bounded(hub, clock):
    """A hub that always says `again in 0 seconds` is not asked for ever."""
    hub.trouble(Fault.STATUS, "", status=429, headers={"Retry-After": "0"})
    transport = _transport(hub, clock)
    assert transport.get(_ASK).status == 429
    assert len(hub.calls) <= 6
    transport.close()


def test_a_cdn_has_no_say_in_the_quota(hub, client):
    """RateLimit headers from another host do not slow the hub's calls."""
    hub.trouble(
        Fault.STATUS, "", server="cdn", status=404, headers={"RateLimit": '"resolvers";r=0;t=999'}
    )
    source = client(max_wait=0)
    record = source.fetch(ModelRef("org/base"))
    with pytest.raises(Exception, match="no such file"):
        source.read(record, "model.safetensors")
    assert source.read(record, "config.json")


def test_the_budget_can_be_read(small_hub, clock):
    """A big job plans with what the hub reported."""
    limiter = _limiter(clock)
    transport = Transport(parse_endpoint(small_hub.url), limiter, user_agent="t")
    assert limiter.budget(API).remaining is None
    transport.get(_ASK)
    budget = limiter.budget(API)
    assert (budget.remaining, budget.limit) == (9, 10)
    assert budget.resets_in == pytest.approx(30)
    transport.close()
