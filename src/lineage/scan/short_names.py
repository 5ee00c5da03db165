"""Short names that a library resolves to models of the Hub in a namespace or list of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from lineage.core.packaged import DATA

_PADDLE_NAMESPACE = "PaddlePaddle/"
_SHORTEST = 5
"""Characters of a piece of a name that are told apart from any other word."""
# What faster-whisper calls the sizes of Whisper.
WHISPER = {
    **{
        f"{size}{ext}": f"Systran/faster-whisper-{size}{ext}"
        for size in ("tiny", "base", "small", "medium")
        for ext in ("", ".en")
    },
    **{f"large-v{n}": f"Systran/faster-whisper-large-v{n}" for n in (1, 2, 3)},
    "large": "Systran/faster-whisper-large-v3",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
# What OpenAI's own package calls them: `_MODELS` in whisper/__init__.py:17,
# https://pypi.org/project/openai-whisper/20250625/, seen 2026-11-30. It fetches the weights from
# OpenAI's server; on the Hub OpenAI has the same models under these names.
OPENAI_WHISPER = {
    **{
        f"{size}{ext}": f"openai/whisper-{size}{ext}"
        for size in ("tiny", "base", "small", "medium")
        for ext in ("", ".en")
    },
    "large-v1": "openai/whisper-large",
    "large-v2": "openai/whisper-large-v2",
    **dict.fromkeys(("large-v3", "large"), "openai/whisper-large-v3"),
    **dict.fromkeys(("large-v3-turbo", "turbo"), "openai/whisper-large-v3-turbo"),
}
# What Flair calls its taggers: `huggingface_model_map` in
# flair/models/sequence_tagger_model.py:670, https://pypi.org/project/flair/0.15.1/, seen
# 2026-11-30. Its other models lie on a server of its own.
FLAIR = {
    **{
        name: f"flair/{name.replace('ner', 'ner-english').replace('pos', 'pos-english')}"
        for name in (
            "ner", "ner-fast", "ner-large", "ner-ontonotes", "ner-ontonotes-fast",
            "ner-ontonotes-large", "pos", "pos-fast", "upos", "upos-fast",
        )
    },
    **{name: f"flair/{name}" for name in ("ner-multi", "ner-multi-fast")},
    "multi-ner": "flair/ner-multi",
    "pos-multi": "flair/upos-multi",
    "multi-pos": "flair/upos-multi",
    "pos-multi-fast": "flair/upos-multi-fast",
    "multi-pos-fast": "flair/upos-multi-fast",
    "frame": "flair/frame-english",
    "frame-fast": "flair/frame-english-fast",
    "chunk": "flair/chunk-english",
    "chunk-fast": "flair/chunk-english-fast",
    "da-ner": "flair/ner-danish",
    "de-ner": "flair/ner-german",
    "de-ner-large": "flair/ner-german-large",
    "de-ler": "flair/ner-german-legal",
    "de-ner-legal": "flair/ner-german-legal",
    "es-ner-large": "flair/ner-spanish-large",
    "fr-ner": "flair/ner-french",
    "nl-ner": "flair/ner-dutch",
    "nl-ner-large": "flair/ner-dutch-large",
    "ner-ukrainian": "dchaplinsky/flair-uk-ner",
    "pos-ukrainian": "dchaplinsky/flair-uk-pos",
    "de-historic-direct": "aehrm/redewiedergabe-direct",
    "de-historic-indirect": "aehrm/redewiedergabe-indirect",
    "de-historic-reported": "aehrm/redewiedergabe-reported",
    "de-historic-free-indirect": "aehrm/redewiedergabe-freeindirect",
}  # fmt: skip
# What wtpsplit splits sentences with, in its namespace (`hub_prefix` in wtpsplit_lite/_sat.py:70,
# https://pypi.org/project/wtpsplit-lite/0.2.0/, seen 2026-11-30).
SEGMENT = {
    name: f"segment-any-text/{name}"
    for layers in (1, 3, 6, 9, 12)
    for name in (f"sat-{layers}l", f"sat-{layers}l-sm")
}
# Its older models, in another (`hub_prefix` of `WtP` in wtpsplit/__init__.py:129, and the readme
# of https://pypi.org/project/wtpsplit/2.2.2/, seen 2026-11-30).
SEGMENT |= {
    name: f"benjamin/{name}"
    for name in (
        "wtp-bert-tiny", "wtp-bert-mini", *(f"wtp-canine-s-{n}l" for n in (1, 3, 6, 9, 12)),
        *(f"wtp-canine-s-{n}l-no-adapters" for n in (1, 3, 6, 9, 12)),
    )
}  # fmt: skip
# What pywhispercpp fetches files of one repository by: `AVAILABLE_MODELS` in
# pywhispercpp/constants.py:27, https://pypi.org/project/pywhispercpp/1.5.1/, seen 2026-11-30.
WHISPER_CPP = {
    f"{size}{ext}{form}": "ggerganov/whisper.cpp"
    for size in (
        "tiny",
        "base",
        "small",
        "medium",
        "large-v1",
        "large-v2",
        "large-v3",
        "large-v3-turbo",
    )
    for ext in ("", ".en")
    for form in ("", "-q5_0", "-q5_1", "-q8_0")
}
# What PaddleX, and PaddleOCR through it, fetches from the Hub by a name alone, as
# PaddlePaddle/NAME: the list of `_HuggingFaceModelHoster` in
# paddlex/inference/utils/official_models.py:364, https://pypi.org/project/paddlex/3.7.2/, seen
# 2026-11-29. Its other models lie in a bucket of its own.
_PADDLE = frozenset(
    [
        "arabic_PP-OCRv3_mobile_rec", "arabic_PP-OCRv5_mobile_rec", "ch_RepSVTR_rec",
        "ch_SVTRv2_rec", "chinese_cht_PP-OCRv3_mobile_rec", "cyrillic_PP-OCRv3_mobile_rec",
        "cyrillic_PP-OCRv5_mobile_rec", "devanagari_PP-OCRv3_mobile_rec",
        "devanagari_PP-OCRv5_mobile_rec", "el_PP-OCRv5_mobile_rec", "en_PP-OCRv3_mobile_rec",
        "en_PP-OCRv4_mobile_rec", "en_PP-OCRv5_mobile_rec", "eslav_PP-OCRv5_mobile_rec",
        "japan_PP-OCRv3_mobile_rec", "ka_PP-OCRv3_mobile_rec", "korean_PP-OCRv3_mobile_rec",
        "korean_PP-OCRv5_mobile_rec", "LaTeX_OCR_rec", "latin_PP-OCRv3_mobile_rec",
        "latin_PP-OCRv5_mobile_rec", "PaddleOCR-VL", "PaddleOCR-VL-1.5", "PaddleOCR-VL-1.6",
        "PicoDet-L_layout_17cls", "PicoDet-L_layout_3cls", "PicoDet-S_layout_17cls",
        "PicoDet-S_layout_3cls", "PicoDet_layout_1x", "PicoDet_layout_1x_table", "PP-Chart2Table",
        "PP-DocBee-2B", "PP-DocBee-7B", "PP-DocBee2-3B", "PP-DocBlockLayout", "PP-DocLayout-L",
        "PP-DocLayout-M", "PP-DocLayout-S", "PP-DocLayout_plus-L", "PP-DocLayoutV2",
        "PP-DocLayoutV3", "PP-FormulaNet-L", "PP-FormulaNet-S", "PP-FormulaNet_plus-L",
        "PP-FormulaNet_plus-M", "PP-FormulaNet_plus-S", "PP-LCNet_x0_25_textline_ori",
        "PP-LCNet_x1_0_doc_ori", "PP-LCNet_x1_0_table_cls", "PP-LCNet_x1_0_textline_ori",
        "PP-OCRv3_mobile_det", "PP-OCRv3_mobile_rec", "PP-OCRv3_server_det", "PP-OCRv4_mobile_det",
        "PP-OCRv4_mobile_rec", "PP-OCRv4_mobile_seal_det", "PP-OCRv4_server_det",
        "PP-OCRv4_server_rec", "PP-OCRv4_server_rec_doc", "PP-OCRv4_server_seal_det",
        "PP-OCRv5_mobile_det", "PP-OCRv5_mobile_rec", "PP-OCRv5_server_det", "PP-OCRv5_server_rec",
        "PP-OCRv6_medium_det", "PP-OCRv6_medium_rec", "PP-OCRv6_small_det", "PP-OCRv6_small_rec",
        "PP-OCRv6_tiny_det", "PP-OCRv6_tiny_rec", "RT-DETR-H_layout_17cls",
        "RT-DETR-H_layout_3cls", "RT-DETR-L_wired_table_cell_det",
        "RT-DETR-L_wireless_table_cell_det", "SLANet", "SLANet_plus", "SLANeXt_wired",
        "SLANeXt_wireless", "ta_PP-OCRv3_mobile_rec", "ta_PP-OCRv5_mobile_rec",
        "te_PP-OCRv3_mobile_rec", "te_PP-OCRv5_mobile_rec", "th_PP-OCRv5_mobile_rec", "UniMERNet",
        "UVDoc",
    ]
)  # fmt: skip
_FORM = re.compile(r"_(?:safetensors|onnx)\Z")  # of the same weights, which the hoster takes too
_SIZE = "-0.9B"  # which stands in a name or not (the same file, line 937)
_ALL = "\n".join(sorted(_PADDLE))


@lru_cache
def of_library(library: str) -> dict[str, str]:
    """The names that a library of images gives models of the Hub."""
    lines = (DATA / "short_names.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.startswith(library))
    return {row[1]: row[2] for row in rows}


def _timm(name: str) -> str:
    """The Hub's name of a model of timm's; with a tag of its own behind it, it is beside those of
    its architecture."""
    known = of_library("timm").get(name.partition(".")[0], "")
    return f"{known.partition('/')[0]}/{name}" if known and "." in name else known


def _openclip(text: str) -> str:
    """That of an architecture of OpenCLIP's and a tag, as `ViT-B-32/laion2b_s34b_b79k`."""
    name, _, tag = text.rpartition("/")
    key = f"{name.replace('/', '-')}/{tag.lower().replace('-', '_')}"
    return of_library("open_clip").get(key, "")


LISTED: dict[str, Callable[[str], str | None]] = {
    "whisper": WHISPER.get,
    "openai-whisper": OPENAI_WHISPER.get,
    "flair": FLAIR.get,
    "segment": SEGMENT.get,
    "whisper.cpp": WHISPER_CPP.get,
    "timm": _timm,
    "open_clip": _openclip,
}
"""By the library whose names they are (`Bare` has the words): the Hub's name for one of them."""


def own_name(text: str) -> str:
    """The Hub's name for one that only one library gives a model, wherever it stands; empty for
    any other text."""
    name = text.replace(_SIZE, "")
    return _PADDLE_NAMESPACE + name if _FORM.sub("", name) in _PADDLE else ""


def may_be_own_name(text: str) -> bool:
    """Whether a text is such a name, or a piece of which code may put one together."""
    if len(text) < _SHORTEST or text.islower():
        return False
    name = _FORM.sub("", text.replace(_SIZE, ""))
    return len(name) >= _SHORTEST and name in _ALL and name != name.lower()
