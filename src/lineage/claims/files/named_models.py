"""Finds the models that a configuration names, by the form of its keys, wherever in it they stand.

Trainers and libraries spell the same few ideas in many ways: `vlm_model_name`, `pretrained_llm`,
`speech_encoder_path`, `model.language_model.pretrained_model_name`. A key is taken apart into what
it names (the whole model, or which part), and what it holds (a name, a path, an id).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from lineage.claims.names.known_names import family_guess
from lineage.claims.names.parent_name import read_parent_name
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.relation import Grade, Relation

_PARTS = (
    (
        "language_model",
        (
            r"llm|lm|lang|language|text_model|text_backbone|text_decoder|thinker|causal_lm|"
            r"chat|gpt|decoder_lm"
        ),
    ),
    (
        "vision_encoder",
        (
            r"vision|visual|image|video|vit|clip_vision|mm_vision|image_encoder|"
            r"vision_backbone|siglip|dino"
        ),
    ),
    ("audio_encoder", r"asr|audio|speech|whisper|wav2vec2?|hubert|wavlm|acoustic|perception"),
    (
        "text_encoder",
        r"text|text_encoder(?:_?\d)?|te|t5|bert|plm|labels?_encoder|prompt_encoder|clip",
    ),
    ("backbone", r"vlm|vla|backbone|base_vlm|trunk|foundation|qwen_?vl|paligemma|transformer"),
    ("speech_generator", r"tts|vocoder|talker"),
    ("draft_model", r"draft|speculative|assistant|drafter|verifier|target"),
    ("tokenizer", r"tokenizer"),
    ("encoder", r"encoder"),
    ("decoder", r"decoder"),
    ("vae", r"vae"),
)
_HOLDS = r"(?:_?(?:model|backbone|encoder|tower|hub|cfg|config|weights|init))*"
_SUFFIX = (
    r"(?:_(?:pretrained|hf|model))*"
    r"(?:_(?:name|id|path|name_or_path|model_name|id_or_path|repo|repo_id|checkpoint|"
    r"ckpt|hub|uri|source|dir))+"
)
_PREFIX = r"(?:pretrained_|pretrain_|hf_|huggingface_|mm_|base_|init_|source_|load_)"
_WHOLE_FIRM = (
    r"_?name_or_path|(?:base|pretrained|pretrain|source|parent|initial|init|original|"
    r"foundation|hf|huggingface|student)_model"
    r"(?:_(?:name|id|path|name_or_path|id_or_path|repo|repo_id|checkpoint|ckpt))*"
    r"|model_(?:name_or_path|id_or_path)|(?:init|initialized|finetuned?|fine_tuned|"
    r"trained|derived|converted)_from(?:_model)?"
    r"|pretrained(?:_(?:name|path|name_or_path|checkpoint|ckpt|weights))?|"
    r"pretrained_model_name_or_path"
    r"|hf_(?:repo|repo_id|model|model_id|model_name|path|dir|name|checkpoint)|"
    r"from_pretrained|source_model_name"
)
_WHOLE_MAYBE = (
    r"model|model_(?:name|id|path|repo|repo_id|checkpoint|dir|uri)|init_checkpoint|"
    r"load_from|restore_from(?:_path)?"
    r"|checkpoint(?:_path|_dir)?|ckpt_(?:path|dir)|repo_id|base|tokenizer_source"
)
_IN_SECTION = re.compile(r"name|path|id|repo|uri|checkpoint|source|dir|local_path|hf_id")
"""Keys that name a model only inside a section that is called after one."""
_TEACHER = rf"(?:teacher|distill(?:ed|ation)?_from|generator_model)(?:_model)?(?:{_SUFFIX})?"
_SKIPPED = (
    r"(?:train|val|valid|test|eval)?_?(?:data|datasets?|dataloader|ds)(?:_.*)?|eval.*|"
    r"wandb.*|logg.*|optim.*|metrics?"
    r"|judge.*|reward.*|ref|ref_model|callbacks?|hub_model_id|push_to_hub.*|"
    r"environment|requirements|output.*|auto_map"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEEPEST = 7
_MOST_VALUES = 4000
_CERTAINTY = 0.6


@cache
def _forms() -> tuple[tuple[re.Pattern[str], tuple[str, str | None, bool]], ...]:
    """Every form of a key and what it means, the first that fits counts; compiled when a first file
    is read."""
    parts = (
        (form, ("part", part, is_firm))
        for part, words in _PARTS
        for form, is_firm in (
            (rf"{_PREFIX}*(?:{words}){_HOLDS}{_SUFFIX}|{_PREFIX}+(?:{words}){_HOLDS}", True),
            (rf"(?:{words}){_HOLDS}", False),
        )
    )
    wholes = (
        (_SKIPPED, ("skipped", None, False)),
        (_TEACHER, ("teacher", None, True)),
        (_WHOLE_FIRM, ("whole", None, True)),
        (_WHOLE_MAYBE, ("whole", None, False)),
    )
    return tuple((re.compile(form), meaning) for form, meaning in (*wholes, *parts))


@lru_cache(maxsize=4096)
def _meaning(key: str) -> tuple[str, str | None, bool]:
    """What a key names: `whole`, `part`, `teacher`, `skipped` or nothing; which part; whether a
    model must be there."""
    last = key[-80:].rpartition(".")[2]  # some write a whole path as one key
    low = _CAMEL.sub("_", last).lower().replace("-", "_").strip()
    return next((meaning for form, meaning in _forms() if form.fullmatch(low)), ("", None, False))


def named_models(
    content: Mapping[str, Any], trace: Trace, relation: Relation, component: str | None = None
) -> Iterator[Claim]:
    """Claims from every key, at any depth, that by its form names a model; sections about data and
    scoring are left alone."""
    todo = deque[tuple[Any, str, str | None, int, bool]]([(content, "", component, 0, False)])
    count = 0
    while todo and count < _MOST_VALUES:
        inner, place, part, depth, in_model = todo.popleft()
        items = inner.items() if isinstance(inner, Mapping) else enumerate(inner)
        for key, value in items:
            count += 1
            if count > _MOST_VALUES:
                return
            where = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}".lstrip(".")
            kind, own, is_firm = ("", None, False) if isinstance(key, int) else _meaning(str(key))
            if not kind and in_model and _IN_SECTION.fullmatch(str(key)[:80].lower()):
                kind = "whole"
            if kind == "skipped":
                continue
            if isinstance(value, str):
                if kind:
                    yield from _from_value(
                        value, where, kind, own or part, is_firm, trace, relation
                    )
            elif isinstance(value, (Mapping, list)) and depth < _DEEPEST:
                of_model = kind in ("whole", "part") or (isinstance(key, int) and in_model)
                todo.append((value, where, own or part, depth + 1, of_model))


def part_named(word: str) -> str | None:
    """The part of a model that a folder or section is called after; None for any other word."""
    return _meaning(word)[1]


def _from_value(
    value: str,
    place: str,
    kind: str,
    part: str | None,
    is_firm: bool,
    trace: Trace,
    relation: Relation,
) -> Iterator[Claim]:
    name = read_parent_name(value)
    if name.problem in ("empty", "placeholder", "not a text", "dataset", "space"):
        return
    if part == "tokenizer" and value.count("/") != 1:
        return
    if kind == "teacher":
        yield from trace.claims(value, place, Relation.DISTILLED)
        return
    spoken = Relation.FINETUNE if part else relation
    claims = trace.claims(value, place, spoken, component=part)
    if is_firm and ("/" in value or "\\" in value or name.id):
        yield from claims
        return
    # Such keys also hold a class, a size or a folder; what names a repo counts, and where the key
    # is loose only if there is one.
    if "/" not in value and not name.id and not family_guess(value):
        return
    for claim in claims:
        if claim.parent and (is_firm or kind == "whole" or claim.tentative):
            yield claim
        elif claim.parent:
            yield replace(claim, tentative=True, grade=Grade.INFERRED, confidence=_CERTAINTY)
