"""Names of models that people write without an organisation, and where they live on the Hub.

Two closed vocabularies: the models of the Hub's first years, which had no namespace until 2024 and
still answer to the bare name; and the naming patterns of large families, by which a bare
`Qwen2.5-7B-Instruct` can be looked for under its developer.
"""

from __future__ import annotations

import re

from lineage.core.pattern import late

_LEGACY = {
    "openai-community": (
        "gpt2 gpt2-medium gpt2-large gpt2-xl openai-gpt roberta-base-openai-detector "
        "roberta-large-openai-detector"
    ),
    "google-bert": (
        "bert-base-cased bert-base-uncased bert-base-chinese bert-base-german-cased "
        "bert-base-german-dbmdz-cased"
        " bert-base-german-dbmdz-uncased bert-base-multilingual-cased "
        "bert-base-multilingual-uncased bert-base-cased-finetuned-mrpc"
        " bert-large-cased bert-large-uncased bert-large-cased-whole-word-masking "
        "bert-large-uncased-whole-word-masking"
        " bert-large-cased-whole-word-masking-finetuned-squad "
        "bert-large-uncased-whole-word-masking-finetuned-squad"
    ),
    "FacebookAI": (
        "roberta-base roberta-large roberta-large-mnli xlm-roberta-base xlm-roberta-large "
        "xlm-roberta-large-finetuned-conll02-dutch"
        " xlm-roberta-large-finetuned-conll02-spanish xlm-roberta-large-finetuned-conll03-english"
        " xlm-roberta-large-finetuned-conll03-german xlm-clm-ende-1024 xlm-clm-enfr-1024 "
        "xlm-mlm-100-1280 xlm-mlm-17-1280"
        " xlm-mlm-en-2048 xlm-mlm-ende-1024 xlm-mlm-enfr-1024 xlm-mlm-enro-1024 "
        "xlm-mlm-tlm-xnli15-1024 xlm-mlm-xnli15-1024"
    ),
    "google-t5": "t5-small t5-base t5-large t5-3b t5-11b",
    "distilbert": (
        "distilbert-base-cased distilbert-base-cased-distilled-squad "
        "distilbert-base-german-cased distilbert-base-multilingual-cased"
        " distilbert-base-uncased distilbert-base-uncased-distilled-squad "
        "distilbert-base-uncased-finetuned-sst-2-english"
        " distilgpt2 distilroberta-base"
    ),
    "albert": (
        "albert-base-v1 albert-base-v2 albert-large-v1 albert-large-v2 albert-xlarge-v1 "
        "albert-xlarge-v2"
        " albert-xxlarge-v1 albert-xxlarge-v2"
    ),
    "xlnet": "xlnet-base-cased xlnet-large-cased",
    "almanach": "camembert-base",
    "Salesforce": "ctrl",
    "transfo-xl": "transfo-xl-wt103",
}
LEGACY = {
    name: f"{namespace}/{name}" for namespace, names in _LEGACY.items() for name in names.split()
}
"""Bare name to the repo that answers to it now."""

_FAMILIES: tuple[tuple[str, str], ...] = (
    (r"deepseek-", "deepseek-ai"),
    (r"(?:qwen|qwq|qvq|codeqwen)", "Qwen"),
    (r"(?:meta-)?(?:code)?llama-?[234]", "meta-llama"),
    (r"codellama-", "codellama"),
    (r"(?:mistral|mixtral|ministral|codestral|mathstral|pixtral|magistral|devstral)-", "mistralai"),
    (r"(?:code|med|shield|pali|t5|embedding)?gemma-?\d?", "google"),
    (r"phi-?[1-4]", "microsoft"),
    (r"yi-", "01-ai"),
    (r"(?:glm-|chatglm|codegeex)", "zai-org"),
    (r"internlm", "internlm"),
    (r"internvl", "OpenGVLab"),
    (r"baichuan", "baichuan-inc"),
    (r"falcon", "tiiuae"),
    (r"(?:olmo|tulu|molmo)", "allenai"),
    (r"tinyllama", "TinyLlama"),
    (r"smol(?:lm|vlm)", "HuggingFaceTB"),
    (r"exaone", "LGAI-EXAONE"),
    (r"solar-10", "upstage"),
    (r"kimi-", "moonshotai"),
    (r"minicpm", "openbmb"),
    (r"granite-", "ibm-granite"),
    (r"gpt-oss", "openai"),
    (r"whisper-", "openai"),
    (r"clip-vit", "openai"),
    (r"siglip|flan-t5|mt5-|vit-|electra-|pegasus-|bigbird-", "google"),
    (r"stable-diffusion|sdxl-|stablelm", "stabilityai"),
    (r"flux\.", "black-forest-labs"),
    (r"bge-", "BAAI"),
    (r"(?:all-|paraphrase-|multi-qa-)(?:mini|mpnet|distil)", "sentence-transformers"),
    (r"bloom", "bigscience"),
    (r"pythia-|gpt-neo|gpt-j", "EleutherAI"),
    (r"opt-\d|bart-|wav2vec2-|nllb-|hubert-|dinov2|esm2", "facebook"),
    (r"starcoder", "bigcode"),
    (r"deberta|codebert|phi-", "microsoft"),
    (r"vicuna-", "lmsys"),
    (r"zephyr-", "HuggingFaceH4"),
    (r"openhermes-", "teknium"),
    (r"openchat[-_]", "openchat"),
    (r"(?:nvidia-)?nemotron-", "nvidia"),
    (r"hunyuan", "tencent"),
    (r"ernie-", "baidu"),
    (r"seed-oss", "ByteDance-Seed"),
    (r"wan2", "Wan-AI"),
    (r"mimo-", "XiaomiMiMo"),
    (r"minimax-", "MiniMaxAI"),
    (r"(?:ring|ling)-", "inclusionAI"),
    (r"skywork", "Skywork"),
    (r"(?:ai21-)?jamba", "ai21labs"),
    (r"(?:c4ai-)?(?:command-[ra]|aya-)", "CohereLabs"),
    (r"modernbert-", "answerdotai"),
    (r"(?:multilingual-)?e5-", "intfloat"),
    (r"mamba-", "state-spaces"),
    (r"polyglot-", "EleutherAI"),
    (r"llm-jp-", "llm-jp"),
    (r"kanana-", "kakaocorp"),
    (r"hyperclovax", "naver-hyperclovax"),
    (r"eurollm-", "utter-project"),
    (r"salamandra-", "BSC-LT"),
    (r"apertus-", "swiss-ai"),
)
_FAMILY_NAMESPACE = [(late(pattern, re.IGNORECASE), namespace) for pattern, namespace in _FAMILIES]

_SHORT_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (late(r"llama-?2-(\d+b)(-chat)?\Z", re.IGNORECASE), r"Llama-2-\1\2-hf"),
    (late(r"llama-?3-(\d+b)(-instruct)?\Z", re.IGNORECASE), r"Meta-Llama-3-\1\2"),
    (late(r"llama(3\.\d-.{1,40})\Z", re.IGNORECASE), r"Llama-\1"),
    (late(r"mistral-7b\Z", re.IGNORECASE), "Mistral-7B-v0.1"),
    (late(r"mixtral-8x(7|22)b(-instruct)?\Z", re.IGNORECASE), r"Mixtral-8x\1B\2-v0.1"),
    (late(r"gemma([23]-.{1,40})\Z", re.IGNORECASE), r"gemma-\1"),
)
"""How people shorten names, and the form in which the repo is spelled."""
_SIZE = late(r"(?<![A-Za-z0-9])[A-Z]?(?:\d+x)?\d+(?:\.\d+)?[bBmM](?![A-Za-z0-9])")
_NUMBERED = late(
    r"(?:deepseek-(?:r1|v[23](?:\.\d)?)(?:-(?:zero|base|chat|lite|\d{4}))*|"
    r"phi-\d(?:\.\d)?(?:-[a-z]+)*|phi-1_5"
    r"|kimi-k2(?:-[a-z]+)*|glm-4\.\d(?:-air)?|bge-m3|whisper-[a-z]+(?:-v\d)?(?:-turbo)?"
    r"|stable-diffusion(?:-[a-z]+)*(?:-v?\d[-.\d]*)|flux\.\d-[a-z]+|wav2vec2-[\w-]+|"
    r"flan-t5-[a-z]+|mt5-[a-z]+"
    r"|(?:bge|multilingual-e5|e5|all|paraphrase|nllb|modernbert|deberta|electra|"
    r"pegasus)-[\w.-]+)\Z",
    re.IGNORECASE,
)

_FORMAT = (
    r"(?:GGUF|GGML|GPTQ(?:-v2)?|AWQ|EXL[23]|EETQ|HQQ|AQLM|QuIP|MLX|ONNX|OpenVINO|"
    r"CoreML|NVFP4|MXFP4|FP8(?:-(?:dynamic|block|KV))?|W[48]A(?:8|16)"
    r"|(?:unsloth-)?bnb-[48]bit|[Ii]nt[48](?:-(?:ov|AutoRound|inc|gptq|awq))?|i1|"
    r"imat(?:rix)?|IMat|quantized(?:\.w[48]a(?:8|16))?|nf4|qat|quants?"
    r"|[2-8](?:[._]\d{1,2})?-?(?:bpw|bits?)(?:-(?:h[68]|exl[23]|mlx|gptq|awq|g\d+|"
    r"dwq))*|h[68]|\d{1,3}g|8da4w|I?Q[1-8](?:_[0-9KSMLX]{1,3})*|bf16|fp16|4bit|8bit|"
    r"gguf)"
)
_SUFFIX = late(rf"[-_.]{_FORMAT}\Z", re.IGNORECASE)


def legacy_repo(bare: str) -> str | None:
    """The repo that a bare name of the Hub's first years names today, in any letter case; None for
    every other bare name."""
    return LEGACY.get(bare.lower())


def family_guess(bare: str) -> str | None:
    """The repo that a bare name would have under the developer of its family. A guess: it need not
    exist."""
    if len(bare) < 5 or not any(char.isdigit() for char in bare):
        return None
    bare = next((short.sub(full, bare) for short, full in _SHORT_FORMS if short.match(bare)), bare)
    namespace = next((place for pattern, place in _FAMILY_NAMESPACE if pattern.match(bare)), None)
    return f"{namespace}/{bare}" if namespace else None


def exact_repo(bare: str) -> str | None:
    """The one repo that a plain name tells: a name of the first years, or a family with its version
    and its size spelled out.

    `Llama-3` is a family and names none.
    """
    legacy = legacy_repo(bare)
    if legacy or not (_SIZE.search(bare) or _NUMBERED.match(bare)):
        return legacy
    return family_guess(bare)


def stripped(name: str) -> str:
    """A model's name without the words that tell of a file format or a precision."""
    for _ in range(5):
        shorter = _SUFFIX.sub("", name)
        if shorter == name or len(shorter) < 3:
            break
        name = shorter
    return name
