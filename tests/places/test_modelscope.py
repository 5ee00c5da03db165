"""ModelScope's models: what is read and how often, names of two catalogues, and what happens where
something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import Fault, HubFile
from lineage.claims.readers import all_readers
from lineage.core.errors import InvalidRefError, ReadError, UsageError, WithheldError
from lineage.core.modelscope import CHINA, ModelScopeName
from lineage.core.record import Status
from lineage.core.ref import ModelRef
from lineage.evidence.meanings import Meanings, NameClaims
from lineage.evidence.registry import Registry
from lineage.graph.walker import walk
from lineage.sources.auto import AutoSource, target_ref
from lineage.sources.modelscope.licences import licence_word
from lineage.sources.modelscope.payload import digests_of, record_of
from lineage.sources.snapshot.source import SnapshotSource
from lineage.sources.web.cache import Cache
from lineage.sources.web.payload import PayloadError

from . import ModelScope, ModelScopeModel, gguf_head, readme
from .opening import Opener, fetched, openings, walked

TOKEN = "ms-abcdefghijklmnopqrstuvwxyz"
WEIGHTS = HubFile(gguf_head({"general.architecture": "qwen2"}), 5_000_000_000)
CHILD = ModelScopeModel(
    "acme/tuned-7b",
    files={
        "README.md": readme(base_model=["acme/base-7b"], tasks=["text-generation"]),
        "config.json": '{"model_type": "qwen2"}',
        "model q4.gguf": WEIGHTS,
    },
)
BASE = ModelScopeModel("acme/base-7b", files={"README.md": readme()})


@pytest.fixture
def site() -> Iterator[ModelScope]:
    with ModelScope([CHILD, BASE]) as running:
        yield running


@pytest.fixture
def opened(site: ModelScope) -> Iterator[Opener]:
    """Open the table of places; the first site is the stand-in."""
    with openings(timeout=2.0, modelscope=site.url, modelscope_ai="http://127.0.0.1:9") as opener:
        yield opener


# -- names


@pytest.mark.parametrize(
    ("text", "id_", "revision"),
    [
        ("modelscope:acme/tuned-7b", "modelscope:acme/tuned-7b", None),
        ("modelscope://acme/tuned-7b@v1.0", "modelscope:acme/tuned-7b", "v1.0"),
        ("modelscope:www.modelscope.cn/acme/tuned-7b", "modelscope:acme/tuned-7b", None),
        ("https://modelscope.cn/models/acme/tuned-7b/summary", "modelscope:acme/tuned-7b", None),
        (
            "https://www.modelscope.ai/models/acme/tuned-7b",
            "modelscope:modelscope.ai/acme/tuned-7b",
            None,
        ),
    ],
)
def test_targets(text: str, id_: str, revision: str | None) -> None:
    """With a revision where one is named, and the international site told apart."""
    assert target_ref(text) == ModelRef(id_, revision)


@pytest.mark.parametrize(
    "text", ["https://modelscope.cn/datasets/acme/data", "https://modelscope.cn/a"]
)
def test_what_is_no_target(text: str) -> None:
    """A data set, and a page of somebody."""
    with pytest.raises(InvalidRefError):
        target_ref(text)


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("Apache License 2.0", "apache-2.0"),
        ("MIT License", "mit"),
        ("GNU Affero General Public License v3.0", "agpl-3.0"),
        ("GNU General Public License v3", "gpl-3.0"),
        ("BSD 3-clause New or Revised License", "bsd-3-clause"),
        ("Creative Commons Attribution 4.0", "cc-by-4.0"),
        ("Creative Commons Attribution NonCommercial ShareAlike 4.0", "cc-by-nc-sa-4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 4.0", "cc-by-nc-nd-4.0"),
        ("apache-2.0", "apache-2.0"),
        ("Qwen Research", "qwen-research"),
        ("other", "other"),
    ],
)
def test_phrases_for_licences(phrase: str, word: str) -> None:
    """In the Hub's words; what is no known phrase is itself."""
    assert licence_word(phrase) == word


# -- what is read


def test_three_calls_tell_a_model(site: ModelScope, opened: Opener) -> None:
    """Its description, the commit that `master` stands for, and the files with their hashes."""
    record = fetched(opened(), "modelscope:acme/tuned-7b")
    assert (record.status, record.source) == (Status.RESOLVED, "modelscope")
    assert record.revision == CHILD.commit
    assert record.card["base_model"] == ["acme/base-7b"]
    assert "license:apache-2.0" in record.tags
    assert {one.path: one.sha256 for one in record.files or ()} == {
        path: CHILD.sha256(path) for path in CHILD.files
    }
    assert [call.path.partition("tuned-7b")[2] for call in site.calls] == [
        "",
        "/commits",
        "/repo/files",
    ]
    assert "Ref=master" in site.calls[1].target
    assert f"Revision={CHILD.commit}" in site.calls[2].target


def test_a_pinned_commit_is_not_asked_for_again(site: ModelScope, opened: Opener) -> None:
    """A branch or tag must be there; nothing is read of another in its place."""
    places = opened()
    assert fetched(places, "modelscope:acme/tuned-7b", CHILD.commit).revision == CHILD.commit
    assert not site.calls_to("/commits")
    for absent in ("v9", "0" * 40):
        record = fetched(places, "modelscope:acme/tuned-7b", absent)
        assert record.status is Status.NOT_FOUND and "revision" in record.reason


def test_a_card_names_models_of_its_own_place(opened: Opener) -> None:
    """The card, read as the Hub's are, leads to ModelScope's model of that name."""
    graph = walked(opened(), "modelscope:acme/tuned-7b")
    assert {(edge.parent, str(edge.grade)) for edge in graph.edges} == {
        ("modelscope:acme/base-7b", "declared")
    }
    assert graph.nodes["modelscope:acme/tuned-7b"].is_card_read


@pytest.mark.parametrize(
    ("model", "parent", "location", "relation"),
    [
        ({"base_model": ["acme/base-7b"]}, "modelscope:acme/base-7b", "BaseModel[0]", "finetune"),
        ({"base_model": "acme/base-7b@v2"}, "modelscope:acme/base-7b", "BaseModel[0]", "finetune"),
        (
            {"base_model": ["acme/base-7b"], "told": {"AigcType": "LoRA"}},
            "modelscope:acme/base-7b",
            "BaseModel[0]",
            "adapter",
        ),
        (
            {"base_model": ["acme/base-7b"], "told": {"BaseModelRelation": "quantized"}},
            "modelscope:acme/base-7b",
            "BaseModel[0]",
            "quantized",
        ),
        (
            {"files": {"adapter_config.json": '{"base_model_name_or_path": "acme/base-7b"}'}},
            "modelscope:acme/base-7b",
            "base_model_name_or_path",
            "adapter",
        ),
        (
            {"files": {"README.md": readme(base_model="https://huggingface.co/acme/base-7b")}},
            "acme/base-7b",
            "base_model",
            "finetune",
        ),
        (
            {
                "files": {
                    "a.gguf": HubFile(
                        gguf_head(
                            {
                                "general.architecture": "qwen2",
                                "general.base_model.0.repo_url": "https://modelscope.cn/models/acme/base-7b",
                            }
                        ),
                        5_000_000_000,
                    )
                }
            },
            "modelscope:acme/base-7b",
            "general.base_model.0.repo_url",
            "unknown",
        ),
    ],
)
def test_what_tells_a_base(
    site: ModelScope,
    opened: Opener,
    model: dict[str, Any],
    parent: str,
    location: str,
    relation: str,
) -> None:
    """The site's own field, configurations, heads of weights, and addresses of the Hub."""
    site.routes.models = [ModelScopeModel("me/mine", **model), BASE]
    graph = walked(opened(), "modelscope:me/mine")
    (edge,) = [one for one in graph.parents("modelscope:me/mine") if one.grade != "inferred"]
    assert (edge.parent, str(edge.relation)) == (parent, relation)
    assert location in {claim.location for claim in edge.claims}
    assert site.sent < 1 << 20


@pytest.mark.parametrize("held", [None, [], [""], "", [" "]])
def test_no_base_is_told_in_many_forms(site: ModelScope, opened: Opener, held: Any) -> None:
    """None of them names anything, and none is a gap."""
    site.routes.models = [ModelScopeModel("me/mine", base_model=held)]
    record = fetched(opened(), "modelscope:me/mine")
    assert record.base_models is None and not record.gaps


@pytest.mark.parametrize("held", [[{"Name": "acme/base-7b"}], 7, {"a": "b"}])
def test_a_base_in_an_unknown_form_is_a_gap(site: ModelScope, opened: Opener, held: Any) -> None:
    """Something is told there, and it is not understood."""
    site.routes.models = [ModelScopeModel("me/mine", base_model=held)]
    assert "not understood" in fetched(opened(), "modelscope:me/mine").gaps[0]


@pytest.mark.parametrize("as_text", [True, False])
def test_an_image_model_tells_its_line_twice(
    site: ModelScope, opened: Opener, as_text: bool
) -> None:
    """`VisionFoundation`, and `MuseInfo`, which is an object or a text."""
    muse = '{"model": {"stableDiffusionVersion": "QWEN_IMAGE_20_B"}, "versions": [7]}'
    told = {
        "AigcType": "LoRA",
        "VisionFoundation": "SD_XL",
        "MuseInfo": muse if as_text else {"model": {"stableDiffusionVersion": "QWEN_IMAGE_20_B"}},
        "ModelInfos": {"safetensor": {"files": [{"name": "a.safetensors", "sha256": "A" * 64}]}},
    }
    model = ModelScopeModel("me/mine", {"a.safetensors": b"x"}, told=told, is_hashed=False)
    site.routes.models = [model]
    record = fetched(opened(), "modelscope:me/mine")
    assert {"lora", "sd-xl", "qwen-image-20-b"} <= set(record.tags)
    entry = record.file("a.safetensors")
    assert entry is not None and entry.sha256 == "a" * 64


# -- files


def test_parts_come_with_either_status(site: ModelScope, opened: Opener) -> None:
    """A small file lies at the site, which says in a header that it is a part; weights lie
    elsewhere."""
    long = HubFile(b"0123456789" * 300_000)
    site.routes.models = [ModelScopeModel("me/mine", {"notes.txt": long, "a b.gguf": WEIGHTS})]
    places = opened()
    record = fetched(places, "modelscope:me/mine")
    assert places.read(record, "notes.txt", 2_999_990, 2_999_995) == b"01234"
    assert places.read(record, "a b.gguf", 0, 4) == b"GGUF"
    assert len(places.read(record, "a b.gguf", 4_000_000_000, 4_000_000_064)) == 64
    assert site.sent < 10_000


def test_a_small_file_must_be_what_its_hash_says(site: ModelScope, opened: Opener) -> None:
    """Other bytes are not used, nor those of an answer that is an error in a file's place."""
    places = opened()
    record = fetched(places, "modelscope:acme/tuned-7b")
    assert places.read(record, "README.md", 0, 3) == b"---"
    other = ModelScopeModel(CHILD.id, {**CHILD.files, "config.json": '{"model_type": "llama"}'})
    site.routes.models = [other]
    with pytest.raises(ReadError, match="digest"):
        places.read(record, "config.json")


def test_a_file_without_a_hash_must_have_its_length(site: ModelScope, opened: Opener) -> None:
    """What is longer or shorter than the list says is not used."""
    site.routes.models = [ModelScopeModel("me/mine", {"config.json": "{}"}, is_hashed=False)]
    places = opened()
    record = fetched(places, "modelscope:me/mine")
    assert places.read(record, "config.json") == b"{}"
    site.routes.models = [ModelScopeModel("me/mine", {"config.json": "{"})]
    with pytest.raises(ReadError, match="promises 2"):
        places.read(record, "config.json")


def test_a_cut_list_is_read_folder_by_folder(opened: Opener) -> None:
    """Of exactly as many entries as the site tells at most, some may be missing."""
    files = {f"{folder}/{n}.txt": "x" for folder in ("a", "b", "c/d") for n in range(1_010)}
    with ModelScope([ModelScopeModel("me/many", files)]) as site:
        record = fetched(opened(modelscope=site.url), "modelscope:me/many")
        assert len(record.files or ()) == 3_030 and not record.gaps
        assert len(site.calls_to("/repo/files")) == 5


def test_what_a_list_lacks_is_told(opened: Opener) -> None:
    """A folder with more entries than one answer tells, and a list of too many calls."""
    flat = ModelScopeModel("me/flat", {f"{n}.txt": "x" for n in range(3_100)})
    with ModelScope([flat]) as site:
        record = fetched(opened(modelscope=site.url), "modelscope:me/flat")
    assert any("cut at 3,000" in gap for gap in record.gaps)
    wide = {f"{folder}/{n}.txt": "x" for folder in range(25) for n in range(121)}
    with ModelScope([ModelScopeModel("me/wide", wide)]) as site:
        record = fetched(opened(modelscope=site.url), "modelscope:me/wide")
        assert len(site.calls_to("/repo/files")) <= 20
    assert any("more than 20 calls" in gap for gap in record.gaps)


@pytest.mark.parametrize("path", ["../x", "a/../b", "a//b", "a\nb", "", "x" * 2_000])
def test_a_list_may_name_what_is_no_file(site: ModelScope, opened: Opener, path: str) -> None:
    """Such entries are told and never asked for."""
    site.routes.models = [ModelScopeModel("me/mine", {path: "x", "ok.txt": "x"})]
    record = fetched(opened(), "modelscope:me/mine")
    assert [one.path for one in record.files or ()] == ["ok.txt"]
    assert any("names no file" in gap for gap in record.gaps)


# -- who may see what


def test_missing_guarded_and_private_are_told_apart(site: ModelScope, opened: Opener) -> None:
    """The site's own code tells, whatever the status."""
    files = {"README.md": readme(base_model="acme/base-7b"), "config.json": "{}"}
    site.routes.models = [
        ModelScopeModel("me/private", files, needs_token=TOKEN),
        ModelScopeModel("me/gated", files, base_model=["acme/base-7b"], gated=TOKEN),
        BASE,
    ]
    places = opened()
    absent = fetched(places, "modelscope:me/none")
    assert absent.status is Status.NOT_FOUND and "has no me/none" in absent.reason
    private = fetched(places, "modelscope:me/private")
    assert private.status is Status.NOT_READ and "without access" in private.reason
    gated = fetched(places, "modelscope:me/gated")
    assert (gated.status, gated.gated) == (Status.GATED, "manual")
    assert [e.parent for e in walked(places, "modelscope:me/gated").parents("modelscope:me/gated")]
    own = opened(modelscope_token=TOKEN)
    for name in ("private", "gated"):
        record = fetched(own, f"modelscope:me/{name}")
        assert record.status is Status.RESOLVED and own.read(record, "config.json") == b"{}"


def test_a_file_that_is_refused_is_withheld(site: ModelScope, opened: Opener) -> None:
    """The list may be open while the files are not."""
    places = opened()
    record = fetched(places, "modelscope:acme/tuned-7b")
    site.routes.models = [ModelScopeModel(CHILD.id, CHILD.files, gated=TOKEN)]
    for path in ("config.json", "model q4.gguf"):
        with pytest.raises(WithheldError, match="without access"):
            places.read(record, path, 0, 4)


def test_an_overloaded_site_says_the_same_as_of_a_missing_model(
    site: ModelScope, opened: Opener
) -> None:
    """The words tell it apart: nothing is concluded from a database that is full."""
    words = "获取模型信息失败，信息：Error 1461: Can't create more than max_prepared_stmt_count"
    answer = site.routes.answer

    def overloaded(target: str, headers: Any) -> Any:
        found = answer(target, headers)
        found.body = found.body.replace(b"record not found", words.encode())
        return found

    site.routes.answer = overloaded
    assert fetched(opened(), "modelscope:me/none").status is Status.NOT_READ


@pytest.mark.parametrize("code", [500, 10010200001, 10990101999, 0, -1])
def test_an_error_with_status_200_is_an_error(site: ModelScope, opened: Opener, code: int) -> None:
    """`Code` decides, and not HTTP."""
    from .modelscope import failed

    site.routes.answer = lambda target, headers: failed(code, "失败")
    assert fetched(opened(), "modelscope:acme/tuned-7b").status is Status.NOT_READ


def test_the_token_goes_to_the_first_site_alone(site: ModelScope, opened: Opener) -> None:
    """As a header and as the cookie that older routes read; neither to the host of the files, nor
    to the other site."""
    with ModelScope([CHILD]) as other:
        places = opened(modelscope_ai=other.url, modelscope_token=TOKEN)
        record = fetched(places, "modelscope:acme/tuned-7b")
        places.read(record, "model q4.gguf", 0, 4)
        fetched(places, "modelscope:modelscope.ai/acme/tuned-7b")
        assert other.calls and not any(TOKEN in str(call.headers) for call in other.calls)
    for call in site.calls:
        is_own = call.server == "hub"
        assert (call.token == f"Bearer {TOKEN}") == is_own
        assert (call.headers.get("cookie") == f"m_session_id={TOKEN}") == is_own
    assert {call.server for call in site.calls} == {"hub", "cdn"}


@pytest.mark.parametrize("token", ["two words", "a;b=c", "ключ"])
def test_a_token_that_is_none(opened: Opener, token: str) -> None:
    """It is refused before it is in a header, and not printed."""
    with pytest.raises(UsageError) as raised:
        opened(modelscope_token=token).fetch(ModelRef("modelscope:acme/tuned-7b"))
    assert token not in str(raised.value) and "MODELSCOPE_API_TOKEN" in str(raised.value.next_step)


def test_the_two_sites_have_their_own_models(site: ModelScope, opened: Opener) -> None:
    """A card of the international one means its own catalogue."""
    other = ModelScopeModel(CHILD.id, {"README.md": readme(base_model="acme/other-7b")})
    with ModelScope([other, ModelScopeModel("acme/other-7b")]) as international:
        graph = walked(
            opened(modelscope_ai=international.url), "modelscope:modelscope.ai/acme/tuned-7b"
        )
    assert [edge.parent for edge in graph.edges] == ["modelscope:modelscope.ai/acme/other-7b"]
    assert site.calls == []


# -- what goes wrong


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
        (Fault.STATUS, {"status": 404}),
        (Fault.STATUS, {"status": 429}),
        (Fault.REDIRECT, {"target": "http://169.254.169.254/latest/meta-data/"}),
        (Fault.LOOP, {}),
        (Fault.HUGE_HEADERS, {}),
        (Fault.HUGE, {}),
    ],
)
def test_where_the_site_cannot_be_asked_the_name_is_all_that_is_known(
    site: ModelScope, opened: Opener, fault: Fault, how: dict[str, Any]
) -> None:
    """The tables still tell of it, and the reason says why no more is known."""
    site.trouble(fault, "tuned-7b$", **how)
    record = fetched(opened(), "modelscope:acme/tuned-7b")
    assert (record.status, record.partial) == (Status.NOT_READ, True)
    assert "ModelScope" in record.reason and ";" in record.reason


@pytest.mark.parametrize("fault", [Fault.NOT_JSON, Fault.LIST, Fault.EMPTY, Fault.DEEP_JSON])
def test_an_answer_that_is_no_description_is_invalid(
    site: ModelScope, opened: Opener, fault: Fault
) -> None:
    """Half a JSON, another type, nothing, or a tower of brackets."""
    site.trouble(fault, "tuned-7b$")
    assert fetched(opened(), "modelscope:acme/tuned-7b").status is Status.INVALID


@pytest.mark.parametrize("told", [{"Name": "other"}, {"Path": "evil"}, {"Name": ""}])
def test_a_description_of_another_model_is_invalid(
    site: ModelScope, opened: Opener, told: dict[str, str]
) -> None:
    """Nothing of it is taken for this one's."""
    site.routes.models = [ModelScopeModel(CHILD.id, CHILD.files, told=told)]
    assert fetched(opened(), "modelscope:acme/tuned-7b").status is Status.INVALID


@pytest.mark.parametrize(
    "fault",
    [Fault.STALL, Fault.RESET, Fault.NOT_JSON, Fault.LIST, Fault.EMPTY, Fault.HUGE, Fault.HTML],
)
def test_a_list_that_does_not_come_is_a_gap(site: ModelScope, opened: Opener, fault: Fault) -> None:
    """The description counts; what the files say is not known."""
    site.trouble(fault, "/repo/files", at=60)
    record = fetched(opened(), "modelscope:acme/tuned-7b")
    assert (record.status, record.files) == (Status.RESOLVED, None)
    assert any("file list could not be read" in gap for gap in record.gaps)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.NOT_JSON, Fault.STATUS])
def test_without_a_commit_files_are_read_by_the_branch(
    site: ModelScope, opened: Opener, fault: Fault, tmp_path: Path
) -> None:
    """Each is held against its hash, and none is kept for ever."""
    site.trouble(fault, "/commits")
    places = opened(cache=Cache(tmp_path))
    record = fetched(places, "modelscope:acme/tuned-7b")
    assert (record.status, record.revision) == (Status.RESOLVED, None)
    assert places.read(record, "config.json", 0, 1) == b"{"
    assert "Revision=master" in site.calls[-1].target


def test_answers_are_kept(site: ModelScope, opened: Opener, tmp_path: Path) -> None:
    """A second run with the cache asks nobody; a wrong answer is asked for again."""
    cache = Cache(tmp_path)
    site.trouble(Fault.NOT_JSON, "tuned-7b$", times=1)
    assert fetched(opened(cache=cache), "modelscope:acme/tuned-7b").status is Status.INVALID
    site.forget()
    for _ in range(2):
        places = opened(cache=cache)
        record = fetched(places, "modelscope:acme/tuned-7b")
        assert places.read(record, "config.json", 0, 1) == b"{"
        assert places.read(record, "model q4.gguf", 0, 4) == b"GGUF"
    assert len(site.calls) == 6


def test_offline_nobody_is_asked(site: ModelScope, opened: Opener) -> None:
    """The name alone is known."""
    record = fetched(opened(offline=True), "modelscope:acme/tuned-7b")
    assert record.status is Status.NOT_READ and site.calls == []


# -- what a stranger may write


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    "",
    "x" * 5_000,
    "../../etc/passwd",
    "\ud800\u202e<script>",
    [],
    [[["acme/base-7b"]]],
    {},
    {"files": [{"name": 7, "sha256": ["a"]}], "versions": [[], {"modelVersion": 3}], "model": "x"},
)


@pytest.mark.parametrize("key", [*sorted(CHILD.data()), "MuseInfo", "BaseModelRelation"])
def test_any_value_under_any_key(key: str) -> None:
    """A record or a refusal, never a crash; its texts stay within bounds."""
    name = ModelScopeName(CHINA, CHILD.id)
    for odd in ODD:
        told = {**CHILD.data(), key: odd}
        try:
            record = record_of(name, name.id, told, "ModelScope", None)
        except PayloadError:
            continue
        digests_of(told)
        assert record.id == "modelscope:acme/tuned-7b"
        assert all(len(tag) <= 310 for tag in record.tags)
        for reader in all_readers():
            reader.read(record, {})


def test_a_name_that_modelscope_has_not_may_be_the_hubs(site: ModelScope, opened: Opener) -> None:
    """A tool that trained on the Hub's model writes its name: a lead beside a model that is not
    found, and no more."""
    config = '{"base_model_name_or_path": "mistralai/Mistral-7B-v0.1"}'
    site.routes.models = [ModelScopeModel("me/mine", {"adapter_config.json": config})]
    cited = [NameClaims(Meanings(Registry.load()))]
    source = AutoSource(None, SnapshotSource.embedded(), places=opened())
    graph = walk(ModelRef("modelscope:me/mine"), source, all_readers(), cited=cited)
    missing = "modelscope:mistralai/Mistral-7B-v0.1"
    assert graph.nodes[missing].status is Status.NOT_FOUND
    (lead,) = graph.parents(missing)
    assert (lead.parent, str(lead.grade)) == ("mistralai/Mistral-7B-v0.1", "inferred")
