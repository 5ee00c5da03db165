"""What an import binds is seen where Python sees it: in a function's own, nowhere outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scan.named import hub_uses

from lineage.workflows.check import scanned

_FAST = "from faster_whisper import WhisperModel"
_OWN = """
class WhisperModel:
    def __init__(self, size):
        self.id = f"openai/whisper-{size}"
    def load(self):
        from transformers import WhisperModel
        return WhisperModel.from_pretrained(self.id)
def every():
    return [WhisperModel("tiny")]
"""
_SHARED = """
def first():
    from faster_whisper import WhisperModel
    return WhisperModel("tiny")
def second():
    from own import WhisperModel
    return WhisperModel("base")
def third():
    from faster_whisper import WhisperModel
    return WhisperModel("small")
"""
_FAST_ONES = ["Systran/faster-whisper-small", "Systran/faster-whisper-tiny"]


def _found(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return sorted({use.model for use in hub_uses(scanned(folder))})


def test_an_own_class_is_not_what_its_method_imports(tmp_path: Path) -> None:
    assert _found(tmp_path, own=_OWN) == ["openai/whisper-tiny"]


def test_each_function_calls_what_it_imports(tmp_path: Path) -> None:
    found = _found(tmp_path, own=_OWN.partition("def every")[0], app=_SHARED)
    assert found == [*_FAST_ONES, "openai/whisper-base"]


def test_a_constant_is_that_of_the_module_a_function_imports_it_from(tmp_path: Path) -> None:
    loads = "    from {0} import NAME\n    return AutoModel.from_pretrained(NAME)\n"
    app = "from transformers import AutoModel\n"
    app += "".join(f"def {one}():\n{loads.format(one)}" for one in ("small", "large"))
    found = _found(tmp_path, app=app, small="NAME = 'org/small'\n", large="NAME = 'org/large'\n")
    assert found == ["org/large", "org/small"]


@pytest.mark.parametrize(
    "text",
    [
        f"try:\n    {_FAST}\nexcept ImportError:\n    class WhisperModel: ...\nWhisperModel('tiny')",
        f"def ready():\n    global WhisperModel\n    {_FAST}\ndef load():\n    WhisperModel('tiny')",
        f"if True:\n    {_FAST}\nclass Speech:\n    def load(self):\n        WhisperModel('tiny')",
        f"def get():\n    {_FAST}\n    return WhisperModel\nget()('tiny')",
        f"def load():\n    {_FAST}\n    def inner():\n        WhisperModel('tiny')\n    inner()",
    ],
)
def test_what_is_seen_of_a_module_or_of_the_function_around_loads(
    text: str, tmp_path: Path
) -> None:
    assert _found(tmp_path, app=text) == ["Systran/faster-whisper-tiny"]


def test_a_name_goes_to_the_place_that_its_function_asks(tmp_path: Path) -> None:
    """ModelScope has no names without a namespace: in a function's own import and anywhere."""
    there = "def there(name):\n    from modelscope import snapshot_download\n"
    here = "def here(name):\n    from huggingface_hub import snapshot_download\n"
    calls = "    return snapshot_download(name)\n"
    names = "[there(one) for one in ('acme/net-1b', 'base')]\nhere('org/net')"
    (tmp_path / "app.py").write_text(f"{there}{calls}{here}{calls}{names}\n")
    found = {use.target or use.model for use in scanned(tmp_path).uses}
    assert found == {"modelscope:acme/net-1b", "org/net"}
