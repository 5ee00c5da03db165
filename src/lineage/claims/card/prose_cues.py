"""The phrases by which people and tools say that a model comes from another, and those that say something else.

In every pattern `‹` stands where the name of a model begins. English first; then Chinese, Japanese and Korean, whose cues often follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lineage.core.relation import Relation

# Words that may stand between a cue and the name: `a fine-tuned version of the original open-source (7B) checkpoint ‹`.
_GAP = (
    r"(?:[\s:(\[\"'“”‘’\-–—~=]|\b(?:the|a|an|our|its|their|this|original|base|pre-?trained|pretrained|open-?source[d]?"
    r"|open|weights?|model|models|checkpoint|checkpoints"
    r"|family|series|version|variant|instruct(?:ion)?|chat|large|small|medium|tiny|language|foundation|foundational"
    r"|backbone|llms?|vlm|multilingual|latest|public|official"
    r"|released|existing|powerful|excellent|famous|great|well-known|state-of-the-art|sota|of|from|named|called"
    r"|namely|by|hf|huggingface|hugging face|transformer"
    r"|tuned|fine-?tuned|quantized|uncensored|abliterated|distilled|merged|multimodal|vision|dense|moe|bert"
    r"|roberta|encoder|decoder|text|embedding|embeddings|sentence"
    r"|meta|meta ai|google|microsoft|mistral ?ai|alibaba|deepseek|openai|facebook|qwen|llama|mistral|mixtral"
    r"|gemma|phi|falcon|yi|stable diffusion|whisper|xlm)\b"
    r"|\b[\w.]+\s?[’'](?:s|S)?(?!\w)|\b[\w]*\d[\w.-]*|\b[\w.]+-[\w.-]+|\b\d+(?:\.\d+)?\s?[bBmM]\b|\)){0,14}"
)
_MADE = r"fine[-\s]?tun(?:ed?|ing)|finetuned?|finetuning|finetunes?|fine-?tunes?"
_KIND = (
    r"version|variant|variation|edition|checkpoint|model|adaptation|derivative|build|release|iteration|finetune"
    r"|fine-?tune|tune|merge"
)


@dataclass(frozen=True)
class Cue:
    """One way of saying it."""

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


def _before(
    name: str, pattern: str, relation: Relation | None, confidence: float, lists: bool = False
) -> Cue:
    return Cue(
        name, re.compile(rf"(?:{pattern}){_GAP}\Z", re.IGNORECASE), relation, confidence, lists
    )


def _after(name: str, pattern: str, relation: Relation | None, confidence: float) -> Cue:
    return Cue(name, re.compile(rf"[\s)\"'”’]*(?:{pattern})", re.IGNORECASE), relation, confidence)


_FINETUNE, _ADAPTER, _MERGE, _QUANTIZED, _DISTILLED = (
    Relation.FINETUNE,
    Relation.ADAPTER,
    Relation.MERGE,
    Relation.QUANTIZED,
    Relation.DISTILLED,
)

BEFORE: tuple[Cue, ...] = (
    _before(
        "merge",
        r"\b(?:merge[ds]?|merging|blend|frankenmerge|mix(?:ture)?|combination|moe)\s+(?:(?:made|again|params|weights"
        r"|models?|version|using|checkpoints?)\s+){0,2}"
        r"(?:of|between|from|with|for)|(?:\A|[\n-]\s*|\bby\s+)merg(?:e|ed|ing)\b",
        _MERGE,
        0.9,
        True,
    ),
    _before("merge", r"\bmerge method\s+using|\bmerged? (?:in)?to", _MERGE, 0.9),
    _before(
        "distilled",
        r"\bdistill?(?:ed|ation|ing)?\s+(?:versions?\s+|variants?\s+|models?\s+|checkpoints?\s+)?(?:of|from)|\bteacher"
        r"(?:\s+models?)?\s*(?:is|was|:|\(|=)"
        r"|\b(?:as|student of)\s+(?:the\s+)?teacher(?:\s+model)?",
        _DISTILLED,
        0.9,
    ),
    _before(
        "quantized",
        r"\b(?:un)?quan(?:ti|it)[sz](?:ed|ations?|ing)\s+(?:(?:and \w+|gguf|gptq|awq|exl2|mlx|int4|int8|fp8|4-?bit"
        r"|8-?bit|weights?|files?|models?|versions?|variants?|copy|format)\s+){0,4}(?:of|for|from)"
        r"|\b(?:quants?|imatrix|ggufs?|ggml|gptq|awq|exl2|exl3|bitsandbytes|bnb|nf4|fp8|int8|int4|onnx|mlx|openvino"
        r"|coreml|i?q[2-8](?:_[0-9ksmlx]{1,3})*|[2-8](?:\.\d+)?[- ]?(?:bpw|bits?))\s+"
        r"(?:(?:format|model|files?|weights?|quants?|quanti[sz]ed|quanti[sz]ations?|conversions?|converted|versions?"
        r"|variants?|exports?|imatrix|static|weighted|4-?bit|8-?bit|checkpoints?|copy|builds?)\s+){0,5}"
        r"(?:of|for|from)",
        None,
        0.95,
    ),
    _before(
        "converted",
        r"\b(?:converted|conversion|conversions|ported|exported|export|port|repack(?:ed|ag(?:ed|ing))?|re-?upload"
        r"(?:ed)?|copy|copied|clone|mirror(?:ed)?|duplicate[d]?|fork(?:ed)?|re-?shard(?:ed)?|sharded version)\b"
        r"(?:\s+(?:to|into|in)\s+[\w\s./-]{1,40}?)?(?:\s+format)?\s+(?:of|from)",
        None,
        0.95,
    ),
    _before(
        "adapter",
        r"\b(?:lora|qlora|peft|dora|adapters?|ia3|soft prompts?|delta weights?|textual inversion|controlnet[- ]weights)\s*"
        r"(?:(?:adapt(?:er|ion|ation)s?|weights?|modules?|layers?|checkpoints?|models?|fine-?tun(?:ed?|ing)|finetun"
        r"(?:ed?|ing)|trained|is|was|were|are|version|finetune|fine-?tune)\s+){0,4}"
        r"(?:for|of|on top of|on base model|on|from|trained on)|\bapplied (?:on top of|to|on)",
        _ADAPTER,
        0.9,
    ),
    _before(
        "finetuned",
        rf"\b(?:{_MADE})(?:\s+(?:and \w+|further))?\s+(?:(?:{_KIND}|starting|directly|end-to-end)s?\s+)?(?:of|from"
        rf"|off(?:\s+of)?|using|over|based\s+(?:up)?on|on\s+top\s+of|upon)"
        rf"|\b(?:{_MADE})\s+(?:{_KIND})?\s*[:=]|\b(?:by|via|through)\s+(?:(?:full|instruction|supervised|further"
        rf"|lora|qlora)\s+)*(?:fine-?tuning|finetuning|training|aligning|pruning|instruction-?tuning)|\b(?:we|i)"
        rf"(?:[’']ve)?(?:\s+have)?\s+(?:further\s+|then\s+)?(?:{_MADE})",
        _FINETUNE,
        0.95,
        True,
    ),
    _before(
        "version of",
        r"\b(?:abliterat\w+|uncensored|decensored|unaligned|derestricted|heretic|trained|tuned|aligned|merged|instruct\w*"
        r"|chat|dpo\w*|sft|rl\w*|grpo|orpo|kto|extended|long-?context|pruned|depth\w*|upscaled"
        r"|expanded|modified|customi[sz]ed|custom|adapted|speciali[sz]ed|domain\w*|multilingual|dequanti[sz]ed"
        r"|unsloth|llamafied|self-?merged?|distilled|japanese|korean|chinese|german|french|reasoning|"
        r"further trained|continued|continually|pre-?trained|adapt?ated)[\w\s,/-]{0,40}\b(?:version|variant|edition"
        r"|iteration|finetune|fine-?tune|tune|adaptation|derivative)\s+(?:of|from)",
        _FINETUNE,
        0.9,
    ),
    _before(
        "abliterated",
        r"\b(?:abliterat(?:ed|ion)|ablation|decensor(?:ed|ing)|orthogonali[sz](?:ed|ation))\s+(?:of|from|on)",
        _FINETUNE,
        0.9,
    ),
    _before(
        "based on",
        r"\b(?:is|was|are|were|model|models|llm|network|checkpoint|weights|pipeline|adapter|built|trained|developed"
        r"|created|and|it)?,?\s*\b(?:based|bases)\s+(?:off(?:\s+of)?|up?on|on)(?:\s+top\s+of)?"
        r"|\b(?:basad[oa] en|baseado em|basée? sur|basiert auf)(?: el modelo| o modelo| le modèle)?",
        _FINETUNE,
        0.9,
        True,
    ),
    _before(
        "built on",
        r"\bbuilt\s+(?:directly\s+)?(?:on(?:\s+top\s+of)?|upon|from|off(?:\s+of)?)|\bbuilding\s+(?:up)?on|\bbuilds\s+"
        r"(?:up)?on|\bon\s+top\s+of",
        _FINETUNE,
        0.9,
    ),
    _before(
        "derived",
        r"(?<!data )(?<!data was )(?<!dataset )\b(?:derived|adapted|tuned|modified|evolved|developed|extended|upscaled"
        r"|pruned|created|made|obtained|trained)\s+from(?!\s+scratch)",
        _FINETUNE,
        0.9,
    ),
    _before(
        "initialized",
        r"\b(?:initiali[sz](?:ed|ing|ation)|warm-?started|boot-?strapped|bootstrapped|started|starting|starts?"
        r"|start|resumed|continued|continues?|continuing|continual(?:ly)?|further)\s+"
        r"(?:(?:pre-?)?train(?:ed|ing)\s+|fine-?tun(?:ed|ing)\s+|the \w+\s+|weights\s+|with weights\s+|point\s+"
        r"(?:is|was)?\s*)?(?:from|with|of|on|using|at|by)",
        _FINETUNE,
        0.9,
    ),
    _before(
        "trained on top",
        r"\b(?:(?:pre-?)?trained|training|tuned|aligned)\s+(?:further\s+)?(?:on\s+top\s+of|on base model|over|off"
        r"(?:\s+of)?|starting\s+from|with\s+\w+\s+from)",
        _FINETUNE,
        0.9,
    ),
    _before(
        "dreambooth",
        r"\b(?:dreambooth|textual inversion|lora|controlnet)[\w\s-]{0,30}(?:trained|derived)\s+(?:on|from)",
        _FINETUNE,
        0.95,
    ),
    _before(
        "base is",
        r"\b(?:base|backbone|foundation|foundational|underlying)\s+(?:model|llm|checkpoint)s?\s*(?:is|was|are|were|:|\(|,)",
        _FINETUNE,
        0.9,
    ),
    Cue(
        "trained on",
        re.compile(rf"\b(?:{_MADE}|trained|tuned)\s+on{_GAP}\Z", re.IGNORECASE),
        _FINETUNE,
        0.85,
        links_only=True,
    ),
    _before("a tuned", rf"\b(?:an?|lora|qlora)\s+(?:{_MADE})(?:\s+and\s+\w+)?", _FINETUNE, 0.85),
    _before(
        "plain version",
        r"\bthis (?:is|model is) an?\s+(?:\w+\s+){0,3}(?:version|variant|edition)\s+of",
        _FINETUNE,
        0.85,
    ),
    _before(
        "uses",
        r"\b(?:uses?|using|leverages?|employs?|utili[sz](?:es|ing))\s+(?:the\s+)?(?:base|backbone|foundation|pre-?trained)\s+"
        r"(?:model|checkpoint|weights|llm)",
        _FINETUNE,
        0.85,
    ),
    _before(
        "cjk",
        r"(?:基于|基於|源自|改自|量化自|转换自|微调自|底座(?:模型)?(?:为|是)?|基座(?:模型)?(?:为|是|采用|使用)?|以)(?:了|开源|的|模型)*",
        _FINETUNE,
        0.9,
    ),
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
    _after(
        "quantized",
        r"(?:gguf|gptq|awq|exl2|exl3|imatrix|mlx)\s+(?:quant|conver|files|weights)",
        None,
        0.9,
    ),
    _after(
        "as base",
        r"(?:\w+\s+){0,3}as\s+(?:the|a|an|its|our|their)?\s*(?:\w+\s+)?(?:base|backbone|foundation|starting\s+point"
        r"|initial\s+checkpoint|underlying|pre-?trained|sentence transformer embedding)\b",
        _FINETUNE,
        0.9,
    ),
    _after("teacher", r"as\s+(?:the|a|an|its|our)?\s*teacher", _DISTILLED, 0.9),
    _after(
        "zh",
        r"(?:模型|大模型|的|开源)*(?:版本?)?(?:轉|转)(?:成|换|換|为|為)|(?:的?基础上|基座上|为(?:基座|底座|基础)|作为(?:基座|底座|基础|初始)|(?:模型)?(?:进行"
        r"|经过|上)?(?:的)?(?:全参|指令|增量|继续|二次)?(?:微调|预训练|训练|量化)(?!数据|集))",
        _FINETUNE,
        0.9,
    ),
    _after(
        "ja",
        r"(?:モデル)?(?:を|に|の)(?:ベース|基に|もとに|元に|ファインチューン|ファインチューニング|微調整|量子化|追加学習|継続事前学習|継続学習|マージ|GGUF)|(?:モデル)?から(?:継続|追加|事前)?(?:学習|ファイン)",
        _FINETUNE,
        0.9,
    ),
    _after(
        "ko",
        r"(?:모델)?\s*(?:을|를|의|에)?\s*(?:기반|베이스|바탕|파인\s*튜닝|미세\s*조정|양자화|추가\s*학습|학습한|튜닝)",
        _FINETUNE,
        0.9,
    ),
)
"""Cues that follow the name."""

LABEL = re.compile(
    r"(?:\W|\d)*(?:finetuned from(?: model)?|fine-tuned from(?: model)?|continue[- ]pre-?trained from(?: model)?"
    r"|base[-_ ]?models?(?: used| name)?|model base|original(?: base)? models?(?: card| page| repo(?:sitory)?)?"
    r"|source models?"
    r"|parent models?|backbone(?: model)?|foundation models?|pre-?trained models?|upstream model|teacher models?"
    r"|base checkpoint|base llm|base|quantized from|merged? models?"
    r"|original weights?|original repo(?:sitory)?|student initiali[sz]ation|initiali[sz]ed from"
    r"|基础模型|基座模型|底座模型|基模型|基座|原始模型|原模型|ベースモデル|元モデル|元のモデル|学習元モデル|베이스\s?모델|기본\s?모델|기반\s?모델|원본\s?모델)"
    r"(?:\s*\[optional\]|\s*\([^()]{0,40}\))?\s*(?:[:：=|→-]|\bis\b|\bwas\b)\s*[:：|]?\s*",
    re.IGNORECASE,
)
"""A key with its value, `Base model: ‹0›`, at the start of a line, an item or a table row."""

QUANTIZED_LABEL = re.compile(r"\W*(?:original|quantized from|source|原|元|원본)", re.IGNORECASE)
TEACHER_LABEL = re.compile(r"\W*teacher", re.IGNORECASE)

LIST_INTRO = re.compile(
    r"(?:merge\w*|blend|mixture|moe|frankenmoe|combination|models?)\b[^.]{0,120}\b(?:following|these|models"
    r"|includes?|components?|experts)\b[^.]{0,80}[:：]?\s*\Z"
    r"|\bmodels\b[^.]{0,60}\b(?:merged?|included|used|combined)\b[^.]{0,60}[:：]?\s*\Z|\bmodels merged\b|\bmade "
    r"(?:with|of) the following\b[^.]{0,60}[:：]?\s*\Z|以下模型[^。]{0,30}[:：]?\s*\Z|以下のモデル[^。]{0,30}[:：]?\s*\Z",
    re.IGNORECASE,
)
"""A line that says that the items below it are merged."""
MERGE_WORD = re.compile(
    r"\bmerg|\bmoe\b|mixture|frankenm|blend|融合|合并|マージ|병합", re.IGNORECASE
)

NOT_SAID = re.compile(
    r"\bnot\b|n[’']t\b|\bnever\b|\bno longer\b|\bwithout\b|\bunlike\b|\binstead of\b|\brather than\b|\bcompared? "
    r"(?:to|with|against)\b|\bcomparison\b|\boutperform|\bsurpass|\bexceed"
    r"|\bbeats?\b|\bbetter than\b|\bworse than\b|\bversus\b|\bvs\.?\b|\bcomparable\b|\bcompetitive\b|\bsimilar to\b"
    r"|\binspired by\b|\bcompatible with\b|\bthan\b|\bif you\b|\bhow to\b|\byou can\b"
    r"|\bwe recommend\b|\be\.g\.|\bsuch as\b|\bfor example\b|\bfor instance\b|\bcard\b|\breadme\b|\btemplate\b"
    r"|\bscripts?\b|\btutorial\b|\bnotebook\b|\bcode\b|\bthis (?:document|page|section|image|logo)\b"
    r"|\bwill be\b|\bplan to\b|\bcoming soon\b|\bfuture\b|\btodo\b|\breward model\b|\bjudge[ds]?\b|\bevaluat"
    r"(?:ed|ion|or)\b|\bbenchmark|\b(?:both|these|other|all) models\b|\barchitecture (?:is|was)\b|\bother "
    r"(?:versions|variants|quants)\b|\bsee also\b"
    r"|不是|并非|并不|不同于|相比|优于|超过|不基于|ではな|と比較|より優|아니|보다|비교",
    re.IGNORECASE,
)
"""Said before the cue in the same sentence, it turns the statement into another one."""

NOT_A_MODEL_AFTER = re.compile(
    r"[\s)\"'”’]*(?:[’']s\s+)?(?:model\s+|(?!(?:on|using|with|for|over|in|and|by|via|from|to|is|was)\b)(?:[\w-]+\s+){1,2}"
    r"(?=data\s?set|corpus))?"
    r"(?:card|readme|dataset|data\s?sets?|corpus|tokeni[sz]er|vocabulary|template|prompt (?:format|template)"
    r"|chat template|script|notebook|demo|space|codebase|code\b|library"
    r"|framework|repository's|license|licence|architecture|config(?:uration)?|benchmark|leaderboard|数据集|データセット|데이터)",
    re.IGNORECASE,
)
"""Said behind the name, the name is not what the model comes from."""

DATA_GENERATED = re.compile(
    r"\b(?:data(?:set|sets)?|samples?|responses?|answers?|traces?|outputs?|completions?|examples?|instructions?"
    r"|conversations?|reasoning)\b[^.]{0,120}\b(?:generated|synthesi[sz]ed|produced|distilled|created|sampled"
    r"|collected)"
    r"\s+(?:by|with|using|from|via)" + _GAP + r"\Z",
    re.IGNORECASE,
)
"""Training data that a model wrote: it is a teacher."""

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
    r"original.{0,30}(?:model card|readme|description)|model card for .*original|citation|acknowledg|credits?\b"
    r"|thanks|related|other (?:models|versions|quant)|see also|usage|how to (?:use|run|get|download)|quick ?start"
    r"|get(?:ting)? started|download|example|evaluation|benchmark|results?\b|performance|comparison|leaderboard"
    r"|limitation|bias|licen[sc]e|disclaimer|prompt|changelog|news|faq|repositories available|compatib|deployment"
    r"|inference"
    r"|available (?:models|quant)|model (?:zoo|family|list)|instructions|引用|致谢|評価|评估|谢谢|인용",
    re.IGNORECASE,
)
"""Sections that speak of other models, or of this one in use."""
COPIED_CARD = re.compile(
    r"original\s+(?:model\s+)?(?:card|readme|description)|original model card|原始模型卡",
    re.IGNORECASE,
)
"""From such a heading on, the text is the parent's own card: its statements are the parent's."""
