"""One way of saying that a model comes from another, and how much may be between the words and
the name."""

from __future__ import annotations

import re

from lineage.claims.words import words
from lineage.core.relation import Relation
from lineage.core.value import dataclass


@dataclass(frozen=True)
class Cue:
    """Words before or behind a name that make it a parent."""

    name: str
    pattern: re.Pattern[str]
    relation: Relation | None
    """None: as the repo's files show (a quantization or a conversion)."""
    confidence: float
    lists: bool = False
    """Whether further names that follow with `and` or a comma are meant too."""
    links_only: bool = False
    """For phrases that people use of data too: only a link to a model counts."""
    anywhere: bool = False
    """A tool's own sentence, sure in whatever section it stands."""
    opens: bool = False
    """For words behind a name: only where the name comes first, or behind `this is the`."""

    def before(self, left: str) -> int | None:
        """Where the words begin, if they are before a name that begins at the end of `left`."""
        position = 0
        while found := self.pattern.search(left, position):
            if fills_gap(left[found.end() :]):
                return found.start()
            position = found.start() + 1
        return None


def before(
    name: str, pattern: str, relation: Relation | None, confidence: float = 0.9, lists: bool = False
) -> Cue:
    """A cue that is before the name."""
    return Cue(name, re.compile(pattern, re.IGNORECASE), relation, confidence, lists)


def after(
    name: str,
    pattern: str,
    relation: Relation | None,
    confidence: float = 0.9,
    lists: bool = False,
    opens: bool = False,
) -> Cue:
    """A cue that follows the name; `(53%)` may be between."""
    return Cue(
        name,
        re.compile(rf"[\s)\"'”’]*(?:\([^()‹]{{0,30}}\)\s*)?(?:{pattern})", re.IGNORECASE),
        relation,
        confidence,
        lists,
        opens=opens,
    )


_MOST_WORDS = 16
_LONGEST_OWNER = 3
_GAP = words(
    """
    the a an our its their this my original base pretrained open opensource opensourced source
    weight weights model models checkpoint checkpoints family series version variant instruct
    instruction chat large small medium tiny language foundation foundational backbone llm llms vlm
    multilingual latest public official released existing powerful excellent famous great sota of
    from named called namely by hf huggingface hugging face transformer tuned finetuned quantized
    uncensored abliterated distilled merged multimodal vision dense moe bert roberta encoder decoder
    text embedding embeddings sentence meta ai google microsoft mistral mistralai alibaba cloud
    deepseek openai facebook nvidia qwen llama mixtral gemma phi falcon yi stable diffusion whisper
    xlm team pre trained el la los las un una modelo le les l un une modèle der die das dem den des
    ein eine einem einer eines modell modells modelos modello o os um uma модели модель модели: il
    lo
    """
)
_DETERMINERS = words(
    """
    the a an our its their this my el la un una le l un une der die das dem den ein eine einem einer
    o um uma il lo
    """
)
_OTHER_THINGS = words(
    """
    data dataset datasets corpus corpora paper papers code codebase architecture architectures
    tokenizer tokeniser vocabulary work works idea ideas approach approaches method methods
    technique recipe recipes format template script scripts repo repository benchmark benchmarks
    output outputs result results response responses answers completions samples examples
    conversations and or but which that than with without for on in to at as into using via when
    where while is are was were be been has have had prompt prompts teacher reward judge notebook
    library framework config leaderboard evaluation evaluations license licence tutorial guide blog
    post article project thesis tool tools toolkit space demo dataset's mix not datos corpus données
    daten datensatz artikel dataset: same smaller larger images texts documents articles tokens
    hardware gpu gpus machine server api service
    """
)
_TOKEN = re.compile(r"[^\s:(\[\"“”‘)*~=,]+")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,16}\Z")
_EAST_ASIAN_OTHERS = re.compile(
    r"数据|語料|语料|论文|代码|架构|框架|方法|技术|データ|論文|アーキテクチャ|데이터|논문|구조|评估|不|と"
)
_SPLIT_OWNER = re.compile(r"\s{1,3}(['’]s\b)")
_ELIDED = re.compile(r"\b(?:l|d)['’]", re.IGNORECASE)


def fills_gap(text: str) -> bool:
    """Whether only words that describe a model are in a text: `the original open-source (7B)
    checkpoint`."""
    if "‹" in text or "\n\n" in text or len(text) > 200:
        return False
    tokens = _TOKEN.findall(_ELIDED.sub("", _SPLIT_OWNER.sub(r"\1", text)))
    if len(tokens) > _MOST_WORDS:
        return False
    free = 0
    for number, token in enumerate(tokens):
        plain = token.strip("'’‘-–—.;!?]>|+").lower()
        if not plain:
            if token in (".", ";", "!", "?") or token.endswith(("!", "?", ";")):
                return False
            continue
        if token.endswith((";", "!", "?")) or (token.endswith(".") and not plain.isdigit()):
            return False
        if plain in _DETERMINERS:
            free = 4
            continue
        if plain in _OTHER_THINGS:
            return False
        if _describes(token, plain) or _owns(tokens[number : number + _LONGEST_OWNER]):
            continue
        if free and plain.replace("-", "").replace("'", "").replace("’", "").isalpha():
            free -= 1
            continue
        return False
    return True


def _owns(tokens: list[str]) -> bool:
    """`Acme Corp's`: capitalised words up to a possessive."""
    for token in tokens:
        if token.endswith(("'s", "’s")):
            return True
        if not token[0].isupper() or not token.isalpha():
            return False
    return False


def _describes(token: str, plain: str) -> bool:
    if plain in _GAP or plain.endswith(("'s", "’s")) or token.endswith(("'", "’")):
        return True
    if any(char.isdigit() for char in plain) or (
        "-" in plain and "data" not in plain and plain.isascii()
    ):
        return True
    return bool(_EAST_ASIAN.match(plain)) and not _EAST_ASIAN_OTHERS.search(plain)
