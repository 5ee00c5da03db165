"""One call for a model's record, and an honest status for whatever the hub answers."""

from __future__ import annotations

from typing import Any

import pytest

from hub import Fault, HubModel
from hub.conftest import NARROW, TOKEN
from lineage.claims.readers import all_readers
from lineage.core.claim import ObservationKind
from lineage.core.errors import CannotRunError
from lineage.core.record import CardRead, Status
from lineage.core.ref import ModelRef
from lineage.core.version import __version__
from lineage.graph.walker import walk


def test_one_call_brings_the_whole_record(hub, client):
    """Card, tree, tags, files with sizes and hashes, and facts come in exactly one API call."""
    record = client().fetch(ModelRef("org/base"))
    assert len(hub.calls) == 1
    assert (record.id, record.status, record.source) == ("org/base", Status.RESOLVED, "hub")
    assert record.revision == hub.routes.models["org/base"].sha
    assert record.repo_key == hub.routes.models["org/base"].repo_key
    assert record.card == {"license": "apache-2.0"}
    assert record.parameters == 7_000_000
    assert record.config["model_type"] == "qwen2"
    weights = record.file("model.safetensors")
    assert weights is not None and weights.size == 1000 and len(weights.sha256 or "") == 64
    assert record.file("config.json").blob_id and record.file("config.json").sha256 is None
    assert record.retrieved_at.endswith("Z")


def test_the_call_says_who_asks_and_nothing_of_the_user(hub, client):
    """The User-Agent is ours alone, no cookie or token goes out, and no further (telemetry) call is
    made."""
    client().fetch(ModelRef("org/base"))
    (call,) = hub.calls
    assert call.headers["user-agent"] == f"lineage/{__version__}"
    assert call.token is None
    assert "cookie" not in call.headers


def test_a_card_that_breaks_other_clients_is_read(client):
    """A card key named `self`, which crashes keyword-argument parsers, is just a key."""
    record = client().fetch(ModelRef("org/child"))
    assert record.card["self"] == "a key that breaks others"
    assert record.base_models["models"][0]["id"] == "org/base"
    assert "base_model:finetune:org/base" in record.tags


@pytest.mark.parametrize("asked", ["oldorg/base", "ORG/Base", "org/BASE"])
def test_old_and_misspelt_names_are_repaired_and_kept(hub, client, asked):
    """A redirect is followed by hand: the true name, the asked name, and two calls."""
    record = client().fetch(ModelRef(asked))
    assert (record.id, record.requested, record.redirected_from) == ("org/base", asked, (asked,))
    assert record.status is Status.RESOLVED
    assert len(hub.calls) == 2


def test_a_chain_of_renames_keeps_every_name(hub, client):
    """Two redirects in a row: all names on the way, oldest first."""
    hub.trouble(Fault.REDIRECT, "models/first/name", target="/api/models/oldorg/base?blobs=true")
    assert client().fetch(ModelRef("first/name")).redirected_from == ("first/name", "oldorg/base")


def test_a_mirror_that_forgives_case_without_a_redirect(hub, client):
    """An answer under the right spelling of the asked name is believed, and the spelling
    repaired."""
    hub.add(HubModel("Mirror/Name", extra={"id": "mirror/name"}))
    record = client().fetch(ModelRef("Mirror/Name"))
    assert (record.id, record.redirected_from, record.status) == (
        "mirror/name",
        ("Mirror/Name",),
        Status.RESOLVED,
    )


def test_a_legacy_name_without_namespace(client):
    """Bare names such as `gpt2` are names."""
    assert client().fetch(ModelRef("legacy")).status is Status.RESOLVED


@pytest.mark.parametrize(
    ("model", "token", "status", "words"),
    [
        ("org/missing", False, Status.NOT_FOUND, "private or is disabled"),
        ("org/private", False, Status.NOT_FOUND, "private or is disabled"),
        ("org/missing", TOKEN, Status.NOT_FOUND, "private or is disabled"),
        ("org/private", TOKEN, Status.RESOLVED, ""),
        ("org/gated", False, Status.GATED, "licence"),
        ("org/disabled", False, Status.DISABLED, "disabled"),
        ("org/base", NARROW, Status.RESOLVED, ""),
        ("org/missing", NARROW, Status.NOT_FOUND, "private or is disabled"),
    ],
)
def test_statuses(client, model, token, status, words):
    """Missing and private cannot be distinguished; gated and disabled still show their metadata."""
    record = client(token=token).fetch(ModelRef(model))
    assert record.status is status
    assert words in record.reason


@pytest.mark.parametrize("revision", ["main", "refs/pr/1", "b" * 40])
def test_revisions(hub, client, revision):
    """Branches (with slashes, quoted) and commits are asked for and the commit that answered is
    kept."""
    record = client().fetch(ModelRef("org/base", revision))
    assert record.revision == (
        hub.routes.models["org/base"].sha if revision == "main" else "b" * 40
    )
    assert len(hub.calls) == 1


def test_an_unknown_revision_is_said_to_be_that(client):
    """The model exists; only the revision does not."""
    record = client().fetch(ModelRef("org/base", "no-such-branch"))
    assert record.status is Status.NOT_FOUND
    assert "no revision no-such-branch" in record.reason


def test_another_commit_than_asked_is_refused(hub, client):
    """A pinned revision is that one or nothing."""
    hub.add(HubModel("org/moved", branches={"c" * 40: "c" * 40}, extra={"sha": "d" * 40}))
    record = client().fetch(ModelRef("org/moved", "c" * 40))
    assert record.status is Status.INVALID and "another revision" in record.reason


def test_a_bad_token_is_never_read_as_a_missing_model(hub, client):
    """An expired token: reported once, then asked without it; a public model resolves, a missing
    one stays unknown as such."""
    told: list[str] = []
    source = client(token="hf_expired", on_notice=told.append)
    assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED
    assert [call.token for call in hub.calls] == ["Bearer hf_expired", None]
    assert source.fetch(ModelRef("org/child")).status is Status.RESOLVED
    assert len(hub.calls) == 3
    assert len(told) == 1 and "token" in told[0] and "hf_expired" not in told[0]


def test_a_token_that_no_header_can_hold_is_not_used(hub, client):
    """A token file with two lines must not end up in an error message."""
    told: list[str] = []
    source = client(token="hf_one\nhf_two", on_notice=told.append)
    assert source.fetch(ModelRef("org/base")).status is Status.RESOLVED
    assert hub.calls[0].token is None
    assert "hf_one" not in told[0]


@pytest.mark.parametrize(
    "rejected", [{"gguf"}, {"gguf", "baseModels", "lastModified"}, {"sha", "cardData"}]
)
def test_a_hub_that_knows_fewer_keys(hub, client, rejected):
    """One unknown expand key fails the whole request: a smaller set is asked for, and remembered
    for the next model."""
    hub.routes.rejected_expand = frozenset(rejected)
    source = client()
    record = source.fetch(ModelRef("org/child"))
    assert (
        record.status is Status.RESOLVED
        and record.card["base_model"] == "org/base"
        and record.revision
    )
    hub.forget()
    assert source.fetch(ModelRef("org/base")).files
    assert len(hub.calls) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "a/b/c",
        "https://evil.example/x",
        "org/na me",
        "",
        "org/\x1b[31m",
        "o" * 300,
    ],
)
def test_a_text_that_is_not_a_name_is_not_asked(hub, client, name):
    """Hostile ids from cards never become a request."""
    assert client().fetch(ModelRef(name)).status is Status.INVALID
    assert hub.calls == []


_ODD: list[dict[str, Any]] = [
    {"cardData": [1, 2]},
    {"cardData": "text", "tags": "text", "siblings": {"a": 1}},
    {"tags": [None, 1, "kept", {"a": 1}], "config": None, "gguf": 7},
    {
        "siblings": [
            None,
            5,
            {"rfilename": 3},
            {"rfilename": "ok", "size": -4, "lfs": "no"},
            {"rfilename": "x" * 5000},
        ]
    },
    {"downloads": "many", "likes": -1, "safetensors": {"total": True}, "createdAt": 5, "_id": None},
    {"baseModels": ["org/base"], "gated": "sometimes", "disabled": "yes", "private": 1},
    {"sha": "not a hash", "lastModified": {"a": [1]}, "library_name": ["x"]},
    {"downloads": 10**400},
    {"cardData": {"lone": "\ud800", "\udfff": 1}},
]


@pytest.mark.parametrize("odd", _ODD)
def test_any_shape_of_a_field_is_survived(hub, client, odd):
    """Fields of another type than the hub's are unknown, not fatal, and never change the name."""
    hub.add(HubModel("org/odd", extra=odd))
    record = client().fetch(ModelRef("org/odd"))
    assert record.id == "org/odd"
    assert record.status.is_known
    assert isinstance(record.card, dict) and all(isinstance(tag, str) for tag in record.tags)
    str(record).encode()  # nothing that cannot be printed is left


@pytest.mark.parametrize(
    "extra",
    [
        {"id": "other/model"},
        {"id": None, "modelId": None},
        {"id": 5},
        {"id": "../x"},
        {"id": ["org/odd"]},
    ],
)
def test_an_answer_about_another_model_is_refused(hub, client, extra):
    """A record is only believed for the name that was asked for, or that a redirect named."""
    hub.add(HubModel("org/odd", extra=extra))
    if extra["id"] is None or isinstance(extra["id"], (int, list)):
        extra.setdefault("modelId", None)
    assert client().fetch(ModelRef("org/odd")).status is Status.INVALID


def test_a_hub_that_ignores_expand(hub, client):
    """A mirror's default payload, without the tree, is read as far as it goes."""
    hub.add(HubModel("org/plain", card={"base_model": "org/base"}, base_models=None))
    record = client().fetch(ModelRef("org/plain"))
    assert record.base_models is None and record.card["base_model"] == "org/base"


def test_the_endpoint_may_have_a_path(hub, client):
    """Repository managers serve the hub's API below a path of their own; what is not a hub is said
    to be none."""
    record = client(endpoint=hub.url + "/api/huggingfaceml/repo").fetch(ModelRef("org/base"))
    assert hub.calls[0].path == "/api/huggingfaceml/repo/api/models/org/base"
    assert record.status is Status.NOT_FOUND


def test_no_network_is_told_from_one_failed_model(hub, client):
    """Nothing has answered before the first call, nor where nobody is there; a refusal is an
    answer."""
    source = client()
    assert not source.has_answered()
    source.fetch(ModelRef("org/missing"))
    assert source.has_answered()
    hub.close_door()
    down = client()
    assert down.fetch(ModelRef("org/base")).status is Status.UNREACHABLE
    assert not down.has_answered()


def test_offline_asks_nothing(hub, client, monkeypatch):
    """HF_HUB_OFFLINE is respected where the endpoint is the user's own setting."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "ENDPOINT", hub.url)
    from lineage.sources.hub.source import HubSource

    source = HubSource()
    record = source.fetch(ModelRef("org/base"))
    assert (record.status, source.has_answered()) == (Status.UNREACHABLE, False)
    assert "HF_HUB_OFFLINE" in record.reason
    assert hub.calls == []


def test_the_users_own_endpoint_and_token_are_found(hub, monkeypatch):
    """HF_ENDPOINT and HF_TOKEN are what huggingface_hub says they are."""
    from huggingface_hub import constants

    from lineage.sources.hub.source import HubSource

    monkeypatch.setattr(constants, "ENDPOINT", hub.url)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    source = HubSource()
    assert source.fetch(ModelRef("org/private")).status is Status.RESOLVED
    assert hub.calls[0].token == f"Bearer {TOKEN}"
    source.close()


def test_lists_go_on_from_a_cursor(hub, client):
    """Pages follow the hub's link; a run that stopped resumes after the page it had."""
    for number in range(7):
        hub.add(HubModel(f"many/m{number}", card={"base_model": "org/base"}))
    source = client()
    first = next(iter(source.list_pages(author="many", page_size=3)))
    assert len(first.records) == 3 and first.cursor
    rest = [
        record.id
        for page in source.list_pages(author="many", page_size=3, cursor=first.cursor)
        for record in page.records
    ]
    assert sorted(rest + [record.id for record in first.records]) == [
        f"many/m{number}" for number in range(7)
    ]
    assert {r.id for r in source.list_models(filters="base_model:finetune:org/base")} >= {
        "org/child",
        "many/m0",
    }
    full = next(source.list_models(author="many", full=True))
    assert full.card == {"base_model": "org/base"} and full.revision


def test_a_list_cannot_lead_to_another_host(hub, client):
    """Only the cursor is taken from the next-page link, whatever host it names."""
    hub.routes.page_size, hub.routes.link_host = 2, "evil.example"
    assert len(list(client(token=TOKEN).list_models())) == 6
    assert len(hub.calls) == 3


def test_a_list_in_a_circle_ends(hub, client):
    """A cursor that comes twice is an error with a next step, not a loop."""
    hub.routes.page_size, hub.routes.is_list_stuck = 2, True
    with pytest.raises(CannotRunError, match="circle"):
        list(client().list_models())


@pytest.mark.parametrize("field", ["siblings", "tags"])
@pytest.mark.parametrize("value", [None, "garbled"])
def test_what_the_answer_lacks_is_observed_in_the_walk(client, hub, field, value):
    """A hub that loses the file list or the tags leaves a gap that rules can see, from the cache
    too."""
    hub.add(HubModel("org/lossy", {"license": "mit"}, extra={field: value}))
    graph = walk(ModelRef("org/lossy"), client(), all_readers())
    noticed = [
        o for o in graph.nodes["org/lossy"].observations if o.kind is ObservationKind.UNREACHED
    ]
    assert "api" in {one.file for one in noticed}


def test_the_card_of_a_gated_model_is_unread_not_empty(client, hub):
    """Its text was refused: an observation is where the card's statements would."""
    hub.add(HubModel("org/closed", files={"README.md": "Built on Qwen/Qwen2-7B."}, gated="manual"))
    graph = walk(ModelRef("org/closed"), client(), all_readers())
    node = graph.nodes["org/closed"]
    assert node.record is not None and node.record.card_read is CardRead.NONE
    assert ("README.md", ObservationKind.UNREADABLE) in {
        (o.file, o.kind) for o in node.observations
    }
