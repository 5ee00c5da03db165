"""Words by which calls are given the name of a service's model."""

from __future__ import annotations

import re

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

_ASKS_ABOUT = re.compile(
    r"(?i)\A(?:get(?:_models.*)?\Z|list|is|has|supports|check|valid|register|normali[sz]e|parse)"
    r"|encod|count|cost|pric|info|limit|name\Z"
)
_RAISED = ("Error", "Exception", "Warning")


def is_given_model(call: Call) -> bool:
    """Whether a keyword of a call is one of these words, and it calls a model by it."""
    keywords = call.node.keywords
    is_given = bool(keywords) and any(one.arg in ASKED for one in keywords)
    return is_given and not is_raised(call.last)


def is_raised(name: str) -> bool:
    """Whether a class is one of what is raised, which only tells of a model."""
    return name.endswith(_RAISED)


def asks_about(function: str) -> bool:
    """Whether something of that name is given a model's name and calls no model, as `get` of a
    table."""
    return is_raised(function) or _ASKS_ABOUT.search(function) is not None


def is_of_facts(name: str) -> bool:
    """Whether something of a package that routes by name only tells of models; a class of it is an
    object that calls one: `ParserAgent(model=…)`."""
    return is_raised(name) or (not name[:1].isupper() and asks_about(name))
