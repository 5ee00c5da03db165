"""Forms of ids that one service alone gives its models."""

from __future__ import annotations

import re

# Amazon's form of a model's id, `us.deepseek.r1-v1:0`: the vendor's word, a dot, a number.
_BEDROCK = re.compile(
    r"(?:arn:[^\s:]+:bedrock:[^\s/]*:(?:foundation-model|inference-profile)/)?"
    r"(?P<id>(?:(?:us|eu|apac|global|us-gov|jp|au|ca)\.)?"
    r"(?:ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|"
    r"moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)"
    r"\.(?P<name>(?=[\w.-]*\d)[a-z0-9][\w.:-]*))\Z"
)
_NUMBERED = re.compile(r"[a-z0-9]+(?:\.\d+)*-[a-z0-9-]*(?:\.\d[a-z0-9-]*)*(?::\d+)?\Z")
"""Without a key beside it: words joined by hyphens, and dots within numbers alone."""
JUMPSTART = (
    r"(?:huggingface|pytorch|tensorflow|mxnet|meta|deepseek|model|sklearn|openai|qwen)-"
    r"(?:ic|od1?|is|semseg\d?|tc|spc|eqa|qa|ner|text2text\d?|textgeneration\w{0,12}|textembedding|"
    r"sentencesimilarity|summarization\d?|translation\d?|zstc|txt2img|inpainting|upscaling|asr|llm|"
    r"vlm|reasoning)-[a-z0-9][a-z0-9-]{2,90}"
)
"""Amazon's form of a model of SageMaker JumpStart: library, task, name."""
_JUMPSTART = re.compile(rf"{JUMPSTART}\Z")
_PUBLISHED = re.compile(
    r"(?:[^\s]*/)?publishers/(?P<vendor>[\w-]+)/models/(?P<name>[\w.-]+(?:@[\w.-]+)?)\Z"
)
"""Google's form of a model of its Model Garden."""
_VERTEX = re.compile(r"[\w.-]+/[\w.@-]+-maas\Z")
"""Google's form of a model that it serves for another developer."""
_GOOGLE = re.compile(
    r"models/(?P<name>(?:gemini|gemma|learnlm|imagen|veo|aqa|(?:text-)?embedding|(?:chat|text)-bison)"
    r"(?:-[\w.-]+)?)\Z"
)
"""Google's form of a name of its API."""
_CLOUDFLARE = re.compile(r"@cf/[\w.-]+/[\w.-]+\Z")
_DATABRICKS = re.compile(
    r"databricks-(?:claude|gpt|gemini|gemma|meta-llama|llama|mixtral|qwen|dbrx|bge|gte)"
    r"[a-z0-9-]*(?:\.\d[a-z0-9-]*)*\Z"
)
"""Databricks's form of a model that it serves whatever its developer."""
_RETIRED = re.compile(
    r"(?:text|code)(?:-(?:search|similarity))?-(?:ada|babbage|curie|cushman|davinci)"
    r"(?:-(?:code|text|doc|query))*-\d{3}\Z"
)
"""OpenAI's form of a name before it had chats."""


def form_of(text: str, *, alone: bool = False) -> tuple[str, str] | None:
    """The word for the service and the name of an id in such a form; `alone`, where no key says
    model: the name of a module (`google.cloud.speech_v1`) is none."""
    if _JUMPSTART.match(text):
        return "sagemaker", text
    if _DATABRICKS.match(text) and not alone:
        return "databricks", text
    if "." not in text and "/" not in text:
        return None
    if published := _PUBLISHED.match(text):
        vendor = published["vendor"]
        name = published["name"] if vendor == "google" else f"{vendor}/{published['name']}"
        return "vertexai", name
    if google := _GOOGLE.match(text):
        return "gemini", google["name"]
    bedrock = _BEDROCK.match(text)
    if bedrock and not (alone and not _NUMBERED.match(bedrock["name"])):
        return "bedrock", bedrock["id"]
    if _VERTEX.match(text):
        return "vertexai", text
    if _CLOUDFLARE.match(text):
        return "cloudflare", text
    return None


def is_retired(name: str) -> bool:
    """Whether a name has the form of OpenAI's first models: `text-davinci-003`."""
    return _RETIRED.match(name) is not None
