"""Words that stand where a model's name may, and are none; and names that calls of libraries and
commands with unknown pieces give."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lineage.core.packaged import EMBEDDED
from lineage.core.use import Certainty
from lineage.scan.python.lexed import lexed
from lineage.scan.python.textual import may_name_model
from lineage.scan.scan import scan
from lineage.scan.services import Services
from lineage.workflows.check import services_of
from scan.named import hub_uses


def told(folder: Path, file: str, text: str) -> set[str]:
    """What the file names: models of the Hub that an audit would be given, and targets
    elsewhere."""
    (folder / file).write_text(text)
    uses = scan(folder, services=partial(services_of, EMBEDDED)).uses
    return {u.target or u.model for u in uses if u.certainty is not Certainty.POSSIBLE and u.model}


NONE = {
    "a placeholder": ("c.yaml", "model_path: myorg/mymodel\ntokenizer_path: mycompany/llama-7b\n"),
    "a file of a tokenizer": ("a.py", 'pretrained_model_name_or_path = "acme/spiece.model"\n'),
    "a folder of weights": ("a.py", 'def f(pretrained_model_name_or_path="weight/net-7b"): ...\n'),
    "files of a library's own models": (
        "a.py",
        "NET_PRETRAINED_CONFIG_ARCHIVE_MAP = {\n"
        '    "net": "https://huggingface.co/acme/net-7b/resolve/main/config.json",\n}\n',
    ),
}


@pytest.mark.parametrize(("file", "text"), NONE.values(), ids=NONE.keys())
def test_it_is_no_model_of_the_hub(tmp_path: Path, file: str, text: str) -> None:
    """It says itself that it is something else, or that nobody fetches it."""
    assert not [one for one in told(tmp_path, file, text) if one.count("/") == 1 and "." not in one]


def test_what_torch_hub_hands_to_the_code_is_no_repository(tmp_path: Path) -> None:
    """A `tokenizer=` is a word that the loaded code knows."""
    code = 'import torch\na = torch.hub.load("acme/mt", "net", tokenizer="moses", bpe="x")\n'
    assert told(tmp_path, "a.py", code) == {"github:acme/mt"}


def test_pieces_make_no_name_without_a_namespace(tmp_path: Path) -> None:
    """Under a name that says model: the filter sees such a name in one piece only."""
    assert not told(tmp_path, "a.py", "MODEL = 'g' + 'pt2'\n")
    assert told(tmp_path, "b.py", "MODEL = 'gpt2'\n") == {"gpt2"}


NAMED = {
    "a pipeline whose task is one of two": (
        "from transformers import pipeline\n"
        'p = pipeline("image-classification" if x else "object-detection", device=0)\n',
        {"google/vit-base-patch16-224", "facebook/detr-resnet-50"},
    ),
    "BERTScore through evaluate": (
        "def f(a, b):\n    import evaluate\n    s = evaluate.load('bertscore')\n"
        "    return s.compute(predictions=a, references=b, model_type='bert-base-cased')\n",
        {"bert-base-cased"},
    ),
    "BERTScore of its own": (
        "from bert_score import BERTScorer, score\n"
        "s = BERTScorer(model_type='acme/net-7b')\nscore(a, b, model_type='acme/net-8b')\n",
        {"acme/net-7b", "acme/net-8b"},
    ),
    "audiocraft": (
        "from audiocraft.models import MusicGen\nm = MusicGen.get_pretrained('acme/music-1')\n",
        {"acme/music-1"},
    ),
    "a command one piece of which nobody knows": (
        "import os\ndef f(folder):\n"
        "    command = f'huggingface-cli download acme/net-7b --local-dir {folder}'\n"
        "    os.system('HF_HUB_ENABLE_HF_TRANSFER=1 ' + command)\n",
        {"acme/net-7b"},
    ),
    "a command that is put together of itself": (
        "import os\ncommand = f'hf download acme/net-7b {command}'\nos.system(command)\n",
        {"acme/net-7b"},
    ),
}


@pytest.mark.parametrize(("code", "models"), NAMED.values(), ids=NAMED.keys())
def test_it_is_a_use(tmp_path: Path, code: str, models: set[str]) -> None:
    """With and without the filter of texts."""
    assert told(tmp_path, "a.py", code) == models


SERVED = {
    "a name that a test compares": (
        "def test_a():\n    assertEqual(resolve_model('gpt-4o'), 'base')\n"
        "    assert resolve_model('gpt-4o') == 'base'\n"
    ),
    "what a server answers as": (
        "class TranscriptionServer:\n    def __init__(self, api_key=None):\n"
        "        self.default_model = 'small'\n"
        "    def run(self, default_model='tiny-2'):\n        self.default_model = default_model\n"
    ),
}


@pytest.mark.parametrize("code", SERVED.values(), ids=SERVED.keys())
def test_nobody_asks_a_service(tmp_path: Path, code: str) -> None:
    """A name alone tells of a service only where something may ask it."""
    assert not told(tmp_path, "a.py", code)


def test_a_wrapper_that_is_called_a_client_asks_its_service(tmp_path: Path) -> None:
    """The same class under another name."""
    client = SERVED["what a server answers as"].replace("Server", "Client")
    assert "api://unknown/small" in told(tmp_path, "a.py", client)


MADE_UP = {
    "a class of one's own": "from pkg.codec import Codec\nx = Codec.from_pretrained('acme/falcon-7b')\n",
    "a class by its name": "from pkg.tokens import HuggingFaceTokenizer\nx = HuggingFaceTokenizer(model='acme/falcon-7b')\n",
}


@pytest.mark.parametrize("code", MADE_UP.values(), ids=MADE_UP)
def test_what_a_test_gives_its_own_classes_is_left_to_the_hub(tmp_path: Path, code: str) -> None:
    """Tests make names up; the same in the package itself is a use, and what a library loads in a
    test too."""
    library = (
        "from transformers import AutoModel\nx = AutoModel.from_pretrained('acme/falcon-7b')\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_own.py").write_text(code)
    (tmp_path / "tests" / "test_library.py").write_text(library)
    (tmp_path / "own.py").write_text(code)

    found = {use.file: use.if_found for use in hub_uses(scan(tmp_path))}
    assert found == {"own.py": False, "tests/test_library.py": False, "tests/test_own.py": True}


def test_what_a_function_says_to_take_from_the_hub_is_its_model(tmp_path: Path) -> None:
    """Of a library that nobody knows; a data set and a kernel are none."""
    code = (
        "from moshi import loaders\nREPO = 'acme/falcon-7b'\nx = loaders.Info.from_hf_repo(REPO)\n"
    )
    data = "from moshi import loaders\nREPO = 'acme/rows-7'\nx = loaders.dataset_from_hub(REPO)\n"
    (tmp_path / "a.py").write_text(code)
    (tmp_path / "b.py").write_text(data)

    assert {use.model for use in hub_uses(scan(tmp_path))} == {"acme/falcon-7b"}
    assert may_name_model(lexed("x = load_from_hf_hub(find())\n"), Services())
    assert not may_name_model(lexed("x = use_kernel_from_hub(find())\n"), Services())


DATASET = (
    "import torch\nclass Texts:\n    def __init__(self, model_name='bert-base-multilingual-cased'):\n"
    "        self.model_name = model_name\n"
    "        if 'multilingual' in model_name:\n            self.mark = '[CLS]'\n"
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            "class Own:\n    def f(self, x):\n        self.model_name = x\n        g(self.model_name)\n",
            0,
        ),
        ("class Below(Texts):\n    def f(self):\n        g(self.model_name)\n", 1),
        ("def f(texts):\n    g(texts.model_name)\n", 1),
    ],
    ids=["a field of its own", "of a class below", "of the object"],
)
def test_a_default_that_is_only_compared_is_no_use_for_a_field_of_the_same_name(
    tmp_path: Path, other: str, expected: int
) -> None:
    """Another module takes it where it may have the object, and not where its own has such a
    field."""
    (tmp_path / "b.py").write_text(f"from a import Texts\n{other}")
    assert len(told(tmp_path, "a.py", DATASET)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self_model = 'qwen-audio-turbo-latest'\n", {"api://unknown/qwen-audio-turbo-latest"}),
        ("encoder_name = 'gpt-4o'\n", set()),
        ("encoder_name = 'text-embedding-3-small'\n", {"api://unknown/text-embedding-3-small"}),
        (
            "class C:\n    llm_base_url: str = None\n    extraction_model_name: str = 'openie_openai_gpt'\n",
            set(),
        ),
    ],
    ids=["the newest", "an encoding", "an encoder", "a class of the code's own"],
)
def test_a_word_is_a_service_s_model_where_it_can_be_one(
    tmp_path: Path, text: str, expected: set[str]
) -> None:
    """`-latest` is a version; an encoder that bears the name of a chat model is its encoding."""
    assert told(tmp_path, "a.py", text) == expected


VOYAGE = (
    "class Embeds:\n    name: str\n    embedding_models: list = ['voyage-3', 'voyage-3-lite']\n"
    "    def has(self):\n        return self.name in self.embedding_models\n"
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", set()),
        (
            "    def first(self):\n        return self.embedding_models[0]\n",
            {"voyage-3", "voyage-3-lite"},
        ),
    ],
    ids=["only sought in", "taken out of"],
)
def test_a_list_in_which_a_class_only_seeks_says_what_a_service_has(
    tmp_path: Path, more: str, expected: set[str]
) -> None:
    """Unless another module takes what is in it."""
    assert {one.rpartition("/")[2] for one in told(tmp_path, "a.py", VOYAGE + more)} == expected
    (tmp_path / "b.py").write_text("def f(embeds):\n    ask(embeds.embedding_models[0])\n")
    found = told(tmp_path, "a.py", VOYAGE)
    assert {one.rpartition("/")[2] for one in found} == {"voyage-3", "voyage-3-lite"}
