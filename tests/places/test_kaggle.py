"""Kaggle's variations: what is asked and read, whom the key goes to, and what happens where
something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub import Fault, HubFile
from lineage.claims.names.parent_name import read_parent_name
from lineage.cli.places import place_access
from lineage.core.elsewhere import at_address
from lineage.core.errors import ReadError
from lineage.core.kaggle import framework_slug, parse_kaggle
from lineage.core.record import Status
from lineage.report.purl import page_of, purl
from lineage.sources.auto import target_ref
from lineage.sources.places import open_places
from lineage.sources.web.cache import Cache
from lineage.sources.web.login import basic
from lineage.sources.web.site import Manner

from . import Kaggle, KaggleModel
from .opening import Opener, fetched, openings, walked

GEMMA = "google/gemma-2/pyTorch/gemma-2-2b"
MINE = KaggleModel(
    "acme/chat/transformers/tuned",
    base=GEMMA.replace("pyTorch", "MODEL_FRAMEWORK_PY_TORCH"),
    description="---\nlicense: mit\n---\n# Chat\nA chat model.",
    files={"config.json": b'{"model_type": "gemma2"}', "model.safetensors": HubFile(b"", 1 << 33)},
)
MODELS = [
    MINE,
    KaggleModel(GEMMA, licence="Gemma"),
    KaggleModel("acme/outer/gguf/q4", external="https://huggingface.co/Qwen/Qwen2.5-7B-Instruct"),
    KaggleModel("acme/many/pyTorch/a"),
    KaggleModel("acme/many/keras/b"),
    KaggleModel("acme/hidden/keras/b", is_private=True),
]
NAME = f"kaggle:{MINE.name}"


@pytest.fixture
def kaggle() -> Iterator[Kaggle]:
    with Kaggle(MODELS) as running:
        yield running


@pytest.fixture
def opened(kaggle: Kaggle) -> Iterator[Opener]:
    """Open the table of places; Kaggle is the stand-in."""
    with openings(kaggle=kaggle.url) as opener:
        yield opener


def test_a_variation_is_read(kaggle: Kaggle, opened: Opener) -> None:
    """Licence, version, framework and files; of the weights nothing, and three calls in all with
    one more for each further page of files."""
    places = opened()
    record = fetched(places, NAME)
    assert (record.id, record.status, record.revision) == (NAME, Status.RESOLVED, "1")
    assert (record.tags, record.library) == (("license:apache-2.0",), "transformers")
    sizes = {entry.path: entry.size for entry in record.files or ()}
    assert sizes["model.safetensors"] == 1 << 33 and "README.md" in sizes
    assert [call.path.rpartition("?")[0] or call.path for call in kaggle.calls] == [
        "/api/v1/models/acme/chat/get",
        "/api/v1/models/acme/chat/transformers/tuned/get",
        "/api/v1/models/acme/chat/transformers/tuned/1/files",
    ]
    assert places.read(record, "config.json") == b'{"model_type": "gemma2"}'
    assert places.read(record, "README.md").endswith(b"A chat model.")
    with pytest.raises(ReadError, match="too large"):
        places.read(record, "model.safetensors")
    assert kaggle.sent < 10_000


def test_every_page_of_the_list_is_read(kaggle: Kaggle, opened: Opener) -> None:
    """Files come page by page."""
    kaggle.routes.models = [KaggleModel(MINE.name, files={f"{n}.txt": b"x" for n in range(5)})]
    paths = {entry.path for entry in fetched(opened(), NAME).files or ()}
    assert {f"{n}.txt" for n in range(5)} <= paths
    assert len(kaggle.calls_to("/files")) == 3


@pytest.mark.parametrize(
    ("name", "parent", "place"),
    [
        (NAME, f"kaggle:{GEMMA}", "baseModelInstanceInformation"),
        ("kaggle:acme/outer/gguf/q4", "Qwen/Qwen2.5-7B-Instruct", "externalBaseModelUrl"),
    ],
)
def test_what_the_publisher_declares(opened: Opener, name: str, parent: str, place: str) -> None:
    """A parent on Kaggle or outside it: a declared edge, across places."""
    graph = walked(opened(), name)
    (edge,) = [edge for edge in graph.edges if edge.child == name]
    assert (edge.parent, str(edge.grade), str(edge.relation)) == (parent, "declared", "unknown")
    assert edge.claims[0].location == place


def test_an_upload_carries_its_metadata(opened: Opener) -> None:
    """`model-instance-metadata.json` in a folder names the parent as Kaggle's tool writes it."""
    content = b'{"baseModelInstance": "google/gemma-2/pyTorch/gemma-2-2b", "licenseName": "Gemma"}'
    kaggle_files = {"model-instance-metadata.json": content}
    with Kaggle([KaggleModel("acme/up/keras/a", files=kaggle_files), *MODELS]) as running:
        graph = walked(opened(kaggle=running.url), "kaggle:acme/up/keras/a")
    (edge,) = [edge for edge in graph.edges if edge.child == "kaggle:acme/up/keras/a"]
    assert (edge.parent, str(edge.grade)) == (f"kaggle:{GEMMA}", "embedded")


def test_a_model_with_one_variation_is_that_one(opened: Opener) -> None:
    """With several the reason names them."""
    assert fetched(opened(), "kaggle:acme/outer").id == "kaggle:acme/outer/gguf/q4"
    several = fetched(opened(), "kaggle:acme/many")
    assert several.status is Status.INVALID
    assert "2 variations (pyTorch/a, keras/b)" in several.reason


def test_a_pinned_version_is_the_revision(kaggle: Kaggle, opened: Opener) -> None:
    """Its files are listed, whatever the newest version is; after the newest there is none."""
    kaggle.routes.models = [replace(model, version=9) for model in MODELS]
    record = fetched(opened(), f"{NAME}/7")
    assert (record.id, record.revision) == (NAME, "7")
    assert kaggle.calls_to("/tuned/7/files")
    later = fetched(opened(), f"{NAME}/10")
    assert later.status is Status.NOT_FOUND and "newest is 9" in later.reason


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("https://www.kaggle.com/models/google/gemma-2/pyTorch/gemma-2-2b", GEMMA),
        ("kaggle.com/models/google/gemma-2/pyTorch/gemma-2-2b/3", f"{GEMMA}/3"),
        (
            "https://www.kaggle.com/models/google/gemma-2/frameworks/pyTorch/variations/"
            "gemma-2-2b/versions/3",
            f"{GEMMA}/3",
        ),
        ("https://www.kaggle.com/models/google/gemma-2", "google/gemma-2"),
        ("https://www.kaggle.com/models/google/gemma-2/pyTorch/gemma-2-2b/data", GEMMA),
    ],
)
def test_addresses_of_pages_are_names(written: str, name: str) -> None:
    """On the command line and in a card."""
    assert target_ref(written).id == f"kaggle:{name}"
    assert read_parent_name(written).id == f"kaggle:{name}"


def test_it_has_a_page_and_no_purl() -> None:
    """No type of package says it; a link leads to it."""
    assert purl(f"kaggle:{GEMMA}") is None
    assert page_of(f"kaggle:{GEMMA}") == f"https://www.kaggle.com/models/{GEMMA}"


@pytest.mark.parametrize(
    "written", ["https://www.kaggle.com/datasets/acme/rows", "https://www.kaggle.com/acme", "k.com"]
)
def test_other_pages_are_none(written: str) -> None:
    """A data set, a profile, another site."""
    assert at_address(written) is None


def test_words_for_frameworks() -> None:
    """As an address spells them."""
    spelled = {"PY_TORCH": "pyTorch", "TENSOR_FLOW_2": "tensorFlow2", "GGUF": "gguf"}
    assert {framework_slug(f"MODEL_FRAMEWORK_{word}"): want for word, want in spelled.items()} == {
        want: want for want in spelled.values()
    }
    assert framework_slug("pyTorch") == "pyTorch"
    assert parse_kaggle("a/b/c") is None and parse_kaggle("a/../c/d") is None


def test_the_key_goes_to_kaggle_alone(kaggle: Kaggle, opened: Opener) -> None:
    """Not to the host where the files lie, and not where a redirect leads."""
    key = basic("me", "0123456789abcdef0123456789abcdef")
    places = opened(kaggle_key=key)
    places.read(fetched(places, NAME), "config.json")
    assert {call.token for call in kaggle.calls if call.server == "hub"} == {key}
    assert {call.token for call in kaggle.calls if call.server == "cdn"} == {None}
    assert fetched(places, "kaggle:acme/hidden/keras/b").status is Status.RESOLVED
    with Kaggle(MODELS) as other:
        kaggle.trouble(Fault.REDIRECT, "/get", target=f"{other.url}/api/v1/models/acme/chat/get")
        fetched(opened(kaggle_key=key), NAME)
        assert {call.token for call in other.calls} <= {None}


def test_a_private_model_asks_for_a_key(opened: Opener) -> None:
    """It is not read, and the tables answer for its name."""
    record = fetched(opened(), "kaggle:acme/hidden/keras/b")
    assert record.status is Status.NOT_READ and "asks for a key (403)" in record.reason
    assert fetched(opened(), "kaggle:acme/gone/keras/b").status is Status.NOT_FOUND


def test_a_home_that_cannot_be_read_has_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another's home, or a name that no system takes: what everybody may see is asked for."""
    monkeypatch.delenv("KAGGLE_CONFIG_DIR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", f"/{'h' * 300}")
    assert place_access("", ()).kaggle_folder == tmp_path / "kaggle"


def test_keys_are_found_as_kaggles_client_finds_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kaggle: Kaggle, opened: Opener
) -> None:
    """A token first, then a name and key, then the file; a broken file is none."""
    for word in ("API_TOKEN", "USERNAME", "KEY"):
        monkeypatch.delenv(f"KAGGLE_{word}", raising=False)
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("KAGGLE_API_ENDPOINT", kaggle.url)
    (tmp_path / "kaggle.json").write_text('{"username": "me", "key": "filed"}')

    def sent() -> str | None:
        kaggle.forget()
        manner = Manner(timeout=1.0)
        places = open_places(place_access("", ()), lambda: manner, offline=False)
        fetched(places, NAME)
        places.close()
        (token,) = {call.token for call in kaggle.calls}
        return token

    assert sent() == basic("me", "filed")
    (tmp_path / "kaggle.json").write_text("{")
    assert sent() is None
    monkeypatch.setenv("KAGGLE_USERNAME", "me")
    monkeypatch.setenv("KAGGLE_KEY", "set")
    assert sent() == basic("me", "set")
    (tmp_path / "token").write_text("kgat-file\n")
    monkeypatch.setenv("KAGGLE_API_TOKEN", str(tmp_path / "token"))
    assert sent() == "Bearer kgat-file"


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.STALL, {"at": 60}),
        (Fault.RESET, {}),
        (Fault.GARBAGE, {}),
        (Fault.HTML, {}),
        (Fault.PAGE, {"status": 502}),
        (Fault.NOT_JSON, {}),
        (Fault.LIST, {}),
        (Fault.EMPTY, {}),
        (Fault.DEEP_JSON, {}),
        (Fault.HUGE, {}),
        (Fault.HUGE_HEADERS, {}),
        (Fault.WRONG_ID, {}),
        (Fault.STATUS, {"status": 401}),
        (Fault.STATUS, {"status": 429}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/"}),
        (Fault.LOOP, {}),
    ],
)
@pytest.mark.parametrize("route", ["/tuned/get", "/chat/get", "/files"])
def test_no_fault_makes_it_better_known(
    kaggle: Kaggle, opened: Opener, route: str, fault: Fault, how: dict[str, Any]
) -> None:
    """The variation's own answer is needed; without the description or the list of files the
    record says what it lacks."""
    kaggle.trouble(fault, route, **how)
    record = fetched(opened(), NAME)
    if route == "/tuned/get":
        assert record.status in (Status.NOT_READ, Status.INVALID) and record.reason
    else:
        assert record.gaps or record.status is Status.NOT_READ, "what is missing is told"


def test_answers_are_kept(kaggle: Kaggle, opened: Opener, tmp_path: Path) -> None:
    """A second run with the cache asks nobody."""
    cache = Cache(tmp_path)
    for _ in range(2):
        places = opened(cache=cache)
        places.read(fetched(places, NAME), "config.json")
    assert len(kaggle.calls) == 3 + 2


def test_offline_nobody_is_asked(kaggle: Kaggle, opened: Opener) -> None:
    """The name alone is known."""
    assert fetched(opened(offline=True), NAME).status is Status.NOT_READ
    assert kaggle.calls == []
