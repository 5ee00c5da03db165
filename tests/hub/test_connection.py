"""Registries that are no Hub, certificates of one's own, gateways that turn calls away, and pages
that want a login."""

from __future__ import annotations

import pytest

from hub import Fault, HubModel, TestHub
from hub.conftest import MODELS, TOKEN
from hub.server import AUTHORITY
from lineage.core.errors import ReadError
from lineage.core.record import Cause, Status
from lineage.core.ref import ModelRef
from lineage.sources.web.trust import VARIABLES

BELOW = "/artifactory/api/huggingfaceml/hf"


@pytest.mark.parametrize("only_revisions", [False, True])
def test_a_registry_that_refuses_queries_is_asked_plainly(hub, client, only_revisions):
    """The record and the files come all the same, and the second model costs one call."""
    hub.routes.registry_at = BELOW
    hub.routes.knows_only_revisions = only_revisions
    source = client(endpoint=hub.url + BELOW, prefetch=lambda ref: True)
    record = source.fetch(ModelRef("org/child"))
    assert record.status is Status.RESOLVED and record.card["base_model"] == "org/base"
    hub.forget()
    base = source.fetch(ModelRef("org/base"))
    assert base.revision and base.gaps == () and base.file("config.json").size is None
    assert len(hub.calls_to("/api/models/")) == 1
    assert not [call for call in hub.calls_to("/resolve/") if "org/base" in call.target]
    assert source.read(base, "config.json") == b'{"model_type": "qwen2"}'


def test_a_registry_that_does_not_have_the_model(hub, client):
    """A refusal in the registry's own words names no model as found."""
    hub.routes.registry_at = BELOW
    record = client(endpoint=hub.url + BELOW).fetch(ModelRef("org/nothing"))
    assert not record.status.is_known and record.reason


def test_a_missing_model_costs_the_hub_one_call(hub, client):
    """The Hub's own refusal is about the model: it is not asked again in other words."""
    assert client(token=TOKEN).fetch(ModelRef("org/none")).status is Status.NOT_FOUND
    assert client().fetch(ModelRef("org/none")).status is Status.NOT_FOUND
    assert len(hub.calls) == 2


@pytest.fixture
def encrypted():
    """A Hub whose certificate was signed by nobody that is known."""
    with TestHub([HubModel(**vars(model)) for model in MODELS], encrypted=True) as running:
        yield running


@pytest.fixture
def bare(monkeypatch):
    """No certificate is named by the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("variable", VARIABLES[:3])
def test_the_certificate_of_a_company_is_trusted(encrypted, client, bare, monkeypatch, variable):
    """Each of the usual variables does; files on the other host come with it too."""
    monkeypatch.setenv(variable, str(AUTHORITY))
    source = client(endpoint=encrypted.url)
    record = source.fetch(ModelRef("org/base"))
    assert record.status is Status.RESOLVED
    assert source.read(record, "model.safetensors", 0, 4) == b"0123"


def test_an_unknown_certificate_says_how_to_name_it(encrypted, client, bare):
    """It is not trusted, nothing is sent, and the reason names the variable."""
    record = client(endpoint=encrypted.url, token=TOKEN).fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE and encrypted.calls == []
    assert "certificate" in record.reason and "SSL_CERT_FILE" in record.reason


@pytest.mark.parametrize("content", [None, "no certificate in here"])
def test_a_certificate_file_that_is_none(encrypted, client, bare, monkeypatch, tmp_path, content):
    """The variable and the file are named."""
    path = tmp_path / "company.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    reason = client(endpoint=encrypted.url).fetch(ModelRef("org/base")).reason
    assert "SSL_CERT_FILE" in reason and "company.pem" in reason


def test_a_login_page_is_no_answer(hub, client):
    """A portal's page says nothing about the model, and the reason says what it is."""
    hub.trouble(Fault.HTML, "org/base")
    record = client(token=TOKEN).fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE and "login" in record.reason


def test_a_gateway_that_turns_calls_away_is_not_the_quota(hub, client):
    """A 429 that names no quota: no advice to get a token, and one notice however often it
    waits."""
    hub.trouble(Fault.PAGE, "", status=429)
    told: list[str] = []
    source = client(max_wait=0, on_wait=lambda _, why: told.append(why))
    record = source.fetch(ModelRef("org/base"))
    assert (record.status, record.cause) == (Status.UNREACHABLE, Cause.EDGE)
    assert "quota of the Hub" in record.reason and "used up" not in record.reason and told == []


@pytest.mark.parametrize("below", ["", BELOW])
def test_a_login_page_instead_of_a_file_is_not_read_as_one(hub, client, below):
    """A card is never made of a portal's page, whether the file list knows its size or not."""
    hub.routes.registry_at = below
    source = client(endpoint=hub.url + below)
    record = source.fetch(ModelRef("org/base"))
    hub.trouble(Fault.HTML, "README.md")
    with pytest.raises(ReadError):
        source.read(record, "README.md")


@pytest.mark.parametrize("proxy", ["http://[::1", "socks5://127.0.0.1:9", "http://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_told_as_that(client, monkeypatch, proxy):
    """The trouble is the proxy's, and not the Hub's address."""
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    record = client(endpoint="http://hub.example.org").fetch(ModelRef("org/base"))
    assert record.status is Status.UNREACHABLE and "proxy" in record.reason
