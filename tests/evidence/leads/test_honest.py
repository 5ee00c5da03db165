"""Well-known honest models, with the values of their own configurations, ask nothing."""

from __future__ import annotations

import pytest

from evidence.leads.models import REGISTRY, asked
from lineage.evidence.family import Config

ROOTS = sorted(
    (config.repo, config)
    for family in REGISTRY.families()
    for config in family.configs
    if REGISTRY.is_shown_foundation(config.repo)
)


def config_of(config: Config, types: tuple[str, ...]) -> dict[str, object]:
    """As the registry holds it."""
    values = {
        "model_type": config.model_type or (types[0] if len(types) == 1 else None),
        "architectures": list(config.architectures),
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "num_hidden_layers": config.num_hidden_layers,
    }
    return {key: value for key, value in values.items() if value}


def test_no_shown_foundation_asks() -> None:
    """Every root that is shown to be from scratch and whose configuration is known."""
    assert len(ROOTS) > 100
    wrong = {}
    for repo, config in ROOTS:
        family = REGISTRY.family_of(repo)
        types = family.model_types if family else ()
        if found := asked(id=repo, files={"config.json": config_of(config, types)}):
            wrong[repo] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("model", "base", "config", "card"),
    [
        ("microsoft/phi-4", None, {"model_type": "phi3", "vocab_size": 100352, "hidden_size": 5120, "num_hidden_layers": 40}, "license: mit"),
        ("google/gemma-3-4b-it", "google/gemma-3-4b-pt", {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "vocab_size": 262208, "hidden_size": 2560, "num_hidden_layers": 34}}, "license: gemma"),
        ("mistralai/Mistral-7B-Instruct-v0.3", "mistralai/Mistral-7B-v0.3", {"model_type": "mistral", "vocab_size": 32768, "hidden_size": 4096, "num_hidden_layers": 32}, "license: apache-2.0"),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-3.1-70B", {"model_type": "llama", "vocab_size": 128256, "hidden_size": 8192, "num_hidden_layers": 80}, "license: llama3.3"),
        ("openai/gpt-oss-20b", None, {"model_type": "gpt_oss", "vocab_size": 201088, "hidden_size": 2880, "num_hidden_layers": 24}, "license: apache-2.0"),
        ("tiiuae/Falcon3-7B-Instruct", "tiiuae/Falcon3-7B-Base", {"model_type": "llama", "vocab_size": 131072, "hidden_size": 3072, "num_hidden_layers": 28}, "license_name: falcon-llm-license"),
        ("LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct", None, {"model_type": "exaone", "vocab_size": 102400, "hidden_size": 4096, "num_layers": 32}, "license_name: exaone"),
        ("HuggingFaceTB/SmolLM3-3B", "HuggingFaceTB/SmolLM3-3B-Base", {"model_type": "smollm3", "vocab_size": 128256, "hidden_size": 2048, "num_hidden_layers": 36}, "license: apache-2.0"),
        ("openai/whisper-large-v3", None, {"model_type": "whisper", "vocab_size": 51866, "d_model": 1280, "num_hidden_layers": 32}, "license: apache-2.0"),
        ("google-bert/bert-base-uncased", None, {"model_type": "bert", "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12}, "license: apache-2.0"),
        ("EleutherAI/pythia-1.4b", None, {"model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": 2048, "num_hidden_layers": 24}, "license: apache-2.0"),
        ("bigscience/bloom-7b1", None, {"model_type": "bloom", "vocab_size": 250880, "n_embed": 4096, "num_hidden_layers": 30}, "license: bigscience-bloom-rail-1.0"),
        ("NousResearch/Hermes-2-Pro-Mistral-7B", "mistralai/Mistral-7B-v0.1", {"model_type": "mistral", "vocab_size": 32032, "hidden_size": 4096, "num_hidden_layers": 32}, "license: apache-2.0"),
        ("allenai/OLMo-2-1124-7B", None, {"model_type": "olmo2", "vocab_size": 100352, "hidden_size": 4096, "num_hidden_layers": 32}, "license: apache-2.0"),
        ("ibm-granite/granite-3.1-8b-instruct", "ibm-granite/granite-3.1-8b-base", {"model_type": "granite", "vocab_size": 49155, "hidden_size": 4096, "num_hidden_layers": 40}, "license: apache-2.0"),
        ("bigcode/starcoder2-7b", None, {"model_type": "starcoder2", "vocab_size": 49152, "hidden_size": 4608, "num_hidden_layers": 32}, "license: bigcode-openrail-m"),
        ("nomic-ai/nomic-embed-text-v1.5", None, {"model_type": "nomic_bert", "vocab_size": 30528, "n_embd": 768, "n_layer": 12}, "license: apache-2.0"),
        ("sentence-transformers/all-MiniLM-L6-v2", "nreimers/MiniLM-L6-H384-uncased", {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6}, "license: apache-2.0"),
    ],
)  # fmt: skip
def test_known_models_ask_nothing(
    model: str, base: str | None, config: dict[str, object], card: str
) -> None:
    """Under the base that they declare, or none; a card that speaks of rivals changes nothing."""
    body = "We compare it with Qwen2.5-7B and DeepSeek-V3, and thank the Qwen team for their code."
    files = {"config.json": config, "README.md": f"---\n{card}\n---\n# Model\n\n{body}\n"}
    edges = ((model, base),) if base else ()
    assert asked(*edges, id=model, files=files) == ()
