"""The calls that load models, library by library: which argument
names the model, and how a bare name is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lineage.core.elsewhere import Place
from lineage.scan.names import Bare


@dataclass(frozen=True)
class Loader:
    """One kind of call that takes a model's name."""

    names: tuple[str, ...]
    """Last parts of the callee's dotted name."""
    position: int | None
    """Of the model among positional arguments; None where it is given by keyword only."""
    keywords: tuple[str, ...]
    packages: tuple[str, ...] = ()
    """Top-level packages the callee must come from; empty where the name alone is telling."""
    bare: Bare = Bare.HUB
    is_sure: bool = True
    """Whether a call whose model cannot be determined is reported as unresolved."""
    tagged: bool = False


_MODEL = (
    "model",
    "model_name",
    "model_id",
    "model_name_or_path",
    "repo_id",
    "model_path",
    "pretrained_model_name_or_path",
)
_HF_CLIENT_METHODS = (
    "text_generation",
    "chat_completion",
    "feature_extraction",
    "text_to_image",
    "image_to_text",
    "summarization",
    "translation",
    "automatic_speech_recognition",
    "text_classification",
    "token_classification",
    "zero_shot_classification",
    "sentence_similarity",
    "image_classification",
    "image_to_image",
    "text_to_speech",
    "fill_mask",
    "question_answering",
    "object_detection",
    "text_to_video",
)

LOADERS: tuple[Loader, ...] = (
    # transformers and everything that follows its habit
    Loader(
        ("from_pretrained", "from_quantized"),
        0,
        (
            "pretrained_model_name_or_path",
            "model_name",
            "model_id",
            "repo_id",
            "model_name_or_path",
            "pretrained_model_name",
            "model",
            "pretrained_name_or_path",
            "pretrained_model_path",
            "model_path_or_repo_id",
            "name_or_path",
            "quantized_model_dir",
            "repo_id_or_path",
        ),
    ),
    Loader(
        ("pipeline",),
        1,
        ("model",),
        ("transformers", "optimum", "sparseml", "adapters", "modelscope"),
        is_sure=False,
    ),
    Loader(
        ("load_lora_weights", "load_textual_inversion", "load_ip_adapter", "load_adapter"),
        0,
        (
            "pretrained_model_name_or_path_or_dict",
            "pretrained_model_name_or_path",
            "adapter_name_or_path",
            "peft_model_id",
        ),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(
        ("from_single_file",),
        0,
        ("pretrained_model_link_or_path", "pretrained_model_link_or_path_or_dict"),
        bare=Bare.IGNORED,
    ),
    # sentence-transformers and packages built on it
    Loader(
        ("SentenceTransformer", "CrossEncoder", "SparseEncoder"),
        0,
        ("model_name_or_path", "model_name"),
        bare=Bare.SENTENCE,
    ),
    Loader(
        ("SentenceTransformerEmbeddings", "SentenceTransformerEmbeddingFunction"),
        None,
        ("model_name",),
        bare=Bare.SENTENCE,
    ),
    Loader(("KeyBERT",), 0, ("model",), bare=Bare.SENTENCE, is_sure=False),
    Loader(("BERTopic",), None, ("embedding_model",), bare=Bare.SENTENCE, is_sure=False),
    Loader(
        ("INSTRUCTOR", "Transformer"),
        0,
        ("model_name_or_path",),
        ("InstructorEmbedding", "sentence_transformers"),
        is_sure=False,
    ),
    Loader(
        (
            "BGEM3FlagModel",
            "FlagModel",
            "FlagReranker",
            "FlagLLMModel",
            "FlagLLMReranker",
            "FlagICLModel",
            "LayerWiseFlagLLMReranker",
            "FlagAutoModel",
        ),
        0,
        ("model_name_or_path", "model_name"),
    ),
    Loader(("from_finetuned",), 0, ("model_name_or_path",), ("FlagEmbedding",)),
    Loader(
        ("RAGatouille", "RAGPretrainedModel"), 0, ("pretrained_model_name_or_path",), is_sure=False
    ),
    Loader(
        (
            "ColBERT",
            "Reranker",
            "TextEmbedding",
            "SparseTextEmbedding",
            "LateInteractionTextEmbedding",
            "TextCrossEncoder",
        ),
        0,
        ("model_name", "model_name_or_path"),
        ("pylate", "rerankers", "fastembed"),
        bare=Bare.IGNORED,
    ),
    # the Hub's own client
    Loader(
        (
            "hf_hub_download",
            "snapshot_download",
            "hf_hub_url",
            "cached_download_repo",
            "try_to_load_from_cache",
            "load_from_hub",
            "from_hub",
        ),
        0,
        ("repo_id", "repo"),
        ("huggingface_hub", "?", "diffusers", "transformers", "modelscope", "huggingface_sb3"),
    ),
    Loader(
        ("model_info", "get_safetensors_metadata", "list_repo_files"),
        0,
        ("repo_id",),
        ("huggingface_hub",),
        is_sure=False,
    ),
    Loader(
        ("InferenceClient", "AsyncInferenceClient"), 0, ("model",), is_sure=False, bare=Bare.HUB
    ),
    Loader(_HF_CLIENT_METHODS, None, ("model",), bare=Bare.IGNORED, is_sure=False),
    Loader(("create", "parse", "stream"), None, ("model",), bare=Bare.IGNORED, is_sure=False),
    # serving engines
    Loader(
        ("LLM", "AsyncLLMEngine", "EngineArgs", "AsyncEngineArgs"),
        0,
        ("model",),
        ("vllm", "tensorrt_llm", "aphrodite"),
    ),
    Loader(("Engine", "Runtime", "ServerArgs"), None, ("model_path",), ("sglang",)),
    Loader(("pipeline", "serve"), 0, ("model_path",), ("lmdeploy", "mii")),
    Loader(("Llama",), None, ("repo_id",), ("llama_cpp",), is_sure=False),
    Loader(
        ("load", "load_model", "convert", "stream_load"),
        0,
        ("path_or_hf_repo", "hf_path", "model_path"),
        ("mlx_lm", "mlx_vlm", "mlx_whisper"),
    ),
    Loader(("transcribe",), None, ("path_or_hf_repo",), ("mlx_whisper",), is_sure=False),
    Loader(
        ("Model", "from_hub"),
        None,
        ("model_name", "model_id"),
        ("onnxruntime_genai", "ctransformers"),
    ),
    # orchestration
    Loader(
        ("HuggingFaceEndpoint", "HuggingFaceHub", "HuggingFaceTextGenInference"),
        None,
        ("repo_id", "model", "model_id"),
        is_sure=False,
    ),
    Loader(
        (
            "HuggingFaceEmbeddings",
            "HuggingFaceInstructEmbeddings",
            "HuggingFaceBgeEmbeddings",
            "HuggingFaceInferenceAPIEmbeddings",
            "HuggingFaceEndpointEmbeddings",
            "HuggingFaceHubEmbeddings",
            "HuggingFaceCrossEncoder",
        ),
        None,
        ("model_name", "model", "repo_id"),
        bare=Bare.SENTENCE,
    ),
    Loader(("from_model_id",), None, ("model_id",)),
    Loader(
        ("HuggingFaceEmbedding", "OptimumEmbedding", "FastEmbedEmbedding", "FastEmbedEmbeddings"),
        0,
        ("model_name", "model_id"),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(
        (
            "SentenceTransformerRerank",
            "FlagEmbeddingReranker",
            "CrossEncoderReranker",
            "ColbertRerank",
        ),
        None,
        ("model", "model_name"),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(("HuggingFaceLLM",), None, ("model_name", "tokenizer_name"), is_sure=False),
    Loader(
        ("ChatHuggingFace", "VLLM", "VLLMOpenAI", "HFModel", "HFClientTGI", "HFClientVLLM"),
        None,
        ("model_id", "model", "model_name"),
        is_sure=False,
        bare=Bare.IGNORED,
    ),
    Loader(
        ("init_chat_model", "init_embeddings", "resolve_embed_model", "resolve_llm"),
        0,
        ("model",),
        is_sure=False,
        bare=Bare.IGNORED,
    ),
    Loader(
        ("TransformersModel", "HfApiModel", "InferenceClientModel", "MLXModel", "VLLMModel"),
        0,
        ("model_id",),
        ("smolagents",),
    ),
    Loader(
        (
            "transformers",
            "transformers_vision",
            "vllm",
            "vllm_offline",
            "mlxlm",
            "exllamav2",
            "from_transformers",
            "llamacpp",
        ),
        0,
        ("model_name", "repo_id"),
        ("outlines",),
        is_sure=False,
    ),
    Loader(("Transformers", "TransformersChat"), 0, ("model",), ("guidance",), is_sure=False),
    Loader(
        (
            "completion",
            "acompletion",
            "text_completion",
            "embedding",
            "aembedding",
            "rerank",
            "LM",
            "LiteLLMModel",
        ),
        0,
        ("model", "model_id"),
        ("litellm", "dspy", "smolagents"),
        is_sure=False,
        bare=Bare.IGNORED,
    ),
    Loader(
        (
            "Embeddings",
            "LLM",
            "Textractor",
            "Summary",
            "Labels",
            "Similarity",
            "Translation",
            "Transcription",
            "HFTrainer",
            "Extractor",
            "RAG",
            "Questions",
            "Entity",
            "Caption",
            "Objects",
            "ImageHash",
            "TextToSpeech",
            "TextToAudio",
            "Generator",
            "Sequences",
        ),
        0,
        ("path",),
        ("txtai",),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(
        ("GLiNER", "SetFitModel", "SpanMarkerModel", "Model2Vec", "StaticModel"),
        0,
        ("model_id",),
        is_sure=False,
        bare=Bare.IGNORED,
    ),
    # speech, vision, language
    Loader(("WhisperModel", "BatchedWhisperModel"), 0, ("model_size_or_path",), bare=Bare.WHISPER),
    Loader(
        ("load_model",),
        0,
        ("whisper_arch", "name"),
        ("whisperx",),
        bare=Bare.WHISPER,
        is_sure=False,
    ),
    Loader(
        ("create_model", "load_model"),
        0,
        ("model_name",),
        ("timm",),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(
        (
            "create_model_and_transforms",
            "create_model",
            "get_tokenizer",
            "create_model_from_pretrained",
        ),
        0,
        ("model_name",),
        ("open_clip",),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(
        (
            "TransformerWordEmbeddings",
            "TransformerDocumentEmbeddings",
            "TransformerEmbeddings",
            "SentenceTransformerDocumentEmbeddings",
        ),
        0,
        ("model",),
        ("flair",),
    ),
    Loader(
        ("load",),
        0,
        ("model_path", "model_name", "name", "repo_id"),
        ("flair", "gradio"),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    Loader(("from_hparams",), 0, ("source",), is_sure=False, bare=Bare.IGNORED),
    Loader(
        ("Pipeline", "Inference"),
        0,
        ("model", "checkpoint_path"),
        ("pyannote",),
        bare=Bare.IGNORED,
        is_sure=False,
    ),
    # other registries, named as such
    Loader(("model_download",), 0, ("handle",), ("kagglehub",), bare=Bare.OTHER),
    Loader(
        ("launch_model",), None, ("model_name",), ("xinference", "xinference_client"), Bare.OTHER
    ),
    Loader(("llm", "embedding_model", "load_new_instance"), 0, (), ("lmstudio",), Bare.OTHER),
    Loader(
        ("chat", "generate", "pull", "embeddings", "embed", "show", "create"),
        0,
        ("model",),
        ("ollama",),
        bare=Bare.OLLAMA,
        tagged=True,
    ),
    Loader(
        (
            "ChatOllama",
            "OllamaLLM",
            "OllamaEmbeddings",
            "OllamaEmbedding",
            "Ollama",
            "OllamaChatGenerator",
            "OllamaGenerator",
        ),
        None,
        ("model", "model_name"),
        bare=Bare.OLLAMA,
        tagged=True,
        is_sure=False,
    ),
)

# Calls with a second model beside the first: an adapter on a base, a tokenizer, a draft.
SECOND: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "PeftModel.from_pretrained": (1, ("model_id",)),
    "PeftModelForCausalLM.from_pretrained": (1, ("model_id",)),
    "PeftMixedModel.from_pretrained": (1, ("model_id",)),
}
# Keywords that name one more model in any call of the table.
MORE_KEYWORDS = (
    "tokenizer",
    "tokenizer_name",
    "speculative_model",
    "draft_model_path",
    "assistant_model",
    "adapter_name_or_path",
    "controlnet",
    "vae",
    "text_encoder",
    "speculative_draft_model_path",
    "feature_extractor",
    "image_processor",
    "base_model_name_or_path",
    "prompt_lookup_model",
)

# A class or function whose name says Hugging Face, of whatever
# framework: its model keyword names a hub model.
TELLING_PARTS = (
    "HuggingFace",
    "Huggingface",
    "SentenceTransformer",
    "SentenceTransformers",
    "Transformers",
    "HF",
    "Hf",
)
TELLING_NAME = re.compile(rf"(?:{'|'.join(TELLING_PARTS)})(?=[A-Z]|$)[A-Za-z0-9]*\Z")
# Names of settings of which a word means that a library's default is loaded: LlamaIndex's `local`.
LOCAL_SETTINGS = {"embed_model": ("llama_index", "HuggingFaceEmbedding")}
TELLING_KEYWORDS = (*_MODEL, "embedding_model", "embed_model")

# Functions of evaluation harnesses and names of texts that hold `pretrained=org/name`.
OTHER_TELLING_NAMES = ("simple_evaluate", "HFLM", "model_args")

# Calls that run a command line, and the packages that have them.
SHELL_CALLS = (
    "run",
    "Popen",
    "call",
    "check_call",
    "check_output",
    "system",
    "popen",
    "create_subprocess_exec",
    "create_subprocess_shell",
)
SHELL_PACKAGES = ("subprocess", "os", "asyncio", "sh", "invoke")

# Whose `from_pretrained` and downloads go to a registry of their own.
FOREIGN_PACKAGES = frozenset(
    {
        "paddlenlp",
        "paddle",
        "paddleocr",
        "modelscope",
        "efficientnet_pytorch",
        "nemo",
        "mindspore",
        "mindnlp",
        "rl_zoo3",
        "keras_nlp",
        "keras_hub",
        "kaggle",
        "kagglehub",
        "swift",
        "xinference",
        "xinference_client",
        "lmstudio",
    }
)
HUB_WITH_NAMESPACE = frozenset({"nemo"})
"""Of those packages: names with a namespace are the Hub's, and only bare ones their own."""
REGISTERS = {
    "modelscope": Place.MODELSCOPE,
    "swift": Place.MODELSCOPE,
    "kagglehub": Place.KAGGLE,
    "xinference": Place.XINFERENCE,
    "xinference_client": Place.XINFERENCE,
    "lmstudio": Place.LMSTUDIO,
}
"""Of those packages: the register in which their names are looked up."""


def loaders_for(name: str) -> list[Loader]:
    """Table rows for the last part of a callee's name."""
    return _BY_NAME.get(name, [])


_BY_NAME: dict[str, list[Loader]] = {}
for _loader in LOADERS:
    for _name in _loader.names:
        _BY_NAME.setdefault(_name, []).append(_loader)
