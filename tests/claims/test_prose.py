"""Base models in the words of a card. All names are made up."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.prose import Prose
from lineage.core.relation import Grade

_LINK = "[{0}](https://huggingface.co/{0})".format


def _said(read: Any, body: str, **more: Any) -> list[tuple[str | None, str]]:
    claims = read(Prose(), {"README.md": body.encode()}, **more).claims
    return [(claim.parent, str(claim.relation)) for claim in claims if not claim.tentative]


_SAID = {
    "trainer": (
        f"This model is a fine-tuned version of {_LINK('acme/base-7b')} on an unknown dataset.",
        "finetune",
    ),
    "label": ("- **Finetuned from model:** acme/base-7b", "finetune"),
    "optional label": (
        f"- **Finetuned from model [optional]:** {_LINK('acme/base-7b')}",
        "finetune",
    ),
    "unsloth label": ("- **Finetuned from model :** acme/base-7b", "finetune"),
    "label in a block": (
        f"Model creator: [acme](https://huggingface.co/acme)\nBase model: {_LINK('acme/base-7b')}",
        "finetune",
    ),
    "label as heading": (f"## Base model\n\n{_LINK('acme/base-7b')}\n", "finetune"),
    "label above a list": (
        f"- **Base models:**\n  - {_LINK('acme/base-7b')}\n\nSee acme/other-7b.",
        "finetune",
    ),
    "label with code": ("* Base model: `acme/base-7b`", "finetune"),
    "table": (f"| Base Model | {_LINK('acme/base-7b')} |", "finetune"),
    "column": (
        f"| Model | Base model |\n|---|---|\n| other | acme/other-1 |\n| child | {_LINK('acme/base-7b')} |",
        "finetune",
    ),
    "bare address": ("Child is based on https://huggingface.co/acme/base-7b.", "finetune"),
    "html link": (
        'A finetune of <a href="https://huggingface.co/acme/base-7b">Base</a>.',
        "finetune",
    ),
    "possessive": (
        f"Child was fine-tuned from Acme's {_LINK('acme/base-7b')} with LoRA.",
        "finetune",
    ),
    "built on": (f"It is built on top of the {_LINK('acme/base-7b')} checkpoint.", "finetune"),
    "initialized": (f"The weights were initialized from {_LINK('acme/base-7b')}.", "finetune"),
    "continued": (f"We continued pretraining from {_LINK('acme/base-7b')}.", "finetune"),
    "as base": (f"We used {_LINK('acme/base-7b')} as the base model.", "finetune"),
    "by tuning": (f"Made by fine-tuning {_LINK('acme/base-7b')} on recipes.", "finetune"),
    "trained on a model": (f"This model was trained on {_LINK('acme/base-7b')}.", "finetune"),
    "abliterated": (
        f"This is an uncensored version of {_LINK('acme/base-7b')} created with abliteration.",
        "finetune",
    ),
    "dreambooth": (
        "This is a dreambooth model derived from acme/base-7b. The weights were trained on a photo.",
        "finetune",
    ),
    "pipeline": ("This pipeline was finetuned from **acme/base-7b** on a dataset.", "finetune"),
    "adapter": (f"This is a LoRA adapter for {_LINK('acme/base-7b')}.", "adapter"),
    "chinese": (f"本模型基于{_LINK('acme/base-7b')}进行微调。", "finetune"),
    "chinese label": ("基座模型：acme/base-7b", "finetune"),
    "chinese after": (f"在{_LINK('acme/base-7b')}的基础上继续训练。", "finetune"),
    "japanese": (
        f"このモデルは{_LINK('acme/base-7b')}をベースにファインチューニングしました。",
        "finetune",
    ),
    "korean": (f"이 모델은 {_LINK('acme/base-7b')}을 기반으로 학습했습니다.", "finetune"),
    "spanish": (f"Está basado en el modelo {_LINK('acme/base-7b')}.", "finetune"),
    "distilled": (f"A distilled version of {_LINK('acme/base-7b')}.", "distilled"),
    "teacher label": ("Teacher model: acme/base-7b", "distilled"),
    "generated data": (
        f"The training data was generated with {_LINK('acme/base-7b')}.",
        "distilled",
    ),
    "converted": (
        f"This model was converted to ONNX format from {_LINK('acme/base-7b')}.",
        "conversion",
    ),
    "copy": (f"This is a copy of {_LINK('acme/base-7b')}.", "conversion"),
    "revision in the link": (
        "Fine-tuned from [base](https://huggingface.co/acme/base-7b/tree/v2).",
        "finetune",
    ),
}


@pytest.mark.parametrize(("body", "relation"), _SAID.values(), ids=_SAID)
def test_sentences_that_name_a_parent(body: str, relation: str, read: Any) -> None:
    """What tools and people write, in several languages, gives the parent and what was done to
    it."""
    assert _said(read, f"# Child\n\n{body}\n") == [("acme/base-7b", relation)]


_QUANTIZED = {
    "original model": "Original model: https://huggingface.co/acme/base-7b",
    "original model link": f"* Original model: {_LINK('acme/base-7b')}",
    "contains": "This repo contains GGUF format model files for [Acme's Base](https://huggingface.co/acme/base-7b).",
    "converted": "This model was converted to GGUF format from [`acme/base-7b`](https://huggingface.co/acme/base-7b) using a space.",
    "static": "static quants of https://huggingface.co/acme/base-7b",
    "version": "This is quantized version of [acme/base-7b](https://huggingface.co/acme/base-7b) created with a tool",
    "heading": "## 4-bit AWQ quantization of [acme/base-7b](https://huggingface.co/acme/base-7b)",
    "heading after": "## acme/base-7b GGUF Quantizations",
    "japanese": f"{_LINK('acme/base-7b')}の量子化版です。",
}


@pytest.mark.parametrize("body", _QUANTIZED.values(), ids=_QUANTIZED)
def test_sentences_of_quantized_copies(body: str, read: Any) -> None:
    """A quantized repo says what it was made from."""
    (parent,) = _said(read, f"# Child\n\n{body}\n", id_="me/child-GGUF")
    assert parent[0] == "acme/base-7b"
    if "の量子化" not in body:
        assert parent[1] == "quantized"


_UNSAID = {
    "comparison": f"It outperforms the fine-tuned version of {_LINK('acme/base-7b')}.",
    "than": f"Better than models based on {_LINK('acme/base-7b')}.",
    "negation": f"This model is not based on {_LINK('acme/base-7b')}.",
    "negation n't": f"It wasn't fine-tuned from {_LINK('acme/base-7b')}.",
    "unlike": f"Unlike models derived from {_LINK('acme/base-7b')}, it is small.",
    "compatible": f"Compatible with {_LINK('acme/base-7b')}.",
    "mention": f"See {_LINK('acme/base-7b')} for details.",
    "card": f"This model card is adapted from {_LINK('acme/base-7b')}.",
    "dataset behind": "It was fine-tuned on top of the acme/base-7b dataset.",
    "tokenizer behind": f"It is based on the {_LINK('acme/base-7b')} tokenizer.",
    "dataset link": "Fine-tuned from [data](https://huggingface.co/datasets/acme/data-1).",
    "organisation": "Fine-tuned from a model of [acme](https://huggingface.co/acme).",
    "elsewhere": "Fine-tuned from [base](https://github.com/acme/base-7b).",
    "placeholder": "This model is a fine-tuned version of [None](https://huggingface.co/None) on data.",
    "unfilled": "- **Finetuned from model [optional]:** [More Information Needed]",
    "words": "Fine-tuned version of Llama 2.",
    "and/or": "Based on the input/output and/or the train/test-1 data.",
    "code": "```python\nmodel = load('acme/base-7b')  # fine-tuned version of acme/base-7b\n```",
    "comment": "<!-- This model is a fine-tuned version of acme/base-7b -->",
    "future": f"A version that will be based on {_LINK('acme/base-7b')}.",
    "other section": f"## Related models\n\nA merge of {_LINK('acme/base-7b')} exists.",
    "itself": f"This is a fine-tuned version of {_LINK('me/child')}.",
    "copied card": f"# Original model card: Base\n\nBase is a fine-tuned version of {_LINK('acme/base-7b')}.",
}


@pytest.mark.parametrize("body", _UNSAID.values(), ids=_UNSAID)
def test_sentences_that_name_no_parent(body: str, read: Any) -> None:
    """Negations, comparisons, other things of the same name, templates left unfilled, code and
    copied cards are no claims."""
    assert _said(read, f"# Child\n\n{body}\n") == []


def test_all_models_of_a_merge(read: Any) -> None:
    """A list, a chain with commas, and the base of the method."""
    body = (
        "## Merge\nMerged using the TIES merge method using [acme/base-7b](https://huggingface.co/acme/base-7b) as a base.\n\n"
        "The following models were included in the merge:\n* acme/one-7b\n* [acme/two-7b](https://huggingface.co/acme/two-7b)\n\nMore."
    )
    assert _said(read, body) == [
        ("acme/base-7b", "merge"),
        ("acme/one-7b", "merge"),
        ("acme/two-7b", "merge"),
    ]
    body = f"A merge of {_LINK('acme/one-7b')}, {_LINK('acme/two-7b')} and {_LINK('acme/three-7b')}; unlike {_LINK('acme/four-7b')}."
    assert _said(read, body) == [
        ("acme/one-7b", "merge"),
        ("acme/two-7b", "merge"),
        ("acme/three-7b", "merge"),
    ]


def test_the_line_in_the_file_and_the_sentence_stand_in_the_claim(read: Any) -> None:
    """Front matter counts; a reader of the report finds the place."""
    body = "---\nlicense: mit\n---\n\n# Child\n\nSome words.\nThis is a fine-tuned version of acme/base-7b."
    (claim,) = read(Prose(), {"README.md": body.encode()}).claims
    assert (claim.file, claim.location, claim.grade) == ("README.md", "line 8", Grade.STATED)
    assert "fine-tuned version of acme/base-7b" in claim.excerpt


def test_a_quantized_copy_speaks_of_its_parent(read: Any) -> None:
    """Where it names what it was made from, the copied words about the parent's base are not its
    own."""
    body = f"Original model: {_LINK('acme/base-7b')}\n\nBase-7b is a fine-tuned version of {_LINK('acme/older-7b')}.\n"
    assert _said(read, body, id_="me/child-GGUF") == [("acme/base-7b", "quantized")]


def test_a_vision_encoder_is_a_component(read: Any) -> None:
    """The sentence says which part."""
    body = f"The vision encoder is initialized from {_LINK('acme/vit-large-14')}."
    (claim,) = read(Prose(), {"README.md": body.encode()}).claims
    assert claim.component == "vision_encoder"


def test_a_name_in_plain_words_is_a_hint(read: Any) -> None:
    """Only where it spells out family, size and version, and only kept where such a repo exists."""
    (claim,) = read(
        Prose(), {"README.md": b"This model is fine-tuned from Qwen2.5-7B-Instruct."}
    ).claims
    assert (claim.parent, claim.tentative, claim.grade) == (
        "Qwen/Qwen2.5-7B-Instruct",
        True,
        Grade.INFERRED,
    )
    assert read(Prose(), {"README.md": b"This model is fine-tuned from Llama 2."}).claims == ()


def test_a_link_to_a_path_of_a_training_machine(read: Any) -> None:
    """Trainers put a folder behind the Hub's address; it is kept as a path, its tail a guess."""
    body = "This model is a fine-tuned version of [/mnt/Qwen2.5-7B](https://huggingface.co//mnt/Qwen2.5-7B) on data."
    told, guess = read(Prose(), {"README.md": body.encode()}).claims
    assert (told.parent, told.problem) == (None, "local path")
    assert (guess.parent, guess.tentative) == ("Qwen/Qwen2.5-7B", True)


def test_a_page_outside_the_hub_is_a_base_of_its_place(read: Any) -> None:
    """Linked, or written out; a card's own page at another place is none."""
    page = "https://modelscope.cn/models/acme/base-7b"
    linked = f"This model is a fine-tuned version of [base-7b]({page})."
    assert _said(read, linked) == [("modelscope:acme/base-7b", "finetune")]
    written = "- **Base model:** https://ollama.com/library/qwen2.5:7b"
    assert _said(read, written) == [("ollama:qwen2.5:7b", "finetune")]
    own = "Fine-tuned from [child](https://modelscope.cn/models/me/child), see there."
    assert _said(read, own) == []
    badge = "Also on [ModelScope](https://modelscope.cn/models/acme/child)."
    assert _said(read, badge) == []


def test_both_spellings_of_line_ends(read: Any) -> None:
    """Cards come from Windows too."""
    assert _said(read, "# Child\r\n\r\nBase model: acme/base-7b\r\n") == [
        ("acme/base-7b", "finetune")
    ]
