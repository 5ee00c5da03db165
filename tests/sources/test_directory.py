"""Local models: whatever lies in a folder ends in a record, and nothing outside it is read."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.claims.names.known_edges import KnownEdgesReader
from lineage.core.errors import ReadError
from lineage.core.record import ModelRecord, Status
from lineage.core.ref import ModelRef
from lineage.core.relation import Grade, Relation
from lineage.sources.local import files as local_files
from lineage.sources.local.directory import DirectorySource

SHA = "0123456789abcdef0123456789abcdef01234567"
CARD = "---\nbase_model: org/base\nlibrary_name: transformers\ntags: [a, 1, b]\n---\n# Hello\n"


def fetch(path: Path) -> ModelRecord:
    return DirectorySource().fetch(ModelRef(str(path)))


def safetensors(shapes: dict[str, list[int]]) -> bytes:
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            **{
                name: {"dtype": "F16", "shape": s, "data_offsets": [0, 0]}
                for name, s in shapes.items()
            },
        }
    )
    return struct.pack("<Q", len(header)) + header.encode()


def paths(record: ModelRecord) -> list[str]:
    return [f.path for f in record.files or ()]


def test_a_folder_shows_its_card_config_files_and_weights(tmp_path: Path) -> None:
    """A model that never was on a hub has the same kind of record."""
    (tmp_path / "README.md").write_text(CARD)
    (tmp_path / "config.json").write_text(
        '{"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": 7}'
    )
    (tmp_path / "model.safetensors").write_bytes(safetensors({"a": [2, 3], "b": [5]}))
    (tmp_path / "text_encoder").mkdir()
    (tmp_path / "text_encoder" / "config.json").write_text("{}")
    record = fetch(tmp_path)
    assert (record.status, record.source, record.reason, record.id) == (
        Status.LOCAL,
        "local",
        "",
        str(tmp_path),
    )
    assert paths(record) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "text_encoder/config.json",
    ]
    assert record.card["base_model"] == "org/base"
    assert (record.library, record.parameters) == ("transformers", 11)
    assert record.config == {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}
    assert DirectorySource().read(record, "README.md", 4, 14) == b"base_model"
    assert DirectorySource().read(record, "README.md", 10_000) == b""


def test_an_adapter_names_its_base_as_the_hub_would_show_it(tmp_path: Path) -> None:
    """The projection has the Hub's form, so that the same readers serve."""
    (tmp_path / "adapter_config.json").write_text(
        '{"base_model_name_or_path": "org/base", "task_type": 3, "r": 8}'
    )
    assert fetch(tmp_path).config == {"peft": {"base_model_name_or_path": "org/base"}}


@pytest.mark.parametrize(
    "name",
    ["model.gguf", "model.safetensors", "pytorch_model.bin", "Modelfile", "README.md", "notes.md"],
)
def test_a_single_file_is_a_model_of_one_file(tmp_path: Path, name: str) -> None:
    """Its neighbours are not looked at."""
    (tmp_path / name).write_bytes(CARD.encode() if name.endswith(".md") else b"FROM org/base")
    (tmp_path / "config.json").write_text('{"model_type": "other"}')
    record = fetch(tmp_path / name)
    assert (record.status, record.reason, paths(record), record.config) == (
        Status.LOCAL,
        "",
        [name],
        {},
    )
    assert record.card.get("base_model") == ("org/base" if name.endswith(".md") else None)
    assert DirectorySource().read(record, name, 0, 3) in (b"FRO", b"---")
    with pytest.raises(ReadError, match=r"has no file config\.json"):
        DirectorySource().read(record, "config.json")


def cached(tmp_path: Path, *revisions: str) -> Path:
    repo = tmp_path / "hub" / "models--Qwen--Qwen2.5-7B--v2"
    (repo / "blobs").mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "blobs" / ("a" * 64)).write_bytes(safetensors({"w": [4, 4]}))
    (repo / "blobs" / ("b" * 40)).write_text(CARD)
    for revision in revisions:
        folder = repo / "snapshots" / revision
        folder.mkdir(parents=True)
        (folder / "model.safetensors").symlink_to(f"../../blobs/{'a' * 64}")
        (folder / "README.md").symlink_to(f"../../blobs/{'b' * 40}")
    return repo


@pytest.mark.posix
def test_a_folder_of_the_hub_cache_gives_id_revision_and_hashes(tmp_path: Path) -> None:
    """The layout says of which repo it is a copy: that is a parent with the same weights."""
    repo = cached(tmp_path, SHA)
    for path in (repo, repo / "snapshots" / SHA, repo / "snapshots" / SHA / "model.safetensors"):
        record = fetch(path)
        assert (record.status, record.revision, record.reason) == (Status.LOCAL, SHA, "")
        (edge,) = record.known_edges
        assert (edge.parent, edge.relation, edge.grade, edge.source) == (
            "Qwen/Qwen2.5-7B--v2",
            Relation.CONVERSION,
            Grade.EMBEDDED,
            "hub cache",
        )
        assert record.parameters == 16
    record = fetch(repo)
    assert [(f.path, f.sha256, f.blob_id) for f in record.files or ()] == [
        ("README.md", None, "b" * 40),
        ("model.safetensors", "a" * 64, None),
    ]
    assert DirectorySource().read(record, "README.md", 0, 3) == b"---"


@pytest.mark.posix
def test_a_cache_folder_with_several_revisions_follows_main_or_asks(tmp_path: Path) -> None:
    """None is picked by chance."""
    repo = cached(tmp_path, SHA, "f" * 40)
    record = fetch(repo)
    assert record.status is Status.INVALID
    assert "several revisions" in record.reason
    (repo / "refs" / "main").write_text("f" * 40)
    assert fetch(repo).revision == "f" * 40
    whole = fetch(repo.parent)
    assert whole.status is Status.INVALID
    assert "name one of them: models--Qwen--Qwen2.5-7B--v2" in whole.reason


@pytest.mark.parametrize(
    ("folder", "id_"),
    [
        ("modelscope/hub/models/acme/base-2___5-7B", "modelscope:acme/base-2.5-7B"),
        ("modelscope/hub/acme/base", "modelscope:acme/base"),
        ("modelscope/models/acme/base", "modelscope:acme/base"),
        ("modelscope/acme/base", None),
        ("hub/models/acme/base", None),
    ],
)
def test_modelscopes_cache_gives_the_name(tmp_path: Path, folder: str, id_: str | None) -> None:
    """A download is a copy of the model that its folders name, dots and all."""
    place = tmp_path / folder
    place.mkdir(parents=True)
    (place / "config.json").write_text("{}")
    found = [(edge.parent, edge.source) for edge in fetch(place).known_edges]
    assert found == ([(id_, "ModelScope cache")] if id_ else [])


def test_a_git_clone_of_modelscope_gives_its_model(tmp_path: Path) -> None:
    """Without what stands for a token in its address."""
    (tmp_path / ".git").mkdir()
    config = '[remote "origin"]\n\turl = https://oauth2:secret@www.modelscope.cn/acme/base.git\n'
    (tmp_path / ".git" / "config").write_text(config)
    (tmp_path / "config.json").write_text("{}")
    (edge,) = fetch(tmp_path).known_edges
    assert (edge.parent, edge.source) == ("modelscope:acme/base", "git remote")
    reading = KnownEdgesReader().read(fetch(tmp_path), {})
    assert [claim.parent for claim in reading.claims] == ["modelscope:acme/base"]


def test_a_git_clone_gives_the_repo_and_its_commit(tmp_path: Path) -> None:
    """Its remote names it; a remote elsewhere, or two, show nothing."""
    (tmp_path / ".git" / "refs" / "heads").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git" / "refs" / "heads" / "main").write_text(SHA + "\n")
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    config = tmp_path / ".git" / "config"
    config.write_text(
        '[remote "origin"]\n\turl = https://user:secret@huggingface.co/org/name.git\n'
    )
    record = fetch(tmp_path)
    assert (record.revision, paths(record)) == (SHA, ["model.gguf"])
    assert [(e.parent, e.source) for e in record.known_edges] == [("org/name", "git remote")]
    assert "secret" not in repr(record)
    for other in (
        "url = https://github.com/org/name",
        "url = https://huggingface.co/a/b\nurl = https://huggingface.co/c/d",
    ):
        config.write_text(f"[remote]\n{other}\n")
        assert fetch(tmp_path).known_edges == ()


@pytest.mark.posix
def test_links_that_leave_the_folder_are_refused_and_reported(tmp_path: Path) -> None:
    """A downloaded folder must not read the user's other files; links inside are fine; pipes and
    loops do no harm."""
    (tmp_path / "secret.txt").write_text("key")
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    (model / "inside.json").symlink_to("config.json")
    (model / "README.md").symlink_to("../secret.txt")
    (model / "loop").symlink_to("loop")
    (model / "up").symlink_to("..")
    os.mkfifo(model / "pipe")
    record = fetch(model)
    assert paths(record) == ["config.json", "inside.json"]
    assert record.reason.startswith("4 entries were left out")
    for path in ("README.md", "../secret.txt", "up/secret.txt"):
        with pytest.raises(ReadError):
            DirectorySource().read(record, path)


@pytest.mark.posix
def test_a_file_swapped_for_a_link_after_listing_is_not_followed(tmp_path: Path) -> None:
    """What was listed is checked again when it is read."""
    model = tmp_path / "model"
    model.mkdir()
    (tmp_path / "secret.txt").write_text("key")
    (model / "config.json").write_text("{}")
    record = fetch(model)
    (model / "config.json").unlink()
    (model / "config.json").symlink_to("../secret.txt")
    with pytest.raises(ReadError, match="leaves"):
        DirectorySource().read(record, "config.json")
    (model / "config.json").unlink()
    with pytest.raises(ReadError, match="No such file"):
        DirectorySource().read(record, "config.json")


def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an old and half a new file is neither."""
    path = tmp_path / "model.gguf"
    path.write_bytes(bytes(100))
    record = fetch(path)
    true_read = os.read

    def truncating(descriptor: int, size: int) -> bytes:
        os.truncate(path, 40)
        return true_read(descriptor, size)

    monkeypatch.setattr(local_files.os, "read", truncating)
    with pytest.raises(ReadError, match="changed while it was read"):
        DirectorySource().read(record, "model.gguf")


@pytest.mark.posix
def test_what_is_not_a_model_has_a_status_that_says_so(tmp_path: Path) -> None:
    """A typing error and an empty folder are distinguished."""
    assert fetch(tmp_path / "absent").status is Status.NOT_FOUND
    assert "no such file" in fetch(tmp_path / "absent").reason
    assert fetch(Path("a\0b")).status in (Status.NOT_FOUND, Status.UNREACHABLE)
    assert "nothing in it looks like a model" in fetch(tmp_path).reason
    (tmp_path / "main.py").write_text("print()")
    assert "nothing in it looks like a model" in fetch(tmp_path).reason
    os.mkfifo(tmp_path / "pipe")
    assert fetch(tmp_path / "pipe").status is Status.INVALID


def test_the_file_list_is_bounded_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a huge nor a deep folder can hold us up."""
    monkeypatch.setattr(local_files, "MAX_ENTRIES", 20)
    for n in range(30):
        (tmp_path / f"{n:02}.gguf").touch()
    record = fetch(tmp_path)
    assert len(record.files or ()) == 20
    assert "cut at 20 files" in record.reason
    deep = tmp_path / "deep"
    (deep / "/".join("abcdefghijkl")).mkdir(parents=True)
    (deep / "a" / "model.gguf").touch()
    (deep / "/".join("abcdefghijkl") / "model.gguf").touch()
    record = fetch(deep)
    assert paths(record) == ["a/model.gguf"]
    assert "deeper than 8 levels" in record.reason


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"model.safetensors": [4], "model.fp16.safetensors": [4]}, 4),
        ({"model-00001-of-00002.safetensors": [4], "model-00002-of-00002.safetensors": [5]}, 9),
        ({"model-00001-of-00002.safetensors": [4]}, None),
        ({"a.safetensors": [4], "b.safetensors": [4]}, None),
        ({"lora.safetensors": [3, 3]}, 9),
        ({"model.safetensors": [-4]}, None),
        ({"model.safetensors": ["x"]}, None),
    ],
)
def test_weights_are_counted_only_where_it_is_plain_which_files_are_the_model(
    tmp_path: Path, files: dict[str, list[int]], expected: int | None
) -> None:
    """A wrong name would be worse than none."""
    for name, shape in files.items():
        (tmp_path / name).write_bytes(safetensors({"w": shape}))
    assert fetch(tmp_path).parameters == expected


FRONT_MATTER = st.text(max_size=200).map(
    lambda text: f"---\n{text}\n---\n".encode(errors="replace")
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
HEADER = st.builds(
    lambda size, body: struct.pack("<Q", size) + body,
    st.integers(0, 2**64 - 1),
    st.binary(max_size=40),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    card=st.binary(max_size=200) | FRONT_MATTER,
    config=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
    weights=st.binary(max_size=80) | HEADER,
)
def test_any_bytes_end_in_a_record(
    tmp_path: Path, card: bytes, config: bytes, weights: bytes
) -> None:
    """Whatever is in a local folder, the answer is a record, and every listed file can be read
    back."""
    bodies = {
        "README.md": card,
        "adapter_config.json": config,
        "config.json": config,
        "model.gguf": weights,
        "model.safetensors": weights,
    }
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    record = fetch(tmp_path)
    assert record.status is Status.LOCAL
    assert {f.path: f.size for f in record.files or ()} == {
        name: len(body) for name, body in bodies.items()
    }
    assert {name: DirectorySource().read(record, name) for name in bodies} == bodies
