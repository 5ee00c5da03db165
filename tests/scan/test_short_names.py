"""Short names that one library gives models of the Hub are those models, wherever they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lineage.core.use import UseKind
from lineage.scan.python.lexed import lexed
from lineage.scan.python.textual import may_name_model
from lineage.scan.scan import scan
from lineage.scan.services import Services
from lineage.scan.short_names import own_name
from scan.named import hub_uses

DETECTOR = "PaddlePaddle/PP-OCRv5_mobile_det"
CHOSEN = (
    "def model_names(lang):\n    kind = 'latin' if lang else 'korean'\n"
    "    recognition_model = f'{kind}_PP-OCRv5_mobile_rec'\n"
    "    return 'PP-OCRv5_mobile_det', recognition_model\n"
)
BOTH = {"PaddlePaddle/latin_PP-OCRv5_mobile_rec", "PaddlePaddle/korean_PP-OCRv5_mobile_rec"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "a.py",
            "from paddleocr import PaddleOCR\n"
            "ocr = PaddleOCR(text_detection_model_name='PP-OCRv5_mobile_det')\n",
            {DETECTOR},
        ),
        ("a.py", "import paddlex\npaddlex.create_model('PP-OCRv5_mobile_det')\n", {DETECTOR}),
        (
            "a.py",
            "class D(Base):\n    @property\n    def default_model_name(self):\n"
            "        return 'PP-OCRv5_mobile_det'\n",
            {DETECTOR},
        ),
        ("a.py", CHOSEN, {DETECTOR, *BOTH}),
        ("pipeline.yaml", "model_name: PP-OCRv5_mobile_det\nmodel_dir: null\n", {DETECTOR}),
        ("a.py", "title = 'PP-OCRv5_mobile_det'\n", set()),
        ("a.py", "model_name = 'PP-OCRv5_mobile'\n", set()),
    ],
    ids=["option", "by place", "property", "put together", "YAML", "a title", "no such name"],
)
def test_a_short_name_is_the_model_behind_it(
    tmp_path: Path, name: str, text: str, expected: set[str]
) -> None:
    """Under a name that says model, as it is written or put together, and handed to the library."""
    (tmp_path / name).write_text(text)
    assert {use.model for use in hub_uses(scan(tmp_path))} == expected


def test_a_name_of_another_store_is_listed(tmp_path: Path) -> None:
    """What the same library fetches from a bucket of its own is no model of the Hub."""
    (tmp_path / "a.py").write_text("import paddlex\npaddlex.create_model('ResNet50')\n")
    (use,) = scan(tmp_path).uses
    assert (use.kind, use.model) == (UseKind.OTHER, "ResNet50")


def test_a_form_of_the_same_weights_has_a_name_of_its_own() -> None:
    """The suffix that the library sets for another format belongs to the name."""
    assert own_name("PP-OCRv5_mobile_det_onnx") == f"{DETECTOR}_onnx"
    assert own_name("PaddleOCR-VL-0.9B") == "PaddlePaddle/PaddleOCR-VL"
    assert own_name("PP-OCRv5_mobile_det_pt") == ""


@pytest.mark.parametrize("text", ["x_name = 'UVDoc'\n", CHOSEN])
def test_such_a_name_has_its_module_parsed(text: str) -> None:
    """Nothing else in the module needs to speak of models."""
    assert may_name_model(lexed(text), Services())


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (
            "from flair.models import SequenceTagger\nx = SequenceTagger.load('ner-ontonotes-fast')\n",
            "flair/ner-english-ontonotes-fast",
        ),
        (
            "from flair.nn import Classifier\nx = Classifier.load('upos-fast')\n",
            "flair/upos-english-fast",
        ),
        (
            "from wtpsplit_lite import SaT\nx = SaT('sat-3l-sm')\n",
            "segment-any-text/sat-3l-sm",
        ),
        ("from wtpsplit import WtP\nx = WtP('wtp-bert-mini')\n", "benjamin/wtp-bert-mini"),
        (
            "from pywhispercpp.model import Model\nx = Model('base.en-q5_1')\n",
            "ggerganov/whisper.cpp",
        ),
    ],
)
def test_a_loader_knows_short_names_of_its_own(tmp_path: Path, text: str, model: str) -> None:
    """Of that library alone: anywhere else they are words."""
    (tmp_path / "a.py").write_text(text)
    (tmp_path / "b.py").write_text(re.sub(r"from \w+", "from mine", text))

    assert [(u.file, u.model) for u in hub_uses(scan(tmp_path))] == [("a.py", model)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("timm.create_model('resnet18', pretrained=True)", {"timm/resnet18.a1_in1k"}),
        ("timm.create_model('resnet18.tv_in1k', True)", {"timm/resnet18.tv_in1k"}),
        ("timm.create_model('resnet18')", set()),
        ("timm.create_model('resnet18', pretrained=False)", set()),
        ("timm.create_model('resnet18', pretrained=off)", set()),
        ("timm.create_model('botnet50ts_256', pretrained=True)", set()),
        (
            "open_clip.create_model_and_transforms('ViT-B/32', 'laion2b-s34b-b79k')",
            {"laion/CLIP-ViT-B-32-laion2B-s34B-b79K"},
        ),
        (
            "open_clip.create_model(name, pretrained=tag)",
            {"timm/vit_large_patch14_clip_224.openai"},
        ),
        ("open_clip.create_model('ViT-B-32')", set()),
        ("open_clip.create_model('ViT-B-32', pretrained='weights.pt')", set()),
        ("open_clip.create_model('hf-hub:acme/net-7b')", {"acme/net-7b"}),
    ],
)
def test_what_needs_weights_to_be_asked_for_is_a_use_with_them_alone(
    tmp_path: Path, call: str, expected: set[str]
) -> None:
    """An architecture of timm's and one of OpenCLIP's, whose tag tells which weights."""
    code = f"import open_clip\nimport timm\nname, tag, off = 'ViT-L-14', 'openai', False\n{call}\n"
    (tmp_path / "a.py").write_text(code)

    assert {use.model for use in hub_uses(scan(tmp_path))} == expected


def test_a_size_is_another_model_to_each_package_that_loads_whisper(tmp_path: Path) -> None:
    """OpenAI's own, through options and parameters too, and the one that has it converted."""
    (tmp_path / "a.py").write_text(
        "import argparse, whisper\np = argparse.ArgumentParser()\n"
        "p.add_argument('--size', default='large', choices=['large', 'small.en'])\n"
        "whisper.load_model(p.parse_args().size)\n"
        "def get(size='turbo'):\n    return whisper.load_model(size)\n"
    )
    (tmp_path / "b.py").write_text(
        "from faster_whisper import WhisperModel\nWhisperModel('tiny')\n"
    )
    assert {use.model for use in hub_uses(scan(tmp_path))} == {
        "openai/whisper-large-v3",
        "openai/whisper-small.en",
        "openai/whisper-large-v3-turbo",
        "Systran/faster-whisper-tiny",
    }
