"""Loaders of libraries for speech, vision and language."""

from __future__ import annotations

from lineage.scan.names import Bare
from lineage.scan.python.loaders.loader import Loader

OF_FIELDS: tuple[Loader, ...] = (
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
        ("load_model",),
        0,
        ("name",),
        ("whisper", "stable_whisper", "whisper_timestamped"),
        bare=Bare.OPENAI_WHISPER,
    ),
    Loader(("create_model", "create_predictor"), 0, ("model_name",), ("paddlex",), bare=Bare.OTHER),
    Loader(
        ("create_model", "load_model"),
        0,
        ("model_name",),
        ("timm",),
        bare=Bare.TIMM,
        is_sure=False,
        weights=("pretrained", 1),
    ),
    Loader(
        ("create_model_and_transforms", "create_model", "create_model_from_pretrained"),
        0,
        ("model_name",),
        ("open_clip",),
        bare=Bare.OPEN_CLIP,
        is_sure=False,
        weights=("pretrained", 1),
    ),
    Loader(("get_tokenizer",), 0, ("model_name",), ("open_clip",), Bare.IGNORED, is_sure=False),
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
        ("flair",),
        bare=Bare.FLAIR,
        is_sure=False,
    ),
    Loader(
        ("SaT", "WtP"),
        0,
        ("model_name_or_model",),
        ("wtpsplit", "wtpsplit_lite"),
        bare=Bare.SEGMENT,
        is_sure=False,
    ),
    Loader(("Model",), 0, ("model",), ("pywhispercpp",), Bare.WHISPER_CPP, is_sure=False),
    Loader(("SelectiveContext",), 0, ("model_type",), ("selective_context",), is_sure=False),
    Loader(("load",), 1, ("config_name",), ("evaluate",), bare=Bare.IGNORED, is_sure=False),
    # BERTScore: of its own package, and as a metric of `evaluate` (an object of any name)
    Loader(("BERTScorer", "score"), None, ("model_type",), ("bert_score",), is_sure=False),
    Loader(("compute",), None, ("model_type",), ("evaluate", "?"), is_sure=False),
    Loader(("get_pretrained",), 0, ("name",), ("audiocraft",), Bare.IGNORED),
    Loader(
        ("load",), 0, ("name",), ("gradio",), bare=Bare.IGNORED, is_sure=False, prefix="models/"
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
)
