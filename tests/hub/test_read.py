"""Bytes of a file: the resolve route, its hops, ranges, and refusals in plain words."""

from __future__ import annotations

import pytest

from effort import ends
from hub import Fault, HubFile, HubModel
from hub.conftest import NARROW, TOKEN
from lineage.core.errors import ReadError
from lineage.core.ref import ModelRef


def test_a_small_file_comes_through_the_resolve_cache(hub, client):
    """Two calls in the resolvers' bucket, none in the API's."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.forget()
    assert source.read(record, "config.json") == b'{"model_type": "qwen2"}'
    assert [call.path.split("/")[1] for call in hub.calls] == ["org", "api"]
    assert hub.calls_to("/resolve/")[0].path == f"/org/base/resolve/{record.revision}/config.json"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 10, b"0123456789"),
        (995, 2000, b"56789"),
        (3, 5, b"34"),
        (1000, 1010, b""),
        (5, 5, b""),
        (990, None, b"0123456789"),
    ],
)
def test_ranges_of_a_large_file(hub, client, start, end, expected):
    """A short answer means the file ends there, and past the end there is nothing."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    assert source.read(record, "model.safetensors", start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 3, b'{"m'), (2, 7, b"model"), (20, 99, b'2"}'), (500, 600, b"")],
)
def test_ranges_of_a_small_file(client, start, end, expected):
    """The same through the resolve cache."""
    source = client()
    assert source.read(source.fetch(ModelRef("org/base")), "config.json", start, end) == expected


def test_the_token_stays_with_the_endpoint(hub, client):
    """The signed address on the CDN's host is asked without it."""
    source = client(token=TOKEN)
    record = source.fetch(ModelRef("org/gated"))
    assert source.read(record, "model.safetensors", 0, 5) == b"wwwww"
    assert {call.server: call.token for call in hub.calls} == {
        "hub": f"Bearer {TOKEN}",
        "cdn": None,
    }


def test_a_header_of_a_terabyte_file_costs_a_few_bytes(hub, client):
    """Only the range is transferred, whatever the size is."""
    hub.add(
        HubModel(
            "org/huge",
            files={
                "model.safetensors": HubFile(
                    b"\x08" + b"\0" * 7 + b"{}      ", size=10**12, lfs=True
                )
            },
        )
    )
    source = client()
    record = source.fetch(ModelRef("org/huge"))
    assert record.file("model.safetensors").size == 10**12
    assert source.read(record, "model.safetensors", 0, 16) == b"\x08" + b"\0" * 7 + b"{}      "
    with pytest.raises(ReadError, match="at once"):
        source.read(record, "model.safetensors", 0, 10**11)


def test_a_server_that_ignores_ranges(hub, client):
    """The file's beginning comes instead; what was asked for is cut out of it and no more is read
    than needed."""
    hub.trouble(Fault.NO_RANGE, server="cdn")
    source = client()
    record = source.fetch(ModelRef("org/base"))
    assert source.read(record, "model.safetensors", 12, 15) == b"234"


def test_a_server_that_ignores_ranges_of_a_huge_file(hub, client):
    """The part would lie a hundred gigabytes down the line: given up at once."""
    hub.add(HubModel("org/huge", files={"model.safetensors": HubFile(size=10**12, lfs=True)}))
    hub.trouble(Fault.NO_RANGE, server="cdn")
    source = client()
    record = source.fetch(ModelRef("org/huge"))
    with ends(usual=0.1), pytest.raises(ReadError, match="ignores ranges"):
        source.read(record, "model.safetensors", 10**11, 10**11 + 8)


@pytest.mark.parametrize("token", [NARROW, "hf_expired"])
def test_a_token_that_is_refused_does_not_hide_a_public_file(client, token):
    """Everybody may read it, so the owner of a narrow or expired token may too."""
    source = client(token=token)
    record = client().fetch(ModelRef("org/base"))
    assert source.read(record, "config.json") == b'{"model_type": "qwen2"}'


def test_a_dead_cdn_does_not_stop_the_hub(hub, client):
    """Large files cannot be read, small ones and records can; after six failures the dead host is
    not asked for a while."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.trouble(Fault.RESET, server="cdn")
    reasons = []
    for _ in range(4):
        with pytest.raises(ReadError) as caught:
            source.read(record, "model.safetensors", 0, 5)
        reasons.append(str(caught.value))
    assert "not asked" in reasons[-1]
    assert len([call for call in hub.calls if call.server == "cdn"]) == 6
    assert (
        source.read(record, "config.json") and source.fetch(ModelRef("org/child")).status.is_known
    )


@pytest.mark.parametrize(
    ("model", "path", "token", "words"),
    [
        ("org/base", "no-such.json", False, "no such file"),
        ("org/gated", "config.json", False, "licence"),
        ("org/disabled", "config.json", False, "has disabled this model"),
    ],
)
def test_refusals_are_reported_in_words(client, model, path, token, words):
    """A file that cannot be read names the file, the model and the reason."""
    source = client(token=token)
    record = source.fetch(ModelRef(model))
    with pytest.raises(ReadError, match=words) as caught:
        source.read(record, path)
    assert path in str(caught.value) and model in str(caught.value)


def test_a_model_that_vanished_in_between(hub, client):
    """Deleted after its record was read: an honest error."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.routes.remove("org/base")
    with pytest.raises(ReadError, match="is private or is disabled"):
        source.read(record, "config.json")


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "/etc/passwd", "a//b", "a/./b", "", "..", "a\nb", "x" * 2000]
)
def test_a_path_that_no_repo_has_is_not_asked(hub, client, path):
    """Hostile file lists never become a request for another place."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.forget()
    with pytest.raises(ReadError):
        source.read(record, path)
    assert hub.calls == []


def test_odd_but_honest_paths_are_quoted(hub, client):
    """Spaces, percent signs, question marks, hashes and other alphabets are part of a name."""
    odd = "sub dir/mödel 100%?#&=1.json"
    hub.add(HubModel("org/odd", files={odd: "x"}))
    source = client()
    assert source.read(source.fetch(ModelRef("org/odd")), odd) == b"x"


def test_another_part_than_asked_is_refused(hub, client):
    """A 206 must start where it was asked to."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.trouble(Fault.WRONG_RANGE, server="cdn")
    with pytest.raises(ReadError, match="another part"):
        source.read(record, "model.safetensors", 0, 10)


def test_fewer_bytes_than_the_file_list_promises(hub, client):
    """A server that calls half a file the whole of it is found out by the file list."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.add(HubModel("org/base", files={"model.safetensors": b"0123"}, sha=record.revision))
    with pytest.raises(ReadError, match="promises"):
        source.read(record, "model.safetensors", 0, 10)


def test_a_read_follows_a_rename(hub, client):
    """Renamed after its record was read: the hub redirects and the bytes come."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.routes.rename("org/base", "new/base")
    assert source.read(record, "config.json") == b'{"model_type": "qwen2"}'
