"""What the client keeps between runs, and what it never does."""

from __future__ import annotations

import multiprocessing
import sys

import pytest

from hub import Fault, HubModel
from hub.conftest import NARROW, TOKEN
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.hub.source import HubSource
from lineage.sources.web.cache import Cache


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(tmp_path, clock):
    opened = Cache(tmp_path / "cache", clock=clock)
    yield opened
    opened.close()


def test_a_second_run_asks_nothing(hub, client, cache):
    """Records, file ranges and misses come from the disk, equal to what was answered."""
    first = client(cache=cache)
    names = ["org/base", "ORG/child", "org/gated", "org/disabled", "org/missing"]
    records = [first.fetch(ModelRef(name)) for name in names]
    data = first.read(records[0], "model.safetensors", 10, 20)
    hub.forget()
    second = client(cache=cache)
    assert [second.fetch(ModelRef(name)) for name in names] == records
    assert second.read(records[0], "model.safetensors", 10, 20) == data
    assert hub.calls == []


def test_one_answer_serves_every_name_of_the_model(hub, client, cache):
    """After an old name was asked, the true name and the commit are known too."""
    source = client(cache=cache)
    record = source.fetch(ModelRef("oldorg/base"))
    hub.forget()
    assert source.fetch(ModelRef("org/base")).redirected_from == ()
    assert source.fetch(ModelRef("org/base", record.revision)).status is Status.RESOLVED
    assert source.fetch(ModelRef("oldorg/base")).redirected_from == ("oldorg/base",)
    assert hub.calls == []


def test_moving_answers_age_and_pinned_ones_do_not(hub, client, cache, clock):
    """Ten minutes for a name, one for a miss, a month for a commit."""
    source = client(cache=cache, clock=clock)
    pinned = ModelRef("org/base", source.fetch(ModelRef("org/base")).revision)
    source.fetch(ModelRef("org/missing"))
    hub.forget()
    clock.now += 61
    source.fetch(ModelRef("org/missing"))
    source.fetch(ModelRef("org/base"))
    assert [call.path for call in hub.calls] == ["/api/models/org/missing"]
    clock.now += 600
    source.fetch(ModelRef("org/base"))
    assert len(hub.calls) == 2
    clock.now += 29 * 86400
    source.fetch(pinned)
    assert len(hub.calls) == 2
    clock.now += 2 * 86400
    source.fetch(pinned)
    assert len(hub.calls) == 3


def test_a_private_answer_serves_its_own_token_only(hub, client, cache):
    """Neither the public nor another token is given what one token was shown."""
    hub.routes.tokens["hf_other"] = "full"
    owner, other, anybody = (
        client(token=token, cache=cache) for token in (TOKEN, "hf_other", False)
    )
    record = owner.fetch(ModelRef("org/private"))
    assert record.status is Status.RESOLVED
    assert owner.read(record, "config.json") == b'{"secret": 1}'
    assert other.fetch(ModelRef("org/private")).status is Status.NOT_FOUND
    assert anybody.fetch(ModelRef("org/private")).status is Status.NOT_FOUND
    for stranger in (other, anybody):
        with pytest.raises(Exception, match="could not be read"):
            stranger.read(record, "config.json")
    hub.forget()
    assert owner.fetch(ModelRef("org/private")).status is Status.RESOLVED
    assert hub.calls == []


def test_a_public_answer_serves_a_token_too(hub, client, cache):
    """A narrow token that is refused on public models does not pay twice in every run; a miss is
    not shared."""
    client(cache=cache).fetch(ModelRef("org/base"))
    client(cache=cache).fetch(ModelRef("org/private"))
    hub.forget()
    assert client(token=NARROW, cache=cache).fetch(ModelRef("org/base")).status is Status.RESOLVED
    assert hub.calls == []
    assert client(token=TOKEN, cache=cache).fetch(ModelRef("org/private")).status is Status.RESOLVED


def test_failures_are_not_kept(hub, client, cache):
    """A hub that was down for a moment is asked again."""
    hub.trouble(Fault.STATUS, "org/base", status=503, times=3)
    source = client(cache=cache)
    assert source.fetch(ModelRef("org/base")).status is Status.UNREACHABLE
    assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED


def test_a_lie_is_not_kept(hub, client, cache):
    """An answer about another model is refused again next time, not remembered as that model."""
    hub.trouble(Fault.WRONG_ID, "org/base", times=1)
    source = client(cache=cache)
    assert source.fetch(ModelRef("org/base")).status is Status.INVALID
    assert source.fetch(ModelRef("somebody/else")).status is Status.NOT_FOUND
    assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED


def test_refresh_asks_again_and_fills_the_cache(hub, client, cache):
    """`--refresh` sees what changed, and the next run without it does too."""
    client(cache=cache).fetch(ModelRef("org/child"))
    hub.add(HubModel("org/child", card={"base_model": "org/gated"}))
    assert client(cache=cache).fetch(ModelRef("org/child")).card["base_model"] == "org/base"
    assert client(cache=cache, refresh=True).fetch(ModelRef("org/child")).card == {
        "base_model": "org/gated"
    }
    assert client(cache=cache).fetch(ModelRef("org/child")).card == {"base_model": "org/gated"}


def test_endpoints_are_apart(hub, client, cache):
    """What one hub said is not what another says."""
    client(cache=cache).fetch(ModelRef("org/base"))
    hub.forget()
    assert client(endpoint=hub.url.replace("127.0.0.1", "localhost"), cache=cache).fetch(
        ModelRef("org/base")
    )
    assert len(hub.calls) == 1


def test_neither_token_nor_signed_address_reaches_the_disk(hub, client, cache):
    """The cache holds answers, never how they were asked for."""
    source = client(token=TOKEN, cache=cache)
    record = source.fetch(ModelRef("org/gated"))
    source.read(record, "model.safetensors", 0, 5)
    cache.close()
    content = b"".join(part.read_bytes() for part in cache.path.parent.iterdir())
    assert TOKEN.encode() not in content and b"Signature" not in content


def test_entries_of_another_version_are_misses(hub, client, cache):
    """A body that this version cannot read is asked for again, not crashed on."""
    from lineage.sources.web.cache import CacheKey

    for body in (
        b"",
        b"[]",
        b"5",
        b'{"refused": {"status": "odd"}}',
        b'{"payload": 1}',
        b'{"refused": 3}',
        b"\xff",
    ):
        cache.put_all({CacheKey(hub.url, "anonymous", "org/base", "", "record"): (body, None)})
        assert client(cache=cache).fetch(ModelRef("org/base")).status is Status.RESOLVED


def _fetch_all(url: str, directory: str) -> None:
    from pathlib import Path

    cache = Cache(Path(directory))
    source = HubSource(url, False, cache=cache)
    found = [source.fetch(ModelRef(f"many/m{number}")).status for number in range(30)]
    source.close()
    cache.close()
    sys.exit(found != [Status.RESOLVED] * 30)


def test_processes_share_one_cache(hub, client, tmp_path):
    """Three processes over the same models: all right, and the fourth asks nothing at all."""
    for number in range(30):
        hub.add(HubModel(f"many/m{number}"))
    spawn = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    workers = [spawn.Process(target=_fetch_all, args=(hub.url, str(tmp_path))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    hub.forget()
    cache = Cache(tmp_path)
    source = client(cache=cache)
    assert all(
        source.fetch(ModelRef(f"many/m{number}")).status is Status.RESOLVED for number in range(30)
    )
    assert hub.calls == []
    cache.close()
