"""The phrases by which people and tools say that a model comes from another, and those that say
something else.

In every pattern `‹` is where the name of a model begins. The cues of each language are in files
of their own.
"""

from __future__ import annotations

import re

from lineage.claims.card.cue import Cue
from lineage.claims.card.cues_east_asia import (
    AFTER_EAST_ASIA,
    BEFORE_EAST_ASIA,
    LABELS_EAST_ASIA,
    NOT_SAID_BEHIND,
    NOT_SAID_EAST_ASIA,
)
from lineage.claims.card.cues_english import AFTER_ENGLISH, BEFORE_ENGLISH
from lineage.claims.card.cues_europe import (
    AFTER_EUROPE,
    BEFORE_EUROPE,
    LABELS_EUROPE,
    NOT_SAID_EUROPE,
)
from lineage.claims.card.unsaid import UNSAID
from lineage.core.relation import Relation

BEFORE: tuple[Cue, ...] = (*BEFORE_ENGLISH, *BEFORE_EUROPE, *BEFORE_EAST_ASIA)
"""Cues that are before the name."""
AFTER: tuple[Cue, ...] = (*AFTER_ENGLISH, *AFTER_EUROPE, *AFTER_EAST_ASIA)
"""Cues that follow the name."""

LABEL = re.compile(
    r"(?:\W|\d)*(?:finetuned from(?: model)?|fine-tuned from(?: model)?|continue[- "
    r"]pre-?trained from(?: model)?"
    r"|base[-_ ]?models?(?: used| name)?|model base|original(?: base)? models?(?: card|"
    r" page| repo(?:sitory)?)?"
    r"|source models?"
    r"|parent models?|backbone(?: model)?|foundation models?|pre-?trained models?|"
    r"upstream model|teacher models?"
    r"|base checkpoint|base llm|base|quantized from|merged? models?"
    r"|original weights?|original repo(?:sitory)?|student initiali[sz]ation|initiali[sz]ed from"
    r"|(?:fine-?|post-?|pre-?|re)?(?:tuned|trained) (?:from|version of|off)|derived "
    r"from|based on|built (?:on|from)|starting (?:point|checkpoint|model|weights)"
    r"|initial (?:model|weights|checkpoint)|underlying (?:model|llm)|llm backbone|"
    r"language (?:model )?backbone|foundation|parent|upstream"
    r"|source (?:checkpoint|weights)|model source|base (?:weights|checkpoint|repo)(?: "
    r"used| name)?|(?:lora )?adapter for|derivative of"
    rf"|quanti[sz]ed version of|{LABELS_EUROPE}|{LABELS_EAST_ASIA})"
    r"(?:\s*\[optional\]|\s*\([^()]{0,40}\))?\s*(?:[:：=|→-]|\bis\b|\bwas\b)\s*[:：|]?\s*",
    re.IGNORECASE,
)
"""A key with its value, `Base model: ‹0›`, at the start of a line, an item or a table row."""

QUANTIZED_LABEL = re.compile(
    r"\W*(?:mod[eè]l[eol]* )?(?:original|quantized from|source|原|元|원본)", re.IGNORECASE
)
TEACHER_LABEL = re.compile(r"\W*teacher", re.IGNORECASE)

LIST_INTRO = re.compile(
    r"(?:merge\w*|blend|mixture|moe|frankenmoe|combination|models?)"
    r"\b[^.]{0,120}\b(?:following|these|models"
    r"|includes?|components?|experts)\b[^.]{0,80}[:：]?\s*\Z"
    r"|\bmerge\w*\b[^.]{0,80}\b(?:between|of|from|with|combining|combines?)\s*[:：]?\s*\Z"
    r"|\bmodels\b[^.]{0,60}\b(?:merged?|included|used|combined)\b[^.]{0,60}[:：]?\s*\Z|"
    r"\bmodels merged\b|\bmade "
    r"(?:with|of) the following\b[^.]{0,60}[:：]?\s*\Z|以下模型[^。]{0,30}[:：]?\s*\Z|"
    r"以下のモデル[^。]{0,30}[:：]?\s*\Z",
    re.IGNORECASE,
)
"""A line that says that the items below it are merged."""
NOT_A_MODEL_LIST = re.compile(
    r"\bdata\s?sets?\b|\bcorp(?:us|ora)\b|\bbenchmarks?\b|\blanguages?\b\s*[:：]?\s*\Z|"
    r"\btasks?\b|\bfeatures?\b|\blibraries\b"
    r"|\btools?\b|\bpapers?\b|\bprompts?\b|\btuning mix|\btraining mix|\btraining "
    r"data\b|数据集|データセット|데이터",
    re.IGNORECASE,
)
"""A line that introduces a list of other things."""
OTHERS_LISTED = re.compile(
    r"\b(?:other|available|all|more|our)\s+(?:\w+\s+){0,3}(?:models?|versions?|sizes?|"
    r"variants?|products?|releases?)\b|\bseries\b|\bdownload"
    r"|\bmodel (?:family|zoo|list|sizes)\b|\balso (?:by|from)\b|\bsiblings?\b|"
    r"\bsister\b|\breleased?\b",
    re.IGNORECASE,
)
"""A line that introduces a list of sister models."""
MERGE_HEADING = re.compile(
    r"\bmodels? merged\b|\bmerged models?\b|\b(?:models?|loras?)(?:\s+(?:and|&)"
    r"\s+loras?)?\s+(?:used|included|involved|in the merge)\b|\bmerge (?:components?|"
    r"ingredients?|recipe|details|sources?)\b"
    r"|\bingredients?\b|\bcomponents?\b|\bconstituents?\b|\bsource models?\b|"
    r"\bparents?\b|\bparent models?\b|\bmodels?\s*\Z|融合模型|マージ元|병합",
    re.IGNORECASE,
)
"""A heading above the models of a merge, where the card says that it is one."""
NOT_MERGED = re.compile(
    r"\b(?:recipes?|methods?|scripts?|config\w*|inspired|thanks|credits?|idea|tools?|"
    r"see|like|follow\w*|similar|evaluat\w+|available|found|download\w*|hosted"
    r"|here|gguf|quants?|dataset|data|tokeni[sz]er|template|prompt)\b[^‹.,;]{0,30}\Z",
    re.IGNORECASE,
)
"""Shortly before a name in a sentence about a merge: the name is no part of it."""
MERGE_SAID = re.compile(
    r"\b(?:merge[ds]?|merging|mergekit|interleav\w+|frankenmerge|passthrough|model "
    r"soup|souped|slerp(?:ed)?|blend(?:ed|ing)?|franken\w+|moe)\b|融合|合并|マージ|병합|слиян|"
    r"fusion|fusión|zusammenführ",
    re.IGNORECASE,
)
MERGE_WORD = re.compile(
    r"\bmerg|\bmoe\b|mixture|frankenm|blend|融合|合并|マージ|병합", re.IGNORECASE
)

NOT_SAID = re.compile(
    r"\be\.g\.|\bsuch as\b|\bfor example\b|\bfor instance\b|\bcard\b|\breadme\b|\btemplate\b"
    r"|\bformat\s+(?:is|was)\b|\bcompatible with\b|\b(?:both|these|all) models\b|\bscripts?\b"
    r"|\btutorial\b|\bnotebook\b|\bcode\b|\bthis (?:document|page|section|image|logo)\b"
    r"|\bwill be\b|\bplan to\b|\bcoming soon\b|\bfuture\b|\btodo\b|\bevaluat"
    r"(?:ed|ion|or)\b|\bbenchmark|\barchitecture (?:is|was)\b|\bsee also\b"
    rf"|{UNSAID}|{NOT_SAID_EUROPE}|{NOT_SAID_EAST_ASIA}",
    re.IGNORECASE,
)
"""Said before the cue in the same clause, it turns the statement into another one."""

NEGATED_BEHIND = re.compile(
    r"\s*(?:(?:is|was|are|were|does|do|did|has|have)\s+(?:not|never)\b|\w+n[’']t\b)|"
    rf"{NOT_SAID_BEHIND}",
    re.IGNORECASE,
)
"""Said behind the name, it denies what went before."""

_ABROAD = re.compile(f"{NOT_SAID_EUROPE}|{NOT_SAID_EAST_ASIA}", re.IGNORECASE)
_PART = re.compile(r"[,，、;；:：]")


def is_denied_abroad(left: str, right: str) -> bool:
    """Whether the part of a sentence around a name denies, in another language than English, what
    it says; a comma ends the part."""
    before, behind = _PART.split(left)[-1], _PART.split(right)[0]
    return bool(_ABROAD.search(before) or NEGATED_BEHIND.match(behind))


OPENING = re.compile(
    r"(?:\A|[:;•]|\b(?:is|are|was|be|contains|provides|hosts|of|ist|est|es|è|são|это)"
    r"\b|является|—)[\W_]*"
    r"(?:(?:an?|the|our|my|this|that|is|ein|eine|das|un|une|le|la|el|uma?)"
    r"\b\s*)*(?:[\w’'.-]{1,30}\s+){0,3}\W*\Z",
    re.IGNORECASE,
)
"""What is before a name that comes first: nothing, or `this is the`."""

ONLY_TRAINED = re.compile(r"[\s)\"'”’]*(?:\w+\s+){0,2}?trained\b(?!\s+further)", re.IGNORECASE)
"""`‹0› trained on …` with nothing before it."""

OTHER_SUBJECT = re.compile(
    r"‹(\d{1,4})›[\s)\"'’]*(?:(?:model|itself|series|line|family)\s+)?(?:is|was|are|"
    r"were|has been|have been)\b[^‹.]{0,40}\Z",
    re.IGNORECASE,
)
"""`‹0› is a fine-tuned version of ‹1›`: what follows is about the first."""

TAKEN = re.compile(
    r"\b(?:tak(?:e|en|ing)|took|pick(?:ed)?|chose|choose|select(?:ed)?|us(?:e|ed|es|"
    r"ing)|start\w*|adopt(?:ed)?)\b[^.‹]{0,60}\Z",
    re.IGNORECASE,
)

NOT_A_MODEL_AFTER = re.compile(
    r"[\s)\"'”’]*(?:[’']s\s+)?(?:model\s+|(?!(?:on|using|with|for|over|in|and|by|via|"
    r"from|to|is|was)\b)(?:[\w-]+\s+){1,2}"
    r"(?=data\s?set|corpus))?"
    r"(?:card|readme|dataset|data\s?sets?|corpus|tokeni[sz]er|vocabulary|template|"
    r"prompt (?:format|template)"
    r"|chat template|script|notebook|demo|space|codebase|code\b|library"
    r"|framework|repository's|license|licence|architecture|config(?:uration)?|"
    r"benchmark|leaderboard|数据集|データセット|데이터)",
    re.IGNORECASE,
)
"""Said behind the name, the name is not what the model comes from."""

DATA_GENERATED = re.compile(
    r"\b(?:data(?:set|sets)?|samples?|responses?|answers?|traces?|outputs?|"
    r"completions?|examples?|instructions?"
    r"|conversations?|reasoning)\b[^.]{0,120}\b(?:generated|synthesi[sz]ed|produced|"
    r"distilled|created|sampled|written"
    r"|collected)"
    r"\s+(?:by|with|using|from|via)\b",
    re.IGNORECASE,
)
"""Training data that a model wrote: it is a teacher."""

DATA = Cue("generated data", DATA_GENERATED, Relation.DISTILLED, 0.7)
APPLIED = Cue("applied adapter", re.compile(""), Relation.MERGE, 0.85)
"""`we applied the ‹0› lora`: its weights are in this model."""

COMPONENTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\b(?:vision|image|visual)[- ](?:encoder|tower|backbone|model|transformer)\b|\bvit\b",
            re.IGNORECASE,
        ),
        "vision_encoder",
    ),
    (
        re.compile(r"\b(?:audio|speech)[- ](?:encoder|tower|backbone)\b", re.IGNORECASE),
        "audio_encoder",
    ),
    (re.compile(r"\btext[- ]encoder\b", re.IGNORECASE), "text_encoder"),
    (re.compile(r"\btokeni[sz]er\b|\bvocab", re.IGNORECASE), "tokenizer"),
    (re.compile(r"\bdraft model\b|\bspeculative\b", re.IGNORECASE), "draft_model"),
    (re.compile(r"\bq-?former\b", re.IGNORECASE), "q_former"),
    (re.compile(r"\bvae\b", re.IGNORECASE), "vae"),
)
"""Words near the cue that tell which part of the child is meant."""

ABOUT_OTHERS = re.compile(
    r"original.{0,30}(?:model card|readme|description)|model card for .*original|"
    r"citation|acknowledg|credits?\b"
    r"|thanks|related|other (?:models|versions|quant)|see also|usage|how to (?:use|run|"
    r"get|download)|quick ?start"
    r"|get(?:ting)? started|download|example|evaluation|benchmark|results?\b|"
    r"performance|comparison|leaderboard"
    r"|prompt|changelog|news|faq|repositories available|compatib|deployment"
    r"|inference"
    r"|available (?:models|quant)|model (?:zoo|family|list|series)|instructions|also "
    r"by|more (?:models )?(?:by|from)|our other|siblings?\b|sister|引用|致谢|評価|评估|谢谢|인용",
    re.IGNORECASE,
)
"""Sections that speak of other models, or of this one in use."""
COPIED_CARD = re.compile(
    r"original\s+(?:model\s+)?(?:card|readme|description)|original model card|原始模型卡",
    re.IGNORECASE,
)
"""From such a heading on, the text is the parent's own card: its statements are the parent's."""
