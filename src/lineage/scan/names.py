"""Judge a text in the place of a model name: hub id, local path, another registry's, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from lineage.core.elsewhere import Elsewhere, Place, parse_elsewhere
from lineage.core.errors import InvalidRefError
from lineage.core.kaggle import parse_kaggle
from lineage.core.mlflow import URI as MLFLOW_URI
from lineage.core.ref import is_repo_id, parse_ref
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.scan.short_names import LISTED, own_name


class Bare(Word):
    """What a name without a namespace means to the program that loads it."""

    HUB = "hub"
    """A legacy hub id such as `gpt2`."""
    SENTENCE = "sentence"
    """Sentence Transformers look in their own namespace, but for the few legacy names they know."""
    WHISPER = "whisper"
    """faster-whisper's sizes are names for repos of its own list."""
    OPENAI_WHISPER = "openai-whisper"
    """The same sizes are others to OpenAI's own package."""
    FLAIR = "flair"
    """So are the tasks of Flair."""
    SEGMENT = "segment"
    """wtpsplit puts its own namespace before what it is given."""
    WHISPER_CPP = "whisper.cpp"
    TIMM = "timm"
    OPEN_CLIP = "open_clip"
    """An architecture and a tag that tells its weights, with a slash between them."""
    OLLAMA = "ollama"
    OTHER = "other"
    """A name that the loader's own registry resolves, not the Hub."""
    IGNORED = "ignored"
    """Says nothing: too short to distinguish a model from any other word."""


@dataclass(frozen=True)
class Judged:
    """What one text names."""

    kind: UseKind
    model: str
    revision: str | None = None
    reason: str = ""
    target: str = ""
    """Of a name elsewhere that can be audited: its id."""


WEIGHT_FILES = (
    ".gguf", ".ggml", ".bin", ".pt", ".pth", ".onnx", ".safetensors", ".ckpt", ".h5", ".tflite",
    ".engine", ".mlmodel", ".pkl",
)  # fmt: skip
_OTHER_FILES = (
    ".py", ".json", ".yaml", ".yml", ".txt", ".md", ".csv", ".jsonl", ".parquet", ".toml", ".cfg",
    ".sh", ".zip", ".gz", ".tar", ".png", ".jpg", ".wav", ".mp3", ".html", ".xml", ".ipynb",
    ".db", ".sqlite", ".log", ".jinja", ".npz", ".npy", ".ts", ".model", ".spm",
)  # fmt: skip
_LOCAL_HEADS = frozenset(
    [
        "model", "models", "checkpoint", "checkpoints", "ckpt", "ckpts", "output", "outputs", "out",
        "weights", "pretrained", "pretrained_models", "saved", "saved_models", "results", "runs",
        "data", "dataset", "datasets", "tmp", "temp", "cache", "assets", "resources", "build",
        "dist", "home", "mnt", "opt", "root", "var", "workspace", "src", "lib", "bin", "logs",
        "artifacts", "exports", "onnx", "local", "file", "path", "finetuned", "fine_tuned",
        "adapters", "trained_models", "lora", "loras", "default", "gguf", "trained", "test",
        "tests", "weight",
    ]
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"(?:^|[/_-])(?:your|my|some|the|user|username|org|organization|namespace|owner|example|foo|bar|path|xxx+|placeholder)"
    r"[-_/](?:org|organization|name|username|user|model|repo|repository|namespace|to|account|here|hf|baz|bar|id|finetuned|fine|new|cool|awesome)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_MOCK = re.compile(
    r"(?:mock|dummy|fake|foo|bar|test|example|my|some)(?:[-_/]|\Z)"
    r"|(?:someone|somebody|owner|unused|custom|unknown|sample(?:[-_]\w+)?)/"
    r"|(?:my|your)(?:org|organi[sz]ation|company|team|name|user|username|account|namespace)/",
    re.IGNORECASE,
)
_NOT_APPLICABLE = re.compile(r"\w/\w")
_TEMPLATE = re.compile(r"[<>{}\[\]()*?$|\\\s,;\"'`]")
_PREFIXES = (
    "hf-hub:", "hf_hub:", "hf://models/", "hf://", "hf:", "huggingface://", "hf.co/",
    "huggingface.co/", "local:", "huggingface:", "models/hf/",
    "djl://ai.djl.huggingface.pytorch/", "djl://ai.djl.huggingface.onnxruntime/",
    "djl://ai.djl.huggingface.rust/",
)  # fmt: skip
# litellm-style provider prefixes behind which the rest of the name is a hub id.
_PROVIDERS = (
    "huggingface/", "hosted_vllm/", "vllm/", "together_ai/", "deepinfra/", "featherless_ai/",
    "novita/", "nscale/", "hyperbolic/", "llama-cpp-python/",
)  # fmt: skip
# With a version of a service that has its own names: `owner/name:64 hexadecimal digits`.
_REPLICATE = re.compile(r"(?P<name>[\w.-]+/[\w.-]+):[0-9a-f]{64}")
# A file of the model's, or its pattern, with the length of the context: `*Q4_K_M.gguf@8192`.
_FILE_BEHIND = re.compile(r"/[^/]*\.gguf(?:@\d+)?\Z")
# inspect-ai's routes to the Hub: `hf/org/name`, `hf-inference-providers/org/name:provider`.
_HUB_ROUTE = re.compile(r"(?:hf|huggingface)[\w-]*/(?=[\w.-]+/[\w.-]+(?::|\Z))", re.IGNORECASE)
# Closed services: names that look like org/name and never are on the Hub.
_SERVICES = re.compile(
    r"(?:openai/(?!(?:whisper|clip|gpt-oss|consistency|shap|point|imagegpt|privacy|circuit))|anthropic/|google/gemini|gemini/|azure(?:_\w+)?/|bedrock(?:_\w+)?/"
    r"|vertex_ai(?:[_-]\w+)?/|x-ai/|xai/|fal/|fal_ai/|groq/|perplexity/|cohere/|replicate/|openrouter/|fireworks_ai/|mistral/|deepseek/|cohere_chat/|sagemaker/|watsonx/"
    r"|ollama(?:_chat)?/|ai21/|moonshot/|dashscope/|text-completion|codestral/|github/|github_copilot/|lm_studio/|nvidia_nim/|cerebras/|sambanova/"
    r"|databricks/databricks-(?:meta|claude|dbrx|gpt|gemini|llama)|voyage/|jina_ai/|elevenlabs/|assemblyai/|deepgram/|gradient_ai/|litellm_proxy/|amazon/(?:nova|titan)[-.])",
    re.IGNORECASE,
)
# What OpenCLIP calls an architecture with its weights: `ViT-L-14/openai`.
_OPENCLIP = re.compile(r"(?:ViT|RN|EVA\d*|coca|convnext|MobileCLIP|nllb|xlm-roberta)[-_x\d]", re.I)
_LEGACY = re.compile(
    r"(?:albert-(?:base|large|xlarge|xxlarge)-v[12]|bert-(?:base|large)-(?:(?:multilingual-)?(?:un)?cased(?:-[a-z-]+)?|chinese|german-[a-z-]+)|camembert-base|ctrl|distilbert-base-[a-z0-9-]+|distilgpt2"
    r"|distilroberta-base|gpt2(?:-(?:large|medium|xl))?|openai-gpt|roberta-(?:base|large)[a-z0-9-]*|t5-(?:11b|3b|base|large|small)|transfo-xl-wt103"
    r"|xlm-(?:[cm]lm-[a-z0-9-]+|roberta-(?:base|large)[a-z0-9-]*)|xlnet-(?:base|large)-cased)\Z"
)
# Where Kaggle's notebooks have its models: `/kaggle/input/models/OWNER/MODEL/FRAMEWORK/VARIATION`,
# and formerly without `models` and the owner.
_MOUNTED = re.compile(
    r"/kaggle/input/(?P<whole>models/)?(?P<name>[\w.-]+(?:/[\w.-]+)?/(?i:transformers|pytorch|keras"
    r"|tensorflow\d?|tf-?lite|litert|jax|flax|gguf|ggml|onnx|gemma-?cpp|tensor-?rt-?llm|paddlepaddle"
    r"|other)/[\w.-]+(?:/\d+)?)/?\Z"
)
# Registries of Azure's that hold models of their makers for everybody.
_AZURE = re.compile(
    r"azureml://registries/(?i:azureml(?:-[\w-]+)?|HuggingFace)/models/(?P<name>[\w.-]+)(?:/|\Z)"
)
SENTENCE_NAMESPACE = "sentence-transformers/"
LONGEST = 300


def judge(text: str, bare: Bare = Bare.HUB, *, tagged: bool = False) -> Judged | None:
    """What `text` names, or None where it is not a name at all
    (empty, a sentence, a service's model).

    `tagged`: a colon ends the name, as in Ollama's and llama.cpp's `org/name:Q4_K_M`.
    """
    written = text.strip().strip("'\"")
    if not written or len(written) > LONGEST or "\n" in written:
        return None
    return _judged(written, bare, tagged=tagged)


@lru_cache(maxsize=10_000)
def _judged(written: str, bare: Bare, *, tagged: bool) -> Judged | None:
    if bare is Bare.OLLAMA:
        return _ollama(written)
    if bare is Bare.OPEN_CLIP:
        return _listed(bare, written)
    if written.startswith(MLFLOW_URI) and (named_there := parse_elsewhere(written)) is not None:
        return named_elsewhere(named_there)
    if _is_path(written):
        return _mounted(written) or Judged(UseKind.LOCAL, written, reason="a path")
    stripped = _without_prefix(written)
    if "://" in stripped:
        return _address(written)
    if _SERVICES.match(stripped) and stripped == written:
        return None
    if (pinned := _REPLICATE.fullmatch(stripped)) is not None:
        return named_elsewhere(Elsewhere(Place.API, pinned["name"], "api.replicate.com"))
    if _TEMPLATE.search(stripped):
        return (
            Judged(UseKind.UNRESOLVED, "", reason="a template or placeholder")
            if "/" in stripped and len(stripped.split()) == 1
            else None
        )
    named, colon, _ = stripped.partition(":")
    is_prefixed = stripped != written
    if colon and (tagged or is_prefixed or "/" in named):
        stripped = named
    return _hub_name(stripped, bare, prefixed=is_prefixed)


def is_legacy(name: str) -> bool:
    """Whether a name without a namespace is one of the old ones that the Hub keeps."""
    return _LEGACY.match(name) is not None


def is_hub_shaped(text: str) -> bool:
    """Whether a text from anywhere (not a known loader) is
    `namespace/name` and nothing that says otherwise."""
    judged = judge(text, Bare.IGNORED)
    return judged is not None and judged.kind is UseKind.HUB and ("/" in text)


def names_hub(text: str) -> bool:
    """The same, or a short name that one library alone gives a model of the Hub."""
    return bool(own_name(text)) or is_hub_shaped(text)


def is_pinned_version(text: str) -> bool:
    """Whether a text is a model of Replicate's with the version of it."""
    return _REPLICATE.fullmatch(text) is not None


def _hub_name(text: str, bare: Bare, *, prefixed: bool) -> Judged | None:
    if _PLACEHOLDER.search(text) or ("/" in text and _MOCK.match(text)):
        return Judged(UseKind.UNRESOLVED, "", reason="a template or placeholder")
    if _NOT_APPLICABLE.fullmatch(text):
        return None
    if prefixed and text.count("/") > 1:  # hf://org/name/file.gguf
        text = "/".join(text.split("/")[:2])
    try:
        ref = parse_ref(text)
        if ref.namespace:
            parse_ref(f"hf://{ref.id}")  # the Hub keeps `blog/…` and `api/…` for its own pages
    except InvalidRefError:
        return (
            Judged(UseKind.LOCAL, text, reason="not the form of a repo id")
            if "/" in text and not text.startswith("http")
            else None
        )
    if ref.name.isdigit() or _is_openclip(ref.namespace or "", ref.name):  # ViT-L/14 and dates
        return None
    if not ref.namespace:
        return _bare(ref.id, ref.revision, Bare.HUB if prefixed and bare is Bare.IGNORED else bare)
    if _is_local_head(ref.namespace.lower()) and not prefixed:
        return Judged(UseKind.LOCAL, text, reason="a folder's name")
    if ref.name.lower().endswith(WEIGHT_FILES + _OTHER_FILES) and not prefixed:
        return Judged(UseKind.LOCAL, text, reason="a file")
    return Judged(UseKind.HUB, ref.id, ref.revision)


def _is_openclip(namespace: str, name: str) -> bool:
    is_weights = re.fullmatch(r"openai|(?:laion|datacomp|commonpool|yfcc|cc)\w*", name)
    return is_weights is not None and _OPENCLIP.match(namespace) is not None


def _is_local_head(namespace: str) -> bool:
    return namespace in _LOCAL_HEADS or namespace.endswith(("_artifacts", "_checkpoints"))


def _bare(name: str, revision: str | None, bare: Bare) -> Judged | None:
    if owned := own_name(name):
        return Judged(UseKind.HUB, owned, revision)
    if bare is Bare.SENTENCE:
        if (name.isalpha() and name.islower()) or f"{name}/" == SENTENCE_NAMESPACE:
            return None  # a word; all of their models' names are put together, or `LaBSE`
        return Judged(
            UseKind.HUB,
            name if is_legacy(name) else SENTENCE_NAMESPACE + name,
            revision,
        )
    if bare.value in LISTED:
        return _listed(bare, name)
    if bare is Bare.OTHER:
        return Judged(
            UseKind.OTHER, name, reason="a name of the library's own registry, not of the Hub"
        )
    # The Hub's names without a namespace are a closed, lower-case list of old;
    # capitals are some other library's constant, and of plain words it holds one.
    is_old_style = (
        len(name) > 2
        and name == name.lower()
        and "_" not in name
        and name not in _LOCAL_HEADS
        and not name.endswith(WEIGHT_FILES + _OTHER_FILES)
    )
    if bare is Bare.HUB and _MOCK.match(name):
        return Judged(UseKind.UNRESOLVED, "", reason="a template or placeholder")
    if bare is Bare.HUB and is_old_style and (name == "ctrl" or not name.isalpha()):
        return Judged(UseKind.HUB, name, revision)
    return None


def _listed(bare: Bare, name: str) -> Judged | None:
    model = LISTED[bare.value](name)
    return Judged(UseKind.HUB, model) if model else None


def _is_path(text: str) -> bool:
    if (
        text.startswith(("./", "../", "/", "~", ".\\", "\\\\"))
        or text in (".", "..")
        or re.match(r"[A-Za-z]:[\\/]", text)
    ):
        return True
    is_file = text.lower().endswith(WEIGHT_FILES) and ":" not in text
    return (is_file and text.count("/") != 1) or (
        "\\" in text and " " not in text and "\n" not in text
    )


def _mounted(path: str) -> Judged | None:
    """The model of Kaggle behind a path at which its notebooks have it: whose it is, only new ones
    tell."""
    mounted = _MOUNTED.match(path)
    if mounted is None:
        return None
    if named := parse_kaggle(mounted["name"]) if mounted["whole"] else None:
        return named_elsewhere(Elsewhere(Place.KAGGLE, named.written))
    return Judged(UseKind.UNRESOLVED, "", reason="a model of Kaggle, and the path tells not whose")


def _without_prefix(text: str) -> str:
    """The name behind a hub scheme or a provider's prefix."""
    lowered = text.lower()
    for prefix in _PREFIXES:
        if lowered.startswith(prefix):
            # promptfoo writes the task between: `huggingface:text-generation:org/name`
            return re.sub(r"\A[a-z-]+:(?=[\w.-]+/)", "", text[len(prefix) :].partition("?")[0])
    for prefix in _PROVIDERS:
        if lowered.startswith(prefix) and text.count("/") >= 2:
            rest = _FILE_BEHIND.sub("", text[len(prefix) :])
            return (
                rest.partition("/")[2]
                if prefix == "huggingface/" and rest.count("/") == 2
                else rest
            )
    routed = _HUB_ROUTE.match(text)
    return text[routed.end() :] if routed else text


def _address(text: str) -> Judged | None:
    scheme = text.partition("://")[0].lower()
    if not re.fullmatch(r"[a-z][a-z0-9+.-]{1,20}", scheme):
        return None
    if scheme in ("http", "https"):
        try:
            ref = parse_ref(text)
        except InvalidRefError:
            ref = None
        if ref is not None and ref.namespace:
            return Judged(UseKind.HUB, ref.id, ref.revision if ref.revision != "main" else None)
        # An address of a server that hosts a model says nothing of
        # which; a weights file elsewhere does.
        path = text.partition("?")[0].lower()
        return (
            Judged(UseKind.OTHER, text, reason="a file outside the Hub")
            if path.endswith(WEIGHT_FILES)
            else None
        )
    if (
        scheme in ("oci", "kaggle", "ollama", "modelscope")
        and (named := parse_elsewhere(text)) is not None
    ):
        return named_elsewhere(named)
    if (registered := _AZURE.match(text)) is not None:
        return named_elsewhere(Elsewhere(Place.API, registered["name"], "azure_ai"))
    if scheme in ("file", "pvc"):
        return Judged(UseKind.LOCAL, text, reason="a path")
    return Judged(UseKind.OTHER, text, reason=f"a {scheme}:// address")


def _ollama(text: str) -> Judged | None:
    lowered = text.lower()
    if lowered.startswith(("hf.co/", "huggingface.co/", "hf://", "huggingface://")):
        return judge(text, Bare.HUB, tagged=True)
    if lowered.startswith("oci://"):
        return _address(text)
    if _is_path(text) or lowered.endswith(WEIGHT_FILES):
        return Judged(UseKind.LOCAL, text, reason="a path")
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,120}", text):
        return named_elsewhere(Elsewhere(Place.OLLAMA, text))
    return None


def named_elsewhere(named: Elsewhere) -> Judged:
    """A name of another register, as it is written there."""
    return Judged(
        UseKind.OTHER,
        named.name or named.host,
        reason=f"a name of {named.where}, not of the Hub",
        target=named.id,
    )


def judged_use(
    judged: Judged,
    place: tuple[str, int, int],
    via: str,
    certainty: Certainty,
    expression: str = "",
    *,
    if_found: bool = False,
) -> ModelUse:
    """The use that a judged name makes at its place: file, line, column."""
    return ModelUse(
        *place,
        judged.kind,
        judged.model,
        via,
        certainty,
        judged.revision,
        expression,
        reason=judged.reason,
        target=judged.target,
        if_found=if_found and not judged.revision,
    )


def looks_like_repo(text: str) -> bool:
    """Whether a text is a repo id with a namespace."""
    return "/" in text and is_repo_id(text)
