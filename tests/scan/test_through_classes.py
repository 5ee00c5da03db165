"""Names that reach a loader through classes, methods and objects of the repository itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty, ModelUse
from lineage.scan.scan import scan
from lineage.workflows.check import services_of
from scan.named import hub_uses

LOADS = "from transformers import AutoModel\n"
BASE = LOADS + (
    "class Base:\n"
    "    def __init__(self, kind, name):\n        self.name = name\n        self.parts(self.name)\n"
    "    def parts(self, given):\n        return AutoModel.from_pretrained(given)\n"
    "    @staticmethod\n    def fetch(given):\n        return AutoModel.from_pretrained(given)\n"
)


def told(folder: Path, **files: str) -> dict[str, ModelUse]:
    """What a scan would give to an audit, by the model."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    found = scan(folder).uses
    return {use.model: use for use in found if use.certainty is not Certainty.POSSIBLE}


@pytest.mark.parametrize(
    "code",
    [
        "class Below(Base):\n    def __init__(self, name='t5-small'):\n"
        "        super().__init__('T5', name)\n",
        "def run(base: Base):\n    base.parts('t5-small')\n",
        "Base.fetch('t5-small')\n",
        "Base('x', 'gpt2').parts(given='t5-small')\n",
    ],
    ids=["a class below", "a method", "a static method", "a method of what was made"],
)
def test_a_name_without_a_namespace_goes_through_classes(tmp_path: Path, code: str) -> None:
    """It means what the loader at the end makes of it, if the Hub has it."""
    found = told(tmp_path, base=BASE, a="from base import Base\n" + code)
    assert found["t5-small"].if_found


def test_the_method_of_another_class_loads_nothing(tmp_path: Path) -> None:
    """What no module of the class is in has other methods of that name."""
    assert not told(tmp_path, base=BASE, a="from tools import parts\nparts.parts('t5-small')\n")


CONFIGS = (
    "from dataclasses import dataclass\n"
    "@dataclass\nclass Small:\n    model: str = 'all-MiniLM-L6-v2'\n"
    "@dataclass\nclass Hosted:\n    model: str = 'text-embedding-3-large'\n"
)
EMBEDS = "from sentence_transformers import SentenceTransformer\nfrom configs import *\n"


@pytest.mark.parametrize(
    "code",
    [
        "def make(config):\n    if isinstance(config, Hosted):\n        return ask(config.model)\n"
        "    if isinstance(config, Small):\n        return SentenceTransformer(config.model)\n",
        "def make(config: Small | None):\n    return SentenceTransformer(config.model)\n",
    ],
    ids=["checked", "one of two"],
)
def test_the_class_of_an_object_is_known(tmp_path: Path, code: str) -> None:
    """From a check above, and from one of the kinds in an annotation."""
    code = EMBEDS.replace("*", "Hosted, Small") + code
    assert set(told(tmp_path, configs=CONFIGS, a=code)) == {
        "sentence-transformers/all-MiniLM-L6-v2"
    }


def test_a_package_hands_on_a_class(tmp_path: Path) -> None:
    """`from pkg import Small`, which the package itself takes from its module."""
    code = EMBEDS.replace("configs import *", "pkg import Small") + (
        "def make(config: Small):\n    return SentenceTransformer(config.model)\n"
    )
    pkg = "from configs import Small\n"
    assert "sentence-transformers/all-MiniLM-L6-v2" in told(
        tmp_path, configs=CONFIGS, pkg=pkg, a=code
    )


def test_the_repository_s_own_word_is_left_to_the_hub(tmp_path: Path) -> None:
    """A loader is given the field of an object that nobody knows: what other modules keep under
    that name may be what it gets."""
    load = LOADS + "def load(settings):\n    AutoModel.from_pretrained(settings.brush_method)\n"
    fields = "class Request:\n    brush_method: str = Field(CHOICES[0])\n"
    choices = "CHOICES = ['acme/brush-2', 'acme/brush-3']\n"
    found = told(tmp_path, load=load, a=choices + fields, b="other_method = 'acme/brush-9'\n")
    assert set(found) == {"acme/brush-2"}
    assert found["acme/brush-2"].if_found


def test_a_word_for_everything_tells_nothing(tmp_path: Path) -> None:
    """Nor does what has not the form of a model's name."""
    load = LOADS + (
        "def load(s):\n    AutoModel.from_pretrained(s.value)\n    AutoModel.from_pretrained(s.way)\n"
    )
    assert not told(tmp_path, load=load, a="value = 'acme/net-2'\nway = 'read/write'\n")


def test_a_size_goes_through_a_settings_object(tmp_path: Path) -> None:
    """Under a name that says speech."""
    load = (
        "from faster_whisper import WhisperModel\ndef load(size):\n    WhisperModel(size)\n"
        "def main(form):\n    load(form.stt.WHISPER_SIZE)\n"
    )
    settings = "import os\nWHISPER_SIZE = os.getenv('WHISPER_SIZE', 'base')\nSIZE = 'small'\n"
    assert set(told(tmp_path, load=load, a=settings)) == {"Systran/faster-whisper-base"}


def test_a_caller_s_variable_may_have_the_parameter_s_name(tmp_path: Path) -> None:
    """`load(path)` where `path` is the caller's."""
    code = LOADS + (
        "class Net:\n    def load(self, path):\n        AutoModel.from_pretrained(path)\n"
        "def main(net):\n    path = os.environ.get('NET', 'acme/net-2')\n    net.load(path)\n"
    )
    found = told(tmp_path, a=code)["acme/net-2"]
    assert found.via == "AutoModel.from_pretrained"


def test_a_word_that_tells_kinds_apart_is_no_old_name(tmp_path: Path) -> None:
    """`m2m100` may reach the loader as far as the scan can tell: the Hub says that it is none."""
    code = LOADS + "def load(kind='m2m100'):\n    AutoModel.from_pretrained(kind)\n"
    assert told(tmp_path, a=code)["m2m100"].if_found


@pytest.mark.parametrize("name", ["embeddings", "bm25", "custom_endpoint"])
def test_a_word_that_is_handed_on_is_no_sentence_model(tmp_path: Path, name: str) -> None:
    """Their names are words with hyphens between."""
    load = "from sentence_transformers import SentenceTransformer\n" + (
        "def load(name):\n    SentenceTransformer(name)\n"
    )
    assert not told(tmp_path, load=load, a=f"from load import load\nload({name!r})\n")


CARD = (
    "MLX_REPO = 'acme/net-4bit'\n"
    "def card(folder, repo=MLX_REPO):\n"
    "    (folder / 'README.md').write_text(f'''---\nlicense: mit\n---\nload('{repo}') {MLX_REPO}''')\n"
    "def main():\n    print(f'writes {MLX_REPO}')\n    card(out, MLX_REPO)\n"
    "    HfApi().create_repo(MLX_REPO, exist_ok=True)\n"
    "    HfApi().upload_folder(folder_path=out, repo_id=MLX_REPO)\n"
)


@pytest.mark.parametrize(
    ("more", "other", "is_used"),
    [
        ("", "", False),
        ("", "MLX_REPO = 'acme/net-8bit'\n", False),
        ("AutoModel.from_pretrained(MLX_REPO)\n", "", True),
        ("start(MLX_REPO)\n", "", True),
        ("run(f'serve --model {MLX_REPO} --port 80')\n", "", True),
        ("", "from a import MLX_REPO\nstart(MLX_REPO)\n", True),
        ("", "import a\nstart(a.MLX_REPO)\n", True),
        ("", "import a\nstart(getattr(a, 'MLX_REPO'))\n", True),
    ],
    ids=["written", "elsewhere another", "loaded", "handed on", "in a command", "imported",
         "taken from the module", "taken by name"],
)  # fmt: skip
def test_a_name_that_is_only_written_or_uploaded_to_is_no_use(
    tmp_path: Path, more: str, other: str, is_used: bool
) -> None:
    """Into a model's card, a message, a repository of its own; whatever else reads it is a use."""
    found = told(tmp_path, a=LOADS + CARD + more, b=other)
    assert ("acme/net-4bit" in found) == is_used


@pytest.mark.parametrize(
    ("code", "is_used"),
    [
        ("Score(model='roberta-base')\n", True),
        ("class Chunker:\n    def __init__(self, tokenizer='gpt2'):\n        pass\n", True),
        ("Score(kind='roberta-base')\n", False),
        ("SUPPORTED_MODELS = {'roberta-base': 512}\n", False),
        ("model_type = 'roberta-base'\n", False),
    ],
)
def test_an_old_name_of_the_hub_is_a_name_anywhere(
    tmp_path: Path, code: str, is_used: bool
) -> None:
    """Given as a model to a class of whatever package."""
    assert bool(told(tmp_path, a="from scores import Score\nimport torch\n" + code)) == is_used


WHISPER = (
    "from transformers import AutoModel\nclass WhisperModel{bases}:\n"
    "    def __init__(self, size):\n"
    "        self.model = AutoModel.from_pretrained(f'openai/whisper-{{size}}')\n"
)


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ("", {"openai/whisper-small"}),
        ("(fast.WhisperModel)", {"openai/whisper-small", "Systran/faster-whisper-small"}),
    ],
    ids=["its own", "below the library's"],
)
def test_a_class_of_the_repository_is_not_the_library_s_of_that_name(
    tmp_path: Path, bases: str, expected: set[str]
) -> None:
    """What it does with a size is told where it is written; one below the library's does both."""
    code = "from own import WhisperModel\nWhisperModel('small')\n"
    found = told(tmp_path, own=WHISPER.format(bases=bases), a=code)
    assert set(found) == expected


@pytest.mark.parametrize(
    "own",
    [
        "from faster_whisper import WhisperModel as Fast\nclass WhisperModel(Fast):\n    pass\n",
        "from faster_whisper import WhisperModel as Fast\nclass Ours(Fast):\n    pass\n"
        "class WhisperModel(Ours):\n    pass\n",
        "try:\n    from faster_whisper import WhisperModel\nexcept ImportError:\n"
        "    class WhisperModel:\n        pass\n",
    ],
    ids=["renamed", "through another", "in place of it"],
)
def test_a_class_that_is_the_library_s_after_all(tmp_path: Path, own: str) -> None:
    """Below the library's under whatever name, and where it only stands in for a missing one."""
    found = told(tmp_path, own=own, a="from own import WhisperModel\nWhisperModel('small')\n")
    assert set(found) == {"Systran/faster-whisper-small"}


@pytest.mark.parametrize(
    "code",
    [
        "from ours.compat import LLM\nLLM('acme/net-7b')\n",
        "from ours import compat\ncompat.LLM('acme/net-7b')\n",
        "import ours.compat as c\nc.LLM('acme/net-7b')\n",
        "from ours import LLM\nLLM('acme/net-7b')\n",
        "from ours import rest\nrest.LLM('acme/net-7b')\n",
    ],
)
def test_a_loader_that_modules_of_the_repository_hand_on(tmp_path: Path, code: str) -> None:
    """Its package is the one that the last of them takes it from."""
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "__init__.py").write_text("from ours.compat import LLM\n")
    (tmp_path / "ours" / "compat.py").write_text(
        "try:\n    from vllm import LLM\nexcept OSError:\n    LLM = None\n"
    )
    (tmp_path / "ours" / "rest.py").write_text("from vllm import *\n")
    assert set(told(tmp_path, a=code)) == {"acme/net-7b"}


def test_a_stand_in_for_a_library_hides_nothing(tmp_path: Path) -> None:
    """What tests put in a library's place is not what the code beside them imports."""
    (tmp_path / "tests" / "stubs").mkdir(parents=True)
    (tmp_path / "tests" / "stubs" / "faster_whisper.py").write_text(
        "class WhisperModel:\n    pass\n"
    )
    found = told(tmp_path, a="from faster_whisper import WhisperModel\nWhisperModel('small')\n")
    assert set(found) == {"Systran/faster-whisper-small"}


@pytest.mark.parametrize(
    "made",
    [
        "import_module('own.loaders')",
        "LazyLoader('loaders', globals(), 'own.loaders')",
        "attempt_import_or_raise('own.loaders', 'own-loaders')",
    ],
)
def test_what_a_call_imports_is_followed(tmp_path: Path, made: str) -> None:
    """As an import written out is."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "loaders.py").write_text(
        LOADS + "def load(name):\n    return AutoModel.from_pretrained(name)\n"
    )
    code = f"loaders = {made}\nloaders.load('t5-small')\nothers = open('x')\nothers.load('gpt2')\n"
    assert set(told(tmp_path, a=code)) == {"t5-small"}


def test_the_package_that_a_call_imports_is_known(tmp_path: Path) -> None:
    """A loader of that package alone is one of it."""
    code = "clip = lazy_import('open_clip')\nclip.create_model('RN50', pretrained='openai')\n"
    assert set(told(tmp_path, a=code)) == {"timm/resnet50_clip.openai"}


def test_a_default_that_is_cut_and_handed_through_a_class_is_loaded(tmp_path: Path) -> None:
    """Without the mark in front that says whose name it is."""
    (tmp_path / "a.py").write_text(
        "import timm\nclass Encoder:\n    def __init__(self, name, pretrained=True):\n"
        "        self.net = timm.create_model(name, pretrained=pretrained)\n"
        "class Model:\n    def __init__(self, encoder='tu-vit_base_patch16_224.augreg_in21k'):\n"
        "        if encoder.startswith('tu-'):\n            encoder = encoder[3:]\n"
        "        self.encoder = Encoder(name=encoder)\n"
    )
    models = {use.model for use in hub_uses(scan(tmp_path))}
    assert models == {"timm/vit_base_patch16_224.augreg_in21k"}


@pytest.mark.parametrize(
    ("test", "models"),
    [
        ("name.startswith('tu-')", {"acme/net-1b"}),
        ("name.lower().startswith('tu-')", {"acme/net-1b"}),
        ("big and name.startswith(('tu-', 'tux-'))", {"acme/net-1b"}),
        ("big or name.startswith('tu-')", {"acme/net-1b", "er/tool-2b"}),
        ("other.startswith('tu-')", {"acme/net-1b", "er/tool-2b"}),
        ("name.startswith('tu')", {"acme/net-1b", "er/tool-2b"}),
    ],
)
def test_only_what_begins_with_the_mark_is_cut(tmp_path: Path, test: str, models: set[str]) -> None:
    """Where the condition above asks for one of that length."""
    code = (
        "from transformers import AutoModel\ndef load(name, big, other):\n"
        f"    if {test}:\n        AutoModel.from_pretrained(name[3:])\n"
        "load('tu-acme/net-1b')\nload('timer/tool-2b')\n"
    )
    (tmp_path / "a.py").write_text(code)
    assert {use.model for use in hub_uses(scan(tmp_path))} == models


def test_what_a_table_of_another_module_has_is_told_where_it_stands(tmp_path: Path) -> None:
    """With what that module calls it."""
    (tmp_path / "names.py").write_text("\n\nOWNER = 'acme'\nTABLE = {'small': f'{OWNER}/net-1b'}\n")
    (tmp_path / "app.py").write_text(
        "from transformers import AutoModel\nfrom names import TABLE\nOWNER = 'own'\n"
        "def load(size):\n    return AutoModel.from_pretrained(TABLE[size])\n"
    )
    found = {(use.file, use.line, use.model, use.defined_at) for use in hub_uses(scan(tmp_path))}
    assert found == {("app.py", 5, "acme/net-1b", "names.py:4")}


@pytest.mark.parametrize("taken", ["TABLE[who]", "TABLE.get(who)"])
@pytest.mark.parametrize("model", ["xai/grok-3-mini", "acme/net-1b"])
def test_what_is_taken_from_another_modules_table_needs_no_name_there(
    tmp_path: Path, taken: str, model: str
) -> None:
    """Its keys say nothing of a model: it is told where it is taken, with the place of the table."""
    (tmp_path / "names.py").write_text(f"import openai\n\n\nTABLE = {{'a': '{model}'}}\n")
    (tmp_path / "app.py").write_text(
        "import openai\nfrom names import TABLE\nX = 'openai/gpt-4o', 'acme/net-2b'\n"
        f"def ask(who):\n    model_name = {taken}\n"
    )
    uses = scan(tmp_path, services=partial(services_of, EMBEDDED)).uses
    assert {(one.file, one.line, one.defined_at) for one in uses} == {("app.py", 5, "names.py:4")}
