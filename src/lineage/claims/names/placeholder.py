"""Texts that stand where the name of a model should and name none: templates left unfilled, `None`,
`your-model`."""

from __future__ import annotations

import re

from lineage.claims.words import words
from lineage.core.pattern import late

_PLACEHOLDERS = words(
    """
    none null nil nan n/a na - -- --- … ... ? tbd todo unknown other others base_model base-model
    basemodel model model_name model-name model_id model-id modelname base name your-model
    your_model my-model my_model example placeholder string str true false yes no empty default
    merge mergekit lazymergekit lora peft gguf custom private proprietary scratch self local
    undefined
    """
) | frozenset(
    {
        "more information needed",
        "from scratch",
        "not applicable",
        "to be added",
        "coming soon",
        "trained from scratch",
        "none/none",
    }
)
_PLACEHOLDER_PARTS = late(
    r"(?:your|my|the|some|this|any)[-_ ]?(?:org|organi[sz]ation|user|user[-_]?name|"
    r"name|namespace|hf[-_]?(?:user)?name|account"
    r"|model|base[-_ ]?model|repo)(?:[-_ ]?(?:name|id|here))?|path[-_ ]to.*|"
    r"user[-_]?name|org[-_]?name"
    r"|model[-_]?name|base[-_]?model(?:[-_](?:id|name))?",
    re.IGNORECASE,
)
_TEMPLATE = late(
    r"[{}<>]|__[A-Z_]+__|\[(?:more information needed|optional|insert|your)", re.IGNORECASE
)


def is_placeholder(text: str) -> bool:
    """Whether a text, bare of quotes and links, names nothing."""
    low = text.lower().strip(" .:[]()")
    if low in _PLACEHOLDERS or _TEMPLATE.search(text) or not any(char.isalnum() for char in text):
        return True
    parts = low.split("/")
    if "path/to" in low or "path_to" in low:
        return True
    return len(parts) <= 2 and (
        bool(_PLACEHOLDER_PARTS.fullmatch(parts[0]))
        or low in ("org/model", "user/model", "namespace/model", "author/model")
    )
