"""Which keys of structured files name a model, and what beside them says otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from lineage.core.oci import parse_oci
from lineage.core.ref import HUB_ADDRESSES
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.addresses import addresses
from lineage.scan.commands.launchers import MODEL_IMAGES
from lineage.scan.entries import Entry, Step
from lineage.scan.images import container_model
from lineage.scan.names import Bare, is_hub_shaped, is_legacy, judge, judged_use, names_hub
from lineage.scan.telling import says_learning, suggests_model, suggests_named_model

# Keys that only frameworks loading from the Hub use: a bare name counts too.
_HUB_KEYS = frozenset(
    [
        "model_name_or_path", "pretrained_model_name_or_path", "base_model_name_or_path",
        "tokenizer_name_or_path", "adapter_name_or_path", "hf_model_id", "hf_repo_id", "hf_model",
        "base_model", "_name_or_path", "teacher_model_name_or_path", "reward_model_name_or_path",
        "hub_model_id_or_path", "hf_model_name",
    ]
)  # fmt: skip
# Keys whose value may be an address of a model, where it is one on the Hub.
_ADDRESS_KEYS = frozenset(
    [
        "storageuri", "storage_uri", "modeluri", "model_uri", "modelurl", "model_url", "uri", "url",
        "source", "hf", "model_source", "weights", "download_url", "artifacturl", "artifact_url",
    ]
)  # fmt: skip
_MODEL_ADDRESSES = _HUB_KEYS | {
    "storageuri", "storage_uri", "modeluri", "model_uri", "modelurl", "model_url", "model_source",
}  # fmt: skip
# KServe's note of where its model comes from.
_STORED = re.compile(r"storage.*ur[il]\Z")
_SCHEMES = ("hf://", "huggingface://", "djl://ai.djl.huggingface")
_PLACES = ("ollama://", "kaggle://", "modelscope://")
_ADDRESSES = (*_SCHEMES, "https://huggingface.co/", "https://hf.co/", "https://hf-mirror.com/")
_PREFIXES = ("huggingface/", "hf.co/", "hf-hub:", "hf_hub:", "hf:", "local:", "huggingface:")
# Names of a model only below a key that says model.
_OF_SECTION = frozenset(
    [
        "name", "id", "path", "repo", "repository", "hub_id", "source", "name_or_path", "repo_id",
        "hf_id",
    ]
)  # fmt: skip
# Beside a name in the same mapping: it is a container image's, a chart's, or lies in a bucket.
_NO_HUB_BESIDE = frozenset(
    ["tag", "pullpolicy", "imagepullpolicy", "digest", "bucket", "region", "chart", "registry"]
)
# Beside a name in the same mapping: that names the model, and the name is what it is served as.
_SOURCE_BESIDE = frozenset(
    ["model_source", "modelurl", "model_url", "uri", "url", "litellm_params", "storageuri"]
)
# Keys whose value is an action, an image or a package, whatever it looks like.
_OTHER_REGISTERS = frozenset(["uses", "image", "container", "repository", "chart"])
_ALIASES = frozenset(["model_id", "model_name", "modelname", "name", "id"])
# Beside a name in the same mapping: how a model of language, of pictures or of a training is set.
_SETTINGS = frozenset(
    [
        "temperature", "max_tokens", "max_new_tokens", "top_p", "dtype", "torch_dtype",
        "quantization", "max_model_len", "max_seq_len", "max_seq_length", "context_length",
        "context_window", "tensor_parallel_size", "gpu_memory_utilization", "device_map",
        "trust_remote_code", "load_in_4bit", "load_in_8bit", "learning_rate", "num_train_epochs",
        "per_device_train_batch_size", "micro_batch_size", "lora_r", "system_prompt", "prompt",
        "merge_method", "chat_template", "sequence_len",
    ]
)  # fmt: skip
_TXTAI = frozenset(
    [
        "embeddings", "llm", "extractor", "summary", "similarity", "labels", "transcription",
        "translation", "textractor", "caption", "rag", "reranker",
    ]
)  # fmt: skip
_CONFIG_NAME = re.compile(
    r"(?:conf|setting|values|param|model|train|deploy|compose|serv|infer|pipeline|litellm|mergekit"
    r"|axolotl|env|recipe|agent|rag|embed|llm|workflow|job|kustom|chart|pyproject|k8s|vllm|tgi|tei"
    r"|sft|dpo|lora|merge|finetun)",
    re.IGNORECASE,
)


class Keys:
    """The keys of one file, and what stands beside each."""

    def __init__(self, entries: list[Entry], file: str) -> None:
        self.file = file
        self._beside: dict[tuple[Step, ...], set[str]] = defaultdict(set)
        for entry in entries:
            for depth, step in enumerate(entry.path):
                if isinstance(step, str):
                    self._beside[entry.path[:depth]].add(step.lower())
        self._tags = {one.path[:-1]: one.value.strip() for one in entries if one.key == "tag"}
        self._is_config = _is_config(file, entries)

    def uses(self, entry: Entry) -> Iterator[ModelUse]:
        """What one scalar names by its key, its form, and what is beside it."""
        value = entry.value.strip()
        if "\n" in value:
            return
        name = re.sub(r"[-.\s]", "_", entry.key.lower())
        via = f"key {entry.key[:60]}"
        if value.startswith(_SCHEMES) or (name in _ADDRESS_KEYS and value.startswith(_ADDRESSES)):
            yield from self._use(entry, value, via, Bare.IGNORED, Certainty.CERTAIN)
        elif value.startswith(_PLACES) and (found_there := judge(value, Bare.IGNORED)):
            place = (self.file, entry.line, entry.column)
            yield judged_use(found_there, place, via, Certainty.CERTAIN)
        elif _is_artefact(entry.key, name, value):
            judged = container_model(value.removeprefix("oci://"))
            if judged is not None and judged.target:
                place = (self.file, entry.line, entry.column)
                yield judged_use(judged, place, via, Certainty.CERTAIN)
        elif value.startswith(MODEL_IMAGES):
            tag = "" if ":" in value else self._tags.get(entry.path[:-1], "")  # as Helm's charts do
            judged = container_model(f"{value}:{tag}" if tag else value)
            if judged is not None:
                place = (self.file, entry.line, entry.column)
                yield judged_use(judged, place, via, Certainty.CERTAIN)
        elif "://" in value or "git@" in value:
            for found in addresses(value):
                if found.is_fetch or name == "git":
                    place = (self.file, entry.line, entry.column + found.start)
                    yield judged_use(found.judged, place, f"address in {via}", Certainty.CERTAIN)
            is_address = any(str(step).lower() in _MODEL_ADDRESSES for step in entry.path)
            if is_address or name in _MODEL_ADDRESSES or suggests_named_model(entry.key):
                yield from self._stored(entry, value, via)
        elif name in _HUB_KEYS or (name.startswith("hf_") and suggests_model(name)):
            is_loose = name == "base_model" and self._is_loose(entry)
            for one in _listed(value):
                yield from self._use(
                    entry,
                    one,
                    via,
                    Bare.HUB,
                    Certainty.CERTAIN,
                    keep_local=True,
                    if_found=is_loose,
                )
        elif _is_container_model(entry, value):
            judged = container_model(value)
            if judged is not None:
                place = (self.file, entry.line, entry.column)
                yield judged_use(judged, place, via, Certainty.CERTAIN)
        else:
            yield from self._suggested(entry, value, name, via)

    def _stored(self, entry: Entry, value: str, via: str) -> Iterator[ModelUse]:
        """A model in a bucket or in another register, such as Azure's: listed."""
        judged = judge(value, Bare.IGNORED)
        is_web = value.lower().startswith(("http://", "https://"))
        if judged is not None and judged.kind is UseKind.OTHER and not is_web:
            place = (self.file, entry.line, entry.column)
            yield judged_use(judged, place, via, Certainty.LIKELY)

    def _suggested(self, entry: Entry, value: str, name: str, via: str) -> Iterator[ModelUse]:
        names = [one for one in _listed(value) if names_hub(one) or is_legacy(one)]
        if names and self._suggests_model(entry, name):
            in_list = bool(entry.path) and isinstance(entry.path[-1], int)
            sure = self._is_config and not in_list
            for one in names:
                certainty = Certainty.LIKELY if sure else Certainty.POSSIBLE
                is_old = is_legacy(one)  # which may be a kind of model as well
                is_loose = is_old or self._is_loose(entry)
                bare = Bare.HUB if is_old else Bare.IGNORED
                yield from self._use(entry, one, via, bare, certainty, if_found=is_loose)
        elif name not in _OTHER_REGISTERS and value.startswith(_PREFIXES) and is_hub_shaped(value):
            yield from self._use(entry, value, via, Bare.IGNORED, Certainty.LIKELY)

    def _is_loose(self, entry: Entry) -> bool:
        """Whether neither a key on the path nor one beside it is of machine learning."""
        path = [step for step in entry.path if isinstance(step, str)]
        beside = self._beside[entry.path[:-1]]
        return beside.isdisjoint(_SETTINGS) and not any(map(says_learning, (*path, *beside)))

    def _suggests_model(self, entry: Entry, name: str) -> bool:
        """Whether the key says model, or is the `name` or `id` of a section that does."""
        beside = self._beside[entry.path[:-1]]
        if name in _ALIASES and beside & _SOURCE_BESIDE:
            return False
        if suggests_named_model(entry.key):
            return True
        names = [step for step in entry.path if isinstance(step, str)]
        if len(names) < 2 or names[-1].lower() not in _OF_SECTION or beside & _NO_HUB_BESIDE:
            return False
        under_txtai = name == "path" and any(n.lower() in _TXTAI for n in names[:-1])
        return under_txtai or suggests_model(names[-2])

    def _use(
        self,
        entry: Entry,
        value: str,
        via: str,
        bare: Bare,
        certainty: Certainty,
        *,
        keep_local: bool = False,
        if_found: bool = False,
    ) -> Iterator[ModelUse]:
        judged = judge(value, bare)
        if judged is None or (judged.kind is not UseKind.HUB and not keep_local):
            return
        place = (self.file, entry.line, entry.column)
        expression = value[:120] if judged.kind is UseKind.UNRESOLVED else ""
        yield judged_use(judged, place, via, certainty, expression, if_found=if_found)


def _listed(value: str) -> list[str]:
    """The names of a value: several where it is a list with commas of nothing but names;
    of mergekit's `model+adapter` the first."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if len(parts) > 1 and all(is_hub_shaped(part.rpartition("=")[2]) for part in parts):
        return [part.rpartition("=")[2] for part in parts]
    return [value.partition("+")[0]]


def _is_artefact(key: str, name: str, value: str) -> bool:
    """Whether a model lies in a container registry under this key. Charts and images have such
    addresses too, under other keys."""
    if value.startswith("oci://"):
        return name in _MODEL_ADDRESSES or bool(_STORED.search(name)) or suggests_model(key)
    host, _, rest = value.partition("/")
    # `quay.io/acme/qwen:7b`, and not `acme/qwen` of the Hub
    in_registry = "." in host and "/" in rest and parse_oci(value) is not None
    return in_registry and host not in HUB_ADDRESSES and suggests_model(key)


def _is_container_model(entry: Entry, value: str) -> bool:
    return (
        "models" in entry.path
        and len(entry.path) > 2
        and (
            value.lower().startswith(("ai/", "hf.co/", "docker.io/ai/"))
            or (entry.key == "model" and ":" in value and parse_oci(value) is not None)
        )
    )


def _is_config(file: str, entries: list[Entry]) -> bool:
    """Whether the file steers something, rather than recording
    results; decides how sure a generic key is."""
    path = PurePosixPath(file)
    if path.suffix.lower() not in (".json", ".jsonc", ".jsonl", ".ndjson"):
        return True
    return (
        bool(_CONFIG_NAME.search(path.name))
        or (len(path.parts) > 1 and bool(_CONFIG_NAME.search(path.parts[-2])))
        or len(entries) < 60
    )
