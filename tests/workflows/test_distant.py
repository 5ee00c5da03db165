"""A name from afar reaches no file and no address of this machine."""

import pytest

from lineage.core.errors import InvalidRefError
from lineage.core.record import Status
from lineage.sources.places import PlaceAccess
from lineage.workflows.audit import Auditor
from lineage.workflows.distant import distant_ref
from lineage.workflows.options import Options, Where

NONE = PlaceAccess()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("org/name", "org/name"),
        (" org/name@v1 ", "org/name@v1"),
        ("gpt2", "gpt2"),
        ("https://huggingface.co/org/name/tree/main", "org/name@main"),
        ("ollama:deepseek-r1:8b", "ollama:deepseek-r1:8b"),
        ("ollama:hf.co/org/name:Q4_K_M", "org/name"),
        ("docker:ai/qwen3", "docker:ai/qwen3"),
        ("modelscope:org/name@v2", "modelscope:org/name@v2"),
    ],
)
def test_names_keep_their_meaning(written: str, meant: str) -> None:
    assert str(distant_ref(written, NONE)) == meant


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
        distant_ref(written, NONE)
    assert refused.value.next_step and "secret" not in str(refused.value)


def test_what_lies_here_changes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.gguf").write_bytes(b"GGUF")
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "README.md").write_text("---\nbase_model: org/base\n---\n")
    with Auditor(Options(offline=True, where=Where(is_distant=True))) as auditor:
        for written in ("secret.gguf", "./card", str(tmp_path / "card"), "card"):
            report = auditor.audit(written)
            node = report.graph.nodes[report.model]
            assert not node.status.is_known and len(report.graph.nodes) == 1
            assert node.status in (Status.INVALID, Status.UNREACHABLE, Status.NOT_FOUND)


def test_what_the_operator_names_is_asked() -> None:
    access = PlaceAccess(servers=("http://127.0.0.1:8000",), registries=("127.0.0.1:5000",))
    for written in ("http://127.0.0.1:8000/v1#m", "oci://127.0.0.1:5000/a/b:1"):
        assert str(distant_ref(written, access)) == written
