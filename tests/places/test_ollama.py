"""Ollama's names at the registry, at a running Ollama and in a store: what is read, how many bytes
of it, and what happens where something is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import Fault, HubFile
from lineage.claims.readers import all_readers
from lineage.core.elsewhere import Place
from lineage.core.errors import ReadError
from lineage.core.ollama import parse_ollama
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.graph.walker import walk
from lineage.sources.auto import AutoSource
from lineage.sources.places import PlaceAccess, open_places
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.web.cache import Cache
from lineage.sources.web.site import Manner

from . import DEEPSEEK_R1_8B, DIGEST, OllamaDaemon, OllamaModel, OllamaRegistry
from .opening import Opener, fetched, openings

CHILD = OllamaModel(
    "acme/tuned:7b",
    gguf={
        "general.architecture": "qwen2",
        "general.base_model.count": 1,
        "general.base_model.0.repo_url": "https://huggingface.co/Qwen/Qwen2.5-7B-Instruct",
    },
    licence=("Qwen RESEARCH LICENSE AGREEMENT\nmore\n",),
    texts={"template": "{{ .Prompt }}", "system": "You are Acme."},
)


@pytest.fixture
def registry() -> Iterator[OllamaRegistry]:
    with OllamaRegistry([DEEPSEEK_R1_8B, CHILD]) as running:
        yield running


@pytest.fixture
def opened(registry: OllamaRegistry) -> Iterator[Opener]:
    """Open the table of places; the registry is the stand-in."""
    with openings(timeout=5.0, ollama_registry=registry.url) as opener:
        yield opener


@pytest.mark.parametrize(
    ("text", "plain", "hub"),
    [
        ("deepseek-r1:8b", "deepseek-r1:8b", ""),
        ("qwen3", "qwen3:latest", ""),
        ("library/qwen3:4b", "qwen3:4b", ""),
        ("registry.ollama.ai/library/qwen3:4b", "qwen3:4b", ""),
        ("ollama.com/acme/tuned", "acme/tuned:latest", ""),
        ("hf.co/acme/base-GGUF:Q4_K_M", "hf.co/acme/base-GGUF:Q4_K_M", "acme/base-GGUF"),
        ("10.0.0.5:5000/acme/x:1", "10.0.0.5:5000/acme/x:1", ""),
        (f"a:1@sha256:{'0' * 64}", "a:1", ""),
    ],
)
def test_names_are_read_as_ollama_reads_them(text: str, plain: str, hub: str) -> None:
    """Host, namespace and tag have defaults; hf.co names a repository of the Hub."""
    name = parse_ollama(text)
    assert name is not None and (name.plain, name.hub_id) == (plain, hub)


@pytest.mark.parametrize("text", ["", "../x:1", "a/b/c/d:1", "a b", "a:b:c", "x/..:1", "./m.gguf"])
def test_what_is_no_name(text: str) -> None:
    """A path, a dotted step and a second tag are none."""
    assert parse_ollama(text) is None


def test_the_record_on_file_is_the_live_one() -> None:
    """The stand-in's manifest is byte for byte what the registry had: its digest is the one that
    `ollama list` shows of it."""
    assert hashlib.sha256(DEEPSEEK_R1_8B.manifest()).hexdigest() == DIGEST
    for digest, file in DEEPSEEK_R1_8B.recorded.items():
        is_whole = file.size is None and any(file.data)
        made = f"sha256:{hashlib.sha256(file.data).hexdigest()}"
        assert made == digest or not is_whole


def test_a_tag_is_one_call_and_its_revision_is_the_digest(
    registry: OllamaRegistry, opened: Opener
) -> None:
    """The layers are its files, each with its hash."""
    record = fetched(opened(), "ollama:deepseek-r1:8b")
    assert (record.status, record.source) == (Status.RESOLVED, "ollama")
    assert record.revision == f"sha256:{DIGEST}"
    assert len(registry.calls) == 1
    assert registry.calls[0].headers["accept"].startswith("application/vnd.docker.distribution")
    assert {entry.path for entry in record.files or ()} == {
        *("manifest.json", "ollama.json", "model.gguf", "template", "LICENSE", "params")
    }


def test_of_weights_the_head_alone_is_ever_asked_for(
    registry: OllamaRegistry, opened: Opener
) -> None:
    """A megabyte at most, by range, of 5.2 GB; more is refused without a call."""
    places = opened()
    record = fetched(places, "ollama:deepseek-r1:8b")
    head = places.read(record, "model.gguf", 0, 128 * 1024)
    assert head[:4] == b"GGUF" and len(head) == 128 * 1024
    asked = [call.headers.get("range") for call in registry.calls_to("/r2/")]
    assert asked == ["bytes=0-131071"]
    with pytest.raises(ReadError, match="first MiB"):
        places.read(record, "model.gguf", 4 << 20, 5 << 20)
    assert len(places.read(record, "model.gguf")) == 1 << 20
    assert registry.sent < (1 << 20) + (1 << 18)


def test_an_audit_reads_kilobytes(registry: OllamaRegistry, opened: Opener) -> None:
    """All readers together: some calls, and less than a quarter of a megabyte."""
    source = AutoSource(None, SnapshotSource.embedded(), places=opened())
    graph = walk(ModelRef("ollama:acme/tuned:7b"), source, all_readers())
    (edge,) = graph.parents(graph.target)
    assert edge.parent == "Qwen/Qwen2.5-7B-Instruct"
    assert {claim.file for claim in edge.claims} == {"model.gguf"}
    assert registry.sent < 1 << 18
    assert len(registry.calls) <= 9


@pytest.mark.parametrize(
    ("model", "relation"),
    [({}, "conversion"), ({"adapter": "acme/lora"}, "adapter")],
)
def test_a_layer_tells_from_which_model_it_was_taken(
    registry: OllamaRegistry, opened: Opener, model: dict[str, Any], relation: str
) -> None:
    """The same weights under another name, or with an adapter beside them."""
    registry.routes.models = [OllamaModel("me/mine:1", taken_from="llama3.2:3b", **model)]
    source = AutoSource(None, SnapshotSource.embedded(), places=opened())
    graph = walk(ModelRef("ollama:me/mine:1"), source, all_readers())
    told = {edge.parent: str(edge.relation) for edge in graph.edges}
    assert told["ollama:llama3.2:3b"] == relation


def test_a_small_layer_must_be_what_its_digest_says(
    registry: OllamaRegistry, opened: Opener
) -> None:
    """Other bytes under the name of a digest are not used."""
    places = opened()
    record = fetched(places, "ollama:acme/tuned:7b")
    licence = record.file("LICENSE")
    assert licence is not None
    assert places.read(record, "LICENSE", 0, 20) == b"Qwen RESEARCH LICENS"
    blobs = dict(CHILD.blobs())
    blobs[f"sha256:{licence.sha256}"] = HubFile(b"MIT License".ljust(licence.size or 0))
    registry.routes.models = [OllamaModel("acme/tuned:7b", raw=CHILD.manifest(), recorded=blobs)]
    with pytest.raises(ReadError, match="digest"):
        places.read(record, "LICENSE", 0, 20)


@pytest.mark.parametrize("told", ["sha256:" + "0" * 64, "nonsense"])
def test_a_manifest_must_be_the_one_whose_digest_is_told(
    registry: OllamaRegistry, opened: Opener, told: str
) -> None:
    """A header that contradicts the body leaves the model unread."""
    answer = registry.routes.answer

    def lying(target: str, headers: Any) -> Any:
        found = answer(target, headers)
        found.headers["ollama-content-digest"] = told
        return found

    registry.routes.answer = lying
    assert fetched(opened(), "ollama:acme/tuned:7b").status is Status.INVALID


def test_what_is_not_there_is_not_found(opened: Opener) -> None:
    """The registry says so in its own form; a web server's 404 says nothing."""
    record = fetched(opened(), "ollama:acme/none:1")
    assert record.status is Status.NOT_FOUND and "has no acme/none:1" in record.reason


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.STALL, {"at": 60}),
        (Fault.RESET, {}),
        (Fault.GARBAGE, {}),
        (Fault.HTML, {}),
        (Fault.PAGE, {"status": 404}),
        (Fault.PAGE, {"status": 502}),
        (Fault.STATUS, {"status": 401}),
        (Fault.STATUS, {"status": 429}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/meta-data/"}),
        (Fault.HUGE_HEADERS, {}),
        (Fault.HUGE, {}),
    ],
)
def test_where_the_registry_cannot_be_asked_the_name_is_all_that_is_known(
    registry: OllamaRegistry, fault: Fault, how: dict[str, Any]
) -> None:
    """The tables still tell of it, and the reason says why no more is known."""
    registry.trouble(fault, "/manifests/", **how)
    manner = Manner(timeout=1.0, backoff=0.005, max_wait=0.2)
    access = PlaceAccess(ollama_registry=registry.url)
    places = open_places(access, lambda: manner, offline=False)
    try:
        record = fetched(places, "ollama:deepseek-r1:8b")
    finally:
        places.close()
    assert (record.status, record.partial) == (Status.NOT_READ, True)
    assert "Ollama's" in record.reason and ";" in record.reason


@pytest.mark.parametrize("fault", [Fault.NOT_JSON, Fault.LIST, Fault.EMPTY, Fault.DEEP_JSON])
def test_an_answer_that_is_no_manifest_is_invalid(
    registry: OllamaRegistry, opened: Opener, fault: Fault
) -> None:
    """Half a JSON, another type, nothing, or a tower of brackets."""
    registry.trouble(fault, "/manifests/")
    assert fetched(opened(), "ollama:acme/tuned:7b").status is Status.INVALID


def test_a_giant_manifest_is_not_taken(registry: OllamaRegistry, opened: Opener) -> None:
    """More than four megabytes of it are never held."""
    registry.routes.models = [OllamaModel("acme/giant:1", raw=b"[" + b"1," * (3 << 20) + b"1]")]
    record = fetched(opened(), "ollama:acme/giant:1")
    assert record.status is Status.NOT_READ and "larger than" in record.reason


def test_answers_are_kept_by_digest(
    registry: OllamaRegistry, opened: Opener, tmp_path: Path
) -> None:
    """A second run with the cache asks nobody."""
    cache = Cache(tmp_path)
    for _ in range(2):
        places = opened(cache=cache)
        record = fetched(places, "ollama:acme/tuned:7b")
        assert places.read(record, "LICENSE", 0, 4) == b"Qwen"
        assert places.read(record, "model.gguf", 0, 4) == b"GGUF"
    assert len(registry.calls) == 5


def test_a_wrong_answer_is_not_kept(
    registry: OllamaRegistry, opened: Opener, tmp_path: Path
) -> None:
    """What was found wrong once is asked for again."""
    cache = Cache(tmp_path)
    registry.trouble(Fault.NOT_JSON, "/manifests/", times=1)
    assert fetched(opened(cache=cache), "ollama:acme/tuned:7b").status is Status.INVALID
    assert fetched(opened(cache=cache), "ollama:acme/tuned:7b").status is Status.RESOLVED


def test_a_pinned_digest_that_the_tag_no_longer_has(opened: Opener) -> None:
    """The tag moved: what it holds now says nothing of what was pinned."""
    places = opened()
    right = fetched(places, f"ollama:deepseek-r1:8b@sha256:{DIGEST[:12]}")
    assert right.status is Status.RESOLVED
    wrong = fetched(places, "ollama:deepseek-r1:8b@sha256:28f8fd6cdc67")
    assert wrong.status is Status.NOT_READ and "now holds sha256:6995872bfe4c" in wrong.reason


def test_a_host_that_a_card_names_is_not_called(registry: OllamaRegistry, opened: Opener) -> None:
    """Only the registry and what the user names are asked."""
    host = registry.url.removeprefix("http://")
    record = fetched(opened(), f"ollama:{host}/acme/tuned:7b")
    assert record.status is Status.NOT_READ
    assert registry.calls == []


# -- a running Ollama


def test_a_running_ollama_is_asked_first(registry: OllamaRegistry, opened: Opener) -> None:
    """Its digest and its texts; the registry is not called for what it holds."""
    with OllamaDaemon([CHILD]) as daemon:
        places = opened(ollama=daemon.url)
        record = fetched(places, "ollama:acme/tuned:7b")
        assert (record.source, record.status) == ("ollama-server", Status.RESOLVED)
        assert record.revision == f"sha256:{hashlib.sha256(CHILD.manifest()).hexdigest()}"
        assert places.read(record, "LICENSE", 0, 4) == b"Qwen"
        assert b"FROM" in places.read(record, "Modelfile")
        assert [call.method for call in daemon.calls] == ["GET", "POST"]
        assert registry.calls == []
        assert fetched(places, "ollama:deepseek-r1:8b").source == "ollama"


@pytest.mark.parametrize(
    ("model", "parent", "location"),
    [
        ({"show": {"modelfile": "FROM llama3.2:3b\n"}}, "ollama:llama3.2:3b", "line 1"),
        (
            {"details": {"parent_model": "qwen2.5:7b"}},
            "ollama:qwen2.5:7b",
            "details.parent_model",
        ),
        (
            {"details": {"parent_model": "hf.co/acme/base-GGUF:Q4_K_M"}},
            "acme/base-GGUF",
            "details.parent_model",
        ),
        (
            {"show": {"remote_host": "https://ollama.com:443", "remote_model": "gpt-oss:120b"}},
            "api://ollama.com/gpt-oss:120b",
            "remote_model",
        ),
        (
            {"gguf": {"general.base_model.0.repo_url": "https://huggingface.co/acme/base"}},
            "acme/base",
            "general.base_model.0.repo_url",
        ),
    ],
)
def test_what_a_running_ollama_tells_is_embedded(
    opened: Opener, model: dict[str, Any], parent: str, location: str
) -> None:
    """FROM, the parent, the GGUF keys, and whose servers a cloud model runs on."""
    with OllamaDaemon([OllamaModel("mine:1", **model)]) as daemon:
        source = AutoSource(None, SnapshotSource.embedded(), places=opened(ollama=daemon.url))
        graph = walk(ModelRef("ollama:mine:1"), source, all_readers())
        (edge,) = [one for one in graph.edges if one.child == "ollama:mine:1"]
    assert edge.parent == parent
    assert location in {claim.location for claim in edge.claims}
    assert {str(claim.grade) for claim in edge.claims} == {"embedded"}


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HTML, Fault.NOT_JSON, Fault.LIST])
@pytest.mark.parametrize("route", ["/api/tags", "/api/show"])
def test_a_running_ollama_that_answers_wrongly(opened: Opener, fault: Fault, route: str) -> None:
    """The user named it, so the registry does not answer in its place."""
    with OllamaDaemon([CHILD]) as daemon:
        daemon.trouble(fault, route)
        record = fetched(opened(ollama=daemon.url), "ollama:acme/tuned:7b")
    assert record.status in (Status.NOT_READ, Status.INVALID)


# -- a store


def test_a_store_answers_without_a_network(
    registry: OllamaRegistry, opened: Opener, tmp_path: Path
) -> None:
    """Manifest, licence and head lie there; nobody is called."""
    CHILD.write(tmp_path)
    places = opened(offline=True, ollama=str(tmp_path))
    record = fetched(places, "ollama:acme/tuned:7b")
    assert (record.source, record.status) == ("ollama-store", Status.RESOLVED)
    assert places.read(record, "LICENSE", 0, 4) == b"Qwen"
    assert places.read(record, "model.gguf", 0, 4) == b"GGUF"
    assert fetched(places, "ollama:deepseek-r1:8b").status is Status.NOT_READ
    assert registry.calls == []


def test_a_store_is_not_followed_out_of_itself(opened: Opener, tmp_path: Path) -> None:
    """A link in the place of a manifest or a blob is not read, nor a blob with other bytes."""
    manifest = CHILD.write(tmp_path / "store")
    places = opened(offline=True, ollama=str(tmp_path / "store"))
    record = fetched(places, "ollama:acme/tuned:7b")
    licence = record.file("LICENSE")
    assert licence is not None
    blob = tmp_path / "store" / "blobs" / f"sha256-{licence.sha256}"
    blob.write_bytes(b"MIT License".ljust(licence.size or 0))
    with pytest.raises(ReadError, match="digest"):
        places.read(record, "LICENSE")
    blob.unlink()
    with pytest.raises(ReadError, match="not pulled whole"):
        places.read(record, "LICENSE")
    (tmp_path / "secret").write_bytes(manifest.read_bytes())
    manifest.unlink()
    manifest.symlink_to(tmp_path / "secret")
    assert fetched(places, "ollama:acme/tuned:7b").status is Status.NOT_READ


def test_offline_and_without_a_store_the_tables_answer(
    registry: OllamaRegistry, opened: Opener
) -> None:
    """As ever: the name alone."""
    places = opened(offline=True)
    record = fetched(places, "ollama:deepseek-r1:8b")
    assert record.status is Status.NOT_READ and registry.calls == []
    assert places.source(Place.OLLAMA) is None
