"""How English cards say that a model comes from another.

In every pattern `‹` is where the name of a model begins.
"""

from __future__ import annotations

import re

from lineage.claims.card.cue import Cue, after, before
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
    r"|not|never|no|other|another|different|same|original|quanti[sz]ed|and|or|that|which|than)\b"
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

BEFORE_ENGLISH: tuple[Cue, ...] = (
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
)

AFTER_ENGLISH: tuple[Cue, ...] = (
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
)
