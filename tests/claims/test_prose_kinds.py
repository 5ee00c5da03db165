"""Ways in which cards name what they are made of, one test for each kind. All names but those of
large families are made up."""

from __future__ import annotations

from typing import Any

import pytest

from lineage.claims.card.blocks import EmbeddedBlocks
from lineage.claims.card.prose import Prose
from lineage.core.claim import ObservationKind
from lineage.core.relation import Grade

_ONE = "[One](https://huggingface.co/acme/one-7b)"
_TWO = "[Two](https://huggingface.co/acme/two-7b)"
_TRE = "[Three](https://huggingface.co/acme/three-7b)"


def _found(read: Any, body: str, **more: Any) -> set[str | None]:
    claims = read(Prose(), {"README.md": f"# Child\n\n{body}\n".encode()}, **more).claims
    return {claim.parent for claim in claims}


_NAMED = {
    # name first
    "name, trained": f"This is the {_ONE} base model trained further on poems.",
    "name, tuned": f"{_ONE} fine-tuned with LoRA on legal questions.",
    "subject is a name": f"Child is a {_ONE} checkpoint that has been post-trained for tools.",
    "took and tuned": f"We took {_ONE} and fine-tuned it on 3,000 letters.",
    "as backbone": f"Child uses {_ONE} as its backbone.",
    "as starting point": f"{_ONE} served as the starting point.",
    # verbs
    "derivative": f"Child is a derivative of {_ONE}.",
    "built atop": f"It was built directly on top of the wonderful {_ONE} model.",
    "post-trained": f"Child has been post-trained from {_ONE}.",
    "initialised": f"All weights were initialised from the public {_ONE} checkpoint.",
    "starting": f"Starting from {_ONE}, we ran two epochs.",
    "preference": f"Here is a KTO'd version of {_ONE}.",
    "continuation": f"A continuation of {_ONE} with more steps.",
    "retraining": f"This is a retraining of {_ONE} without the refusals.",
    "behind praise": f"It is fast! 🚀 Child is a tune of {_ONE}.",
    "under licence": f"## License\n\nChild is derived from {_ONE} and keeps its terms.",
    "original behind": f"- {_ONE} - the original model",
    "link to the original": f"You will find a link to the original model here: {_ONE}",
    "sentence is the link": "[A fine-tuned copy of this model](https://huggingface.co/acme/one-7b)",
    "relative link": "Initialized with [the model of a friend](/acme/one-7b).",
    "extension": f"It is an extension of {_ONE} to longer texts.",
    "base language model": f"The base language model used is the {_ONE}.",
    "sentence begins": f"Fine-tuned {_ONE} on Japanese speech.",
    "spelled out": "Base model: One 7 (https://huggingface.co/acme/one-7b)",
    "compatible versions": f"Engine and llama.cpp compatible versions of an original {_ONE}.",
    "we use": "We use the pretrained `acme/one-7b` model.",
    "owner": f"Child was tuned from Acme Corp's {_ONE}.",
    # labels and tables
    "label: parent": f"**Parent model**: {_ONE}",
    "label: starting point": f"Starting checkpoint: {_ONE}",
    "label: derived": f"- Derived from: {_ONE}",
    "table": f"| Property | Value |\n|---|---|\n| Foundation model | {_ONE} |",
    "german": f"Dieses Modell basiert auf {_ONE}.",
    "german tuned": f"Child ist eine feinabgestimmte Version von {_ONE}.",
    "german label": f"Basismodell: {_ONE}",
    "german as": f"Als Ausgangspunkt: {_ONE} diente als Grundlage.",
    "french": f"Ce modèle est basé sur {_ONE}.",
    "french tuned": f"Une version affinée de {_ONE} pour le droit.",
    "french from": f"Il a été entraîné à partir de {_ONE}.",
    "french label": f"Modèle de base : {_ONE}",
    "spanish": f"Este modelo está basado en {_ONE}.",
    "spanish tuned": f"Es una versión ajustada de {_ONE}.",
    "spanish from": f"Fue entrenado a partir de {_ONE}.",
    "spanish label": f"Modelo base: {_ONE}",
    "portuguese": f"Este modelo é baseado em {_ONE}.",
    "russian": f"Модель построена на основе {_ONE}.",
    "russian tuned": f"Дообученная версия модели {_ONE}.",
    "russian label": f"Базовая модель: {_ONE}",
    "japanese base": f"本モデルは{_ONE}をベースに学習しました。",
    "japanese tuned": f"{_ONE}をファインチューニングしたモデルです。",
    "japanese continued": f"{_ONE}から継続事前学習を行いました。",
    "japanese label": f"ベースモデル：{_ONE}",
    "korean base": f"이 모델은 {_ONE}를 기반으로 합니다.",
    "korean tuned": f"{_ONE} 모델을 파인튜닝했습니다.",
    "korean label": f"기반 모델: {_ONE}",
    "chinese base": f"本模型以{_ONE}为基座训练而成。",
    "chinese tuned": f"我们对{_ONE}进行了指令微调。",
    "chinese from": f"由{_ONE}微调得到。",
    "chinese label": f"底座模型：{_ONE}",
    "chinese on": f"在{_ONE}基础上增量预训练。",
}


@pytest.mark.parametrize("body", _NAMED.values(), ids=_NAMED)
def test_a_parent_is_named(body: str, read: Any) -> None:
    """In whatever order and language the words stand."""
    assert "acme/one-7b" in _found(read, body)


_MERGED = {
    "merged with": f"{_ONE} merged with {_TWO}.",
    "weighted": f"An uneven merge between:\n- {_ONE}\n- {_TWO}",
    "were used": f"{_ONE} and {_TWO} were used in this merge.",
    "by a tool": f"{_ONE}, {_TWO}: dare merged using mergekit.",
    "owners": f"A frankenmerge of Ann's {_ONE} and Bob and Eve's {_TWO}.",
    "shares": f"It uses {_ONE} (70%) as a base with {_TWO} (30%), and the result was merged again.",
    "names alone": f"A merge.\n\n## Models and LoRAs used\n\n{_ONE}\n{_TWO}",
    "interleaved": f"- A result of interleaving layers of {_ONE} and {_TWO} using mergekit.",
    "sum": f"({_ONE} + {_TWO}) 60/40 merge",
    "including": f"Merge including {_ONE}, and {_TWO} with nothing else.",
    "applied": f"This repo holds {_ONE} with the LoRA {_TWO} applied.",
    "title": f"### This is a merge of\n\n{_ONE} + {_TWO}",
    "heading": f"A TIES merge.\n\n## Models used\n\n- {_ONE}\n- {_TWO}",
    "ingredients": f"A soup, merged.\n\n### Ingredients\n\n* {_ONE}\n* {_TWO}",
    "japanese": f"{_ONE}と{_TWO}をマージしたモデルです。",
    "chinese": f"本模型由{_ONE}和{_TWO}合并而成。",
    "korean": f"{_ONE}와 {_TWO}를 병합한 모델입니다.",
    "german": f"Eine Verschmelzung von {_ONE} und {_TWO}.",
    "spanish": f"Una fusión de {_ONE} y {_TWO}.",
    "french": f"Une fusion de {_ONE} et {_TWO}.",
}


@pytest.mark.parametrize("body", _MERGED.values(), ids=_MERGED)
def test_all_parents_of_a_merge(body: str, read: Any) -> None:
    """In a sentence or a list."""
    assert _found(read, body) == {"acme/one-7b", "acme/two-7b"}


_UNNAMED = {
    "data": f"Our mixture holds these data sets:\n- {_ONE}\n- acme/pairs-1",
    "downloads": f"Available sizes of our series:\n\n* Base models\n  * {_ONE}\n* Chat models\n  * {_TWO}",
    "products": f"## More models by us\n\n* A Foundation Model: {_ONE}\n",
    "copies of a merge": f"A merge.\n\n## Models used\n\ngguf here: {_ONE}",
    "sister": f"Our sister model is based on {_ONE}.",
    "other subject": f"{_TWO} is a fine-tuned version of {_ONE}.",
    "merge elsewhere": f"It is not a merge of {_ONE} and {_TWO}.",
    "german denied": f"Dieses Modell basiert nicht auf {_ONE}.",
    "german compared": f"Besser als Modelle auf Basis von {_ONE}.",
    "french denied": f"Il n'est pas basé sur {_ONE}.",
    "spanish denied": f"Este modelo no está basado en {_ONE}.",
    "russian denied": f"Модель не основана на {_ONE}.",
    "japanese denied": f"このモデルは{_ONE}をベースにしていません。",
    "korean denied": f"이 모델은 {_ONE} 기반이 아닙니다.",
    "chinese denied": f"本模型并非基于{_ONE}。",
    "chinese compared": f"性能优于基于{_ONE}的模型。",
    "paper": f"Based on the paper that introduced {_ONE}.",
    "newer": f"This is a newer version of {_ONE}.",
    "plain family": "Fine-tuned from Llama-3 and other things.",
    "plain compared": "It outperforms models based on Qwen2.5-7B-Instruct.",
    "plain data": "Fine-tuned on the Qwen2.5-7B-Instruct dataset.",
}


@pytest.mark.parametrize("body", _UNNAMED.values(), ids=_UNNAMED)
def test_no_parent_is_named(body: str, read: Any) -> None:
    """Lists of other things, sentences about others, denials and comparisons."""
    assert _found(read, body) == set()


@pytest.mark.parametrize(
    ("body", "repo"),
    [
        ("It was trained on the Yi-34B base.", "01-ai/Yi-34B"),
        ("Full pre-training on Yi-6B.", "01-ai/Yi-6B"),
        ("An adapter for Qwen2.5-7B-Instruct.", "Qwen/Qwen2.5-7B-Instruct"),
        ("Built upon the Yi-34B base.", "01-ai/Yi-34B"),
        ("A tune of mistral-7b-v0.1 on plays.", "mistralai/mistral-7b-v0.1"),
        ("本模型基于Qwen2.5-7B微调。", "Qwen/Qwen2.5-7B"),
        ("이 모델은 Llama-3.1-8B를 기반으로 합니다.", "meta-llama/Llama-3.1-8B"),
        ("gemma-2-9b-itをファインチューニングしました。", "google/gemma-2-9b-it"),
        ("Basiert auf Mixtral-8x7B-Instruct-v0.1.", "mistralai/Mixtral-8x7B-Instruct-v0.1"),
        ("| Base model | Phi-3-mini-4k-instruct-3.8B |", "microsoft/Phi-3-mini-4k-instruct-3.8B"),
        ("Base model: bert-base-uncased", "google-bert/bert-base-uncased"),
        ("We trained it starting from Llama-3-8B.", "meta-llama/Meta-Llama-3-8B"),
    ],
)
def test_a_plain_name_is_followed_where_the_repo_exists(body: str, repo: str, read: Any) -> None:
    """The name without its organisation that tells one repo; graded lowest, and dropped where there
    is none."""
    (claim,) = read(Prose(), {"README.md": f"# Child\n\n{body}\n".encode()}).claims
    assert (claim.parent, claim.grade, claim.tentative) == (repo, Grade.INFERRED, True)


def test_a_plain_name_beside_its_id_is_one_statement(read: Any) -> None:
    """The id says more, and a declared one too."""
    body = f"Based on {_ONE}. Fine-tuned from Qwen2.5-7B."
    assert _found(read, body, card={"base_model": "copy/Qwen2.5-7B-bnb-4bit"}) == {"acme/one-7b"}


def test_a_teacher_is_no_base(read: Any) -> None:
    """Outputs of a model taught this one, whatever the sentence begins with."""
    for body in (
        f"Fine-tuned on the outputs of {_ONE}.",
        f"使用{_ONE}生成的数据训练。",
        f"Teacher: {_ONE} was used as the teacher.",
    ):
        claims = read(Prose(), {"README.md": f"# Child\n\n{body}\n".encode()}).claims
        assert [(c.parent, str(c.relation)) for c in claims] == [("acme/one-7b", "distilled")], body


@pytest.mark.parametrize(
    "recipe",
    [
        "ours, 0.5 each\n\nmerge_method: linear\nmodels:\n  - model: acme/one-7b\n  - model: acme/two-7b\n",
        "merge_method: ties\nbase_model: acme/one-7b\nmodels:\n- model: acme/two-7b\n    parameters:\n    weight: 1\n",
        "mergekit-mega plan.yml out --model acme/one-7b \\\n  --model acme/two-7b\n",
        "python my_merge.py acme/one-7b --add acme/two-7b --output acme/child-9b\n",
    ],
    ids=["text in front", "broken indent", "tool", "script"],
)
def test_merges_in_fences(recipe: str, read: Any) -> None:
    """A recipe that is no valid YAML and a command line tell the same as a whole recipe; what is
    written out is no parent."""
    readme = f"# Child\n\n```\n{recipe}```\n".encode()
    claims = read(EmbeddedBlocks(), {"README.md": readme}).claims
    assert {claim.parent for claim in claims} == {"acme/one-7b", "acme/two-7b"}
    assert {claim.grade for claim in claims} == {Grade.EMBEDDED}


def test_the_original_that_a_copy_links(read: Any) -> None:
    """A linked repo whose name begins with this one's is a lead, where nothing else is said."""
    body = "Read more at [the page](https://huggingface.co/acme/Lyra-2-9B-it) or [x](https://huggingface.co/acme/other-1)."
    (claim,) = read(
        Prose(), {"README.md": f"# Lyra\n\n{body}".encode()}, id_="mirror/lyra2-GGUF"
    ).claims
    assert (claim.parent, claim.tentative, claim.grade) == (
        "acme/Lyra-2-9B-it",
        True,
        Grade.INFERRED,
    )
    declared = {"base_model": "acme/Lyra-2-9B-it"}
    assert not _found(read, body, id_="mirror/lyra2-GGUF", card=declared)


def test_what_the_bound_leaves_out_is_named(read: Any) -> None:
    """A list of hundreds of merged models is cut, and the report says what is missing."""
    items = "\n".join(f"* acme/m{n}-7b" for n in range(230))
    body = f"The following models were included in the merge:\n{items}\n"
    reading = read(Prose(), {"README.md": f"# Child\n\n{body}".encode()})
    assert len(reading.claims) == 200
    (cut,) = reading.observations
    assert cut.kind is ObservationKind.TRUNCATED
    assert "acme/m200-7b" in cut.text


def test_a_long_card_is_read_to_its_end_where_it_tells(read: Any) -> None:
    """Behind the bound only the lines that may name a base are kept, on their own line numbers."""
    filler = "\n".join(["nothing here"] * 40_000)
    body = f"{filler}\n\nChild is based on {_ONE}.\n"
    (claim,) = read(Prose(), {"README.md": body.encode()}).claims
    assert (claim.parent, claim.location) == ("acme/one-7b", "line 40002")
