"""A name from afar reaches no file and no address of this machine."""

import pytest

from lineage.core.errors import InvalidRefError
from lineage.sources.auto import target_ref
from lineage.sources.local.place import is_local_id
from lineage.sources.places import PlaceAccess
from lineage.workflows.distant import distant

NONE = PlaceAccess()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("org/name", "hf://org/name"),
        (" org/name@v1 ", "hf://org/name@v1"),
        ("gpt2", "hf://gpt2"),
        ("https://huggingface.co/org/name/tree/main", "hf://org/name@main"),
        ("ollama:deepseek-r1:8b", "ollama:deepseek-r1:8b"),
        ("ollama:hf.co/org/name:Q4_K_M", "hf://org/name"),
        ("docker:ai/qwen3", "docker:ai/qwen3"),
        ("modelscope:org/name@v2", "modelscope:org/name@v2"),
    ],
)
def test_names_keep_their_meaning(written: str, meant: str) -> None:
    assert distant(written, NONE) == meant


@pytest.mark.parametrize(
    "written",
    [
        "/etc/passwd",
        "./org/name",
        "../name",
        "~/model",
        "file:///etc/passwd",
        "hf://../../etc",
        "C:\\models\\a",
        "http://169.254.169.254",
        "http://127.0.0.1:8000/v1#m",
        "https://[::1]:8000",
        "oci://127.0.0.1:5000/a/b:1",
        "docker://localhost:5000/a/b:1",
        "https://user:secret@huggingface.co/org/name",
        "a" * 5000,
        "a\x00b",
        "",
    ],
)
def test_paths_and_addresses_are_refused(written: str) -> None:
    with pytest.raises(InvalidRefError) as refused:
        distant(written, NONE)
    assert refused.value.next_step and "secret" not in str(refused.value)


def test_what_lies_here_changes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "name").mkdir(parents=True)
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    for written in ("org/name", "model.gguf"):
        assert not is_local_id(target_ref(distant(written, NONE)).id)


def test_what_the_operator_names_is_asked() -> None:
    access = PlaceAccess(servers=("http://127.0.0.1:8000",), registries=("127.0.0.1:5000",))
    assert distant("http://127.0.0.1:8000/v1#m", access) == "http://127.0.0.1:8000/v1#m"
    assert distant("oci://127.0.0.1:5000/a/b:1", access) == "oci://127.0.0.1:5000/a/b:1"
