"""The phrases by which people and tools say that a model comes from another, and those that say
something else.

In every pattern `‹` stands where the name of a model begins. English here; other languages in files
of their own.
"""

from __future__ import annotations

import re

from lineage.claims.card.cue import Cue, after, before
from lineage.claims.card.cues_east_asia import (
    AFTER_EAST_ASIA,
    BEFORE_EAST_ASIA,
    LABELS_EAST_ASIA,
    NOT_SAID_BEHIND,
    NOT_SAID_EAST_ASIA,
)
from lineage.claims.card.cues_europe import (
    AFTER_EUROPE,
    BEFORE_EUROPE,
    LABELS_EUROPE,
    NOT_SAID_EUROPE,
)
from lineage.core.relation import Relation

_MADE = r"fine[-\s]?tun(?:ed?|ing)|finetuned?|finetuning|finetunes?|fine-?tunes?"
_KIND = (
    r"version|variant|variation|edition|checkpoint|model|adaptation|derivative|build|"
    r"release|iteration|finetune"
    r"|fine-?tune|tune|merge"
)


_TUNED = (
    r"fine[-\s]?tuned|finetuned|post-?trained|instruction-?tuned|instruct-?tuned|"
    r"preference-?tuned|adapted|aligned|abliterated|pruned|tuned"
    r"|(?:sft|dpo|rl|lora|grpo|orpo|ppo)[-'’\s]?(?:ed|d|tuned|trained|fine-?tuned)"
)
_NO_CHILD = (
    r"(?:smaller|larger|bigger|lite|lighter|newer|new|improved|updated|next|previous|"
    r"enhanced|latest|second|older|earlier"
    r"|other|another|different|same|original|quanti[sz]ed|and|or|that|which|than)\b"
    r"|[\w.-]{0,20}(?:llama|mistral|qwen|gemma|falcon|\d+b\b)"
)
"""Before `version of`: words of a sister, a successor or something else."""


_FINETUNE, _ADAPTER, _MERGE, _QUANTIZED, _DISTILLED = (
    Relation.FINETUNE,
    Relation.ADAPTER,
    Relation.MERGE,
    Relation.QUANTIZED,
    Relation.DISTILLED,
)

BEFORE: tuple[Cue, ...] = (
    before(
        "merge",
        r"\b(?:merge[ds]?|merging|blend|frankenmerge|mix(?:ture)?|combination|moe)"
        r"\s+(?:(?:made|again|params|weights"
        r"|models?|version|using|checkpoints?)\s+){0,2}"
        r"(?:of|between|from|with|for)|(?:\A|[\n-]\s*|\bby\s+)merg(?:e|ed|ing)\b",
        _MERGE,
        0.9,
        True,
    ),
    before("merge", r"\bmerge method\s+using|\bmerged? (?:in)?to", _MERGE, 0.9),
    before(
        "outputs",
        r"\b(?:trained|tuned|distill\w*|learn\w*|training|tuning|tune)\b[^.‹]{0,80}"
        r"\b(?:outputs?|responses?|answers?|traces?|completions?|generations?|reasoning)"
        r"\s+(?:\w+\s+)?(?:of|from|by)\b"
        r"|\b(?:synthetic|generated|distill?(?:ed|ation)?)"
        r"\s+(?:\w+\s+)?(?:data(?:\s?sets?)?|samples?|examples?|corpus)\s+(?:of|from|by)\b",
        _DISTILLED,
        0.7,
        True,
    ),
    before(
        "distilled",
        r"\bdistill?(?:ed|ation|ing)?\s+(?:versions?\s+|variants?\s+|models?\s+|"
        r"checkpoints?\s+)?(?:of|from)|\bteacher"
        r"(?:\s+models?)?\s*(?:is|was|:|\(|=)"
        r"|\b(?:as|student of)\s+(?:the\s+)?teacher(?:\s+model)?|\btaught by\b|"
        r"\bteacher(?:\s+model)?\s*,",
        _DISTILLED,
        0.9,
    ),
    before(
        "quantized",
        r"\b(?:un)?quan(?:ti|it)[sz](?:ed|ations?|ing)\s+(?:(?:and \w+|gguf|gptq|awq|exl2|"
        r"mlx|int4|int8|fp8|4-?bit"
        r"|8-?bit|weights?|files?|models?|versions?|variants?|copy|format)\s+){0,4}(?:of|for|from)"
        r"|\b(?:quants?|imatrix|ggufs?|ggml|gptq|awq|exl2|exl3|bitsandbytes|bnb|nf4|fp8|"
        r"int8|int4|onnx|mlx|openvino"
        r"|coreml|i?q[2-8](?:_[0-9ksmlx]{1,3})*|[2-8](?:\.\d+)?[- ]?(?:bpw|bits?))\s+"
        r"(?:(?:format|model|files?|weights?|quants?|quanti[sz]ed|quanti[sz]ations?|"
        r"conversions?|converted|versions?"
        r"|variants?|exports?|imatrix|static|weighted|4-?bit|8-?bit|checkpoints?|copy|"
        r"builds?)\s+){0,5}"
        r"(?:of|for|from)",
        None,
        0.95,
    ),
    before(
        "converted",
        r"\b(?:llama\.cpp|gguf|ggml|onnx|mlx|openvino|transformers)"
        r"[\w\s-]{0,20}\b(?:versions?|variants?|copy|copies)\s+of\b"
        r"|\b(?:converted|conversion|conversions|ported|exported|export|port|repack(?:ed|"
        r"ag(?:ed|ing))?|re-?upload"
        r"(?:ed)?|copy|copied|clone|mirror(?:ed)?|duplicate[d]?|fork(?:ed)?|"
        r"re-?shard(?:ed)?|sharded version)\b"
        r"(?:\s+(?:to|into|in)\s+[\w\s./-]{1,40}?)?(?:\s+format)?\s+(?:of|from)",
        None,
        0.95,
    ),
    before(
        "adapter",
        r"\b(?:lora|qlora|peft|dora|adapters?|ia3|soft prompts?|delta weights?|textual "
        r"inversion|controlnet[- ]weights)\s*"
        r"(?:(?:adapt(?:er|ion|ation)s?|weights?|modules?|layers?|checkpoints?|models?|"
        r"fine-?tun(?:ed?|ing)|finetun"
        r"(?:ed?|ing)|trained|is|was|were|are|version|finetune|fine-?tune)\s+){0,4}"
        r"(?:for|of|on top of|on base model|on|from|trained on)|\bapplied (?:on top of|to|on)",
        _ADAPTER,
        0.9,
    ),
    before(
        "derivative",
        r"\bderivatives?\s+of\b|\bextension\s+of\b|\bdescend(?:s|ed|ant|ants)\s+(?:from|of)"
        r"\b|\boffshoot\s+of\b"
        r"|\bcontinu(?:ation|es|ed|ing)\s+(?:of|from)\b|\bretrain(?:ed|ing)?\s+(?:of|from)\b",
        _FINETUNE,
        0.9,
        True,
    ),
    before(
        "post-trained",
        r"\b(?:post|mid|re|further|instruction|preference|continual(?:ly)?|continued|"
        r"supervised)[- ]?(?:pre-?)?"
        r"(?:trained|training|tuned|tuning)\s+(?:(?:version|variant|model|checkpoint)"
        r"s?\s+)?(?:further\s+)?"
        r"(?:from|on\s+top\s+of|on\s+base|off(?:\s+of)?|over|of|starting\s+from|based\s+on)\b",
        _FINETUNE,
        0.9,
    ),
    before(
        "tuned model from",
        rf"\b(?:[\w-]{{0,30}}tuned|aligned|adapted)\s+(?:{_KIND})s?\s+(?:of|from|based\s+on)\b",
        _FINETUNE,
        0.9,
    ),
    before(
        "finetuned",
        rf"\b(?:{_MADE})(?:\s+(?:and \w+|further))?\s+(?:(?:{_KIND}|starting|directly|"
        r"end-to-end)s?\s+)?(?:of|from"
        rf"|off(?:\s+of)?|using|over|based\s+(?:up)?on|on\s+top\s+of|upon)"
        rf"|\b(?:{_MADE})\s+(?:{_KIND})?\s*[:=]|\b(?:by|via|through)\s+(?:(?:full|"
        r"instruction|supervised|further"
        r"|lora|qlora)\s+)*(?:fine-?tuning|finetuning|training|aligning|pruning|"
        r"instruction-?tuning)|\b(?:we|i)"
        rf"(?:[’']ve)?(?:\s+have)?\s+(?:further\s+|then\s+)?(?:{_MADE})",
        _FINETUNE,
        0.95,
        True,
    ),
    before(
        "version of",
        r"\b(?:abliterat\w+|uncensored|decensored|unaligned|derestricted|heretic|trained|"
        r"tuned|aligned|merged|instruct\w*"
        r"|chat|dpo\w*|sft|rl\w*|grpo|orpo|kto|extended|long-?context|pruned|depth\w*|upscaled"
        r"|expanded|modified|customi[sz]ed|custom|adapted|speciali[sz]ed|domain\w*|"
        r"multilingual|dequanti[sz]ed"
        r"|unsloth|llamafied|self-?merged?|distilled|japanese|korean|chinese|german|french|"
        r"reasoning|"
        r"further trained|continued|continually|pre-?trained|adapt?ated)"
        r"[\w\s,/-]{0,40}\b(?:version|variant|edition"
        r"|iteration|finetune|fine-?tune|tune|adaptation|derivative)\s+(?:of|from)",
        _FINETUNE,
        0.9,
    ),
    before(
        "kind of version",
        r"\b(?:is|are|provides?|contains?|hosts?|presents?|release|introduce)\s+(?:an?|the|"
        r"my|our)\s+"
        rf"(?:(?!{_NO_CHILD})[\w’'.-]{{1,30}}\s+){{0,5}}(?:version|variant|edition|"
        r"iteration|remix|spin|take|tune|flavou?r)"
        r"\s+(?:of|on|from)\b"
        rf"|\A\W*(?:an?|the|my|our)?\s*(?:(?!{_NO_CHILD})"
        rf"[\w’'.-]{{1,30}}\s+){{1,5}}(?:version|variant|edition|remix|tune)\s+(?:of|from)"
        r"\b",
        _FINETUNE,
        0.88,
    ),
    before(
        "abliterated",
        r"\b(?:abliterat(?:ed|ion)|ablation|decensor(?:ed|ing)|orthogonali[sz](?:ed|ation))"
        r"\s+(?:of|from|on)",
        _FINETUNE,
        0.9,
    ),
    before(
        "based on",
        r"\b(?:is|was|are|were|model|models|llm|network|checkpoint|weights|pipeline|"
        r"adapter|built|trained|developed"
        r"|created|and|it)?,?\s*\b(?:based|bases)\s+(?:off(?:\s+of)?|up?on|on)(?:\s+top\s+of)?"
        r"|\b(?:basad[oa] en|baseado em|basée? sur|basiert auf)(?: el modelo| o modelo| le "
        r"modèle)?",
        _FINETUNE,
        0.9,
        True,
    ),
    before(
        "built on",
        r"\bbuilt\s+(?:\w+ly\s+)?(?:on(?:\s+top\s+of)?|upon|from|with|off(?:\s+of)?|around)"
        r"\b|\bbuilding\s+(?:up)?on|\bbuilds\s+"
        r"(?:up)?on|\bon\s+top\s+of",
        _FINETUNE,
        0.9,
    ),
    before(
        "derived",
        r"(?<!data )(?<!data was )(?<!dataset )\b(?:derived|adapted|tuned|modified|evolved|"
        r"developed|extended|upscaled"
        r"|pruned|created|made|obtained|trained)\s+from(?!\s+scratch)",
        _FINETUNE,
        0.9,
    ),
    before(
        "initialized",
        r"\bbeg(?:in|an|un|inning)\s+(?:\w+\s+)?(?:with|from|at)\b"
        r"|\b(?:initiali[sz](?:ed|ing|ation)|seeded|warm-?started|boot-?strapped|"
        r"bootstrapped|started|starting|starts?"
        r"|start|resumed|continued|continues?|continuing|continual(?:ly)?|further)\s+"
        r"(?:(?:pre-?)?train(?:ed|ing)\s+|fine-?tun(?:ed|ing)\s+|the \w+\s+|weights\s+|"
        r"with weights\s+|point\s+"
        r"(?:is|was)?\s*)?(?:from|with|of|on|using|at|by)",
        _FINETUNE,
        0.9,
    ),
    before(
        "trained on top",
        r"\b(?:(?:pre-?)?trained|training|tuned|aligned)\s+(?:further\s+)?(?:on\s+top\s+of|"
        r"on base model|over|off"
        r"(?:\s+of)?|starting\s+from|with\s+\w+\s+from)",
        _FINETUNE,
        0.9,
    ),
    before(
        "dreambooth",
        r"\b(?:dreambooth|textual inversion|lora|controlnet)[\w\s-]{0,30}(?:trained|"
        r"derived)\s+(?:on|from)",
        _FINETUNE,
        0.95,
    ),
    before(
        "base is",
        r"\b(?:base|backbone|foundation|foundational|underlying|parent|starting)"
        r"\s+(?:language\s+|pre-?trained\s+)?(?:model|llm|checkpoint|point|weights)s?\s*"
        r"(?:used\s+)?(?:is|was|are|were)\b"
        r"|(?:(?:\A|[.;(\n])\W*|\b(?:the|our|its|this|an?|as|my|with|same|using|on|from|of)"
        r"\s+)(?:[\w-]{1,30}\s+)?"
        r"(?:base|backbone|foundation|foundational|underlying|parent)\s+(?:model|llm|"
        r"checkpoint|weights)s?\s*[:(,]",
        _FINETUNE,
        0.9,
    ),
    before(
        "original",
        r"(?<!card of the )\boriginal\s+(?:[\w-]{1,20}\s+)?(?:model|weights|checkpoint|"
        r"repo(?:sitory)?)s?\b"
        r"\s*(?:is\b|was\b|:|can be found (?:at|here|in)\b)?\s*(?:(?:here|below)\b)?\s*:?",
        Relation.UNKNOWN,
        0.88,
    ),
    Cue(
        "trained on",
        re.compile(rf"\b(?:{_MADE}|(?:pre-?)?train(?:ed|ing)|tuned)\s+on\b", re.IGNORECASE),
        _FINETUNE,
        0.85,
        links_only=True,
    ),
    before(
        "a tuned",
        rf"(?:\A\W*(?=\w+ned\b|\w+[- ]tuned\b)|\b(?:an?|lora|qlora)\s+)(?:{_MADE})"
        r"(?:\s+and\s+\w+)?",
        _FINETUNE,
        0.85,
    ),
    before(
        "uses",
        r"\b(?:uses?|using|leverages?|employs?|utili[sz](?:es|ing))\s+(?:the\s+)?(?:base|"
        r"backbone|foundation|pre-?trained)\s+"
        r"(?:model|checkpoint|weights|llm)|\bwe\s+(?:used?|select(?:ed)?|chose|choose|take|"
        r"took|adopt(?:ed)?)\s+(?:the|an?)\s+(?:latest\s+)?(?:pre-?trained|base)\b",
        _FINETUNE,
        0.85,
    ),
    before(
        "verb",
        r"\b(?:fine-?tunes|finetunes|post-?trains|adapts|quanti[sz]es|distills)\b",
        _FINETUNE,
        0.85,
    ),
    *BEFORE_EUROPE,
    *BEFORE_EAST_ASIA,
)
"""Cues that stand before the name."""

AFTER: tuple[Cue, ...] = (
    Cue(
        "pruna",
        re.compile(r"[\s,]*before using this model,? which provided the base model", re.IGNORECASE),
        None,
        0.97,
        anywhere=True,
    ),
    after(
        "quantized",
        r"(?:gguf|gptq|awq|exl2|exl3|imatrix|mlx)\s+(?:quant|conver|files|weights)",
        None,
        0.9,
    ),
    after(
        "as base",
        r"(?:\w+\s+){0,3}as\s+(?:the|a|an|its|our|their)?\s*(?:\w+\s+)?(?:base|backbone|"
        r"foundation|starting\s+point"
        r"|initial\s+checkpoint|underlying|pre-?trained|sentence transformer embedding)\b",
        _FINETUNE,
        0.9,
    ),
    after("teacher", r"as\s+(?:the|a|an|its|our)?\s*teacher", _DISTILLED, 0.9),
    after(
        "merged",
        r"(?:[:–—-]\s*)?(?:\w+[- ]){0,2}?merged?\s+(?:with|using|via|by|into|together)\b|"
        r"(?:was|were|are)\s+(?:\w+\s+)?used\s+(?:for|in)\s+(?:the|this)\s+merge\b|(?:were|"
        r"are)\s+(?:\w+\s+)?merged\b",
        _MERGE,
        0.9,
        True,
    ),
    after("applied", r"(?:lora\s+|adapter\s+)?applied\b", _MERGE, 0.88, True),
    after(
        "original behind",
        r"[-–—:,(]\s*(?:the\s+|our\s+)?(?:original|source|parent|upstream|unquanti[sz]ed|"
        r"full[- ]precision)\s+(?:\w+\s+)?(?:models?|weights|checkpoint|repo)",
        Relation.UNKNOWN,
        0.88,
    ),
    after(
        "base behind",
        r"[-–—:(]\s*(?:the\s+|our\s+)?base(?:\s+model|\s+checkpoint|\s*\))",
        _FINETUNE,
        0.88,
    ),
    after(
        "copied",
        r"(?:model|weights)?,?\s*(?:(?:was|has been|were)\s+)?(?:quanti[sz]ed|converted|"
        r"exported|re-?packed|ported)\s+(?:to|into|with|using|by|in|for|via)\b"
        r"|(?:model\s+|weights\s+)?in\s+(?:the\s+)?(?:gguf|ggml|gptq|awq|exl[23]|mlx|onnx|"
        r"openvino|fp8|int[48]|[48]-?bit)\b",
        None,
        0.9,
        opens=True,
    ),
    after(
        "name first",
        r"(?:(?:base|language|pre-?trained|foundation|chat|instruct|\d+b)"
        r"\s+){0,3}(?:models?|checkpoint|llm)?,?\s*"
        r"(?:(?:that|which)\s+(?:was|has\s+been|is|were|we(?:\s+have)?)\s+)?(?:(?:further|"
        r"additionally|then|carefully|specially|continually|lightly)\s+)?"
        rf"(?:{_TUNED}|(?:pre-?)?trained\s+(?:further|additionally|on|with|using|via|for|"
        r"to|again)|(?:further|continually)\s+(?:pre-?)?trained)\b",
        _FINETUNE,
        0.88,
        opens=True,
    ),
    after(
        "was tuned",
        r"(?:base\s+)?(?:model|checkpoint|llm)?\s*(?:was|has\s+been|were)\s+(?:(?:further|"
        rf"then|additionally)\s+)?(?:{_TUNED})\b",
        _FINETUNE,
        0.85,
        opens=True,
    ),
    after(
        "taken and tuned",
        rf",?\s*(?:and|then|,)\s+(?:(?:further|then|we)\s+)*(?:{_TUNED}|fine-?tune|"
        r"train(?:ed)?|post-?train|align)\b",
        _FINETUNE,
        0.85,
    ),
    after(
        "based",
        r"[-–—]\s?based\s+(?:[\w-]+\s+){0,2}?(?:model|llm|fine-?tune|checkpoint|adapter|"
        r"merge|assistant|network)",
        _FINETUNE,
        0.85,
        opens=True,
    ),
    *AFTER_EUROPE,
    *AFTER_EAST_ASIA,
)
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
    r"\bnot\b|n[’']t\b|\bnever\b|\bno longer\b|\bwithout\b|\bunlike\b|\binstead of\b|"
    r"\brather than\b|\bcompared? "
    r"(?:to|with|against)\b|\bcomparison\b|\boutperform|\bsurpass|\bexceed"
    r"|\bbeats?\b|\bbetter than\b|\bworse than\b|\bversus\b|\bvs\.?\b|\bcomparable\b|"
    r"\bcompetitive\b|\bsimilar to\b"
    r"|\binspired by\b|\bcompatible with\b|\bthan\b|\bif you\b|\bhow to\b|\byou can\b"
    r"|\bwe recommend\b|\be\.g\.|\bsuch as\b|\bfor example\b|\bfor instance\b|\bcard\b|"
    r"\breadme\b|\btemplate\b"
    r"|\bscripts?\b|\btutorial\b|\bnotebook\b|\bcode\b|\bthis (?:document|page|section|"
    r"image|logo)\b"
    r"|\bwill be\b|\bplan to\b|\bcoming soon\b|\bfuture\b|\btodo\b|\breward model\b|"
    r"\bjudge[ds]?\b|\bevaluat"
    r"(?:ed|ion|or)\b|\bbenchmark|\b(?:both|these|other|all) models\b|\barchitecture "
    r"(?:is|was)\b|\bother "
    r"(?:versions|variants|quants)\b|\bsee also\b"
    r"|\b(?:sister|sibling|companion|predecessor)\b|\b(?:previous|earlier|other|larger|"
    r"smaller|bigger|newer|older)\s+(?:\w+\s+)?"
    r"(?:models?|versions?|releases?|lines?|ones?|variants?|members?)\b(?![^‹]{0,200}\bthis\b)"
    rf"|{NOT_SAID_EUROPE}|{NOT_SAID_EAST_ASIA}",
    re.IGNORECASE,
)
"""Said before the cue in the same sentence, it turns the statement into another one."""

NEGATED_BEHIND = re.compile(
    r"\s*(?:(?:is|was|are|were|does|do|did|has|have)\s+(?:not|never)\b|\w+n[’']t\b)|"
    rf"{NOT_SAID_BEHIND}",
    re.IGNORECASE,
)
"""Said behind the name, it denies what went before."""

OPENING = re.compile(
    r"(?:\A|[:;•]|\b(?:is|are|was|be|contains|provides|hosts|of|ist|est|es|è|são|это)"
    r"\b|является|—)[\W_]*"
    r"(?:(?:an?|the|our|my|this|that|is|ein|eine|das|un|une|le|la|el|uma?)"
    r"\b\s*)*(?:[\w’'.-]{1,30}\s+){0,3}\W*\Z",
    re.IGNORECASE,
)
"""What stands before a name that comes first: nothing, or `this is the`."""

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
    r"distilled|created|sampled"
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
