"""Every fault at every step ends in bounded time, with an honest status, and hurts no other
model."""

from __future__ import annotations

import gc
import socket
import tracemalloc

import pytest

from effort import ends
from hub import Fault
from hub.conftest import TOKEN
from lineage.core.errors import ReadError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.hub.source import HubSource

_SLOW = (Fault.STALL, Fault.DRIP)


def _patience(fault: Fault) -> float:
    """Short where only the timeout ends it; long elsewhere, so that a busy machine fails no
    test."""
    return 0.15 if fault in _SLOW else 10.0


_FAULTS = [
    *((Fault.RESET, at) for at in (0, 20, 150, 400)),
    *((Fault.CLOSE, at) for at in (0, 20, 150, 400)),
    *((Fault.STALL, at) for at in (0, 20, 150, 400)),
    *((Fault.DRIP, at) for at in (0, 150, 400)),
    *(
        (fault, 0)
        for fault in Fault
        if fault.value
        not in ("reset", "close", "stall", "drip", "redirect", "no-range", "wrong-range")
    ),
]
_LIES = {Fault.NOT_JSON, Fault.LIST, Fault.WRONG_ID, Fault.EMPTY, Fault.DEEP_JSON}


@pytest.mark.parametrize(
    ("fault", "at"), _FAULTS, ids=lambda value: str(getattr(value, "value", value))
)
def test_a_record_that_cannot_be_had(hub, client, fault, at):
    """The model's status says so; the next model is read as if nothing had been."""
    hub.trouble(fault, "org/base", at=at)
    source = client(token=TOKEN, timeout=_patience(fault))
    with ends(usual=0.5):
        record = source.fetch(ModelRef("org/base"))
    assert record.status is (Status.INVALID if fault in _LIES else Status.UNREACHABLE), (
        record.reason
    )
    assert record.reason and TOKEN not in repr(record)
    assert not record.card and record.files is None
    if fault not in _SLOW:
        assert source.fetch(ModelRef("org/child")).status is Status.RESOLVED


_ON_THE_WIRE = (Fault.RESET, Fault.CLOSE, Fault.STALL, Fault.DRIP, Fault.GARBAGE, Fault.STATUS)
_WHOLE = (Fault.GZIP_BOMB, Fault.BAD_GZIP, Fault.LOOP, Fault.HUGE_HEADERS, Fault.WRONG_RANGE)


@pytest.mark.parametrize("server", ["hub", "cdn"])
@pytest.mark.parametrize(
    ("fault", "at"),
    # The hub's own hop is a redirect of some 400 bytes, so a later fault would strike nothing.
    [(fault, at) for fault, at in _FAULTS if fault in _ON_THE_WIRE and at < 400]
    + [(fault, 0) for fault in _WHOLE],
    ids=lambda value: str(getattr(value, "value", value)),
)
def test_a_file_that_cannot_be_had(hub, client, server, fault, at):
    """A ReadError names it, at each hop, and the record remains."""
    record = client().fetch(ModelRef("org/base"))
    source = client(token=TOKEN, timeout=_patience(fault))
    hub.trouble(fault, "model.safetensors", at=at, server=server, pause=0.02)
    with ends(usual=0.5), pytest.raises(ReadError) as caught:
        source.read(record, "model.safetensors")
    assert TOKEN not in str(caught.value) and "Signature" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CLOSE, Fault.GARBAGE, Fault.BAD_GZIP])
def test_one_hiccup_is_tried_again(hub, client, fault):
    """A connection that breaks once costs one more call and nothing else."""
    hub.trouble(fault, "org/base", times=1, at=30)
    assert client(timeout=5).fetch(ModelRef("org/base")).status is Status.RESOLVED
    assert len(hub.calls) == 2


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_is_tried_again_and_bounded(hub, client, status):
    """Three tries at most, then the model is unreachable for that reason."""
    hub.trouble(Fault.STATUS, "org/base", status=status)
    record = client(timeout=5).fetch(ModelRef("org/base"))
    assert (record.status, len(hub.calls)) == (Status.UNREACHABLE, 3)
    assert str(status) in record.reason


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (407, Status.UNREACHABLE),
        (418, Status.UNREACHABLE),
        (203, Status.INVALID),
    ],
)
def test_odd_statuses_are_not_tried_again(hub, client, status, expected):
    """What would be answered the same again is asked once."""
    hub.trouble(Fault.STATUS, "org/base", status=status)
    assert client().fetch(ModelRef("org/base")).status is expected
    assert len(hub.calls) == 1


@pytest.mark.parametrize(("status", "expected"), [(400, "invalid"), (403, "unreachable")])
def test_a_refusal_in_another_form_is_followed_by_a_plainer_question(hub, client, status, expected):
    """Something that is no Hub may not know the query: the plain addresses are tried, each once."""
    hub.trouble(Fault.STATUS, "org/base", status=status)
    assert client().fetch(ModelRef("org/base")).status == expected
    plain = "/api/models/org/base"
    assert [call.target for call in hub.calls[1:]] == [plain, f"{plain}/revision/main"]


@pytest.mark.parametrize("status", [401, 404])
def test_a_refusal_by_something_that_is_not_a_hub(hub, client, status):
    """A proxy's 404 page does not make a model missing."""
    hub.trouble(Fault.PAGE, "org/base", status=status)
    assert client().fetch(ModelRef("org/base")).status is Status.UNREACHABLE


def test_a_dead_hub_is_not_asked_for_every_model(hub, client, monkeypatch):
    """Where nobody ever answered, no connection is opened for the rest of the batch."""
    hub.close_door()
    source = client()
    source.fetch(ModelRef("org/first"))
    opened = []
    connect = socket.socket.connect

    def counted(self, address):
        opened.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    reasons = {source.fetch(ModelRef(f"org/m{number}")).reason for number in range(500)}
    assert opened == []
    assert len(reasons) == 1 and "refused the connection" in reasons.pop()


def test_a_hub_that_stops_answering_is_left_in_peace(hub, client):
    """After six failures in a row the rest is not asked, which is reported; one failing model alone
    never leads there."""
    hub.trouble(Fault.STATUS, "org/m", status=503)
    source = client(timeout=0.1)
    for number in range(6):
        source.fetch(ModelRef(f"org/m{number}"))
        if number == 2:
            assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED
    assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED
    for number in range(6):
        source.fetch(ModelRef(f"org/m{number}"))
    record = source.fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE and "not asked" in record.reason


def test_memory_stays_bounded(hub, client):
    """A bomb and an endless body cost no more than the cap on an answer, a few times over."""
    source = client(timeout=5)
    for fault in (Fault.GZIP_BOMB, Fault.HUGE, Fault.DEEP_JSON):
        hub.troubles.clear()
        hub.trouble(fault, "org/base")
        gc.collect()
        tracemalloc.start()
        source.fetch(ModelRef("org/base"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 48 << 20, fault


def test_a_name_that_does_not_resolve(client, monkeypatch):
    """DNS failure: unreachable, no network."""

    def no_name(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    source = client(endpoint="https://hub.example.org")
    record = source.fetch(ModelRef("org/base"))
    assert (record.status, source.has_answered()) == (Status.UNREACHABLE, False)
    assert "host name could not be resolved" in record.reason


def test_a_server_without_tls(hub, client):
    """https to a server that speaks http: unreachable, in words."""
    record = client(endpoint=hub.url.replace("http:", "https:")).fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE
    assert "encrypted" in record.reason


def test_closing_ends_a_wait(hub):
    """Ctrl-C must not have to wait for the quota's window."""
    import threading

    from hub import Quota

    hub.quota = Quota(api=1)
    source = HubSource(hub.url, False)
    source.fetch(ModelRef("org/base"))
    threading.Timer(0.05, source.close).start()
    with ends(usual=0.1):
        assert "interrupted" in source.fetch(ModelRef("org/child")).reason
