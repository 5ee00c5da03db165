"""Loaders of transformers, of what is built on it, and of the Hub's own client."""

from __future__ import annotations

from lineage.scan.names import Bare
from lineage.scan.python.loaders.loader import Loader

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

OF_HUB: tuple[Loader, ...] = (
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
        0,
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
)
