"""Base models in Ollama Modelfiles: the `FROM` line, and the `ADAPTER` beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.claims.files.documents import bounded, decoded
from lineage.claims.files.wanted import wanted_where
from lineage.claims.interface import FileRequest, Reading
from lineage.claims.trace import Trace
from lineage.core.claim import Claim
from lineage.core.record import ModelRecord
from lineage.core.relation import Grade, Relation

_LINE = re.compile(r"\s{0,20}(FROM|ADAPTER)\s{1,20}(\S[^\r\n]{0,400})", re.IGNORECASE)
_HUB = re.compile(r"(?:https?://)?(?:hf\.co|huggingface\.co)/", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?/", re.IGNORECASE)
_TAG = re.compile(r":[\w.-]{1,80}\Z")
_LIBRARY = re.compile(
    r"(?:(?:registry\.)?ollama\.(?:ai|com)/)?(?:library/)?([a-z0-9][\w.-]{0,80})"
    r"(?::([\w.-]{1,80}))?\Z",
    re.IGNORECASE,
)
# Ollama's library has names of its own; where a tag gives the size, the repo that the name stands
# for can be looked for.
_LIBRARY_NAMES = (
    (r"llama3\.1", "meta-llama/Llama-3.1-{size}-Instruct"),
    (r"llama3\.2", "meta-llama/Llama-3.2-{size}-Instruct"),
    (r"llama3\.3", "meta-llama/Llama-3.3-{size}-Instruct"),
    (r"llama3", "meta-llama/Meta-Llama-3-{size}-Instruct"),
    (r"llama2", "meta-llama/Llama-2-{small}-chat-hf"),
    (r"qwen2\.5", "Qwen/Qwen2.5-{size}-Instruct"),
    (r"qwen2\.5-coder", "Qwen/Qwen2.5-Coder-{size}-Instruct"),
    (r"qwen2", "Qwen/Qwen2-{size}-Instruct"),
    (r"qwen3", "Qwen/Qwen3-{size}"),
    (r"qwq", "Qwen/QwQ-{size}"),
    (r"gemma2", "google/gemma-2-{small}-it"),
    (r"gemma3", "google/gemma-3-{small}-it"),
    (r"gemma", "google/gemma-{small}-it"),
    (r"llama3\.2-vision", "meta-llama/Llama-3.2-{size}-Vision-Instruct"),
    (r"qwen", "Qwen/Qwen1.5-{size}-Chat"),
    (r"qwen2\.5vl", "Qwen/Qwen2.5-VL-{size}-Instruct"),
    (r"qwen3-vl", "Qwen/Qwen3-VL-{size}-Instruct"),
    (r"qwen2-math", "Qwen/Qwen2-Math-{size}-Instruct"),
    (r"codeqwen", "Qwen/CodeQwen1.5-{size}-Chat"),
    (r"deepseek-coder", "deepseek-ai/deepseek-coder-{small}-instruct"),
    (r"deepseek-llm", "deepseek-ai/deepseek-llm-{small}-chat"),
    (r"codellama", "codellama/CodeLlama-{small}-Instruct-hf"),
    (r"codegemma", "google/codegemma-{small}-it"),
    (r"yi", "01-ai/Yi-1.5-{size}-Chat"),
    (r"gpt-oss", "openai/gpt-oss-{small}"),
    (r"falcon3", "tiiuae/Falcon3-{size}-Instruct"),
    (r"exaone3\.5", "LGAI-EXAONE/EXAONE-3.5-{size}-Instruct"),
    (r"smollm2", "HuggingFaceTB/SmolLM2-{size}-Instruct"),
    (r"olmo2", "allenai/OLMo-2-1124-{size}-Instruct"),
)
# Where a size stands for a model of its own.
_LIBRARY_SIZES = {
    "deepseek-r1:1.5b": "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
    "deepseek-r1:7b": "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
    "deepseek-r1:8b": "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B",
    "deepseek-r1:14b": "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
    "deepseek-r1:32b": "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    "deepseek-r1:70b": "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
    "deepseek-r1:671b": "deepseek-ai/DeepSeek-R1",
    "deepseek-v3:671b": "deepseek-ai/DeepSeek-V3",
    "phi4:14b": "microsoft/phi-4",
    "mistral:7b": "mistralai/Mistral-7B-Instruct-v0.3",
    "mixtral:8x7b": "mistralai/Mixtral-8x7B-Instruct-v0.1",
    "mistral-nemo:12b": "mistralai/Mistral-Nemo-Instruct-2407",
    "phi3:3.8b": "microsoft/Phi-3-mini-4k-instruct",
}


class Modelfile:
    """Reads `Modelfile` in any folder, or a file that is called so with more behind it."""

    name = "Modelfile"

    def wants(self, record: ModelRecord) -> Sequence[FileRequest]:
        """Every Modelfile."""
        return wanted_where(record, _is_modelfile)

    def read(self, record: ModelRecord, documents: Mapping[str, bytes]) -> Reading:
        """A claim for each `FROM` and `ADAPTER` line; a file of the repo itself is none."""
        claims: list[Claim] = []
        for request in self.wants(record):
            content = decoded(documents.get(request.path, b""))
            claims += _claims(content, Trace(record, self.name, request.path, Grade.EMBEDDED))
        return bounded(record, self.name, claims, ())


def _is_modelfile(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        name in ("modelfile", "ollamafile")
        or name.endswith((".modelfile", "_modelfile", "-modelfile"))
        or (name.startswith(("modelfile.", "modelfile_", "modelfile-")) and "/" not in name)
    )


def _claims(content: str, trace: Trace) -> Iterator[Claim]:
    found = [
        (number, match) for number, line in _instructions(content) if (match := _LINE.match(line))
    ]
    adapted = any(match[1].upper() == "ADAPTER" for _, match in found)
    for number, match in found[:20]:
        value = match[2].strip().strip("\"'")
        if not _is_own_file(value, trace.record):
            # FROM alone adds a prompt and parameters to the same weights, or names what a tool
            # converted: it does not say which.
            yield from _from_line(
                value, trace, f"line {number}", Relation.ADAPTER if adapted else Relation.UNKNOWN
            )


def _instructions(content: str) -> Iterator[tuple[int, str]]:
    """Lines outside of triple quotes: a prompt may begin a line with the word FROM."""
    quoted = False
    for number, line in enumerate(content.splitlines()[:10_000], 1):
        if not quoted:
            yield number, line
        quoted ^= line.count('"""') % 2 == 1


def _is_own_file(value: str, record: ModelRecord) -> bool:
    name = value.replace("\\", "/").removeprefix("./")
    return name in (".", "") or any(
        entry.path == name or entry.path.endswith("/" + name) for entry in record.files or ()
    )


def _from_line(value: str, trace: Trace, location: str, relation: Relation) -> Iterator[Claim]:
    if _HUB.match(value):
        yield from trace.claims(value, location, relation)
        return
    is_path = value.startswith((".", "/", "~")) or value.lower().endswith(
        (".gguf", ".bin", ".safetensors")
    )
    library = None if is_path else _LIBRARY.match(value)
    if library is None and _HOST.match(value) and not is_path:
        # Another host's name for a model: the tag behind it chooses a file.
        claims = trace.claims(_TAG.sub("", value), location, relation, excerpt=value)
        yield from (_as_guess(claim, value, 0.7) if claim.parent else claim for claim in claims)
        return
    claims = trace.claims(value, location, relation)
    if library is None:
        # `user/name:tag` is a name of Ollama's registry, which the Hub may or may not share.
        yield from (_as_guess(claim, value, 0.5) if claim.parent else claim for claim in claims)
        return
    yield from (replace(claim, parent=None, problem="not on the hub") for claim in claims[:1])
    if repo := _library_guess(library[1].lower(), (library[2] or "").lower()):
        yield from (
            _as_guess(claim, value, 0.7) for claim in trace.claims(repo, location, relation)
        )


def _as_guess(claim: Claim, value: str, confidence: float) -> Claim:
    return replace(claim, value=value, tentative=True, grade=Grade.INFERRED, confidence=confidence)


def _library_guess(name: str, tag: str) -> str | None:
    if known := _LIBRARY_SIZES.get(f"{name}:{tag.partition('-')[0]}"):
        return known
    size = re.match(r"(\d+(?:\.\d+)?)b(?=-|\Z)", tag)
    form = next((form for pattern, form in _LIBRARY_NAMES if re.fullmatch(pattern, name)), None)
    if size is None or form is None or "base" in tag or "text" in tag:
        return None
    return form.format(size=f"{size[1]}B", small=f"{size[1]}b")
