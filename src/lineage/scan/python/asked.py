"""Words by which calls are given the name of a service's model."""

from __future__ import annotations

from lineage.scan.python.module import Call

MODEL_KEYS = (
    "model", "model_name", "model_id", "modelId", "modelName", "id", "model_type", "engine",
    "deployment_name", "azure_deployment", "deployment", "llm_model", "model_path",
)  # fmt: skip
ASKED = frozenset({*MODEL_KEYS, "llm"})
ROUTERS = frozenset(
    [
        "litellm", "dspy", "crewai", "pydantic_ai", "instructor", "langchain", "aisuite", "any_llm",
        "smolagents", "google", "strands", "agents", "llama_index", "guidance", "mirascope", "ell",
        "marvin", "controlflow", "agno", "langgraph", "deepagents", "browser_use", "ragas",
        "deepeval", "promptfoo", "outlines", "chatlas", "magentic", "swarms", "letta", "inspect_ai",
    ]
)  # fmt: skip
"""Packages whose functions take `service/model` or `service:model`, also as the first argument."""
GIVEN_FIRST = frozenset(
    ["run", "async_run", "subscribe", "subscribe_async", "submit", "submit_async", "stream",
     "async_stream", "stream_async", "predict", "call"]
)  # fmt: skip
"""Functions of a service's own package that are given the model first."""


def is_given_model(call: Call) -> bool:
    """Whether a keyword of a call is one of these words."""
    keywords = call.node.keywords
    return bool(keywords) and any(one.arg in ASKED for one in keywords)
