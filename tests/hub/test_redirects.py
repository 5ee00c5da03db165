"""Where redirects may lead: never the API to another host, never a token off the endpoint, never
into a private network."""

from __future__ import annotations

import socket

import pytest

from hub import Fault, HubModel, TestHub
from hub.conftest import TOKEN
from lineage.core.errors import ReadError, UsageError
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.sources.web.address import (
    Endpoint,
    ForbiddenAddressError,
    next_address,
    parse_endpoint,
)
from lineage.sources.web.cache import Cache
from lineage.sources.web.exchange import Request, TransportError
from lineage.sources.web.limits import Limiter
from lineage.sources.web.transport import Transport

_HUB = parse_endpoint("https://huggingface.co")


def on_localhost(url: str) -> str:
    """The same server under another host's name."""
    return url.replace("127.0.0.1", "localhost")


def test_the_api_does_not_lead_to_another_host(hub, client):
    """Another host is not even connected to, token or not."""
    with TestHub([HubModel("org/base", card={"base_model": "trap/model"})]) as other:
        hub.trouble(
            Fault.REDIRECT, "org/base", target=f"{on_localhost(other.url)}/api/models/org/base"
        )
        record = client(token=TOKEN).fetch(ModelRef("org/base"))
        assert other.calls == []
    assert record.status is Status.UNREACHABLE and "another host" in record.reason
    assert not record.card


def test_a_mirror_may_send_its_questions_home(hub, client):
    """To the Hub behind it, without the token, and it is told once however many models there
    are."""
    told: list[str] = []
    with TestHub() as mirror:
        mirror.trouble(Fault.REDIRECT, "s/org/base", target=f"{hub.url}/api/models/org/base")
        mirror.trouble(Fault.REDIRECT, "oldorg", target=f"{hub.url}/api/models/oldorg/base")
        source = client(endpoint=mirror.url, token=TOKEN, on_notice=told.append)
        record = source.fetch(ModelRef("org/base"))
        renamed = source.fetch(ModelRef("oldorg/base"))
        assert [call.token for call in mirror.calls] == [f"Bearer {TOKEN}"] * 2
    assert (record.status, renamed.id) == (Status.RESOLVED, "org/base")
    assert [call.token for call in hub.calls] == [None] * 3
    assert len(told) == 1 and hub.url in told[0] and "without a token" in told[0]


def test_an_answer_from_the_cache_says_where_it_came_from(hub, client, tmp_path):
    """The second run asks nobody, and tells the same as the first."""
    told: list[list[str]] = [[], []]
    with TestHub() as mirror:
        mirror.trouble(Fault.REDIRECT, "s/org/base", target=f"{hub.url}/api/models/org/base")
        for notices in told:
            source = client(endpoint=mirror.url, cache=Cache(tmp_path), on_notice=notices.append)
            source.fetch(ModelRef("org/base"))
        assert len(mirror.calls) == 1
    assert told[0] == told[1] and hub.url in told[0][0]


def test_a_mirror_leads_to_one_host_and_no_further(hub, client):
    """What comes from where the mirror led does not lead on to a third server."""
    with TestHub() as mirror, TestHub([HubModel("org/base")]) as third:
        mirror.trouble(Fault.REDIRECT, "", target=f"{hub.url}/api/models/org/base")
        hub.trouble(Fault.REDIRECT, "", target=f"{third.url}/api/models/org/base")
        record = client(endpoint=mirror.url).fetch(ModelRef("org/base"))
        assert third.calls == []
    assert record.status is Status.UNREACHABLE and "from one host to the next" in record.reason


@pytest.mark.parametrize(
    ("endpoint", "location", "follows"),
    [
        ("https://hf-mirror.com", "https://huggingface.co/api/models/a/b", True),
        ("http://mirror.corp", "https://huggingface.co/api/models/a/b", True),
        ("http://hub.corp", "https://hub.corp/api/models/a/b", True),
        ("https://hub.corp", "http://hub.corp/api/models/a/b", False),
        ("https://hf-mirror.com", "http://huggingface.co/api/models/a/b", False),
        ("https://hf-mirror.com", "https://huggingface.co:8443/api/models/a/b", False),
        ("https://hf-mirror.com", "https://huggingface.co.evil.example/api/models/a/b", False),
        ("https://hub.corp", "https://login.corp/saml?to=hub", False),
    ],
)
def test_where_the_api_may_lead(endpoint, location, follows):
    """The Hub itself over https, or the endpoint's own host; a login elsewhere is no answer."""
    try:
        next_address(
            parse_endpoint(endpoint), f"{endpoint}/api/models/a/b", location, off_host=False
        )
    except ForbiddenAddressError:
        assert not follows
    else:
        assert follows


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://127.0.0.1:70/",
        "//",
        "http://",
        "http://user:pw@127.0.0.1/x",
        "javascript:alert(1)",
    ],
)
def test_files_do_not_lead_to_what_is_not_a_web_address(hub, client, target):
    """A file address reads nothing from the disk."""
    source = client()
    record = source.fetch(ModelRef("org/base"))
    hub.trouble(Fault.REDIRECT, "resolve", target=target)
    with pytest.raises(ReadError) as caught:
        source.read(record, "config.json")
    assert "root:" not in str(caught.value) and "pw" not in str(caught.value)


def test_a_file_may_lie_elsewhere_but_the_token_stays(hub, client):
    """Off the endpoint the token is dropped, and it does not come back when a redirect leads home
    again."""
    source = client(token=TOKEN)
    record = source.fetch(ModelRef("org/base"))
    hub.forget()
    hub.trouble(
        Fault.REDIRECT,
        "model.safetensors",
        server="cdn",
        target=f"{hub.url}/org/base/resolve/main/config.json",
    )
    assert source.read(record, "model.safetensors", 0, 3) is not None
    tokens = [(call.server, call.token is not None) for call in hub.calls]
    assert tokens == [("hub", True), ("cdn", False), ("hub", False), ("hub", False)]


def test_a_circle_of_two(hub, client):
    """a → b → a is seen on the second visit."""
    hub.trouble(Fault.REDIRECT, "org/base", target="/api/models/org/other")
    hub.trouble(Fault.REDIRECT, "org/other", target=f"/api/models/org/third?{'x' * 10}")
    hub.trouble(Fault.REDIRECT, "org/third", target="/api/models/org/other")
    record = client().fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE and "circle" in record.reason


def test_a_long_way_round(hub, client):
    """More than three redirects are not followed, circle or not."""
    for number in range(6):
        hub.trouble(Fault.REDIRECT, f"org/m{number}", target=f"/api/models/org/m{number + 1}")
    record = client().fetch(ModelRef("org/m0"))
    assert record.status is Status.UNREACHABLE and "more than 3" in record.reason
    assert len(hub.calls) == 4


def test_a_redirect_to_what_is_not_a_model(hub, client):
    """The API must lead to a model's route; a dataset's record is not a model's."""
    hub.trouble(Fault.REDIRECT, "models/org/base", target="/api/models/org/child/tree/main")
    assert client().fetch(ModelRef("org/base")).status is Status.INVALID


@pytest.mark.parametrize(
    "location",
    [
        "http://cdn.example.org/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[2002:7f00:1::]/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://localhost/x",
        "https://metadata.google.internal/x",
        "https://user@cdn.example.org/x",
        "https://cdn.example.org:99999/x",
        "https://[bad/x",
        "https://cdn.example.org/a\tb",
        "https://cdn.example.org/\r\nX-Header: 1",
        "https://cdn.example.org/" + "a" * 9000,
        "file:///etc/passwd",
        "//127.0.0.1/x",
        "\\\\127.0.0.1\\x",
    ],
)
def test_addresses_that_files_may_not_lead_to(location):
    """From a public hub: only https, only public hosts, however the address is spelled."""
    try:
        target = next_address(
            _HUB, "https://huggingface.co/a/b/resolve/main/c", location, off_host=True
        )
    except ForbiddenAddressError:
        return
    # What no parser takes for another host stays a path on the hub itself.
    assert target.startswith("https://huggingface.co/")


@pytest.mark.parametrize(
    "location",
    [
        "https://us.aws.cdn.hf.co/xet-bridge-us/abc?Expires=1",
        "https://93.184.215.14/x",
        "https://cdn.example.org/a file.gguf?auth_key=1",
        "/api/resolve-cache/x?a=b",
    ],
)
def test_addresses_that_files_may_lead_to(location):
    """The CDN, any public host over https, and the hub itself."""
    assert next_address(_HUB, "https://huggingface.co/a/b/resolve/main/c", location, off_host=True)


def test_a_private_mirror_may_serve_its_own_host():
    """A hub inside a company's network redirects within itself; another private host stays
    closed."""
    mirror = parse_endpoint("https://10.0.0.5/hf")
    assert next_address(mirror, "https://10.0.0.5/hf/a", "https://10.0.0.5:8443/x", off_host=True)
    with pytest.raises(ForbiddenAddressError):
        next_address(mirror, "https://10.0.0.5/hf/a", "https://10.0.0.6/x", off_host=True)


def test_a_public_name_that_points_into_the_private_network(hub, monkeypatch):
    """The connected socket is checked too, so a name that resolves to a private address gets no
    byte."""
    lookup = socket.getaddrinfo
    port = int(hub.cdn_url.rpartition(":")[2])

    def rebound(host, *args, **kwargs):
        return lookup("127.0.0.1" if host == "rebound.example.org" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    monkeypatch.setattr(Endpoint, "is_loopback", False)
    hub.routes.cdn_url = f"http://rebound.example.org:{port}"
    transport = Transport(parse_endpoint(hub.url), Limiter(), user_agent="t")
    with pytest.raises(TransportError, match="private address"):
        transport.get(
            Request("/org/base/resolve/main/model.safetensors", "resolvers", 1000, off_host=True)
        )
    assert not [call for call in hub.calls if call.server == "cdn"]
    transport.close()


def test_netrc_passwords_are_not_sent(hub, client, tmp_path, monkeypatch):
    """A .netrc entry for the hub's host is for other programs."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    source = client()
    source.read(source.fetch(ModelRef("org/base")), "model.safetensors", 0, 1)
    assert [call.token for call in hub.calls] == [None, None, None]


def test_a_proxy_from_the_environment_is_used(hub, client, monkeypatch):
    """Behind a company's proxy the hub is asked through it."""
    monkeypatch.setenv("http_proxy", hub.url)
    monkeypatch.setenv("no_proxy", "")
    record = client(endpoint="http://hub.example.org").fetch(ModelRef("org/base"))
    assert hub.calls[0].target.startswith("http://hub.example.org/api/models/org/base")
    assert record.id == "org/base"


@pytest.mark.parametrize(
    "endpoint",
    [
        "huggingface.co",
        "ftp://huggingface.co",
        "https://",
        "https://me:pw@hub.org",
        "https://hub.org?x=1",
        "https://[bad",
    ],
)
def test_an_endpoint_must_be_an_address(endpoint):
    """A wrong HF_ENDPOINT is the user's error, reported with a next step and without the password
    in it."""
    with pytest.raises(UsageError) as caught:
        parse_endpoint(endpoint)
    assert caught.value.next_step and "pw" not in str(caught.value)
