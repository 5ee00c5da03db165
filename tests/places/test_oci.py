"""Artefacts of container registries: what is read of them and how many bytes, who is shown a login,
and what happens where something is wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import Fault, HubFile
from lineage.core.claim import Claim
from lineage.core.elsewhere import at_address, parse_elsewhere
from lineage.core.errors import ReadError
from lineage.core.oci import parse_oci
from lineage.core.record import Status
from lineage.graph.graph import LineageGraph
from lineage.sources.places import PlaceAccess, Places, open_places
from lineage.sources.web.cache import Cache
from lineage.sources.web.site import Manner

from . import Artefact, OciRegistry, archive, docker_model, gguf_head, kit, layer, model_pack
from .opening import Opener, fetched, openings, walked

QWEN = "https://huggingface.co/Qwen/Qwen2.5-7B"
KIT = "application/vnd.kitops.modelkit."
PACK = "application/vnd.cncf.model."
GGUF = {"general.architecture": "qwen2", "general.base_model.0.repo_url": QWEN}
HEAD = gguf_head(GGUF, 40_000)
CARD = "---\nlicense: apache-2.0\nbase_model: Qwen/Qwen2.5-7B\n---\n# Ours\n"
BASE = kit(
    "acme/base:1",
    {"model": {"name": "base", "path": "./base.gguf"}},
    layer(
        f"{KIT}model.v1.tar",
        HubFile(archive({"base.gguf": HEAD})[: 512 + len(HEAD)], 5_000_000_000),
        "base.gguf",
    ),
    layer(f"{KIT}docs.v1.tar+gzip", archive({"./README.md": CARD}, packed=True), "README.md"),
    layer(f"{KIT}dataset.v1.tar", HubFile(b"", 9_000_000_000), "data"),
)
DOCKER = docker_model(
    "ai/qwen-tuned:latest",
    {"config": {"format": "gguf", "architecture": "qwen2", "gguf": {**GGUF, "x": "y"}}},
    layer("application/vnd.docker.ai.gguf.v3", HubFile(HEAD, 5_000_000_000)),
    layer("application/vnd.docker.ai.license", b"Qwen RESEARCH LICENSE AGREEMENT\n"),
)
LOGIN = "anna:secretOfAnna"


@pytest.fixture
def registry() -> Iterator[OciRegistry]:
    with OciRegistry([BASE, DOCKER]) as running:
        yield running


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Open the table of places for one stand-in, which the user named."""
    with openings(timeout=5.0, is_insecure=True) as open_:

        def opener(at: OciRegistry, **access: Any) -> Places:
            named = {"registries": (at.host,), "docker_registry": at.url, **access}
            return open_(**named)

        yield opener


def claims_of(graph: LineageGraph, child: str) -> dict[str, Claim]:
    """By where they stand."""
    found = (claim for edge in graph.edges for claim in edge.claims if claim.child == child)
    return {claim.location: claim for claim in found}


# -- names


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("oci://ghcr.io/acme/m:1", "oci://ghcr.io/acme/m:1"),
        ("oci://GHCR.io/acme/m", "oci://ghcr.io/acme/m:latest"),
        (f"oci://a.io/x@sha256:{'0' * 64}", f"oci://a.io/x@sha256:{'0' * 64}"),
        (f"oci://a.io/x:1@sha256:{'0' * 64}", f"oci://a.io/x:1@sha256:{'0' * 64}"),
        ("oci://localhost:5000/a/b/c:x", "oci://localhost:5000/a/b/c:x"),
        ("oci://index.docker.io/ai/qwen3", "docker:ai/qwen3:latest"),
        ("oci://acme/m:1", None),
        ("oci:ghcr.io/acme/m:1", None),
        ("oci://ghcr.io/Acme/m:1", None),
        ("oci://ghcr.io/acme/../m:1", None),
        ("oci://user:pw@ghcr.io/acme/m:1", None),
        ("oci://ghcr.io/acme/m:1@sha256:12", None),
    ],
)
def test_names_are_read_as_registries_read_them(text: str, id: str | None) -> None:
    """A host is needed; a tag has a default; all names of Docker Hub are one."""
    named = parse_elsewhere(text)
    assert (named.id if named else None) == id


def test_pages_of_docker_hub_name_their_model() -> None:
    """The page of a repository, of a tag, and the short form that `docker` takes."""
    pages = ("hub.docker.com/r/ai/qwen3/tags", "https://hub.docker.com/layers/ai/qwen3/4b/x")
    found = [at_address(page) for page in (*pages, "docker.io/ai/qwen3:4b")]
    ids = [one.id if one else None for one in found]
    assert ids == ["docker:ai/qwen3", "docker:ai/qwen3:4b", "docker:ai/qwen3:4b"]
    others = ("u/ai", "r/vllm/vllm-openai", "_/nginx", "r/ai", "r/ai/../x")
    assert {at_address(f"https://hub.docker.com/{one}") for one in others} == {None}
    bare = parse_oci("nginx", "docker.io")
    assert bare is not None and bare.repo == "library/nginx"


# -- what is read


def test_a_kit_is_read_without_its_weights(registry: OciRegistry, opened: Opener) -> None:
    """Manifest, Kitfile, card and the head of the weights, by ranges; never the data."""
    places = opened(registry)
    id = registry.id("acme/base:1")
    record = fetched(places, id)
    assert (record.status, record.source, record.library) == (Status.RESOLVED, "oci", "kitops")
    assert (record.revision, record.gaps) == (BASE.digest, ())
    assert record.card["base_model"] == "Qwen/Qwen2.5-7B"
    sizes = {entry.path: entry.size for entry in record.files or ()}
    assert sizes["base.gguf"] == len(HEAD) and sizes["data.tar"] == 9_000_000_000
    assert {"manifest.json", "Kitfile", "README.md"} <= set(sizes)
    graph = walked(places, id)
    assert {edge.parent for edge in graph.edges if edge.child == id} == {"Qwen/Qwen2.5-7B"}
    assert registry.sent < 400_000
    digest = registry.routes.artefacts[0].layers[2][1]
    assert not [call for call in registry.calls if digest.sha256 in call.path]


def test_a_docker_model_is_read_at_docker_hub(registry: OciRegistry, opened: Opener) -> None:
    """`docker:ai/…`: the layer with weights is a raw file, so its digest is the file's hash."""
    places = opened(registry, registries=())
    record = fetched(places, "docker:ai/qwen-tuned")
    weights = record.file("model.gguf")
    assert record.status is Status.RESOLVED and weights is not None
    assert weights.sha256 == DOCKER.layers[0][1].sha256
    assert places.read(record, "LICENSE", 0, 4) == b"Qwen"
    with pytest.raises(ReadError, match="first MiB"):
        places.read(record, "model.gguf", 0, 2 << 20)
    graph = walked(places, "docker:ai/qwen-tuned")
    claims = [claim for edge in graph.edges for claim in edge.claims]
    assert {claim.file for claim in claims if claim.parent == "Qwen/Qwen2.5-7B"} == {
        *("model.json", "model.gguf")
    }
    assert registry.sent < 150_000


def test_a_model_pack_tells_its_source(opened: Opener) -> None:
    """The address in its configuration, its card, the configuration of its weights, whose hash is
    the file's."""
    told = {
        "descriptor": {"family": "qwen2", "name": "tuned", "sourceURL": QWEN},
        "config": {"architecture": "transformer", "format": "safetensors"},
    }
    weights = HubFile(b"\x02" + bytes(7) + b"{}", 900_000_000)
    pack = model_pack(
        "acme/pack:1",
        told,
        layer(f"{PACK}weight.v1.raw", weights, "model.safetensors"),
        layer(f"{PACK}weight.config.v1.raw", b'{"model_type": "qwen2"}', "config.json"),
        layer(f"{PACK}doc.v1.raw", CARD.encode(), "README.md"),
    )
    with OciRegistry([pack]) as registry:
        places, id = opened(registry), registry.id("acme/pack:1")
        record, graph = fetched(places, id), walked(opened(registry), id)
    assert record.config["model_type"] == "qwen2"
    entry = record.file("model.safetensors")
    assert entry is not None and entry.sha256 == weights.sha256
    claim = claims_of(graph, id)["descriptor.sourceURL"]
    assert (claim.parent, str(claim.relation)) == ("Qwen/Qwen2.5-7B", "conversion")
    assert str(claims_of(graph, id)["base_model"].grade) == "declared"


@pytest.mark.parametrize(
    ("notes", "location", "parent", "grade"),
    [
        (
            {"org.opencontainers.image.base.name": "ghcr.io/acme/m:2"},
            "annotations.org.opencontainers.image.base.name",
            "oci://ghcr.io/acme/m:2",
            "embedded",
        ),
        (
            {
                "org.opencontainers.image.base.name": "docker.io/ai/qwen3:8b",
                "org.opencontainers.image.base.digest": f"sha256:{'a' * 64}",
            },
            "annotations.org.opencontainers.image.base.name",
            f"docker:ai/qwen3:8b@sha256:{'a' * 64}",
            "embedded",
        ),
        (
            {"org.opencontainers.image.source": QWEN},
            "annotations.org.opencontainers.image.source",
            "Qwen/Qwen2.5-7B",
            "stated",
        ),
        (
            {"com.acme.base_model": "Qwen/Qwen2.5-7B"},
            "annotations.com.acme.base_model",
            "Qwen/Qwen2.5-7B",
            "embedded",
        ),
    ],
)
def test_annotations_are_claims(
    opened: Opener, notes: dict[str, str], location: str, parent: str, grade: str
) -> None:
    """What the specification has a key for, and keys that by their form name a model."""
    artefact = Artefact("acme/any:1", layers=[layer("text/plain", b"x", "x.txt")], notes=notes)
    with OciRegistry([artefact]) as registry:
        id = registry.id("acme/any:1")
        claim = claims_of(walked(opened(registry), id), id)[location]
    assert (claim.parent, str(claim.grade)) == (parent, grade)


@pytest.mark.parametrize(
    ("artefact", "tags"),
    [
        (
            Artefact("acme/k:1", notes={"org.opencontainers.image.licenses": "Apache-2.0 OR MIT"}),
            ("license:apache-2.0", "license:mit"),
        ),
        (model_pack("acme/k:1", {"descriptor": {"licenses": ["MIT"]}}), ("license:mit",)),
        (kit("acme/k:1", {"model": {"license": "gemma"}, "package": 7}), ("license:gemma",)),
        (kit("acme/k:1", {"model": {"license": {"a": 1}}}), ()),
    ],
)
def test_licences_that_an_artefact_tells(
    opened: Opener, artefact: Artefact, tags: tuple[str, ...]
) -> None:
    """By an annotation or its configuration, as the Hub's tags tell them."""
    with OciRegistry([artefact]) as registry:
        assert fetched(opened(registry), registry.id("acme/k:1")).tags == tags


def test_a_plain_artefact_is_a_folder_of_files(opened: Opener) -> None:
    """ORAS puts one layer for each file, under the title of its annotation."""
    adapter = {"base_model_name_or_path": "Qwen/Qwen2.5-7B", "peft_type": "LORA"}
    title = "org.opencontainers.image.title"
    layers = [
        layer(
            "application/octet-stream",
            json.dumps(adapter).encode(),
            **{title: "adapter_config.json"},
        ),
        layer("application/octet-stream", HubFile(b"", 80_000_000), **{title: "../../etc/passwd"}),
    ]
    with OciRegistry([Artefact("acme/lora:1", layers=layers)]) as registry:
        id = registry.id("acme/lora:1")
        graph = walked(opened(registry), id)
        record = fetched(opened(registry), id)
    assert [str(edge.relation) for edge in graph.parents(id)] == ["adapter"]
    assert {entry.path for entry in record.files or ()} == {
        *("adapter_config.json", "layer-2", "manifest.json")
    }


def test_files_that_oras_calls_archives(opened: Opener) -> None:
    """Its own type for any file says tar; a folder is one, and so is what is called so."""
    kind, title = "application/vnd.oci.image.layer.v1.tar", "org.opencontainers.image.title"
    unpack = {"io.deis.oras.content.unpack": "true"}
    layers = [
        layer(kind, CARD.encode(), **{title: "README.md"}),
        layer(f"{kind}+gzip", archive({"d/a.txt": "a"}, packed=True), **{title: "d"}, **unpack),
        layer(kind, archive({"b.txt": "b"}), **{title: "more.tar"}),
    ]
    with OciRegistry([Artefact("acme/m:1", layers=layers)]) as registry:
        record = fetched(opened(registry), registry.id("acme/m:1"))
    assert record.card["base_model"] == "Qwen/Qwen2.5-7B" and record.gaps == ()
    assert {"README.md", "d/a.txt", "b.txt"} <= {entry.path for entry in record.files or ()}


def test_layers_without_a_name_get_one_each(opened: Opener) -> None:
    """Two files with weights and two licences are four files."""
    kinds = ["gguf.v3", "gguf.v3", "license", "license"]
    layers = [layer(f"application/vnd.docker.ai.{kind}", b"%d" % n) for n, kind in enumerate(kinds)]
    with OciRegistry([docker_model("acme/m:1", {}, *layers)]) as registry:
        record = fetched(opened(registry), registry.id("acme/m:1"))
    assert {"model.gguf", "model-2.gguf", "LICENSE", "LICENSE-2"} <= {
        entry.path for entry in record.files or ()
    }


def test_an_image_of_a_container_is_said_to_be_one(opened: Opener) -> None:
    """Its labels and environment tell of the model; its base is an operating system, and what its
    layers hold is not known."""
    told = {"config": {"Env": ["MODEL_NAME_OR_PATH=Qwen/Qwen2.5-7B"], "Labels": {}}}
    image = Artefact(
        "acme/served:1",
        ("application/vnd.oci.image.config.v1+json", json.dumps(told).encode()),
        [
            layer(
                "application/vnd.oci.image.layer.v1.tar+gzip",
                archive({"models/config.json": "{}"}, packed=True),
            )
        ],
        {"org.opencontainers.image.base.name": "docker.io/library/python:3.12"},
    )
    with OciRegistry([image]) as registry:
        id = registry.id("acme/served:1")
        graph = walked(opened(registry), id)
        record = fetched(opened(registry), id)
    assert [edge.parent for edge in graph.edges] == ["Qwen/Qwen2.5-7B"]
    assert any("container" in gap for gap in record.gaps) and record.file("config.json")


def test_of_an_index_one_is_picked_and_said(opened: Opener) -> None:
    """That of this platform, never a statement about another; the digest is the index's."""
    other = Artefact("acme/many:b", platform="linux/arm64", layers=[layer("text/plain", b"b", "b")])
    mine = Artefact("acme/many:a", platform="linux/amd64", layers=[layer("text/plain", b"a", "a")])
    proof = Artefact(
        "acme/many:c",
        platform="unknown/unknown",
        notes={"vnd.docker.reference.type": "attestation"},
    )
    many = Artefact("acme/many:1", variants=[proof, other, mine])
    one = Artefact("acme/many:2", variants=[mine, proof])
    with OciRegistry([many, one]) as registry:
        record = fetched(opened(registry), registry.id("acme/many:1"))
        single = fetched(opened(registry), registry.id("acme/many:2"))
    assert record.revision == many.digest and record.file("a") and not record.file("b")
    assert record.gaps == ("its index lists 2 artefacts; linux/amd64 alone was read",)
    assert single.gaps == () and single.file("a")


def test_an_index_of_indexes_has_an_end(opened: Opener) -> None:
    """Two on the way are followed, and no more."""
    found = Artefact("acme/deep:0", layers=[layer("text/plain", b"a", "a")])
    for number in range(1, 5):
        found = Artefact(f"acme/deep:{number}", variants=[found])
    with OciRegistry([found]) as registry:
        names = [fetched(opened(registry), registry.id(f"acme/deep:{n}")) for n in range(1, 5)]
    assert [record.status for record in names] == [*([Status.RESOLVED] * 2 + [Status.INVALID] * 2)]


# -- chains of kits


def test_a_chain_of_three_kits(opened: Opener) -> None:
    """Each names the one below in `model.path`; an adapter beside it makes an adapter."""
    with OciRegistry() as registry:
        below = f"{registry.host}/acme/base:1"
        parts = [{"path": "./lora", "type": "lora adapter"}]
        middle = kit("acme/middle:1", {"model": {"path": below, "parts": parts}})
        pinned = f"{registry.host}/acme/middle:1@{middle.digest}"
        registry.routes.artefacts = [BASE, middle, kit("acme/top:1", {"model": {"path": pinned}})]
        top = registry.id("acme/top:1")
        graph = walked(opened(registry), top)
    edges = {edge.child: (edge.parent, str(edge.relation)) for edge in graph.edges}
    assert edges[top] == (f"oci://{pinned}", "conversion")
    assert edges[f"oci://{pinned}"] == (f"oci://{below}", "adapter")
    assert edges[f"oci://{below}"][0] == "Qwen/Qwen2.5-7B"


def test_kits_in_a_circle_end(opened: Opener) -> None:
    """Two that name each other, and one that names itself."""
    with OciRegistry() as registry:
        at = registry.host
        registry.routes.artefacts = [
            kit("acme/a:1", {"model": {"path": f"{at}/acme/b:1"}}),
            kit("acme/b:1", {"model": {"path": f"{at}/acme/a:1"}}),
            kit("acme/c:1", {"model": {"path": f"{at}/acme/c:1"}}),
        ]
        ring = walked(opened(registry), registry.id("acme/a:1"))
        own = walked(opened(registry), registry.id("acme/c:1"))
    assert len(ring.nodes) == 2 and len(ring.edges) == 2
    assert [claim.problem for claim in own.unlinked] == ["self"]


def test_a_registry_that_only_a_kit_names_is_not_called(opened: Opener) -> None:
    """It stays open, and the reason says how to have it asked."""
    with OciRegistry([BASE]) as other, OciRegistry() as registry:
        below = f"{other.host}/acme/base:1"
        registry.routes.artefacts = [kit("acme/top:1", {"model": {"path": below}})]
        graph = walked(opened(registry), registry.id("acme/top:1"))
        node = graph.nodes[f"oci://{below}"]
        assert node.status is Status.NOT_READ and f"--registry {other.host}" in node.reason
        assert other.calls == []
        asked = opened(registry, registries=(registry.host, other.host))
        assert walked(asked, registry.id("acme/top:1")).nodes[f"oci://{below}"].is_read


@pytest.mark.parametrize(
    ("model", "parent", "relation"),
    [
        ({"path": "huggingface.co/Qwen/Qwen2.5-7B"}, "Qwen/Qwen2.5-7B", "conversion"),
        ({"path": QWEN, "parts": [{"type": "LoRA"}]}, "Qwen/Qwen2.5-7B", "adapter"),
        (
            {"path": "x", "parameters": {"base_model": "Qwen/Qwen2.5-7B"}},
            "Qwen/Qwen2.5-7B",
            "unknown",
        ),
        (
            {"path": "jozu.ml/acme/k@sha256:" + "b" * 64},
            f"oci://jozu.ml/acme/k@sha256:{'b' * 64}",
            "conversion",
        ),
    ],
)
def test_a_kitfile_names_its_base(
    opened: Opener, model: dict[str, Any], parent: str, relation: str
) -> None:
    """A repository of the Hub, a kit by its digest, a parameter."""
    with OciRegistry([kit("acme/k:1", {"model": model})]) as registry:
        graph = walked(opened(registry), registry.id("acme/k:1"))
    assert [(edge.parent, str(edge.relation)) for edge in graph.edges] == [(parent, relation)]


# -- archives of strangers


def bomb() -> bytes:
    return archive({"README.md": CARD, "zeros": bytes(40 << 20)}, packed=True)


@pytest.mark.parametrize(
    ("kind", "content", "gap", "paths"),
    [
        ("docs.v1.tar+gzip", bomb(), "unpacks to more than", {"README.md", "zeros"}),
        (
            "code.v1.tar",
            archive({"../../evil": "x", "/etc/x": "y", "a/./b.py": "z"}),
            "2 of its names lead out",
            {"a/b.py"},
        ),
        ("docs.v1.tar", archive({"README.md": CARD})[:540], "cut off", set()),
        ("docs.v1.tar", b"not a tar at all" * 100, "not a tar archive", set()),
        ("docs.v1.tar+gzip", b"\x1f\x8bgarbage" * 9, "damaged", set()),
        ("docs.v1.tar+zstd", b"\x28\xb5\x2f\xfd", "zstd", {"docs.tar"}),
        ("code.v1.tar", archive({f"{n}": "" for n in range(2100)}), "more than 2,000", None),
    ],
)
def test_archives_of_strangers(
    opened: Opener, kind: str, content: bytes, gap: str, paths: set[str] | None
) -> None:
    """Bombs, names that lead out, cut and broken ones: what is not known is said, nothing is laid
    on the disk."""
    with OciRegistry([kit("acme/k:1", {}, layer(KIT + kind, content, "docs"))]) as registry:
        record = fetched(opened(registry), registry.id("acme/k:1"))
    assert record.status is Status.RESOLVED
    assert len(record.gaps) == 1 and gap in record.gaps[0]
    found = {entry.path for entry in record.files or ()} - {"manifest.json", "Kitfile"}
    assert paths is None or found == paths


def test_what_lies_behind_the_weights_is_found(opened: Opener) -> None:
    """The headers of a large archive are walked by ranges; a packed one is read no further than
    its beginning, which is said."""
    config = json.dumps({"base_model_name_or_path": "Qwen/Qwen2.5-7B"})
    files = {"adapter.safetensors": os.urandom(6 << 20), "adapter_config.json": config}
    plain = kit("acme/k:1", {}, layer(f"{KIT}model.v1.tar", archive(files), "lora"))
    packed = kit(
        "acme/k:2", {}, layer(f"{KIT}model.v1.tar+gzip", archive(files, packed=True), "lora")
    )
    with OciRegistry([plain, packed]) as registry:
        graph = walked(opened(registry), registry.id("acme/k:1"))
        assert [edge.parent for edge in graph.edges] == ["Qwen/Qwen2.5-7B"]
        assert registry.sent < 600_000
        record = fetched(opened(registry), registry.id("acme/k:2"))
        assert registry.sent < 2 << 20
    assert not record.file("adapter_config.json")
    assert record.gaps == ("not all of lora is known: no more than its first MiB is unpacked",)


def test_very_many_archives_have_an_end(opened: Opener) -> None:
    """No more than 64 are fetched, and no more is kept than fits; what is left out is said."""
    layers = [
        layer(f"{KIT}code.v1.tar+gzip", archive({f"{n}.py": b" " * (1 << 20)}, packed=True))
        for n in range(70)
    ]
    with OciRegistry([kit("acme/k:1", {}, *layers)]) as registry:
        places = opened(registry)
        record = fetched(places, registry.id("acme/k:1"))
        assert len(registry.calls_to("/blobs/")) == 65  # and the configuration
        assert places.read(record, "3.py", 0, 2) == b"  "
        with pytest.raises(ReadError, match="not unpacked"):
            places.read(record, "60.py")
    assert record.gaps == (
        "6 of its archives were not looked into: there are too many, or too large",
    )


def test_of_two_files_under_one_path_the_last_counts(opened: Opener) -> None:
    """As it would lie on a disk; what the registry tells cannot be displaced."""
    layers = [
        layer(f"{PACK}doc.v1.raw", b"---\nbase_model: acme/first\n---\n", "README.md"),
        layer(f"{PACK}doc.v1.raw", CARD.encode(), "README.md"),
        layer(f"{PACK}doc.v1.raw", b"{}", "manifest.json"),
    ]
    with OciRegistry([model_pack("acme/k:1", {}, *layers)]) as registry:
        places = opened(registry)
        record = fetched(places, registry.id("acme/k:1"))
        raw = places.read(record, "manifest.json")
    assert record.card["base_model"] == "Qwen/Qwen2.5-7B"
    assert f"sha256:{hashlib.sha256(raw).hexdigest()}" == record.revision


# -- faults


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.STALL, {"at": 60}),
        (Fault.RESET, {}),
        (Fault.GARBAGE, {}),
        (Fault.HTML, {}),
        (Fault.PAGE, {"status": 404}),
        (Fault.PAGE, {"status": 502}),
        (Fault.STATUS, {"status": 403}),
        (Fault.STATUS, {"status": 429}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/meta-data/"}),
        (Fault.LOOP, {}),
        (Fault.HUGE_HEADERS, {}),
        (Fault.HUGE, {}),
        (Fault.GZIP_BOMB, {}),
    ],
)
def test_where_the_registry_cannot_be_asked_the_name_is_all_that_is_known(
    registry: OciRegistry, fault: Fault, how: dict[str, Any]
) -> None:
    """The reason says why no more is known."""
    registry.trouble(fault, "/manifests/", **how)
    manner = Manner(timeout=1.0, backoff=0.005, max_wait=0.2)
    access = PlaceAccess(registries=(registry.host,), is_insecure=True)
    places = open_places(access, lambda: manner, offline=False)
    try:
        record = fetched(places, registry.id("acme/base:1"))
    finally:
        places.close()
    assert (record.status, record.partial) == (Status.NOT_READ, True)
    assert f"registry at {registry.host}" in record.reason and ";" in record.reason


@pytest.mark.parametrize("fault", [Fault.NOT_JSON, Fault.LIST, Fault.EMPTY, Fault.DEEP_JSON])
def test_an_answer_that_is_no_manifest_is_invalid(
    registry: OciRegistry, opened: Opener, fault: Fault
) -> None:
    """Half a JSON, another type, nothing, or a tower of brackets."""
    registry.trouble(fault, "/manifests/")
    assert fetched(opened(registry), registry.id("acme/base:1")).status is Status.INVALID


@pytest.mark.parametrize(
    "told",
    [
        {"layers": [{"mediaType": "x", "size": 1}]},
        {"layers": [{"mediaType": "x", "size": -1, "digest": f"sha256:{'0' * 64}"}]},
        {"layers": [7]},
        {"schemaVersion": 1, "fsLayers": []},
        {"manifests": []},
        {"layers": [{"mediaType": "x", "size": 1, "digest": "sha256:../../../secret"}]},
    ],
)
def test_manifests_that_are_none(opened: Opener, told: dict[str, Any]) -> None:
    """Layers without digest or size, the old form, an index of nothing."""
    with OciRegistry([Artefact("acme/k:1", raw=json.dumps(told).encode())]) as registry:
        assert fetched(opened(registry), registry.id("acme/k:1")).status is Status.INVALID


def test_a_giant_manifest_is_not_taken(opened: Opener) -> None:
    """More than four megabytes of it are never held."""
    giant = Artefact("acme/giant:1", raw=b"[" + b"1," * (3 << 20) + b"1]")
    with OciRegistry([giant]) as registry:
        record = fetched(opened(registry), registry.id("acme/giant:1"))
    assert record.status is Status.NOT_READ and "larger than" in record.reason


def test_a_digest_that_is_another(registry: OciRegistry, opened: Opener) -> None:
    """A manifest that is asked for by its digest has that one, and so have small layers."""
    pinned = registry.id(f"ai/qwen-tuned@{DOCKER.digest}")
    assert fetched(opened(registry), pinned).revision == DOCKER.digest
    registry.trouble(Fault.WRONG_ID, "/manifests/sha256", times=1)
    assert fetched(opened(registry), pinned).status is Status.INVALID
    licence = DOCKER.layers[1][1]
    wrong = HubFile(b"MIT LICENSE".ljust(licence.length))
    registry.routes._file = lambda digest: wrong
    places = opened(registry)
    record = fetched(places, pinned)
    with pytest.raises(ReadError, match="digest"):
        places.read(record, "LICENSE")


def test_a_layer_that_fails_is_a_gap(registry: OciRegistry, opened: Opener) -> None:
    """The rest of the artefact is read all the same."""
    digest = hashlib.sha256(BASE.layers[1][1].data).hexdigest()
    registry.trouble(Fault.PAGE, digest, status=404)
    record = fetched(opened(registry), registry.id("acme/base:1"))
    assert record.status is Status.RESOLVED and not record.file("README.md")
    assert record.gaps == ("not all of README.md is known: there is no such layer (404)",)


def test_answers_are_kept_by_digest(registry: OciRegistry, opened: Opener, tmp_path: Path) -> None:
    """A second run with the cache asks nobody."""
    cache, asked = Cache(tmp_path), []
    for _ in range(2):
        places = opened(registry, cache=cache)
        record = fetched(places, registry.id("acme/base:1"))
        assert places.read(record, "base.gguf", 0, 4) == b"GGUF"
        asked.append(len(registry.calls))
    assert asked[0] == asked[1] > 0


def test_offline_nobody_is_asked(registry: OciRegistry) -> None:
    """The name alone is known."""
    access = PlaceAccess(registries=(registry.host,), is_insecure=True)
    places = open_places(access, lambda: Manner(), offline=True)
    assert fetched(places, registry.id("acme/base:1")).status is Status.NOT_READ
    assert registry.calls == []


def test_plain_http_is_for_this_computer_and_by_wish(registry: OciRegistry, opened: Opener) -> None:
    """Without the wish the registry is asked over TLS, which this one does not speak."""
    places = opened(registry, is_insecure=False)
    record = fetched(places, registry.id("acme/base:1"))
    assert record.status is Status.NOT_READ and "encrypted connection" in record.reason


# -- tokens and logins


def config(folder: Path, held: dict[str, Any]) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(held))
    return path


def auth(login: str = LOGIN) -> str:
    return base64.b64encode(login.encode()).decode()


def test_a_token_is_fetched_and_stays_with_the_registry(opened: Opener) -> None:
    """One for a repository, without a login, and none of it to the host of the blobs."""
    with OciRegistry([BASE], scheme="Bearer") as registry:
        graph = walked(opened(registry), registry.id("acme/base:1"))
        assert graph.edges
        assert len(registry.calls_to("/token")) == 1
        assert "scope=repository%3Aacme%2Fbase%3Apull" in registry.calls_to("/token")[0].target
        shown = [call.token for call in registry.calls if call.server == "cdn"]
    assert shown and set(shown) == {None}


@pytest.mark.parametrize(
    "entry",
    [
        {"auth": auth()},
        {"username": "anna", "password": "secretOfAnna"},
        {"identitytoken": "secretOfAnna"},
    ],
)
def test_a_login_is_used_where_it_is_needed(
    opened: Opener, tmp_path: Path, entry: dict[str, str]
) -> None:
    """A public artefact never costs it; a private one gets a token for it."""
    private = kit("acme/private:1", {}, is_private=True)
    with OciRegistry([BASE, private], scheme="Bearer", login=LOGIN) as registry:
        held = config(tmp_path, {"auths": {f"https://{registry.host}/v1/": entry}})
        places = opened(registry, docker_config=held)
        assert fetched(places, registry.id("acme/base:1")).status is Status.RESOLVED
        assert not [call for call in registry.calls if "Basic" in str(call.token) or call.content]
        assert fetched(places, registry.id("acme/private:1")).status is Status.RESOLVED
        lost = fetched(opened(registry), registry.id("acme/private:1"))
    assert lost.status is Status.NOT_FOUND and "docker login" in lost.reason


def test_a_registry_with_passwords(opened: Opener, tmp_path: Path) -> None:
    """The Basic scheme; a wrong password opens nothing."""
    with OciRegistry([BASE], scheme="Basic", login=LOGIN) as registry:
        right = config(tmp_path, {"auths": {registry.host: {"auth": auth()}}})
        places = opened(registry, docker_config=right)
        assert fetched(places, registry.id("acme/base:1")).status is Status.RESOLVED
        config(tmp_path, {"auths": {registry.host: {"auth": auth("anna:no")}}})
        places = opened(registry, docker_config=right)
        assert fetched(places, registry.id("acme/base:1")).status is Status.NOT_FOUND


def test_a_login_goes_to_no_other_host(opened: Opener, tmp_path: Path) -> None:
    """Neither to a token service elsewhere, nor where a redirect leads, nor to another registry."""
    private = kit("acme/private:1", {}, is_private=True)
    with (
        OciRegistry() as other,
        OciRegistry([private], scheme="Bearer", login=LOGIN) as registry,
    ):
        registry.routes.realm = other.url.replace("127.0.0.1", "localhost")
        held = config(tmp_path, {"auths": {registry.host: {"auth": auth()}}})
        hosts = (registry.host, other.host)
        places = opened(registry, docker_config=held, registries=hosts)
        record = fetched(places, registry.id("acme/private:1"))
        assert record.status is Status.NOT_READ and "gets no login" in record.reason
        fetched(places, other.id("acme/base:1"))
        assert other.calls and not [call for call in other.calls if call.token]


@pytest.mark.parametrize(
    ("realm", "why"),
    [
        ("http://auth.example.com", "unencrypted"),
        ("https://169.254.169.254", "private"),
        ("https://user:pw@127.0.0.1", "no address"),
        ("file:///etc/passwd", "no address"),
        ("", "no address"),
    ],
)
def test_token_services_that_are_not_asked(
    registry: OciRegistry, opened: Opener, realm: str, why: str
) -> None:
    """A registry names whatever it likes."""
    del registry
    with OciRegistry([BASE], scheme="Bearer") as asked:
        asked.routes.realm = realm
        record = fetched(opened(asked), asked.id("acme/base:1"))
    assert record.status is Status.NOT_READ
    assert why in record.reason


@pytest.mark.parametrize(
    "fault", [Fault.RESET, Fault.HTML, Fault.NOT_JSON, Fault.LIST, Fault.HUGE, Fault.EMPTY]
)
def test_a_token_service_that_answers_wrongly(opened: Opener, fault: Fault) -> None:
    """Then the registry cannot be asked."""
    with OciRegistry([BASE], scheme="Bearer") as registry:
        registry.trouble(fault, "/token")
        record = fetched(opened(registry), registry.id("acme/base:1"))
    assert record.status in (Status.NOT_READ, Status.INVALID)


def test_a_token_runs_out(opened: Opener) -> None:
    """Another is fetched amid the run."""
    with OciRegistry([BASE], scheme="Bearer") as registry:
        places = opened(registry)
        record = fetched(places, registry.id("acme/base:1"))
        registry.routes.issued.clear()
        with pytest.raises(ReadError):
            places.read(record, "base.gguf", 0, 9)  # it was to last longer
        registry.routes._issue = lambda user, scope, issue=registry.routes._issue: _short(
            issue(user, scope)
        )
        places = opened(registry)
        record = fetched(places, registry.id("acme/base:1"))
        registry.routes.issued.clear()
        assert places.read(record, "base.gguf", 0, 4) == b"GGUF"


def _short(answer: Any) -> Any:
    answer.body = answer.body.replace(b'"expires_in":300', b'"expires_in":-1')
    return answer


def helper(folder: Path, script: str) -> None:
    program = folder / "docker-credential-ours"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_a_program_keeps_the_login(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`docker-credential-…` is run where the registry wants a login, and not before."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    log = tmp_path / "log"
    answer = '{"Username":"anna","Secret":"secretOfAnna"}'
    helper(tmp_path, f"cat >> {log}; echo '{answer}'")
    private = kit("acme/private:1", {}, is_private=True)
    with OciRegistry([BASE, private], scheme="Bearer", login=LOGIN) as registry:
        held = config(tmp_path, {"credsStore": "ours"})
        places = opened(registry, docker_config=held)
        assert fetched(places, registry.id("acme/base:1")).status is Status.RESOLVED
        assert not log.exists()
        assert fetched(places, registry.id("acme/private:1")).status is Status.RESOLVED
        assert log.read_text() == registry.host
        helper(tmp_path, "echo nothing")
        broken = fetched(opened(registry, docker_config=held), registry.id("acme/private:1"))
        config(tmp_path, {"credHelpers": {registry.host: "../../bin/sh"}})
        foreign = fetched(opened(registry, docker_config=held), registry.id("acme/private:1"))
    assert broken.status is Status.NOT_READ and "docker-credential-ours" in broken.reason
    assert foreign.status is Status.NOT_READ and "not installed" in foreign.reason
