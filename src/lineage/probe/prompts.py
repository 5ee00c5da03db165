"""Words a question for the model: the item's own text, and for form A its options in the order
drawn."""

from __future__ import annotations

import random

from lineage.probe.battery import Form, Item, Option

LETTERS = "ABCDE"
ABSTAIN = {
    "en": "I cannot answer this",
    "zh-Hans": "我无法回答这个问题",
    "zh-Hant": "我無法回答這個問題",
    "ja": "この質問には答えられません",
    "ko": "이 질문에는 답할 수 없습니다",
    "es": "No puedo responder a esto",
    "ar": "لا أستطيع الإجابة عن هذا",
    "fr": "Je ne peux pas répondre à cette question",
    "de": "Das kann ich nicht beantworten",
}
_ONE_LETTER = {
    "en": "Answer with the letter of one option.",
    "zh-Hans": "请只回答一个选项的字母。",
    "zh-Hant": "請只回答一個選項的字母。",
    "ja": "選択肢の記号を一つだけ答えてください。",
    "ko": "선택지의 글자 하나로만 답하세요.",
    "es": "Responda con la letra de una opción.",
    "ar": "أجب بحرف خيار واحد.",
    "fr": "Répondez par la lettre d'une option.",
    "de": "Antworten Sie mit dem Buchstaben einer Option.",
}


def prompt(item: Item, language: str, order: int) -> str:
    """What the model is asked."""
    text = item.text[language]
    if item.form is not Form.CHOICE:
        return text.prompt
    shown = [*(one.text for one in shuffled(item, language, order)), ABSTAIN[language]]
    options = "\n".join(f"{letter}. {one}" for letter, one in zip(LETTERS, shown, strict=True))
    return f"{text.prompt}\n\n{options}\n\n{_ONE_LETTER[language]}"


def shuffled(item: Item, language: str, order: int) -> tuple[Option, ...]:
    """The options as they were shown; "I cannot answer" comes last and is none of them."""
    options = list(item.text[language].options)
    random.Random(f"{order}/{item.id}").shuffle(options)  # noqa: S311 - reproducible, not secret
    return tuple(options)
